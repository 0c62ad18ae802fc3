-- Public keys, which are addresses: their text, and those that are derived. Wherever one is wanted,
-- base58 text or a keypair does.

local core = require "dstack.core"
local octets = require "dstack.octets"

local M = {}

local KEY_BYTES = 32

-- The bytes of base58 that has to be 32 bytes. Returns them, or nil, message, code.
function M.decode(text, what)
  local bytes, message, code = core.solana.decode(text, KEY_BYTES)
  if not bytes then
    return nil, what .. ": " .. message, code
  end
  return bytes
end

-- The bytes of an argument that is a public key. Returns them, or nil, message, code.
function M.bytes(value, what)
  local of_pair = type(value) == "table" and value.public_key_bytes
  if type(of_pair) == "string" and #of_pair == KEY_BYTES then
    return of_pair
  elseif type(value) ~= "string" then
    core.raise(("%s: base58 text or a keypair expected, got %s"):format(what,
      value == nil and "nothing" or type(value)))
  end
  return M.decode(value, what)
end

function M.decode_public_key(text)
  return M.bytes(text, "decode_public_key: text")
end

function M.encode_public_key(bytes)
  octets.check_string(bytes, "encode_public_key: bytes")
  if #bytes ~= KEY_BYTES then
    return nil, ("encode_public_key: bytes: %d instead of %d"):format(#bytes, KEY_BYTES), "invalid"
  end
  return core.base58(bytes)
end

function M.is_on_curve(public_key)
  local bytes, message, code = M.bytes(public_key, "is_on_curve: public_key")
  if not bytes then
    return nil, message, code
  end
  return core.solana.is_on_curve(bytes)
end

-- Puts the call before what C says.
local function finish(call, bytes, message, code)
  if not bytes then
    return nil, call .. ": " .. message, code
  end
  return core.base58(bytes)
end

local function check_seeds(call, seeds)
  if type(seeds) ~= "table" then
    core.raise(("%s: seeds: a list of strings expected, got %s"):format(call,
      seeds == nil and "nothing" or type(seeds)))
  end
  for i = 1, #seeds do
    octets.check_string(seeds[i], ("%s: seeds[%d]"):format(call, i))
  end
end

function M.create_program_address(seeds, program_id)
  local call = "create_program_address"
  check_seeds(call, seeds)
  local program, message, code = M.bytes(program_id, call .. ": program_id")
  if not program then
    return nil, message, code
  end
  return finish(call, core.solana.create_program_address(seeds, program))
end

function M.find_program_address(seeds, program_id)
  local call = "find_program_address"
  check_seeds(call, seeds)
  local program, message, code = M.bytes(program_id, call .. ": program_id")
  if not program then
    return nil, message, code
  end
  local bytes, bump
  bytes, bump, code = core.solana.find_program_address(seeds, program)
  if not bytes then
    return nil, call .. ": " .. bump, code
  end
  return core.base58(bytes), bump
end

function M.create_with_seed(base, seed, owner)
  local call = "create_with_seed"
  local base_bytes, message, code = M.bytes(base, call .. ": base")
  local owner_bytes
  if base_bytes then
    octets.check_string(seed, call .. ": seed")
    owner_bytes, message, code = M.bytes(owner, call .. ": owner")
  end
  if not owner_bytes then
    return nil, message, code
  end
  return finish(call, core.solana.address_with_seed(base_bytes, seed, owner_bytes))
end

return M
