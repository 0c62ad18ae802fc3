-- What a hostile agent does, and what a client must make of it, whatever its transport is. A driver
-- says how clients are made there: driver.new(class, options) returns an object with the client's
-- methods, a field timeout and a method close. Where it has driver.alias, a client asks the socket
-- under another name, for transports that share connections.

local assert = require "luassert"
local core = require "dstack.core"
local replies = require "spec.support.replies"
local support = require "spec.support"
local transport = require "dstack.transport"

local M = {}

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

-- A stage: an agent, and the clients that ask it -------------------------------------------------

local Stage = {}
Stage.__index = Stage

function M.stage(driver)
  return setmetatable({ driver = driver, agent = support.scripted() }, Stage)
end

function Stage:stop()
  self.agent.stop()
end

function Stage:client(timeout, class)
  local endpoint = self.agent.endpoint
  if self.driver.alias then
    self.aliases = (self.aliases or 0) + 1
    endpoint = self.driver.alias(endpoint, self.aliases)
  end
  local made = assert(self.driver.new(class or "DstackClient", { endpoint = endpoint, timeout = timeout or PATIENT }))
  return made, endpoint
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
function Stage:check_usable(who)
  self.agent.say(GOOD)
  who.timeout = PATIENT
  assert(who:get_key "a")
  local other = self:client()
  assert(other:get_key "b")
  other:close()
end

local function check_outcome(case, endpoint, value, message, code)
  if case.ok or (case.either and value) then
    assert.is_truthy(value, case.id .. ": " .. tostring(message))
    return
  end
  assert.is_nil(value, case.id)
  replies.check_failure(case, message, code)
  assert.matches(case.method or "GetKey", message, 1, true)
  assert.matches(endpoint, message, 1, true)
end

-- What depends on the agent's version is asked about before; it is not what these cases are about.
local function answer_the_gate(self, who, arguments)
  if arguments.algorithm == "ed25519" then
    self.agent.say(reply_steps(200, '{"version":"0.5.11","rev":"x"}'))
    who:get_key { algorithm = "ed25519" }
  end
end

function Stage:table_case(who, endpoint, case, closing)
  local arguments = replies.arguments(case)
  answer_the_gate(self, who, arguments)
  self.agent.say(reply_steps(case.status, replies.body(case), closing))
  check_outcome(case, endpoint, timed(who, replies.method(case.method), arguments))
end

-- On a client of its own, as the agent may lose step. Returns that client.
function Stage:wire_case(case)
  local own, endpoint = self:client(case.timeout)
  self.agent.say(wire_steps(case))
  check_outcome(case, endpoint, timed(own, "get_key", "a"))
  return own
end

-- The tables -------------------------------------------------------------------------------------

-- Defines the specs of all replies of the frozen surface, with busted's `it`; `stage` is a function that
-- returns the stage.
function M.v0_cases(it, stage)
  local client, endpoint
  for _, case in ipairs(support.vectors "replies-v0") do
    it("answers " .. case.id, function()
      if not client or client.stage ~= stage() then
        client, endpoint = stage():client()
        client.stage = stage()
      end
      stage():table_case(client, endpoint, case, true)
      stage():check_usable(client)
    end)
  end
end

-- Likewise of all bytes that may come over a wire.
function M.wire_cases(it, stage)
  for _, case in ipairs(wire.cases) do
    it("sends " .. case.id, function()
      local own = stage():wire_case(case)
      support.run("sleep " .. (case.settle or 0))
      stage():check_usable(own)
      own:close()
    end)

    if case.new_connection ~= nil then
      it("is asked again on the right connection after " .. case.id, function()
        local own = stage():wire_case(case)
        support.run("sleep " .. (case.settle or 0))
        stage().agent.say(GOOD)
        assert(own:get_key "b")
        local _, request = stage().agent.last()
        assert.equal(case.new_connection and "1" or "2", request)
        own:close()
      end)
    end
  end
end

-- Likewise of tappd's replies.
function M.tappd_cases(it, stage)
  for _, case in ipairs(support.vectors "replies-tappd") do
    it("answers " .. case.id, function()
      local tappd, endpoint = stage():client(PATIENT, "TappdClient")
      stage():table_case(tappd, endpoint, case, true)
      stage().agent.say(reply_steps(200, '{"version":"1","rev":"2"}'))
      assert(tappd:version())
      tappd:close()
    end)
  end
end

-- Everything once, for who looks at what remains. Cases that take their time are left out.
function M.everything(stage)
  local client, endpoint = stage:client()
  for _, case in ipairs(support.vectors "replies-v0") do
    stage:table_case(client, endpoint, case, #case.id % 2 == 0)
  end
  client:close()
  for _, case in ipairs(wire.cases) do
    if not case.timeout then
      stage:wire_case(case):close()
    end
  end
end

-- Defines the specs of sockets that nobody answers at.
function M.nobody_cases(it, driver)
  local function fails(endpoint, code, text)
    local who, message, word = driver.new("DstackClient", { endpoint = endpoint, timeout = 0.3 })
    local value
    if who then
      value, message, word = timed(who, "get_key", "a")
    end
    assert.is_nil(value)
    replies.check_failure({ id = endpoint, code = code, detail = text }, message, word)
  end

  it("is told apart by what is there", function()
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
  end)

  it("does not hang a call when its queue is full", function()
    local server = support.scripted(true)
    fails(server.endpoint, "timeout", "queue")
    server.stop()
  end)
end

return M
