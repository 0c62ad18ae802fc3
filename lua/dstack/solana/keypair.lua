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

-- keypair -> { key =, ours = }, which no script comes across by listing members. An object that a
-- script gave is the script's to close.
local secrets = setmetatable({}, { __mode = "k" })

local function new(key, ours)
  local bytes, message, code = key:public_key()
  if not bytes then
    return nil, message, code
  end
  local self = setmetatable({ public_key_bytes = bytes, public_key = core.base58(bytes) }, Keypair)
  secrets[self] = { key = key, ours = ours }
  return self
end

-- Whether a value is a keypair.
function M.is_keypair(value)
  return secrets[value] ~= nil
end

local function check_self(self, method)
  if not M.is_keypair(self) then
    core.raise(("Keypair:%s: methods are called with a colon, as in keypair:%s()"):format(method,
      method))
  end
end

-- The key of a keypair, or nil, message, code when it was closed; raises for anything else.
local function key_of(self, method)
  check_self(self, method)
  local key = secrets[self].key
  if not key then
    return nil, method .. ": the keypair was closed", "invalid"
  end
  return key
end

local function from(call, made, message, code)
  if not made then
    return nil, call .. ": " .. message, code
  end
  return new(made, true)
end

-- Making them ----------------------------------------------------------------------------------

-- A key of any algorithm does, as in other SDKs. The account is that of the 32 bytes that a P-256
-- key's DER begins with.
local chain = { everybodys = "YJqsEvwSTxHhdyKfaMRUT7t7SK7mebwRwhT9civrya5" }

local function from_reply(call, key, secure)
  local seed, message, code = seeds.take(call, key, chain, secure)
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

function M.keypair_from_seed(seed)
  local call = "keypair_from_seed"
  if type(seed) == "string" then
    return from(call, core.ed25519.key(seed))
  elseif type(seed) ~= "userdata" then
    core.raise(("%s: seed: 32 bytes or an ed25519 key expected, got %s"):format(call,
      seed == nil and "nothing" or type(seed)))
  end
  local public_key, message, code = core.ed25519.public_key(seed)
  if not public_key then
    return nil, call .. ": " .. message, code
  end
  return new(seed, false)
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
  local key, words, code = key_of(self, "sign")
  octets.check_string(message, "sign: message")
  if not key then
    return nil, words, code
  end
  return core.ed25519.sign(key, message)
end

function Keypair:verify(signature, message)
  check_self(self, "verify")
  return core.solana.verify(self.public_key_bytes, signature, message)
end

function Keypair:to_json()
  local key, message, code = key_of(self, "to_json")
  if not key then
    return nil, message, code
  end
  return core.solana.keyfile_write(key)
end

function Keypair:to_file(path)
  local call = "to_file"
  local key, message, code = key_of(self, call)
  local good = key
  if good then
    good, message, code = check_path(call, path)
  end
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
  check_self(self, "close")
  local secret = secrets[self]
  if secret.key and secret.ours then
    secret.key:close()
  end
  secret.key = nil
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
