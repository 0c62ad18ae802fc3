-- Solana: from a derived key to a signed transaction. Parts are loaded when they are first asked
-- for.

local M = {}

-- name -> the module that has it
local homes = {
  to_keypair = "dstack.solana.keypair",
  to_keypair_secure = "dstack.solana.keypair",
  keypair_from_seed = "dstack.solana.keypair",
  keypair_from_json = "dstack.solana.keypair",
  keypair_from_file = "dstack.solana.keypair",
  Keypair = "dstack.solana.keypair",
  verify = "dstack.solana.keypair",
  encode_public_key = "dstack.solana.address",
  decode_public_key = "dstack.solana.address",
  is_on_curve = "dstack.solana.address",
  create_program_address = "dstack.solana.address",
  find_program_address = "dstack.solana.address",
  create_with_seed = "dstack.solana.address",
  transaction = "dstack.solana.transaction",
  deserialize = "dstack.solana.transaction",
  deserialize_base64 = "dstack.solana.transaction",
  deserialize_message = "dstack.solana.transaction",
  Transaction = "dstack.solana.transaction",
  decode_lookup_table = "dstack.solana.lookup_table",
  memo = "dstack.solana.memo",
  rpc = "dstack.solana.rpc",
  Rpc = "dstack.solana.rpc",
  program_ids = "dstack.solana.ids",
}

-- modules that are members themselves
local parts = {
  units = "dstack.solana.units",
  system = "dstack.solana.system",
  compute_budget = "dstack.solana.compute_budget",
  token = "dstack.solana.token",
  associated_token = "dstack.solana.associated_token",
}

return require "dstack.lazy"(M, homes, parts)
