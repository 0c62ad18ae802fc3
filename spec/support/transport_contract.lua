-- What docs/transports.md promises of every transport, asked of one. Called within a spec file, as
-- contract(name, new, run): new(endpoint, options) makes the transport as transport.choose does,
-- run(fn) calls fn where that transport is at home.

local busted = require "busted"
local core = require "dstack.core"
local support = require "spec.support"
local now = require("dstack.transport").now

local assert, describe, it = busted.assert or assert, busted.describe, busted.it
local setup, teardown = busted.setup, busted.teardown

local function send(text)
  return "send " .. core.hex(text)
end

local function reply(head, body)
  return { "read", send(("HTTP/1.1 %s\r\nContent-Length: %d\r\n\r\n"):format(head, #body)), send(body) }
end

local OK = reply("200 OK", "{}")

local function post(changes)
  local request = {
    method = "POST", path = "/GetKey", headers = { "Content-Type: application/json" },
    body = "{}", deadline = now() + 10,
  }
  for name, value in pairs(changes or {}) do
    request[name] = value
  end
  return request
end

return function(name, new, run)
  describe("The transport " .. name, function()
    local agent

    setup(function() agent = support.scripted() end)
    teardown(function() agent.stop() end)

    -- Calls fn with a transport to the agent, at home.
    local function with(options, fn)
      run(function()
        local transport = assert(new({ kind = "unix", address = agent.endpoint }, options))
        fn(transport)
        transport:close()
      end)
    end

    local function fails(code, text, value, message, got, errno)
      assert.is_nil(value)
      assert.equal(code, got)
      assert.matches(text, message, 1, true)
      assert.is_nil(message:find("GetKey", 1, true))
      return errno
    end

    it("takes every status for a reply", function()
      with({}, function(transport)
        for _, head in ipairs { "200 OK", "404 Not Found", "500 X", "302 Found", "599 Odd" } do
          agent.say(reply(head, "body of " .. head))
          local got = assert(transport:request(post()))
          assert.equal(tonumber(head:sub(1, 3)), got.status)
          assert.equal("body of " .. head, got.body)
          assert.is_nil(got.headers)
        end
      end)
    end)

    it("hands on bytes as they are, both ways, and headers when they are wanted", function()
      local bytes = {}
      for i = 0, 255 do bytes[i + 1] = string.char(i) end
      local body = table.concat(bytes):rep(300)
      agent.say { "read", send("HTTP/1.1 200 OK\r\nX-Two: a\r\nCONTENT-length: " .. #body .. "\r\n\r\n"),
        send(body) }
      with({}, function(transport)
        local got = assert(transport:request(post { body = body, want_headers = true }))
        assert.equal(body, got.body)
        assert.equal("a", got.headers["x-two"])
        assert.equal(tostring(#body), got.headers["content-length"])
      end)
    end)

    it("uses its connection again, but not for a fresh request", function()
      agent.say(OK)
      with({}, function(transport)
        assert(transport:request(post()))
        local connection, request = agent.last()
        assert.equal("1", request)
        assert(transport:request(post()))
        assert.same({ connection, "2" }, { agent.last() })
        assert(transport:request(post { fresh = true }))
        local other, first = agent.last()
        assert.is_true(other ~= connection and first == "1")
      end)
    end)

    it("sends again what met a dead connection, unless it is fresh", function()
      with({}, function(transport)
        agent.say(OK)
        assert(transport:request(post()))
        agent.say { "taste", "close" }
        fails("closed", "", transport:request(post { fresh = true }))
        agent.say { "read", send "HTTP/1.1 2", "close" }
        fails("closed", "", transport:request(post()))
        agent.say(OK)
        assert(transport:request(post()))
      end)
    end)

    it("keeps to its deadline", function()
      with({}, function(transport)
        agent.say { "read", "hang" }
        local start = now()
        fails("timeout", "timed out after", transport:request(post { deadline = now() + 0.1 }))
        assert.is_true(now() - start >= 0.09 and now() - start < 2) -- nginx's timers know milliseconds
        agent.say(OK)
        assert(transport:request(post()))
        local last = { agent.last() }
        fails("timeout", "no time was left", transport:request(post { deadline = now() - 1 }))
        assert.same(last, { agent.last() })
      end)
    end)

    it("returns a reply whole or not at all", function()
      with({ max_response_bytes = 1000 }, function(transport)
        agent.say { "read", send "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{\"key\"", "close" }
        fails("closed", "6 of 9 bytes", transport:request(post()))
        agent.say(reply("200 OK", ("x"):rep(1001)))
        fails("too_large", "limit of 1000", transport:request(post()))
        agent.say { "read", send "SSH-2.0-x\r\n", "close" }
        fails("http", "", transport:request(post()))
        agent.say(OK)
        assert.equal("{}", assert(transport:request(post())).body)
      end)
    end)

    it("says invalid to what cannot be sent", function()
      with({}, function(transport)
        fails("invalid", "", transport:request(post { path = "no slash" }))
        fails("invalid", "", transport:request(post { headers = { "A: b\r\nC: d" } }))
        fails("invalid", "", transport:request(post { headers = { "Content-Length: 1" } }))
        agent.say(OK)
        assert(transport:request(post()))
      end)
    end)

    it("says connect, with the system's number, where nobody is", function()
      run(function()
        local transport = assert(new({ kind = "unix", address = agent.directory .. "/none" }, {}))
        local errno = fails("connect", "", transport:request(post()))
        assert.equal(2, errno)
        transport:close()
        transport = assert(new({ kind = "url", address = "http://127.0.0.1:9" }, {}))
        assert.equal(111, fails("connect", "", transport:request(post())))
        transport:close()
      end)
    end)

    it("can be closed again", function()
      agent.say(OK)
      with({}, function(transport)
        assert(transport:request(post()))
        transport:close()
        transport:close()
        fails("closed", "closed", transport:request(post()))
      end)
    end)
  end)
end
