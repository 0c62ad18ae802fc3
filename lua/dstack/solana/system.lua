-- The System program: accounts are made and SOL is moved by it.

local ids = require "dstack.solana.ids"
local instruction = require "dstack.solana.instruction"

return instruction.program {
  name = "system",
  id = ids.program_ids.system,
  rows = {
    create_account = {
      "from new_account lamports space owner",
      "0:u32 lamports:u64 space:u64 owner:key",
      "from:sw new_account:sw",
    },
    assign = { "account owner", "1:u32 owner:key", "account:sw" },
    transfer = { "from to lamports", "2:u32 lamports:u64", "from:sw to:w" },
    create_account_with_seed = {
      "from new_account base seed lamports space owner",
      "3:u32 base:key seed:text lamports:u64 space:u64 owner:key",
      "from:sw new_account:w base:s",
    },
    advance_nonce = {
      "nonce_account authority",
      "4:u32",
      "nonce_account:w @recent_blockhashes authority:s",
    },
    withdraw_nonce = {
      "nonce_account authority to lamports",
      "5:u32 lamports:u64",
      "nonce_account:w to:w @recent_blockhashes @rent authority:s",
    },
    initialize_nonce = {
      "nonce_account authority",
      "6:u32 authority:key",
      "nonce_account:w @recent_blockhashes @rent",
    },
    authorize_nonce = {
      "nonce_account authority new_authority",
      "7:u32 new_authority:key",
      "nonce_account:w authority:s",
    },
    allocate = { "account space", "8:u32 space:u64", "account:sw" },
    transfer_with_seed = {
      "from base seed owner to lamports",
      "11:u32 lamports:u64 seed:text owner:key",
      "from:w base:s to:w",
    },
  },
}
