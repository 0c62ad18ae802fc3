-- The command line of dstack-lua itself, which src/host/options.c reads: options as the commands
-- have, which end where the first word is; and what help and the manual page say of it.

local cli = require "dstack.cli"
local core = require "dstack.core"
local option = require "dstack.cli.option"
local simulator = require "dstack.cli.simulator"

local M = {
  summary = "a Lua 5.4 interpreter with dstack and cjson ready to require, and a simulator of the "
    .. "guest agent",
  usages = { "[options] [script [args]]", "COMMAND [options]" },
  details = "Without script or -e it reads statements from a terminal, or a script from what is no "
    .. "terminal.",
  command_words = "A command wins over a script of the same name; dstack-lua ./key runs the "
    .. "script. Data goes to the standard output, talk to the standard error. Options of a "
    .. "command may stand before or behind its arguments, as --name VALUE, --name=VALUE, "
    .. "-nVALUE or -n VALUE; -- ends them.",
  status = "An option or command that is not known has status 2, a script that fails status 1 (as "
    .. "with lua, one read from the standard input without - has 0).",
}

-- The modules inside that are for users: those of others, and ours with a documentation.
local function modules()
  local list = {}
  for name in pairs(package.preload) do
    local own = name:match "^dstack%.(.*)"
    if not own or package.preload["dstack.types." .. own] then
      list[#list + 1] = name
    end
  end
  table.sort(list)
  return list
end

M.lua_options = {
  { names = { "-e" }, value = "stat", key = "statements", list = true,
    help = "run the Lua statement" },
  { names = { "-i" }, key = "interactive",
    help = "converse after the script: results are shown, help() explains" },
  { names = { "-l" }, value = "mod", form = "-l mod, -l g=mod", key = "modules", list = true,
    offers = modules, help = "require the module into a global" },
  { names = { "-v" }, key = "version", help = "print the version" },
  { names = { "-E" }, key = "no_environment",
    help = "ignore LUA_INIT, LUA_PATH, LUA_CPATH; keep no history of lines" },
  { names = { "-W" }, key = "warnings", help = "turn warnings on" },
  { names = { "--" }, key = "dashes",
    help = "what follows is a script, also when it is named like a command or an option" },
  { names = { "-" }, key = "standard_input", help = "read the script from the standard input" },
}

M.simulator_options = {
  { names = { "--simulator" }, value = "DIR", optional = true, key = "simulator",
    help = "simulate a guest agent for the life of the script, and let clients find it" },
  { names = { "--app-id" }, value = "HEX", key = "app_id",
    help = "with --simulator=DIR: the app id its keys were issued for" },
  { names = { "--os-version" }, value = "VERSION", key = "os_version",
    offers = option.find(simulator.options, "--os-version").offers,
    help = "with --simulator: the release to answer as, see dstack-lua help simulator" },
  { names = { "--fault" }, value = "METHOD=KIND[:ARG]", key = "faults", list = true,
    offers = option.find(simulator.options, "--fault").offers,
    help = "with --simulator: what it does wrong, see dstack-lua help simulator" },
  { names = { "--attest-fault" }, value = "NAME[:STATUS]", key = "attest_faults", list = true,
    offers = option.find(simulator.options, "--attest-fault").offers,
    help = "with --simulator: what is wrong in quotes or collateral, see the same" },
  { names = { "--quote" }, value = "FORM", key = "quote",
    offers = option.find(simulator.options, "--quote").offers,
    help = "with --simulator: the form of its quotes, see the same" },
}

M.own_options = cli.options(M.simulator_options, {
  { names = { "--version" }, key = "version", help = "as -v" },
  cli.help_option,
})

M.options = cli.options(M.lua_options, M.own_options)

-- Variables of the interpreter, then those of commands.
M.environment = {
  { "LUA_INIT_5_4, LUA_INIT",
    "statements, or @FILE, to run before the script (not before a command)" },
  { "LUA_PATH, LUA_CPATH", "where modules are looked for that are not inside; also with _5_4" },
  { "DSTACK_LUA_HISTORY", "the file for lines typed, secrets too; empty: none (default: "
    .. "dstack-lua/history in XDG_STATE_HOME or ~/.local/state)" },
  { "DSTACK_SIMULATOR_ENDPOINT",
    "the agent to ask when none is named, by scripts and commands; --simulator sets it" },
  { "DSTACK_KMS_ENDPOINT", "the KMS that commands ask when none is named; --simulator sets it" },
  { "DSTACK_SIMULATOR_KMS_ROOT",
    "the root public key that commands trust when none is named; --simulator sets it" },
  { "DSTACK_SIMULATOR_ROOT, DSTACK_SIMULATOR_COLLATERAL, DSTACK_SIMULATOR_PCCS",
    "files and an endpoint to verify a simulated agent's quotes with, for scripts that name them; "
      .. "--simulator sets them" },
  { "PCCS_URL", "where collateral is fetched when --pccs does not say" },
  { "NO_COLOR, CLICOLOR_FORCE, TERM", "whether commands colour what they print" },
}

function M.files()
  return {
    { table.concat(core.service "dstack".paths, ", "),
      "where the guest agent's socket is looked for" },
    { "~/.local/state/dstack-lua/history", "lines typed at a terminal" },
  }
end

M.examples = {
  { "Run a script on a simulated guest agent", "dstack-lua --simulator script.lua" },
  { "Show what this instance is", "dstack-lua info" },
  { "Write a key to a file of its owner's", "dstack-lua key wallet/ethereum -o wallet.key" },
  { "Make an app-compose.json, and see what a guest will make of it",
    "dstack-lua compose new docker-compose.yml --name demo --kms -o app-compose.json\n"
      .. "dstack-lua compose check app-compose.json" },
  { "Seal an environment for one application",
    "dstack-lua env encrypt app.env --app-id $APP_ID --kms $KMS --kms-root $ROOT -o sealed" },
  { "Complete command lines in this shell", "source <(dstack-lua completion bash)" },
}

return M
