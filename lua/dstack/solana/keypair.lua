-- Keypairs. The secret half is in a key object of dstack.crypto.ed25519, which wipes it; what is
-- here has the public half and the names that Solana uses.

local address = require "dstack.solana.address"
local core = require "dstack.core"
local octets = require "dstack.octets"
local seeds = require "dstack.seed"

local M = {}

local Keypair = { __name = "dstack.solana.Keypair" }
Keypair.__index = Keypair
M.Keypair = Keypair

-- The objects' keys, which no script comes across by listing members.
local keys = setmetatable({}, { __mode = "k" })

local function new(key)
  local bytes, message, code = key:public_key()
  if not bytes then
    return nil, message, code
  end
  local self = setmetatable({ public_key_bytes = bytes, public_key = core.base58(bytes) }, Keypair)
  keys[self] = key
  return self
end

-- The key of a keypair; raises for anything else.
local function key_of(self, method)
  local key = keys[self]
  if not key then
    core.raise(("Keypair:%s: methods are called with a colon, as in keypair:%s()"):format(method,
      method))
  end
  return key
end

-- Whether a value is a keypair.
function M.is_keypair(value)
  return keys[value] ~= nil
end

local function from(call, made, message, code)
  if not made then
    return nil, call .. ": " .. message, code
  end
  return new(made)
end

-- Making them ----------------------------------------------------------------------------------

local function from_reply(call, key, secure)
  local seed, message, code = seeds.take(call, key, secure)
  if not seed then
    return nil, message, code
  end
  return from(call, core.ed25519.key(seed))
end

function M.to_keypair(key)
  return from_reply("to_keypair", key, false)
end

function M.to_keypair_secure(key)
  return from_reply("to_keypair_secure", key, true)
end

-- A key object stays its maker's: closing it closes the keypair too.
function M.keypair_from_seed(seed)
  local call = "keypair_from_seed"
  if type(seed) == "string" then
    return from(call, core.ed25519.key(seed))
  elseif type(seed) ~= "userdata" then
    core.raise(("%s: seed: 32 bytes or an ed25519 key expected, got %s"):format(call,
      seed == nil and "nothing" or type(seed)))
  end
  local public_key, message, code = core.ed25519.public_key(seed)
  return from(call, public_key and seed, message, code)
end

function M.keypair_from_json(json)
  local call = "keypair_from_json"
  if type(json) == "table" then
    return from(call, core.solana.keyfile_numbers(json))
  end
  octets.check_string(json, call .. ": json")
  return from(call, core.solana.keyfile_read(json))
end

local function check_path(call, path)
  octets.check_string(path, call .. ": path")
  if path == "" or path:find "%z" then
    return nil, call .. ": path: empty, or with a NUL", "invalid"
  end
  return path
end

function M.keypair_from_file(path)
  local call = "keypair_from_file"
  local good, message, code = check_path(call, path)
  if not good then
    return nil, message, code
  end
  return from(call .. ": " .. path, core.solana.keyfile_load(path))
end

-- Methods --------------------------------------------------------------------------------------

function Keypair:sign(message)
  return core.ed25519.sign(key_of(self, "sign"), message)
end

function Keypair:verify(signature, message)
  key_of(self, "verify")
  return core.solana.verify(self.public_key_bytes, signature, message)
end

function Keypair:to_json()
  return core.solana.keyfile_write(key_of(self, "to_json"))
end

function Keypair:to_file(path)
  local call = "to_file"
  local key = key_of(self, call)
  local good, message, code = check_path(call, path)
  if good then
    good, message, code = core.solana.keyfile_save(key, path)
    message = message and ("%s: %s: %s"):format(call, path, message)
  end
  if not good then
    return nil, message, code
  end
  return true
end

function Keypair:close()
  key_of(self, "close"):close()
end

Keypair.__close = Keypair.close

function Keypair:__tostring()
  return "Solana keypair " .. self.public_key
end

-- Signatures -----------------------------------------------------------------------------------

function M.verify(public_key, signature, message)
  local bytes, words, code = address.bytes(public_key, "verify: public_key")
  if not bytes then
    return nil, words, code
  end
  return core.solana.verify(bytes, signature, message)
end

return M
