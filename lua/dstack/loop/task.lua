-- A task: a function that runs beside others, and what has become of it. The scheduler moves it;
-- what is here is its bookkeeping.
--
--   state      "ready", "running", "waiting" or "done"
--   abandon    while it waits or is about to go on: gives up what it waits for; returns true when
--              the task is to wait on all the same, until that has come to its end
--   drop       while it holds something of the transport's: gives that back, should it end so
--   cancelling it is to end: whatever waits in it raises M.CANCELLED, again and again
--   results    when done: what its function returned, with n
--   raised     when done: the error it ended with is in `error`, the story of it in `story`
--   cancelled  when done: it ended because it was told to

local core = require "dstack.core"
local here = require "dstack.loop.here"

local M = {}

-- Raised in a task that has been cancelled, by whatever it waits in.
M.CANCELLED = setmetatable({}, {
  __name = "dstack.Cancelled",
  __tostring = function() return "the task has been cancelled" end,
})

local unpack = table.unpack or unpack

local Task = { __name = "dstack.Task" }
Task.__index = Task

function Task:__tostring()
  return ("dstack.Task(%s)"):format(self.state == "done"
    and (self.raised and "raised an error" or self.cancelled and "cancelled" or "done")
    or self.cancelling and "being cancelled" or self.state)
end

-- Coroutines are used again: making one, with a stack as large as a call needs, costs as much as
-- all else of a task, and they are what keeps the collector busy.
local MOST_SPARE = 256
local spare = {}

-- What a coroutine yields when a function has ended, with its results.
M.ENDED = {}

local function call_function()
  local task = here.task
  local fn, arguments = task.fn, task.arguments
  task.fn, task.arguments = nil, nil
  if arguments then
    return fn(unpack(arguments, 1, arguments.n))
  end
  return fn()
end

-- Holds nothing of a task's between two of them.
local function serve()
  while true do
    coroutine.yield(M.ENDED, call_function())
  end
end

function M.new(fn, ended, ...)
  local count = select("#", ...)
  return setmetatable({
    co = table.remove(spare) or coroutine.create(serve), state = "ready", ended = ended,
    fn = fn, arguments = count > 0 and { n = count, ... } or nil,
    -- what it will have soon: so its table is made in one piece
    run = nil, begun = nil, abandon = nil, a = nil, seat = nil, drop = nil, results = nil,
    heard = nil, cancelled = nil, waited = nil,
  }, Task)
end

-- The task's coroutine has yielded ENDED, or was never begun.
function M.retire(task)
  if #spare < MOST_SPARE then
    spare[#spare + 1] = task.co
  end
end

function M.is(value)
  return getmetatable(value) == Task
end

-- The task's own stack, and before it those of the tasks that the error came through.
local function tell(task, err)
  return ("%s\n%s"):format(here.explain(tostring(err)), debug.traceback(task.co))
end

-- To-be-closed variables of Lua 5.4 are closed with the coroutine that an error left them in.
-- Returns what went wrong, other than err, as a text, or nil.
function M.close(task, err)
  if not coroutine.close then
    return nil
  end
  local running = here.task
  here.task = task
  local good, message = coroutine.close(task.co)
  here.task = running
  return not good and message ~= err and message ~= M.CANCELLED and tostring(message) or nil
end

-- Notes that its function raised err.
function M.note_error(task, err)
  if err == M.CANCELLED and task.cancelling then
    local trouble = M.close(task, err)
    if not trouble then
      return
    end
    err = trouble
    task.story = trouble
  else
    task.story = tell(task, err)
    local trouble = M.close(task, err)
    task.story = trouble and task.story .. "\nand closing its variables: " .. trouble or task.story
  end
  task.raised = true
  task.error = type(err) == "string" and task.story or err
end

-- Whether what a function returned first is a failure: nil and a message.
function M.means_failure(value, message)
  return value == nil and type(message) == "string"
end

-- Whether a task that is done has failed, in any of the ways there are; then its message and code.
function M.failure(task)
  if task.raised then
    return true, task.story
  elseif task.cancelled then
    return true, "the task has been cancelled", "cancelled"
  elseif M.means_failure(task.results[1], task.results[2]) then
    return true, task.results[2], task.results[3]
  end
  return false
end

-- Hands on what has become of a task: its results, a failure or its error.
function M.outcome(task)
  task.heard = true
  if task.raised then
    error(task.error, 0)
  elseif task.cancelled then
    return nil, "the task has been cancelled", "cancelled"
  end
  return unpack(task.results, 1, task.results.n)
end

-- Raises when `task`, or nil, would wait for one that waits for it: for ever. While it waits for
-- another, that one is its `awaiting`.
function M.check_circle(task, other)
  local at = task and other
  while at do
    if at == task then
      core.raise(other == task and "await: a task cannot await itself"
        or "await: that task waits for this one, so both would wait for ever")
    end
    at = at.awaiting
  end
end

M.Task = Task

return M
