-- Waiting until a transaction counts, or cannot any more.

local asking = require "dstack.json_rpc.wait"
local client = require "dstack.client"
local methods = require "dstack.json_rpc.methods"
local describe = require("dstack.solana.failure").describe
local octets = require "dstack.octets"
local take = require("dstack.solana.wire").take

local names = { "signature", "commitment", "timeout", "last_valid_block_height", "interval" }

local types = {
  signature = "string", commitment = "string", timeout = "number", interval = "number",
}

local levels = { processed = 1, confirmed = 2, finalized = 3 }

local function take_arguments(self, call, ...)
  local given = client.named(call, names, ...)
  local height = given.last_valid_block_height
  given.last_valid_block_height = nil -- text too
  local arguments = octets.options(given, call, types)
  client.default(arguments, "commitment", self.rpc.commitment)
  client.default(arguments, "timeout", 60)
  client.default(arguments, "interval", 0.5)
  local good, problem = take.signature(arguments.signature, call, "signature")
  if good then
    good, problem = take.commitment(arguments.commitment, call, "commitment")
  end
  if good then
    good, problem = asking.check_times(arguments, "timeout", "interval")
  end
  if good and height ~= nil then
    good, problem = take.u64(height, call, "last_valid_block_height")
  end
  arguments.height = tonumber(height)
  return good and arguments, problem
end

-- Nodes of before confirmationStatus tell by the count, which a final block has no more.
local function level_of(status)
  return levels[status.confirmation_status] or (status.confirmations and 1 or 3)
end

-- A status that decides: done, or failed on the chain. One below the commitment does not: on a fork
-- that is given up, a transaction may fail that succeeds on the other.
local function judge(status, arguments)
  local failed = status.err ~= nil and "failed: " .. describe(status.err) or nil
  if level_of(status) < levels[arguments.commitment] then
    return false, ("only %s, at slot %s%s"):format(status.confirmation_status or "processed",
      tostring(status.slot), failed and ", where it " .. failed or "")
  elseif failed then
    return nil, ("%s: the transaction %s"):format(arguments.what, failed), "rpc",
      { err = status.err, status = status }
  end
  return status
end

-- TransactionHistoryNotAvailable (rpc-client-api, custom_error.rs).
local NO_HISTORY = -32011

local function status_of(self, rows, arguments, deadline, everywhere)
  local list, message, code, details = methods.call(self, rows, deadline, "signature_statuses", {
    signatures = { arguments.signature }, search_transaction_history = everywhere,
  })
  if not list then
    return nil, message, code, details
  end
  return list[1]
end

-- A status, wherever the node has one: not all keep the history; but what a blockhash that has just
-- expired was good for is among the recent ones, which all have.
local function status_anywhere(self, rows, arguments, deadline)
  local status, message, code, details = status_of(self, rows, arguments, deadline, true)
  if status == nil and details and details.code == NO_HISTORY then
    return status_of(self, rows, arguments, deadline)
  end
  return status, message, code, details
end

-- When the height is passed without it, it may have come just before: so it is looked for again.
local function expired(self, rows, arguments, deadline)
  local height, message, code, details = methods.call(self, rows, deadline, "block_height",
    { commitment = arguments.commitment })
  if not height then
    return nil, message, code, details
  elseif tonumber(height) <= arguments.height then
    return false, ("no status yet, at block height %s of %.0f"):format(tostring(height),
      arguments.height)
  end
  local status
  status, message, code, details = status_anywhere(self, rows, arguments, deadline)
  if status then
    return judge(status, arguments)
  elseif status == nil then
    return nil, message, code, details
  end
  return nil, ("%s: expired: the block height is %s, it could come up to %.0f; sign it anew with "
    .. "another blockhash"):format(arguments.what, tostring(height), arguments.height), "rpc",
    { expired = true, block_height = height }
end

local function look(self, rows, arguments, deadline)
  local status, message, code, details = status_of(self, rows, arguments, deadline)
  if status then
    return judge(status, arguments)
  elseif status == nil then
    return nil, message, code, details
  elseif arguments.height then
    return expired(self, rows, arguments, deadline)
  end
  return false, "no status yet"
end

-- Waits until a transaction has that commitment. Returns its status. One that failed on the chain,
-- or whose blockhash has expired, is a failure: nil, message, "rpc", details.
return function(self, rows, ...)
  local call = "confirm"
  local arguments, problem = take_arguments(self, call, ...)
  if not arguments then
    return nil, call .. ": " .. problem, "invalid"
  end
  arguments.what = ("%s %s at %s"):format(call, arguments.signature,
    self.rpc.endpoints[1].address)
  return asking.ask_until(self.rpc, arguments.what, arguments.timeout, arguments.interval,
    function(deadline) return look(self, rows, arguments, deadline) end)
end
