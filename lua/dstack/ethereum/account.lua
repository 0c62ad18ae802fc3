-- Accounts: an address, and the key behind it, which is in an object that wipes it and which no
-- script sees. What is signed is signed in C.

local core = require "dstack.core"
local octets = require "dstack.octets"
local seeds = require "dstack.seed"
local signature = require "dstack.ethereum.signature"
local transaction = require "dstack.ethereum.transaction"

local M = {}

local Account = { __name = "dstack.ethereum.Account" }
Account.__index = Account

-- account -> { key =, ours = }: an object that a script gave is the script's to close.
local secrets = setmetatable({}, { __mode = "k" })

local function check_self(self, method)
  if getmetatable(self) ~= Account then
    core.raise(("Account:%s: methods are called with a colon, as in account:%s()"):format(method,
      method))
  end
end

-- The key of an account, or nil, message, code when it was closed.
local function key_of(self, method)
  check_self(self, method)
  if not secrets[self] then
    return nil, method .. ": the account was closed", "invalid"
  end
  return secrets[self].key
end

-- Making one -------------------------------------------------------------------------------------

local function make(key, ours)
  local address, public_key, code = core.ethereum_identity(key)
  if not address then
    return nil, public_key, code
  end
  local account = setmetatable({ address = address, public_key = "0x" .. core.hex(public_key) },
    Account)
  secrets[account] = { key = key, ours = ours }
  return account
end

local function from_bytes(call, bytes)
  local key, message, code = core.secp256k1.key(bytes)
  if not key then
    return nil, call .. ": " .. message:gsub("^secp256k1%.key: ", ""), code
  end
  return make(key, true)
end

function M.account_from_key(key)
  if type(key) == "userdata" then
    return make(key, false)
  end
  local bytes, message, code = octets.take(key, "account_from_key: key", 32)
  if not bytes then
    return nil, message, code
  end
  return from_bytes("account_from_key", bytes)
end

-- The account is that of the 32 bytes that the DER of a P-256 key begins with.
local chain = {
  algorithm = "secp256k1", refused = "ed25519",
  everybodys = "0xf3D21A3A689AD889541d993A51e3109aC3E36c12",
}

local function from_reply(call, reply, secure)
  local seed, message, code = seeds.take(call, reply, chain, secure)
  if not seed then
    return nil, message, code
  end
  return from_bytes(call, seed)
end

function M.to_account(reply)
  return from_reply("to_account", reply, false)
end

function M.to_account_secure(reply)
  return from_reply("to_account_secure", reply, true)
end

-- Signing ----------------------------------------------------------------------------------------

-- Signs what a function makes of the arguments.
local function sign(self, method, hash_of, ...)
  local key, message, code = key_of(self, method)
  if not key then
    return nil, message, code
  end
  local hash
  hash, message, code = hash_of(method, ...)
  if not hash then
    return nil, message, code
  end
  return core.ethereum_sign(key, hash, method)
end

local function as_it_is(method, hash)
  octets.check_string(hash, method .. ": hash")
  return hash
end

function Account:sign_hash(hash)
  return sign(self, "sign_hash", as_it_is, hash)
end

function Account:sign_message(message)
  return sign(self, "sign_message", signature.hash_message, message)
end

function Account:sign_typed_data(...)
  return sign(self, "sign_typed_data", signature.hash_typed_data, ...)
end

function Account:sign_transaction(tx)
  local key, message, code = key_of(self, "sign_transaction")
  if not key then
    return nil, message, code
  end
  local of
  of, message, code = transaction.check("sign_transaction", tx)
  if not of then
    return nil, message, code
  end
  local good
  good, message, code = transaction.check_from("sign_transaction", tx, self.address)
  if not good then
    return nil, message, code
  end
  return core.ethereum_sign_transaction(key, of, tx)
end

-- To a chain: what a transaction lacks is asked of this node. Does no I/O.
function Account:connect(provider)
  check_self(self, "connect")
  return require("dstack.ethereum.connected").connect(self, provider)
end

-- Letting go -------------------------------------------------------------------------------------

function Account:close()
  check_self(self, "close")
  local secret = secrets[self]
  secrets[self] = nil
  if secret and secret.ours then
    secret.key:close()
  end
end

Account.__close = Account.close

function Account:__tostring()
  return "ethereum account " .. self.address .. (secrets[self] and "" or " (closed)")
end

M.Account = Account

return M
