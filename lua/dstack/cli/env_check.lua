local cli = require "dstack.cli"
local core = require "dstack.core"
local json = require "dstack.cli.json"
local output = require "dstack.cli.output"
local variables = require "dstack.cli.variables"

local M = {
  summary = "check a file of environment variables",
  usage = "FILE [--compose app-compose.json] [options]",
  words = { "FILE" },
  options = cli.options(variables.options, output.options),
}

-- Names that a compose file allows and nobody sets.
local function missing(list, allowed)
  local set, out = {}, {}
  for _, var in ipairs(list) do
    set[var.key] = true
  end
  for _, name in ipairs(allowed) do
    if not set[name] then
      out[#out + 1] = name
    end
  end
  return out
end

local function texts(warnings)
  local out = {}
  for i, warning in ipairs(warnings) do
    out[i] = warning.text
  end
  return out
end

function M.run(values, words)
  local good, message, code = output.check(values)
  if not good then
    return nil, message, code
  end
  local gathered
  gathered, message, code = variables.gather(words[1], values)
  if gathered then
    good, message, code = core.env_check(gathered.list, false, values.allow_duplicates)
  end
  if not (gathered and good) then
    return nil, message, code
  end
  local unset = gathered.allowed and missing(gathered.list, gathered.allowed)
  local said = texts(gathered.warnings)
  return output.finish({
    variables.summary(gathered.list),
    { "warnings", json.array(said), text = said },
    { "missing", unset and json.array(unset), label = "allowed, not set", text = unset or "" },
  }, nil, values)
end

return M
