local agent = require "dstack.cli.agent"
local cli = require "dstack.cli"
local core = require "dstack.core"
local input = require "dstack.cli.input"
local json = require "dstack.cli.json"
local output = require "dstack.cli.output"

local ROOT_VARIABLE = "DSTACK_SIMULATOR_KMS_ROOT"

local M = {
  summary = "derive a key: show its public half and what vouches for it",
  usage = "PATH [--purpose TEXT] [--algorithm NAME] [--app-id HEX --kms-root HEX] [options]",
  words = { "PATH" },
  options = cli.options({
    { names = { "--purpose", "-p" }, value = "TEXT", key = "purpose",
      help = "goes into the signature chain, not into the key (default: empty)" },
    { names = { "--algorithm", "-a" }, value = "NAME", key = "algorithm",
      help = "secp256k1 (default) or ed25519" },
    { names = { "--verify" }, key = "verify",
      help = "check the signature chain; so do the two options below" },
    { names = { "--app-id" }, value = "HEX", key = "app_id", help = "the app you mean" },
    { names = { "--kms-root" }, value = "HEX", key = "kms_root",
      help = "the KMS's root public key (default: $" .. ROOT_VARIABLE .. ")" },
    { names = { "--reveal" }, key = "reveal", help = "print the private key" },
  }, output.file_options, agent.options, output.options),
}

-- What a chain is checked against comes from the user: an agent could vouch for itself. Returns a
-- table, false when no check is wanted, or nil, message, code.
local function anchors_of(values)
  if not (values.verify or values.app_id or values.kms_root) then
    return false
  end
  local root = values.kms_root or os.getenv(ROOT_VARIABLE) or ""
  if root == "" then
    return nil, "--verify wants --kms-root HEX, from a source you trust: the KMS's contract, say",
      "usage"
  elseif not values.app_id then
    return nil, "--verify wants --app-id HEX, the app you mean, not what the agent says it is",
      "usage"
  end
  local app_id, message, code = input.unhex(values.app_id, "--app-id")
  if not app_id then
    return nil, message, code
  end
  return { app_id = values.app_id, kms_root = root }
end

local function describe(key, values, app_root)
  local public, message, code = key:public_key()
  if not public then
    return nil, message, code
  end
  return {
    { "path", key.request.path },
    { "purpose", key.request.purpose },
    { "algorithm", key.request.algorithm },
    { "public_key", public },
    { "signature_chain", json.array(key.signature_chain) },
    { "app_root", app_root, text = app_root and "verified, " .. app_root, style = "good" },
    { "key", values.reveal and key.key, label = "private key", style = "secret" },
  }
end

local function derive(client, values, path, anchors)
  local key, message, code = client:get_key(path, values.purpose, values.algorithm)
  if not key then
    return nil, message, code
  end
  local app_root
  if anchors then
    app_root, message, code = key:verify_chain(anchors)
    if not app_root then
      return nil, message, code
    end
  end
  local document
  document, message, code = describe(key, values, app_root)
  if not document then
    return nil, message, code
  end
  return document, { bytes = core.unhex(key.key), mode = output.PRIVATE }
end

function M.run(values, words)
  local anchors, message, code = anchors_of(values)
  if anchors == nil then
    return nil, message, code
  elseif values.raw and not values.out and not values.reveal then
    return nil, "--raw would print the private key: add --reveal, or -o FILE", "usage"
  end
  return agent.run(values, derive, words[1], anchors)
end

return M
