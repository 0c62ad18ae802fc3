-- What all clients are made of: the way of a call from arguments to response, and classes. A class
-- is made by M.class; the module that asks for it gives it its methods, each of which names its
-- arguments, calls M.invoke and returns what that returns: a result, or nil, message, code.

local core = require "dstack.core"
local exchange = require("dstack.exchange").exchange
local here = require "dstack.loop.here"
local option = require "dstack.options"
local response = require "dstack.response"
local transport = require "dstack.transport"

local M = {}

-- Calls ------------------------------------------------------------------------------------------

local headers = { "Content-Type: application/json" }

local function where(self, method)
  return self.settled and method .. " at " .. self.settled.address or method
end

-- Clients that never block refuse to be called where nothing else could be done.
local function check_waiting(self, method)
  local blocking = self.speaks.blocking
  local why = blocking and transport.cannot_wait()
  if why then
    core.raise(("%s: %s does not block, and %s"):format(method, getmetatable(self).__name, why))
  elseif blocking and not transport.in_waiting_phase() and not here.waiting_task(method) then
    core.raise(("%s: %s does not block, and outside dstack.run there is nothing to wait with: call "
      .. "it within dstack.run(function() ... end), or use %s"):format(method,
      getmetatable(self).__name, blocking))
  end
end

-- Sends a call whose arguments have been taken. Returns the reply as it came, or nil, message,
-- code.
local function send(self, method, asked, deadline)
  check_waiting(self, method)
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
  return reply
end

-- Returns members, extra, or nil, message, code, agent_spoke, reply as it came.
local function finish(self, method, asked, deadline)
  local reply, message, code = send(self, method, asked, deadline)
  if not reply then
    return nil, message, code
  end
  local members, extra, word, spoke = asked:reply(reply.status, reply.body)
  if not members then
    return nil, where(self, method) .. ": " .. extra, word, spoke, reply
  end
  return members, extra
end

-- Takes a method's arguments.
local function take(surface, method, arguments)
  local asked, message, code = core.call(surface, method, arguments)
  if not asked then
    return nil, method .. ": " .. message, code
  end
  return asked
end

-- Calls a method, once, as it is. Returns what finish returns.
local function call(self, surface, method, arguments, deadline)
  local asked, message, code = take(surface, method, arguments)
  if not asked then
    return nil, message, code
  end
  return finish(self, method, asked, deadline)
end

M.call = call

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
    local members, message, code, spoke = call(self, self.surface, question, empty, deadline)
    local after = core.gate(self.surface, state, members and "ok" or code, spoke)
    if after == state then
      return nil, ("%s: not sent, as it is not known whether the agent has %s: %s"):format(method,
        feature, message), code
    end
    self.gate = after
  end
end

local classes = {}

-- Raises unless self is a client.
local function check_self(self, method)
  if not classes[getmetatable(self)] then
    core.raise(method .. ": methods are called with a colon, as in client:info()")
  end
end

M.check_self = check_self

-- Calls a method and wraps its reply in a response of that class; without one, true will do. A
-- method may have a surface or a time limit of its own.
function M.invoke(self, method, arguments, class, surface, timeout)
  check_self(self, method)
  surface = surface or self.surface
  local deadline = transport.now() + (timeout or self.timeout)
  local asked, message, code = take(surface, method, arguments)
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
  local members, extra, word, spoke = finish(self, method, asked, deadline)
  if not members then
    if word == "unsupported" and not spoke and self.speaks.explain then
      local why = self.speaks.explain(self, surface, method, deadline)
      extra = why and where(self, method) .. ": " .. why or extra
    end
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

local tls_names = {
  "subject", "alt_names", "usage_ra_tls", "usage_server_auth", "usage_client_auth",
  "not_before", "not_after", "with_app_info",
}

-- Of a certificate. Agents would issue for no usage at all where none is named.
function M.tls_arguments(method, ...)
  local arguments = named(method, tls_names, ...)
  default(arguments, "subject", "")
  default(arguments, "usage_ra_tls", false)
  default(arguments, "usage_server_auth", true)
  default(arguments, "usage_client_auth", false)
  return arguments
end

-- Classes ----------------------------------------------------------------------------------------

local function new(class, options)
  if type(options) ~= "table" then
    options = { endpoint = options }
  end
  local speaks = class.speaks
  option.check(class.__name, options, speaks.options)
  local self = {
    service = speaks.service and core.service(speaks.service), surface = speaks.surface,
    own_timeout = options.timeout,
  }
  for name, value in pairs(options) do
    self[name] = value
  end
  local good, message = option.complete(self)
  if good and speaks.blocking and self.transport_name then
    good, message = nil, ("option 'transport': %s blocks, which clients of this class never do: "
      .. "use %s"):format(self.transport_name, speaks.blocking)
  end
  if good and speaks.prepare then
    good, message = speaks.prepare(self)
  end
  if good then
    self.endpoints, message = option.endpoints(self)
  end
  if not self.endpoints then
    return nil, class.__name .. ": " .. message, "invalid"
  end
  self.user_agent = self.user_agent or "dstack-sdk-lua/" .. require("dstack")._VERSION
  self.transports = {}
  return setmetatable(self, class)
end

-- Any answer of an agent will do, also a refusal: agents before 0.5.7 do not know Version.
local REACHABLE_SECONDS = 0.5

local function ask_version(self)
  local deadline = transport.now() + math.min(REACHABLE_SECONDS, self.timeout)
  return call(self, self.surface, "Version", {}, deadline)
end

-- Whether anybody answers; where not, why, too.
local function is_reachable(self)
  check_waiting(self, "is_reachable")
  local attempt = here.waiting_task "is_reachable" and require("dstack.loop.scheduler").attempt
    or pcall
  local good, members, message, code, spoke = attempt(ask_version, self)
  if not good and tostring(members):find("interrupted!$") then
    error(members, 0) -- Ctrl-C, in the words of every lua: it means the script
  end
  if good and (members ~= nil or spoke == true) then
    return true
  end
  return false, good and message or tostring(members), good and code or "internal"
end

-- Closes the transports that a client made itself, for good.
function M.close(self)
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

-- Answers for methods that a class's surface never had: they fail, and say what to do. They are
-- found behind the class and not in it, where its own methods are.
function M.elsewhere(class, lacking, cures)
  getmetatable(class).__index = function(_, name)
    local cure = cures[name]
    return cure and function()
      return nil, ("%s: %s has no such method: %s"):format(name, lacking, cure), "unsupported"
    end
  end
end

-- The same class, whose clients never block: name, and that of the class itself.
function M.never_blocking(name, class, plain, made)
  local speaks = {}
  for key, value in pairs(class.speaks) do
    speaks[key] = value
  end
  speaks.blocking = plain
  local other = M.class(name, speaks, made)
  getmetatable(other).__index = class
  return other
end

-- Makes a class: called, it makes a client. `speaks` says what its clients speak: service (as in
-- core.service) and surface (as in core.call), the `other` service that may be there instead, and
-- the newest dstack OS of the `ignorant`, those that lack Version and would ignore what they do not
-- know; where there are any, further options (names and types) with prepare(self), which judges
-- them, and explain(self, surface, method, deadline), which says why nothing answered, or nil;
-- who: who should be there, where that is no agent; of clients that never block, the name of the
-- class that does.
-- made, where given, is called at each making.
function M.class(name, speaks, made)
  local class = {
    __name = name, __close = M.close, __tostring = describe,
    speaks = speaks, is_reachable = is_reachable, close = M.close,
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
