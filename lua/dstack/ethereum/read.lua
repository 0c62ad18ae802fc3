-- Results of Ethereum's JSON-RPC (Ethereum Execution APIs), read strictly. Readers are those of
-- dstack.json_rpc.shape.

local core = require "dstack.core"
local shape = require "dstack.json_rpc.shape"

local read = {}

-- Scalars ----------------------------------------------------------------------------------------

local function quantity(small)
  return function(value)
    if type(value) ~= "string" then
      return nil, "a quantity expected, got " .. shape.kind(value)
    end
    local read_value, problem = core.unquantity(value, small)
    if read_value == nil then
      return nil, problem
    end
    return read_value
  end
end

-- Up to 2^53; and of any size, as decimal text.
read.number, read.amount = quantity(true), quantity(false)

local function hex_text(bytes, what)
  local pattern = bytes and "^0x" .. ("%x"):rep(2 * bytes) .. "$" or "^0x%x*$"
  return function(value)
    if type(value) ~= "string" or not value:find(pattern) or #value % 2 == 1 then
      return nil, ("not %s: %s"):format(what, type(value) == "string"
        and core.excerpt(value:sub(1, 80)) or shape.kind(value))
    end
    return value
  end
end

read.data, read.hash, read.address =
  hex_text(nil, "bytes in hex"), hex_text(32, "a hash"), hex_text(20, "an address")

-- Objects ----------------------------------------------------------------------------------------

local maybe = shape.nullable

read.log = shape.object {
  address = read.address, topics = shape.list(read.hash), data = read.data,
  blockNumber = maybe(read.number), blockHash = maybe(read.hash),
  transactionHash = maybe(read.hash), transactionIndex = maybe(read.number),
  logIndex = maybe(read.number), removed = maybe(shape.boolean),
}

read.receipt = shape.object {
  transactionHash = read.hash, transactionIndex = read.number, blockHash = read.hash,
  blockNumber = read.number, from = read.address, to = maybe(read.address),
  cumulativeGasUsed = read.number, gasUsed = read.number, effectiveGasPrice = maybe(read.amount),
  contractAddress = maybe(read.address), logs = shape.list(read.log), logsBloom = read.data,
  type = maybe(read.number), status = maybe(read.number), blobGasUsed = maybe(read.number),
  blobGasPrice = maybe(read.amount),
}

-- The signature, lists and what else there may be are in `extra`.
read.transaction = shape.object {
  hash = read.hash, nonce = read.number, blockHash = maybe(read.hash),
  blockNumber = maybe(read.number), transactionIndex = maybe(read.number), from = read.address,
  to = maybe(read.address), value = read.amount, gas = read.number, gasPrice = maybe(read.amount),
  maxFeePerGas = maybe(read.amount), maxPriorityFeePerGas = maybe(read.amount), input = read.data,
  type = maybe(read.number), chainId = maybe(read.number),
}

local block_fields = {
  number = maybe(read.number), hash = maybe(read.hash), parentHash = read.hash,
  timestamp = read.number, gasLimit = read.number, gasUsed = read.number,
  baseFeePerGas = maybe(read.amount), miner = maybe(read.address), stateRoot = read.hash,
  transactionsRoot = read.hash, receiptsRoot = read.hash, extraData = read.data,
  blobGasUsed = maybe(read.number), excessBlobGas = maybe(read.amount),
}

local function block_with(transactions)
  local fields = { transactions = shape.list(transactions) }
  for name, reader in pairs(block_fields) do
    fields[name] = reader
  end
  return shape.object(fields)
end

-- A block with its transactions' hashes, or with the transactions.
read.block, read.full_block = block_with(read.hash), block_with(read.transaction)

read.fee_history = shape.object {
  oldestBlock = read.number, baseFeePerGas = shape.list(read.amount),
  gasUsedRatio = shape.list(shape.any),
  reward = maybe(shape.list(shape.list(read.amount))),
}

return read
