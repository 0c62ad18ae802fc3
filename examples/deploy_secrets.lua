-- Sealing an application's secrets before it is deployed: its key from a KMS, proven, then sealed.
--
--   dstack-lua --simulator examples/deploy_secrets.lua                  (anywhere)
--   KMS_ROOT=... APP_ID=... dstack-lua examples/deploy_secrets.lua URL  (with a KMS or a VMM)

local dstack = require "dstack"

-- The secrets: from a file, a list or a map; never from the command line, where others see them.
local env_vars = assert(dstack.env_file.parse [[
# NAME=value a line; quotes where a value needs them
export DATABASE_URL=postgresql://user:pass@host:5432/db
API_SECRET_KEY='your-secret-key'
WALLET_MNEMONIC="abandon abandon abandon ..."
]])

-- Which application, and whose word counts: both from a source you trust, such as the KMS's
-- contract. The simulator announces its own.
local app_id = os.getenv "APP_ID" or "9b03ddc97765307811009aa8f7948349e602ba31"
local kms_root = assert(os.getenv "KMS_ROOT" or os.getenv "DSTACK_SIMULATOR_KMS_ROOT",
  "set KMS_ROOT to your KMS's root public key in hex")

-- The key, which the KMS with that root has signed for this application just now.
local kms = assert(dstack.kms(arg and arg[1]))
local key = assert(kms:env_encrypt_key(app_id, { signer = kms_root }))
kms:close()
print("Verified KMS public key: " .. key.signer)

-- A guest takes only the names that its compose file allows; it leaves others out without a word.
local allowed_envs = { "DATABASE_URL", "API_SECRET_KEY", "WALLET_MNEMONIC" }
local encrypted_env = assert(dstack.encrypt_env_vars(env_vars, key.public_key,
  { allowed_envs = allowed_envs }))
print(("Encrypted payload: %s... (%d bytes)"):format(encrypted_env:sub(1, 64), #encrypted_env / 2))

-- What goes to the VMM beside the compose file. Nobody on the way can read it.
local request = { app_id = app_id, encrypted_env = encrypted_env }
assert(#request.encrypted_env > 120)
