-- A channel of dstack.http with its waiting done: in a task the others go on meanwhile, elsewhere
-- nothing does. Deadlines are on the clock of dstack.core's now(). One task at a time uses it, as
-- connection.lua sees to.

local core = require "dstack.core"
local here = require "dstack.loop.here"
local http = require "dstack.http"

local Socket = {}
Socket.__index = Socket

-- The longest single wait that blocks, so that a signal's hook runs soon.
local WAIT_SECONDS = 0.2

local function closed()
  return nil, "this end has closed the connection", "closed"
end

-- Tasks ------------------------------------------------------------------------------------------

-- There is one where there is a task.
local function scheduler()
  return require "dstack.loop.scheduler"
end

-- Has the scheduler's poller watch the channel. Returns true, or nil, message, code.
local function enlist(self)
  local message, code
  if not self.slot then
    self.slot, message, code = scheduler().add(self.channel)
  end
  return self.slot and true, message, code
end

-- Lets the others go on until the poller has news of the channel. A task that is cancelled
-- meanwhile closes it. Returns true, or nil, message, code.
local function let_others(self, task)
  self.waiting = task
  local good, message, code = scheduler().exchange(task, self.slot, function() self:close() end)
  self.waiting = nil
  return good, message, code
end

-- Before a task does anything here: it ends where it has been cancelled, and lets others have their
-- turns where all goes without waiting.
local function breathe()
  scheduler().heed()
  scheduler().breathe()
end

-- Connecting -------------------------------------------------------------------------------------

local function connect_in_task(self, task)
  local good, message, code = enlist(self)
  if not good then
    return nil, message, code
  end
  good, message, code = self.channel:step(0)
  if good == false then
    return let_others(self, task)
  end
  return good, message, code
end

local function connect_blocking(self)
  local done, message, code
  repeat
    done, message, code = self.channel:step(WAIT_SECONDS)
  until done ~= false
  return done, message, code
end

-- Connects, with TLS. In: own, nil or the certificate that this end shows, and its key, both PEM.
-- Returns the socket, or nil, message, code.
function Socket.open(url, deadline, own)
  local task = here.waiting_task "connecting"
  if task then
    breathe()
  end
  own = own or {}
  local channel, message, code = http.channel(url, deadline, own.certificate, own.key)
  if not channel then
    return nil, message, code
  end
  local self = setmetatable({ channel = channel }, Socket)
  local done
  if task then
    done, message, code = connect_in_task(self, task)
  else
    done, message, code = connect_blocking(self)
  end
  if not done then
    self:close()
    return nil, message, code
  end
  return self
end

-- The peer's own certificate, PEM.
function Socket:certificate()
  return self.channel:certificate()
end

-- Bytes ------------------------------------------------------------------------------------------

-- Asks the poller for the channel, "read" or "write", and lets the others go on.
local function await(self, task, event, deadline)
  local good, message, code = enlist(self)
  if good then
    good, message, code = self.channel:await(event, deadline)
  end
  if not good then
    return nil, message, code
  end
  return let_others(self, task)
end

-- Calls try(channel, seconds to wait) until it returns something else than false: what there is; or
-- nil, message, code. Returns that. At the deadline that is nil, "", "timeout".
local function persist(self, event, deadline, try)
  local task = here.waiting_task "a call of a connection"
  local good, message, code = true, nil, nil
  if task then
    breathe()
  end
  while good and self.channel do
    local left = deadline - core.now()
    if left <= 0 then
      return nil, "", "timeout"
    end
    local result
    result, message, code = try(self.channel, task and 0 or math.min(left, WAIT_SECONDS))
    if result ~= false then
      return result, message, code
    elseif task then
      good, message, code = await(self, task, event, deadline)
    end
  end
  if good then
    return closed()
  end
  return nil, message, code
end

-- Sends some of the bytes, from that one on. Returns how many, at least one.
function Socket:send(bytes, from, deadline)
  return persist(self, "write", deadline, function(channel, wait)
    local sent, message, code = channel:send(bytes, from, wait)
    return sent ~= 0 and sent, message, code
  end)
end

-- Receives at most so many bytes, and at least one.
function Socket:receive(most, deadline)
  return persist(self, "read", deadline, function(channel, wait)
    local bytes, message, code = channel:receive(most, wait)
    return bytes ~= "" and bytes, message, code
  end)
end

function Socket:is_open()
  return self.channel ~= nil
end

-- A task that waits here is told.
function Socket:close()
  local channel, task = self.channel, self.waiting
  self.channel, self.waiting = nil, nil
  if task then
    scheduler().release(self.slot)
    scheduler().wake(task, closed())
  end
  if channel then
    channel:close()
  end
end

return Socket
