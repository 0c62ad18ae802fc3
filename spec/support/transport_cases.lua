-- What docs/transports.md promises of every transport, in what an agent sees of it, and in the words of
-- failures. A driver makes one request: driver.request(endpoint, options, request) returns what a transport's
-- request does; requests to the same endpoint with the same options go through the same transport.

local assert = require "luassert"
local core = require "dstack.core"
local support = require "spec.support"
local transport = require "dstack.transport"

local M = {}

local function send(text)
  return "send " .. core.hex(text)
end

local BODY = '{"a":1}'
local HEAD = "HTTP/1.1 201 Made\r\nX-One: a b\r\nSet-Cookie: c\r\nContent-Length: 7\r\n\r\n"
local GOOD = { "read", send(HEAD .. BODY) }

-- A request with a second of time, but for what is given.
local function request_with(given)
  local request = {
    method = "POST", path = "/Any", headers = { "Content-Type: application/json" }, body = "{}",
    deadline = transport.now() + 5,
  }
  for name, value in pairs(given or {}) do
    request[name] = value
  end
  return request
end

-- Defines the specs, with busted's `it`.
function M.cases(it, driver)
  -- An agent of its own for each case. Returns it and ask(request's fields, options).
  local function stage(silent)
    local agent = support.scripted(silent)
    local function ask(given, options)
      return driver.request({ kind = "unix", address = agent.endpoint }, options or {}, request_with(given))
    end
    return agent, ask
  end

  -- How many requests each connection served, such as "1 1, 1 2, 2 1".
  local function served(agent)
    return (support.read(agent.directory .. "/log"):gsub("\n$", ""):gsub("\n", ", "))
  end

  local function fails(code, words, value, message, got)
    assert.is_nil(value)
    assert.equal(code, got)
    assert.matches(words, message, 1, true)
  end

  it("hands on status and body, and headers where they are wanted", function()
    local agent, ask = stage()
    agent.say(GOOD)
    local reply = assert(ask())
    assert.same({ status = 201, body = BODY }, reply)
    reply = assert(ask { want_headers = true })
    assert.same({ ["x-one"] = "a b", ["set-cookie"] = "c", ["content-length"] = "7" }, reply.headers)
    agent.say { "read", send "HTTP/1.1 404 No\r\nContent-Length: 0\r\n\r\n" }
    assert.same({ status = 404, body = "" }, assert(ask { method = "GET", body = "" }))
    agent.say { "read", send "HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\n" }
    assert.same({ status = 200, body = "" }, assert(ask { method = "HEAD", body = "" }))
    agent.stop()
  end)

  it("keeps one connection, and makes a new one where it is told to", function()
    local agent, ask = stage()
    agent.say(GOOD)
    for _, fresh in ipairs { false, false, true } do
      assert(ask { fresh = fresh })
    end
    assert.equal("1 1, 1 2, 2 1", served(agent))
    agent.stop()
  end)

  it("sends once more when a kept connection closes before a byte has come", function()
    local agent, ask = stage()
    agent.say(GOOD)
    assert(ask())
    agent.say { "read", "close" }
    fails("closed", "before a reply came", ask())
    assert.equal("1 1, 1 2, 2 1", served(agent))
    agent.stop()
  end)

  it("never sends again what is fresh, nor after a byte has come", function()
    local agent, ask = stage()
    agent.say { "read", "close" }
    fails("closed", "before a reply came", ask { fresh = true })
    assert.equal("1 1", served(agent))
    agent.say(GOOD)
    assert(ask())
    agent.say { "read", "pause 50", send "H", "pause 50", "close" }
    local _, _, code = ask()
    assert.equal("closed", code)
    assert.equal("1 1, 2 1, 2 2", served(agent))
    agent.stop()
  end)

  it("sends large bodies, and takes large replies", function()
    local agent, ask = stage()
    local large = ("x"):rep(3000000)
    agent.say { "read", send "HTTP/1.1 200 OK\r\nContent-Length: 3000000\r\n\r\n", "repeat 3000000 78" }
    assert.is_true(assert(ask()).body == large)
    agent.stop()
  end)

  it("sends nothing without time, and ends in time", function()
    local agent, ask = stage()
    agent.say { "read", "hang", "close" }
    fails("timeout", "no time was left", ask { deadline = transport.now() - 1 })
    assert.equal("", served(agent))
    local start = transport.now()
    fails("timeout", "waiting for the reply", ask { deadline = start + 0.2 })
    local took = transport.now() - start
    assert.is_true(took > 0.15 and took < 1.2, took)
    agent.stop()
  end)

  it("gives a connection no longer than connect_timeout", function()
    local agent, ask = stage(true)
    local start = transport.now()
    fails("timeout", "while connecting", ask({}, { connect_timeout = 0.2 }))
    assert.is_true(transport.now() - start < 1.2)
    agent.stop()
  end)

  it("keeps within max_response_bytes", function()
    local agent, ask = stage()
    agent.say(GOOD)
    fails("too_large", "the limit of 6", ask({}, { max_response_bytes = 6 }))
    agent.say { "read", send "HTTP/1.1 200 OK\r\n\r\n12345678", "close" }
    fails("too_large", "the limit of 6", ask({}, { max_response_bytes = 6 }))
    agent.stop()
  end)

  it("refuses requests that cannot be, and sends nothing", function()
    local agent, ask = stage()
    fails("invalid", "no short token", ask { method = "P OST" })
    fails("invalid", "a HEAD request has no body", ask { method = "HEAD" })
    fails("invalid", "does not begin with a slash", ask { path = "Any" })
    fails("invalid", "needs escaping", ask { path = "/a b" })
    fails("invalid", "not of the form", ask { headers = { "X: a\r\nY: b" } })
    fails("invalid", "Content-Length cannot be set", ask { headers = { "Content-Length: 1" } })
    assert.equal("", served(agent))
    agent.stop()
  end)

  it("fails with connect where nobody is, and nowhere else", function()
    local agent, ask = stage()
    agent.kill()
    local _, message, code = ask()
    assert.equal("connect", code)
    assert.matches("connection refused", message, 1, true)
    agent.stop()
    _, message, code = ask()
    assert.equal("connect", code)
    assert.matches("no such file", message, 1, true)
  end)

  it("asks an http server, below the path of its URL", function()
    local simulator = support.simulator "--listen agent=127.0.0.1:0"
    local url = simulator.output():match "# also at (%S+)"
    local function ask(prefix)
      return driver.request({ kind = "url", address = url .. prefix }, {}, request_with { path = "/Info" })
    end
    assert.equal(200, assert(ask "").status)
    assert.equal(200, assert(ask "").status)
    assert.equal(404, assert(ask "/nothing/here").status)
    local name = url:gsub("127%.0%.0%.1", "localhost")
    local reply = driver.request({ kind = "url", address = name }, {}, request_with { path = "/Info" })
    assert.equal(200, assert(reply).status)
    simulator.stop()
    fails("connect", "onnection refused", ask "")
  end)
end

return M
