-- An account on a chain: what a transaction lacks is asked of a node, then it is signed and sent.

local core = require "dstack.core"
local fees = require "dstack.ethereum.fees"
local methods = require "dstack.json_rpc.methods"
local nonces = require "dstack.ethereum.nonces"
local provider = require "dstack.ethereum.provider"
local take = require "dstack.ethereum.take"
local transactions = require "dstack.ethereum.transaction"

local M = {}

local Connected = { __name = "ConnectedAccount" }
Connected.__index = Connected

local Sent = { __name = "SentTransaction" }
Sent.__index = Sent

-- What was sent -----------------------------------------------------------------------------------

-- Waits for the receipt, with wait_for_receipt's named arguments but `hash`.
methods.method(Sent, "wait", function(self, options)
  local arguments = { hash = self.hash }
  if options ~= nil and type(options) ~= "table" then
    core.raise("wait: a table of options expected, got " .. type(options))
  end
  for name, value in pairs(options or {}) do
    if name == "hash" then
      core.raise "wait: unknown option 'hash'"
    end
    arguments[name] = value
  end
  return self.provider:wait_for_receipt(arguments)
end)

function Sent:__tostring()
  return ("SentTransaction(%s)"):format(self.hash)
end

-- connected account -> the nonces that it gave out
local memories = setmetatable({}, { __mode = "k" })

-- What is asked ----------------------------------------------------------------------------------

local function copy(values)
  local out = {}
  for name, value in pairs(values) do
    out[name] = value
  end
  return out
end

local function has_gas_price(tx)
  return tx.gas_price ~= nil or tx.type == 0 or tx.type == 1
end

local estimated = {
  "to", "data", "value", "gas_price", "max_fee_per_gas", "max_priority_fee_per_gas", "access_list",
}

local function estimate_arguments(self, tx)
  local arguments = { from = self.address }
  for _, name in ipairs(estimated) do
    arguments[name] = tx[name]
  end
  return arguments
end

-- The questions that a transaction leaves open, and what each one's answer is called.
local function questions(self, tx)
  local list, answers = { { "chain_id" } }, { "chain_id" }
  local function ask(name, ...)
    list[#list + 1], answers[#answers + 1] = { ... }, name
  end
  if tx.nonce == nil then
    ask("nonce", "nonce", self.address, "pending")
  end
  if tx.gas_limit == nil then
    ask("gas_limit", "estimate_gas", estimate_arguments(self, tx))
  end
  if has_gas_price(tx) then
    if tx.gas_price == nil then
      ask("gas_price", "gas_price")
    end
  elseif tx.max_fee_per_gas == nil or tx.max_priority_fee_per_gas == nil then
    ask("history", "fee_history")
  end
  return list, answers
end

local function same_number(a, b)
  return core.quantity(a, "send_transaction", "chain_id") == core.quantity(b, "", "")
end

-- Answers by name. That the chain is another one counts before what this chain says of the rest.
local function ask(self, tx)
  local list, names = questions(self, tx)
  local results, message, code, details, some = methods.gather(self.provider, provider.rows, list)
  local chain_id = (results or some or {})[1]
  if chain_id and tx.chain_id ~= nil and not same_number(tx.chain_id, chain_id) then
    return nil, ("chain_id: %s, but the node at %s is on chain %d"):format(tostring(tx.chain_id),
      self.provider.rpc.endpoints[1].address, chain_id), "invalid"
  elseif not results then
    return nil, message, code, details
  end
  local found = {}
  for i, name in ipairs(names) do
    found[name] = results[i]
  end
  return found
end

-- What is filled in -------------------------------------------------------------------------------

local function fill_fees(self, tx, history)
  local fee, message, code, details = fees.suggest(history, tx, function()
    return self.provider:max_priority_fee_per_gas()
  end)
  if not fee then
    return nil, message, code, details
  end
  tx.max_fee_per_gas, tx.max_priority_fee_per_gas = fee.max_fee_per_gas,
    fee.max_priority_fee_per_gas
  return true
end

local with_blobs = "blob_versioned_hashes: a node takes such a transaction together with its "
  .. "blobs, which are not made here; sign_transaction signs it"

-- What was asked for, as far as it can be judged without a node: a copy, with addresses in the
-- place of accounts; or nil, message, code.
local function check(transaction)
  local tx = copy(transaction)
  transactions.check_draft("send_transaction", tx)
  if tx.type == 3 or tx.blob_versioned_hashes ~= nil or tx.max_fee_per_blob_gas ~= nil then
    return nil, with_blobs, "unsupported"
  end
  local taken, problem = take.transaction(tx, "send_transaction")
  if not taken then
    return nil, problem, "invalid"
  end
  tx.to, tx.from = taken.to, taken.from
  return tx
end

-- A transaction that can be signed, or nil, message, code, details.
local function complete(self, transaction)
  local tx, why, word = check(transaction)
  if not tx then
    return nil, why, word
  end
  local found, message, code, details = ask(self, tx)
  if not found then
    return nil, message, code, details
  end
  if found.history then
    local filled
    filled, message, code, details = fill_fees(self, tx, found.history)
    if not filled then
      return nil, message, code, details
    end
  end
  for _, name in ipairs { "chain_id", "gas_limit", "gas_price" } do
    if tx[name] == nil then
      tx[name] = found[name]
    end
  end
  tx.nonce = tx.nonce or nonces.take(memories[self], found.nonce)
  return tx
end

-- What is sent -----------------------------------------------------------------------------------

-- Whether the nonce of a transaction that failed is free again.
local function is_free(details)
  return not (details and (details.maybe_sent or details.reason == "already_known"))
end

-- Signs and sends what is complete. Returns its hash, or nil, message, code, details.
local function send(self, tx)
  local signed, message, code = self.account:sign_transaction(tx)
  if not signed then
    return nil, "send_transaction: " .. message:gsub("^sign_transaction: ", ""), code
  end
  return self.provider:send_raw_transaction(signed.raw)
end

-- Fills in what is missing (nonce, fees, gas limit, chain id), signs and sends. Returns a
-- SentTransaction, or nil, message, code, details.
methods.method(Connected, "send_transaction", function(self, transaction)
  if type(transaction) ~= "table" then
    core.raise("send_transaction: a table of the transaction's fields expected, got "
      .. type(transaction))
  end
  local tx, message, code, details = complete(self, transaction)
  if not tx then
    return nil, "send_transaction: " .. message, code, details
  end
  local hash
  hash, message, code, details = send(self, tx)
  if hash then
    return setmetatable({ hash = hash, transaction = tx, provider = self.provider }, Sent)
  elseif transaction.nonce == nil and is_free(details) then
    nonces.give_back(memories[self], tx.nonce)
  end
  return nil, message, code, details
end)

-- In wei, as decimal text.
methods.method(Connected, "balance", function(self, ...)
  return self.provider:balance(self.address, ...)
end)

-- How many transactions were sent: the next one's nonce, with those that wait.
methods.method(Connected, "nonce", function(self)
  return self.provider:nonce(self.address, "pending")
end)

function Connected:__tostring()
  return ("ConnectedAccount(%s, %s)"):format(self.address, tostring(self.provider))
end

-- Does no I/O. In: an account, which has `address` and the method sign_transaction.
function M.connect(account, to)
  if getmetatable(to) ~= provider.Provider then
    core.raise "connect: a provider expected, such as dstack.ethereum.provider(url)"
  end
  local self = setmetatable({ account = account, address = account.address, provider = to },
    Connected)
  memories[self] = {}
  return self
end

M.ConnectedAccount, M.SentTransaction = Connected, Sent

return M
