-- The contract of transports, of nginx's; and what is nginx's own about it.

local cases = require "spec.support.transport_cases"
local contract = require "spec.support.transport_contract"
local nginx = require "spec.support.nginx"
local support = require "spec.support"
local transport = require "dstack.transport"

local server

local ASK = [[
  local made = assert(require("dstack.transport").choose(arguments.endpoint, arguments.options))
  return made:request(arguments.request)]]

local aliases = 0

-- A transport that lives in a worker. Those to one socket share the connections that nginx keeps, so each gets
-- the socket under a name of its own.
local function remote(endpoint, options)
  if endpoint.kind == "unix" then
    aliases = aliases + 1
    local name = ("%s.%d"):format(endpoint.address, aliases)
    support.run(("ln -s %s %s"):format(endpoint.address, name))
    endpoint = { kind = "unix", address = name }
  end
  local id = server:run([[
    return require("spec.support.nginx_worker").transport(arguments.endpoint, arguments.options)]],
    { endpoint = endpoint, options = options })
  return {
    request = function(_, request)
      return server:run([[return require("spec.support.nginx_worker").request(arguments.id, arguments.request)]],
        { id = id, request = request })
    end,
    close = function()
      server:run([[require("spec.support.nginx_worker").close(arguments.id)]], { id = id })
    end,
  }
end

describe("In nginx", function()
  setup(function() server = nginx.start() end)
  teardown(function() server:stop() end)

  contract("cosocket", remote, function(fn) fn() end)
end)

describe("In nginx the transport", function()
  setup(function() server = nginx.start() end)
  teardown(function() server:stop() end)

  cases.cases(it, {
    request = function(endpoint, options, request)
      return server:run(ASK, { endpoint = endpoint, options = options, request = request })
    end,
  })

  it("is chosen by where the call comes from", function()
    assert.equal("cosocket curl", server:run [[
      local transport = require "dstack.transport"
      local endpoint = { kind = "unix", address = "/x" }
      local function names(options)
        return next(assert(transport.choose(endpoint, options)).made)
      end
      return names() .. " " .. names { transport = "curl" }]])
  end)

  it("needs no libcurl", function()
    local own, simulator = nginx.start(), support.simulator()
    local key, loaded = own:run([[
      local key = assert(require("dstack").DstackClient(arguments.at):get_key "x")
      return key.key, package.loaded["dstack.http"] ~= nil]], { at = simulator.endpoint })
    own:stop()
    simulator.stop()
    assert.matches("^%x+$", key)
    assert.is_false(loaded)
    local libraries = support.run(("ldd %s/5.1/dstack/core.so"):format(support.interpreter:match "^(.*)/"))
    assert.matches("libcrypto", libraries)
    assert.is_nil(libraries:find "libcurl")
  end)

  it("is an error where curl is named and not there", function()
    local own = nginx.start { http = [[init_by_lua_block { package.preload["dstack.http"] = function()
      error("module 'dstack.http' not found: none\nof these", 0) end }]] }
    local made, message, code = own:run [[
      return require("dstack.transport").choose({ kind = "unix", address = "/x" }, { transport = "curl" })]]
    own:stop()
    assert.is_nil(made)
    assert.equal("unsupported", code)
    assert.matches("the transport curl needs the module dstack.http: dstack/http.so is in no place", message, 1, true)
    assert.is_nil(message:find "\n")
  end)

  it("names nginx's directive where it lacks an option", function()
    for option, value in pairs { ca_file = "/x.pem", pinned_certificate = "sha256//x" } do
      local made, message, code = server:run([[
        return require("dstack.transport").choose({ kind = "url", address = "https://127.0.0.1:1" }, arguments)]],
        { [option] = value })
      assert.is_nil(made)
      assert.equal("unsupported", code)
      assert.matches(option .. ": not over cosockets", message, 1, true)
      assert.matches("lua_ssl_trusted_certificate", message, 1, true)
    end
  end)

  it("keeps pool_size connections, for keepalive_timeout", function()
    local agent = support.scripted()
    local body = require("dstack.core").hex "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"
    agent.say { "read", "pause 30", "send " .. body }
    local code = [[
      local made = assert(require("dstack.transport").choose({ kind = "unix", address = arguments.socket },
        { pool_size = 1, keepalive_timeout = 0.2 }))
      local function ask()
        return assert(made:request { method = "GET", path = "/", headers = {}, body = "",
          deadline = require("dstack.transport").now() + 5 })
      end
      local threads = { ngx.thread.spawn(ask), ngx.thread.spawn(ask) }
      assert(ngx.thread.wait(threads[1]) and ngx.thread.wait(threads[2]))
      ask()
      ngx.sleep(arguments.pause)
      ask()]]
    local function served()
      local list = {}
      for line in support.read(agent.directory .. "/log"):gmatch "[^\n]+" do
        list[#list + 1] = line:match "%S+$"
      end
      return table.concat(list, " ") -- which request of its connection each one was
    end
    server:run(code, { socket = agent.endpoint, pause = 0 })
    assert.equal("1 1 2 3", served())
    support.run "sleep 0.4"
    server:run(code, { socket = agent.endpoint, pause = 0.5 })
    assert.equal("1 1 2 3 1 1 2 1", served())
    agent.stop()
  end)

  it("is no obstacle to a client that goes away", function()
    local agent = support.scripted()
    agent.say { "read", "hang", "close" }
    local other = assert(transport.choose({ kind = "unix", address = server.socket }, {}))
    local reply = other:request { method = "POST", path = "/run", headers = {}, deadline = transport.now() + 0.2,
      body = ("return require('dstack').DstackClient(%q):get_key 'x'"):format(agent.endpoint) }
    assert.is_nil(reply)
    other:close()
    assert.equal(3, server:run "return 3")
    agent.stop()
  end)
end)
