-- The Compute Budget program: what a transaction may use, and what is paid for it.

local ids = require "dstack.solana.ids"
local instruction = require "dstack.solana.instruction"

return instruction.program {
  name = "compute_budget",
  id = ids.program_ids.compute_budget,
  rows = {
    request_heap_frame = { "bytes", "1:u8 bytes:u32", "" },
    set_compute_unit_limit = { "units", "2:u8 units:u32", "" },
    set_compute_unit_price = { "micro_lamports", "3:u8 micro_lamports:u64", "" },
    set_loaded_accounts_data_size_limit = { "bytes", "4:u8 bytes:u32", "" },
  },
}
