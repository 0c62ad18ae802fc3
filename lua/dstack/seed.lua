-- The 32 bytes that an account on a chain is made of, out of a reply that has a key.

local core = require "dstack.core"
local deprecation = require "dstack.deprecation"

local M = {}

local BYTES = 32

-- class -> how its key becomes an account's
local kinds = {
  GetKeyResponse = "derived", GetKeyResponseV1 = "derived",
  GetTlsKeyResponse = "tls", IssueCertResponseV1 = "tls", DeriveKeyResponse = "tls",
}

local function class_of(reply)
  local class = type(reply) == "table" and getmetatable(reply)
  return type(class) == "table" and class.is_response and class.__name or nil
end

-- What SDKs made of a TLS key at first were 32 bytes that all such keys begin with.
local REFUSED = "%s: key: a TLS key. Other SDKs take the first 32 bytes of its DER here, which are "
  .. "the same in every such key, so that everybody has the wallet %s; use get_key (%s_secure "
  .. "gives what they make of all its bytes)"

local OTHER_CURVE = "%s: key: it was asked for as a key of %s, and its signature chain is about "
  .. "that; ask for one of %s (account_from_key takes the bytes all the same)"

-- A derived key is the seed itself.
local function from_derived(call, reply, chain)
  local algorithm = reply.request and reply.request.algorithm
  if algorithm and algorithm == chain.refused then
    return nil, OTHER_CURVE:format(call, algorithm, chain.algorithm), "invalid"
  end
  local seed, message, code = reply:decode_key()
  if not seed then
    return nil, call .. ": " .. message, code
  elseif #seed ~= BYTES then
    return nil, ("%s: key: %d bytes instead of %d"):format(call, #seed, BYTES), "invalid"
  end
  return seed
end

-- Of a TLS key it is the SHA-256 of the whole DER, as in the SDKs for Python and JavaScript.
local function from_tls(call, reply, chain, secure)
  if not secure then
    return nil, REFUSED:format(call, chain.everybodys, call), "invalid"
  end
  deprecation.notice(call .. " with a TLS key",
    "every call gives another TLS key; get_key gives the same key again")
  local der, message, code = reply:as_uint8array()
  if not der then
    return nil, ("%s: key: %s"):format(call, message), code
  end
  return core.hash("sha256", der)
end

-- call: the function as the script knows it. chain: everybodys = the account that a TLS key's first
-- bytes make; where a derived key must not have been asked for by another algorithm, that is
-- refused, and algorithm is the chain's own. secure: whether it is the variant that takes TLS keys.
-- Returns the bytes, or nil, message, code; raises for what has no key.
function M.take(call, reply, chain, secure)
  local class = class_of(reply)
  local kind = kinds[class]
  if not kind then
    core.raise(("%s: key: a reply of get_key expected, got %s"):format(call,
      class or (reply == nil and "nothing") or type(reply)))
  end
  return (kind == "tls" and from_tls or from_derived)(call, reply, chain, secure)
end

return M
