-- The transport of tasks: libcurl, as many connections as tasks want at once, up to a bound. While
-- one task waits for its reply the others go on.

local handle = require "dstack.transport.handle"
local core = require "dstack.core"
local line = require "dstack.loop.line"
local scheduler = require "dstack.loop.scheduler"

local M = { name = "multi" }
M.__index = M

-- Connections that are kept for later: a burst may leave as many as it had.
local MOST_IDLE = 64

local CLOSED = "the client was closed meanwhile"

-- A seat is one connection: its transport, handle, slot with the scheduler, and the task that has
-- it.

local occupy, give

function M.new(endpoint, options)
  local maker, message, code = handle.maker(endpoint, options)
  if not maker then
    return nil, message, code
  end
  local self = setmetatable({
    make = maker, most = options.max_connections, used = {}, count = 0, idle = {},
  }, M)
  self.line = line.new(function(seat, task) occupy(self, seat, task) end,
    function(seat) give(self, seat) end)
  local seat
  seat, message, code = self:open()
  if not seat then
    return nil, message, code
  end
  self.idle[1] = seat
  return self
end

function M:open()
  local made, message, code = self.make()
  if not made then
    return nil, message, code
  end
  local slot
  slot, message, code = scheduler.add(made)
  if not slot then
    made:close()
    return nil, message, code
  end
  return { transport = self, handle = made, slot = slot }
end

-- Turns ------------------------------------------------------------------------------------------

-- The task has ended, or is to end, with an exchange begun.
local function drop(task)
  local seat = task.seat
  scheduler.release(seat.slot)
  seat.handle:cancel()
  give(seat.transport, seat)
end

function occupy(self, seat, task)
  self.used[seat], seat.task = true, task
  task.seat, task.drop = seat, drop
  self.count = self.count + 1
end

-- Gives a seat back: to who has waited longest, else it is kept.
function give(self, seat)
  seat.task.seat, seat.task.drop, seat.task = nil, nil, nil -- what a task got dies with it
  self.used[seat] = nil
  self.count = self.count - 1
  if not self.closed and self.line:hand_on(seat) then
    return
  elseif self.closed or #self.idle >= MOST_IDLE then
    seat.handle:close()
  else
    self.idle[#self.idle + 1] = seat
  end
end

local function wait_for_turn(self, task, deadline)
  local began = core.now()
  local seat = self.line:wait(task, deadline)
  if self.closed then
    if seat then
      give(self, seat)
    end
    return nil, CLOSED, "closed"
  elseif seat then
    return seat
  end
  return nil, ("timed out after %.3g s while waiting for one of %d connections (option "
    .. "max_connections)"):format(core.now() - began, self.most), "timeout"
end

-- Where memory was so short that not even drop could run, a seat has stayed with a task that ended.
local function find_lost(self)
  for seat in pairs(self.used) do
    if seat.task.state == "done" then
      drop(seat.task)
      return table.remove(self.idle)
    end
  end
end

-- Takes a connection, the one used last if there is one. Returns nil, message, code when there is
-- none until the deadline.
local function take(self, task, deadline)
  if self.closed then
    return nil, CLOSED, "closed"
  end
  local seat = table.remove(self.idle) or find_lost(self)
  if not seat then
    if self.count >= self.most then
      return wait_for_turn(self, task, deadline)
    end
    local message, code
    seat, message, code = self:open()
    if not seat then
      return nil, message, code
    end
  end
  occupy(self, seat, task)
  return seat
end

-- Requests ---------------------------------------------------------------------------------------

-- Sends the request, as far as that can be done without waiting. Returns what handle:step returns.
local function begin(own, request)
  local good, message, code, errno = handle.start(own, request)
  if not good then
    return nil, message, code, errno
  end
  return own:step(0)
end

function M:request(request)
  local task = scheduler.running "request"
  scheduler.heed()
  local seat, message, code = take(self, task, request.deadline)
  if not seat then
    return nil, message, code
  end
  local done, errno
  done, message, code, errno = begin(seat.handle, request)
  local at_once = done ~= false
  if not at_once then
    done, message, code = scheduler.exchange(task, seat.slot, drop)
    errno = not done and seat.handle:os_errno()
  end
  local reply = done and handle.reply(seat.handle, request) or nil
  give(self, seat)
  if at_once then
    scheduler.pass() -- who fails at once, again and again, must not keep others from going on
  end
  return reply, message, code, errno
end

-- Ends what runs: tasks that wait for a reply or for their turn get a failure. A reply that has
-- come but has not been taken is still good.
function M:close()
  self.closed = true
  for seat in pairs(self.used) do
    if scheduler.release(seat.slot) then
      seat.handle:cancel()
      scheduler.wake(seat.task, nil, CLOSED, "closed")
    end
  end
  self.line:break_up()
  while self.idle[1] do
    table.remove(self.idle).handle:close()
  end
end

return M
