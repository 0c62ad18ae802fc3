-- A hostile agent behind a real socket: whatever it answers, in whatever pace, a call comes back in
-- time with its result or with nil, message, code, and the client can be used afterwards.

local core = require "dstack.core"
local dstack = require "dstack"
local replies = require "spec.support.replies"
local support = require "spec.support"
local transport = require "dstack.transport"

local wire = support.vectors "replies-wire"

-- Seconds that a call may take beyond its timeout, on a machine that does other things too.
local GRACE = 1

-- Calls that nothing should delay get this long.
local PATIENT = 10

-- Steps for the scripted agent -------------------------------------------------------------------

local function send(word, text)
  return word .. " " .. core.hex(text)
end

-- A whole reply around a body.
local function reply_steps(status, body, closing)
  local head = ("HTTP/1.1 %d X\r\nContent-Type: application/json\r\nContent-Length: %d\r\n%s\r\n"):format(
    status, #body, closing and "Connection: close\r\n" or "")
  return { "read", send("send", head), send("send", body), closing and "close" or nil }
end

local GOOD = reply_steps(200, wire.body)

local function wire_step(step)
  if step.body then
    return send("send", wire.body)
  elseif step.send then
    return send("send", step.send)
  elseif step.pace then
    return send("pace", step.pace)
  elseif step["repeat"] then
    return ("repeat %d %s"):format(step.count, core.hex(step["repeat"]))
  elseif step.pause then
    return "pause " .. step.pause
  end
  return (next(step))
end

local function wire_steps(case)
  local steps = {}
  for i, step in ipairs(case.steps) do
    steps[i] = wire_step(step)
  end
  return steps
end

-- Calls ------------------------------------------------------------------------------------------

local agent, client

local function new_client(timeout)
  return assert(dstack.DstackClient { endpoint = agent.endpoint, timeout = timeout or PATIENT })
end

-- Calls a method, which must not raise nor take longer than the client's timeout.
local function timed(who, method, ...)
  local start = transport.now()
  local value, message, code = who[method](who, ...)
  local took = transport.now() - start
  assert.is_true(took < who.timeout + GRACE, ("%.3f s"):format(took))
  return value, message, code
end

-- The same client and a new one get what a well-behaved agent says.
local function check_usable(who)
  agent.say(GOOD)
  who.timeout = PATIENT
  assert(who:get_key "a")
  local other = new_client()
  assert(other:get_key "b")
  other:close()
end

local function check_outcome(case, value, message, code)
  if case.ok or (case.either and value) then
    assert.is_truthy(value, case.id .. ": " .. tostring(message))
    return
  end
  assert.is_nil(value, case.id)
  replies.check_failure(case, message, code)
  assert.matches(case.method or "GetKey", message, 1, true)
  assert.matches(agent.endpoint, message, 1, true)
end

-- What depends on the agent's version is asked about before; it is not what these cases are about.
local function answer_the_gate(who, arguments)
  if arguments.algorithm == "ed25519" then
    agent.say(reply_steps(200, '{"version":"0.5.11","rev":"x"}'))
    who:get_key { algorithm = "ed25519" }
  end
end

local function table_case(case, closing)
  local arguments = replies.arguments(case)
  answer_the_gate(client, arguments)
  agent.say(reply_steps(case.status, replies.body(case), closing))
  check_outcome(case, timed(client, replies.method(case.method), arguments))
end

-- On a client of its own, as the agent may lose step. Returns that client.
local function wire_case(case)
  local own = new_client(case.timeout)
  agent.say(wire_steps(case))
  check_outcome(case, timed(own, "get_key", "a"))
  return own
end

local function resident()
  collectgarbage()
  collectgarbage()
  return tonumber(support.read "/proc/self/status":match "VmRSS:%s*(%d+)")
end

-- The specs --------------------------------------------------------------------------------------

for _, way in ipairs(support.ways) do
  -- What it does is run that way: waiting as this transport does.
  local function it_does(name, fn)
    it(name, function() way.run(fn) end)
  end

  describe("A hostile agent over " .. way.name, function()
    setup(function()
      agent = support.scripted()
      client = new_client()
    end)

    teardown(function()
      client:close()
      agent.stop()
    end)

    for _, case in ipairs(support.vectors "replies-v0") do
      it_does("answers " .. case.id, function()
        table_case(case, true)
        check_usable(client)
      end)
    end

    for _, case in ipairs(wire.cases) do
      it_does("sends " .. case.id, function()
        local own = wire_case(case)
        support.run("sleep " .. (case.settle or 0))
        check_usable(own)
        own:close()
      end)

      if case.new_connection ~= nil then
        it_does("is asked again on the right connection after " .. case.id, function()
          local own = wire_case(case)
          support.run("sleep " .. (case.settle or 0))
          agent.say(GOOD)
          assert(own:get_key "b")
          local _, request = agent.last()
          assert.equal(case.new_connection and "1" or "2", request)
          own:close()
        end)
      end
    end

    it_does("never makes a client keep a file open, or memory", function()
      local function all()
        for _, case in ipairs(support.vectors "replies-v0") do
          table_case(case, #case.id % 2 == 0)
        end
        for _, case in ipairs(wire.cases) do
          if not case.timeout then
            wire_case(case):close()
          end
        end
      end
      client:close()
      local files, memory, growth = support.open_files(), resident(), math.huge
      for _ = 1, 6 do
        client = new_client()
        all()
        client:close()
        assert.equal(files, support.open_files())
        local now = resident()
        growth, memory = math.min(growth, now - memory), now
      end
      -- The heap may grow once, for a body of 16 MiB; what is kept of every reply grows every round.
      local sanitized = support.interpreter:find "asan"
      assert.is_true(sanitized ~= nil or growth < 256, growth .. " KiB more with every round")
      client = new_client()
    end)
  end)
end

describe("A hostile tappd", function()
  local cases = support.vectors "replies-tappd"
  local tappd

  setup(function()
    dstack.silence_deprecations()
    agent = support.scripted()
    tappd = assert(dstack.TappdClient { endpoint = agent.endpoint, timeout = PATIENT })
  end)

  teardown(function()
    tappd:close()
    agent.stop()
  end)

  for _, case in ipairs(cases) do
    it("answers " .. case.id, function()
      agent.say(reply_steps(case.status, replies.body(case), true))
      check_outcome(case, timed(tappd, replies.method(case.method), replies.arguments(case)))
      agent.say(reply_steps(200, '{"version":"1","rev":"2"}'))
      assert(tappd:version())
    end)
  end
end)

describe("An endpoint where nobody serves", function()
  local function fails(endpoint, code, text)
    local who, message, word = dstack.DstackClient { endpoint = endpoint, timeout = 0.3 }
    local value
    if who then
      value, message, word = timed(who, "get_key", "a")
    end
    assert.is_nil(value)
    replies.check_failure({ id = endpoint, code = code, detail = text }, message, word)
  end

  local function tell_apart()
    local server = support.scripted()
    support.write(server.directory .. "/file", "")
    fails(server.directory .. "/missing", "connect", "no such file")
    fails(server.directory .. "/file", "connect", "socket")
    fails(server.directory, "connect", "socket")
    fails(server.directory .. "/file/sock", "connect", "a directory")
    server.kill()
    fails(server.endpoint, "connect", "connection refused")
    server.stop()
    fails("/" .. ("x"):rep(107), "invalid", "107")
    fails("/a\0b", "invalid", "control character")
  end

  local function meet_full_queue()
    local server = support.scripted(true)
    fails(server.endpoint, "timeout", "queue")
    server.stop()
  end

  for _, way in ipairs(support.ways) do
    it("is told apart by what is there, over " .. way.name, function()
      way.run(tell_apart)
    end)

    it("does not hang a call when its queue is full, over " .. way.name, function()
      way.run(meet_full_queue)
    end)
  end
end)
