-- The client over a scripted transport: what it sends, and what it makes of answers and failures.

local core = require "dstack.core"
local dstack = require "dstack"
local support = require "spec.support"

local KEY = ("01"):rep(32)
local LINK = ("22"):rep(65)
local KEY_REPLY = ('{"key":"%s","signature_chain":["%s","%s"]}'):format(KEY, LINK, LINK)
local UNKNOWN = { status = 400, body = '{"error":"Service not found: X"}' }

local function client_with(answers, options)
  local transport = support.transport(answers)
  options = options or {}
  options.endpoint = options.endpoint or "/agent.sock"
  options.transport = transport
  return assert(dstack.DstackClient(options)), transport
end

local function sent(transport, n)
  return core.json_decode(transport.requests[n or 1].body)
end

describe("DstackClient options", function()
  it("raise when they do not exist or are of another type", function()
    assert.error_matches(function() dstack.DstackClient { timout = 1 } end, "unknown option 'timout'")
    assert.error_matches(function() dstack.DstackClient { timeout = "1" } end, "'timeout' wants a number")
    assert.error_matches(function() dstack.DstackClient(7) end, "'endpoint' wants a string")
  end)

  it("fail when their value cannot be", function()
    for _, options in ipairs { { max_response_bytes = 0.5 }, { max_response_bytes = 1e300 },
      { user_agent = "a\0b" }, { ca_file = "a\nb" }, { timeout = 0 }, { timeout = -1 }, { timeout = 0 / 0 },
      { connect_timeout = math.huge }, { endpoint = "a\0b" }, { endpoint = ("x"):rep(108) },
      { endpoint = "http://" } } do
      local client, message, code = dstack.DstackClient(options)
      assert.is_nil(client)
      assert.is_string(message)
      assert.equal("invalid", code)
    end
  end)

  it("take the endpoint alone, as text", function()
    assert.equal("DstackClient(/x.sock)", tostring(dstack.DstackClient "/x.sock"))
    assert.equal("DstackClient(http://h:1)", tostring(dstack.DstackClient "http://h:1/"))
  end)

  it("find the endpoint in the environment, where empty means unset", function()
    local script = support.quote "print(require('dstack').DstackClient())"
    local lua = support.interpreter .. " -e " .. script
    assert.equal("DstackClient(/e.sock)\n", (support.run("DSTACK_SIMULATOR_ENDPOINT=/e.sock " .. lua)))
    assert.equal("DstackClient(/var/run/dstack.sock)\n",
      (support.run("DSTACK_SIMULATOR_ENDPOINT= " .. lua)))
    local out = support.run("DSTACK_SIMULATOR_ENDPOINT=/nowhere.sock " .. support.interpreter .. " -e "
      .. support.quote "print(require('dstack').DstackClient():info())")
    assert.matches("/nowhere.sock (from DSTACK_SIMULATOR_ENDPOINT): no such file", out, 1, true)
  end)
end)

describe("DstackClient calls", function()
  it("send what the methods say, with a deadline", function()
    local client, transport = client_with({ { body = KEY_REPLY } }, { timeout = 5 })
    local now = require("dstack.transport").now()
    local key = assert(client:get_key("wallet", "mainnet"))
    assert.equal(KEY, key.key)
    local request = transport.requests[1]
    assert.equal("POST", request.method)
    assert.equal("/GetKey", request.path)
    assert.same({ "Content-Type: application/json" }, request.headers)
    assert.is_false(request.fresh)
    assert.is_true(request.deadline >= now + 5 and request.deadline < now + 6)
    assert.same({ path = "wallet", purpose = "mainnet", algorithm = "secp256k1" }, sent(transport))
  end)

  it("take named arguments too, and refuse unknown ones", function()
    local client, transport = client_with { { body = KEY_REPLY } }
    assert(client:get_key { path = "p", purpose = "q" })
    assert.same({ path = "p", purpose = "q", algorithm = "secp256k1" }, sent(transport))
    assert.error_matches(function() client:get_key { pth = "p" } end, "unknown argument 'pth'")
  end)

  it("have the defaults of the Python SDK", function()
    local client, transport = client_with { { body = KEY_REPLY }, { body = "{}" } }
    assert(client:get_key())
    assert.same({ path = "", purpose = "", algorithm = "secp256k1" }, sent(transport))
    client:get_tls_key()
    assert.same({ subject = "", usage_ra_tls = false, usage_server_auth = true,
      usage_client_auth = false }, sent(transport, 2))
  end)

  it("can turn server authentication off", function()
    local client, transport = client_with { { body = "{}" }, { body = "{}" } }
    client:get_tls_key("s", { "a" }, true, false, true)
    assert.same({ subject = "s", alt_names = { "a" }, usage_ra_tls = true, usage_server_auth = false,
      usage_client_auth = true }, sent(transport))
    client:get_tls_key { usage_server_auth = false }
    assert.is_false(sent(transport, 2).usage_server_auth)
  end)

  it("send nothing when an argument cannot be", function()
    local client, transport = client_with {}
    for _, call in ipairs {
      function() return client:get_quote "" end,
      function() return client:get_quote(("x"):rep(65)) end,
      function() return client:attest(("x"):rep(65)) end,
      function() return client:emit_event("", "x") end,
      function() return client:get_tls_key { not_before = -1 } end,
    } do
      local value, message, code = call()
      assert.is_nil(value)
      assert.equal("invalid", code)
      assert.is_string(message)
    end
    assert.equal(0, #transport.requests)
  end)

  it("raise for a wrong type", function()
    local client = client_with {}
    assert.error_matches(function() client:get_quote(5) end, "string expected, got number")
    assert.error_matches(function() client:get_quote() end, "GetQuote: argument 'report_data' is missing")
  end)

  it("emit events once, on a connection of their own", function()
    local client, transport = client_with { { body = "null" } }
    assert.is_true(client:emit_event("e", "\1"))
    assert.is_true(transport.requests[1].fresh)
    assert.same({ event = "e", payload = "01" }, sent(transport))
  end)

  it("name method, endpoint and reason in a failure", function()
    local client = client_with { { status = 400, body = '{"error":"no such path"}' } }
    local key, message, code = client:get_key "x"
    assert.is_nil(key)
    assert.equal("GetKey at /agent.sock: the agent refused: no such path (HTTP 400)", message)
    assert.equal("rpc", code)
  end)

  it("pass a transport's failure on", function()
    local client = client_with { { code = "timeout", message = "no reply within 30 s" } }
    local key, message, code = client:get_key "x"
    assert.is_nil(key)
    assert.equal("GetKey at /agent.sock: no reply within 30 s (option timeout)", message)
    assert.equal("timeout", code)
  end)

  it("raise at the line of the script, naming the method", function()
    local client = client_with {}
    local function line_of(call)
      local good, message = pcall(call)
      assert.is_false(good)
      return message
    end
    for _, call in ipairs {
      function() client:get_key(1) end,
      function() client:get_quote() end,
      function() client:get_key { pth = 1 } end,
      function() client:get_key("a", "b", "c", "d") end,
      function() dstack.DstackClient { timout = 1 } end,
      function() client.info() end,
      function() client.get_key("a", "b") end,
      function() dstack.crypto.sha512(5) end,
    } do
      assert.matches("^spec/03%-client_spec.lua:%d+: %w+", line_of(call))
    end
    assert.matches("colon", line_of(function() client.get_key("a") end), 1, true)
  end)

  it("raise at the line of a script in a folder that is called dstack, too", function()
    local directory = support.directory()
    support.run("mkdir " .. directory .. "/dstack")
    support.write(directory .. "/dstack/app.lua",
      "local client = require('dstack').DstackClient('/nowhere.sock')\nlocal _ = client:get_key(1) or 2")
    local out = support.run(("%s %s/dstack/app.lua"):format(support.interpreter, directory))
    support.run("rm -rf " .. directory)
    assert.matches("dstack/app.lua:2: GetKey: bad argument 'path'", out, 1, true)
  end)

  it("take one table in place of positional arguments everywhere", function()
    local client, transport = client_with { { body = "{}" }, { body = "{}" }, { body = "null" } }
    client:get_quote { report_data = "x" }
    client:sign { algorithm = "ed25519", data = "d" }
    client:emit_event { event = "e", payload = "p" }
    assert.same({ report_data = "78" }, sent(transport, 1))
    assert.same({ algorithm = "ed25519", data = "64" }, sent(transport, 2))
    assert.same({ event = "e", payload = "70" }, sent(transport, 3))
  end)

  it("end with close()", function()
    local client = client_with {}
    client:close()
    client:close()
    local info, message, code = client:info()
    assert.is_nil(info)
    assert.matches("closed", message)
    assert.equal("closed", code)
  end)
end)

if _VERSION == "Lua 5.4" then
  it("DstackClient ends with its scope in Lua 5.4", function()
    local client = client_with {}
    assert(load [[local client <close> = ...]])(client)
    assert.equal("closed", (select(3, client:info())))
  end)
end

describe("What older agents would ignore", function()
  it("is asked about once", function()
    local client, transport = client_with {
      { body = '{"version":"0.5.11","rev":"x"}' }, { body = KEY_REPLY }, { body = KEY_REPLY },
    }
    assert(client:get_key { algorithm = "ed25519" })
    assert(client:get_key { algorithm = "ed25519" })
    assert.equal("/Version", transport.requests[1].path)
    assert.equal("ed25519", sent(transport, 2).algorithm)
    assert.equal(3, #transport.requests)
  end)

  it("is not asked about where nothing depends on it", function()
    local client, transport = client_with {
      { body = KEY_REPLY }, { body = KEY_REPLY }, { body = "{}" },
    }
    assert(client:get_key { algorithm = "secp256k1" })
    assert(client:get_key { algorithm = "k256" })
    client:get_tls_key { subject = "s", with_app_info = false }
    assert.equal(3, #transport.requests)
  end)

  it("is known of 0.5.6 by its Verify", function()
    local client, transport = client_with {
      UNKNOWN, { status = 400, body = '{"error":"Unsupported algorithm"}' }, { body = KEY_REPLY },
    }
    assert(client:get_key { algorithm = "ed25519" })
    assert.equal("/Verify", transport.requests[2].path)
    assert.same({ algorithm = "", data = "", signature = "", public_key = "" }, sent(transport, 2))
  end)

  it("is refused on 0.5.5, for good", function()
    local client, transport = client_with { UNKNOWN, UNKNOWN }
    for _, call in ipairs {
      function() return client:get_key { algorithm = "ed25519" } end,
      function() return client:get_tls_key { not_after = 1 } end,
      function() return client:get_tls_key { with_app_info = true } end,
    } do
      local value, message, code = call()
      assert.is_nil(value)
      assert.equal("unsupported", code)
      assert.matches("0.5.5", message)
    end
    assert.equal(2, #transport.requests)
  end)

  it("stays unknown when somebody else answered", function()
    local client, transport = client_with {
      { status = 404, body = "<html>" },
      { body = '{"version":"0.5.11","rev":"x"}' }, { body = KEY_REPLY },
    }
    local key, message, code = client:get_key { algorithm = "ed25519" }
    assert.is_nil(key)
    assert.matches("^GetKey: not sent", message)
    assert.equal("unsupported", code)
    assert(client:get_key { algorithm = "ed25519" })
    assert.equal(3, #transport.requests)
  end)

  it("stays unknown when the question failed, and the failure stays what it is", function()
    local client, transport = client_with {
      { code = "timeout", message = "too slow" },
      { body = '{"version":"0.5.11","rev":"x"}' }, { body = KEY_REPLY },
    }
    local key, message, code = client:get_key { algorithm = "ed25519" }
    assert.is_nil(key)
    assert.matches("too slow", message)
    assert.equal("timeout", code)
    assert(client:get_key { algorithm = "ed25519" })
    assert.equal(3, #transport.requests)
  end)
end)

describe("is_reachable", function()
  local function reachable(answer)
    local client, transport = client_with { answer }
    local now = require("dstack.transport").now()
    local result = client:is_reachable()
    assert.is_true(transport.requests[1].deadline <= now + 0.6)
    return result
  end

  it("is true for any well-formed answer of an agent", function()
    assert.is_true(reachable { body = '{"version":"0.5.11","rev":"x"}' })
    assert.is_true(reachable(UNKNOWN))
    assert.is_true(reachable { status = 500, body = '{"error":"busy"}' })
  end)

  it("is false for anything else, and never raises", function()
    assert.is_false(reachable { code = "connect" })
    assert.is_false(reachable { status = 404, body = "<html>" })
    assert.is_false(reachable { body = "[]" })
    assert.is_false(reachable(function() error "broken transport" end))
    local transport = require "dstack.transport"
    local now = transport.now
    transport.now = function() error "no libcurl" end
    local client = client_with { { body = "{}" } }
    local result = client:is_reachable()
    transport.now = now
    assert.is_false(result)
  end)

  it("says why it is false", function()
    local client = client_with { { code = "connect", message = "nobody home" } }
    local there, message, code = client:is_reachable()
    assert.is_false(there)
    assert.matches("Version.*nobody home", message)
    assert.equal("connect", code)
    client = client_with { function() error "broken transport" end }
    there, message, code = client:is_reachable()
    assert.is_false(there)
    assert.matches("broken transport", message)
    assert.equal("internal", code)
  end)
end)

describe("The well-known paths", function()
  -- Connection attempts fail as listed; the first that does not, answers.
  local function with_paths(failures)
    local tried = {}
    local client = assert(dstack.DstackClient { transport = "curl" })
    client.endpoints = {}
    for i, failure in ipairs(failures) do
      client.endpoints[i] = { kind = "unix", address = "/p" .. i }
      client.transports[client.endpoints[i]] = {
        request = function()
          tried[#tried + 1] = i
          if failure then
            return nil, "why", failure.code or "connect", failure.errno
          end
          return { status = 200, headers = {}, body = '{"version":"1","rev":"2"}' }
        end,
        close = function() end,
      }
    end
    return client, tried
  end

  it("are tried in order, dead ones are passed over, the living one is kept", function()
    local client, tried = with_paths { { errno = 2 }, { errno = 111 }, false, false }
    assert(client:version())
    assert(client:version())
    assert.same({ 1, 2, 3, 3 }, tried)
  end)

  it("are all named when none answers, each with its reason", function()
    local client = with_paths { { errno = 2 }, { errno = 111 } }
    local version, message, code = client:version()
    assert.is_nil(version)
    assert.equal("connect", code)
    assert.matches("/p1: no such file", message, 1, true)
    assert.matches("/p2: connection refused", message, 1, true)
    assert.matches("simulator", message, 1, true)
  end)

  it("are not passed over for any other failure", function()
    local client, tried = with_paths { { code = "timeout" }, false }
    assert.is_nil((client:version()))
    assert.same({ 1 }, tried)
  end)
end)

describe("A log hook that raises", function()
  it("does not cost the result", function()
    local client = client_with({ { body = "null" } }, { log = function() error "boom" end })
    assert.is_true(client:emit_event("e", "p"))
  end)
end)

describe("log", function()
  it("hears which endpoint was chosen, and no secret", function()
    local lines = {}
    local client = client_with({ { body = KEY_REPLY } }, {
      log = function(level, text) lines[#lines + 1] = level .. " " .. text end,
    })
    assert(client:get_key "x")
    assert.same({ "debug endpoint: /agent.sock" }, lines)
  end)
end)

describe("A transport of one's own", function()
  local function client_over(answer)
    local own = { close = function() end }
    function own.request() return answer() end
    return assert(dstack.DstackClient { endpoint = "/agent.sock", transport = own })
  end

  it("has request and close", function()
    for _, own in ipairs { {}, { request = function() end }, { close = function() end } } do
      assert.error_matches(function() dstack.DstackClient { transport = own } end,
        "DstackClient: option 'transport' wants an object with the methods request and close")
    end
  end)

  it("is named when it returns what no transport may", function()
    for got, answer in pairs {
      ["nil, a message that is a nil, code nil"] = function() end,
      ["string"] = function() return "x" end,
      ["status nil, body string"] = function() return { body = "x" } end,
      ["status string, body string"] = function() return { status = "200", body = "x" } end,
      ["status number, body nil"] = function() return { status = 200 } end,
      ["nil, a message that is a string, code odd"] = function() return nil, "x", "odd" end,
    } do
      local client = client_over(answer)
      local good, message = pcall(function() return client:info() end)
      assert.is_false(good)
      assert.matches("^spec/03%-client_spec.lua:%d+: transport: request%(%) must return ", message)
      assert.matches("; got " .. got, message, 1, true)
    end
  end)

  it("may fail with any code", function()
    local info, message, code = client_over(function() return nil, "no luck", "timeout" end):info()
    assert.is_nil(info)
    assert.equal("timeout", code)
    assert.matches("no luck", message, 1, true)
  end)

  it("can stand on the one that is chosen", function()
    local transport = require "dstack.transport"
    local chosen = assert(transport.choose { kind = "unix", address = "/nowhere.sock" })
    local reply, _, code = chosen:request { method = "POST", path = "/Info", headers = {}, body = "",
      deadline = transport.now() + 5 }
    assert.is_nil(reply)
    assert.equal("connect", code)
    chosen:close()
    assert.error_matches(function() transport.choose({ kind = "unix", address = "/a" }, { conect_timeout = 1 }) end,
      "transport.choose: unknown option 'conect_timeout'; there are: ")
    assert.error_matches(function() transport.choose "/a" end, "transport.choose: an endpoint is ")
    assert.error_matches(function() transport.choose { kind = "tcp", address = "a" } end, "an endpoint is ")
    local none, _, word = transport.choose({ kind = "unix", address = "/a" }, { connect_timeout = 0 })
    assert.is_nil(none)
    assert.equal("invalid", word)
  end)
end)

describe("An algorithm that is refused", function()
  it("is named", function()
    local client = client_with { { status = 400, body = '{"error":"Unsupported algorithm"}' } }
    local signature, message, code = client:sign("data", "ed25519")
    assert.is_nil(signature)
    assert.equal("rpc", code)
    assert.matches("Unsupported algorithm (HTTP 400); asked for: 'data'", message, 1, true)
  end)
end)
