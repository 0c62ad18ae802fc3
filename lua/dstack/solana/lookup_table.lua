-- Address lookup tables, as the chain keeps them: 56 bytes about the table, then addresses.

local core = require "dstack.core"
local octets = require "dstack.octets"

local M = {}

local HEAD, KEY = 56, 32
local IS_TABLE = "\1\0\0\0" -- an account that was not made a table yet begins with zeros

-- The addresses in an account's data. Returns a list of base58, or nil, message, code.
function M.decode_lookup_table(data)
  local call = "decode_lookup_table"
  octets.check_string(data, call .. ": data")
  if #data < HEAD or data:sub(1, #IS_TABLE) ~= IS_TABLE then
    return nil, call .. ": data: not those of an address lookup table", "invalid"
  elseif (#data - HEAD) % KEY ~= 0 or #data > HEAD + 256 * KEY then
    return nil, ("%s: data: %d bytes are no whole number of addresses, or more than 256"):format(
      call, #data), "invalid"
  end
  local list = {}
  for at = HEAD + 1, #data, KEY do
    list[#list + 1] = core.base58(data:sub(at, at + KEY - 1))
  end
  return list
end

return M
