local cli = require "dstack.cli"

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

local function print_command(name)
  local command = cli.command(name)
  print(("usage: dstack-lua %s %s\n\n%s%s\n"):format(name, command.usage,
    command.summary:sub(1, 1):upper() .. command.summary:sub(2), "."))
  if #command.options > 0 then
    print "options:"
  end
  for _, option in ipairs(command.options) do
    local form = table.concat(option.names, ", ") .. (option.value and " " .. option.value or "")
    print(("  %-22s%s"):format(form, option.help))
  end
  if command.details then
    print(command.details())
  end
end

function M.run(_, words)
  local name = words[1]
  if name and not cli.command(name) then
    cli.say(("help: no such command: %s; there are: %s"):format(name,
      table.concat(cli.commands, ", ")))
    return cli.status.usage
  elseif name then
    print_command(name)
    return cli.status.ok
  end
  io.write(interpreter, "\ncommands:\n")
  for _, known in ipairs(cli.commands) do
    print(("  %-22s%s"):format(known, cli.command(known).summary))
  end
  return cli.status.ok
end

return M
