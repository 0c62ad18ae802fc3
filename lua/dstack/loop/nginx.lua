-- The loop of nginx: a task is a light thread. See dstack.loop for what a loop is.
--
-- nginx lets a thread be ended by the one that started it, and by no other. So a task is two
-- threads: its keeper starts the one that calls the function, and waits until that has ended or is
-- to end.

local core = require "dstack.core"
local semaphore = require "ngx.semaphore"
local tasks = require "dstack.loop.task"
local transport = require "dstack.transport"

local M = {}

local CANCELLED = tasks.CANCELLED

-- Semaphores want a limit. Whoever waits looks again then.
local LONG_SECONDS = 3600

-- Tasks by the coroutines that call their functions.
local by_coroutine = setmetatable({}, { __mode = "k" })

local function current()
  return by_coroutine[coroutine.running()]
end

-- Raises when the running task has been cancelled.
function M.heed()
  local task = current()
  if task and task.cancelling then
    error(CANCELLED, 0)
  end
end

-- The running task, or what stands for a thread that is none. Raises in a phase of nginx where
-- nobody can wait.
function M.running(what)
  local why = transport.cannot_wait()
  if why then
    core.raise(("%s: %s"):format(what, why))
  end
  return current() or {}
end

-- Waits until unpark; when the task is cancelled before that, abandon() is called, and it waits on.
function M.park(task, abandon)
  task.gate = task.gate or semaphore.new()
  task.abandon = abandon
  task.gate:wait(LONG_SECONDS)
  task.abandon = nil
end

function M.unpark(task)
  if task.gate then
    task.gate:post(1)
  end
end

function M.sleep(seconds)
  M.running "sleep"
  M.heed()
  ngx.sleep(seconds)
  M.heed()
end

-- Failures that nobody was told of ----------------------------------------------------------------

local function story_of(task)
  local _, message = tasks.failure(task)
  return "a task that nobody awaited failed: " .. (task.story or message)
end

local function is_lost(task)
  return tasks.failure(task) and not task.cancelled and not task.heard
end

-- Outside dstack.run nobody knows that a task will not be awaited any more but the collector.
local function tell_when_forgotten(task)
  local witness = newproxy(true)
  getmetatable(witness).__gc = function()
    if is_lost(task) then
      ngx.log(ngx.ERR, "dstack.spawn: ", story_of(task))
    end
  end
  task.witness = witness
end

-- The life of a task ------------------------------------------------------------------------------

local function finish(task)
  task.state = "done"
  task.cancelled = task.cancelling and not task.raised
  for _, bell in ipairs(task.waiters or {}) do
    bell:post(1)
  end
  if task.ended then
    task.ended(task)
  end
  if not task.group and is_lost(task) then
    tell_when_forgotten(task)
  end
end

local function story_with(err)
  return { err = err, story = debug.traceback(tostring(err), 2) }
end

local function note(task, good, ...)
  local first = ...
  if good then
    task.results = { n = select("#", ...), ... }
  elseif not (first.err == CANCELLED and task.cancelling) then
    task.raised, task.story = true, first.story
    task.error = type(first.err) == "string" and first.story or first.err
  end
  task.over = true
  task.bell:post(1)
end

local function call(task, fn, ...)
  by_coroutine[coroutine.running()] = task
  note(task, xpcall(fn, story_with, ...))
end

local function keep(task, fn, ...)
  ngx.sleep(0) -- whoever spawns a task goes on first
  if not task.cancelling then
    task.state = "running"
    local thread = ngx.thread.spawn(call, task, fn, ...)
    while not task.over do
      task.bell:wait(LONG_SECONDS)
      if task.killing and not task.over then
        task.over = ngx.thread.kill(thread) -- nil within a subrequest, which comes to its end
        task.killing = false
      end
    end
  end
  finish(task)
end

-- Waits until another task has ended. When this one is cancelled meanwhile, it is ended.
local function join(other)
  if other.state == "done" then
    return
  end
  local task, bell = M.running "await", semaphore.new()
  tasks.check_circle(task, other)
  M.heed()
  other.waiters = other.waiters or {}
  table.insert(other.waiters, bell)
  task.awaiting = other
  while other.state ~= "done" do
    bell:wait(LONG_SECONDS)
  end
  task.awaiting = nil
  M.heed()
end

local function await(task)
  if not tasks.is(task) then
    core.raise "await: called with a colon, as in task:await()"
  end
  join(task)
  return tasks.outcome(task)
end

-- Tells a task to end. Returns whether there was something to tell.
local function cancel(task)
  if not tasks.is(task) then
    core.raise "cancel: called with a colon, as in task:cancel()"
  elseif task.state == "done" or task.cancelling then
    return false
  end
  task.cancelling = true
  if task.abandon then
    task.abandon()
  else
    task.killing = true
    task.bell:post(1)
  end
  return true
end

local function spawn_in(group, fn, ended, ...)
  local task = setmetatable({
    state = "ready", ended = ended, group = group, bell = semaphore.new(), await = await,
    cancel = cancel,
  }, tasks.Task)
  if group then
    group[#group + 1] = task
  end
  local thread, err = ngx.thread.spawn(keep, task, fn, ...)
  if not thread then
    error("nginx starts no thread: " .. err, 0)
  end
  return task
end

-- Its first turn comes when whoever calls this waits.
function M.spawn(fn, ended, ...)
  M.running "dstack.spawn"
  local task = current()
  return spawn_in(task and task.group, fn, ended, ...)
end

-- Run ---------------------------------------------------------------------------------------------

-- In nginx there is somebody to run tasks anyway: this waits for all that are spawned within, and
-- tells of their failures.
function M.run(fn, ...)
  M.running "dstack.run"
  if current() then
    core.raise "dstack.run: inside a task: call the function itself, or dstack.spawn it"
  end
  local group = {}
  local main = spawn_in(group, fn, nil, ...)
  main.heard = true
  join(main)
  local i, lost = 2, nil
  while group[i] do -- those that are spawned meanwhile, too
    if main.raised then
      group[i]:cancel()
    end
    join(group[i])
    lost = lost or is_lost(group[i]) and group[i]
    i = i + 1
  end
  if lost and main.raised then
    ngx.log(ngx.ERR, "dstack.run: ", story_of(lost))
  elseif lost and lost.raised then
    error("dstack.run: " .. story_of(lost), 0)
  elseif lost then
    return nil, "dstack.run: " .. story_of(lost), (select(3, tasks.failure(lost)))
  end
  return tasks.outcome(main)
end

return M
