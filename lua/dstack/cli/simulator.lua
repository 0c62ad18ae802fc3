local cli = require "dstack.cli"
local simulator = require "dstack.simulator"

-- Kinds of faults, for every method.
local function faults()
  local list = {}
  for i, kind in ipairs(simulator.faults()) do
    list[i] = { "*=" .. kind.form:match "^[%w-]+", kind.help }
  end
  return list
end

local M = {
  summary = "serve a simulated guest agent until interrupted",
  usage = "[-C DIR] [--listen KIND=ADDR]... [--tls] [--app-id HEX] [--encrypted-env FILE]\n"
    .. "       [--socket-mode 0660] [--os-version VERSION]\n"
    .. "       [--fault METHOD=KIND[:ARG]]... [--quiet]",
  options = {
    { names = { "-C" }, value = "DIR", key = "dir",
      help = "folder with appkeys.json, app-compose.json, sys-config.json (default: here)" },
    { names = { "--listen" }, value = "KIND=ADDR", key = "listen", list = true,
      offers = { "agent=", "tappd=", "external=", "kms=" },
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
    { names = { "--quiet" }, key = "quiet", help = "print the export lines and errors only" },
  },
}

-- Printed below the options: what --fault can do.
function M.details()
  local lines = { "\nfaults (a method's own before that of *, a later one before an earlier one):" }
  for _, kind in ipairs(simulator.faults()) do
    lines[#lines + 1] = ("  %-22s%s"):format(kind.form, kind.help)
  end
  return table.concat(lines, "\n")
end

function M.run(values, words)
  local mode = values.socket_mode and tonumber(values.socket_mode, 8)
  if #words > 0 then
    return nil, "unexpected argument: " .. words[1], "usage"
  elseif values.socket_mode and (not mode or mode > 511) then
    return nil, "--socket-mode: not an octal mode up to 0777: " .. values.socket_mode, "usage"
  end
  local good, message, code = simulator.run {
    dir = values.dir or ".",
    listen = values.listen or {},
    faults = values.faults or {},
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
