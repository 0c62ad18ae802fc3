-- Addresses as text: 0x and 40 hex digits, whose letters carry a checksum in their case (EIP-55).

local core = require "dstack.core"

local M = {}

function M.is_address(text)
  return core.ethereum_is_address(text)
end

function M.to_checksum_address(address)
  return core.ethereum_to_checksum_address(address, "to_checksum_address", "address")
end

return M
