-- What several specs need.

local core = require "dstack.core"

local M = {}

M.interpreter = os.getenv "DSTACK_LUA" or "build/dstack-lua"

-- The transports that can be had in this process, each with what a call goes over it in.
M.ways = {
  { name = "curl", run = function(fn, ...) return fn(...) end },
  { name = "multi", run = function(fn, ...) return require("dstack").run(fn, ...) end },
}

function M.read(path)
  local file = assert(io.open(path, "rb"))
  local text = file:read "*a"
  file:close()
  return text
end

function M.write(path, text)
  local file = assert(io.open(path, "wb"))
  file:write(text)
  file:close()
end

function M.vectors(name)
  return assert(core.json_decode(M.read("spec/vectors/" .. name .. ".json")))
end

-- Quoted for the shell.
function M.quote(text)
  return "'" .. text:gsub("'", "'\\''") .. "'"
end

-- Runs a shell command, for a minute at most, with the usual mask of modes. Returns its output (both
-- streams) and its exit status.
function M.run(command)
  local line = "umask 022; env -u LD_PRELOAD ASAN_OPTIONS=detect_leaks=1 timeout 60 sh -c %s 2>&1; echo \"status $?\""
  local pipe = assert(io.popen(line:format(M.quote(command))))
  local out = pipe:read "*a"
  pipe:close()
  local text, status = out:match "^(.*)status (%d+)\n$"
  return text, tonumber(status)
end

-- What has to stand before a command that loads our modules, such as nginx, when they were built with
-- sanitizers: their library has to be there first.
function M.with_sanitizers()
  return M.interpreter:find "asan"
    and "LD_PRELOAD=$(gcc -print-file-name=libasan.so) ASAN_OPTIONS=detect_leaks=0 " or ""
end

-- How to start the Lua that runs this file, with the module that it has loaded.
function M.this_lua()
  local name = rawget(_G, "jit") and "luajit" or _VERSION:gsub("Lua ", "lua")
  local preload = os.getenv "LD_PRELOAD"
  return preload and ("env LD_PRELOAD=%s ASAN_OPTIONS=detect_leaks=0 %s"):format(preload, name) or name
end

-- How many files this process has open: the least of three counts, as this process may not have
-- closed yet what it gave to the one that counts.
function M.open_files()
  collectgarbage()
  collectgarbage()
  local pid, least = M.read "/proc/self/stat":match "^%d+", math.huge
  for _ = 1, 3 do
    least = math.min(least, tonumber((M.run(("ls /proc/%s/fd | wc -l"):format(pid)))))
  end
  return least
end

-- A new empty directory.
function M.directory()
  return (M.run("mktemp -d"):gsub("\n$", ""))
end

-- Sends a signal to a process and waits until it has ended (a zombie has).
function M.signal(number, pid)
  M.run(("kill -%s %s; while grep -qs '^State:.[^Z]' /proc/%s/status; do sleep 0.02; done"):format(
    number, pid, pid))
end

-- Starts a simulator on private sockets, with the built-in identity unless the options say other-
-- wise. It ends when stop() is called, and by itself after five minutes.
function M.simulator(options)
  local directory = M.directory()
  local socket = directory .. "/agent.sock"
  local tappd = directory .. "/tappd.sock"
  local start = ("mkdir %s/empty; timeout 300 %s simulator -C %s/empty --listen tappd=%s --listen agent=%s %s "
    .. ">%s/log 2>&1 & echo $!"):format(directory, M.interpreter, directory, tappd, socket, options or "", directory)
  local pid = M.run(start):match "%d+"
  -- Its last line, said when it listens; the socket's file is there a little before.
  local ready = M.run(("for i in $(seq 250); do grep -q DSTACK_SIMULATOR_ENDPOINT= %s/log && exit 0; "
    .. "sleep 0.02; done; cat %s/log"):format(directory, directory))
  assert(ready == "", ready)
  return {
    endpoint = socket,
    tappd = tappd,
    directory = directory,
    pid = pid,
    output = function() return M.read(directory .. "/log") end,
    -- pid is that of `timeout`, the simulator's parent
    process = function()
      return M.run("grep -sl '^PPid:\t" .. pid .. "$' /proc/[0-9]*/status"):match "/proc/(%d+)/"
    end,
    kill = function() M.signal("TERM", pid) end,
    stop = function()
      M.signal("TERM", pid)
      M.run("rm -rf " .. directory)
    end,
  }
end

-- The agent that specs tagged #endpoint ask: the one `make test-endpoint` was pointed at, else a
-- simulator of our own. Such specs know nothing of its keys.
function M.agent()
  local endpoint = os.getenv "DSTACK_TEST_ENDPOINT"
  if endpoint then
    return { endpoint = endpoint, stop = function() end }
  end
  return M.simulator()
end

-- Starts an agent that does what a script says (test/scripted_server.c). It ends when stop() is
-- called, and with this process. With nothing to say its queue of connections is full.
function M.scripted(silent)
  local directory = M.directory()
  local socket, script, log = directory .. "/agent.sock", directory .. "/script", directory .. "/log"
  local server = M.interpreter:match "^(.*)/" .. "/test/scripted_server"
  local pipe = assert(io.popen(("exec env -u LD_PRELOAD %s %s %s >%s 2>&1"):format(server, socket,
    silent and "-" or script, log), "w"))
  local ready = M.run(("for i in $(seq 250); do [ -S %s ] && exit 0; sleep 0.02; done; cat %s")
    :format(socket, log))
  assert(ready == "", ready)
  local self = { endpoint = socket, directory = directory }

  -- What it does with the next requests: a list of steps.
  function self.say(steps)
    M.write(script, table.concat(steps, "\n") .. "\n")
  end

  -- The numbers of the last request's connection and of the request on it.
  function self.last()
    return M.read(log):match "(%d+) (%d+)\n$"
  end

  -- Leaves the socket behind.
  function self.kill()
    if pipe then
      pipe:close()
    end
    pipe = nil
  end

  function self.stop()
    self.kill()
    M.run("rm -rf " .. directory)
  end

  return self
end

-- Starts nodes of Ethereum and of Solana (test/rpc_server/init.lua). Every path is a chain of its
-- own; `fault` is one of test/rpc_server/faults.lua's or of the chains' own. It ends when stop() is
-- called, and by itself after five minutes.
function M.rpc_server()
  local directory = M.directory()
  local log = directory .. "/log"
  local pid = M.run(("%s test/rpc_server/init.lua 300 >%s 2>&1 & echo $!"):format(M.interpreter, log))
    :match "%d+"
  local ready = M.run(("for i in $(seq 250); do [ $(grep -c _RPC_URL= %s) = 2 ] && exit 0; sleep 0.02; "
    .. "done; cat %s"):format(log, log))
  assert(ready == "", ready)
  local base = M.read(log):match "ETH_RPC_URL=(http://[^/]+)/"
  local chains = 0
  local function url(kind, fault)
    chains = chains + 1
    return ("%s/%s/%d%s"):format(base, kind, chains, fault and "/fault=" .. fault or "")
  end
  return {
    ethereum = function(fault) return url("ethereum", fault) end,
    solana = function(fault) return url("solana", fault) end,
    stop = function()
      M.signal("TERM", pid)
      M.run("rm -rf " .. directory)
    end,
  }
end

-- A transport that answers from a script: a list of replies, or a function of the request. What was
-- asked is in `requests`.
function M.transport(answers)
  local self = { requests = {} }
  function self.request(_, request)
    self.requests[#self.requests + 1] = request
    local answer = answers
    if type(answers) == "table" then
      answer = table.remove(answers, 1) or error("one request too many: " .. request.path)
    end
    if type(answer) == "function" then
      answer = answer(request)
    end
    if answer.code then
      return nil, answer.message or answer.code, answer.code, answer.errno
    end
    return { status = answer.status or 200, headers = answer.headers or {}, body = answer.body }
  end
  function self.close() end
  return self
end

return M
