-- What can be said of several tasks at once, over any loop; see dstack.loop for what that is.

local core = require "dstack.core"
local tasks = require "dstack.loop.task"

local M = {}

-- Gather -----------------------------------------------------------------------------------------

-- A task of its own for each function would cost as much as a call does, so a few tasks go through
-- the list together. A seat is what one of them has: the place of the function it calls.

local function cancel_all(self)
  self.stopped = true
  for task in pairs(self.seats) do
    task:cancel()
  end
end

local function next_function(self, seat)
  self.started = self.started + 1
  seat.place = self.started
  return self.list[self.started]
end

local function wrap(self, value)
  if self.settle then
    return { ok = true, value = value }
  end
  return value
end

-- In: what the function returned. A failure ends the task.
local function go_on(self, seat, value, message, ...)
  if tasks.means_failure(value, message) then
    return value, message, ...
  end
  self.results[seat.place] = wrap(self, value)
  self.loop.breathe()
  if not self.stopped and self.started < #self.list then
    return go_on(self, seat, next_function(self, seat)())
  end
end

local function work(self, seat)
  return go_on(self, seat, self.list[seat.place]())
end

local function start(self)
  local seat = {}
  next_function(self, seat)
  self.seats[self.loop.spawn(work, self.ended, self, seat)] = seat
end

local function note_failure(self, task, seat)
  local _, message, code = tasks.failure(task)
  if self.settle then
    self.results[seat.place] = { ok = false, message = message, code = code, error = task.error }
  elseif not self.failed and not self.stopped then
    self.failed = task
    cancel_all(self)
  end
end

-- Called by the loop when a task has ended: another one takes its place where functions are left.
local function ended(self, task)
  local seat = self.seats[task]
  self.seats[task] = nil
  task.heard = self.settle or not task.raised -- an error behind the first one is told of by run
  if tasks.failure(task) then
    note_failure(self, task, seat)
  end
  if not self.stopped and self.started < #self.list then
    start(self)
  elseif not next(self.seats) then
    self.loop.unpark(self.parent)
  end
end

-- Runs the functions of a list, at most `concurrency` at a time. Returns their first results in
-- order, with n; or what the first one that failed ended with, when all others have ended too.
function M.gather(loop, list, concurrency, settle)
  local self = {
    loop = loop, list = list, settle = settle, parent = loop.running "dstack.gather",
    seats = {}, -- of tasks that have not ended
    started = 0, results = { n = #list },
  }
  self.ended = function(task) ended(self, task) end
  loop.heed()
  for _ = 1, math.min(concurrency or #list, #list) do
    start(self)
  end
  while next(self.seats) do
    loop.park(self.parent, function() cancel_all(self) end)
  end
  loop.heed()
  if self.failed then
    return tasks.outcome(self.failed)
  end
  return self.results
end

-- Timeout ----------------------------------------------------------------------------------------

-- Calls a function, which is cancelled when it takes longer than that.
function M.timeout(loop, seconds, fn, ...)
  local parent = loop.running "dstack.timeout"
  loop.heed()
  local expired, over = false, false
  local child = loop.spawn(fn, function()
    over = true
    loop.unpark(parent)
  end, ...)
  local clock = loop.spawn(function()
    loop.sleep(seconds)
    expired = true
    child:cancel()
  end)
  child.heard = true
  while not over do
    loop.park(parent, function() child:cancel() end)
  end
  clock:cancel()
  loop.heed()
  if expired and child.cancelled then
    return nil, ("timed out after %g s"):format(seconds), "timeout"
  end
  return tasks.outcome(child)
end

-- Arguments --------------------------------------------------------------------------------------

local function check_list(list)
  if type(list) ~= "table" then
    core.raise("dstack.gather: a list of functions expected, got " .. type(list))
  end
  for i = 1, #list do
    if tasks.is(list[i]) then
      core.raise(("dstack.gather: item %d is a task already: task:await() gives its results")
        :format(i))
    elseif type(list[i]) ~= "function" then
      core.raise(("dstack.gather: item %d is no function but a %s (around a call it is "
        .. "function() return client:info() end)"):format(i, type(list[i])))
    end
  end
end

local option_types = { concurrency = "number", settle = "boolean" }

local function check_options(options)
  for name, value in pairs(options) do
    local wanted = option_types[name]
    if not wanted then
      core.raise(("dstack.gather: unknown option '%s'; there are: concurrency, settle"):format(
        tostring(name)))
    elseif type(value) ~= wanted then
      core.raise(("dstack.gather: option '%s' wants a %s, got a %s"):format(name, wanted,
        type(value)))
    end
  end
  local most = options.concurrency
  if most and not (most >= 1 and most % 1 == 0) then
    core.raise "dstack.gather: option 'concurrency' is not a whole number from 1"
  end
end

-- Raises unless that is a list of functions, with these options in it or beside it. Returns the
-- options.
function M.check(list, options)
  check_list(list)
  if options ~= nil and type(options) ~= "table" then
    core.raise("dstack.gather: options come in a table, got " .. type(options))
  end
  local taken = {}
  for name, value in pairs(list) do
    if type(name) == "string" then
      taken[name] = value
    end
  end
  for name, value in pairs(options or {}) do
    taken[name] = value
  end
  check_options(taken)
  return taken
end

return M
