-- What a client is made with: its options, and the endpoints it will try.

local core = require "dstack.core"

local M = {}

local option_types = {
  endpoint = "string", timeout = "number", connect_timeout = "number",
  max_response_bytes = "number", max_connections = "number", ca_file = "string",
  pinned_certificate = "string", user_agent = "string", log = "function", transport = "table",
  keepalive_timeout = "number", pool_size = "number",
}

local defaults = {
  timeout = 30, connect_timeout = 10, max_response_bytes = 16 * 1024 * 1024, max_connections = 256,
  keepalive_timeout = 60, pool_size = 30, -- of nginx's pools; those are nginx's own defaults
}

-- The transports that a caller may name; else the place decides.
local nameable = { curl = true }

local function option_names(further)
  local names = {}
  for _, types in ipairs { option_types, further } do
    for name in pairs(types) do
      names[#names + 1] = name
    end
  end
  table.sort(names)
  return table.concat(names, ", ")
end

-- Raises for an option that does not exist or is of another type. further: those that only this
-- class has, or nil.
function M.check(class, options, further)
  further = further or {}
  for name, value in pairs(options) do
    local wanted = option_types[name] or further[name]
    if not wanted then
      core.raise(("%s: unknown option '%s'; there are: %s"):format(class, tostring(name),
        option_names(further)))
    elseif type(value) ~= wanted and not (name == "transport" and nameable[value]) then
      core.raise(("%s: option '%s' wants a %s, got a %s"):format(class, name, wanted, type(value)))
    end
  end
  local own = type(options.transport) == "table" and options.transport
  if own and not (own.request and own.close) then
    core.raise(class .. ": option 'transport' wants an object with the methods request and close, "
      .. "or \"curl\"")
  end
end

-- Puts defaults in, and the name of a transport in a place of its own. Returns true, or nil and
-- what is wrong with a value.
function M.complete(options)
  if type(options.transport) == "string" then
    options.transport_name, options.transport = options.transport, nil
  end
  for name, default in pairs(defaults) do
    local value = options[name] or default
    if not (value > 0 and value < math.huge) then
      return nil, ("option '%s' is not a finite number above 0"):format(name)
    end
    options[name] = value
  end
  for name, most in pairs { max_response_bytes = 53, max_connections = 53, pool_size = 16 } do
    if options[name] % 1 ~= 0 or options[name] > 2 ^ most then
      return nil, ("option '%s' is not a whole number up to 2^%d"):format(name, most)
    end
  end
  for _, name in ipairs { "ca_file", "pinned_certificate", "user_agent" } do
    if options[name] and options[name]:find "%c" then
      return nil, ("option '%s' contains a control character"):format(name)
    end
  end
  if options.pinned_certificate and options.transport then
    return nil, "option 'pinned_certificate' means nothing to a transport of your own: pin there"
  end
  return true
end

-- An endpoint that the environment names may be a simulator's with a CA of its own, which it names
-- too. An endpoint that was asked for is not judged by the environment.
function M.trust_environment(options)
  local file = os.getenv "DSTACK_SIMULATOR_CA_FILE"
  if file and file ~= "" and not options.ca_file and not options.pinned_certificate then
    options.ca_file = file
  end
end

-- The endpoints to try, in order: what was asked for, else what the environment names, else the
-- well-known paths. Empty means unset. Without a service only what was asked for counts. Returns a
-- list, or nil and what is wrong.
function M.endpoints(options)
  local service, named, from = options.service, options.endpoint, ""
  if service and (not named or named == "") then
    named, from = os.getenv(service.variable), " (from " .. service.variable .. ")"
    M.trust_environment(options)
  end
  if service and (not named or named == "") then
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

return M
