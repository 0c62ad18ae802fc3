-- Cryptography for scripts: hashes, encodings, keys and signatures. Bytes are Lua strings of bytes.
-- What stands alone is a function; what has a key is a table of functions named as its algorithm.

local core = require "dstack.core"

local M = {}

for _, name in ipairs {
  "hex", "unhex", "base58", "unbase58", "base64", "unbase64", "base64url", "unbase64url",
  "hmac", "hkdf", "hasher", "random_bytes", "equal", "ecdsa_to_der", "ecdsa_from_der",
  "secp256k1", "ed25519", "x25519", "p256", "p384", "aes256_gcm",
} do
  M[name] = core[name]
end

for _, name in ipairs(core.hash_names) do
  local member = name:gsub("%-", "_")
  M[member] = function(data)
    if type(data) ~= "string" then
      core.raise(("%s: data: string expected, got %s"):format(member, type(data)))
    end
    return core.hash(name, data)
  end
end

return M
