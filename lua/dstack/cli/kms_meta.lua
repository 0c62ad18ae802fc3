local cli = require "dstack.cli"
local json = require "dstack.cli.json"
local kms = require "dstack.cli.kms"
local output = require "dstack.cli.output"

local M = {
  summary = "show what a KMS says it is",
  usage = "[--kms ADDR] [options]",
  words = {},
  options = cli.options(kms.options, output.options),
}

local function bootstrap_of(info)
  return info and json.object {
    { "ca_pubkey", info.ca_pubkey }, { "k256_pubkey", info.k256_pubkey },
    { "attestation", info.attestation },
  }
end

local function describe(client)
  local meta, message, code = client:get_meta()
  if not meta then
    return nil, message, code
  end
  return {
    { "k256_pubkey", meta.k256_pubkey, label = "root public key" },
    { "is_dev", meta.is_dev, label = "development" },
    { "allow_any_upgrade", meta.allow_any_upgrade },
    { "gateway_app_id", meta.gateway_app_id },
    { "kms_contract_address", meta.kms_contract_address, label = "contract" },
    { "chain_id", meta.chain_id },
    { "app_auth_implementation", meta.app_auth_implementation },
    { "bootstrap_info", bootstrap_of(meta.bootstrap_info), people = false },
    { "ca_cert", meta.ca_cert, people = false },
  }
end

function M.run(values)
  return kms.run(values, describe)
end

return M
