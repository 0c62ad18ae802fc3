-- Encrypted environments: variables sealed on the operator's machine, which one application opens.

local core = require "dstack.core"
local octets = require "dstack.octets"

local M = {}

local KEY_BYTES, APP_ID_BYTES, SIGNATURE_BYTES = 32, 20, 65

-- Variables --------------------------------------------------------------------------------------

local EnvVar = { __name = "EnvVar" }
EnvVar.__index = {}

-- The value is a secret.
function EnvVar:__tostring()
  return ("EnvVar{key=%q, value=<secret>}"):format(tostring(self.key))
end

local function new(_, key, value)
  if type(key) == "table" and value == nil then
    key, value = key.key, key.value
  end
  octets.check_string(key, "EnvVar: key")
  octets.check_string(value, "EnvVar: value")
  return setmetatable({ key = key, value = value }, EnvVar)
end

M.EnvVar = setmetatable(EnvVar, {
  __call = new,
  __tostring = function() return "dstack.EnvVar" end,
})

-- Gives every {key=, value=} of a list its class.
function M.variables(list)
  for _, var in ipairs(list) do
    setmetatable(var, EnvVar)
  end
  return list
end

-- {NAME = value} as a list, sorted by name.
local function list_of_map(map, what)
  local list = {}
  for name, value in pairs(map) do
    if type(name) ~= "string" or type(value) ~= "string" then
      core.raise(("%s: a list of variables or a map from names to strings expected; it has a %s "
        .. "that leads to a %s"):format(what, type(name), type(value)))
    end
    list[#list + 1] = { key = name, value = value }
  end
  table.sort(list, function(a, b) return a.key < b.key end)
  return list
end

local function list_of(envs, what)
  if type(envs) ~= "table" then
    core.raise(("%s: a table of variables expected, got %s"):format(what, type(envs)))
  elseif envs[1] == nil then
    return list_of_map(envs, what)
  end
  local count = 0
  for _ in pairs(envs) do
    count = count + 1
  end
  if count ~= #envs then
    core.raise(what .. ": a list without holes or a map expected, not a mixture")
  end
  return envs
end

-- Raises unless the option allowed_envs is a list of names, or absent.
local function check_names(names, what)
  local count = 0
  for _, name in pairs(names or {}) do
    count = count + 1
    if type(name) ~= "string" or names[count] == nil then
      core.raise(what .. ": option 'allowed_envs' wants a list of names")
    end
  end
end

-- What the guest would drop without a word: names that are not in allowed_envs. Returns true, or
-- nil, message, code.
function M.check_allowed(list, allowed)
  local known = {}
  for _, name in ipairs(allowed) do
    known[name] = true
  end
  for i, var in ipairs(list) do
    if not known[var.key] then
      return nil, ("%s %d: %s is not in allowed_envs: the guest would leave it out"):format(
        var.line and "line" or "variable", var.line or i,
        core.env_name(var.key) and var.key or "the name"), "invalid"
    end
  end
  return true
end

-- Sealing ----------------------------------------------------------------------------------------

local seal_options = {
  allow_empty = "boolean", allow_duplicates = "boolean", allowed_envs = "table",
}

-- Returns hex, or nil, message, code.
function M.encrypt_env_vars(envs, public_key, options)
  local what = "encrypt_env_vars"
  local list = list_of(envs, what)
  options = octets.options(options, what, seal_options)
  check_names(options.allowed_envs, what)
  local key, message, code = octets.take(public_key, what .. ": public_key", KEY_BYTES)
  if not key then
    return nil, message, code
  end
  local sealed
  sealed, message, code = core.env_seal(list, key, options.allow_empty, options.allow_duplicates)
  if sealed and options.allowed_envs then
    local good, problem, word = M.check_allowed(list, options.allowed_envs)
    if not good then
      sealed, message, code = nil, problem, word
    end
  end
  if not sealed then
    return nil, what .. ": " .. message, code
  end
  return sealed
end

local open_options = { allowed_envs = "table" }

-- In: secret_key, a key object of dstack.crypto.x25519, 32 bytes or their hex. Returns a list of
-- EnvVar, or nil, message, code.
function M.decrypt_env_vars(encrypted, secret_key, options)
  local what = "decrypt_env_vars"
  options = octets.options(options, what, open_options)
  check_names(options.allowed_envs, what)
  local secret, message, code = secret_key, nil, nil
  if type(secret_key) ~= "userdata" then
    secret, message, code = octets.take(secret_key, what .. ": secret_key", KEY_BYTES)
  end
  if not secret then
    return nil, message, code
  end
  local blob, list
  blob, message, code = octets.take_any(encrypted, what .. ": encrypted")
  if not blob then
    return nil, message, code
  end
  list, message, code = core.env_open(blob, secret, options.allowed_envs)
  if not list then
    return nil, what .. ": " .. message, code
  end
  return M.variables(list)
end

-- The key ----------------------------------------------------------------------------------------

local verify_options = {
  timestamp = "number", max_age = "number", now = "number", signer = "string",
}

local function check_seconds(options)
  for _, name in ipairs { "timestamp", "max_age", "now" } do
    local value = options[name]
    if value and not (value >= 0 and value <= 2 ^ 53 and value % 1 == 0) then
      return nil, name .. ": not a whole number of seconds from 0 to 2^53"
    elseif value and not options.timestamp then
      return nil, name .. ": without a timestamp there is no time to judge"
    end
  end
  return true
end

-- Fills the bytes of a claim. Returns it, or nil, message, code.
local function claim_of(public_key, signature, app_id, options)
  local claim = { timestamp = options.timestamp, max_age = options.max_age,
    now = options.now or os.time() }
  local sizes = {
    { "public_key", public_key, KEY_BYTES }, { "signature", signature, SIGNATURE_BYTES },
    { "app_id", app_id, APP_ID_BYTES }, { "signer", options.signer, 33, 65 },
  }
  for _, part in ipairs(sizes) do
    local name, value = part[1], part[2]
    if name ~= "signer" or value ~= nil then
      local bytes, message, code = octets.take(value, name, part[3], part[4])
      if not bytes then
        return nil, message, code
      end
      claim[name] = bytes
    end
  end
  return claim
end

-- Returns the signer, 33 bytes, or nil, message, code. Who that is counts only when it was compared
-- with somebody who is trusted.
function M.verify_env_encrypt_public_key(public_key, signature, app_id, options)
  local what = "verify_env_encrypt_public_key"
  options = octets.options(options, what, verify_options)
  local good, problem = check_seconds(options)
  if not good then
    return nil, what .. ": " .. problem, "invalid"
  end
  local claim, message, code = claim_of(public_key, signature, app_id, options)
  if not claim then
    return nil, what .. ": " .. message, code
  end
  local signer
  signer, message, code = core.env_key_verify(claim)
  if not signer then
    return nil, what .. ": " .. message, code
  end
  return signer
end

return M
