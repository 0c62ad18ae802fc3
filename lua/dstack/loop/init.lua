-- Several things at once: dstack.run and what goes on in it. What is here is the same whatever runs
-- the tasks, which is called a loop:
--
--   loop.spawn(fn, ended, ...)   a task that calls fn(...); ended(task), or nil, is called when it
--                                has ended, outside all tasks
--   loop.running(what)           the running task, which can wait; raises where there is none
--   loop.park(task, abandon)     waits until unpark, in the running task; should it be cancelled
--                                meanwhile, abandon() is called, and it waits on
--   loop.unpark(task)            lets it go on, from anywhere
--   loop.breathe()               lets others have their turns where the task has not waited since
--                                it last asked
--   loop.heed()                  raises when the running task has been cancelled
--   loop.sleep(seconds)          waits, in a task
--
-- and a task has await(), cancel(), and when it has ended what dstack.loop.task says.

local core = require "dstack.core"
local gather = require "dstack.loop.gather"
local pause = require "dstack.pause"
local transport = require "dstack.transport"

local M = {}

-- The loop that there is here. In nginx it is there before we are; raises in a phase of it where
-- nobody can wait: running a loop of our own would hold the worker up.
local function loop(what)
  local why = transport.cannot_wait()
  if why then
    core.raise(("%s: %s"):format(what, why))
  end
  return require(transport.in_waiting_phase() and "dstack.loop.nginx" or "dstack.loop.scheduler")
end

local function check_function(what, fn)
  if type(fn) ~= "function" then
    core.raise(("%s: a function expected, got %s (around a call it is "
      .. "function() return client:info() end)"):format(what, type(fn)))
  end
end

local function check_seconds(what, seconds)
  if type(seconds) ~= "number" then
    core.raise(("%s: a number of seconds expected, got %s"):format(what, type(seconds)))
  elseif not (seconds >= 0 and seconds < math.huge) then
    core.raise(what .. ": a finite number of seconds from 0 expected")
  end
end

-- Calls fn(...) as a task, and runs it and all that it spawns until the last one has ended. Returns
-- what fn returns.
function M.run(fn, ...)
  check_function("dstack.run", fn)
  return loop("dstack.run").run(fn, ...)
end

-- Calls fn(...) beside whoever calls this.
function M.spawn(fn, ...)
  check_function("dstack.spawn", fn)
  return loop("dstack.spawn").spawn(fn, nil, ...)
end

function M.gather(list, options)
  local taken = gather.check(list, options)
  return gather.gather(loop "dstack.gather", list, taken.concurrency, taken.settle)
end

function M.timeout(seconds, fn, ...)
  check_seconds("dstack.timeout", seconds)
  check_function("dstack.timeout", fn)
  return gather.timeout(loop "dstack.timeout", seconds, fn, ...)
end

-- Waits: in a task the others go on meanwhile, elsewhere nothing does.
function M.sleep(seconds)
  check_seconds("dstack.sleep", seconds)
  pause(seconds)
end

M.Task = require("dstack.loop.task").Task

return M
