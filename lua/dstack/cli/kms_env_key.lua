local cli = require "dstack.cli"
local core = require "dstack.core"
local kms = require "dstack.cli.kms"
local output = require "dstack.cli.output"
local prove = require("dstack.kms").prove

local M = {
  summary = "get the key that an application's environment is sealed to",
  usage = "APP_ID [--kms ADDR] [--kms-root HEX] [options]",
  words = { "APP_ID" },
  options = cli.options(output.file_options, kms.proof_options, kms.options, output.options),
}

-- Who signed, without a root to compare with. Returns the reply, or nil, message, code.
local function recover(client, app_id)
  local reply, message, code = client:get_app_env_encrypt_pub_key(app_id)
  if not reply then
    return nil, message, code
  end
  return prove(reply, app_id, { allow_legacy = true, now = reply.timestamp })
end

local function get(client, _, app_id, root, proof)
  local reply, message, code
  if root then
    proof.signer = root
    reply, message, code = client:env_encrypt_key(app_id, proof)
  else
    reply, message, code = recover(client, app_id)
  end
  if not reply then
    return nil, message, code
  end
  local timely = reply.timestamp ~= 0
  return {
    { "app_id", core.hex(app_id) },
    { "public_key", reply.public_key },
    { "signer", reply.signer, style = root and "good" or nil,
      text = (root and "verified, " or "recovered, not trusted: ") .. reply.signer },
    { "trusted", root and true or false, people = false },
    { "form", reply.form },
    { "timestamp", timely and reply.timestamp or nil,
      text = timely and os.date("!%Y-%m-%d %H:%M:%S UTC", reply.timestamp) or "" },
  }, { bytes = core.unhex(reply.public_key), mode = output.PUBLIC }
end

function M.run(values, words)
  local root, proof
  local app_id, message, code = kms.app_id(words[1], "APP_ID")
  if app_id then
    root, message, code = kms.root(values)
  end
  if root == nil then
    return nil, message, code
  end
  proof, message, code = kms.proof(values)
  if not proof then
    return nil, message, code
  elseif not root then
    cli.note "no --kms-root: who signed is shown, and nothing is proven"
  end
  return kms.run(values, get, app_id, root, proof)
end

return M
