-- One request and its reply: which endpoint, over which transport, and why not. Reads as if
-- blocking; the transport decides how to wait. `self` is a client.

local core = require "dstack.core"
local transport = require "dstack.transport"

local M = {}

-- An error in the hook is the hook's own affair: the call may have had its effect already.
local function note(self, level, text)
  if self.log then
    pcall(self.log, level, text)
  end
end

-- The transport to an endpoint, made at its first use.
local function transport_to(self, endpoint)
  local made = self.transports[endpoint]
  if made then
    return made
  end
  if self.transport then
    made = self.transport
  else
    local message, code
    made, message, code = transport.choose(endpoint, self)
    if not made then
      return nil, message, code
    end
  end
  self.transports[endpoint] = made
  return made
end

-- The socket of the other service is there instead: which client speaks to it.
local function other_client(self)
  local service, other = self.speaks.service, self.speaks.other
  if core.service_present(other) and not core.service_present(service) then
    return (". There is a %s socket: use %s"):format(other, core.service(other).client)
  end
end

-- Why no endpoint answered, with each one's own answer and, where we know one, the cure.
local function nobody_there(self, answers)
  if #self.endpoints == 1 then
    local nobody = answers[1]:find("no such file", 1, true) or answers[1]:find("refused", 1, true)
    local who = self.speaks.who or "an agent, or a simulator,"
    local cure = nobody and (". Does %s run there?"):format(who) or ""
    return "cannot connect to " .. answers[1] .. cure
  end
  local text = "no guest agent found: " .. table.concat(answers, "; ")
  local other = other_client(self)
  if other then
    return text .. other
  end
  if not text:find("no such file", 1, true) then
    return text
  end
  return text .. ". Is the socket mounted into the container? To develop without one: "
    .. "dstack-lua --simulator script.lua, or set " .. self.service.variable
    .. transport.environment_cure(self.service.variable)
end

-- Which option to turn when a limit of ours was met.
local function limit_of(code, message)
  if code == "timeout" then
    return message:find("connecting", 1, true) and "options timeout, connect_timeout"
      or "option timeout"
  elseif code == "too_large" and message:find("limit of", 1, true) then
    return "option max_response_bytes"
  end
end

-- Raises when the caller's own transport returns what no transport may.
local function check_transport(reply, message, code)
  if type(reply) == "table" and type(reply.status) == "number" and type(reply.body) == "string"
    or reply == nil and type(message) == "string" and core.codes()[code] then
    return
  end
  local got = type(reply)
  if got == "table" then
    got = ("status %s, body %s"):format(type(reply.status), type(reply.body))
  elseif reply == nil then
    got = ("nil, a message that is a %s, code %s"):format(type(message), tostring(code))
  end
  core.raise("transport: request() must return {status = number, body = string}, or nil, message "
    .. "and one of dstack.codes(); got " .. got)
end

local function try(self, endpoint, request)
  local there, message, code = transport_to(self, endpoint)
  if not there then
    return nil, message, code
  end
  local reply, os_error
  reply, message, code, os_error = there:request(request)
  if self.transport then
    check_transport(reply, message, code)
  end
  local limit = not reply and limit_of(code, message)
  if limit then
    message = ("%s (%s)"):format(message, limit)
  end
  if code == "connect" and endpoint.kind == "unix" and os_error and os_error ~= 0 then
    message = core.explain(endpoint.address, os_error)
    if message:find "^permission denied" then
      message = message .. transport.permission_cure()
    end
  end
  return reply, message, code
end

-- Sends a request to the first endpoint that lets itself be connected to, and settles on it.
local function search(self, request)
  local answers = {}
  for _, endpoint in ipairs(self.endpoints) do
    local reply, message, code = try(self, endpoint, request)
    if code ~= "connect" then
      self.settled = endpoint
      note(self, "debug", "endpoint: " .. endpoint.address)
      return reply, message, code
    end
    answers[#answers + 1] = endpoint.address .. (endpoint.from or "") .. ": " .. message
  end
  return nil, nobody_there(self, answers), "connect"
end

-- Sends a request to the endpoint that answered before; should that be gone, to any. Returns what
-- a transport returns, with messages for people.
function M.exchange(self, request)
  local settled = self.settled
  if settled then
    local reply, message, code = try(self, settled, request)
    if code ~= "connect" or #self.endpoints == 1 then
      return reply, message, code
    end
    if self.settled == settled then -- other tasks go on meanwhile
      self.settled = nil
    end
  end
  return search(self, request)
end

return M
