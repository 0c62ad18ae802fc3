-- What Solana's nodes say when they refuse.

local core = require "dstack.core"
local json = require "dstack.json"

local M = {}

local cures = {
  BlockhashNotFound = "its blockhash has expired, or this node has not seen it: take another with "
    .. "latest_blockhash()",
  AlreadyProcessed = "it was sent before: look at its status",
}

-- Codes of a node that is behind the others (rpc-client-api, custom_error.rs): it may catch up.
local NOT_READY = { [-32004] = true, [-32005] = true, [-32014] = true, [-32016] = true }

-- An error of a transaction (TransactionError), as a text: a name, or JSON such as
-- {"InstructionError":[0,{"Custom":1}]}.
function M.describe(err)
  if type(err) == "string" then
    return core.excerpt(err)
  end
  return core.excerpt(json.encode(err) or "an error without a form")
end

-- The last thing that a program said.
local function last_log(logs)
  for i = #logs, 1, -1 do
    local said = type(logs[i]) == "string" and logs[i]:match "^Program log: (.+)$"
    if said then
      return core.excerpt(said)
    end
  end
end

-- Adds to an error's details a reason for programs, and what a preflight found: err, logs. Returns
-- words for the message, or nil.
function M.explain(details)
  local data = details.data
  details.reason = NOT_READY[details.code] and "not_ready" or nil
  if type(data) ~= "table" then
    return nil
  end
  details.err = data.err ~= core.null and data.err or nil
  details.logs = type(data.logs) == "table" and data.logs or nil
  local words = {}
  words[#words + 1] = details.logs and last_log(details.logs)
  words[#words + 1] = type(details.err) == "string" and cures[details.err] or nil
  return #words > 0 and table.concat(words, ": ") or nil
end

return M
