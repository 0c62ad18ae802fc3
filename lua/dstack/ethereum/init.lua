-- Ethereum: accounts out of derived keys, messages, transactions. Parts are loaded when they are
-- first asked for; nothing here talks to a node but a provider.

local M = {}

-- name -> the module that has it
local homes = {
  to_account = "dstack.ethereum.account",
  to_account_secure = "dstack.ethereum.account",
  account_from_key = "dstack.ethereum.account",
  Account = "dstack.ethereum.account",
  is_address = "dstack.ethereum.address",
  to_checksum_address = "dstack.ethereum.address",
  split_signature = "dstack.ethereum.signature",
  recover_hash = "dstack.ethereum.signature",
  recover_message = "dstack.ethereum.signature",
  recover_typed_data = "dstack.ethereum.signature",
  signing_hash = "dstack.ethereum.transaction",
  decode_transaction = "dstack.ethereum.transaction",
  recover_transaction = "dstack.ethereum.transaction",
  provider = "dstack.ethereum.provider",
  Provider = "dstack.ethereum.provider",
  ConnectedAccount = "dstack.ethereum.connected",
  SentTransaction = "dstack.ethereum.connected",
}

-- modules that are members themselves
local parts = {
  abi = "dstack.ethereum.abi",
  rlp = "dstack.ethereum.rlp",
  typed_data = "dstack.ethereum.typed_data",
  units = "dstack.ethereum.units",
}

return require "dstack.lazy"(M, homes, parts)
