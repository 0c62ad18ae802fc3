-- A node of Ethereum: answers in the shapes of the Execution APIs, with values that are always the
-- same. What changes: a transaction that is sent waits until it is asked for, then it is in a
-- block; asking for the block's number, or for a receipt that is not there yet, lets a block come.
--
-- Faults of the chain: "failed" (transactions fail), "never" (nothing is mined), "wrong_hash",
-- "empty" (blocks without transactions, so that no fees are known), "old" (before EIP-1559).

local core = require "dstack.core"
local ethereum = require "dstack.ethereum"
local json = require "dstack.json"

local CHAIN_ID = 31337
-- A contract, which has these answers to eth_call.
local TOKEN = "0x5FbDB2315678afecb367f032d93F642f64180aa3"
local FIRST_BLOCK = 69200
local BASE_FEE, PRIORITY_FEE = 7, 1000000000

local function quantity(n)
  return ("0x%x"):format(n)
end

local function word(n)
  return ("%064x"):format(n)
end

local function hash_of(text)
  return "0x" .. core.hex(core.hash("keccak256", text))
end

local function block_hash(number)
  return hash_of("block " .. number)
end

-- Answers to eth_call, by the function's selector.
local function text_word(text)
  local hex = core.hex(text)
  return word(32) .. word(#text) .. hex .. ("0"):rep(64 - #hex)
end

local called = {
  ["0x70a08231"] = "0x" .. word(1500000), -- balanceOf(address)
  ["0x18160ddd"] = "0x" .. word(21000000), -- totalSupply()
  ["0x313ce567"] = "0x" .. word(6), -- decimals()
  ["0x95d89b41"] = "0x" .. text_word "TEST", -- symbol()
  ["0x06fdde03"] = "0x" .. text_word "Test Token", -- name()
}

-- As geth tells that a contract reverted: Error(string), and Panic(uint256) for data "0xdead".
local function reverted(data)
  if data == "0x0000dead" then
    return { code = 3, message = "execution reverted: panic: arithmetic underflow or overflow",
      data = "0x4e487b71" .. word(0x11) }
  end
  return { code = 3, message = "execution reverted: no such function",
    data = "0x08c379a0" .. text_word "no such function" }
end

local function call(params)
  local tx = params[1]
  local data = tx.data or tx.input or "0x"
  if not tx.to or tx.to:lower() ~= TOKEN:lower() or data == "0x" then
    return "0x"
  elseif called[data:sub(1, 10)] then
    return called[data:sub(1, 10)]
  end
  return nil, reverted(data)
end

-- A token's Transfer; the three are words.
local function log(number, transaction, from, to, value)
  return {
    address = TOKEN:lower(), topics = {
      hash_of "Transfer(address,address,uint256)", "0x" .. from, "0x" .. to,
    },
    data = "0x" .. value, blockNumber = quantity(number), blockHash = block_hash(number),
    transactionHash = transaction, transactionIndex = "0x0", logIndex = "0x0",
    removed = false,
  }
end

local TRANSFER = ("^0xa9059cbb(W)(W)$"):gsub("W", ("%%x"):rep(64)) -- transfer(address,uint256)

-- What a call of the token says: a transfer what it was asked for, others some transfer.
local function logs_of(sent)
  if not sent.tx.data or sent.tx.data == "0x" then
    return json.empty_array
  end
  local to, value = sent.tx.data:match(TRANSFER)
  local from = ("0"):rep(24) .. sent.from:sub(3):lower()
  return { log(sent.block, sent.hash, from, to or word(0x2222), value or word(250000)) }
end

local function block(number, transactions)
  return {
    number = quantity(number), hash = block_hash(number), parentHash = block_hash(number - 1),
    nonce = "0x0000000000000000", sha3Uncles = hash_of "uncles",
    logsBloom = "0x" .. ("00"):rep(256),
    transactionsRoot = hash_of "transactions", stateRoot = hash_of "state",
    receiptsRoot = hash_of "receipts", miner = "0x" .. ("00"):rep(20), difficulty = "0x0",
    extraData = "0x", size = "0x220", gasLimit = "0x1c9c380",
    gasUsed = quantity(21000 * #transactions),
    timestamp = quantity(1700000000 + 12 * (number - FIRST_BLOCK)), mixHash = hash_of "mix",
    baseFeePerGas = quantity(BASE_FEE), withdrawals = { { index = "0x1" } },
    transactions = transactions[1] and transactions or json.empty_array,
  }
end

-- Fields that a transaction has on the wire, from what was decoded: ours and the wire's.
local numbers = {
  nonce = "nonce", value = "value", gas_limit = "gas", gas_price = "gasPrice",
  max_fee_per_gas = "maxFeePerGas", max_priority_fee_per_gas = "maxPriorityFeePerGas",
  chain_id = "chainId",
}

local function wire_transaction(sent)
  local out = {
    hash = sent.hash, from = sent.from:lower(), to = sent.tx.to and sent.tx.to:lower() or core.null,
    input = sent.tx.data or "0x", type = quantity(sent.tx.type),
    blockNumber = sent.block and quantity(sent.block) or core.null,
    blockHash = sent.block and block_hash(sent.block) or core.null,
    transactionIndex = sent.block and "0x0" or core.null,
    r = sent.r, s = sent.s, yParity = "0x0", v = "0x0",
  }
  for ours, wire in pairs(numbers) do
    out[wire] = sent.tx[ours] and core.quantity(sent.tx[ours], "test", ours)
  end
  out.gasPrice = out.gasPrice or quantity(PRIORITY_FEE + BASE_FEE)
  return out
end

local function receipt(sent, failed)
  return {
    transactionHash = sent.hash, transactionIndex = "0x0", blockHash = block_hash(sent.block),
    blockNumber = quantity(sent.block), from = sent.from:lower(),
    to = sent.tx.to and sent.tx.to:lower() or core.null,
    contractAddress = sent.tx.to and core.null or "0x" .. sent.hash:sub(27),
    cumulativeGasUsed = "0x5208", gasUsed = "0x5208", logsBloom = "0x" .. ("00"):rep(256),
    effectiveGasPrice = quantity(PRIORITY_FEE + BASE_FEE), type = quantity(sent.tx.type),
    status = failed and "0x0" or "0x1", logs = logs_of(sent),
  }
end

local function refuse(message)
  return nil, { code = -32000, message = message }
end

-- Whether a node would take a transaction; returns the message with which it refuses, or nil.
local function wrong_with(tx, hash, chain, nonce)
  if chain.known[hash] then
    return "already known"
  elseif tx.chain_id ~= CHAIN_ID then
    return "invalid chain id for signer"
  elseif tx.nonce < nonce then
    return ("nonce too low: next nonce %d, tx nonce %d"):format(nonce, tx.nonce)
  end
end

-- Methods ----------------------------------------------------------------------------------------

local M = {}

-- What always answers the same.
for name, result in pairs {
  eth_chainId = quantity(CHAIN_ID), net_version = ("%d"):format(CHAIN_ID), eth_syncing = false,
  eth_gasPrice = quantity(PRIORITY_FEE + BASE_FEE),
  eth_maxPriorityFeePerGas = quantity(PRIORITY_FEE),
  eth_getBalance = "0x56bc75e2d63100000", -- 100 ether
  eth_getLogs = {
    log(FIRST_BLOCK, hash_of "transfer", word(0x1111), word(0x2222), word(250000)),
  },
} do
  M[name] = function() return result end
end

M.eth_call = call

local function mine(chain)
  chain.number = chain.number + 1
  if chain.fault == "never" then
    return
  end
  for _, sent in ipairs(chain.waiting) do
    sent.block = chain.number
  end
  chain.waiting = {}
end

function M.eth_blockNumber(_, chain)
  mine(chain)
  return quantity(chain.number)
end

function M.eth_getTransactionCount(params, chain)
  return quantity(chain.nonces[params[1]:lower()] or 0)
end

function M.eth_getCode(params)
  return params[1]:lower() == TOKEN:lower() and "0x6080604052" or "0x"
end

function M.eth_estimateGas(params)
  local data = params[1].data or "0x"
  local _, err = call(params)
  if err and data:sub(1, 10) ~= "0xa9059cbb" then -- transfer(address,uint256)
    return nil, err
  end
  return data == "0x" and "0x5208" or "0xc9f2"
end

function M.eth_feeHistory(_, chain)
  if chain.fault == "old" then
    return nil, { code = -32601, message = "the method eth_feeHistory does not exist" }
  end
  local used = chain.fault == "empty" and 0 or 0.5
  return {
    oldestBlock = quantity(chain.number - 2), gasUsedRatio = { used, 0, used },
    baseFeePerGas = { "0x9", "0x8", "0x8", quantity(BASE_FEE) },
    reward = { { "0x3b9aca00" }, { "0x0" }, { "0x77359400" } },
  }
end

function M.eth_sendRawTransaction(params, chain)
  local tx, signed = ethereum.decode_transaction(params[1])
  if not tx then
    return refuse("rlp: " .. signed)
  end
  local from = signed.from:lower()
  local nonce = chain.nonces[from] or 0
  local message = wrong_with(tx, signed.hash, chain, nonce)
  if message then
    return refuse(message)
  end
  local sent = { tx = tx, hash = signed.hash, from = signed.from, r = "0x1", s = "0x1" }
  sent.tx.type = sent.tx.type or 0
  chain.known[signed.hash], chain.nonces[from] = sent, nonce + 1
  table.insert(chain.waiting, sent)
  return chain.fault == "wrong_hash" and hash_of "another" or signed.hash
end

function M.eth_getTransactionByHash(params, chain)
  local sent = chain.known[params[1]:lower()]
  return sent and wire_transaction(sent)
end

function M.eth_getTransactionReceipt(params, chain)
  local sent = chain.known[params[1]:lower()]
  local found = sent and sent.block and receipt(sent, chain.fault == "failed")
  if sent and not found then
    mine(chain)
  end
  return found
end

function M.eth_getBlockByNumber(params, chain)
  local number = tonumber(params[1]) or chain.number
  if number > chain.number then
    return nil
  end
  local list = {}
  for _, sent in pairs(chain.known) do
    if sent.block == number then
      list[#list + 1] = params[2] and wire_transaction(sent) or sent.hash
    end
  end
  return block(number, list)
end

function M.eth_getBlockByHash(params, chain)
  for number = FIRST_BLOCK, chain.number do
    if block_hash(number) == params[1] then
      return M.eth_getBlockByNumber({ quantity(number), params[2] }, chain)
    end
  end
end

-- Makes a chain.
return function(fault)
  return { fault = fault, methods = M, number = FIRST_BLOCK, waiting = {}, known = {}, nonces = {} }
end
