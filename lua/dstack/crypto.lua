-- Hashes and hex, for scripts that bind data to quotes.

local core = require "dstack.core"

local M = { hex = core.hex, unhex = core.unhex }

local names = {
  "sha256", "sha384", "sha512", "sha3-256", "sha3-384", "sha3-512",
  "keccak256", "keccak384", "keccak512",
}

for _, name in ipairs(names) do
  local member = name:gsub("%-", "_")
  M[member] = function(data)
    if type(data) ~= "string" then
      core.raise(("crypto.%s: string expected, got %s"):format(member, type(data)))
    end
    return core.hash(name, data)
  end
end

return M
