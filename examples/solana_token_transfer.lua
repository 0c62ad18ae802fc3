-- Sends tokens (SPL) from a derived keypair. Tokens are kept in an account for each owner and mint;
-- the recipient's is made where it is missing, at the sender's cost.
--
--   SOLANA_RPC_URL=https://... dstack-lua examples/solana_token_transfer.lua MINT [TO [AMOUNT]]
--
-- inside a dstack machine, with your node's URL; without TO it pays another account of its own. The
-- account needs tokens, and SOL for fee and rent. Anywhere, on a node for tests, where everybody
-- has some of one token:
--
--   test/rpc_server/run dstack-lua --simulator examples/solana_token_transfer.lua
--
-- Everybody has the simulator's keys: on another network, send them nothing.

local dstack = require "dstack"
local solana = dstack.solana
local units = solana.units

local client = assert(dstack.DstackClient())
local function derived(path)
  return assert(solana.to_keypair(assert(client:get_key(path, "mainnet"))))
end

local keypair = derived "wallet/solana"
local node = assert(solana.rpc(assert(os.getenv "SOLANA_RPC_URL",
  "set SOLANA_RPC_URL to a Solana node's URL")))

local mint = arg[1] or "EPjFWdd5AufqSSqeM2qN1xzybapC8G4wEGGkZwyTDt1v"
local to = arg[2] or derived("wallet/solana/savings").public_key

-- Where tokens are follows from owner and mint; for Token-2022 the program is a third argument.
local source = assert(solana.associated_token.address(keypair, mint))
local destination = assert(solana.associated_token.address(to, mint))
local held = assert(node:token_account_balance(source))
print("account    " .. keypair.public_key)
print(("balance    %s of %s"):format(held.ui_amount_string, mint))

local is_there, why = node:account_info(destination)
assert(is_there ~= nil, why) -- false: there is none
if not is_there then
  local rent = assert(node:minimum_balance_for_rent_exemption(165))
  print(("new        %s, which costs %s SOL"):format(destination, assert(units.format(rent))))
end

-- create_idempotent makes the account, or leaves it as it is: also where somebody else makes it
-- meanwhile. transfer_checked fails when mint or decimals are not those of the accounts.
local amount = assert(units.parse(arg[3] or "0.25", held.decimals))
local latest = assert(node:latest_blockhash())
local transaction = assert(solana.transaction {
  fee_payer = keypair, recent_blockhash = latest.blockhash,
  instructions = {
    assert(solana.associated_token.create_idempotent { payer = keypair, owner = to, mint = mint }),
    assert(solana.token.transfer_checked {
      source = source, mint = mint, destination = destination, owner = keypair,
      amount = amount, decimals = held.decimals,
    }),
  },
})
assert(transaction:sign(keypair))

local signature = assert(node:send_transaction(transaction))
print("sent       " .. signature)
local status = assert(node:confirm {
  signature = signature, timeout = 90, last_valid_block_height = latest.last_valid_block_height,
})
print(("confirmed  at slot %d"):format(status.slot))

keypair:close()
node:close()
client:close()
