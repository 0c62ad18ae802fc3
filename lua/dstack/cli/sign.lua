local agent = require "dstack.cli.agent"
local cli = require "dstack.cli"
local core = require "dstack.core"
local input = require "dstack.cli.input"
local json = require "dstack.cli.json"
local output = require "dstack.cli.output"

local PREHASHED, DIGEST = "secp256k1_prehashed", 32

local M = {
  summary = "sign data with the application's signing key",
  usage = "--algorithm NAME [FILE | --hex HEX] [options]",
  words = { "[FILE]" },
  not_v1 = "v1 signs nothing: sign with a key that dstack-lua key --api v1 gives",
  options = cli.options({
    { names = { "--algorithm", "-a" }, value = "NAME", key = "algorithm",
      offers = { "secp256k1", { PREHASHED, "of a digest of 32 bytes" }, "ed25519" },
      help = "how to sign, and with which of the application's signing keys" },
    { names = { "--hex" }, value = "HEX", key = "hex",
      help = "the data, where anybody may see it; else FILE or the standard input is read" },
  }, output.file_options, agent.options, output.options),
}

local function sign(client, values, data)
  local signed, message, code = client:sign(values.algorithm, data)
  if not signed then
    return nil, message, code
  end
  return {
    { "algorithm", values.algorithm },
    { "public_key", signed.public_key },
    { "signature", signed.signature },
    { "signature_chain", json.array(signed.signature_chain) },
  }, { bytes = core.unhex(signed.signature), mode = output.PUBLIC }
end

function M.run(values, words)
  if not values.algorithm then
    return nil, "--algorithm is missing", "usage"
  end
  local file = words[1] or (not values.hex and "-" or nil)
  local data, message, code = input.choose {
    { name = "FILE", value = file, read = input.read },
    { name = "--hex", value = values.hex, read = input.unhex, hint = "a file: its name alone" },
  }
  if not data then
    return nil, message, code
  elseif values.algorithm == PREHASHED and #data ~= DIGEST then
    return nil, ("%s signs a digest of %d bytes, not of %d; -a secp256k1 hashes data itself")
      :format(PREHASHED, DIGEST, #data), "usage"
  end
  return agent.run(values, sign, data)
end

return M
