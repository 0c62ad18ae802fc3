-- Sends SOL from a derived keypair, and waits until it is confirmed or cannot be any more.
--
--   SOLANA_RPC_URL=https://... dstack-lua examples/solana_transfer.lua [TO [SOL]]
--
-- inside a dstack machine, with your node's URL; without TO it pays itself, and costs the fee only.
-- The account needs funds first: its address is printed. Anywhere, on a node for tests:
--
--   test/rpc_server/run dstack-lua --simulator examples/solana_transfer.lua
--
-- Everybody has the simulator's keys: on another network, send them nothing.

local dstack = require "dstack"
local solana = dstack.solana
local units = solana.units

local client = assert(dstack.DstackClient())
local keypair = assert(solana.to_keypair(assert(client:get_key("wallet/solana", "mainnet"))))
local node = assert(solana.rpc(assert(os.getenv "SOLANA_RPC_URL",
  "set SOLANA_RPC_URL to a Solana node's URL")))

local balance = assert(node:balance(keypair.public_key))
print("account    " .. keypair.public_key)
print("balance    " .. assert(units.format(balance, "sol")) .. " SOL")

-- Amounts are text, in lamports. A transaction lives as long as its blockhash, a minute or so.
local amount = assert(units.parse(arg[2] or "0.001", "sol"))
local latest = assert(node:latest_blockhash())
local transaction = assert(solana.transaction {
  fee_payer = keypair, recent_blockhash = latest.blockhash,
  instructions = {
    assert(solana.system.transfer(keypair, arg[1] or keypair, amount)),
    assert(solana.memo "sent from a dstack machine"),
  },
})
assert(transaction:sign(keypair))

local signature = assert(node:send_transaction(transaction))
print("sent       " .. signature)

-- Without last_valid_block_height one could not know when it is safe to sign another.
local status, message, code, details = node:confirm {
  signature = signature, timeout = 90, last_valid_block_height = latest.last_valid_block_height,
}
if details and details.expired then
  print "expired    it was not carried out and cannot be any more: sign one with a new blockhash"
end
print(("confirmed  at slot %d"):format(assert(status, message, code).slot))

keypair:close()
node:close()
client:close()
