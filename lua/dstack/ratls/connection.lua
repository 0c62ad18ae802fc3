-- A TLS connection to a peer whose certificate can be judged before anything is sent. It knows no
-- verification: ratls.connect hands out what has been judged.

local core = require "dstack.core"
local here = require "dstack.loop.here"
local octets = require "dstack.octets"
local sockets = require "dstack.ratls.socket"
local streams = require "dstack.transport.stream"

local Connection = { __name = "dstack.RatlsConnection" }
Connection.__index = Connection

local RECEIVE_BYTES = 16384

-- Of a reply's body, as clients take by default.
local MAX_BODY = 16 * 1024 * 1024

local function failed(self, message, code)
  return nil, ("%s: %s"):format(self.name, message), code
end

local function late(self, doing)
  return failed(self, "timed out while " .. doing, "timeout")
end

-- Connecting -------------------------------------------------------------------------------------

-- "host:port", as a URL has it; nil, message, code for what is no host or no port.
local function name_of(host, port, what)
  octets.check_string(host, what .. ": host")
  if type(port) ~= "number" then
    core.raise(("%s: port: number expected, got %s"):format(what, type(port)))
  elseif port < 1 or port > 65535 or port % 1 ~= 0 then
    return nil, what .. ": port: an integer from 1 to 65535 is wanted", "invalid"
  elseif host:find "^%x*:[%x:.]*$" then
    host = "[" .. host .. "]"
  elseif not host:find "^[%w][%w.-]*$" then
    return nil, what .. ": host: neither a name nor an address", "invalid"
  end
  return ("%s:%d"):format(host, port)
end

-- Connects, with TLS. In: timeout, seconds for this and for each later call that names none; what,
-- who asks, for messages on host and port; own, nil or the certificate of this end and its key.
-- Returns the connection, or nil, message, code.
function Connection.open(host, port, timeout, what, own)
  local name, message, code = name_of(host, port, what)
  if not name then
    return nil, message, code
  end
  local self = setmetatable({ name = name, timeout = timeout }, Connection)
  self.socket, message, code = sockets.open("https://" .. name, core.now() + timeout, own)
  if not self.socket then
    return failed(self, message, code)
  end
  return self
end

-- The peer's own certificate, PEM.
function Connection:certificate()
  if not self.socket:is_open() then
    core.raise "certificate: the connection is closed"
  end
  return self.socket:certificate()
end

-- Whose it is ------------------------------------------------------------------------------------

-- Bytes of two tasks must not mingle, so one of them has the connection (`user`) for the length of
-- a call. Should it end within that, nobody knows what went and what came: the connection closes.
local function take(self, task)
  self.user = task
  task.drop = function() self:close() end
end

local function give(self, task, ...)
  self.user, task.drop = nil, nil
  if self.line then
    self.line:hand_on(self)
  end
  return ...
end

-- Returns true, or nil, message, code.
local function wait_in_line(self, task, deadline)
  if not self.line then
    local line = require "dstack.loop.line" -- wants the scheduler, which is there in tasks
    self.line = line.new(take, function() give(self, self.user) end)
  end
  local taken = self.line:wait(task, deadline)
  if not taken and self.socket:is_open() then
    return late(self, "another task used the connection")
  end
  return true
end

-- Calls fn(self, ...) as the only one that uses the connection. Where another task does, this one
-- waits in line until the deadline, if there is one.
local function alone(self, deadline, fn, ...)
  local task = here.waiting_task "a call of a connection"
  if not task or self.user == task then
    return fn(self, ...)
  elseif self.user and not deadline then
    return failed(self, "another task uses the connection: one at a time can, and only requests "
      .. "wait for their turns", "invalid")
  elseif self.user then
    local good, message, code = wait_in_line(self, task, deadline)
    if not good then
      return nil, message, code
    end
  end
  take(self, task)
  return give(self, task, fn(self, ...))
end

-- Bytes ------------------------------------------------------------------------------------------

local function send_all(self, bytes, deadline)
  local next_byte = 1
  while next_byte <= #bytes do
    local sent, message, code = self.socket:send(bytes, next_byte, deadline)
    if code == "timeout" then
      return late(self, ("sending (%d of %d bytes went)"):format(next_byte - 1, #bytes))
    elseif not sent then
      return failed(self, message, code)
    end
    next_byte = next_byte + sent
  end
  return true
end

local function receive_some(self, most, deadline)
  local bytes, message, code = self.socket:receive(most, deadline)
  if code == "timeout" then
    return late(self, "receiving")
  elseif not bytes then
    return failed(self, message, code)
  end
  return bytes
end

function Connection:send_until(bytes, deadline)
  octets.check_string(bytes, "send: bytes")
  return alone(self, nil, send_all, bytes, deadline)
end

function Connection:receive_until(most, deadline)
  if type(most) ~= "number" or most < 1 then
    core.raise "receive: most: a number of bytes from 1 expected"
  end
  return alone(self, nil, receive_some, most, deadline)
end

function Connection:send(bytes, timeout)
  return self:send_until(bytes, core.now() + (timeout or self.timeout))
end

function Connection:receive(most, timeout)
  return self:receive_until(most or RECEIVE_BYTES, core.now() + (timeout or self.timeout))
end

function Connection:close()
  self.socket:close()
  if self.line then
    self.line:break_up()
  end
end

Connection.__close = Connection.close

-- HTTP -------------------------------------------------------------------------------------------

-- The connection as dstack.transport.stream wants one: where it fails nil and a word, which is
-- "timeout" or a text. It is never "closed": a reply that ends where its connection does could have
-- been cut short by anybody.
local Stream = {}
Stream.__index = Stream

local function in_a_word(result, message, code)
  if result then
    return result
  end
  return nil, code == "timeout" and code or message
end

function Stream:send(bytes, deadline)
  return in_a_word(self.connection:send_until(bytes, deadline))
end

function Stream:receive(most, deadline)
  return in_a_word(self.connection:receive_until(most, deadline))
end

function Stream:close()
  self.connection:close()
end

function Connection:stream()
  return setmetatable({ connection = self }, Stream)
end

local function exchange(self, head, request)
  local reply, keep, code = streams.exchange(self:stream(), head, request, {
    max_body = MAX_BODY, started = core.now(), used = self.used,
  })
  self.used = true
  if not reply or not keep then
    self:close()
  end
  if not reply then
    return failed(self, keep, code)
  end
  return reply
end

local members = {
  method = "string", path = "string", headers = "table", body = "string", deadline = "number",
  timeout = "number", want_headers = "boolean", fresh = "boolean",
}

-- A request with what it may leave out. Raises for what is none.
local function completed(self, given)
  local request = octets.options(given, "request", members)
  if not request.path then
    core.raise 'request: path is missing, as in {method = "GET", path = "/"}'
  end
  request.method, request.body = request.method or "GET", request.body or ""
  request.headers = request.headers or {}
  if next(request.headers) ~= nil and #request.headers == 0 then
    core.raise 'request: headers: a list of lines expected, as in {"Accept: text/plain"}'
  end
  request.deadline = request.deadline or core.now() + (request.timeout or self.timeout)
  return request
end

-- HTTP/1.1, as every transport has it. The connection serves one request after the other, and is
-- closed when one has failed or the peer wants no further one: it cannot be made anew unjudged.
function Connection:request(given)
  local request = completed(self, given)
  local head, message, code = streams.head({ host = self.name, prefix = "" }, request)
  if not head then
    return nil, message, code
  end
  return alone(self, request.deadline, exchange, head, request)
end

function Connection:__tostring()
  return ("dstack.RatlsConnection: %s, %s"):format(self.name,
    self.socket:is_open() and "open" or "closed")
end

return Connection
