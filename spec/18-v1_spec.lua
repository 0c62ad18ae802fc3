-- The v1 surface: replies, the client, detection, and the chains of both surfaces. The v1 client
-- speaks to a scripted transport here; to the simulator in its own specs.

local core = require "dstack.core"
local dstack = require "dstack"
local replies = require "spec.support.replies"
local response = require "dstack.response_v1"
local support = require "spec.support"

local vectors = support.vectors "guest-v1"

local KMS_ROOT = "0318f228673448772dd4835a82149a9d475db8095234469a8fcc85cfa18b85abbc"
local APP_ID = "a9019d1b2c3d4e5f60718293a4b5c6d7e8f90a1b"

-- The chain that is right, of a vector.
local good
for _, vector in ipairs(vectors.chain) do
  if vector.valid and vector.domain == "storage-encryption" and vector.algorithm == "secp256k1" then
    good = vector
  end
end

local function key_reply(vector)
  return ('{"key":"%s","public_key":"%s","signature_chain":["%s","%s"]}'):format(vector.key,
    vector.public_key, vector.signature_chain[1], vector.signature_chain[2])
end

local function client_with(answers, options, class)
  local transport = support.transport(answers)
  options = options or {}
  options.endpoint = options.endpoint or "/agent.sock"
  options.transport = transport
  return assert(dstack[class or "DstackClientV1"](options)), transport
end

local function sent(transport, n)
  return core.json_decode(transport.requests[n or 1].body)
end

local VERSION = { body = '{"version":"0.5.11","rev":"git:0123456789abcdef0123"}' }
local NO_ROUTE = { status = 404, body = "<!DOCTYPE html><title>404 Not Found</title>" }
local UNKNOWN = { status = 400, body = '{"error":"Service not found: Version"}' }

-- Replies ----------------------------------------------------------------------------------------

local classes = {
  GetKey = "GetKeyResponseV1", Info = "InfoResponseV1", Attest = "AttestResponseV1",
  AttestGpu = "AttestGpuResponseV1", IssueCert = "IssueCertResponseV1",
  Version = "VersionResponseV1", Health = "HealthResponse",
  GetAttestationForAppKey = "GetAttestationForAppKeyResponse",
}

local function answer(case)
  local arguments = replies.arguments(case)
  local call = assert(core.call(case.surface, case.method, arguments))
  assert(call:request())
  local members, extra, code = call:reply(case.status, replies.body(case))
  if not members then
    return nil, extra, code
  end
  return response.new(classes[case.method], members, extra, arguments)
end

local function check_success(case)
  local reply, message = answer(case)
  assert.is_truthy(reply, message)
  for name, value in pairs(case.values or {}) do
    local member = name:match "^(.*)_hex$"
    if member and reply[member] then
      assert.equal(value, core.hex(reply[member]))
    else
      assert.same(value, reply[name])
    end
  end
  if case.verify then
    local root, why, code = reply:verify_chain { app_id = APP_ID, kms_root = KMS_ROOT }
    assert.is_nil(root)
    assert.equal(case.verify, code)
    assert.is_truthy(why:find(case.problem, 1, true), why)
  end
end

describe("a v1 reply", function()
  for _, case in ipairs(support.vectors "replies-v1") do
    it(case.id, function()
      if case.ok then
        check_success(case)
      else
        local value, message, code = answer(case)
        assert.is_nil(value)
        replies.check_failure(case, message, code)
      end
    end)
  end

  it("keeps members nobody knows apart, inside a list too", function()
    local call = core.call("v1", "AttestGpu", { nonce = ("n"):rep(32) })
    local members, extra = call:reply(200, [[{"new":1,"bundles":[
      {"vendor":"a","format":"b","evidence":"00ff","later":{"x":[2]},"decode_evidence":3},
      {"vendor":"c","format":"d","evidence":""}]}]])
    assert.same({ new = 1 }, extra)
    local reply = response.new("AttestGpuResponseV1", members, extra)
    assert.equal(2, #reply.bundles)
    assert.same({ later = { x = { 2 } }, decode_evidence = 3 }, reply.bundles[1].extra)
    assert.equal("\0\255", reply.bundles[1]:decode_evidence())
    assert.same({}, reply.bundles[2].extra)
    assert.equal("", reply.bundles[2]:decode_evidence())
    assert.equal("GpuEvidenceBundleV1", getmetatable(reply.bundles[1]).__name)
  end)

  it("with an app key's attestation says whose key it is", function()
    for _, vector in ipairs(vectors.dip1) do
      local call = core.call("worker-v0", "GetAttestationForAppKey", { algorithm = vector.algorithm })
      local members, extra = call:reply(200, ('{"quote":"04","event_log":"[]","report_data":"%s"}')
        :format(vector.report_data))
      local reply = response.new("GetAttestationForAppKeyResponse", members, extra)
      local key, algorithm = reply:public_key()
      assert.equal(algorithm == "ed25519" and 64 or 66, #key)
      assert.equal(vector.algorithm:match "^%w+", algorithm)
      assert.equal("\4", reply:decode_quote())
      reply.report_data = ("00"):rep(64)
      local none, message, code = reply:public_key()
      assert.is_nil(none)
      assert.matches("^report_data: not a public key", message)
      assert.equal("invalid", code)
      reply.report_data = "00"
      assert.equal("report_data: 1 bytes instead of 64", (select(2, reply:public_key())))
    end
  end)

  it("with an app key's attestation over something else is refused", function()
    local call = core.call("worker-v0", "GetAttestationForAppKey", { algorithm = "k256" })
    local members, message, code = call:reply(200,
      ('{"quote":"04","event_log":"[]","report_data":"%s"}'):format(("00"):rep(64)))
    assert.is_nil(members)
    assert.matches("^report_data: format", message)
    assert.equal("reply", code)
    call = core.call("worker-v0", "GetAttestationForAppKey", { algorithm = "secp256k1" })
    local off_curve = core.hex("dip1::secp256k1c-pk:Ag" .. ("A"):rep(42))
    members, message = call:reply(200,
      ('{"quote":"04","event_log":"[]","report_data":"%s"}'):format(off_curve))
    assert.is_nil(members)
    assert.matches("^report_data: point", message)
  end)
end)

-- The client -------------------------------------------------------------------------------------

describe("DstackClientV1", function()
  it("wants colons", function()
    local client = client_with {}
    for _, name in ipairs { "info", "version", "issue_cert", "get_key", "attest", "attest_gpu" } do
      assert.error_matches(function() client[name]() end, "methods are called with a colon")
    end
  end)

  it("sends what its methods say to /v1", function()
    local client, transport = client_with { { body = key_reply(good) } }
    local key = assert(client:get_key("storage-encryption", "secp256k1"))
    assert.equal(good.key, key.key)
    assert.equal(good.public_key, key.public_key)
    assert.equal("/v1/GetKey", transport.requests[1].path)
    assert.same({ domain = "storage-encryption", algorithm = "secp256k1" }, sent(transport))
    assert.is_false(transport.requests[1].fresh)
  end)

  it("asks nothing first: v1 has no older releases", function()
    local client, transport = client_with { { body = "{}" }, { body = "{}" } }
    client:get_key { domain = "", algorithm = "ed25519" }
    client:issue_cert { with_app_info = true, not_before = 1, not_after = 2 }
    assert.same({ domain = "", algorithm = "ed25519" }, sent(transport, 1))
    assert.same({ subject = "", usage_ra_tls = false, usage_server_auth = true,
      usage_client_auth = false, with_app_info = true, not_before = 1, not_after = 2 },
      sent(transport, 2))
    assert.equal("/v1/IssueCert", transport.requests[2].path)
  end)

  it("takes an attestation's options in a table, by position or by name", function()
    local client, transport = client_with(function() return { body = '{"attestation":"83"}' } end)
    local reply = assert(client:attest("x", { include_boottime_gpu_evidence = true }))
    assert.equal("\131", reply:decode_attestation())
    assert.same({}, reply.boottime_gpu_evidence)
    assert(client:attest("x", true))
    assert(client:attest { report_data = "x", include_boottime_gpu_evidence = true })
    assert(client:attest "x")
    for i = 1, 3 do
      assert.same({ report_data = "78", include_boottime_gpu_evidence = true }, sent(transport, i))
    end
    assert.same({ report_data = "78" }, sent(transport, 4))
    assert.error_matches(function() client:attest("x", { include_gpu = true }) end,
      "Attest: unknown argument 'include_gpu'")
    assert.error_matches(function() client:attest("x", 1) end, "boolean expected")
  end)

  it("gives GPUs a minute, unless the client was given a time", function()
    local now = require("dstack.transport").now
    local client, transport = client_with { { body = '{"bundles":[]}' } }
    local start = now()
    assert(client:attest_gpu(("n"):rep(32)))
    local deadline = transport.requests[1].deadline
    assert.is_true(deadline >= start + 60 and deadline < start + 62)
    client, transport = client_with({ { body = '{"bundles":[]}' } }, { timeout = 5 })
    assert(client:attest_gpu(("n"):rep(32)))
    deadline = transport.requests[1].deadline
    assert.is_true(deadline < start + 12)
  end)

  it("sends nothing when an argument cannot be, and says the cure", function()
    local client, transport = client_with {}
    for cure, call in pairs {
      ["algorithm: '' is none of this surface; there are: secp256k1, ed25519"] =
        function() return client:get_key("x", "") end,
      ["algorithm: 'k256' is none of this surface; there are: secp256k1, ed25519"] =
        function() return client:get_key("x", "k256") end,
      ["domain: not UTF-8"] = function() return client:get_key("\255", "ed25519") end,
      ["31 bytes instead of 32; hash"] = function() return client:attest_gpu(("n"):rep(31)) end,
      ["0 bytes instead of 32; hash"] = function() return client:attest_gpu "" end,
      ["65 bytes, at most 64"] = function() return client:attest(("x"):rep(65)) end,
      ["report_data: empty"] = function() return client:attest "" end,
      ["not_before: 2 is not earlier than not_after, 2"] =
        function() return client:issue_cert { not_before = 2, not_after = 2 } end,
    } do
      local value, message, code = call()
      assert.is_nil(value)
      assert.equal("invalid", code)
      assert.is_truthy(message:find(cure, 1, true), message)
    end
    assert.equal(0, #transport.requests)
  end)

  it("raises for what is missing or of another type, at the script's line", function()
    local client = client_with {}
    for wanted, call in pairs {
      ["GetKey: argument 'algorithm' is missing"] = function() client:get_key "x" end,
      ["GetKey: argument 'domain' is missing"] = function() client:get_key() end,
      ["GetKey: unknown argument 'path'; there are: domain, algorithm; surface v0 has it"] =
        function() client:get_key { path = "x" } end,
      ["get_key: 3 arguments given, at most 2 taken: domain, algorithm"] =
        function() client:get_key("a", "b", "secp256k1") end,
      ["attest: the report data are given twice"] =
        function() client:attest("x", { report_data = "y" }) end,
      ["attest: 3 arguments given, at most 2 taken"] = function() client:attest("x", {}, true) end,
      ["AttestGpu: bad argument 'nonce'"] = function() client:attest_gpu(32) end,
    } do
      local passed, message = pcall(call)
      assert.is_false(passed)
      assert.matches("^spec/18%-v1_spec.lua:%d+: ", message)
      assert.is_truthy(message:find(wanted, 1, true), message)
    end
  end)

  it("knows where the other surface's methods are, and goes nowhere", function()
    local client, transport = client_with {}
    for _, name in ipairs { "get_quote", "get_tls_key", "sign", "verify", "emit_event", "gpu_info" } do
      local value, message, code = client[name](client, "x")
      assert.is_nil(value)
      assert.equal("unsupported", code)
      assert.matches("^" .. name .. ": the v1 surface has no such method: .*DstackClient:" .. name,
        message)
    end
    local old = client_with({}, nil, "DstackClient")
    for _, name in ipairs { "issue_cert", "attest_gpu" } do
      local value, message, code = old[name](old, "x")
      assert.is_nil(value)
      assert.equal("unsupported", code)
      assert.matches("the v0 surface has no such method: .*DstackClientV1:" .. name, message)
    end
    for _, name in ipairs { "health", "get_attestation_for_app_key" } do
      for _, inside in ipairs { client, old } do
        local value, message, code = inside[name](inside, "ed25519")
        assert.is_nil(value)
        assert.equal("unsupported", code)
        assert.matches("the v[01] surface has no such method: .*WorkerClient:" .. name, message)
      end
    end
    for _, name in ipairs { "derive_key", "tdx_quote", "raw_quote" } do
      assert.equal("unsupported", (select(3, client[name](client, "x"))))
    end
    assert.is_nil(client.no_method_at_all)
    assert.equal(0, #transport.requests)
  end)

  it("has a frozen sister of two names", function()
    assert.equal(dstack.DstackClient, dstack.DstackClientV0)
  end)

  it("hides keys when printed", function()
    local client = client_with { { body = key_reply(good) } }
    local text = tostring(client:get_key("storage-encryption", "secp256k1"))
    assert.matches("^GetKeyResponseV1{", text)
    assert.is_nil(text:find(good.key, 1, true))
    assert.matches("key=<secret>", text, 1, true)
  end)

  it("decodes a key's members", function()
    local client = client_with { { body = key_reply(good) } }
    local key = assert(client:get_key("storage-encryption", "secp256k1"))
    assert.equal(good.key, core.hex(key:decode_key()))
    assert.equal(good.public_key, core.hex(key:decode_public_key()))
    assert.equal(good.signature_chain[1], core.hex(key:decode_signature_chain()[1]))
  end)

  it("is reachable when v1's Version is answered by an agent", function()
    local client, transport = client_with { VERSION, NO_ROUTE }
    assert.is_true(client:is_reachable())
    assert.is_false(client:is_reachable())
    assert.equal("/v1/Version", transport.requests[1].path)
  end)
end)

describe("On an agent without v1, a call", function()
  local function fail_with(...)
    local answers = { NO_ROUTE, ... }
    local client, transport = client_with(answers)
    local value, message, code = client:info()
    assert.is_nil(value)
    assert.equal("unsupported", code)
    assert.matches("^Info at /agent.sock: ", message)
    return message, client, transport
  end

  it("fails, and names the release and the cure", function()
    local message, client, transport = fail_with(VERSION, NO_ROUTE)
    assert.equal("Info at /agent.sock: this agent (dstack OS 0.5.11) has no v1, which came with "
      .. "0.6: use DstackClient, which speaks v0; the same names give other keys there", message)
    assert.equal("/Version", transport.requests[2].path)
    local again = select(2, client:get_key("x", "ed25519"))
    assert.matches("0.5.11", again, 1, true)
    assert.equal(3, #transport.requests) -- the release was asked once
  end)

  it("knows releases without Version", function()
    assert.matches("dstack OS 0.5.6 or older) has no v1", fail_with(UNKNOWN), 1, true)
  end)

  it("keeps its own failure when the release cannot be known", function()
    for _, what in ipairs { NO_ROUTE, { code = "timeout" }, { status = 503, body = "" } } do
      local message, _, transport = fail_with(what)
      assert.matches("^Info at /agent.sock: nothing answers to Info there %(HTTP 404", message)
      assert.equal(2, #transport.requests)
    end
  end)

  it("prints nothing of the release that could take over a terminal", function()
    local message = fail_with { body = '{"version":"\\u001b[2J0.5","rev":""}' }
    assert.is_nil(message:find "%c")
    assert.matches("dstack OS .[2J0.5) has no v1", message, 1, true)
  end)

  it("asks nothing more when an agent spoke", function()
    local client, transport = client_with {
      { status = 404, body = '{"error":"Service not found: AttestGpu"}' },
      { status = 501, body = '{"error":"GPU attestation failed: no GPU"}' },
    }
    assert.equal("unsupported", (select(3, client:attest_gpu(("n"):rep(32)))))
    assert.equal("rpc", (select(3, client:attest_gpu(("n"):rep(32)))))
    assert.equal(2, #transport.requests)
  end)
end)

it("emit_event on a 0.6 agent fails with the agent's explanation", function()
  local words = "EmitEvent was removed in dstack 0.6.0; runtime RTMR3 events are system-owned and "
    .. "cannot be extended by apps"
  local client = client_with({ { status = 400, body = ('{"error":"%s"}'):format(words) } }, nil,
    "DstackClientV0")
  local done, message, code = client:emit_event("e", "p")
  assert.is_nil(done)
  assert.is_truthy(message:find(words, 1, true))
  assert.equal("rpc", code)
end)

-- Detection --------------------------------------------------------------------------------------

describe("detect", function()
  local function detect(...)
    local transport = support.transport { ... }
    local found, message, code = dstack.detect { endpoint = "/agent.sock", transport = transport }
    assert.equal("/v1/Version", transport.requests[1].path)
    return found, message, code, transport
  end

  for _, case in ipairs(support.vectors "detect") do
    it(case.id, function()
      local found, message, code, transport = detect(case, VERSION)
      if case.answer == core.null then
        assert.is_nil(found)
        assert.is_string(message)
        assert.is_truthy(({ rpc = true, http = true, reply = true })[code], code)
        assert.equal(1, #transport.requests)
      else
        assert.same({ v0 = true, v1 = case.answer, version = "0.5.11",
          rev = "git:0123456789abcdef0123" }, found)
        assert.equal("/Version", transport.requests[2].path)
      end
    end)
  end

  it("takes the release from v1 where it is told there", function()
    local found, _, _, transport = detect { body = '{"version":"0.6.0","rev":"git:1"}' }
    assert.same({ v0 = true, v1 = true, version = "0.6.0", rev = "git:1" }, found)
    assert.equal(1, #transport.requests)
  end)

  it("leaves the release open on agents without Version", function()
    assert.same({ v0 = true, v1 = false }, (detect(NO_ROUTE, UNKNOWN)))
  end)

  it("does not take any web server for an old agent", function()
    local found, message, code = detect(NO_ROUTE, NO_ROUTE)
    assert.is_nil(found)
    assert.matches("is this a guest agent's endpoint", message, 1, true)
    assert.equal("unsupported", code)
  end)

  it("fails as it is when nobody answers", function()
    local found, message, code = detect { code = "timeout", message = "too slow" }
    assert.is_nil(found)
    assert.matches("too slow", message)
    assert.equal("timeout", code)
    found, message, code = dstack.detect "/nowhere.sock"
    assert.is_nil(found)
    assert.matches("/nowhere.sock: no such file", message, 1, true)
    assert.equal("connect", code)
    assert.equal("invalid", (select(3, dstack.detect "http://")))
  end)

  it("finds an agent that is there", function()
    local simulator = support.simulator()
    local found = assert(dstack.detect(simulator.endpoint))
    simulator.stop()
    assert.is_true(found.v0)
    assert.is_boolean(found.v1)
    assert.is_string(found.version)
  end)
end)

-- Chains -----------------------------------------------------------------------------------------

local function claim_of(vector)
  return {
    surface = vector.surface, public_key = vector.public_key,
    signature_chain = vector.signature_chain, app_id = vector.app_id, kms_root = vector.kms_root,
    purpose = vector.purpose, domain = vector.domain,
    algorithm = vector.surface == "v1" and vector.algorithm or nil,
  }
end

describe("verify_key_chain", function()
  local all = support.vectors "guest-v0"
  for _, vector in ipairs(all.chain) do
    vector.surface, vector.signature_chain = "v0", vector.links
    vectors.chain[#vectors.chain + 1] = vector
  end

  for _, vector in ipairs(vectors.chain) do
    it(vector.name, function()
      local root, message, code = dstack.verify_key_chain(claim_of(vector))
      if vector.valid then
        assert.equal(vector.app_root, root, message)
      else
        assert.is_nil(root)
        assert.equal(vector.code or "verify", code)
        assert.is_truthy(message:find(vector.problem or "does not lead", 1, true), message)
      end
    end)
  end

  local function changed(changes)
    local claim = claim_of(good)
    for name, value in pairs(changes) do
      claim[name] = value
    end
    return dstack.verify_key_chain(claim)
  end

  it("takes hex with 0x and in capitals, and anchors of both forms", function()
    assert.equal(good.app_root, changed { kms_root = "0x" .. KMS_ROOT:upper(), app_id = "0X" .. APP_ID })
  end)

  it("fails for what cannot be checked", function()
    for wanted, changes in pairs {
      ["app_id: not hex text"] = { app_id = "xyz" },
      ["app_id: 19 bytes instead of 20"] = { app_id = APP_ID:sub(3) },
      ["kms_root: not a secp256k1 public key"] = { kms_root = "00" },
      ["public_key: 32 bytes instead of 33"] = { public_key = ("00"):rep(32) },
      ["public_key: 33 bytes instead of 32"] = { algorithm = "ed25519" },
      ["algorithm: neither secp256k1 nor ed25519"] = { algorithm = "k256" },
      ["signature_chain: 1 links instead of 2"] = { signature_chain = { good.signature_chain[1] } },
      ["signature_chain: 3 links instead of 2; the first of a Sign reply's three"] =
        { signature_chain = { "00", good.signature_chain[1], "00" } },
      ["signature_chain[1]: hex"] = { signature_chain = { "0g", "" } },
    } do
      local root, message, code = changed(changes)
      assert.is_nil(root)
      assert.is_truthy(message:find(wanted, 1, true), message)
      assert.equal("invalid", code)
    end
  end)

  it("raises for what a script got wrong", function()
    for wanted, call in pairs {
      ['surface = "v0" or "v1"'] = function() changed { surface = "v2" } end,
      ["wants a table"] = function() dstack.verify_key_chain(good.public_key) end,
      ["unknown option 'purpose'; there are: surface, signature_chain, public_key, app_id, "
        .. "kms_root, domain, algorithm"] = function() changed { purpose = "x" } end,
      ["bad argument 'domain' (string expected, got number)"] = function() changed { domain = 5 } end,
      ["bad argument 'app_id' (hex text expected, got boolean)"] =
        function() changed { app_id = true } end,
      ["bad argument 'signature_chain' (a list"] = function() changed { signature_chain = "x" } end,
    } do
      local passed, message = pcall(call)
      assert.is_false(passed)
      assert.matches("^spec/18%-v1_spec.lua:%d+: verify_key_chain", message)
      assert.is_truthy(message:find(wanted, 1, true), message)
    end
  end)
end)

describe("a v1 key's verify_chain", function()
  local function key()
    local client = client_with { { body = key_reply(good) } }
    return assert(client:get_key("storage-encryption", "secp256k1"))
  end

  it("returns the application's root", function()
    assert.equal(good.app_root, key():verify_chain { app_id = APP_ID, kms_root = KMS_ROOT })
    assert.equal(good.app_root,
      key():verify_chain { app_id = APP_ID, kms_root = KMS_ROOT, domain = "storage-encryption" })
  end)

  it("fails for another domain, and is not v0's", function()
    local root, message, code = key():verify_chain {
      app_id = APP_ID, kms_root = KMS_ROOT, domain = "other",
    }
    assert.is_nil(root)
    assert.matches("the domain, the algorithm", message, 1, true)
    assert.equal("verify", code)
    assert.error_matches(function()
      key():verify_chain { app_id = APP_ID, kms_root = KMS_ROOT, purpose = "storage-encryption" }
    end, "unknown option 'purpose'; there are: app_id, kms_root, domain")
  end)
end)
