-- Answers to questions about Solana that other implementations answer too: those of spec/vectors/solana.json, and
-- the random ones of spec/interop/run. A case is a table as its JSON says; an answer is one line of text.

local core = require "dstack.core"
local dstack = require "dstack"

local crypto, solana = dstack.crypto, dstack.solana
local hex, unhex = crypto.hex, crypto.unhex
local unpack = table.unpack or unpack

local M = {}

-- What solana.transaction takes.
function M.plan(case)
  local of = {
    version = case.version, order = case.order, fee_payer = case.fee_payer,
    recent_blockhash = case.recent_blockhash, instructions = {},
    address_lookup_tables = case.version == 0 and case.tables or nil,
  }
  for i, step in ipairs(case.instructions) do
    of.instructions[i] = { program_id = step.program_id, accounts = step.accounts, data = unhex(step.data) }
  end
  return of
end

local answer = {}
M.answer = answer

local function public_key(seed)
  return assert(solana.keypair_from_seed(unhex(seed))).public_key
end

function answer.address(case)
  return public_key(case.seed)
end

function answer.signature(case)
  local keypair, message = assert(solana.keypair_from_seed(unhex(case.seed))), unhex(case.message)
  local signature = assert(keypair:sign(message))
  assert(solana.verify(keypair.public_key, signature, message))
  return hex(signature)
end

function answer.message(case)
  local made, message, code = solana.transaction(M.plan(case))
  if not made then
    assert(code == "too_large", message)
    return code
  end
  return hex(made:message_bytes())
end

function answer.transaction(case)
  local made, message, code = solana.transaction(M.plan(case))
  if not made then
    assert(code == "too_large", message)
    return code
  end
  local missing = {}
  for _, signer in ipairs(made:missing_signers()) do
    missing[signer] = true
  end
  for _, seed in ipairs(case.seeds) do
    local keypair = assert(solana.keypair_from_seed(unhex(seed)))
    if missing[keypair.public_key] then
      assert(made:partial_sign(keypair))
    end
  end
  local out = assert(made:serialize())
  local again = assert(solana.deserialize(out))
  assert(again:verify_signatures())
  assert(again:serialize() == out)
  return hex(out)
end

function answer.decoding(case)
  local input = unhex(case.bytes)
  local made = solana.deserialize(input)
  assert(not made or made:serialize { allow_missing = true } == input)
  return made and "read" or "refused"
end

function answer.program_address(case)
  local seeds = {}
  for i, seed in ipairs(case.seeds) do
    seeds[i] = unhex(seed)
  end
  local address, bump = assert(solana.find_program_address(seeds, case.program))
  seeds[#seeds + 1] = string.char(bump)
  assert(address == solana.create_program_address(seeds, case.program))
  seeds[#seeds] = nil
  return ("%s %d %s"):format(address, bump, solana.create_program_address(seeds, case.program) or "refused")
end

function answer.seed_address(case)
  return assert(solana.create_with_seed(case.base, case.seed, case.owner))
end

function answer.associated_token(case)
  return (assert(solana.associated_token.address(case.owner, case.mint, case.program, true)))
end

function answer.curve(case)
  return tostring(solana.is_on_curve(case.key))
end

function answer.instruction(case)
  local given, count = {}, #case.arguments
  for i, value in ipairs(case.arguments) do
    given[i] = value ~= core.null and value or nil
  end
  if case.program == "associated_token" then
    count = 5
    given[count] = true -- allow_owner_off_curve: the keys are any
  end
  local made = assert(solana[case.program][case.name](unpack(given, 1, count)))
  local out = { made.program_id }
  for _, account in ipairs(made.accounts) do
    out[#out + 1] = ("%s:%s%s"):format(account.pubkey, account.is_signer and "s" or "",
      account.is_writable and "w" or "")
  end
  out[#out + 1] = hex(made.data)
  return table.concat(out, " ")
end

answer.small_instruction, answer.token_instruction = answer.instruction, answer.instruction

-- All that a message says, in words.
function answer.reading(case)
  local said = assert(solana.deserialize_message(unhex(case.bytes))):message()
  local function name(account)
    return ("%s:%s%s"):format(account.pubkey or account.lookup_table .. "/" .. account.index,
      account.is_signer and "s" or "", account.is_writable and "w" or "")
  end
  local out = { tostring(said.version), said.fee_payer, said.recent_blockhash }
  for _, account in ipairs(said.accounts) do
    out[#out + 1] = name(account)
  end
  for _, step in ipairs(said.instructions) do
    out[#out + 1] = step.program_id
    for _, account in ipairs(step.accounts) do
      out[#out + 1] = name(account)
    end
    out[#out + 1] = hex(step.data)
  end
  return table.concat(out, " ")
end

return M
