-- The transport of nginx's Lua: cosockets, which let the worker serve others meanwhile. Connections
-- are kept in nginx's pools, of which each worker has its own; a transport holds none itself, so
-- that any number of requests use it at once.

local core = require "dstack.core"
local stream = require "dstack.transport.stream"

local M = { name = "cosocket" }
M.__index = M

-- Pauses between attempts to get into a listener's full queue, in seconds.
local FIRST_PAUSE, LONGEST_PAUSE = 0.001, 0.05

local LONGEST_MS = 2 ^ 31 - 1

-- Making one -------------------------------------------------------------------------------------

-- What cannot be had over cosockets of an option, and what can.
local lacking = {
  ca_file = "nginx has no such setting for one connection: name the file in its directive "
    .. "lua_ssl_trusted_certificate",
  pinned_certificate = "nginx does not show a server's certificate: trust its CA, or itself, with "
    .. "the directive lua_ssl_trusted_certificate",
}

local function unix_target(path)
  return { host = "localhost", prefix = "", pool = "dstack:unix:" .. path, address = path }
end

-- nginx asks its own resolver for every name, which knows nothing of /etc/hosts.
local function address_of(name)
  return name:lower():match "^localhost%.?$" and "127.0.0.1" or name
end

-- In: a URL that the core has judged.
local function url_target(url)
  local scheme, authority, prefix = url:match "^(https?):..([^/]+)(.*)$"
  local name, port = authority:match "^(%[.*%]):?(%d*)$"
  if not name then
    name, port = authority:match "^([^:]*):?(%d*)$"
  end
  local tls = scheme == "https"
  port = tonumber(port) or (tls and 443 or 80)
  return {
    host = authority, prefix = prefix, address = address_of(name), port = port,
    tls_name = tls and name:gsub("^%[(.*)%]$", "%1") or nil,
    pool = ("dstack:%s:%s:%d"):format(scheme, name:lower(), port),
  }
end

function M.new(endpoint, options)
  for name, why in pairs(lacking) do
    if options[name] then
      return nil, ("%s: not over cosockets: %s; or make the client with transport = \"curl\"")
        :format(name, why), "unsupported"
    end
  end
  local kind, address = core.endpoint(endpoint.address)
  if kind ~= endpoint.kind then
    return nil, kind and "endpoint: not a " .. endpoint.kind or address, "invalid"
  end
  local target = kind == "unix" and unix_target(address) or url_target(address)
  target.user_agent = options.user_agent
  return setmetatable({ target = target, options = options }, M)
end

-- A cosocket as a stream -------------------------------------------------------------------------

local Stream = {}
Stream.__index = Stream

-- Gives the socket the time that is left. Returns false when there is none.
local function limit(socket, deadline)
  local left = math.min((deadline - core.now()) * 1000, LONGEST_MS)
  if left <= 0 then
    return false
  end
  left = math.ceil(left)
  socket:settimeouts(left, left, left)
  return true
end

function Stream:send(bytes, deadline)
  if not limit(self.socket, deadline) then
    return nil, "timeout"
  end
  return self.socket:send(bytes)
end

function Stream:receive(most, deadline)
  if not limit(self.socket, deadline) then
    return nil, "timeout"
  end
  return self.socket:receiveany(most)
end

function Stream:close()
  self.socket:close()
end

-- Connecting -------------------------------------------------------------------------------------

local function dial(target, socket, pool)
  if target.port then
    return socket:connect(target.address, target.port, pool)
  end
  return socket:connect("unix:" .. target.address, pool)
end

-- A unix socket's full queue is not waited for by the system, so we come back.
local function dial_until(target, socket, pool, deadline)
  local pause = FIRST_PAUSE
  while limit(socket, deadline) do
    local good, word = dial(target, socket, pool)
    if good or target.port or word ~= "resource temporarily unavailable" then
      return good, word
    end
    ngx.sleep(math.max(0, math.min(pause, deadline - core.now())))
    pause = math.min(2 * pause, LONGEST_PAUSE)
  end
  return nil, "timeout", pause > FIRST_PAUSE
    and ": the socket's queue of waiting connections is full"
end

-- Why a connection failed, with what nginx has to do with it.
local function explain_dial(word)
  local cure = word:find("no resolver defined", 1, true)
    and ": add the directive 'resolver' to nginx.conf" or ""
  return word .. cure
end

local function explain_handshake(target, word)
  if word == "certificate host mismatch" then
    return "certificate problem: it is not for " .. target.tls_name
  elseif word:find "^%d+: " then
    return ("certificate problem: %s (nginx trusts what its directive lua_ssl_trusted_certificate "
      .. "names, at most lua_ssl_verify_depth certificates away)"):format(word:gsub("^%d+: ", ""))
  end
  return "the TLS handshake failed: " .. word
end

local function late(started, more)
  local _, message, code = core.http_late(core.now() - started)
  return nil, message .. (more or ""), code
end

-- Connects, to any of the pool's kept connections unless it has to be a new one, whose pool is
-- another then, that nothing is ever put into. Returns the stream, or nil, message, code, errno.
local function connect(self, deadline, started, fresh)
  local target = self.target
  local until_when = math.min(deadline, started + self.options.connect_timeout)
  local socket = ngx.socket.tcp()
  local good, word, more = dial_until(target, socket,
    { pool = target.pool .. (fresh and ":fresh" or "") }, until_when)
  if not good then
    if word == "timeout" then
      return late(started, more)
    end
    return nil, explain_dial(word), "connect", core.errno_of(word)
  end
  local used = socket:getreusedtimes() > 0
  if target.tls_name and not used then
    good, word = false, "timeout"
    if limit(socket, until_when) then
      good, word = socket:sslhandshake(nil, target.tls_name, true)
    end
    if not good and word == "timeout" then
      return late(started)
    elseif not good then
      return nil, explain_handshake(target, word), "connect"
    end
  end
  return setmetatable({ socket = socket, used = used, fresh = fresh }, Stream)
end

-- Requests ---------------------------------------------------------------------------------------

local function give_back(self, connection, keep)
  if keep and not connection.fresh then
    local options = self.options
    connection.socket:setkeepalive(math.min(options.keepalive_timeout * 1000, LONGEST_MS),
      options.pool_size)
  else
    connection:close()
  end
end

-- Returns the reply; or nil, message, code, errno, and whether it may be tried again.
local function attempt(self, head, request, started, fresh)
  local connection, message, code, errno = connect(self, request.deadline, started, fresh)
  if not connection then
    return nil, message, code, errno
  end
  local reply, keep, word, unheard = stream.exchange(connection, head, request, {
    max_body = self.options.max_response_bytes, started = started, used = connection.used,
  })
  give_back(self, connection, reply and keep)
  return reply, keep, word, nil, unheard and connection.used
end

function M:request(request)
  local head, message, code = stream.head(self.target, request)
  if not head then
    return nil, message, code
  end
  local started = core.now()
  if request.deadline <= started then
    return nil, "no time was left to send the request", "timeout"
  end
  local reply, errno, again
  reply, message, code, errno, again = attempt(self, head, request, started, request.fresh)
  if again then
    reply, message, code, errno = attempt(self, head, request, started, true)
  end
  if reply then
    return reply
  end
  return nil, message, code, errno
end

-- The pools are nginx's, and other transports' too.
function M.close() end

return M
