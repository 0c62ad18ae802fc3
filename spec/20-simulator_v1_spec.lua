-- The simulator on the surfaces of dstack OS 0.6, as an older release, and at its external listener:
-- with our clients, over real sockets.

local core = require "dstack.core"
local dstack = require "dstack"
local support = require "spec.support"

local APP_ID = "5bb4ff9a3837357f19dc176407a5709c62eb6c56"
local UPSTREAM = "-C spec/vectors/simulator --app-id " .. APP_ID

local vectors = support.vectors "guest-v1"

-- A simulator with an external listener too, at a port.
local function start(options)
  local simulator = support.simulator("--listen external=127.0.0.1:0 " .. (options or ""))
  simulator.external = assert(simulator.output():match "\nexport DSTACK_SIMULATOR_EXTERNAL=(%S+)\n")
  return simulator
end

local function check_unsupported(pattern, result, message, code)
  assert.is_nil(result)
  assert.equal("unsupported", code, message)
  assert.matches(pattern, message)
end

describe("The simulator with upstream's keys", function()
  local simulator, v0, v1, worker

  setup(function()
    simulator = start(UPSTREAM)
    v0 = assert(dstack.DstackClientV0(simulator.endpoint))
    v1 = assert(dstack.DstackClientV1(simulator.endpoint))
    worker = assert(dstack.WorkerClient(simulator.external))
  end)

  teardown(function()
    for _, client in ipairs { v0, v1, worker } do
      client:close()
    end
    simulator.stop()
  end)

  it("derives v1's keys of the vectors, with their chains", function()
    local root = vectors.anchors[1].kms_root
    for _, v in ipairs(vectors.get_key) do
      local key = assert(v1:get_key(v.domain, v.algorithm))
      assert.equal(v.key, key.key, v.name)
      assert.equal(v.public_key, key.public_key, v.name)
      assert.same(v.signature_chain, key.signature_chain, v.name)
      assert.equal(vectors.anchors[1].app_root, key:verify_chain { app_id = APP_ID, kms_root = root })
      assert.is_string(dstack.verify_key_chain {
        surface = "v1", domain = v.domain, algorithm = v.algorithm, public_key = key.public_key,
        signature_chain = key.signature_chain, app_id = APP_ID, kms_root = root,
      })
    end
    assert.equal(5, #vectors.get_key)
    assert.equal(root, simulator.output():match "DSTACK_SIMULATOR_KMS_ROOT=(%x+)")
  end)

  it("gives the same name another key on each surface", function()
    for _, algorithm in ipairs { "secp256k1", "ed25519" } do
      local key = assert(v1:get_key("test", algorithm))
      assert.not_equal(key.key, assert(v0:get_key("test", "test", algorithm)).key)
      local good, _, code = key:verify_chain { app_id = APP_ID, kms_root = vectors.anchors[1].kms_root, domain = "t" }
      assert.is_nil(good)
      assert.equal("verify", code)
    end
    assert.not_equal(v1:get_key("test", "secp256k1").key, v1:get_key("test", "ed25519").key)
  end)

  it("has the app's key attested for those outside", function()
    for _, v in ipairs(vectors.dip1) do
      if v.name:find "simulator" then
        local attested = assert(worker:get_attestation_for_app_key(v.algorithm))
        assert.equal(v.report_data, attested.report_data)
        assert.equal(v.report_data, assert(attested:td_report()).report_data)
        assert.equal(v0:sign(v.algorithm, "x").public_key, (attested:public_key()))
        assert.is_table(attested:replay_rtmrs())
      end
    end
    local ed25519 = assert(worker:get_attestation_for_app_key "ed25519")
    assert.same({ v0:sign("ed25519", "x").public_key, "ed25519" }, { ed25519:public_key() })
    assert.equal("secp256k1", (select(2, worker:get_attestation_for_app_key("secp256k1_prehashed"):public_key())))
    local _, message, code = worker:get_attestation_for_app_key "rsa"
    assert.matches("Unsupported algorithm", message)
    assert.equal("rpc", code)
  end)
end)

describe("DstackClientV1 on the simulator", function()
  local simulator, client

  setup(function()
    simulator = start()
    client = assert(dstack.DstackClientV1(simulator.endpoint))
  end)

  teardown(function()
    client:close()
    simulator.stop()
  end)

  it("is reachable, and learns the release", function()
    assert.is_true(client:is_reachable())
    local version = assert(client:version())
    assert.same({ "0.6.0", "unknown" }, { version.version, version.rev })
  end)

  it("learns who it is, as v0 does", function()
    local info, frozen = assert(client:info()), assert(dstack.DstackClient(simulator.endpoint):info())
    assert.same({}, info.extra)
    assert.equal(core.hex(dstack.crypto.sha256(info.app_compose)), info.compose_hash)
    assert.equal(frozen.tcb_info.app_compose, info.app_compose)
    for _, name in ipairs {
      "app_id", "app_name", "compose_hash", "instance_id", "device_id", "os_image_hash", "mr_aggregated", "vm_config",
      "key_provider_info", "cloud_vendor", "cloud_product",
    } do
      assert.equal(frozen[name], info[name], name)
    end
  end)

  it("gets an attestation in MessagePack, with the quote that v0 would give", function()
    local attested = assert(client:attest("nonce", { include_boottime_gpu_evidence = true }))
    assert.same({}, attested.boottime_gpu_evidence)
    local bytes = attested:decode_attestation()
    assert.equal("\131\167version\1\168platform\130\164kind\163tdx", bytes:sub(1, 29))
    assert.is_truthy(bytes:find("\171report_data\220\0\64nonce\0\0", 1, true))
    local frozen = assert(dstack.DstackClient(simulator.endpoint):attest "nonce"):decode_attestation()
    assert.equal("\0\0", frozen:sub(1, 2))
    local _, message, code = client:attest(("x"):rep(65))
    assert.matches("1 to 64 bytes", message)
    assert.equal("invalid", code)
  end)

  it("is told that there is no GPU", function()
    local evidence, message, code = client:attest_gpu(("n"):rep(32))
    assert.is_nil(evidence)
    assert.equal("rpc", code)
    assert.matches("the agent refused: GPU attestation failed: GPU attestation is not available in this image", message,
      1, true)
  end)

  it("gets certificates, another key each time", function()
    local first = assert(client:issue_cert { subject = "a.example", usage_ra_tls = true, with_app_info = true })
    local second = assert(client:issue_cert("a.example"))
    assert.not_equal(first.key, second.key)
    assert.equal(2, #first.certificate_chain)
    assert.equal(first.certificate_chain[2], second.certificate_chain[2])
    local _, message, code = client:issue_cert { not_before = 2, not_after = 1 }
    assert.matches("not_before", message)
    assert.equal("invalid", code)
  end)

  it("is refused names that v1 does not have, before they are sent", function()
    for _, algorithm in ipairs { "", "k256", "secp256k1_prehashed" } do
      local key, _, code = client:get_key("a", algorithm)
      assert.is_nil(key)
      assert.equal("invalid", code)
    end
  end)

  it("says where the other surface's methods are", function()
    check_unsupported("the v1 surface has no such method: use attest here", client:get_quote "x")
    check_unsupported("sign: the v1 surface has no such method", client:sign("ed25519", "x"))
  end)
end)

describe("The simulator's external listener", function()
  local function with(options, check)
    local simulator = start(options)
    local good, message = pcall(check, simulator)
    simulator.stop()
    assert(good, message)
  end

  it("serves both forms of the Worker", function()
    with(nil, function(simulator)
      local inside = assert(dstack.DstackClient(simulator.endpoint):info())
      for _, surface in ipairs { "v0", "v1" } do
        local worker = assert(dstack.WorkerClient { endpoint = simulator.external, surface = surface })
        assert.is_true(worker:is_reachable())
        assert.equal(inside.app_id, assert(worker:info()).app_id)
        assert.equal("0.6.0", assert(worker:version()).version)
        worker:close()
      end
      local worker = assert(dstack.WorkerClient(simulator.external))
      local health = assert(worker:health())
      assert.same({ true, {}, "" }, { health.healthy, health.unhealthy, health.error })
      assert.equal(inside.tcb_info.mrtd, assert(worker:info()).tcb_info.mrtd)
    end)
  end)

  it("has no keys, and the agent's no Worker", function()
    with(nil, function(simulator)
      check_unsupported("nothing answers to GetKey", dstack.DstackClient(simulator.external):get_key "a")
      check_unsupported("nothing answers to Health", dstack.WorkerClient(simulator.endpoint):health())
    end)
  end)

  it("tells what the compose file lets it tell", function()
    local folder = support.directory()
    support.write(folder .. "/app-compose.json", '{"name":"shy","public_tcbinfo":false}')
    with("-C " .. folder, function(simulator)
      local frozen = assert(dstack.WorkerClient(simulator.external):info())
      assert.same({ "shy", "", "" }, { frozen.app_name, frozen.tcb_info_text, frozen.vm_config })
      assert.is_nil(frozen.tcb_info)
      assert.matches("kms", frozen.key_provider_info)
      local info = assert(dstack.WorkerClient { endpoint = simulator.external, surface = "v1" }:info())
      assert.same({ "shy", "", "", "" }, { info.app_name, info.app_compose, info.vm_config, info.key_provider_info })
      assert.matches("kms", assert(dstack.DstackClientV1(simulator.endpoint):info()).key_provider_info)
    end)
    support.run("rm -r " .. folder)
  end)

  it("is there when asked for, and for a script of --simulator", function()
    local simulator = support.simulator()
    assert.is_nil(simulator.output():find "EXTERNAL")
    simulator.stop()
    local script = [[local worker = require("dstack").WorkerClient(os.getenv "DSTACK_SIMULATOR_EXTERNAL")
      print(assert(worker:health()).healthy)]]
    assert.equal("true\n", (support.run(support.interpreter .. " --simulator -e " .. support.quote(script))))
  end)
end)

-- What each release has. `gate` is whether a key of another algorithm than secp256k1 is to be had.
local releases = {
  { name = "0.5.5", attests = false, gate = false, emits = true },
  { name = "0.5.6", attests = true, gate = true, emits = true },
  { name = "0.5.11", version = "0.5.11", attests = true, gate = true, emits = true },
  { name = "0.6", version = "0.6.0", v1 = true, attests = true, gate = true, emits = false },
}

for _, release in ipairs(releases) do
  describe("The simulator as dstack OS " .. release.name, function()
    local simulator, client

    setup(function()
      simulator = start("--os-version " .. release.name)
      client = assert(dstack.DstackClient(simulator.endpoint))
    end)

    teardown(function()
      client:close()
      simulator.stop()
    end)

    it("says so", function()
      assert.matches("\n# answers as dstack OS " .. release.name .. "\n", simulator.output(), 1, true)
    end)

    it("is detected", function()
      assert.same({ v0 = true, v1 = release.v1 or false, version = release.version,
        rev = release.version and "unknown" }, assert(dstack.detect(simulator.endpoint)))
    end)

    it("is reachable", function()
      assert.is_true(client:is_reachable())
      assert.equal(release.v1 or false, dstack.DstackClientV1(simulator.endpoint):is_reachable())
    end)

    it("derives the keys it can, and no other in their place", function()
      assert.is_truthy(client:get_key "a")
      if release.gate then
        assert.equal(64, #assert(client:get_key("a", "", "ed25519")):public_key())
        assert.is_truthy(client:get_tls_key { with_app_info = true })
      else
        check_unsupported("this agent %(dstack OS 0.5.5 or older%) would ignore an algorithm",
          client:get_key("a", "", "ed25519"))
        check_unsupported("would ignore with_app_info", client:get_tls_key { with_app_info = true })
      end
    end)

    it("attests and quotes as it did", function()
      if release.attests then
        assert.is_truthy(client:attest "x")
      else
        check_unsupported("has no method Attest", client:attest "x")
      end
      local quote = assert(client:get_quote "x")
      local report, rtmrs = assert(quote:td_report()), assert(quote:replay_rtmrs())
      for i = 0, 3 do
        assert.equal(report["rt_mr" .. i], rtmrs[i])
      end
    end)

    it("emits events or says why not", function()
      local good, message, code = client:emit_event("a", "b")
      if release.emits then
        assert.is_true(good)
      else
        assert.is_nil(good)
        assert.equal("rpc", code)
        assert.matches("EmitEvent was removed in dstack 0.6.0; runtime RTMR3 events are system-owned and cannot be "
          .. "extended by apps", message, 1, true)
      end
    end)

    it("has v1, or a client that says which release this is", function()
      local v1 = assert(dstack.DstackClientV1(simulator.endpoint))
      local worker = assert(dstack.WorkerClient(simulator.external))
      assert.is_truthy(worker:info())
      if release.v1 then
        assert.is_truthy(v1:get_key("a", "secp256k1"))
        assert.is_true(worker:health().healthy)
      else
        local is = release.version or "0.5.6 or older"
        check_unsupported("this agent %(dstack OS " .. is:gsub("%.", "%%.")
          .. "%) has no v1, which came with 0%.6: use DstackClient", v1:get_key("a", "secp256k1"))
        check_unsupported("this agent %(dstack OS " .. release.name:gsub("%.", "%%.")
          .. "%) has no v1, which came with 0%.6", worker:health())
      end
    end)
  end)
end

describe("The simulator without a release", function()
  it("has every surface, and takes events", function()
    local simulator = support.simulator()
    assert.same({ v0 = true, v1 = true, version = "0.6.0", rev = "unknown" }, assert(dstack.detect(simulator.endpoint)))
    assert.is_true(dstack.DstackClient(simulator.endpoint):emit_event("a", "b"))
    assert.is_nil(simulator.output():find "answers as")
    simulator.stop()
  end)

  it("is what a command line asks for that names none", function()
    for _, arguments in ipairs {
      "simulator --os-version 0.5.7 --listen agent=/nowhere/x", "--simulator --os-version=0.5.7 -e 'print(1)'",
    } do
      local out, status = support.run(support.interpreter .. " " .. arguments)
      assert.equal(2, status, out)
      assert.matches("os version: 0.5.7: unknown; there are: 0.5.5, 0.5.6, 0.5.11, 0.6\n", out, 1, true)
    end
    local out, status = support.run(support.interpreter .. " --os-version=0.6 -e 'print(1)'")
    assert.equal(2, status)
    assert.matches("--os-version: goes with --simulator only", out, 1, true)
    local script = [[print(require("dstack").detect().version)]]
    assert.equal("0.5.11\n", (support.run(support.interpreter .. " --simulator --os-version=0.5.11 -e "
      .. support.quote(script))))
  end)
end)

describe("Faults of the new surfaces", function()
  for fault, expected in pairs {
    ["Health=wrong-type"] = "healthy: type:",
    ["Health=wrong-type:unhealthy"] = "unhealthy: type:",
    ["GetKey=odd-hex:public_key"] = "public_key: hex:",
    ["Attest=wrong-type:boottime_gpu_evidence"] = "boottime_gpu_evidence: type:",
    ["IssueCert=wrong-type:certificate_chain"] = "certificate_chain: type:",
  } do
    it("are found: " .. fault, function()
      local simulator = start("--fault " .. fault)
      local v1, worker = dstack.DstackClientV1(simulator.endpoint), dstack.WorkerClient(simulator.external)
      local calls = {
        Health = function() return worker:health() end,
        GetKey = function() return v1:get_key("a", "ed25519") end,
        Attest = function() return v1:attest "x" end,
        IssueCert = function() return v1:issue_cert "x" end,
      }
      local reply, message, code = calls[fault:match "^%a+"]()
      simulator.stop()
      assert.is_nil(reply)
      assert.equal("reply", code)
      assert.matches(expected, message, 1, true)
    end)
  end
end)
