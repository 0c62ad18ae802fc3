-- The client of a KMS, against the simulated one and against made-up answers.

local core = require "dstack.core"
local dstack = require "dstack"
local support = require "spec.support"

local vectors = support.vectors "env"
local app_id = "9b03ddc97765307811009aa8f7948349e602ba31"

describe("dstack.kms", function()
  local simulator, socket, kms, root

  setup(function()
    local directory = support.directory()
    socket = directory .. "/kms.sock"
    simulator = support.simulator("--listen kms=" .. socket .. " --listen kms=127.0.0.1:0")
    root = simulator.output():match "DSTACK_SIMULATOR_KMS_ROOT=(%x+)"
    kms = assert(dstack.kms(socket))
  end)

  teardown(function() simulator.stop() end)

  it("asks a KMS what it is", function()
    local meta = assert(kms:get_meta())
    assert.equal(root, meta.k256_pubkey)
    assert.matches("^%-%-%-%-%-BEGIN CERTIFICATE", meta.ca_cert)
    assert.is_true(meta.is_dev)
    assert.is_false(meta.allow_any_upgrade)
    assert.is_nil(meta.chain_id)
    assert.is_nil(meta.bootstrap_info)
    assert.matches("^KmsMetaResponse{", tostring(meta))
    assert.is_true(kms:is_reachable())
  end)

  it("proves the key of an application", function()
    local key = assert(kms:env_encrypt_key(app_id, { signer = root }))
    assert.equal("v1", key.form)
    assert.equal(root, key.signer)
    assert.is_true(math.abs(os.time() - key.timestamp) < 60)
    assert.same(key.public_key, kms:get_app_env_encrypt_pub_key("0x" .. app_id:upper()).public_key)
    assert.same(key.public_key, kms:env_encrypt_key(core.unhex(app_id), { signer = core.unhex(root) }).public_key)
    assert.not_equal(key.public_key, kms:env_encrypt_key(("00"):rep(20), { signer = root }).public_key)
    assert.is_string(dstack.encrypt_env_vars({ A = "1" }, key.public_key))
  end)

  it("refuses another signer and another time", function()
    local _, message, code = kms:env_encrypt_key(app_id, { signer = vectors.root.public_key })
    assert.matches("^env_encrypt_key at .*not this signer's", message)
    assert.equal("verify", code)
    for now, words in pairs { [os.time() + 400] = "seconds old", [os.time() - 100] = "in the future" } do
      _, message, code = kms:env_encrypt_key(app_id, { signer = root, now = now })
      assert.matches(words, message)
      assert.equal("verify", code)
    end
    assert.is_table(kms:env_encrypt_key(app_id, { signer = root, now = os.time() + 400, max_age = 1000 }))
  end)

  it("wants a signer", function()
    assert.error_matches(function() kms:env_encrypt_key(app_id) end, "option 'signer' is missing")
    assert.error_matches(function() kms:env_encrypt_key(app_id, { kms_root = root }) end, "unknown option")
    local _, message, code = kms:env_encrypt_key(app_id, { signer = "02" })
    assert.matches("signer: 1 bytes instead of 33 or 65", message)
    assert.equal("invalid", code)
    _, message, code = kms:env_encrypt_key("abcd", { signer = root })
    assert.matches("app_id: 2 bytes instead of 20", message)
    assert.equal("invalid", code)
    _, message, code = kms:get_app_env_encrypt_pub_key(app_id:sub(1, 20))
    assert.matches("app_id: 10 bytes instead of 20", message)
    assert.equal("invalid", code)
  end)

  it("finds the endpoint in the environment, and says when there is none", function()
    local _, message, code = dstack.kms()
    assert.matches("which one%?.*DSTACK_KMS_ENDPOINT", message)
    assert.equal("invalid", code)
    local script = support.quote 'print(require("dstack").kms():get_meta().k256_pubkey)'
    assert.equal(root .. "\n",
      support.run(("DSTACK_KMS_ENDPOINT=%s %s -e %s"):format(socket, support.interpreter, script)))
    assert.error_matches(function() dstack.kms(7) end, "kms: endpoint: string expected, got number")
    assert.error_matches(function() dstack.kms { endpoint = socket, url = "" } end, "unknown option 'url'")
    _, message = dstack.kms "ftp://x"
    assert.is_string(message)
  end)

  it("goes by a URL that ends in /prpc too", function()
    local url = simulator.output():match "# also at (http://%S+)"
    for _, tail in ipairs { "", "/", "/prpc", "/prpc/" } do
      assert.equal(root, assert(dstack.kms(url .. tail)):get_meta().k256_pubkey)
    end
  end)

  it("says that it is the KMS that refuses", function()
    local _, message, code = kms:get_temp_ca_cert()
    assert.matches("the KMS has no method GetTempCaCert", message)
    assert.equal("unsupported", code)
    _, message, code = dstack.kms "/nowhere/kms.sock":get_meta()
    assert.matches("no such file. Does a KMS, or a simulator, run there%?", message)
    assert.equal("connect", code)
    local agent = assert(dstack.kms(simulator.endpoint))
    _, message, code = agent:get_meta()
    assert.matches("is this the endpoint of a KMS", message)
    assert.equal("unsupported", code)
    assert.is_false(agent:is_reachable())
  end)

  it("can be closed", function()
    local other = assert(dstack.kms(socket))
    other:close()
    assert.equal("closed", (select(3, other:get_meta())))
    assert.equal("Kms(" .. socket .. ", closed)", tostring(other))
  end)
end)

-- A client whose replies are these bodies.
local function answering(...)
  local answers = {}
  for i, body in ipairs { ... } do
    answers[i] = type(body) == "table" and body or { body = body }
  end
  local transport = support.transport(answers)
  return assert(dstack.kms { endpoint = "https://kms.example:8000/prpc", transport = transport }), transport
end

local reply = vectors.kms_reply

local function body_of(changes)
  local members = {
    public_key = '"' .. reply.public_key .. '"', signature = '"' .. reply.signature .. '"',
    timestamp = ("%d"):format(reply.timestamp), signature_v1 = '"' .. reply.signature_v1 .. '"',
  }
  for name, text in pairs(changes or {}) do
    members[name] = text or nil
  end
  local out = {}
  for name, text in pairs(members) do
    out[#out + 1] = ('"%s":%s'):format(name, text)
  end
  return "{" .. table.concat(out, ",") .. "}"
end

describe("A KMS's answer", function()
  local id, now = vectors.signatures[2].app_id, vectors.freshness.timestamp
  local signer = vectors.root.public_key

  it("is proven by the signature of its time", function()
    local kms, transport = answering(body_of())
    local key = assert(kms:env_encrypt_key(id, { signer = signer, now = now }))
    assert.equal(reply.public_key, key.public_key)
    assert.equal("/prpc/GetAppEnvEncryptPubKey", transport.requests[1].path)
    assert.equal(('{"app_id":"%s"}'):format(id), transport.requests[1].body)
  end)

  it("without one is refused, unless told otherwise", function()
    for _, changes in ipairs { { timestamp = "0", signature_v1 = '""' }, { timestamp = false, signature_v1 = false },
      { signature_v1 = '""' }, { timestamp = "0" } } do
      local body = body_of(changes)
      local kms = answering(body, body, body)
      local key, message, code = kms:env_encrypt_key(id, { signer = signer, now = now })
      assert.is_nil(key)
      assert.matches("signs no time", message)
      assert.equal("verify", code)
      key = assert(kms:env_encrypt_key(id, { signer = signer, allow_legacy = true, max_age = 1 }))
      assert.equal("legacy", key.form)
      key, _, code = kms:env_encrypt_key(id, { signer = vectors.signatures[1].signer, allow_legacy = true })
      assert.is_nil(key)
      assert.equal("verify", code)
    end
  end)

  it("is refused when anything in it was changed", function()
    local other = vectors.sealed[#vectors.sealed].recipient_public
    for _, changes in ipairs { { public_key = '"' .. other .. '"' }, { timestamp = ("%d"):format(reply.timestamp + 1) },
      { signature_v1 = '"' .. reply.signature .. '"' } } do
      local kms = answering(body_of(changes))
      local key, message, code = kms:env_encrypt_key(id, { signer = signer, now = now })
      assert.is_nil(key)
      assert.is_string(message)
      assert.equal("verify", code)
    end
  end)

  it("is refused when it breaks the contract", function()
    for problem, body in pairs {
      ["public_key: length"] = body_of { public_key = '"00"' },
      ["public_key: missing"] = body_of { public_key = false },
      ["signature: hex"] = body_of { signature = '"zz"' }, ["signature_v1: null"] = body_of { signature_v1 = "null" },
      ["timestamp: type"] = body_of { timestamp = '"1"' }, ["signature: length"] = body_of { signature = '"00"' },
      ["timestamp: beyond 2^53"] = body_of { timestamp = "18446744073709551615" },
      ["body: "] = "[]",
    } do
      local kms = answering(body)
      local key, message, code = kms:env_encrypt_key(id, { signer = signer, now = now })
      assert.is_nil(key)
      assert.matches(problem, message, 1, true)
      assert.equal("reply", code)
    end
  end)

  it("of a VMM without a KMS holds the VMM's words", function()
    local kms = answering { status = 400, body = '{"error":"KMS is not configured"}' }
    local _, message, code = kms:env_encrypt_key(id, { signer = signer })
    assert.matches("the KMS refused: KMS is not configured %(HTTP 400%)", message)
    assert.equal("rpc", code)
  end)

  it("shows what is null as absent", function()
    local kms = answering('{"ca_cert":"x","k256_pubkey":"' .. signer .. '","allow_any_upgrade":true,'
      .. '"bootstrap_info":null,"is_dev":false,"gateway_app_id":null,"chain_id":null,"new":1}',
      '{"ca_cert":"x","k256_pubkey":"' .. signer .. '","chain_id":8453,"bootstrap_info":{"ca_pubkey":"00",'
      .. '"k256_pubkey":"01","attestation":""}}', '{"ca_cert":null,"k256_pubkey":"' .. signer .. '"}')
    local meta = assert(kms:get_meta())
    assert.is_nil(meta.chain_id)
    assert.is_nil(meta.bootstrap_info)
    assert.is_true(meta.allow_any_upgrade)
    assert.equal(1, meta.extra.new)
    meta = assert(kms:get_meta())
    assert.equal(8453, meta.chain_id)
    assert.equal("01", meta.bootstrap_info.k256_pubkey)
    local _, message, code = kms:get_meta()
    assert.matches("ca_cert: null", message)
    assert.equal("reply", code)
  end)
end)

describe("The other services of a KMS", function()
  it("are asked under their names", function()
    local root = vectors.root.public_key
    local kms, transport = answering('{"temp_ca_cert":"a","temp_ca_key":"s3cret","ca_cert":"c"}',
      '{"ca_cert":"c","disk_crypt_key":"' .. ("11"):rep(32) .. '","env_crypt_key":"' .. ("22"):rep(32) .. '"}',
      '{"temp_ca_key":"k","keys":[{"ca_key":"s","k256_key":"' .. ("33"):rep(32) .. '"}]}',
      '{"certificate_chain":["a","b"]}', '{"ca_pubkey":"00","k256_pubkey":"' .. root .. '"}',
      '{"k256_pubkey":"' .. root .. '"}', '{"device_id":"00","attestation_mode":"x"}', "null", "null")
    local ca = assert(kms:get_temp_ca_cert())
    assert.is_nil(tostring(ca):find("s3cret", 1, true))
    local keys = assert(kms:get_app_key { api_version = 1, vm_config = "{}" })
    assert.is_nil(tostring(keys):find("2222", 1, true))
    assert.equal(1, #assert(kms:get_kms_key()).keys)
    assert.same({ "a", "b" }, assert(kms:sign_cert(2, "\1", "\2")).certificate_chain)
    assert.equal(root, assert(kms:onboard_bootstrap "kms.example").k256_pubkey)
    assert.equal(root, assert(kms:onboard("https://a", "b")).k256_pubkey)
    assert.equal("x", assert(kms:onboard_attestation_info()).extra.attestation_mode)
    assert.is_true(kms:onboard_finish())
    assert.is_true(kms:clear_image_cache("ab"))
    local asked = {}
    for i, request in ipairs(transport.requests) do
      asked[i] = request.path:gsub("^/prpc/", "") .. " " .. request.body
    end
    assert.same({ "GetTempCaCert {}", 'GetAppKey {"api_version":1,"vm_config":"{}"}', "GetKmsKey {}",
      'SignCert {"api_version":2,"csr":"01","signature":"02"}', 'Onboard.Bootstrap {"domain":"kms.example"}',
      'Onboard.Onboard {"source_url":"https://a","domain":"b"}', "Onboard.GetAttestationInfo {}", "Onboard.Finish {}",
      'Admin.ClearImageCache {"image_hash":"ab"}' }, asked)
    assert.is_true(transport.requests[5].fresh)
  end)
end)
