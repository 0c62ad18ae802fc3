local cli = require "dstack.cli"
local simulator = require "dstack.simulator"

-- What --now takes: two days after 1970 began, and years before X.509 ends.
local LEAST_NOW, MOST_NOW = 2 * 86400, 253000000000

-- Kinds of faults, for every method.
local function faults()
  local list = {}
  for i, kind in ipairs(simulator.faults()) do
    list[i] = { "*=" .. kind.form:match "^[%w-]+", kind.help }
  end
  return list
end

local function attest_faults()
  local list = {}
  for i, fault in ipairs(simulator.attest_faults()) do
    list[i] = { fault.form:match "^[%w-]+:?", fault.help }
  end
  return list
end

local function quotes()
  local list = {}
  for i, quote in ipairs(simulator.quotes()) do
    list[i] = { quote.form, quote.help }
  end
  return list
end

local M = {
  summary = "serve a simulated guest agent until interrupted",
  usage = "[-C DIR] [--listen KIND=ADDR]... [--tls] [--app-id HEX] [--encrypted-env FILE]\n"
    .. "       [--socket-mode 0660] [--os-version VERSION]\n"
    .. "       [--fault METHOD=KIND[:ARG]]... [--attest-fault NAME[:STATUS]]...\n"
    .. "       [--quote FORM] [--collateral FILE] [--seed TEXT] [--now SECONDS]\n"
    .. "       [--quiet]",
  options = {
    { names = { "-C" }, value = "DIR", key = "dir",
      help = "folder with appkeys.json, app-compose.json, sys-config.json (default: here)" },
    { names = { "--listen" }, value = "KIND=ADDR", key = "listen", list = true,
      offers = { "agent=", "tappd=", "external=", "kms=", "pccs=" },
      help = "serve this kind of client at a path or 127.0.0.1:PORT; repeatable"
        .. " (default: agent=./dstack.sock, tappd=./tappd.sock)" },
    { names = { "--app-id" }, value = "HEX", key = "app_id",
      help = "app id, when the keys were issued for another one than app-compose.json gives" },
    { names = { "--encrypted-env" }, value = "FILE", key = "encrypted_env",
      help = "open it as a guest does at boot, and show which variables arrive" },
    { names = { "--tls" }, key = "tls",
      help = "https at every port, under a CA of the simulator's own whose file is printed" },
    { names = { "--socket-mode" }, value = "MODE", key = "socket_mode",
      help = "octal permissions of unix sockets (default: 0660)" },
    { names = { "--os-version" }, value = "VERSION", key = "os_version",
      offers = simulator.releases(),
      help = "answer as that release does (default: as 0.6, and events can be emitted)" },
    { names = { "--fault" }, value = "METHOD=KIND[:ARG]", key = "faults", list = true,
      offers = faults, help = "answer a method, or all (*), wrongly; repeatable" },
    { names = { "--attest-fault" }, value = "NAME[:STATUS]", key = "attest_faults", list = true,
      offers = attest_faults,
      help = "make one thing wrong in quotes, certificates or collateral; repeatable" },
    { names = { "--quote" }, value = "FORM", key = "quote", offers = quotes,
      help = "the form of its quotes (default: tdx-v4)" },
    { names = { "--collateral" }, value = "FILE", key = "collateral",
      help = "write what its quotes are verified with" },
    { names = { "--seed" }, value = "TEXT", key = "seed",
      help = "be another platform: all keys and ids of its attestation come from this text" },
    { names = { "--now" }, value = "SECONDS", key = "now",
      help = "the time to issue collateral at, in Unix seconds (default: the clock's)" },
    { names = { "--quiet" }, key = "quiet", help = "print the export lines and errors only" },
  },
}

-- Printed below the options: what --fault and --attest-fault can do, and --quote.
function M.details()
  local lines = {}
  local function add(title, list)
    lines[#lines + 1] = "\n" .. title .. ":"
    for _, about in ipairs(list) do
      lines[#lines + 1] = ("  %-22s%s%s"):format(about.form, about.help,
        about.finder and (" (%s)"):format(about.finder) or "")
    end
  end
  add("faults (a method's own before that of *, a later one before an earlier one)",
    simulator.faults())
  add("attest faults, and which step of verification, or who behind it, finds them",
    simulator.attest_faults())
  add("forms of quotes", simulator.quotes())
  return table.concat(lines, "\n")
end

-- Unix seconds, or nil for what is no whole number of a year that certificates can write.
local function seconds(text)
  local number = text:match "^%d+$" and tonumber(text)
  return number and number >= LEAST_NOW and number <= MOST_NOW and number or nil
end

function M.run(values, words)
  local mode = values.socket_mode and tonumber(values.socket_mode, 8)
  if #words > 0 then
    return nil, "unexpected argument: " .. words[1], "usage"
  elseif values.socket_mode and (not mode or mode > 511) then
    return nil, "--socket-mode: not an octal mode up to 0777: " .. values.socket_mode, "usage"
  end
  if values.now and not seconds(values.now) then
    return nil, "--now: not a number of Unix seconds after 1970 and before 9990: " .. values.now,
      "usage"
  end
  local good, message, code = simulator.run {
    dir = values.dir or ".",
    listen = values.listen or {},
    faults = values.faults or {},
    attest_faults = values.attest_faults or {},
    quote = values.quote,
    collateral = values.collateral,
    seed = values.seed,
    now = values.now and seconds(values.now),
    app_id = values.app_id,
    os_version = values.os_version,
    encrypted_env = values.encrypted_env,
    socket_mode = mode,
    tls = values.tls or false,
    quiet = values.quiet or false,
  }
  if good then
    return cli.status.ok
  end
  return nil, message, code
end

return M
