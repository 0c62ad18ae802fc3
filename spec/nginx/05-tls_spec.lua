-- TLS in nginx: certificates that it serves from the agent, and servers that it asks over https.

local nginx = require "spec.support.nginx"
local support = require "spec.support"
local transport = require "dstack.transport"

local directory

-- What nginx.conf has to name although it is never served.
local function placeholder()
  local out, status = support.run(("openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes "
    .. "-keyout %s/key.pem -out %s/cert.pem -days 2 -subj /CN=placeholder 2>&1"):format(directory, directory))
  assert(status == 0, out)
end

setup(function()
  directory = support.directory()
  placeholder()
end)

teardown(function() support.run("rm -rf " .. directory) end)

-- An nginx that serves what the agent at that socket gives. options: Lua source, besides the client.
local function start(socket, options, workers)
  return nginx.start {
    workers = workers,
    http = ([[
      lua_shared_dict certificates 1m;
      init_by_lua_block {
        certificate = assert(require("resty.dstack.tls").new {
          client = { endpoint = "%s", timeout = 5 }, certificate = { subject = "site", alt_names = { "site.example" } },
          %s
        })
      }]]):format(socket, options),
    servers = ([[server {
      listen unix:%%(prefix)/tls.sock ssl;
      ssl_certificate %s/cert.pem; ssl_certificate_key %s/key.pem;
      ssl_certificate_by_lua_block { certificate:ssl_certificate() }
      location / { content_by_lua_block { ngx.say(ngx.worker.pid()) } }
    }]]):format(directory, directory),
  }
end

-- The certificate that a handshake shows, as openssl tells of it; "" when there was no handshake. Returns how
-- long it took, too.
local function shown(server)
  local begun = transport.now()
  local out = support.run(("openssl s_client -unix %s/tls.sock -servername site.example </dev/null 2>/dev/null "
    .. "| openssl x509 -noout -issuer -subject -ext subjectAltName -fingerprint 2>/dev/null"):format(server.prefix))
  return out, transport.now() - begun
end

local function await(what, check)
  local deadline = transport.now() + 8
  while not check() do
    assert(transport.now() < deadline, "in vain: " .. what)
    support.run "sleep 0.05"
  end
end

describe("resty.dstack.tls", function()
  it("serves one certificate of the agent's, from all workers", function()
    local simulator = support.simulator()
    local server = start(simulator.endpoint, 'shared_dict = "certificates"', 3)
    local first = shown(server)
    assert.matches("Dstack", first, 1, true)
    assert.matches("CN = site\n", first, 1, true)
    assert.matches("DNS:site.example", first, 1, true)
    for _ = 1, 8 do
      assert.equal(first, (shown(server)))
    end
    server:signal "HUP"
    support.run "sleep 0.3"
    assert.equal(first, (shown(server))) -- a reload asks for no other
    server:stop()
    simulator.stop()
  end)

  it("renews it at max_age, and serves the old one meanwhile", function()
    local simulator = support.simulator "--fault GetTlsKey=delay:0.7"
    local server = start(simulator.endpoint, 'shared_dict = "certificates", max_age = 1')
    local first = shown(server)
    assert.matches("Dstack", first, 1, true)
    support.run "sleep 1.1" -- now the new one is being asked for
    local second, took = shown(server)
    assert.equal(first, second)
    assert.is_true(took < 0.5, took)
    await("a new certificate", function()
      local now = shown(server)
      return now ~= first and now:find "Dstack"
    end)
    server:stop()
    simulator.stop()
  end)

  it("asks before the first handshake where init_worker is called", function()
    local simulator = support.simulator "--fault GetTlsKey=delay:0.7"
    local server = start(simulator.endpoint, 'shared_dict = "certificates"')
    server:run "certificate:init_worker()"
    support.run "sleep 1"
    local text, took = shown(server)
    assert.matches("Dstack", text, 1, true)
    assert.is_true(took < 0.5, took)
    server:stop()
    simulator.stop()
  end)

  it("goes on with the old one when the agent has gone", function()
    local simulator = support.simulator()
    local server = start(simulator.endpoint, "max_age = 1, retry = 0.2") -- without a shared dict
    local first = shown(server)
    assert.matches("Dstack", first, 1, true)
    simulator.kill()
    await("a failure", function() return server:log():find("resty.dstack.tls: GetTlsKey", 1, true) end)
    assert.equal(first, (shown(server)))
    server:stop()
    simulator.stop()
  end)

  it("ends handshakes while there is none, without asking for each, and recovers", function()
    local agent = support.scripted()
    local body = '{"error":"not yet"}'
    agent.say { "read", "send " .. require("dstack.core").hex(
      ("HTTP/1.1 400 No\r\nContent-Length: %d\r\n\r\n%s"):format(#body, body)) }
    local server = start(agent.endpoint, 'shared_dict = "certificates", retry = 3')
    for _ = 1, 4 do
      assert.equal("", (shown(server)))
    end
    local _, asked = support.read(agent.directory .. "/log"):gsub("\n", "")
    assert.equal(1, asked)
    assert.matches("the handshake ends without a certificate: GetTlsKey at ", server:log(), 1, true)
    assert.matches("not yet", server:log(), 1, true)
    agent.kill()
    support.run("rm " .. agent.endpoint)
    local simulator = support.simulator()
    support.run(("ln -s %s %s"):format(simulator.endpoint, agent.endpoint))
    await("a certificate", function() return shown(server):find "Dstack" end)
    server:stop()
    simulator.stop()
    agent.stop()
  end)

  it("says what is wrong with its options", function()
    local server = nginx.start()
    local function refused(options)
      local made, message, code = server:run("return require('resty.dstack.tls').new(arguments)", options)
      assert.is_nil(made)
      assert.equal("invalid", code)
      return message
    end
    assert.matches("add 'lua_shared_dict none 1m;'", refused { shared_dict = "none" }, 1, true)
    assert.matches("'max_age' is not a finite number above 0", refused { max_age = 0 }, 1, true)
    assert.matches("DstackClient: endpoint", refused { client = { endpoint = "http://" } }, 1, true)
    assert.has_error(function() refused { ma_age = 1 } end)
    assert.has_error(function() refused { retry = "1" } end)
    assert.has_error(function() refused { certificate = { alt_names = "site.example" } } end)
    assert.has_error(function() refused { certificate = { names = {} } } end)
    server:stop()
  end)
end)

describe("In nginx https", function()
  local simulator, url, ca_file

  setup(function()
    simulator = support.simulator "--tls --listen agent=127.0.0.1:0"
    url = simulator.output():match "# also at (%S+)"
    ca_file = simulator.output():match "DSTACK_SIMULATOR_CA_FILE=(%S+)"
  end)
  teardown(function() simulator.stop() end)

  local function ask(server, at)
    return server:run([[
      local key, message, code = require("dstack").DstackClient(arguments.at):get_key "x"
      return key and key.key, message, code]], { at = at })
  end

  it("is believed by nginx's own directive", function()
    local server = nginx.start { http = ("lua_ssl_trusted_certificate %s;"):format(ca_file) }
    local name = url:gsub("127%.0%.0%.1", "localhost")
    for _ = 1, 2 do -- the second one on the kept connection
      assert.matches("^%x+$", (assert(ask(server, name))))
    end
    -- The name counts: this one's certificate names an address, which nginx does not compare.
    local _, message, code = ask(server, url)
    assert.equal("connect", code)
    assert.matches("certificate problem: it is not for 127.0.0.1", message, 1, true)
    server:stop()
  end)

  it("is not without it", function()
    local server = nginx.start()
    local _, message, code = ask(server, (url:gsub("127%.0%.0%.1", "localhost")))
    assert.equal("connect", code)
    assert.matches("certificate problem: ", message, 1, true)
    assert.matches("lua_ssl_trusted_certificate", message, 1, true)
    _, message, code = ask(server, "https://name.example")
    assert.equal("connect", code)
    assert.matches("add the directive 'resolver'", message, 1, true)
    server:stop()
  end)
end)
