-- Calls one after another beside the same calls in tasks, in turns, on one simulator: how many a
-- second, and what a call costs of this process's own time. Prints medians of the rounds. With a
-- delay (simulator's --fault GetKey=delay:0.05) what counts is how long a thousand calls take.
-- usage: dstack-lua --simulator concurrency.lua [delay]

local dstack = require "dstack"
local median = require("measure").median
local now = require("dstack.transport").now

local client = assert(dstack.DstackClient())

-- Seconds of time and of work that fn takes.
local function measure(fn)
  collectgarbage()
  local start, work = now(), os.clock()
  fn()
  return now() - start, os.clock() - work
end

local function functions(count)
  local list = {}
  for i = 1, count do
    list[i] = function() return client:get_key("path/" .. i % 100) end
  end
  return list
end

local function gather(list, concurrency)
  assert(dstack.run(dstack.gather, list, { concurrency = concurrency }))
end

-- As many tasks as may be at work at once, each of which makes one call after another.
local function workers(list, count)
  local i = 0
  dstack.run(function()
    for _ = 1, count do
      dstack.spawn(function()
        while i < #list do
          i = i + 1
          assert(list[i]())
        end
      end)
    end
  end)
end

local function in_turn(list)
  for _, fn in ipairs(list) do
    assert(fn())
  end
end

if arg[1] then
  gather(functions(200), 200) -- a warm-up, which connects
  local times = {}
  for i = 1, 9 do
    times[i] = measure(function() gather(functions(1000), 200) end)
  end
  print(("concurrency   1000 delayed calls, 200 at once: %.3f s (the best of %d rounds: %.3f)")
    :format(median(times), #times, times[1]))
  return
end

local CALLS, ROUNDS = 10000, 5
local list = functions(CALLS)
local ways = { { "blocking", in_turn } }
for _, count in ipairs { 2, 20, 200 } do
  ways[#ways + 1] = { count .. " tasks", workers, count }
  ways[#ways + 1] = { "gather, " .. count .. " at once", gather, count }
end

local time, work, ratio = {}, {}, {}
for w = 1, #ways do
  time[w], work[w], ratio[w] = {}, {}, {}
end
for round = 0, ROUNDS do -- the round before the first is a warm-up
  for w, way in ipairs(ways) do
    time[w][round], work[w][round] = measure(function() way[2](list, way[3]) end)
    ratio[w][round] = work[w][round] / work[1][round]
  end
end
for w, way in ipairs(ways) do
  print(("concurrency   %-20s %6.0f calls a second, %.1f us of work a call: %.2f of blocking")
    :format(way[1], CALLS / median(time[w]), median(work[w]) / CALLS * 1e6, median(ratio[w])))
end
