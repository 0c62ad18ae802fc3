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
Without script or -e it reads statements from a terminal, or a script from what is no terminal.

options, as of lua 5.4:
  -e stat               run the Lua statement
  -i                    converse after the script: results are shown, help() explains
  -l mod, -l g=mod      require the module into a global
  -v                    print the version
  -E                    ignore LUA_INIT, LUA_PATH, LUA_CPATH; keep no history of lines
  -W                    turn warnings on
  --                    what follows is a script, also when it is named like a command or an option
  -                     read the script from the standard input

options of its own:
  --simulator[=DIR]     simulate a guest agent for the life of the script, and let clients find it
  --app-id HEX          with --simulator=DIR: the app id its keys were issued for
  --os-version VERSION  with --simulator: answer as 0.5.5, 0.5.6, 0.5.11 or 0.6 does
  --fault METHOD=KIND   with --simulator: what it does wrong, see dstack-lua help simulator
  --version             as -v
  --help, -h            this text

environment:
  LUA_INIT_5_4, LUA_INIT     statements, or @FILE, to run before the script (not before a command)
  LUA_PATH, LUA_CPATH        where modules are looked for that are not inside; also with _5_4
  DSTACK_LUA_HISTORY         the file for lines typed, secrets too; empty: none (default:
                             dstack-lua/history in XDG_STATE_HOME or ~/.local/state)

An option or command that is not known has status 2, a script that fails status 1 (as with lua, one
read from the standard input without - has 0).
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
