local cli = require "dstack.cli"
local option = require "dstack.cli.option"
local output = require "dstack.cli.output"
local text = require "dstack.cli.text"

local M = {
  summary = "explain dstack-lua or one of its commands",
  usage = "[COMMAND] | --man",
  words = { "[COMMAND]..." },
  options = {
    { names = { "--man" }, key = "man",
      help = "print the manual page, for man: dstack-lua help --man >dstack-lua.1" },
  },
}

local WIDTH = 100

local function wrap(words, first, indent)
  return text.wrap(words, WIDTH, first, indent)
end

-- Lines of a form and what it means, in two columns.
local function columns(rows)
  local width, out = 22, {}
  for _, row in ipairs(rows) do
    width = math.max(width, #row[1] + 2)
  end
  for i, row in ipairs(rows) do
    local gap = (" "):rep(width - #row[1])
    out[i] = wrap(row[2], "  " .. row[1] .. gap, (" "):rep(width + 2))
  end
  return table.concat(out)
end

local function options_of(list)
  local rows = {}
  for i, one in ipairs(list) do
    rows[i] = { option.form(one), one.help }
  end
  return columns(rows)
end

-- The values of options that have a list of them.
local function values_of(options)
  local out = {}
  for _, one in ipairs(options) do
    local list, title = option.list(one), ("\n%s of %s: "):format(one.value, one.names[1])
    if type(list) == "table" then
      out[#out + 1] = title:gsub(" $", "\n") .. columns(list)
    elseif list then
      out[#out + 1] = wrap(list, title, "  ")
    end
  end
  return table.concat(out)
end

local function describe(name)
  local command = cli.command(name)
  local details = command.details and command.details() .. "\n" or ""
  return ("usage: dstack-lua %s %s\n\n%s.\n\noptions:\n%s%s%s"):format(name, command.usage,
    cli.sentence(command.summary), options_of(cli.options_of(command)),
    values_of(command.options), details)
end

local function list(names)
  local rows = {}
  for i, name in ipairs(names) do
    rows[i] = { name, cli.command(name).summary }
  end
  return columns(rows)
end

local function introduce()
  local interpreter = require "dstack.cli.interpreter"
  local usages = "usage: dstack-lua " .. table.concat(interpreter.usages, "\n       dstack-lua ")
  return ("%s\n\n%s%s\noptions, as of lua 5.4:\n%s\noptions of its own:\n%s\nenvironment:\n%s\n%s"
    .. "\ncommands:\n%s"):format(usages, wrap(cli.sentence(interpreter.summary) .. ".", "", ""),
    wrap(interpreter.details, "", ""), options_of(interpreter.lua_options),
    options_of(interpreter.own_options), columns(interpreter.environment),
    wrap(interpreter.status, "", ""), list(cli.commands))
end

function M.run(values, words)
  local name = table.concat(words, " ")
  local group = cli.group(name)
  if values.man then
    return output.write(require "dstack.cli.manual"())
  elseif name == "" then
    return output.write(introduce())
  elseif #group > 0 then
    return output.write("commands:\n" .. list(group))
  elseif not cli.command(name) then
    cli.say(("help: no such command: %s; there are: %s"):format(name,
      table.concat(cli.commands, ", ")))
    return cli.status.usage
  end
  return output.write(describe(name))
end

return M
