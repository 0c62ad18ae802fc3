-- TappdClient: what it sends, what it makes of answers, and that it says it is deprecated.

local core = require "dstack.core"
local dstack = require "dstack"
local replies = require "spec.support.replies"
local response = require "dstack.response"
local support = require "spec.support"

local vectors = support.vectors "tappd"

local UPSTREAM = "-C spec/vectors/simulator --app-id 5bb4ff9a3837357f19dc176407a5709c62eb6c56"
local UPSTREAM_ROOT = "0321529e458424ab1f710a3a57ec4dad2fb195ddca572f7469242ba6c7563085b6"
local UPSTREAM_KEY = "d6e88992cdeeee35fe70b5db61ab66cdb191fb9b6ec9313757ef162dd7214d5d"

local UNKNOWN = { status = 400, body = '{"error":"Service not found: X"}' }

-- The notices have a spec of their own, in processes of their own.
dstack.silence_deprecations()

local function client_with(answers)
  local transport = support.transport(answers)
  return assert(dstack.TappdClient { endpoint = "/tappd.sock", transport = transport }), transport
end

local function sent(transport, n)
  return core.json_decode(transport.requests[n or 1].body)
end

local refused = { status = 400, body = '{"error":"no"}' }

describe("A Tappd reply", function()
  local classes = { TdxQuote = "TdxQuoteResponse", RawQuote = "TdxQuoteResponse",
    DeriveK256Key = "GetKeyResponse", DeriveKey = "DeriveKeyResponse", Info = "InfoResponse",
    Version = "VersionResponse" }

  local function answer(case)
    local arguments = replies.arguments(case)
    local call = assert(core.call("tappd", case.method, arguments))
    assert(call:request())
    local members, extra, code = call:reply(case.status, replies.body(case))
    if not members then
      return nil, extra, code
    end
    return response.new(classes[case.method], members, extra, arguments)
  end

  local function check_failure(wanted, value, message, code)
    assert.is_nil(value)
    replies.check_failure(wanted, message, code)
    assert.equal(1, (message:find(wanted.field or "", 1, true)), message)
  end

  for _, case in ipairs(support.vectors "replies-tappd") do
    it(case.id, function()
      local reply, message, code = answer(case)
      if case.ok then
        assert.is_truthy(reply, message)
        for name, value in pairs(case.values or {}) do
          assert.equal(value, reply[name], name)
        end
        for name, value in pairs(case.tcb or {}) do
          assert.equal(value, reply.tcb_info[name], name)
        end
        assert.same(case.extra or {}, reply.extra)
        if case.verify == "ok" then
          assert.equal(reply:td_report().report_data, assert(reply:verify_report_data()))
        elseif case.verify then
          check_failure(case.verify, reply:verify_report_data())
        end
        return
      end
      check_failure(case, reply, message, code)
    end)
  end

  it("to DeriveKey needs a certificate for its key", function()
    local call = core.call("tappd", "DeriveKey", { path = "p" })
    local members, message, code = call:reply(200, '{"key":"k","certificate_chain":["x"]}')
    assert.is_nil(members)
    assert.equal("reply", code)
    assert.matches("^certificate_chain%[0%]: pem: ", message)
  end)
end)

describe("TappdClient", function()
  it("calls what the service calls otherwise", function()
    local client, transport = client_with { refused, refused, refused, refused, refused, refused }
    for path, call in pairs {
      DeriveKey = function() return client:derive_key() end,
      DeriveK256Key = function() return client:get_key() end,
      TdxQuote = function() return client:tdx_quote "x" end,
      RawQuote = function() return client:raw_quote(("x"):rep(64)) end,
      Info = function() return client:info() end,
      Version = function() return client:version() end,
    } do
      local value, message, code = call()
      assert.is_nil(value)
      assert.equal("rpc", code)
      assert.equal(path .. " at /tappd.sock: the agent refused: no (HTTP 400)", message)
      assert.equal("/prpc/Tappd." .. path, transport.requests[#transport.requests].path)
    end
  end)

  it("takes the Python SDK's arguments, in its order", function()
    local client, transport = client_with(function() return refused end)
    client:derive_key()
    assert.same({ path = "", subject = "" }, sent(transport))
    client:derive_key("api")
    assert.same({ path = "api", subject = "api" }, sent(transport, 2))
    client:derive_key("api", "example.com", { "localhost" })
    assert.same({ path = "api", subject = "example.com", alt_names = { "localhost" } }, sent(transport, 3))
    client:derive_key("a", "", nil, true, true, false, true)
    assert.same({ path = "a", subject = "", usage_ra_tls = true, usage_server_auth = true,
      usage_client_auth = false, random_seed = true }, sent(transport, 4))
    client:derive_key { path = "p", random_seed = true }
    assert.same({ path = "p", subject = "p", random_seed = true }, sent(transport, 5))
    client:tdx_quote("x", "keccak256", "mine")
    assert.same({ report_data = "78", hash_algorithm = "keccak256", prefix = "mine" }, sent(transport, 6))
    client:get_key("a", "b")
    assert.same({ path = "a", purpose = "b", algorithm = "secp256k1" }, sent(transport, 7))
  end)

  it("asks for sha512 where no algorithm is named", function()
    local client, transport = client_with { refused, refused }
    client:tdx_quote ""
    assert.same({ report_data = "", hash_algorithm = "sha512" }, sent(transport))
    client:tdx_quote { report_data = "x", prefix = "mine" }
    assert.same({ report_data = "78", hash_algorithm = "sha512", prefix = "mine" }, sent(transport, 2))
  end)

  for _, v in ipairs(vectors.raw) do
    it("pads raw data on the left: " .. v.name, function()
      local client, transport = client_with { refused, refused }
      client:tdx_quote(v.text, "raw")
      assert.equal(v.sent, sent(transport).report_data)
      client:tdx_quote(("x"):rep(64), "raw")
      assert.equal(("78"):rep(64), sent(transport, 2).report_data)
    end)
  end

  it("sends nothing when an argument cannot be", function()
    local client, transport = client_with {}
    for _, case in ipairs {
      { "65 bytes.*exactly 64", function() return client:tdx_quote(("x"):rep(65), "raw") end },
      { "63 bytes instead of 64", function() return client:raw_quote(("x"):rep(63)) end },
      { "0 bytes instead of 64", function() return client:raw_quote "" end },
      { "no 'md5'; there are: raw, sha256, .*, keccak512$", function() return client:tdx_quote("x", "md5") end },
      { "no 'SHA256'", function() return client:tdx_quote("x", "SHA256") end },
    } do
      local value, message, code = case[2]()
      assert.is_nil(value)
      assert.equal("invalid", code)
      assert.matches(case[1], message)
    end
    assert.equal(0, #transport.requests)
  end)

  it("raises for a wrong type, at the line of the script", function()
    local client = client_with {}
    for _, call in ipairs {
      function() client:tdx_quote() end,
      function() client:tdx_quote(5, "raw") end,
      function() client:tdx_quote("x", true) end,
      function() client:derive_key(1) end,
      function() client:derive_key("a", "b", "c") end,
      function() client:derive_key { pth = "a" } end,
      function() client:raw_quote("x", "y") end,
      function() client.info() end,
      function() dstack.TappdClient { timout = 1 } end,
    } do
      local good, message = pcall(call)
      assert.is_false(good)
      assert.matches("^spec/10%-tappd_spec.lua:%d+: %w+", message)
    end
    assert.error_matches(function() dstack.TappdClient { timout = 1 } end, "TappdClient: unknown option")
  end)

  it("names itself", function()
    local client = client_with {}
    assert.equal("TappdClient(/tappd.sock)", tostring(client))
    client:close()
    assert.equal("TappdClient(/tappd.sock, closed)", tostring(client))
    assert.equal("closed", (select(3, client:info())))
    assert.equal("dstack.TappdClient", tostring(dstack.TappdClient))
    assert.equal("TappdClient: option 'timeout' is not a finite number above 0",
      (select(2, dstack.TappdClient { timeout = 0 })))
  end)

  it("has no method the service never had, and says what to use", function()
    local client, transport = client_with {}
    for _, name in ipairs { "get_quote", "get_tls_key", "attest", "emit_event", "sign", "verify", "gpu_info" } do
      local value, message, code = client[name](client, "x")
      assert.is_nil(value)
      assert.equal("unsupported", code)
      assert.matches("DstackClient:" .. name, message, 1, true)
    end
    assert.equal(0, #transport.requests)
  end)

  it("asks what older agents would ignore about, once", function()
    local client, transport = client_with {
      { body = '{"version":"0.5.11","rev":"x"}' }, refused, refused, refused,
    }
    client:get_key { algorithm = "ed25519" }
    client:get_key { algorithm = "ed25519" }
    client:get_key "x"
    assert.equal("/prpc/Tappd.Version", transport.requests[1].path)
    assert.equal(4, #transport.requests)
    client, transport = client_with { UNKNOWN }
    for _ = 1, 2 do
      local key, message, code = client:get_key { algorithm = "ed25519" }
      assert.is_nil(key)
      assert.equal("unsupported", code)
      assert.matches("0.5.6 or older", message, 1, true)
    end
    assert.equal(1, #transport.requests)
  end)

  it("points to the other client where only the other socket is", function()
    local present = core.service_present
    for there, class in pairs { tappd = "DstackClient", dstack = "TappdClient" } do
      local client = assert(dstack[class] { transport = support.transport(function()
        return { code = "connect", errno = 2 }
      end) })
      client.endpoints = { { kind = "unix", address = "/a" }, { kind = "unix", address = "/b" } }
      core.service_present = function(name) return name == there end
      local good, info, message, code = pcall(client.info, client)
      core.service_present = present
      assert.is_true(good, info)
      assert.is_nil(info)
      assert.equal("connect", code)
      local other = class == "DstackClient" and "TappdClient" or "DstackClient"
      assert.matches(("There is a %s socket: use %s"):format(there, other), message, 1, true)
    end
  end)

  it("is reachable when an agent answers, be it an old one", function()
    local client = client_with { UNKNOWN, { body = '{"version":"0.5.11","rev":"x"}' }, { code = "connect" } }
    assert.is_true(client:is_reachable())
    assert.is_true(client:is_reachable())
    assert.is_false(client:is_reachable())
  end)

  it("finds its endpoint in its own variable, else on its own paths", function()
    local script = support.quote "require('dstack').silence_deprecations() print(require('dstack').TappdClient())"
    local lua = support.interpreter .. " -e " .. script
    assert.equal("TappdClient(/t.sock)\n",
      (support.run("DSTACK_SIMULATOR_ENDPOINT=/d.sock TAPPD_SIMULATOR_ENDPOINT=/t.sock " .. lua)))
    assert.equal("TappdClient(/var/run/tappd.sock)\n",
      (support.run("DSTACK_SIMULATOR_ENDPOINT=/d.sock TAPPD_SIMULATOR_ENDPOINT= " .. lua)))
    local paths = {}
    for i, endpoint in ipairs(dstack.TappdClient().endpoints) do
      paths[i] = endpoint.address
    end
    assert.same({ "/var/run/tappd.sock", "/run/tappd.sock", "/var/run/dstack/tappd.sock",
      "/run/dstack/tappd.sock" }, paths)
  end)
end)

describe("Deprecation notices", function()
  local calls = [[
    local dstack = require "dstack"
    SILENCE
    for _ = 1, 2 do
      local client = dstack.TappdClient "/nowhere.sock"
      client:derive_key "a" client:tdx_quote "b" client:raw_quote(("c"):rep(64)) client:get_key "d" client:info()
    end]]

  local function run(silence)
    return (support.run(support.interpreter .. " -e " .. support.quote((calls:gsub("SILENCE", silence)))))
  end

  it("come once for each thing, with the cure", function()
    local out = run ""
    for _, what in ipairs { "TappdClient", "TappdClient:derive_key", "TappdClient:tdx_quote",
      "TappdClient:raw_quote" } do
      local _, n = out:gsub("dstack: " .. what .. " is deprecated: use DstackClient[^\n]*\n", "")
      assert.equal(1, n, what)
    end
    assert.equal(4, select(2, out:gsub("\n", "")))
    assert.equal("", (support.run(support.interpreter .. " -e "
      .. support.quote((calls:gsub("SILENCE", ""))) .. " 2>/dev/null")))
  end)

  it("can be turned off", function()
    assert.equal("", run "dstack.silence_deprecations()")
  end)
end)

describe("The simulated Tappd with upstream's keys", function()
  local simulator, client, agent

  setup(function()
    simulator = support.simulator(UPSTREAM)
    client = assert(dstack.TappdClient(simulator.tappd))
    agent = assert(dstack.DstackClient(simulator.endpoint))
  end)

  teardown(function()
    client:close()
    agent:close()
    simulator.stop()
  end)

  for _, v in ipairs(vectors.tdx_quote) do
    it("quotes " .. v.name, function()
      local data = core.unhex(v.report_data)
      if v.status then -- the client pads these before the agent could refuse them
        data = ("\0"):rep(64 - #data) .. data
      end
      local quote = assert(client:tdx_quote(data, v.hash_algorithm ~= "" and v.hash_algorithm or nil, v.prefix))
      assert.equal(v.final or core.hex(data), assert(quote:verify_report_data()))
      assert.equal(v.echo_hash_algorithm or "raw", quote.hash_algorithm)
      assert.equal(v.echo_prefix or "", quote.prefix)
      assert.equal(quote:td_report().rt_mr3, quote:replay_rtmrs()[3])
      assert.is_true(#quote:decode_event_log() > 0 and #quote:decode_quote() > 632)
    end)
  end

  it("quotes raw data", function()
    local quote = assert(client:raw_quote(("z"):rep(64)))
    assert.equal(("7a"):rep(64), assert(quote:verify_report_data()))
    assert.matches("^TdxQuoteResponse{", tostring(quote))
  end)

  it("derives the keys of the vectors, other ones from a random seed", function()
    local n = 0
    for _, v in ipairs(vectors.derive_key) do
      if v.root == UPSTREAM_KEY then
        n = n + 1
        local key = assert(client:derive_key(v.path))
        assert.equal(v.pkcs8_der, core.hex(key:as_uint8array()))
        assert.equal(core.unhex(v.pkcs8_der):sub(1, 32), key:as_uint8array(32))
        assert.equal(v.scalar, assert(client:get_key(v.path)).key)
        assert.equal(2, #key.certificate_chain)
        local seeded = assert(client:derive_key { path = v.path, random_seed = true })
        assert.not_equal(key.key, seeded.key)
        assert.is_nil(tostring(key):find("PRIVATE", 1, true))
      end
    end
    assert.is_true(n >= 4)
  end)

  it("gives the agent's keys, with all that a key can do", function()
    for _, algorithm in ipairs { "secp256k1", "ed25519" } do
      local key = assert(client:get_key("test", "test", algorithm))
      local same = assert(agent:get_key("test", "test", algorithm))
      assert.equal(same.key, key.key)
      assert.is_nil(key.k256_key)
      assert.same(same.signature_chain, key.signature_chain)
      assert.same({}, key.extra)
      assert.equal(same:public_key(), key:public_key())
      assert.equal(32, #key:decode_key())
      assert.is_string(assert(key:verify_chain {
        app_id = "5bb4ff9a3837357f19dc176407a5709c62eb6c56", kms_root = UPSTREAM_ROOT }))
    end
  end)

  it("says who it is", function()
    local info = assert(client:info())
    assert.equal("guest-agent", info.app_name)
    assert.same(assert(agent:info()).tcb_info.mrtd, info.tcb_info.mrtd)
    assert.equal("unknown", assert(client:version()).rev)
    assert.is_true(client:is_reachable())
  end)

  it("is not the agent, nor the agent Tappd: each client says so", function()
    local wrong = assert(dstack.TappdClient(simulator.endpoint))
    local info, message, code = wrong:info()
    assert.is_nil(info)
    assert.equal("unsupported", code)
    assert.matches("is this a guest agent's endpoint", message, 1, true)
    assert.is_false(wrong:is_reachable())
    wrong = assert(dstack.DstackClient(simulator.tappd))
    assert.equal("unsupported", (select(3, wrong:info())))
  end)
end)

describe("The simulator's Tappd", function()
  it("answers at an agent's port too", function()
    local simulator = support.simulator "--listen agent=127.0.0.1:0"
    local url = simulator.output():match "http://127%.0%.0%.1:%d+"
    local client = assert(dstack.TappdClient(url))
    assert(client:get_key "x")
    client:close()
    simulator.stop()
  end)

  it("is there for scripts that run with --simulator", function()
    local script = [[
      local dstack = require "dstack"
      dstack.silence_deprecations()
      assert(os.getenv "TAPPD_SIMULATOR_ENDPOINT" ~= os.getenv "DSTACK_SIMULATOR_ENDPOINT")
      print(dstack.TappdClient():get_key("a").key == dstack.DstackClient():get_key("a").key)]]
    assert.equal("true\n", (support.run(support.interpreter .. " --simulator -e " .. support.quote(script))))
  end)
end)
