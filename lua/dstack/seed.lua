-- The 32 bytes that an account on a chain is made of, out of a reply that has a key.

local core = require "dstack.core"
local deprecation = require "dstack.deprecation"

local M = {}

-- class -> how its key becomes an account's
local kinds = {
  GetKeyResponse = "derived", GetKeyResponseV1 = "derived",
  GetTlsKeyResponse = "tls", IssueCertResponseV1 = "tls", DeriveKeyResponse = "tls",
}

local function kind_of(key)
  local class = type(key) == "table" and getmetatable(key)
  return class and class.is_response and kinds[class.__name]
end

-- What SDKs made of a TLS key at first were 32 bytes that all such keys begin with.
local REFUSED = "%s: key: a TLS key. What other SDKs make of it here is the same account for "
  .. "everybody: the first 32 bytes of every such key are equal. Use get_key; %s_secure gives the "
  .. "account that they make of all its bytes"

-- call: the function as the script knows it. secure: whether it is the variant that takes TLS keys.
-- A derived key is the seed itself, of a TLS key it is SHA-256 of the DER, as in other SDKs.
-- Returns the bytes, or nil, message, code; raises for anything else.
function M.take(call, key, secure)
  local kind = kind_of(key)
  local seed, message, code
  if kind == "derived" then
    seed, message, code = key:decode_key()
  elseif kind == "tls" and secure then
    deprecation.notice(call .. " with a TLS key",
      "every call gives another TLS key; get_key gives the same key again")
    seed, message, code = key:as_uint8array()
    seed = seed and core.hash("sha256", seed)
  elseif kind == "tls" then
    return nil, REFUSED:format(call, call), "invalid"
  else
    core.raise(("%s: key: what get_key returned expected, got %s"):format(call,
      key == nil and "nothing" or type(key)))
  end
  if not seed then
    return nil, call .. ": " .. message, code
  end
  return seed
end

return M
