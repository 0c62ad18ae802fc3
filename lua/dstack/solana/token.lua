-- The Token program. Token-2022 takes the same instructions: name it as program_id.

local ids = require "dstack.solana.ids"
local instruction = require "dstack.solana.instruction"

local M = instruction.program {
  name = "token",
  id = ids.program_ids.token,
  further = "signers? program_id?",
  rows = {
    initialize_mint = {
      "mint decimals mint_authority freeze_authority?",
      "0:u8 decimals:u8 mint_authority:key freeze_authority:option_key",
      "mint:w @rent",
    },
    initialize_account = { "account mint owner", "1:u8", "account:w mint owner @rent" },
    transfer = {
      "source destination owner amount",
      "3:u8 amount:u64",
      "source:w destination:w owner:a",
    },
    approve = { "source delegate owner amount", "4:u8 amount:u64", "source:w delegate owner:a" },
    revoke = { "source owner", "5:u8", "source:w owner:a" },
    set_authority = {
      "account authority authority_type new_authority?",
      "6:u8 authority_type:u8 new_authority:option_key",
      "account:w authority:a",
    },
    mint_to = {
      "mint destination authority amount",
      "7:u8 amount:u64",
      "mint:w destination:w authority:a",
    },
    burn = { "account mint owner amount", "8:u8 amount:u64", "account:w mint:w owner:a" },
    close_account = { "account destination owner", "9:u8", "account:w destination:w owner:a" },
    freeze_account = { "account mint authority", "10:u8", "account:w mint authority:a" },
    thaw_account = { "account mint authority", "11:u8", "account:w mint authority:a" },
    transfer_checked = {
      "source mint destination owner amount decimals",
      "12:u8 amount:u64 decimals:u8",
      "source:w mint destination:w owner:a",
    },
    approve_checked = {
      "source mint delegate owner amount decimals",
      "13:u8 amount:u64 decimals:u8",
      "source:w mint delegate owner:a",
    },
    mint_to_checked = {
      "mint destination authority amount decimals",
      "14:u8 amount:u64 decimals:u8",
      "mint:w destination:w authority:a",
    },
    burn_checked = {
      "account mint owner amount decimals",
      "15:u8 amount:u64 decimals:u8",
      "account:w mint:w owner:a",
    },
    sync_native = { "account", "17:u8", "account:w" },
    initialize_account3 = { "account mint owner", "18:u8 owner:key", "account:w mint" },
    initialize_mint2 = {
      "mint decimals mint_authority freeze_authority?",
      "20:u8 decimals:u8 mint_authority:key freeze_authority:option_key",
      "mint:w",
    },
  },
}

M.native_mint = ids.native_mint

return M
