-- Talks to a contract, here a token (ERC-20): reads from it, calls it, and finds out from the
-- event what it did.
--
--   ETH_RPC_URL=https://... dstack-lua examples/ethereum_contract.lua TOKEN [TO [AMOUNT]]
--
-- inside a dstack machine, with your node's URL and the token's address; without TO it pays itself.
-- The account needs tokens, and ether for the fee. Anywhere, on a node for tests, which has one:
--
--   test/rpc_server/run dstack-lua --simulator examples/ethereum_contract.lua
--
-- Everybody has the simulator's keys: on another network, send them nothing.

local dstack = require "dstack"
local ethereum = dstack.ethereum
local abi, units = ethereum.abi, ethereum.units

local TRANSFER = "transfer(address to, uint256 amount) returns (bool)"
local TRANSFERRED = "event Transfer(address indexed from, address indexed to, uint256 value)"

local client = assert(dstack.DstackClient())
local account = assert(ethereum.to_account(assert(client:get_key("wallet/ethereum", "mainnet"))))
local node = assert(ethereum.provider(assert(os.getenv "ETH_RPC_URL",
  "set ETH_RPC_URL to an Ethereum node's URL")))
local token = arg[1] or "0x5FbDB2315678afecb367f032d93F642f64180aa3"

-- Reading: the first of what the function returns.
local function read(signature, ...)
  return assert(node:call_function(token, signature, { ... }))[1]
end

local decimals = read "decimals() returns (uint8)"
local symbol = read "symbol() returns (string)"
local balance = read("balanceOf(address) returns (uint256)", account.address)
print("account    " .. account.address)
print(("balance    %s %s"):format(assert(units.format(balance, decimals)), symbol))

-- Writing: the same signature makes the data. A call that would revert fails here, with the
-- contract's reason, as soon as the node is asked for the gas that it needs.
local to, amount = arg[2] or account.address, assert(units.parse(arg[3] or "0.25", decimals))
local data = assert(abi.encode_call(TRANSFER, { to, amount }))
local sent = assert(account:connect(node):send_transaction { to = token, data = data })
print("sent       " .. sent.hash)
local receipt = assert(sent:wait { timeout = 120 })

-- That it was mined says that it did not revert; what was done is in the contract's events.
local function find_event(signature)
  for _, log in ipairs(receipt.logs) do
    if log.address:lower() == token:lower() and log.topics[1] == abi.event(signature) then
      return assert(abi.decode_log(signature, log.topics, log.data))
    end
  end
end

local event = assert(find_event(TRANSFERRED), "the token says nothing of a transfer")
assert(event.from == account.address and event.value == amount, "not what was asked for")
print(("transfer   of %s %s to %s"):format(assert(units.format(event.value, decimals)), symbol,
  event.to))

account:close()
node:close()
client:close()
