-- A message as scripts read it: with accounts in the place of indexes.

local M = {}

-- The accounts that indexes mean: the message's keys, then what its tables give, those that are
-- written to first.
local function accounts_of(decoded)
  local accounts = {}
  for i, key in ipairs(decoded.keys) do
    accounts[i] = key
  end
  for _, kind in ipairs { "writable", "readonly" } do
    for _, lookup in ipairs(decoded.lookups) do
      for index in lookup[kind]:gmatch "." do
        accounts[#accounts + 1] = {
          lookup_table = lookup.key, index = index:byte(), is_signer = false,
          is_writable = kind == "writable",
        }
      end
    end
  end
  return accounts
end

local function instructions_of(decoded, accounts)
  local list = {}
  for i, step in ipairs(decoded.steps) do
    local of = {}
    for at = 1, #step.accounts do
      of[at] = accounts[step.accounts:byte(at) + 1]
    end
    list[i] = { program_id = accounts[step.program + 1].pubkey, accounts = of, data = step.data }
  end
  return list
end

function M.message(decoded)
  local accounts = accounts_of(decoded)
  return {
    version = decoded.version == 0 and 0 or "legacy",
    fee_payer = accounts[1].pubkey,
    recent_blockhash = decoded.blockhash,
    accounts = accounts,
    instructions = instructions_of(decoded, accounts),
  }
end

return M
