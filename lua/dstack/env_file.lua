-- Files of environment variables, by a grammar that is written down in docs/deploy.md.

local core = require "dstack.core"
local env = require "dstack.env"
local octets = require "dstack.octets"

local M = {}

-- What the guest's own environment file does to values: {line=, key=, text=} each.
function M.warnings(list)
  local out = {}
  if type(list) ~= "table" then
    core.raise(("env_file.warnings: a list of variables expected, got %s"):format(type(list)))
  end
  for _, var in ipairs(list) do
    local damage = core.env_damage(var.value)
    if damage then
      local place = var.line and ("line %d: "):format(var.line) or ""
      out[#out + 1] = {
        line = var.line, key = var.key, text = ("%s%s: %s"):format(place, var.key, damage),
      }
    end
  end
  return out
end

local options_of = { allow_empty = "boolean", allow_duplicates = "boolean" }

-- Returns a list of EnvVar, each with its line, and a list of warnings; or nil, message, code.
function M.parse(text, options)
  octets.check_string(text, "env_file.parse: text")
  options = octets.options(options, "env_file.parse", options_of)
  local list, message, code = core.env_file(text, options.allow_empty, options.allow_duplicates)
  if not list then
    return nil, message, code
  end
  return env.variables(list), M.warnings(list)
end

return M
