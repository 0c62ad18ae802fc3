-- A TLS connection to a peer whose certificate can be judged before anything is sent. It knows no
-- verification: ratls.connect hands out what has been judged.

local core = require "dstack.core"
local http = require "dstack.http"
local octets = require "dstack.octets"
local streams = require "dstack.transport.stream"

local Connection = { __name = "dstack.RatlsConnection" }
Connection.__index = Connection

-- The longest single wait, so that a signal's hook runs soon.
local WAIT_SECONDS = 0.2

local RECEIVE_BYTES = 16384

-- Of a reply's body, as clients take by default.
local MAX_BODY = 16 * 1024 * 1024

-- What is left of the time, as one wait; nil when it is over.
local function wait_of(deadline)
  local left = deadline - core.now()
  return left > 0 and math.min(left, WAIT_SECONDS) or nil
end

local function late(self, doing)
  return nil, ("%s: timed out while %s"):format(self.name, doing), "timeout"
end

local function failed(self, message, code)
  return nil, ("%s: %s"):format(self.name, message), code
end

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
-- who asks, for messages on host and port. Returns the connection, or nil, message, code.
function Connection.open(host, port, timeout, what)
  local name, message, code = name_of(host, port, what)
  if not name then
    return nil, message, code
  end
  local self = setmetatable({ name = name, timeout = timeout }, Connection)
  local done
  self.channel, message, code = http.channel("https://" .. name, core.now() + timeout)
  while self.channel and not done do
    done, message, code = self.channel:step(WAIT_SECONDS)
    if done == nil then
      self:close()
    end
  end
  if not self.channel then
    return failed(self, message, code)
  end
  return self
end

-- The peer's own certificate, PEM.
function Connection:certificate()
  return self.channel:certificate()
end

local function open_channel(self)
  if not self.channel then
    return failed(self, "this end has closed the connection", "closed")
  end
  return self.channel
end

function Connection:send_until(bytes, deadline)
  local channel, message, code = open_channel(self)
  local next_byte = 1
  while channel and next_byte <= #bytes do
    local wait = wait_of(deadline)
    if not wait then
      return late(self, ("sending (%d of %d bytes went)"):format(next_byte - 1, #bytes))
    end
    local sent
    sent, message, code = channel:send(bytes, next_byte, wait)
    if not sent then
      return failed(self, message, code)
    end
    next_byte = next_byte + sent
  end
  if not channel then
    return nil, message, code
  end
  return true
end

function Connection:receive_until(most, deadline)
  local channel, message, code = open_channel(self)
  while channel do
    local wait = wait_of(deadline)
    if not wait then
      return late(self, "receiving")
    end
    local bytes
    bytes, message, code = channel:receive(most, wait)
    if not bytes then
      return failed(self, message, code)
    elseif bytes ~= "" then
      return bytes
    end
  end
  return nil, message, code
end

function Connection:send(bytes, timeout)
  return self:send_until(bytes, core.now() + (timeout or self.timeout))
end

function Connection:receive(most, timeout)
  return self:receive_until(most or RECEIVE_BYTES, core.now() + (timeout or self.timeout))
end

function Connection:close()
  if self.channel then
    self.channel:close()
    self.channel = nil
  end
end

Connection.__close = Connection.close

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

-- HTTP/1.1, as every transport has it. The connection serves one request after the other, and is
-- closed when one has failed or the peer wants no further one: it cannot be made anew unjudged.
function Connection:request(request)
  local head, message, code = streams.head({ host = self.name, prefix = "" }, request)
  if not head then
    return nil, message, code
  end
  local reply, keep
  reply, keep, code = streams.exchange(self:stream(), head, request, {
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

function Connection:__tostring()
  return ("dstack.RatlsConnection: %s, %s"):format(self.name, self.channel and "open" or "closed")
end

return Connection
