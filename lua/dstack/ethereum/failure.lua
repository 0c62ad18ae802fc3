-- What nodes say when they refuse. JSON-RPC fixes no words for it: the codes are not enough, and
-- every node's sentence is looked for (those of geth, Nethermind, Besu, Erigon, Reth).

local abi = require "dstack.ethereum.abi"
local core = require "dstack.core"

local M = {}

-- In this order: what a node's message has in it, in lower case; a word for programs; what to do.
local reasons = {
  { "already known", "already_known" }, { "known transaction", "already_known" },
  { "alreadyknown", "already_known" }, { "already imported", "already_known" },
  { "nonce too low", "nonce_too_low" }, { "nonce is too low", "nonce_too_low" },
  { "oldnonce", "nonce_too_low" }, { "nonce too high", "nonce_too_high" },
  { "underpriced", "underpriced" }, { "insufficient funds", "insufficient_funds" },
  { "insufficientfunds", "insufficient_funds" }, { "indexing is in progress", "not_ready" },
}

local cures = {
  already_known = "this very transaction waits there already: wait for its receipt",
  nonce_too_low = "a transaction with this nonce was mined before: ask for the nonce again",
  nonce_too_high = "those with the nonces before it are missing",
  underpriced = "another one with this nonce waits there, which only a higher fee replaces, or the "
    .. "node's least fee is higher",
}

-- The bytes that a contract reverted with, as 0x and hex digits: geth and most others have them as
-- data, Parity's heirs behind "Reverted ", Hardhat and Ganache in an object.
local function revert_data(data)
  if type(data) == "table" then
    data = data.data or data.result
    data = type(data) == "table" and data.data or data
  end
  local hex = type(data) == "string" and data:gsub("^Reverted ", ""):match "^0x%x+$"
  return hex and #hex >= 10 and #hex % 2 == 0 and hex or nil
end

local MESSAGE_BYTES = 1024 -- as far as it is looked at

-- A reason that the node has told already is not told again.
local function words_of(details)
  local revert = details.revert
  if not revert then
    return ("reverted with an error of its own, selector %s"):format(details.revert_data:sub(1, 10))
  elseif revert.message then
    local said, reason = details.message:sub(1, MESSAGE_BYTES), core.excerpt(revert.message)
    return not said:find(reason, 1, true) and "reverted: " .. reason or nil
  end
end

-- Adds to an error's details what is understood of them: revert_data, revert, reason. Returns words
-- for the message, or nil.
function M.explain(details)
  details.revert_data = revert_data(details.data)
  if details.revert_data then
    details.revert = abi.decode_error(details.revert_data, nil, { lenient = true })
    return words_of(details)
  end
  local said = (details.message or ""):sub(1, MESSAGE_BYTES):lower()
  for _, known in ipairs(reasons) do
    if said:find(known[1], 1, true) then
      details.reason = known[2]
      return cures[known[2]]
    end
  end
end

return M
