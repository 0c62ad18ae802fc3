-- Logging in with a key that a machine derives: a service asks, the machine signs typed data
-- (EIP-712), the service finds out who it was. No node is asked, and no password is kept.
--
--   dstack-lua --simulator examples/typed_data_login.lua     (anywhere)
--   dstack-lua examples/typed_data_login.lua                 (inside a dstack machine)

local dstack = require "dstack"
local crypto, ethereum = dstack.crypto, dstack.ethereum

local LIFETIME = 5 * 60 -- seconds that a challenge is good for

-- Both sides know this much; that a signature is for this service and no other is in the domain.
local domain = { name = "Example service", version = "1", chainId = 1 }
local types = {
  Login = {
    { name = "account", type = "address" },
    { name = "nonce", type = "bytes32" },
    { name = "expires", type = "uint64" },
    { name = "scopes", type = "string[]" },
  },
}

-- The service ------------------------------------------------------------------------------------

local open = {} -- nonces that were given out and not used, and until when they are good

local function challenge(account, scopes)
  local nonce = "0x" .. crypto.hex(assert(crypto.random_bytes(32)))
  open[nonce] = os.time() + LIFETIME
  return { account = account, nonce = nonce, expires = open[nonce], scopes = scopes }
end

-- Whose login it is, or nil and the reason. Everything in the message is the sender's word, until
-- the signature is by the account in it and the nonce is one of ours.
local function log_in(message, signature)
  local signer, why = ethereum.recover_typed_data(domain, types, message, signature)
  if not signer then
    return nil, why
  elseif signer ~= message.account then
    return nil, "signed by " .. signer
  elseif open[message.nonce] ~= message.expires or os.time() > message.expires then
    return nil, "a nonce that was used before, is too old, or was never ours"
  end
  open[message.nonce] = nil
  return signer
end

-- The machine ------------------------------------------------------------------------------------

local client = assert(dstack.DstackClient())
local account = assert(ethereum.to_account(assert(client:get_key "login/ethereum")))
print("account    " .. account.address)

local message = challenge(account.address, { "read", "write" })
local signature = assert(account:sign_typed_data(domain, types, message))
print("signed     " .. assert(ethereum.typed_data.hash(domain, types, message)))
print("as         " .. assert(ethereum.typed_data.encode_type(types, "Login")))

print("logged in  " .. assert(log_in(message, signature)))

-- What does not log in ---------------------------------------------------------------------------

local _, why = log_in(message, signature)
print("again:     " .. assert(why))

message = challenge(account.address, { "read" })
signature = assert(account:sign_typed_data(domain, types, message))
message.scopes[2] = "write"
_, why = log_in(message, signature)
print("more:      " .. assert(why))

message.scopes[2] = 7
_, why = log_in(message, signature)
print("nonsense:  " .. assert(why))

account:close()
client:close()
