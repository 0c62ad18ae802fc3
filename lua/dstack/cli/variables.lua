-- What commands share that read environments: files of variables, and the names a compose file
-- allows.

local cli = require "dstack.cli"
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

-- The allowed_envs of a compose file, or nil, message, code.
function M.allowed(path)
  local text, message, code = input.read(path)
  if not text then
    return nil, message, code
  end
  local document
  document, message, code = core.json_decode(text)
  if document == nil then
    return blame(path, message, code)
  end
  local list = type(document) == "table" and (document.allowed_envs or {})
  if type(list) ~= "table" or (next(list) ~= nil and list[1] == nil) then
    return blame(path, "allowed_envs is no list of names", "invalid")
  end
  for _, name in ipairs(list) do
    if type(name) ~= "string" then
      return blame(path, "allowed_envs is no list of names", "invalid")
    end
  end
  return list
end

-- The variables of a file, those of the process's environment behind them; or nil, message, code.
local function read(path, values)
  local list = {}
  if path then
    local text, message, code = input.read(path)
    if not text then
      return nil, message, code
    end
    list, message, code = dstack.env_file.parse(text, {
      allow_duplicates = values.allow_duplicates, allow_empty = values.allow_empty,
    })
    if not list then
      return blame(path, message, code)
    end
  end
  for _, name in ipairs(values.from_env or {}) do
    local value = os.getenv(name)
    if not value then
      return nil, "--from-env: there is no variable " .. name, "invalid"
    end
    list[#list + 1] = dstack.EnvVar(name, value)
  end
  return list
end

-- The variables that options and a file name, with warnings of what the guest would damage, and
-- what the compose file allows, if there is one: {list =, warnings =, allowed =}; or nil, message,
-- code.
function M.gather(path, values)
  local list, message, code = read(path, values)
  if not list then
    return nil, message, code
  end
  local gathered = { list = list, warnings = dstack.env_file.warnings(list) }
  if values.compose then
    gathered.allowed, message, code = M.allowed(values.compose)
    if not gathered.allowed then
      return nil, message, code
    end
    local good
    good, message, code = env.check_allowed(list, gathered.allowed)
    if not good then
      return nil, message, code
    end
  end
  return gathered
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
