-- RLP: strings of bytes and lists of such things. Bytes in, bytes out.

local core = require "dstack.core"

local M = {}

function M.encode(value)
  return core.rlp_encode(value)
end

function M.decode(bytes)
  return core.rlp_decode(bytes)
end

return M
