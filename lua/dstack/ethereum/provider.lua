-- A node of Ethereum, or of a chain like it, by its JSON-RPC (Ethereum Execution APIs). What counts
-- (blocks, nonces, gas, chain ids) is a number, refused beyond 2^53; what is paid is decimal text;
-- hashes, addresses and bytes are 0x and hex digits.

local arguments = require "dstack.json_rpc.arguments"
local call_function = require "dstack.ethereum.contract"
local core = require "dstack.core"
local failure = require "dstack.ethereum.failure"
local fees = require "dstack.ethereum.fees"
local methods = require "dstack.json_rpc.methods"
local read = require "dstack.ethereum.read"
local shape = require "dstack.json_rpc.shape"
local take = require "dstack.ethereum.take"
local wait = require "dstack.ethereum.wait"

local M = {}

-- Rows -------------------------------------------------------------------------------------------

-- A row whose params are arguments {name, taker}, in the order of the wire.
local function row(method, list, reader)
  return {
    method = method, names = arguments.names(list), read = reader,
    params = function(values, call) return arguments.in_order(list, values, call) end,
  }
end

-- A row whose first parameter is an object made of named arguments, with the block behind it: the
-- one that is named, or the default where the method wants one.
local function transaction_row(method, default, reader)
  return {
    method = method, names = { "to", "data", "block" }, read = reader,
    further = { "from", "value", "gas_limit", "gas_price", "max_fee_per_gas",
      "max_priority_fee_per_gas", "access_list" },
    params = function(values, call)
      local object, problem = take.transaction(values, call)
      local block = default
      if object and values.block ~= nil then
        block, problem = take.block(values.block, call, "block")
      end
      return not problem and { object, block } or nil, problem
    end,
  }
end

-- A reader that also compares: that member has to be what was asked for.
local function echoing(reader, member, asked)
  return function(value, values)
    local got, problem = reader(value)
    if not problem and got[member]:lower() ~= values[asked]:lower() then
      return nil, member .. ": not that which was asked for"
    end
    return got, problem
  end
end

local address = { "address", take.address }
local block = { "block", take.block }
local hash = { "hash", take.hash }

local rows = {
  chain_id = row("eth_chainId", {}, read.number),
  block_number = row("eth_blockNumber", {}, read.number),
  gas_price = row("eth_gasPrice", {}, read.amount),
  max_priority_fee_per_gas = row("eth_maxPriorityFeePerGas", {}, read.amount),
  balance = row("eth_getBalance", { address, block }, read.amount),
  nonce = row("eth_getTransactionCount", { address, block }, read.number),
  code = row("eth_getCode", { address, block }, read.data),
  call = transaction_row("eth_call", "latest", read.data),
  estimate_gas = transaction_row("eth_estimateGas", nil, read.number),
  transaction = row("eth_getTransactionByHash", { hash }, shape.found(
    echoing(read.transaction, "hash", "hash"), "no transaction with this hash is known")),
  receipt = row("eth_getTransactionReceipt", { hash }, shape.found(
    echoing(read.receipt, "transaction_hash", "hash"), "no receipt yet: not mined, or not known")),
  fee_history = row("eth_feeHistory", {}, read.fee_history),
}

-- The hash of a transaction that is sent is that of its bytes (EIP-2718); nil for type 3, which
-- travels with blobs that its hash does not cover (EIP-4844, Networking).
local function hash_of(values)
  local raw = core.unhex(take.data(values.raw, "", "raw"):sub(3))
  return raw:byte() ~= 3 and "0x" .. core.hex(core.hash("keccak256", raw)) or nil
end

rows.send_raw_transaction = row("eth_sendRawTransaction", { { "raw", take.data } },
  function(value, values)
    local got, problem = read.hash(value)
    local wanted = hash_of(values)
    if got and wanted and got:lower() ~= wanted then
      return nil, "the hash is not that of the transaction that was sent"
    end
    return got, problem
  end)

-- Sent twice, a transaction would still be one, but the second answer would be "already known".
rows.send_raw_transaction.once = true

function rows.send_raw_transaction.sent(values)
  return "hash", hash_of(values), "look for its receipt before sending another"
end

rows.logs = {
  method = "eth_getLogs", read = shape.list(read.log),
  names = { "address", "topics", "from_block", "to_block", "block_hash" },
  params = function(values, call)
    local filter, problem = take.filter(values, call)
    return filter and { filter }, problem
  end,
}

-- With its transactions' hashes, or with full transactions. check: whether it is the one asked for.
local function block_row(method, name, taker, check)
  return row(method, { { name, taker }, { "full", take.flag } }, function(value, values)
    local reader = values.full and read.full_block or read.block
    local got, problem = shape.found(reader, "there is no such block")(value)
    if got and not check(got, values[name]) then
      return nil, "not the block that was asked for"
    end
    return got, problem
  end)
end

-- A number may be given as text too; a tag is for the node to know.
rows.block = block_row("eth_getBlockByNumber", "block", take.block, function(got, asked)
  local wire = take.block(asked, "block", "block")
  return not wire:find "^0x" or got.number ~= nil and take.amount(got.number, "", "") == wire
end)

rows.block_by_hash = block_row("eth_getBlockByHash", "hash", take.hash, function(got, asked)
  return got.hash ~= nil and got.hash:lower() == asked:lower()
end)

local fee_history_params = { ("0x%x"):format(fees.BLOCKS), "latest", { fees.PERCENTILE } }

function rows.fee_history.params()
  return fee_history_params
end

-- The class --------------------------------------------------------------------------------------

local Provider, new = methods.class("Provider", rows, {
  peer = "node", who = "a node", explain = failure.explain,
})

-- What a transaction of type 2 (EIP-1559) should offer, see dstack.ethereum.fees.
methods.method(Provider, "fee_suggestion", function(self)
  local history, message, code, details = self:fee_history()
  if not history then
    return nil, message, code, details
  end
  return fees.suggest(history, {}, function() return self:max_priority_fee_per_gas() end)
end)

methods.method(Provider, "call_function", function(self, ...)
  return call_function(self, ...)
end)

methods.method(Provider, "wait_for_receipt", function(self, ...)
  return wait.for_receipt(self, rows, ...)
end)

M.Provider, M.provider, M.rows = Provider, new, rows

return M
