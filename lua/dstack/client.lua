-- What all clients are made of: options, endpoints, one exchange, a call from arguments to response.
-- Reads as if blocking; the transport decides how to wait. A class of clients is made by M.class and
-- given its methods by the module that asked for it; each is one line that names arguments and calls
-- M.invoke, and returns its result, or nil, message, code.

local core = require "dstack.core"
local response = require "dstack.response"
local transport = require "dstack.transport"

local M = {}

-- Options ----------------------------------------------------------------------------------------

local option_types = {
  endpoint = "string", timeout = "number", connect_timeout = "number",
  max_response_bytes = "number", ca_file = "string", user_agent = "string",
  log = "function", transport = "table",
}

local defaults = {
  timeout = 30, connect_timeout = 10, max_response_bytes = 16 * 1024 * 1024,
}

local function option_names()
  local names = {}
  for name in pairs(option_types) do
    names[#names + 1] = name
  end
  table.sort(names)
  return table.concat(names, ", ")
end

local function check_options(class, options)
  for name, value in pairs(options) do
    local wanted = option_types[name]
    if not wanted then
      core.raise(("%s: unknown option '%s'; there are: %s"):format(class, tostring(name),
        option_names()))
    elseif type(value) ~= wanted then
      core.raise(("%s: option '%s' wants a %s, got a %s"):format(class, name, wanted, type(value)))
    end
  end
end

-- Puts defaults in. Returns nil and what is wrong with a value.
local function complete(options)
  for name, default in pairs(defaults) do
    local value = options[name] or default
    if not (value > 0 and value < math.huge) then
      return nil, ("option '%s' is not a finite number above 0"):format(name)
    end
    options[name] = value
  end
  local bytes = options.max_response_bytes
  if bytes % 1 ~= 0 or bytes > 2 ^ 53 then
    return nil, "option 'max_response_bytes' is not a whole number up to 2^53"
  end
  for _, name in ipairs { "ca_file", "user_agent" } do
    if options[name] and options[name]:find "%c" then
      return nil, ("option '%s' contains a control character"):format(name)
    end
  end
  return true
end

-- The endpoints to try, in order: what was asked for, else what the environment names, else the
-- well-known paths. Empty means unset.
local function find_endpoints(service, asked)
  local named, from = asked, ""
  if not named or named == "" then
    named, from = os.getenv(service.variable), " (from " .. service.variable .. ")"
  end
  if not named or named == "" then
    local list = {}
    for i, path in ipairs(service.paths) do
      list[i] = { kind = "unix", address = path }
    end
    return list
  end
  local kind, address = core.endpoint(named)
  if not kind then
    return nil, address .. from
  end
  return { { kind = kind, address = address, from = from } }
end

local function new(class, options)
  if type(options) ~= "table" then
    options = { endpoint = options }
  end
  check_options(class.__name, options)
  local self = { service = core.service(class.speaks.service), surface = class.speaks.surface }
  for name, value in pairs(options) do
    self[name] = value
  end
  local good, message = complete(self)
  if good then
    self.endpoints, message = find_endpoints(self.service, options.endpoint)
  end
  if not self.endpoints then
    return nil, class.__name .. ": " .. message, "invalid"
  end
  self.user_agent = self.user_agent or "dstack-sdk-lua/" .. require("dstack")._VERSION
  self.transports = {}
  return setmetatable(self, class)
end

-- One exchange -----------------------------------------------------------------------------------

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
    return "cannot connect to " .. answers[1]
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

local function try(self, endpoint, request)
  local there, message, code = transport_to(self, endpoint)
  if not there then
    return nil, message, code
  end
  local reply, os_error
  reply, message, code, os_error = there:request(request)
  local limit = not reply and limit_of(code, message)
  if limit then
    message = ("%s (%s)"):format(message, limit)
  end
  if code == "connect" and endpoint.kind == "unix" and os_error and os_error ~= 0 then
    message = core.explain(endpoint.address, os_error)
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

-- Sends a request to the endpoint that answered before; should that be gone, to any.
local function exchange(self, request)
  if self.settled then
    local reply, message, code = try(self, self.settled, request)
    if code ~= "connect" or #self.endpoints == 1 then
      return reply, message, code
    end
    self.settled = nil
  end
  return search(self, request)
end

local headers = { "Content-Type: application/json" }

local function where(self, method)
  return self.settled and method .. " at " .. self.settled.address or method
end

-- Sends a call whose arguments have been taken. Returns members, extra, or nil, message, code,
-- agent_spoke.
local function finish(self, method, asked, deadline)
  local path, body, once = asked:request()
  if not path then
    return nil, method .. ": " .. body, once
  end
  if self.closed then
    return nil, method .. ": the client is closed", "closed"
  end
  local reply, message, code = exchange(self, {
    method = "POST", path = path, headers = headers, body = body, fresh = once, deadline = deadline,
  })
  if not reply then
    return nil, where(self, method) .. ": " .. message, code
  end
  local members, extra, word, spoke = asked:reply(reply.status, reply.body)
  if not members then
    return nil, where(self, method) .. ": " .. extra, word, spoke
  end
  return members, extra
end

-- Takes a method's arguments.
local function take(self, method, arguments)
  local asked, message, code = core.call(self.surface, method, arguments)
  if not asked then
    return nil, method .. ": " .. message, code
  end
  return asked
end

-- Calls a method, once, as it is. Returns what finish returns.
local function call(self, method, arguments, deadline)
  local asked, message, code = take(self, method, arguments)
  if not asked then
    return nil, message, code
  end
  return finish(self, method, asked, deadline)
end

-- What older agents would silently ignore is asked about once per client.
local function agent_has(self, feature, method, deadline)
  while true do
    local state, question, open = core.gate(self.surface, self.gate)
    self.gate = state
    if open then
      return true
    elseif not question then
      return nil, ("%s: this agent (dstack OS %s or older) would ignore %s"):format(
        where(self, method), self.speaks.ignorant, feature), "unsupported"
    end
    local empty = question == "Verify"
      and { algorithm = "", data = "", signature = "", public_key = "" } or {}
    local members, message, code, spoke = call(self, question, empty, deadline)
    local after = core.gate(self.surface, state, members and "ok" or code, spoke)
    if after == state then
      return nil, ("%s: not sent, as it is not known whether the agent has %s: %s"):format(method,
        feature, message), code
    end
    self.gate = after
  end
end

local classes = {}

-- Calls a method and wraps its reply in a response of that class; without one, true will do.
function M.invoke(self, method, arguments, class)
  if not classes[getmetatable(self)] then
    core.raise(method .. ": methods are called with a colon, as in client:info()")
  end
  local deadline = transport.now() + self.timeout
  local asked, message, code = take(self, method, arguments)
  if not asked then
    return nil, message, code
  end
  local feature = asked:feature()
  if feature then
    local good
    good, message, code = agent_has(self, feature, method, deadline)
    if not good then
      return nil, message, code
    end
  end
  local members, extra, word = finish(self, method, asked, deadline)
  if not members then
    return nil, extra, word
  elseif not class then
    return true
  end
  members, message, code = response.new(class, members, extra, arguments)
  if not members then
    return nil, where(self, method) .. ": " .. message, code
  end
  return members
end

-- Arguments --------------------------------------------------------------------------------------

-- Positional arguments, or one table of named ones.
local function named(method, names, ...)
  local arguments, first, count = {}, ..., select("#", ...)
  if type(first) == "table" and count == 1 then
    for name, value in pairs(first) do
      arguments[name] = value
    end
    return arguments
  end
  if count > #names then
    core.raise(("%s: %d arguments given, at most %d taken: %s"):format(method, count, #names,
      table.concat(names, ", ")))
  end
  for i = 1, count do
    arguments[names[i]] = (select(i, ...))
  end
  return arguments
end

local function default(arguments, name, value)
  if arguments[name] == nil then
    arguments[name] = value
  end
end

M.named, M.default = named, default

local key_names = { "path", "purpose", "algorithm" }

-- The call that scripts make most: its usual form builds its table in one piece.
function M.key_arguments(...)
  local path, purpose, algorithm = ...
  local arguments
  if type(path) ~= "table" and select("#", ...) <= #key_names then
    arguments = { path = path, purpose = purpose, algorithm = algorithm }
  else
    arguments = named("get_key", key_names, ...)
  end
  default(arguments, "path", "")
  default(arguments, "purpose", "")
  default(arguments, "algorithm", "secp256k1")
  return arguments
end

-- Classes ----------------------------------------------------------------------------------------

-- Any answer of an agent will do, also a refusal: agents before 0.5.7 do not know Version.
local REACHABLE_SECONDS = 0.5

local function ask_version(self)
  local deadline = transport.now() + math.min(REACHABLE_SECONDS, self.timeout)
  return call(self, "Version", {}, deadline)
end

local function is_reachable(self)
  local good, members, _, _, spoke = pcall(ask_version, self)
  return good and (members ~= nil or spoke == true)
end

local function close(self)
  self.closed = true
  for endpoint, made in pairs(self.transports) do
    self.transports[endpoint] = nil
    if made ~= self.transport then
      made:close()
    end
  end
end

local function describe(self)
  local at = self.settled or self.endpoints[1]
  return ("%s(%s%s)"):format(getmetatable(self).__name, at.address,
    self.closed and ", closed" or "")
end

-- Makes a class of clients: called, it makes a client. `speaks` says what its clients speak: service
-- (as in core.service) and surface (as in core.call), the other service that may be there instead,
-- and the newest dstack OS of those that lack Version and would ignore what they do not know.
-- made, where given, is called at each making.
function M.class(name, speaks, made)
  local class = {
    __name = name, __close = close, __tostring = describe,
    speaks = speaks, is_reachable = is_reachable, close = close,
  }
  class.__index = class
  classes[class] = true
  return setmetatable(class, {
    __call = function(_, options)
      if made then
        made()
      end
      return new(class, options)
    end,
    __tostring = function() return "dstack." .. name end,
  })
end

return M
