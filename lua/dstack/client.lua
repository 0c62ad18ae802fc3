-- DstackClient: the guest agent's frozen (v0) surface. Reads as if blocking; the transport decides
-- how to wait. Every method returns its result, or nil, message, code.

local core = require "dstack.core"
local response = require "dstack.response"
local transport = require "dstack.transport"

local M = {}

local Client = {}
Client.__index = Client
Client.__name = "DstackClient"

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

local function check_options(options)
  for name, value in pairs(options) do
    local wanted = option_types[name]
    if not wanted then
      core.raise(("DstackClient: unknown option '%s'; there are: %s"):format(tostring(name),
        option_names()))
    elseif type(value) ~= wanted then
      core.raise(("DstackClient: option '%s' wants a %s, got a %s"):format(name, wanted,
        type(value)))
    end
  end
end

local function positive(options)
  for name, default in pairs(defaults) do
    local value = options[name] or default
    if not (value > 0 and value < math.huge) then
      return nil, ("DstackClient: option '%s' is not a finite number above 0"):format(name),
        "invalid"
    end
    options[name] = value
  end
  local bytes = options.max_response_bytes
  if bytes % 1 ~= 0 or bytes > 2 ^ 53 then
    return nil, "DstackClient: option 'max_response_bytes' is not a whole number up to 2^53",
      "invalid"
  end
  for _, name in ipairs { "ca_file", "user_agent" } do
    if options[name] and options[name]:find "%c" then
      return nil, ("DstackClient: option '%s' contains a control character"):format(name), "invalid"
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
  local kind, address, code = core.endpoint(named)
  if not kind then
    return nil, "DstackClient: " .. address .. from, code
  end
  return { { kind = kind, address = address, from = from } }
end

local function new(_, options)
  if type(options) ~= "table" then
    options = { endpoint = options }
  end
  check_options(options)
  local self = { service = core.service "dstack", surface = "v0" }
  for name, value in pairs(options) do
    self[name] = value
  end
  local good, message, code = positive(self)
  if not good then
    return nil, message, code
  end
  self.endpoints, message, code = find_endpoints(self.service, options.endpoint)
  if not self.endpoints then
    return nil, message, code
  end
  self.user_agent = self.user_agent or "dstack-sdk-lua/" .. require("dstack")._VERSION
  self.transports = {}
  return setmetatable(self, Client)
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

-- Why no endpoint answered, with each one's own answer and, where we know one, the cure.
local function nobody_there(self, answers)
  if #self.endpoints == 1 then
    return "cannot connect to " .. answers[1]
  end
  local text = "no guest agent found: " .. table.concat(answers, "; ")
  if not core.service_present "dstack" and core.service_present "tappd" then
    return text .. ". There is a tappd socket (dstack OS 0.3): use TappdClient"
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
      return nil, ("%s: this agent (dstack OS 0.5.5 or older) would ignore %s"):format(
        where(self, method), feature), "unsupported"
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

-- Calls a method and wraps its reply.
local function invoke(self, method, arguments, class)
  if getmetatable(self) ~= Client then
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

-- Methods ----------------------------------------------------------------------------------------

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

function Client:info()
  return invoke(self, "Info", {}, "InfoResponse")
end

local key_names = { "path", "purpose", "algorithm" }

-- The call that scripts make most: its usual form builds its table in one piece.
local function key_arguments(...)
  local path, purpose, algorithm = ...
  if type(path) ~= "table" and select("#", ...) <= #key_names then
    return { path = path, purpose = purpose, algorithm = algorithm }
  end
  return named("get_key", key_names, ...)
end

function Client:get_key(...)
  local arguments = key_arguments(...)
  default(arguments, "path", "")
  default(arguments, "purpose", "")
  default(arguments, "algorithm", "secp256k1")
  return invoke(self, "GetKey", arguments, "GetKeyResponse")
end

local tls_names = {
  "subject", "alt_names", "usage_ra_tls", "usage_server_auth", "usage_client_auth",
  "not_before", "not_after", "with_app_info",
}

function Client:get_tls_key(...)
  local arguments = named("get_tls_key", tls_names, ...)
  default(arguments, "subject", "")
  default(arguments, "usage_ra_tls", false)
  default(arguments, "usage_server_auth", true)
  default(arguments, "usage_client_auth", false)
  return invoke(self, "GetTlsKey", arguments, "GetTlsKeyResponse")
end

local report_names = { "report_data" }

function Client:get_quote(...)
  return invoke(self, "GetQuote", named("get_quote", report_names, ...), "GetQuoteResponse")
end

function Client:attest(...)
  return invoke(self, "Attest", named("attest", report_names, ...), "AttestResponse")
end

local event_names = { "event", "payload" }

function Client:emit_event(...)
  return invoke(self, "EmitEvent", named("emit_event", event_names, ...))
end

local sign_names = { "algorithm", "data" }

function Client:sign(...)
  return invoke(self, "Sign", named("sign", sign_names, ...), "SignResponse")
end

local verify_names = { "algorithm", "data", "signature", "public_key" }

function Client:verify(...)
  return invoke(self, "Verify", named("verify", verify_names, ...), "VerifyResponse")
end

function Client:version()
  return invoke(self, "Version", {}, "VersionResponse")
end

function Client:gpu_info()
  return invoke(self, "GpuInfo", {}, "GpuInfoResponse")
end

-- Any answer of an agent will do, also a refusal: agents before 0.5.7 do not know Version.
local REACHABLE_SECONDS = 0.5

local function ask_version(self)
  local deadline = transport.now() + math.min(REACHABLE_SECONDS, self.timeout)
  return call(self, "Version", {}, deadline)
end

function Client:is_reachable()
  local good, members, _, _, spoke = pcall(ask_version, self)
  return good and (members ~= nil or spoke == true)
end

function Client:close()
  self.closed = true
  for endpoint, made in pairs(self.transports) do
    self.transports[endpoint] = nil
    if made ~= self.transport then
      made:close()
    end
  end
end

Client.__close = Client.close

function Client:__tostring()
  local at = self.settled or self.endpoints[1]
  return ("DstackClient(%s%s)"):format(at.address, self.closed and ", closed" or "")
end

M.DstackClient = setmetatable(Client, {
  __call = new,
  __tostring = function() return "dstack.DstackClient" end,
})

return M
