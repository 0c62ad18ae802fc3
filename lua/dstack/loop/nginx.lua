-- The loop of nginx: a task is a light thread. See dstack.loop for what a loop is.
--
-- nginx lets a thread be ended by the one that started it, and by no other. So a task is two
-- threads: its keeper starts the one that calls the function, and waits until that has ended or is
-- to end. It also starts the keepers of tasks that the function spawns: a request in which a thread
-- was ended whose own threads had come to their ends before never ends.

local core = require "dstack.core"
local ending = require "dstack.loop.ending"
local here = require "dstack.loop.here"
local semaphore = require "ngx.semaphore"
local tasks = require "dstack.loop.task"
local transport = require "dstack.transport"

local M = {}

local CANCELLED = tasks.CANCELLED

-- Semaphores want a limit. Whoever waits looks again then.
local LONG_SECONDS = 3600

-- How long a thread that is to be ended waits for that.
local END_SECONDS = 1

-- nginx's clock counts these. Of a shorter sleep an nginx without OpenResty's patches writes a
-- warning into its log.
local SHORTEST_SECONDS = 0.001

-- Tasks by the coroutines of their two threads, while they live. Of a request that was broken off
-- they stay, and nginx uses coroutines again: so a task knows its request, by the table ngx.ctx.
local by_coroutine = setmetatable({}, { __mode = "k" })

local function current()
  local task = by_coroutine[coroutine.running()]
  return task and task.request == ngx.ctx and task or nil
end

-- Has the keeper end the running task's thread.
local function end_thread(task)
  task.killing = true
  task.bell:post(1)
end

-- Ends the running task when it has been cancelled. It is not given the error unless it cannot be
-- ended otherwise, since no call of a client would raise that a second time.
function M.heed()
  local task = current()
  if task and task.cancelling then
    end_thread(task)
    ngx.sleep(END_SECONDS)
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
  ngx.sleep(math.max(seconds, SHORTEST_SECONDS))
  M.heed()
end

-- What waits in nginx is not ours to see.
function M.breathe()
  M.sleep(0)
end

-- The life of a task ------------------------------------------------------------------------------

-- Outside dstack.run nobody knows that a task will not be awaited any more but the collector.
local function tell_when_forgotten(task)
  local witness = newproxy(true)
  getmetatable(witness).__gc = function()
    if not task.heard then
      ngx.log(ngx.ERR, "dstack.spawn: ", (ending.story_of { task }))
    end
  end
  task.witness = witness
end

local function note_failure(task)
  if not task.group then
    tell_when_forgotten(task)
  else
    table.insert(task.group.failed, task)
  end
end

local function finish(task)
  task.state = "done"
  task.cancelled = task.cancelling and not task.raised
  for _, bell in ipairs(task.waiters or {}) do
    bell:post(1)
  end
  if task.ended then
    task.ended(task)
  end
  if task.group then
    task.group.alive[task] = nil
  end
  if tasks.failure(task) and not task.cancelled then
    note_failure(task)
  end
end

local function story_with(err)
  return { err = err, story = debug.traceback(here.explain(tostring(err)), 2) }
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

local function call(task)
  by_coroutine[coroutine.running()] = task
  local fn, arguments = task.fn, task.arguments
  task.fn, task.arguments = nil, nil
  note(task, xpcall(fn, story_with, unpack(arguments, 1, arguments.n)))
end

-- Keepers that have ended, in lists by the coroutines that started them. nginx keeps such a thread
-- until its starter has waited for it or ended too, which may take as long as the worker lives.
local nests = setmetatable({}, { __mode = "k" })

local function let_go(nest)
  for i = #nest, 1, -1 do
    pcall(ngx.thread.wait, nest[i]) -- raises when the starter was another one's coroutine before
    nest[i] = nil
  end
end

-- The running coroutine's nest, emptied.
local function own_nest()
  local own = coroutine.running()
  local nest = nests[own]
  if not nest or nest.request ~= ngx.ctx then
    nest = { request = ngx.ctx }
    nests[own] = nest
  end
  let_go(nest)
  return nest
end

local function start(keep, task)
  task.nest = own_nest()
  local thread, err = ngx.thread.spawn(keep, task)
  if not thread then
    error("nginx starts no thread: " .. err, 0)
  end
end

-- A keeper ends: it has no use for those that it started, its starter none for it.
local function leave_nest(task, own)
  if nests[own] then
    nests[own].over, nests[own] = true, nil
  end
  if not task.nest.over then
    table.insert(task.nest, own)
  end
  -- A cycle, which the collector would not see through.
  task.keeper, task.nest, by_coroutine[own] = nil, nil, nil
end

-- Starts what the task has spawned.
local function start_children(keep, task)
  while task.children[1] do
    local children = task.children
    task.children = {}
    for _, child in ipairs(children) do
      start(keep, child)
    end
  end
end

local function see_it_through(keep, task)
  local thread = ngx.thread.spawn(call, task)
  while not task.over do
    task.bell:wait(LONG_SECONDS)
    start_children(keep, task)
    if task.killing and not task.over then
      task.over = ngx.thread.kill(thread) -- nil within a subrequest, which comes to its end
      task.killing = false
    end
  end
  by_coroutine[thread] = nil
  start_children(keep, task)
end

local function keep(task)
  local own = coroutine.running()
  task.keeper, by_coroutine[own] = own, task -- what follows it belongs to the same run
  task.bell:wait(LONG_SECONDS) -- whoever spawns a task goes on first
  if not task.cancelling then
    task.state = "running"
    see_it_through(keep, task)
  end
  finish(task)
  leave_nest(task, own)
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
    end_thread(task)
  end
  return true
end

local function spawn_in(group, fn, ended, ...)
  local task = setmetatable({
    state = "ready", ended = ended, group = group, bell = semaphore.new(), await = await,
    cancel = cancel, fn = fn, arguments = { n = select("#", ...), ... }, children = {},
    request = ngx.ctx,
  }, tasks.Task)
  if group then
    group.alive[task] = true
  end
  local parent = current()
  if parent and parent.keeper ~= coroutine.running() then
    table.insert(parent.children, task)
    parent.bell:post(1)
  else
    start(keep, task)
  end
  task.bell:post(1)
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
  local group = { alive = {}, failed = {} }
  local main = spawn_in(group, fn, nil, ...)
  main.heard = true
  join(main)
  if main.raised then
    for task in pairs(group.alive) do
      task:cancel()
    end
  end
  while next(group.alive) do
    join((next(group.alive)))
  end
  return ending.conclude(main, group.failed, function(story)
    ngx.log(ngx.ERR, story)
  end)
end

return M
