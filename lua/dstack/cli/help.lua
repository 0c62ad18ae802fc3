local cli = require "dstack.cli"
local output = require "dstack.cli.output"

local M = {
  summary = "explain dstack-lua or one of its commands",
  usage = "[COMMAND]",
  options = {},
}

local interpreter = [==[
usage: dstack-lua [options] [script [args]]
       dstack-lua COMMAND [options]

A Lua 5.4 interpreter with dstack and cjson ready to require, and a simulator of the guest agent.

options:
  -e stat               run the Lua statement
  -l mod, -l g=mod      require the module into a global
  -v                    print the version
  -                     read the script from the standard input
  --simulator[=DIR]     simulate a guest agent for the life of the script, and let clients find it
  --app-id=HEX          with --simulator=DIR: the app id its keys were issued for
  --fault=METHOD=KIND   with --simulator: what it does wrong, see dstack-lua help simulator
  --help                this text
]==]

-- Lines of a form and what it means, in two columns.
local function columns(rows)
  local width, out = 22, {}
  for _, row in ipairs(rows) do
    width = math.max(width, #row[1] + 2)
  end
  for i, row in ipairs(rows) do
    out[i] = "  " .. row[1] .. (" "):rep(width - #row[1]) .. row[2] .. "\n"
  end
  return table.concat(out)
end

local function describe(name)
  local command, rows = cli.command(name), {}
  for i, option in ipairs(cli.options(command.options, { cli.help_option })) do
    local form = table.concat(option.names, ", ") .. (option.value and " " .. option.value or "")
    rows[i] = { form, option.help }
  end
  local details = command.details and command.details() .. "\n" or ""
  return ("usage: dstack-lua %s %s\n\n%s.\n\noptions:\n%s%s"):format(name, command.usage,
    command.summary:sub(1, 1):upper() .. command.summary:sub(2), columns(rows), details)
end

local function list(names)
  local rows = {}
  for i, name in ipairs(names) do
    rows[i] = { name, cli.command(name).summary }
  end
  return columns(rows)
end

function M.run(_, words)
  local name = table.concat(words, " ")
  local group = cli.group(name)
  if name == "" then
    return output.write(interpreter .. "\ncommands:\n" .. list(cli.commands))
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
