-- A hostile agent behind a real socket: whatever it answers, in whatever pace, a call comes back in
-- time with its result or with nil, message, code, and the client can be used afterwards.

local dstack = require "dstack"
local hostile = require "spec.support.hostile"
local support = require "spec.support"

local driver = { new = function(class, options) return dstack[class](options) end }

-- The least of three counts: while one is taken, this process may not have closed yet what it gave to
-- the one that counts.
local function open_files()
  collectgarbage()
  collectgarbage()
  local pid, least = support.read "/proc/self/stat":match "^%d+", math.huge
  for _ = 1, 3 do
    local count = support.run(("ls /proc/%s/fd | wc -l"):format(pid))
    least = math.min(least, tonumber(count))
  end
  return least
end

local function resident()
  collectgarbage()
  collectgarbage()
  return tonumber(support.read "/proc/self/status":match "VmRSS:%s*(%d+)")
end

local stage

local function the_stage()
  return stage
end

describe("A hostile agent", function()
  setup(function() stage = hostile.stage(driver) end)
  teardown(function() stage:stop() end)

  hostile.v0_cases(it, the_stage)
  hostile.wire_cases(it, the_stage)

  it("never makes a client keep a file open, or memory", function()
    local files, memory, growth = open_files(), resident(), math.huge
    for _ = 1, 6 do
      hostile.everything(stage)
      assert.equal(files, open_files())
      local now = resident()
      growth, memory = math.min(growth, now - memory), now
    end
    -- The heap may grow once, for a body of 16 MiB; what is kept of every reply grows every round.
    local sanitized = support.interpreter:find "asan"
    assert.is_true(sanitized ~= nil or growth < 256, growth .. " KiB more with every round")
  end)
end)

describe("A hostile tappd", function()
  setup(function()
    dstack.silence_deprecations()
    stage = hostile.stage(driver)
  end)
  teardown(function() stage:stop() end)

  hostile.tappd_cases(it, the_stage)
end)

describe("An endpoint where nobody serves", function()
  hostile.nobody_cases(it, driver)
end)
