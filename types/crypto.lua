---@meta dstack.crypto

-- Cryptography for scripts. How errors are listed: types/dstack.lua. docs/crypto.md has the sizes in one table.
--
-- Every text and number goes in and out as bytes but where "text" or "hex" is said. Failures of every function here
-- may also be `memory` or `internal` (OpenSSL failed). Raised is a missing argument or one of another type.

---Cryptography for scripts. What stands alone is a function, what has a key is a table of functions. Hash functions
---take bytes and return the digest's bytes: SHA-2 (FIPS 180-4), SHA-3 (FIPS 202), and the original Keccak, as Ethereum
---uses it.
---Errors: memory; internal (OpenSSL failed)
---Raises: data is no string
---@class dstack.crypto
---@field sha256 fun(data: string): string 32 bytes
---@field sha384 fun(data: string): string 48 bytes
---@field sha512 fun(data: string): string 64 bytes
---@field sha3_256 fun(data: string): string 32 bytes
---@field sha3_384 fun(data: string): string 48 bytes
---@field sha3_512 fun(data: string): string 64 bytes
---@field keccak256 fun(data: string): string 32 bytes
---@field keccak384 fun(data: string): string 48 bytes
---@field keccak512 fun(data: string): string 64 bytes
---@field secp256k1 dstack.crypto.secp256k1 ECDSA on Ethereum's and dstack's curve
---@field ed25519 dstack.crypto.ed25519 signatures (RFC 8032)
---@field x25519 dstack.crypto.x25519 key agreement (RFC 7748)
---@field p256 dstack.crypto.p256 ECDSA on P-256, verification
---@field p384 dstack.crypto.p384 ECDSA on P-384, verification
---@field aes256_gcm dstack.crypto.aes256_gcm authenticated encryption (SP 800-38D)
local crypto = {}

-- Encodings ---------------------------------------------------------------------------------------

---Bytes as hex.
---Errors: memory
---Raises: bytes is no string
---@param bytes string
---@return string? hex, string? message, dstack.code? code
function crypto.hex(bytes) end

---Hex as bytes. Takes digits of either case, without 0x.
---Errors: invalid (an odd number of digits, or a character that is none); memory
---Raises: text is no string
---@param text string
---@return string? bytes, string? message, dstack.code? code
function crypto.unhex(text) end

---Bytes as base58 in Bitcoin's alphabet, which Solana and IPFS use too; no checksum.
---Errors: too_large (more than 2048 bytes); memory
---Raises: bytes is no string
---@param bytes string
---@return string? text, string? message, dstack.code? code
function crypto.base58(bytes) end

---Base58 as bytes.
---Errors: invalid (a character that is no digit); too_large (more than 2048 bytes); memory
---Raises: text is no string
---@param text string
---@return string? bytes, string? message, dstack.code? code
function crypto.unbase58(text) end

---Bytes as base64 with padding (RFC 4648, section 4), in one line.
---Errors: memory
---Raises: bytes is no string
---@param bytes string
---@return string? text, string? message, dstack.code? code
function crypto.base64(bytes) end

---Base64 as bytes. Takes only what `base64` writes: padded, no blanks or line ends, no bits behind the last byte.
---Errors: invalid (anything else); memory
---Raises: text is no string
---@param text string
---@return string? bytes, string? message, dstack.code? code
function crypto.unbase64(text) end

---Bytes as base64url without padding (RFC 4648, section 5, as in RFC 7515).
---Errors: memory
---Raises: bytes is no string
---@param bytes string
---@return string? text, string? message, dstack.code? code
function crypto.base64url(bytes) end

---Base64url as bytes. Takes only what `base64url` writes: no padding, no blanks, no bits behind the last byte.
---Errors: invalid (anything else); memory
---Raises: text is no string
---@param text string
---@return string? bytes, string? message, dstack.code? code
function crypto.unbase64url(text) end

-- Hashes in steps, MACs, keys from keys -----------------------------------------------------------

---@alias dstack.hash
---| "sha256"
---| "sha384"
---| "sha512"
---| "sha3-256"
---| "sha3-384"
---| "sha3-512"
---| "keccak256"
---| "keccak384"
---| "keccak512"

---@alias dstack.sha2
---| "sha256"
---| "sha384"
---| "sha512"

---A hash in steps: `crypto.hasher("sha256"):update(a):update(b):digest()`.
---Errors: invalid (no such hash); memory; internal
---Raises: name is no string
---@param name dstack.hash
---@return dstack.Hasher? hasher, string? message, dstack.code? code
function crypto.hasher(name) end

---What `crypto.hasher` returns. It wipes its state when it is closed or collected.
---@class dstack.Hasher
local Hasher = {}

---Adds bytes. Returns the hasher itself.
---Errors: invalid (it was closed); internal
---Raises: called without a colon; bytes is no string
---@param bytes string
---@return dstack.Hasher? hasher, string? message, dstack.code? code
function Hasher:update(bytes) end

---The digest of all bytes so far; more may be added afterwards.
---Errors: invalid (it was closed); memory; internal
---Raises: called without a colon
---@return string? digest, string? message, dstack.code? code
function Hasher:digest() end

---Wipes it. Harmless when repeated.
---Errors: none
---Raises: called without a colon
function Hasher:close() end

---HMAC (RFC 2104, FIPS 198-1). Compare with `equal`.
---Errors: invalid (no such hash); memory; internal
---Raises: an argument is missing or no string
---@param hash dstack.sha2
---@param key string of any length
---@param data string
---@return string? mac, string? message, dstack.code? code
function crypto.hmac(hash, key, data) end

---HKDF (RFC 5869), extract and expand.
---Errors: invalid (no such hash; length is no integer of 0 to 255 digests); memory; internal
---Raises: an argument is missing or of another type
---@param hash dstack.sha2
---@param key string the input keying material
---@param salt? string default: none, which is as good as a digest's length of zeros
---@param info? string default: none
---@param length integer bytes wanted
---@return string? bytes, string? message, dstack.code? code
function crypto.hkdf(hash, key, salt, info, length) end

---Random bytes fit for keys, from OpenSSL's generator.
---Errors: invalid (n is no integer of 0 to 1048576); memory; internal
---Raises: n is no number
---@param n integer
---@return string? bytes, string? message, dstack.code? code
function crypto.random_bytes(n) end

---Whether two strings are the same, in a time that tells their lengths and nothing else: for MACs and secrets.
---Errors: none
---Raises: an argument is missing or no string
---@param a string
---@param b string
---@return boolean same
function crypto.equal(a, b) end

---An ECDSA signature as DER (Ecdsa-Sig-Value, RFC 3279), of any curve with numbers of 32 or 48 bytes.
---Errors: invalid (neither 64 nor 96 bytes)
---Raises: signature is no string
---@param signature string r and s
---@return string? der, string? message, dstack.code? code
function crypto.ecdsa_to_der(signature) end

---The r and s of an ECDSA signature in DER. Takes shortest lengths and numbers only, and nothing behind them.
---Errors: invalid (anything else; numbers that need more than `bytes`; bytes is neither 64 nor 96)
---Raises: der is no string; bytes is no number
---@param der string
---@param bytes? integer of the signature wanted: 64, the default, or 96 for P-384
---@return string? signature, string? message, dstack.code? code
function crypto.ecdsa_from_der(der, bytes) end

-- secp256k1 ---------------------------------------------------------------------------------------

---ECDSA on secp256k1 (SEC 2). What is signed is a hash of 32 bytes: keccak256 or sha256, as the protocol says. Public
---keys are points as SEC 1 writes them, 33 or 65 bytes. Signatures made have a low s, at most half the order; others'
---with a high s, which is a second valid signature made out of the first without the key, are refused unless
---allow_high_s says otherwise.
---@class dstack.crypto.secp256k1
local secp256k1 = {}

---A key as an object, which wipes the bytes when it is closed or collected, and prints the public key only.
---Errors: invalid (not 32 bytes; zero, or not below the order of the curve); memory; internal
---Raises: bytes is no string
---@param bytes string 32 bytes
---@return dstack.Secp256k1Key? key, string? message, dstack.code? code
function secp256k1.key(bytes) end

---A new random key.
---Errors: memory; internal
---@return dstack.Secp256k1Key? key, string? message, dstack.code? code
function secp256k1.generate() end

---Whether bytes are a key: 32 bytes, a number from 1 to the order of the curve less 1. Returns the bytes.
---Errors: invalid (they are none); memory; internal
---Raises: bytes is no string
---@param bytes string
---@return string? bytes, string? message, dstack.code? code
function secp256k1.check_key(bytes) end

---The public key, compressed.
---Errors: invalid (key is none, or closed); memory; internal
---Raises: key is neither a string nor a secp256k1 key
---@param key string|dstack.Secp256k1Key 32 bytes, or an object
---@return string? public_key, string? message, dstack.code? code
function secp256k1.public_key(key) end

---A public key in 33 bytes.
---Errors: invalid (not 33 or 65 bytes, or no point of the curve); memory; internal
---Raises: public_key is no string
---@param public_key string
---@return string? compressed, string? message, dstack.code? code
function secp256k1.compress(public_key) end

---A public key in 65 bytes: 04, x, y.
---Errors: invalid (not 33 or 65 bytes, or no point of the curve); memory; internal
---Raises: public_key is no string
---@param public_key string
---@return string? uncompressed, string? message, dstack.code? code
function secp256k1.decompress(public_key) end

---Signs a hash. The nonce is that of RFC 6979, so the same input always gives the same bytes.
---Returns r and s, 64 bytes, low s.
---Errors: invalid (key is none, or closed; hash is not 32 bytes); memory; internal
---Raises: an argument is missing or of another type
---@param key string|dstack.Secp256k1Key 32 bytes, or an object
---@param hash string 32 bytes
---@return string? signature, string? message, dstack.code? code
function secp256k1.sign(key, hash) end

---Signs likewise; the 65th byte says which of the possible public keys is meant.
---Returns r, s and v, 65 bytes; v is 0 to 3, not 27 or 28.
---Errors: invalid (key is none, or closed; hash is not 32 bytes); memory; internal
---Raises: an argument is missing or of another type
---@param key string|dstack.Secp256k1Key 32 bytes, or an object
---@param hash string 32 bytes
---@return string? signature, string? message, dstack.code? code
function secp256k1.sign_recoverable(key, hash) end

---@class dstack.Secp256k1VerifyOptions
---@field allow_high_s? boolean take the other of two signatures too; default false
---@field encoding? "raw"|"der" the form of the signature; default raw: r and s

---Whether a signature is by this key over this hash.
---Errors: invalid (a length, the public key, or r or s is out of range); verify (it is not, or has a high s); memory
---Errors: internal
---Raises: an argument is missing or of another type; an option does not exist
---@param public_key string 33 or 65 bytes
---@param hash string 32 bytes
---@param signature string 64 bytes, or DER where the option says so
---@param options? dstack.Secp256k1VerifyOptions
---@return true? verified, string? message, dstack.code? code
function secp256k1.verify(public_key, hash, signature, options) end

---@class dstack.Secp256k1RecoverOptions
---@field allow_high_s? boolean take the other of two signatures too; default false

---The public key that a signature was made with. That proves nothing until it is compared with one you trust: nearly
---every signature leads to some key. Returns 33 bytes.
---Errors: invalid (a length, or r, s or v is out of range); verify (a high s, or no key fits); memory; internal
---Raises: an argument is missing or of another type; an option does not exist
---@param hash string 32 bytes
---@param signature string r, s and v, 65 bytes; v is 0 to 3
---@param options? dstack.Secp256k1RecoverOptions
---@return string? public_key, string? message, dstack.code? code
function secp256k1.recover(hash, signature, options) end

---The same signature with a low s, as long as the one given; v, where there is one, follows.
---Errors: invalid (neither 64 nor 65 bytes; r or s is out of range); memory; internal
---Raises: signature is no string
---@param signature string 64 or 65 bytes
---@return string? signature, string? message, dstack.code? code
function secp256k1.normalize(signature) end

---A secret key. Its methods are the functions of dstack.crypto.secp256k1 that take a key first.
---@class dstack.Secp256k1Key
local Secp256k1Key = {}

---The public key, compressed. Returns 33 bytes.
---Errors: invalid (the key was closed)
---Raises: called without a colon
---@return string? public_key, string? message, dstack.code? code
function Secp256k1Key:public_key() end

---As crypto.secp256k1.sign.
---Errors: invalid (the key was closed; hash is not 32 bytes); memory; internal
---Raises: called without a colon; hash is no string
---@param hash string 32 bytes
---@return string? signature, string? message, dstack.code? code
function Secp256k1Key:sign(hash) end

---As crypto.secp256k1.sign_recoverable.
---Errors: invalid (the key was closed; hash is not 32 bytes); memory; internal
---Raises: called without a colon; hash is no string
---@param hash string 32 bytes
---@return string? signature, string? message, dstack.code? code
function Secp256k1Key:sign_recoverable(hash) end

---The key itself, as a Lua string, which nobody can wipe. Returns 32 bytes.
---Errors: invalid (the key was closed)
---Raises: called without a colon
---@return string? bytes, string? message, dstack.code? code
function Secp256k1Key:secret_bytes() end

---Wipes the key. Harmless when repeated.
---Errors: none
---Raises: called without a colon
function Secp256k1Key:close() end

-- Ed25519 -----------------------------------------------------------------------------------------

---Ed25519 (RFC 8032, pure). A key is a seed of 32 bytes.
---@class dstack.crypto.ed25519
local ed25519 = {}

---A key as an object, which wipes the bytes when it is closed or collected, and prints the public key only. It signs in
---half the time that bytes need.
---Errors: invalid (not 32 bytes); memory; internal
---Raises: bytes is no string
---@param bytes string 32 bytes, any
---@return dstack.Ed25519Key? key, string? message, dstack.code? code
function ed25519.key(bytes) end

---A new random key.
---Errors: memory; internal
---@return dstack.Ed25519Key? key, string? message, dstack.code? code
function ed25519.generate() end

---The public key. Returns 32 bytes.
---Errors: invalid (key is not 32 bytes, or closed); internal
---Raises: key is neither a string nor an ed25519 key
---@param key string|dstack.Ed25519Key 32 bytes, or an object
---@return string? public_key, string? message, dstack.code? code
function ed25519.public_key(key) end

---Signs a message. Returns 64 bytes.
---Errors: invalid (key is not 32 bytes, or closed); internal
---Raises: an argument is missing or of another type
---@param key string|dstack.Ed25519Key 32 bytes, or an object
---@param message string
---@return string? signature, string? message, dstack.code? code
function ed25519.sign(key, message) end

---Whether a signature is by this key over this message. Without the cofactor, S below the order.
---Errors: invalid (a length; public_key is of low order, so that anybody can sign by it); internal
---Errors: verify (it is not, or the key is no point)
---Raises: an argument is missing or no string
---@param public_key string 32 bytes
---@param message string
---@param signature string 64 bytes
---@return true? verified, string? message, dstack.code? code
function ed25519.verify(public_key, message, signature) end

---A secret key. Its methods are the functions of dstack.crypto.ed25519 that take a key first.
---@class dstack.Ed25519Key
local Ed25519Key = {}

---The public key. Returns 32 bytes.
---Errors: invalid (the key was closed)
---Raises: called without a colon
---@return string? public_key, string? message, dstack.code? code
function Ed25519Key:public_key() end

---As crypto.ed25519.sign. Returns 64 bytes.
---Errors: invalid (the key was closed); internal
---Raises: called without a colon; message is no string
---@param message string
---@return string? signature, string? message, dstack.code? code
function Ed25519Key:sign(message) end

---The key itself, as a Lua string, which nobody can wipe. Returns 32 bytes.
---Errors: invalid (the key was closed)
---Raises: called without a colon
---@return string? bytes, string? message, dstack.code? code
function Ed25519Key:secret_bytes() end

---Wipes the key. Harmless when repeated.
---Errors: none
---Raises: called without a colon
function Ed25519Key:close() end

-- X25519 ------------------------------------------------------------------------------------------

---X25519 (RFC 7748). Keys are 32 bytes, any; clamping is done at every use.
---@class dstack.crypto.x25519
local x25519 = {}

---A key as an object, which wipes the bytes when it is closed or collected, and prints the public key only.
---Errors: invalid (not 32 bytes); memory; internal
---Raises: bytes is no string
---@param bytes string 32 bytes, any
---@return dstack.X25519Key? key, string? message, dstack.code? code
function x25519.key(bytes) end

---A new random key.
---Errors: memory; internal
---@return dstack.X25519Key? key, string? message, dstack.code? code
function x25519.generate() end

---The public key. Returns 32 bytes.
---Errors: invalid (key is not 32 bytes, or closed); internal
---Raises: key is neither a string nor an x25519 key
---@param key string|dstack.X25519Key 32 bytes, or an object
---@return string? public_key, string? message, dstack.code? code
function x25519.public_key(key) end

---What both sides can compute. It is no key yet: derive one, as with crypto.hkdf, from it and both public keys.
---Returns 32 bytes.
---Errors: invalid (a length; public_key is of low order, so that all would agree on zeros); internal
---Raises: an argument is missing or of another type
---@param key string|dstack.X25519Key 32 bytes, or an object
---@param public_key string the other side's, 32 bytes
---@return string? shared, string? message, dstack.code? code
function x25519.shared_secret(key, public_key) end

---A secret key. Its methods are the functions of dstack.crypto.x25519 that take a key first.
---@class dstack.X25519Key
local X25519Key = {}

---The public key. Returns 32 bytes.
---Errors: invalid (the key was closed)
---Raises: called without a colon
---@return string? public_key, string? message, dstack.code? code
function X25519Key:public_key() end

---As crypto.x25519.shared_secret. Returns 32 bytes.
---Errors: invalid (the key was closed; public_key is not 32 bytes or of low order); internal
---Raises: called without a colon; public_key is no string
---@param public_key string the other side's, 32 bytes
---@return string? shared, string? message, dstack.code? code
function X25519Key:shared_secret(public_key) end

---The key itself, as a Lua string, which nobody can wipe. Returns 32 bytes.
---Errors: invalid (the key was closed)
---Raises: called without a colon
---@return string? bytes, string? message, dstack.code? code
function X25519Key:secret_bytes() end

---Wipes the key. Harmless when repeated.
---Errors: none
---Raises: called without a colon
function X25519Key:close() end

-- P-256 and P-384 ---------------------------------------------------------------------------------

---@class dstack.EcdsaVerifyOptions
---@field encoding? "raw"|"der" the form of the signature; default raw: r and s
---@field hash? dstack.sha2 default: the curve's own, sha256 for P-256 and sha384 for P-384

---ECDSA on P-256 (secp256r1, FIPS 186-4).
---@class dstack.crypto.p256
local p256 = {}

---Whether a signature is by this key over this message, which is hashed. A high s is as good as a low one here, as
---X.509 has it.
---Errors: invalid (a length, the key, the form of the signature, an option's value); verify (it is not); internal
---Raises: an argument is missing or of another type; an option does not exist
---@param public_key string a point of 33 or 65 bytes as SEC 1 writes it, or its SubjectPublicKeyInfo in DER
---@param message string
---@param signature string 64 bytes, or DER where the option says so
---@param options? dstack.EcdsaVerifyOptions
---@return true? verified, string? message, dstack.code? code
function p256.verify(public_key, message, signature, options) end

---ECDSA on P-384 (secp384r1, FIPS 186-4).
---@class dstack.crypto.p384
local p384 = {}

---As crypto.p256.verify, with sha384.
---Errors: invalid (a length, the key, the form of the signature, an option's value); verify (it is not); internal
---Raises: an argument is missing or of another type; an option does not exist
---@param public_key string a point of 49 or 97 bytes as SEC 1 writes it, or its SubjectPublicKeyInfo in DER
---@param message string
---@param signature string 96 bytes, or DER where the option says so
---@param options? dstack.EcdsaVerifyOptions
---@return true? verified, string? message, dstack.code? code
function p384.verify(public_key, message, signature, options) end

-- AES-256-GCM -------------------------------------------------------------------------------------

---AES-256-GCM (NIST SP 800-38D). A nonce of 12 bytes never serves one key twice: take it from crypto.random_bytes, or
---count.
---@class dstack.crypto.aes256_gcm
local aes256_gcm = {}

---A key as an object, which wipes the bytes when it is closed or collected.
---Errors: invalid (not 32 bytes); memory
---Raises: bytes is no string
---@param bytes string 32 bytes, any
---@return dstack.Aes256GcmKey? key, string? message, dstack.code? code
function aes256_gcm.key(bytes) end

---A new random key.
---Errors: memory; internal
---@return dstack.Aes256GcmKey? key, string? message, dstack.code? code
function aes256_gcm.generate() end

---Encrypts. Returns the ciphertext, as long as the text, and the tag of 16 bytes.
---Errors: invalid (key or nonce has another length, or the key was closed); too_large (over 1 GiB); memory; internal
---Raises: an argument is missing or of another type
---@param key string|dstack.Aes256GcmKey 32 bytes, or an object
---@param nonce string 12 bytes
---@param plaintext string
---@param aad? string what is protected but not encrypted; default: none
---@return string? sealed, string? message, dstack.code? code
function aes256_gcm.seal(key, nonce, plaintext, aad) end

---Decrypts what seal made.
---Errors: invalid (key or nonce has another length, the key was closed, sealed has less than 16 bytes)
---Errors: verify (key, nonce or aad are others, or a bit of what was sealed was changed); too_large; memory; internal
---Raises: an argument is missing or of another type
---@param key string|dstack.Aes256GcmKey 32 bytes, or an object
---@param nonce string 12 bytes
---@param sealed string ciphertext and tag
---@param aad? string as at sealing
---@return string? plaintext, string? message, dstack.code? code
function aes256_gcm.open(key, nonce, sealed, aad) end

---A secret key. Its methods are the functions of dstack.crypto.aes256_gcm that take a key first.
---@class dstack.Aes256GcmKey
local Aes256GcmKey = {}

---As crypto.aes256_gcm.seal.
---Errors: invalid (the key was closed; nonce is not 12 bytes); too_large; memory; internal
---Raises: called without a colon; an argument is missing or no string
---@param nonce string 12 bytes
---@param plaintext string
---@param aad? string
---@return string? sealed, string? message, dstack.code? code
function Aes256GcmKey:seal(nonce, plaintext, aad) end

---As crypto.aes256_gcm.open.
---Errors: invalid (the key was closed; a length); verify (anything is another than at sealing); too_large; memory
---Errors: internal
---Raises: called without a colon; an argument is missing or no string
---@param nonce string 12 bytes
---@param sealed string
---@param aad? string
---@return string? plaintext, string? message, dstack.code? code
function Aes256GcmKey:open(nonce, sealed, aad) end

---The key itself, as a Lua string, which nobody can wipe. Returns 32 bytes.
---Errors: invalid (the key was closed)
---Raises: called without a colon
---@return string? bytes, string? message, dstack.code? code
function Aes256GcmKey:secret_bytes() end

---Wipes the key. Harmless when repeated.
---Errors: none
---Raises: called without a colon
function Aes256GcmKey:close() end

return crypto
