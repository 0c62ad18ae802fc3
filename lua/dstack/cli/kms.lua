-- What commands share that ask a KMS: which one, and whose word its keys are.

local agent = require "dstack.cli.agent"
local cli = require "dstack.cli"
local dstack = require "dstack"
local input = require "dstack.cli.input"

local M = {}

local ROOT_VARIABLE = "DSTACK_SIMULATOR_KMS_ROOT"

M.options = cli.options({
  { names = { "--kms" }, value = "ADDR", key = "kms",
    help = "http(s) URL or socket path of the KMS (default: $DSTACK_KMS_ENDPOINT)" },
  agent.timeout_option,
}, agent.trust_options)

M.root_option = { names = { "--kms-root" }, value = "HEX", key = "kms_root",
  help = "the KMS's root public key (default: $" .. ROOT_VARIABLE .. ")" }

-- How a key is proven.
M.proof_options = {
  M.root_option,
  { names = { "--max-age" }, value = "SECONDS", key = "max_age",
    help = "how old the KMS's signature may be (default: 300)" },
  { names = { "--allow-legacy" }, key = "allow_legacy",
    help = "take a KMS that signs no time, as those before 0.5.6" },
}

function M.open(values, timeout)
  return dstack.kms(agent.client_options(values.kms, values, timeout))
end

-- agent.run with a KMS.
function M.run(values, ask, ...)
  return agent.with(M.open, values, ask, ...)
end

-- The root key that the user trusts as hex text, and where it was found; false when there is none.
function M.root_text(values)
  local text = values.kms_root or os.getenv(ROOT_VARIABLE) or ""
  return text ~= "" and text, values.kms_root and "--kms-root" or "$" .. ROOT_VARIABLE
end

-- The same as bytes, false when there is none, or nil, message, code.
function M.root(values)
  local text, source = M.root_text(values)
  if not text then
    return false
  end
  return input.unhex_sized(text, source, 33, 65)
end

-- An application's id from hex text as bytes, or nil, message, code; likewise the public key that
-- its environment is sealed to.
function M.app_id(text, what)
  return input.unhex_sized(text, what, 20)
end

function M.public_key(text, what)
  return input.unhex_sized(text, what, 32)
end

-- The options of Kms:env_encrypt_key, but the signer. Returns nil, message, code for bad ones.
function M.proof(values)
  local max_age = values.max_age and tonumber(values.max_age:match "^%d+$")
  if values.max_age and not max_age then
    return nil, "--max-age: not a whole number of seconds: " .. values.max_age, "usage"
  end
  return { max_age = max_age, allow_legacy = values.allow_legacy }
end

return M
