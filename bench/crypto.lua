-- dstack.crypto from a script, beside the bare primitives of OpenSSL and libsecp256k1 in C: see
-- ratio.lua. Keccak-256, which OpenSSL 3.0 does not have, is measured by its SHA3-256: the same
-- permutation, another padding.
-- usage: dstack-lua crypto.lua BARE

local crypto = require("dstack").crypto

local mib, hash = ("\0"):rep(1048576), crypto.sha256 "message"
local key, seed = crypto.secp256k1.generate(), crypto.ed25519.generate()
local public, signature = key:public_key(), key:sign(hash)
local secret, theirs = crypto.x25519.generate(), crypto.x25519.generate():public_key()
local box, nonce = crypto.aes256_gcm.generate(), crypto.random_bytes(12)

local rows = {
  { "keccak256 1 MiB", "sha3_256", 20, function() return crypto.keccak256(mib) end },
  { "sha3_256 1 MiB", "sha3_256", 20, function() return crypto.sha3_256(mib) end },
  { "sha256 1 MiB", "sha256", 20, function() return crypto.sha256(mib) end },
  { "aes256_gcm.seal 1 MiB", "aes256_gcm.seal", 20, function() return box:seal(nonce, mib) end },
  { "secp256k1.sign", "secp256k1.sign", 500, function() return key:sign(hash) end },
  { "secp256k1.sign_recoverable", "secp256k1.sign_recoverable", 500,
    function() return key:sign_recoverable(hash) end },
  { "secp256k1.verify", "secp256k1.verify", 500,
    function() return crypto.secp256k1.verify(public, hash, signature) end },
  { "ed25519.sign", "ed25519.sign", 500, function() return seed:sign(hash) end },
  { "x25519.shared_secret", "x25519.shared_secret", 500,
    function() return secret:shared_secret(theirs) end },
}

require "ratio"("crypto", arg[1], rows)
