---@meta dstack.env

-- Encrypted environments. How errors are listed: types/dstack.lua; the whole way: docs/deploy.md.

---@class dstack
---@field EnvVar EnvVarClass makes variables
---@field env_file dstack.env_file files of variables
local dstack = {}

---Makes a variable: `dstack.EnvVar(key, value)` or `dstack.EnvVar{key=, value=}`. tostring hides the value.
---Errors: none
---Raises: key or value is no string
---@class EnvVarClass
---@overload fun(key: string, value: string): EnvVar

---A variable of an environment.
---@class EnvVar
---@field key string
---@field value string
---@field line? integer where a file has it

---@class EncryptEnvOptions
---@field allow_empty? boolean seal an empty set, which clears the environment
---@field allow_duplicates? boolean take a name twice: the guest takes the later value
---@field allowed_envs? string[] the compose file's list: another name is an error, since the guest would leave it out

---Seals variables so that one application can read them: JSON, X25519 (RFC 7748) with a fresh key, AES-256-GCM. A
---guest boots with all of them or not at all, so what it would refuse is refused here: over 1024 variables, names
---over 255 bytes or not of the form [A-Za-z_][A-Za-z0-9_]*, values over 131072 bytes, 1 MiB in total, 256 KiB
---sealed. Prove the key first: verify_env_encrypt_public_key, or Kms:env_encrypt_key.
---Errors: invalid (no variables; a name twice, not of that form or not in allowed_envs; something too long)
---Errors: invalid (a value with NUL, or not UTF-8; the key is not 32 bytes, or of low order)
---Errors: memory; internal (OpenSSL failed)
---Raises: envs is neither a list of variables nor a map of strings; the key is no string; an option does not exist or has another type
---@param envs EnvVar[]|table<string, string> a list keeps its order, a map is sorted by name
---@param public_key_hex string of the application, with or without 0x; 32 bytes are taken too
---@param options? EncryptEnvOptions
---@return string? hex, string? message, dstack.code? code
function dstack.encrypt_env_vars(envs, public_key_hex, options) end

---@class DecryptEnvOptions
---@field allowed_envs? string[] give what the guest makes of it: names in this list, sorted, the later of duplicates

---Opens what encrypt_env_vars made, for tests and tools: only the application and its KMS have the key.
---Errors: invalid (too short or too long; the key is not 32 bytes, or closed; what is sealed is no such JSON, or would stop the guest's boot)
---Errors: verify (it was sealed to another key, or changed); too_large (over a million JSON values); memory
---Errors: internal (OpenSSL failed)
---Raises: encrypted is no string, the key is neither one nor an X25519 key; an option does not exist or has another type
---@param encrypted string hex, or bytes as a guest's `.encrypted-env` has them
---@param secret_key dstack.X25519Key|string a key of dstack.crypto.x25519, 32 bytes or their hex
---@param options? DecryptEnvOptions
---@return EnvVar[]? envs, string? message, dstack.code? code
function dstack.decrypt_env_vars(encrypted, secret_key, options) end

---@class VerifyEnvKeyOptions
---@field timestamp? integer Unix seconds, from the KMS's answer: the signature is `signature_v1`, which covers it, and must be fresh; without it the signature is the older `signature`, which anybody may replay
---@field max_age? integer seconds that a signature may be old, default 300; up to 60 in the future are taken
---@field signer? string the KMS's root key, 33 or 65 bytes or their hex: another signer is an error
---@field now? integer Unix seconds, default the clock's

---Finds out whose word it is that environments of an application be sealed to this key: recovers the secp256k1 key
---(SEC 1, 4.1.6) that signed with Keccak-256. **Without `signer` that is recovered, not trusted**: nearly every
---signature leads to some key, and a wrong app id, key or timestamp to another one. Compare it with the KMS's root key
---from a source that you trust. A high s is refused.
---Errors: invalid (a length is wrong, hex is malformed, signer is no key; max_age or now without timestamp)
---Errors: verify (nobody's signature, another signer's, or not fresh); internal (Keccak failed)
---Raises: public_key, signature or app_id is no string; an option does not exist or has another type
---@param public_key string 32 bytes, or their hex
---@param signature string 65 bytes, or their hex: r, s, v of 0 to 3
---@param app_id string hex, with or without 0x; 20 bytes are taken too
---@param options? VerifyEnvKeyOptions
---@return string? signer 33 bytes, the compressed point
---@return string? message
---@return dstack.code? code
function dstack.verify_env_encrypt_public_key(public_key, signature, app_id, options) end

---Files of variables, NAME=value a line. docs/deploy.md has the grammar.
---@class dstack.env_file
local env_file = {}

---@class EnvFileOptions
---@field allow_empty? boolean take a file without variables
---@field allow_duplicates? boolean take a name twice

---@class EnvFileWarning
---@field line? integer
---@field key string
---@field text string the whole of it, without the value

---Reads the text of a file. Nothing is guessed: each line is a variable, a comment, or an error that names the line
---and shows nothing of it. The warnings are of values that the guest's own environment file would damage.
---Errors: invalid (a line is wrong, a name is set twice, there is no variable, or encrypt_env_vars would refuse one); memory
---Raises: text is no string; an option does not exist or has another type
---@param text string
---@param options? EnvFileOptions
---@return EnvVar[]? envs in the file's order, each with its line
---@return EnvFileWarning[]|string warnings the message, when it failed
---@return dstack.code? code
function env_file.parse(text, options) end

---The warnings alone, of variables that parse gave.
---Errors: none
---Raises: list is no table
---@param list EnvVar[]
---@return EnvFileWarning[]
function env_file.warnings(list) end

return dstack
