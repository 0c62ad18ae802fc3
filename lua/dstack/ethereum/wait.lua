-- Waiting for a transaction's receipt.

local asking = require "dstack.json_rpc.wait"
local client = require "dstack.client"
local methods = require "dstack.json_rpc.methods"
local octets = require "dstack.octets"
local take = require "dstack.ethereum.take"

local M = {}

local names = { "hash", "timeout", "confirmations", "interval" }
local types = { hash = "string", timeout = "number", confirmations = "number", interval = "number" }

local function take_arguments(call, ...)
  local arguments = octets.options(client.named(call, names, ...), call, types)
  octets.check_string(arguments.hash, call .. ": hash")
  client.default(arguments, "timeout", 120)
  client.default(arguments, "confirmations", 1)
  client.default(arguments, "interval", 1)
  local good, problem = take.hash(arguments.hash, call, "hash")
  if good then
    good, problem = asking.check_times(arguments, "timeout", "confirmations", "interval")
  end
  if good and arguments.confirmations % 1 ~= 0 then
    good, problem = nil, "confirmations: not a whole number"
  end
  return good and arguments, problem
end

-- One look. A receipt is read anew each time: its block may have been replaced by another.
local function look(self, rows, arguments, deadline)
  local receipt, message, code, details = methods.call(self, rows, deadline, "receipt",
    arguments.hash)
  if not receipt or arguments.confirmations == 1 then
    return receipt, message, code, details
  end
  local number
  number, message, code, details = methods.call(self, rows, deadline, "block_number")
  if not number then
    return nil, message, code, details
  end
  local count = number - receipt.block_number + 1
  if count < arguments.confirmations then
    return false, ("%d of %d confirmations"):format(math.max(count, 0), arguments.confirmations)
  end
  return receipt
end

-- Waits for a receipt with so many confirmations, the block it is in being the first. A transaction
-- that was mined and failed is a failure: nil, message, "rpc", {receipt =}.
function M.for_receipt(self, rows, ...)
  local call = "wait_for_receipt"
  local arguments, problem = take_arguments(call, ...)
  if not arguments then
    return nil, call .. ": " .. problem, "invalid"
  end
  local what = ("%s %s at %s"):format(call, arguments.hash, self.rpc.endpoints[1].address)
  local receipt, message, code, details = asking.ask_until(self.rpc, what,
    arguments.timeout, arguments.interval,
    function(deadline) return look(self, rows, arguments, deadline) end)
  if receipt and receipt.status == 0 then
    return nil, ("%s: it was mined in block %d and failed, having used %d gas"):format(what,
      receipt.block_number, receipt.gas_used), "rpc", { receipt = receipt }
  end
  return receipt, message, code, details
end

return M
