-- Accounts: an address, and the key behind it, which is in an object that wipes it and which no
-- script sees. What is signed is signed in C.

local core = require "dstack.core"
local deprecation = require "dstack.deprecation"
local octets = require "dstack.octets"
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

local function class_of(reply)
  local class = type(reply) == "table" and getmetatable(reply)
  return type(class) == "table" and class.is_response and class.__name or nil
end

local key_replies = { GetKeyResponse = true, GetKeyResponseV1 = true }
local tls_replies = {
  GetTlsKeyResponse = true, IssueCertResponseV1 = true, DeriveKeyResponse = true,
}

local function from_key_reply(call, reply)
  local algorithm = reply.request and reply.request.algorithm
  if algorithm == "ed25519" then
    return nil, call .. ": key: it was asked for as a key of ed25519, and its signature chain is "
      .. "about that; ask for one of secp256k1 (account_from_key takes the bytes all the same)",
      "invalid"
  end
  local bytes, message, code = reply:decode_key()
  if not bytes then
    return nil, call .. ": " .. message, code
  elseif #bytes ~= 32 then
    return nil, ("%s: key: %d bytes instead of 32"):format(call, #bytes), "invalid"
  end
  return from_bytes(call, bytes)
end

-- As the SDKs for Python and JavaScript do: the key is the SHA-256 of the whole DER.
local function from_tls_reply(call, reply)
  local der, message, code = reply:as_uint8array()
  if not der then
    return nil, call .. ": key: " .. message, code
  end
  local bytes
  bytes, message, code = core.hash("sha256", der)
  if not bytes then
    return nil, message, code
  end
  return from_bytes(call, bytes)
end

local function raise_no_reply(call, reply)
  core.raise(("%s: key: a reply of get_key expected, got %s"):format(call,
    class_of(reply) or (reply == nil and "nothing") or type(reply)))
end

function M.to_account(reply)
  local class = class_of(reply)
  if tls_replies[class] then
    return nil, "to_account: key: a TLS key makes no account: other SDKs take the first 32 bytes "
      .. "of its DER, which are the same in every such key, so that everybody has the wallet "
      .. "0xf3D21A3A689AD889541d993A51e3109aC3E36c12; use get_key (for what to_account_secure "
      .. "makes of a TLS key, use that)", "invalid"
  elseif not key_replies[class] then
    raise_no_reply("to_account", reply)
  end
  return from_key_reply("to_account", reply)
end

function M.to_account_secure(reply)
  local class = class_of(reply)
  if tls_replies[class] then
    deprecation.notice("ethereum.to_account_secure with a TLS key",
      "every call of get_tls_key gives another key; get_key gives the same one again")
    return from_tls_reply("to_account_secure", reply)
  elseif not key_replies[class] then
    raise_no_reply("to_account_secure", reply)
  end
  return from_key_reply("to_account_secure", reply)
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
