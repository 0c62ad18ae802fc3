-- Addresses that everybody knows.

local M = {}

M.program_ids = {
  system = "11111111111111111111111111111111",
  compute_budget = "ComputeBudget111111111111111111111111111111",
  memo = "MemoSq4gqABAXKb96qnH8TysNcWxMyWCqXgDLGmfcHr",
  token = "TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA",
  token_2022 = "TokenzQdBNbLqP5VEhdkAS6EPFLC1PHnBqCXEpPxuEb",
  associated_token = "ATokenGPvbdGVxr1b2hvZbsiqW5xWH25efTNsLJA8knL",
  address_lookup_table = "AddressLookupTab1e1111111111111111111111111",
}

-- Accounts that rows of instructions name: the System program, and those in which the chain says
-- things.
M.accounts = {
  system = M.program_ids.system,
  rent = "SysvarRent111111111111111111111111111111111",
  recent_blockhashes = "SysvarRecentB1ockHashes11111111111111111111",
}

-- The mint of wrapped SOL.
M.native_mint = "So11111111111111111111111111111111111111112"

return M
