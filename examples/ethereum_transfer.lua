-- Sends ether from a derived account: fees, gas and nonce are the node's word, the chain id is
-- compared, the receipt waited for.
--
--   ETH_RPC_URL=https://... dstack-lua examples/ethereum_transfer.lua [TO [ETHER]]
--
-- inside a dstack machine, with your node's URL; without TO it pays itself, and costs the fee only.
-- The account needs funds first: its address is printed. Anywhere, on a node for tests:
--
--   test/rpc_server/run dstack-lua --simulator examples/ethereum_transfer.lua
--
-- Everybody has the simulator's keys: on another network, send them nothing.

local dstack = require "dstack"
local ethereum = dstack.ethereum
local units = ethereum.units

local client = assert(dstack.DstackClient())
local account = assert(ethereum.to_account(assert(client:get_key("wallet/ethereum", "mainnet"))))
local node = assert(ethereum.provider(assert(os.getenv "ETH_RPC_URL",
  "set ETH_RPC_URL to an Ethereum node's URL")))

local chain_id, balance = assert(node:chain_id()), assert(node:balance(account))
print("account    " .. account.address .. " on chain " .. chain_id)
print("balance    " .. assert(units.format(balance, "ether")) .. " ether")

-- Numbers of ether are not exact in floating point: amounts are text, in wei.
local to = arg[1] or account.address
local value = assert(units.parse(arg[2] or "0.001", "ether"))

-- Name chain_id where the key must not sign for another chain than the one that you mean.
local wallet = account:connect(node)
local sent = assert(wallet:send_transaction { to = to, value = value, chain_id = chain_id })
print("sent       " .. sent.hash)

-- After a timeout it may still be mined: ask for its receipt before sending another.
local receipt = assert(sent:wait { timeout = 120, confirmations = 1 })
local paid = assert(units.format(receipt.effective_gas_price, "gwei"))
print(("mined      in block %d, %d gas for %s gwei each"):format(receipt.block_number,
  receipt.gas_used, paid))

account:close()
node:close()
client:close()
