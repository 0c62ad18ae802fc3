-- What a relying party allows. A policy is a table, or the same as a JSON file; keys nobody knows
-- are errors, since a rule that is misspelt would be no rule.

local core = require "dstack.core"
local octets = require "dstack.octets"
local time = require "dstack.attest.time"

local M = {}

-- How big a policy may be, in bytes of its file.
local MAXBYTES = 1024 * 1024

-- What a policy is where it says nothing. Everything else it leaves open is not checked, and said
-- so.
M.default = { tcb_statuses = { "UpToDate" }, advisories = {} }

local statuses = {
  UpToDate = true, SWHardeningNeeded = true, ConfigurationNeeded = true,
  ConfigurationAndSWHardeningNeeded = true, OutOfDate = true, OutOfDateConfigurationNeeded = true,
}

-- Kinds ------------------------------------------------------------------------------------------

-- Each takes a value and returns what the rules want, or nil and what is wrong with it.
local kinds = {}

-- Whether a table is a list and nothing else: what has a name in it would be passed over.
local function is_list(value)
  local count = 0
  for key in next, value do
    count = count + 1
    if type(key) ~= "number" or rawget(value, count) == nil then
      return false
    end
  end
  return true
end

local function list_of(value)
  if type(value) == "string" then
    return { value }
  elseif type(value) ~= "table" then
    return nil, "a list of texts expected, got " .. type(value)
  elseif not is_list(value) then
    return nil, "a list of texts expected"
  end
  for _, item in ipairs(value) do
    if type(item) ~= "string" then
      return nil, "a list of texts expected"
    end
  end
  return value
end

function kinds.statuses(value)
  local list, problem = list_of(value)
  for _, status in ipairs(list or {}) do
    if not statuses[status] then
      return nil, ("there is no TCB status %q that can be allowed"):format(status)
    end
  end
  return list, problem
end

-- The kinds of TEE whose quotes can be verified.
local tees = { tdx = true, sgx = true }

function kinds.tees(value)
  local list, problem = list_of(value)
  for _, tee in ipairs(list or {}) do
    if not tees[tee] then
      return nil, ([["tdx", "sgx" or a list of them expected, got %q]]):format(core.excerpt(tee))
    end
  end
  if list and #list == 0 then
    return nil, "an empty list allows nothing"
  end
  return list, problem
end

function kinds.advisories(value)
  if value == "any" then
    return value
  end
  return list_of(value)
end

-- Allowed values of a size, in hex.
local function hex_list(value, size)
  local list, problem = list_of(value)
  if not list then
    return nil, problem
  end
  local taken = {}
  for i, text in ipairs(list) do
    local bytes = core.unhex((text:gsub("^0[xX]", "")))
    if not bytes or #bytes ~= size then
      return nil, ("%d bytes in hex expected, got %q"):format(size, core.excerpt(text))
    end
    taken[i] = core.hex(bytes)
  end
  if #taken == 0 then
    return nil, "an empty list allows nothing"
  end
  return taken
end

function kinds.hex20(value) return hex_list(value, 20) end
function kinds.hex32(value) return hex_list(value, 32) end
function kinds.hex48(value) return hex_list(value, 48) end

function kinds.report_data(value)
  local bytes = type(value) == "string" and core.unhex((value:gsub("^0[xX]", "")))
  if not bytes or #bytes == 0 or #bytes > 64 then
    return nil, "1 to 64 bytes in hex expected"
  end
  return core.hex(bytes)
end

function kinds.flag(value)
  if type(value) ~= "boolean" then
    return nil, "true or false expected, got " .. type(value)
  end
  return value
end

-- No rule is met by a number that is none: what is not finite is refused.
function kinds.number(value)
  if type(value) ~= "number" or not (value >= 0 and value <= 2 ^ 53) or value % 1 ~= 0 then
    return nil, "a whole number expected"
  end
  return value
end

function kinds.date(value)
  local seconds
  if type(value) == "string" then
    seconds = time.seconds(value)
  else
    seconds = kinds.number(value)
  end
  if not seconds then
    return nil, [[a date such as "2025-03-12", or Unix seconds, expected]]
  end
  return seconds
end

local function provider_of(value)
  if type(value) == "string" then
    return { name = value }
  elseif type(value) ~= "table" or type(value.name) ~= "string" then
    return nil
  end
  for name, member in pairs(value) do
    if name ~= "name" and name ~= "id" or type(member) ~= "string" then
      return nil
    end
  end
  local id = value.id and core.unhex((value.id:gsub("^0[xX]", "")))
  if value.id and not id then
    return nil
  end
  return { name = value.name, id = id and core.hex(id) }
end

-- One, or a list of them.
function kinds.providers(value)
  local taken = {}
  local list = type(value) == "table" and value[1] ~= nil and value or { value }
  for i, one in ipairs(list) do
    taken[i] = is_list(list) and provider_of(one) or nil
    if not taken[i] then
      return nil, [["kms", {name = "kms", id = hex}, or a list of such expected]]
    end
  end
  return taken
end

kinds.names = list_of

local keys = {
  tcb_statuses = "statuses", advisories = "advisories", min_tcb_date = "date",
  min_tcb_evaluation_number = "number",
  tee = "tees", mr_enclave = "hex32", mr_signer = "hex32",
  mr_td = "hex48", rtmr0 = "hex48", rtmr1 = "hex48", rtmr2 = "hex48", rtmr3 = "hex48",
  mr_seam = "hex48", mr_system = "hex32", mr_aggregated = "hex32",
  compose_hash = "hex32", app_id = "hex20", instance_id = "hex20", os_image_hash = "hex32",
  key_provider = "providers", report_data = "report_data",
  allow_debug = "flag", allow_service_td = "flag", allow_unknown_compose_fields = "flag",
  any_os = "flag", require = "names",
}

-- Policies ---------------------------------------------------------------------------------------

-- dstack's machines are TDs. Who names an enclave's measurement has an enclave in mind; else one
-- would pass for a machine wherever no measurement is named.
local function tee_of(policy)
  return (policy.mr_enclave or policy.mr_signer) and { "sgx" } or { "tdx" }
end

-- Checks a policy. Returns it in the form of the rules, which is a policy too, or nil, message,
-- code. A rule behind a metatable would not be seen.
function M.take(given)
  local policy = {}
  if given and getmetatable(given) ~= nil then
    return nil, "policy: a plain table expected, got one with a metatable", "invalid"
  end
  for name, value in pairs(M.default) do
    policy[name] = value
  end
  for name, value in pairs(given or {}) do
    local kind = keys[name]
    if not kind then
      return nil, ("policy: unknown key '%s'; there are: %s"):format(core.excerpt(tostring(name)),
        octets.names(keys)), "invalid"
    end
    local taken, problem = kinds[kind](value)
    if taken == nil then
      return nil, ("policy: %s: %s"):format(name, problem), "invalid"
    end
    policy[name] = taken
  end
  policy.tee = policy.tee or tee_of(policy)
  return policy
end

-- Reads a policy's file: a JSON object. Returns the table, not yet checked, or nil, message, code.
function M.read(path)
  local file, message = io.open(path, "rb")
  if not file then
    return nil, "policy: cannot read " .. message, "invalid"
  end
  local text = file:read(MAXBYTES + 1) or ""
  file:close()
  if #text > MAXBYTES then
    return nil, ("policy: %s: more than %d bytes"):format(path, MAXBYTES), "too_large"
  end
  local value, problem = core.json_decode(text, true)
  if type(value) ~= "table" or not text:find "^%s*{" then
    return nil, ("policy: %s: %s"):format(path, problem or "not a JSON object"), "invalid"
  end
  return value
end

return M
