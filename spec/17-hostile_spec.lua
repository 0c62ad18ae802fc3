-- A hostile agent behind a real socket: whatever it answers, in whatever pace, a call comes back in
-- time with its result or with nil, message, code, and the client can be used afterwards.

local dstack = require "dstack"
local hostile = require "spec.support.hostile"
local support = require "spec.support"

local driver = { new = function(class, options) return dstack[class](options) end }

local function resident()
  collectgarbage()
  collectgarbage()
  return tonumber(support.read "/proc/self/status":match "VmRSS:%s*(%d+)")
end

local stage

local function the_stage()
  return stage
end

for _, way in ipairs(support.ways) do
  -- What it does is run that way: waiting as this transport does.
  local function it_does(name, fn)
    it(name, function() way.run(fn) end)
  end

  describe("A hostile agent over " .. way.name, function()
    setup(function() stage = hostile.stage(driver) end)
    teardown(function() stage:stop() end)

    hostile.v0_cases(it_does, the_stage)
    hostile.wire_cases(it_does, the_stage)

    it_does("never makes a client keep a file open, or memory", function()
      local files, memory, more, growth = support.open_files(), resident(), math.huge, math.huge
      for _ = 1, 6 do
        hostile.everything(stage)
        local open, now = support.open_files(), resident()
        more, files = math.min(more, open - files), open
        growth, memory = math.min(growth, now - memory), now
      end
      -- What is kept of every reply grows every round. The heap may grow once, for a body of 16 MiB,
      -- and something may be opened once.
      assert.is_true(more <= 0, more .. " files more with every round")
      local sanitized = support.interpreter:find "asan"
      assert.is_true(sanitized ~= nil or growth < 256, growth .. " KiB more with every round")
    end)
  end)

  describe("A hostile tappd over " .. way.name, function()
    setup(function()
      dstack.silence_deprecations()
      stage = hostile.stage(driver)
    end)
    teardown(function() stage:stop() end)

    hostile.tappd_cases(it_does, the_stage)
  end)

  describe("An endpoint where nobody serves, over " .. way.name, function()
    hostile.nobody_cases(it_does, driver)
  end)
end
