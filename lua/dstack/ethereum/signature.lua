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

-- The hash of typed data (EIP-712): domain, types, message and, where several types could be meant,
-- the one that the message has; or a wallet's whole form.
function M.hash_typed_data(_, ...)
  return require("dstack.ethereum.typed_data").hash(...)
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

-- Positional, or the whole form and the signature.
function M.recover_typed_data(domain, types, message, signature, primary_type)
  if type(types) == "string" and message == nil then
    types, signature = nil, types
  end
  octets.check_string(signature, "recover_typed_data: signature")
  local hash, why, code = M.hash_typed_data(nil, domain, types, message, primary_type)
  if not hash then
    return nil, why, code
  end
  return core.ethereum_recover(hash, signature, "recover_typed_data")
end

return M
