local agent = require "dstack.cli.agent"
local cli = require "dstack.cli"
local core = require "dstack.core"
local dstack = require "dstack"
local kms = require "dstack.cli.kms"
local output = require "dstack.cli.output"
local variables = require "dstack.cli.variables"

local M = {
  summary = "seal environment variables so that one application can read them",
  usage = "[FILE] [--from-env VARIABLE]... (--app-id HEX | --key HEX) [options]",
  words = { "[FILE]" },
  options = cli.options({
    { names = { "--from-env" }, value = "VARIABLE", key = "from_env", list = true,
      help = "seal this variable of the command's own environment too; repeatable" },
    { names = { "--app-id" }, value = "HEX", key = "app_id",
      help = "the application: its key is asked of the KMS, and proven" },
    { names = { "--key" }, value = "HEX", key = "key",
      help = "the application's public key, when you have it from a source you trust" },
    { names = { "--allow-empty" }, key = "allow_empty",
      help = "seal no variable at all, which clears the environment" },
    { names = { "--dry-run" }, key = "dry_run",
      help = "check all, ask the KMS, show what would be sealed; seal and write nothing" },
  }, variables.options, output.file_options, kms.proof_options, kms.options, output.options),
}

local function check_options(values, words)
  if (values.app_id == nil) == (values.key == nil) then
    return nil, "one of these is wanted: --app-id HEX (and a KMS to ask), --key HEX", "usage"
  elseif not (words[1] or values.from_env or values.allow_empty) then
    return nil, "FILE is missing (- for the standard input), or --from-env VARIABLE", "usage"
  elseif values.dry_run and (values.raw or values.out) then
    return nil, "--dry-run writes nothing: leave -o and --raw", "usage"
  end
  return true
end

-- The hex of --key and --app-id as everybody writes it. Returns true, or nil, message, code.
local function check_hex(values)
  for name, parse in pairs { key = kms.public_key, app_id = kms.app_id } do
    local text = values[name]
    local bytes, message, code
    if text then
      bytes, message, code = parse(text, "--" .. name:gsub("_", "-"))
      if not bytes then
        return nil, message, code
      end
      values[name] = core.hex(bytes)
    end
  end
  return true
end

local function document_of(values, gathered, key, sealed)
  return {
    { "app_id", values.app_id },
    { "public_key", key.public_key },
    { "signer", key.signer, text = key.signer and "verified, " .. key.signer, style = "good" },
    variables.summary(gathered.list),
    { "encrypted_env", not values.dry_run and sealed or nil,
      text = values.dry_run and "" or values.out and ("%d bytes"):format(#sealed / 2) or sealed },
  }
end

-- Also what would only be shown is sealed, so that a dry run finds every mistake.
local function seal(values, gathered, key)
  local sealed, message, code = dstack.encrypt_env_vars(gathered.list, key.public_key, {
    allow_empty = values.allow_empty, allow_duplicates = values.allow_duplicates,
    allowed_envs = gathered.allowed,
  })
  if not sealed then
    return nil, message, code
  end
  variables.warn(gathered.warnings)
  return document_of(values, gathered, key, sealed),
    { bytes = core.unhex(sealed), mode = output.PRIVATE }
end

local function ask(client, values, gathered, proof)
  local key, message, code = client:env_encrypt_key(values.app_id, proof)
  if not key then
    return nil, message, code
  end
  return seal(values, gathered, key)
end

-- The key was given.
local function without_kms(values, gathered)
  local good, message, code = output.check(values)
  if not good then
    return nil, message, code
  end
  local document, product
  document, product, code = seal(values, gathered, { public_key = values.key })
  if not document then
    return nil, product, code
  end
  return output.finish(document, product, values)
end

-- What a key is proven with; or nil, message, code.
local function proof_of(values)
  local proof, message, code = kms.proof(values)
  if not proof then
    return nil, message, code
  end
  proof.signer, message, code = kms.root(values)
  if proof.signer == false then
    return nil, "--kms-root HEX is missing: the KMS's root public key, from a source you trust; "
      .. "a KMS could vouch for itself", "usage"
  elseif not proof.signer then
    return nil, message, code
  end
  return proof
end

function M.run(values, words)
  local good, message, code = check_options(values, words)
  if good then
    good, message, code = check_hex(values)
  end
  if not good then
    return nil, message, code
  end
  local proof
  if not values.key then
    proof, message, code = proof_of(values)
    if not proof then
      return nil, message, code
    end
  end
  local gathered
  gathered, message, code = variables.gather(words[1], values)
  if not gathered then
    return nil, message, code
  elseif not proof then
    return without_kms(values, gathered)
  end
  return agent.with(kms.open, values, ask, gathered, proof)
end

return M
