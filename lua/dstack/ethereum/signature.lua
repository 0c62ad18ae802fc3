-- Signatures: what is signed for a message or typed data, and whose signature one is. A signature
-- is r, s and v, 65 bytes, as 0x and hex digits.

local core = require "dstack.core"
local octets = require "dstack.octets"

local M = {}

-- What is signed ---------------------------------------------------------------------------------

-- The hash of a message (EIP-191): of its bytes, which are never taken for hex.
function M.hash_message(call, message)
  octets.check_string(message, call .. ": message")
  return core.ethereum_message_hash(message)
end

-- What a call about typed data was given: by position in that order, or as one table.
local function named(call, names, first, ...)
  local others = select("#", ...)
  local given = { [names[1]] = first }
  if others == 0 and type(first) == "table" and first.types ~= nil then
    given = first
  end
  for i = 1, others do
    given[names[i + 1] or i + 1] = (select(i, ...))
  end
  local known = {}
  for _, name in ipairs(names) do
    known[name] = true
  end
  for name in pairs(given) do
    if not known[name] then
      core.raise(("%s: unknown argument '%s'; there are: %s"):format(call, tostring(name),
        table.concat(names, ", ")))
    end
  end
  return given
end

local function hash_given(given)
  local typed_data = require "dstack.ethereum.typed_data"
  return typed_data.hash(given.domain, given.types, given.message, given.primary_type)
end

-- The hash of typed data (EIP-712): domain, types, message and, where several types could be meant,
-- the one that the message has.
function M.hash_typed_data(call, ...)
  return hash_given(named(call, { "domain", "types", "message", "primary_type" }, ...))
end

-- Who signed -------------------------------------------------------------------------------------

function M.split_signature(signature)
  return core.ethereum_split_signature(signature)
end

function M.recover_hash(hash, signature)
  return core.ethereum_recover(hash, signature, "recover_hash")
end

function M.recover_message(message, signature)
  local hash, why, code = M.hash_message("recover_message", message)
  if not hash then
    return nil, why, code
  end
  return core.ethereum_recover(hash, signature, "recover_message")
end

function M.recover_typed_data(...)
  local given = named("recover_typed_data",
    { "domain", "types", "message", "signature", "primary_type" }, ...)
  octets.check_string(given.signature, "recover_typed_data: signature")
  local hash, why, code = hash_given(given)
  if not hash then
    return nil, why, code
  end
  return core.ethereum_recover(hash, given.signature, "recover_typed_data")
end

return M
