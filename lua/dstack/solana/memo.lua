-- The Memo program: a text in the transaction, which the signers named stand for.

local core = require "dstack.core"
local ids = require "dstack.solana.ids"
local instruction = require "dstack.solana.instruction"
local octets = require "dstack.octets"

local M = {}

function M.memo(text, signers)
  octets.check_string(text, "memo: text")
  if not core.solana.is_text(text) then
    return nil, "memo: text: not UTF-8, which is all that the program takes", "invalid"
  end
  local accounts, message, code = instruction.add_signers({}, signers, "memo: signers")
  if not accounts then
    return nil, message, code
  end
  return { program_id = ids.program_ids.memo, accounts = accounts, data = text }
end

return M
