-- OpenSSL's own server, for clients that speak TLS: it answers each line turned round. Needs the
-- openssl program.

local support = require "spec.support"

local M = {}

-- Starts a server with these PEM texts and further arguments. It ends when stop() is called, and by
-- itself after a minute.
function M.serve(chain, key, further)
  local directory = support.directory()
  support.write(directory .. "/chain.pem", chain)
  support.write(directory .. "/key.pem", key)
  local log = directory .. "/log"
  local pid = support.run(("cd %s; timeout 60 openssl s_server -accept 127.0.0.1:0 -rev -msg -cert chain.pem "
    .. "-cert_chain chain.pem -key key.pem %s >log 2>&1 & echo $!"):format(directory, further or "")):match "%d+"
  local ready = support.run(("for i in $(seq 250); do grep -q ACCEPT %s && exit 0; sleep 0.02; done; cat %s")
    :format(log, log))
  assert(ready == "", ready)
  return {
    pid = support.run(("grep -sl '^PPid:\t%s$' /proc/[0-9]*/status"):format(pid)):match "/proc/(%d+)/", -- of openssl
    port = tonumber(support.read(log):match "ACCEPT [^\n]-:(%d+)"),
    output = function() return support.read(log) end,
    stop = function()
      support.signal("TERM", pid)
      support.run("rm -rf " .. directory)
    end,
  }
end

return M
