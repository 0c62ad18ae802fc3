-- What commands share that read environments: files of variables, and the names a compose file
-- allows.

local cli = require "dstack.cli"
local compose_file = require "dstack.cli.compose_file"
local core = require "dstack.core"
local dstack = require "dstack"
local env = require "dstack.env"
local input = require "dstack.cli.input"
local json = require "dstack.cli.json"

local M = {}

M.options = {
  { names = { "--compose" }, value = "FILE", key = "compose",
    help = "app-compose.json: a name that its allowed_envs lacks is an error" },
  { names = { "--allow-duplicates" }, key = "allow_duplicates",
    help = "take a name twice: the later value counts" },
}

-- Says what is wrong with a file where the message does not name it.
local function blame(path, message, code)
  return nil, ("%s: %s"):format(path == "-" and "standard input" or path, message), code
end

-- Returns a list of names, or nil.
local function names_of(list)
  if type(list) ~= "table" or (next(list) ~= nil and list[1] == nil) then
    return nil
  end
  for _, name in ipairs(list) do
    if type(name) ~= "string" then
      return nil
    end
  end
  return list
end

-- The allowed_envs of a compose file and its key provider, or nil, message, code.
function M.allowed(path)
  local doc, message, code = compose_file.read(path)
  if not doc then
    return nil, message, code
  end
  local list
  list, message, code = doc:get "allowed_envs"
  if message then
    return blame(path, message, code)
  end
  list = list == nil and {} or names_of(list)
  if not list then
    return blame(path, "allowed_envs is no list of names", "invalid")
  end
  return list, core.compose_provider(doc.bytes)
end

-- The variables of a file; none without one. Returns nil, message, code when it is wrong.
function M.read_file(path, values)
  if not path then
    return {}
  end
  local text, message, code = input.read(path)
  if not text then
    return nil, message, code
  end
  local list
  list, message, code = dstack.env_file.parse(text, {
    allow_duplicates = values.allow_duplicates, allow_empty = values.allow_empty,
  })
  if not list then
    return blame(path, message, code)
  end
  return list
end

-- Those of the process's environment, likewise.
local function read_environment(names)
  local list = {}
  for i, name in ipairs(names or {}) do
    local value = os.getenv(name)
    if not value then
      return nil, "--from-env: there is no variable " .. name, "invalid"
    end
    list[i] = dstack.EnvVar(name, value)
  end
  return list
end

-- Returns true, or nil, message, code.
local function check_allowed(list, allowed, path)
  local good, message, code = env.check_allowed(list, allowed)
  if not good then
    return blame(path, message, code)
  end
  return true
end

-- All of them, the environment's behind the file's, each as the compose file allows.
local function read(path, values, allowed)
  local list, message, code = M.read_file(path, values)
  local more
  if list then
    more, message, code = read_environment(values.from_env)
  end
  local good = more
  if good and allowed then
    good, message, code = check_allowed(list, allowed, path)
    if good then
      good, message, code = check_allowed(more, allowed, "--from-env")
    end
  end
  if not good then
    return nil, message, code
  end
  for _, var in ipairs(more) do
    list[#list + 1] = var
  end
  return list
end

-- The variables that options and a file name, with warnings of what the guest would damage or not
-- take at all, and what the compose file allows, if there is one: {list =, warnings =, allowed =};
-- or nil, message, code.
function M.gather(path, values)
  local allowed, provider, list, message, code
  if values.compose then
    allowed, provider, code = M.allowed(values.compose)
    if not allowed then
      return nil, provider, code
    end
  end
  list, message, code = read(path, values, allowed)
  if not list then
    return nil, message, code
  end
  local warnings = dstack.env_file.warnings(list)
  if allowed and provider ~= "kms" then
    table.insert(warnings, { text = ("%s: the key provider is %s, not kms: a guest has no key for "
      .. "an encrypted environment, and passes over it in silence"):format(values.compose,
      provider) })
  end
  return { list = list, warnings = warnings, allowed = allowed }
end

-- Tells people what the guest would make of values.
function M.warn(warnings)
  for _, warning in ipairs(warnings) do
    cli.note("warning: " .. warning.text)
  end
end

-- Names and sizes, for the document.
function M.summary(list)
  local out, lines = {}, {}
  for i, var in ipairs(list) do
    out[i] = json.object { { "key", var.key }, { "bytes", #var.value } }
    lines[i] = ("%s, %d bytes"):format(var.key, #var.value)
  end
  return { "variables", json.array(out), text = lines }
end

return M
