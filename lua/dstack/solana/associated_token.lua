-- Associated token accounts: the one account of an owner for a mint that everybody can find.

local address = require "dstack.solana.address"
local core = require "dstack.core"
local ids = require "dstack.solana.ids"
local instruction = require "dstack.solana.instruction"

-- Who gives the address of a token account as owner gets an account that this account owns, and
-- what is sent there is lost. It is off the curve, as are programs' addresses, which may own one.
local function check_owner(call, bytes, allowed)
  if allowed ~= nil and type(allowed) ~= "boolean" then
    core.raise(("%s: allow_owner_off_curve: boolean expected, got %s"):format(call, type(allowed)))
  elseif allowed or core.solana.is_on_curve(bytes) then
    return true
  end
  return nil, call .. ": owner: it is off the curve: the address of a token account or a "
    .. "program's, which nobody has a key for; if a program owns the account: "
    .. "allow_owner_off_curve = true", "invalid"
end

-- The address of an owner's account for a mint, and its bump; or nil, message, code.
local function derive(call, given)
  local seeds = {}
  for i, name in ipairs { "owner", "token_program_id", "mint" } do
    local bytes, message, code = address.bytes(given[name], call .. ": " .. name)
    if not bytes then
      return nil, message, code
    end
    seeds[i] = bytes
  end
  local good, message, code = check_owner(call, seeds[1], given.allow_owner_off_curve)
  if not good then
    return nil, message, code
  end
  return address.find_program_address(seeds, ids.program_ids.associated_token)
end

local function complete(call, given)
  given.token_program_id = given.token_program_id or ids.program_ids.token
  local account, bump, code = derive(call, given)
  if not account then
    return nil, bump, code
  end
  given.account = account
  return given
end

local ACCOUNTS = "payer:sw account:w owner mint @system token_program_id"

local M = instruction.program {
  name = "associated_token",
  id = ids.program_ids.associated_token,
  further = "token_program_id? allow_owner_off_curve?",
  complete = complete,
  rows = {
    create = { "payer owner mint", "", ACCOUNTS },
    create_idempotent = { "payer owner mint", "1:u8", ACCOUNTS },
  },
}

function M.address(owner, mint, token_program_id, allow_owner_off_curve)
  return derive("associated_token.address", {
    owner = owner, mint = mint, token_program_id = token_program_id or ids.program_ids.token,
    allow_owner_off_curve = allow_owner_off_curve,
  })
end

return M
