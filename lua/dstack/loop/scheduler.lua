-- The scheduler of plain Lua: runs tasks in turn, each until it waits, for time, for another task
-- or for a reply. It is a loop, see dstack.loop for what that is.

local core = require "dstack.core"
local ending = require "dstack.loop.ending"
local here = require "dstack.loop.here"
local http = require "dstack.http"
local queue = require "dstack.loop.queue"
local tasks = require "dstack.loop.task"
local timers = require "dstack.loop.timers"

local M = {}

-- As long as a blocking transport's single waits: a signal ends one, and its hook (lua's
-- "interrupted!") runs before the next.
local WAIT_SECONDS = 0.2

-- How often a task that is cancelled may swallow that: cleaning up may take a few calls, each of
-- which raises. One that goes on for longer is given no more turns.
local PATIENCE = 16

local Task, CANCELLED, ENDED = tasks.Task, tasks.CANCELLED, tasks.ENDED
local yield = coroutine.yield

-- Of the run that is going on; nil outside. network: what waits for replies, which outlives a run.
local run
local network = { poller = nil, waiting = {}, count = 0 }

local function new_run()
  return { ready = queue.new(), timers = timers.new(), alive = {}, count = 0, failed = {} }
end

-- Waiting ----------------------------------------------------------------------------------------

local WAIT, PASS, GIVE_UP = {}, {}, {}

-- Raises in a task that has been cancelled.
local function heed(task)
  if task.cancelling then
    task.patience = (task.patience or PATIENCE) - 1
    if task.patience < 0 then
      yield(GIVE_UP)
    end
    error(CANCELLED, 0)
  end
end

-- Waits until somebody wakes the task. Returns what it is woken with.
local function pause(task, abandon)
  task.state, task.abandon, task.waited = "waiting", abandon, true
  return yield(WAIT)
end

-- Lets a task that waits go on, with up to four values.
local function wake(task, a, b, c, d)
  if task.state == "waiting" and task.run == run then
    task.state = "ready"
    task.a, task.b, task.c, task.d = a, b, c, d
    run.ready:push(task)
  end
end

M.wake = wake

-- Lets the others have their turns.
function M.pass()
  yield(PASS)
  heed(here.task)
end

-- Asked again and again in a task: passes where it has not waited since.
function M.breathe()
  local task = here.task
  if task.waited then
    task.waited = false
  else
    M.pass()
  end
end

-- Waits until wake; abandon(task) is called when the task is cancelled before it goes on.
function M.wait(task, abandon)
  heed(task)
  local a, b, c, d = pause(task, abandon)
  heed(task)
  return a, b, c, d
end

-- Waits until unpark; when the task is cancelled before that, abandon() is called, and it waits on.
function M.park(task, abandon)
  pause(task, function()
    abandon()
    return true
  end)
end

M.unpark = wake

local function forget_timer(task)
  run.timers:clear(task.timer)
end

function M.sleep(seconds)
  local task = here.waiting_task "sleep"
  task.timer = { when = core.now() + seconds, wake = wake, task = task }
  heed(task)
  run.timers:set(task.timer)
  M.wait(task, forget_timer)
end

-- Calls timer.wake(timer.task) at the time timer.when, unless it is cleared.
function M.set_timer(timer)
  run.timers:set(timer)
end

function M.clear_timer(timer)
  if run then
    run.timers:clear(timer)
  end
end

-- The network ------------------------------------------------------------------------------------

-- Adds a transport's handle, or a channel. Returns its slot, or nil, message, code.
function M.add(handle)
  local message, code
  if not network.poller then
    network.poller, message, code = http.poller()
    if not network.poller then
      return nil, message, code
    end
  end
  return network.poller:add(handle)
end

-- Nobody waits for what is in that slot any more. Returns whether somebody did.
function M.release(slot)
  local waited = network.waiting[slot] ~= nil
  if waited then
    network.waiting[slot] = nil
    network.count = network.count - 1
  end
  return waited
end

-- Waits until the exchange in that slot is over, or what a channel there waits for has come.
-- Returns true, or nil, message, code.
function M.exchange(task, slot, abandon)
  network.waiting[slot] = task
  network.count = network.count + 1
  return M.wait(task, abandon)
end

local function wait_for_network(seconds)
  local slot, good, message, code = network.poller:wait(seconds)
  local task = slot and network.waiting[slot]
  if task then
    M.release(slot)
    wake(task, good, message, code)
  elseif not slot and message then
    error(message, 0)
  end
end

-- The life of a task -----------------------------------------------------------------------------

-- Takes back what a task holds that has ended in the middle of something. What goes wrong here is
-- of no account beside that.
local function take_back(task)
  if task.drop then
    pcall(task.drop, task)
    task.drop = nil
  end
end

local function finish(task)
  task.state, task.abandon, task.co = "done", nil, nil
  take_back(task)
  task.cancelled = task.cancelling and not task.raised
  run.alive[task] = nil
  run.count = run.count - 1
  for _, waiter in ipairs(task.waiters or {}) do
    wake(waiter)
  end
  if task.ended then
    task.ended(task)
  end
  if tasks.failure(task) and not task.cancelled then
    run.failed[#run.failed + 1] = task
  end
end

-- A signal's error means the script, in whichever task it struck.
local function check_interrupt(err)
  if type(err) == "string" and err:find "interrupted!$" then
    error(err, 0)
  end
end

-- Whether a task that yields of its own accord, to let others have their turns, gets another. One
-- that is cancelled has only so much patience to hope for.
local function may_go_on(task, yielded)
  if task.cancelling and yielded ~= GIVE_UP then
    task.patience = (task.patience or PATIENCE) - 1
  end
  return yielded ~= GIVE_UP and (task.patience or PATIENCE) >= 0
end

-- What a task did with its turn.
local function after_turn(task, good, what, ...)
  here.task = nil
  if what == WAIT then
    return -- somebody will wake it
  elseif what == ENDED then
    task.results = { n = select("#", ...), ... }
    tasks.retire(task)
    finish(task)
  elseif not good then
    check_interrupt(what)
    tasks.note_error(task, what)
    finish(task)
  elseif may_go_on(task, what) then
    task.state = "ready"
    run.ready:push(task)
  else
    tasks.close(task)
    finish(task)
  end
end

local function take_turn(task)
  if task.state ~= "ready" then
    return -- ended while it was in the queue
  end
  local a, b, c, d = task.a, task.b, task.c, task.d
  task.a, task.b, task.c, task.d = nil, nil, nil, nil
  task.state, task.abandon, task.begun = "running", nil, true
  here.task = task
  after_turn(task, coroutine.resume(task.co, a, b, c, d))
end

local function enlist(task)
  task.run, run.alive[task] = run, true
  run.count = run.count + 1
  run.ready:push(task)
end

function M.spawn(fn, ended, ...)
  if not run then
    core.raise("dstack.spawn: outside dstack.run there is nobody to run a task: "
      .. "dstack.run(function() ... end)")
  end
  local task = tasks.new(fn, ended, ...)
  enlist(task)
  return task
end

-- The task that is running; raises outside dstack.run, and where it cannot wait.
function M.running(what)
  return here.waiting_task(what) or core.raise(what .. ": outside dstack.run there is nothing to "
    .. "wait with: dstack.run(function() ... end)")
end

-- Raises when the running task has been cancelled.
function M.heed()
  heed(here.task)
end

local function leave(task)
  task.awaiting = nil
end

-- Waits until another task has ended.
local function join(other)
  if other.state == "done" then
    return
  end
  tasks.check_circle(here.task, other)
  local task = M.running "await"
  heed(task)
  other.waiters = other.waiters or {}
  table.insert(other.waiters, task)
  task.awaiting = other
  M.wait(task, leave)
  task.awaiting = nil
end

-- pcall that can be waited in, on every Lua.
function M.attempt(fn, ...)
  local parent = M.running "attempt"
  local task = M.spawn(fn, function() wake(parent) end, ...)
  task.heard = true
  while task.state ~= "done" do
    M.park(parent, function() task:cancel() end)
  end
  M.heed()
  if task.raised then
    return false, task.error
  end
  return true, tasks.outcome(task)
end

function Task:await()
  if not tasks.is(self) then
    core.raise "await: called with a colon, as in task:await()"
  end
  join(self)
  return tasks.outcome(self)
end

-- Tells a task to end. Returns whether there was something to tell.
function Task:cancel()
  if not tasks.is(self) then
    core.raise "cancel: called with a colon, as in task:cancel()"
  elseif self.state == "done" or self.cancelling then
    return false
  end
  self.cancelling = true
  local abandon = self.abandon
  if not self.begun then
    tasks.retire(self)
    finish(self)
  elseif not (abandon and abandon(self)) then
    self.abandon = nil
    wake(self)
  end
  return true
end

-- The loop ---------------------------------------------------------------------------------------

local function fire_timers()
  if run.timers[1] then
    local now = core.now()
    local timer = run.timers:due(now)
    while timer do
      timer.wake(timer.task)
      timer = run.timers:due(now)
    end
    local first = run.timers[1]
    return first and first.when - now
  end
end

local function describe_waiting()
  local list = {}
  for task in pairs(run.alive) do
    list[#list + 1] = debug.traceback(task.co)
    if #list == 3 then
      break
    end
  end
  return table.concat(list, "\n")
end

-- Gives everybody who is ready a turn, and then waits for whatever comes first.
local function turn()
  for _ = 1, run.ready:count() do
    take_turn(run.ready:pop())
  end
  local seconds = fire_timers()
  if run.ready:count() > 0 then
    seconds = 0
  elseif run.count > 0 and network.count == 0 and not seconds then
    error(("dstack.run: deadlock: %d tasks wait, and none of them for time or a reply\n%s"):format(
      run.count, describe_waiting()), 0)
  end
  seconds = math.min(seconds or WAIT_SECONDS, WAIT_SECONDS)
  if network.count > 0 then
    wait_for_network(seconds)
  elseif run.count > 0 and seconds > 0 then
    http.sleep(seconds)
  end
end

local function cancel_all()
  for task in pairs(run.alive) do
    task:cancel()
  end
end

local function run_all(main)
  enlist(main)
  while main.state ~= "done" do
    turn()
  end
  if main.raised then
    cancel_all()
  end
  while run.count > 0 do
    turn()
  end
end

-- After an error of the loop itself, such as a signal's: nobody gets another turn.
local function tear_down()
  for task in pairs(run.alive) do
    if task.abandon then
      pcall(task.abandon, task)
    end
    pcall(tasks.close, task)
    take_back(task)
    task.state, task.cancelled = "done", true
  end
end

function M.run(fn, ...)
  if run then
    core.raise "dstack.run: inside dstack.run: call the function itself, or dstack.spawn it"
  end
  local main = tasks.new(fn, nil, ...)
  main.heard = true
  run = new_run()
  local good, err = pcall(run_all, main)
  here.task = nil
  if not good then
    tear_down()
  end
  local failed = run.failed
  run = nil
  if not good then
    error(err, 0)
  end
  return ending.conclude(main, failed, function(story)
    io.stderr:write(story, "\n")
  end)
end

return M
