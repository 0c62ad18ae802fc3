-- Whom a command names as HOST:PORT, and the certificate that is shown there.

local host = require "dstack.host"

local M = {}

-- Whether there is a file of that name, be it one that may not be read.
local function is_file(name)
  local file, _, number = io.open(name)
  if file then
    file:close()
  end
  return file ~= nil or number ~= host.ENOENT
end

-- Whether a word is HOST:PORT: it looks like one, and no file has that name.
function M.is_named(word)
  return word:find "^[^/]+:%d+$" ~= nil and not is_file(word)
end

-- The certificate, PEM, of who listens at HOST:PORT and has its key, with which it signed the
-- handshake; nothing is sent behind that. Returns it, or nil, message, code.
function M.certificate(word, timeout)
  local name, port = word:match "^(.*):(%d+)$"
  local address = name:match "^%[([%x:.]*:[%x:.]*)%]$"
  if name:find(":", 1, true) and not address then
    return nil, word .. ": neither a file nor HOST:PORT; an IPv6 address stands in brackets, as "
      .. "[::1]:443", "usage"
  end
  local Connection = require "dstack.ratls.connection" -- loads libcurl's module
  local connection, message, code = Connection.open(address or name, tonumber(port), timeout, word)
  if not connection then
    return nil, message, code
  end
  local certificate = connection:certificate()
  connection:close()
  return certificate
end

return M
