-- HTTP over a stream of bytes that is no socket: what the transport asks of it, and what it may do.

local core = require "dstack.core"
local stream = require "dstack.transport.stream"

local GOOD = "HTTP/1.1 200 OK\r\nA: b\r\nContent-Length: 2\r\n\r\n{}"

-- A stream that gives these pieces, then ends with that word. What was sent is in `sent`. With broken, sending
-- fails with that word.
local function fake(pieces, word, broken)
  local self = { sent = {}, deadlines = {} }
  function self.send(_, bytes, deadline)
    self.sent[#self.sent + 1] = bytes
    self.deadlines[#self.deadlines + 1] = deadline
    if broken then
      return nil, broken
    end
    return true
  end
  function self.receive(_, most, deadline)
    assert(most > 0 and deadline)
    local piece = table.remove(pieces, 1)
    if piece then
      return piece
    end
    return nil, word or "closed"
  end
  return self
end

local target = { host = "agent.example", prefix = "/base", user_agent = "test" }

local function exchange(from, request, used)
  request = request or {}
  request.method, request.path = request.method or "POST", "/Any"
  request.headers, request.body = { "X: y" }, request.body or "{}"
  request.deadline = core.now() + 10
  local head = assert(stream.head(target, request))
  return stream.exchange(from, head, request, { max_body = 100, started = core.now() - 1, used = used })
end

describe("A stream", function()
  it("gets a whole request", function()
    local one = fake { GOOD }
    assert(exchange(one))
    assert.equal("POST /base/Any HTTP/1.1\r\nX: y\r\nHost: agent.example\r\nUser-Agent: test\r\n"
      .. "Content-Length: 2\r\n\r\n{}", table.concat(one.sent))
  end)

  it("gets a large body in pieces, each with the deadline", function()
    local one, body = fake { GOOD }, ("x"):rep(100000)
    assert(exchange(one, { body = body }))
    assert.is_true(#one.sent > 5)
    assert.equal(body, table.concat(one.sent):match "\r\n\r\n(.*)$")
    for _, piece in ipairs(one.sent) do
      assert.is_true(#piece < 20000)
    end
    assert.equal(#one.sent, #one.deadlines)
  end)

  it("may give replies in any pieces", function()
    for size = 1, #GOOD do
      local pieces = {}
      for at = 1, #GOOD, size do
        pieces[#pieces + 1] = GOOD:sub(at, at + size - 1)
      end
      local reply, keep = exchange(fake(pieces), { want_headers = true })
      assert.same({ status = 200, body = "{}", headers = { a = "b", ["content-length"] = "2" } }, reply)
      assert.is_true(keep)
    end
  end)

  it("is not to be used again when more came, or when the reply says so", function()
    local _, keep = exchange(fake { GOOD .. "x" })
    assert.is_false(keep)
    _, keep = exchange(fake { "HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n" })
    assert.is_false(keep)
    local reply
    reply, keep = exchange(fake { "HTTP/1.1 200 OK\r\n\r\n{}" })
    assert.equal("{}", reply.body)
    assert.is_false(keep)
  end)

  for name, case in pairs {
    ["ends before a byte"] = { {}, nil, "closed", "before a reply came", true },
    ["ends badly"] = { {}, "connection reset by peer", "closed", "(connection reset by peer)", true },
    ["ends within a line"] = { { "HTT" }, nil, "closed", "within the head", false },
    ["ends within the body"] = { { GOOD:sub(1, -2) }, nil, "closed", "1 of 2 bytes", false },
    ["stops"] = { { "HTTP/1.1 200 OK\r\n" }, "timeout", "timeout", "receiving the head" },
    ["gives no HTTP"] = { { "SSH-2.0" }, nil, "http", "does not begin with an HTTP status line" },
    ["gives too much"] = { { "HTTP/1.1 200 OK\r\n\r\n", ("x"):rep(101) }, nil, "too_large", "limit of 100" },
  } do
    it("that " .. name .. " is a failure", function()
      local reply, message, code, unheard = exchange(fake(case[1], case[2]))
      assert.is_nil(reply)
      assert.equal(case[3], code)
      assert.matches(case[4], message, 1, true)
      assert.equal(case[5], unheard)
    end)
  end

  it("that takes no more may have a reply all the same, unless it has served before", function()
    assert.equal(200, assert(exchange(fake({ GOOD }, nil, "broken pipe"))).status)
    local reply, message, code, unheard = exchange(fake({ GOOD }, nil, "broken pipe"), {}, true)
    assert.is_nil(reply)
    assert.matches("(broken pipe)", message, 1, true)
    assert.equal("closed", code)
    assert.is_true(unheard)
    reply, message, code = exchange(fake({ GOOD }, nil, "timeout"))
    assert.is_nil(reply)
    assert.matches("timed out after", message, 1, true)
    assert.equal("timeout", code)
  end)

  it("is asked for no body by a HEAD", function()
    local one = fake { "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n" }
    local reply, keep = exchange(one, { method = "HEAD", body = "" })
    assert.same({ status = 200, body = "" }, reply)
    assert.is_true(keep)
  end)
end)
