-- Random cases of what is computed for Solana, and our answers: see lines.lua and run. The peers are solders
-- (solana.py), and @solana/web3.js with @solana/spl-token (solana.mjs).

local answers = require "spec.support.solana"
local cjson = require "cjson"
local dstack = require "dstack"
local lines = require "spec.interop.lines"

local crypto, solana = dstack.crypto, dstack.solana
local hex, random = crypto.hex, math.random

-- Cases ------------------------------------------------------------------------------------------

local bytes, chance, list, pick = lines.bytes, lines.chance, lines.list, lines.pick

local function some(most)
  return bytes(random(0, most))
end

local function key()
  return crypto.base58(lines.octets(32))
end

local function public_key(seed)
  return assert(solana.keypair_from_seed(crypto.unhex(seed))).public_key
end

local amounts = { "0", "1", "255", "65536", "4294967295", "9007199254740993", "18446744073709551615" }

local function u64()
  return chance(2) and pick(amounts) or ("%d"):format(random(0, math.maxinteger))
end

local function u53()
  return ("%d"):format(random(0, (1 << 53) - 1))
end

local function u32()
  return random(0, 0xffffffff)
end

local make = {}

function make.address()
  return { seed = bytes(32) }
end

function make.signature()
  return { seed = bytes(32), message = some(300) }
end

-- Accounts from a small pool, so that they meet again; keys of the pool's signers only sign.
function make.message()
  local seeds = list(1, 5, function() return bytes(32) end)
  local others = list(2, 14, key)
  local function account()
    if chance(3) then
      return { pubkey = public_key(pick(seeds)), is_signer = chance(2), is_writable = chance(2) }
    end
    return { pubkey = pick(others), is_signer = false, is_writable = chance(2) }
  end
  local programs = list(1, 3, key)
  if chance(3) then
    programs[#programs + 1] = pick(others)
  end
  return {
    version = chance(2) and "legacy" or 0, seeds = seeds, fee_payer = public_key(seeds[1]),
    recent_blockhash = key(),
    instructions = list(1, 6, function()
      return { program_id = pick(programs), accounts = list(0, 9, account), data = some(chance(9) and 400 or 60) }
    end),
    tables = list(0, 3, function()
      return { key = key(), addresses = list(0, 12, function() return chance(2) and pick(others) or key() end) }
    end),
  }
end

make.transaction = make.message

function make.decoding()
  local case = make.message()
  local made = solana.transaction {
    version = case.version, fee_payer = case.fee_payer, recent_blockhash = case.recent_blockhash,
    instructions = { { program_id = key(), accounts = case.instructions[1].accounts, data = "abc" } },
  }
  local octets = { assert(made:serialize { allow_missing = true }):byte(1, -1) }
  for _ = 1, random(0, 2) do
    octets[chance(2) and random(#octets) or random(math.min(#octets, 4))] = random(0, 255)
  end
  -- What is no signature or key is where most can go wrong.
  local at = 2 + 64 * #made:signatures()
  if chance(2) then
    octets[math.min(#octets, at + random(0, 4))] = random(0, 12)
  end
  if chance(3) then
    octets[#octets - random(0, 6)] = random(0, 20)
  end
  if chance(6) then
    octets[#octets + 1] = 0
  end
  return { bytes = hex(string.char(table.unpack(octets))) }
end

function make.program_address()
  return { seeds = list(0, 5, function() return some(32) end), program = key() }
end

function make.seed_address()
  return { base = key(), seed = some(16), owner = key() }
end

function make.associated_token()
  return { owner = key(), mint = key(),
    program = pick { solana.program_ids.token, solana.program_ids.token_2022 } }
end

function make.curve()
  return { key = chance(2) and public_key(bytes(32)) or key() }
end

-- Instructions by name: the arguments in our order and what they are.
local arguments = {
  key = key, u64 = u64, u32 = u32, u8 = function() return random(0, 255) end,
  text = function() return some(16) end,
  maybe = function() return chance(2) and key() or cjson.null end,
}

local instructions = {
  system = {
    create_account = "key key u64 u64 key", assign = "key key", transfer = "key key u64",
    create_account_with_seed = "key key key text u64 u64 key", allocate = "key u64",
    advance_nonce = "key key", withdraw_nonce = "key key key u64", authorize_nonce = "key key key",
    initialize_nonce = "key key", transfer_with_seed = "key key text key key u64",
  },
  compute_budget = {
    request_heap_frame = "u32", set_compute_unit_limit = "u32", set_compute_unit_price = "u64",
  },
  token = {
    initialize_mint = "key u8 key maybe", initialize_account = "key key key", transfer = "key key key u64",
    approve = "key key key u64", revoke = "key key", set_authority = "key key u8 maybe",
    mint_to = "key key key u64", burn = "key key key u64", close_account = "key key key",
    freeze_account = "key key key", thaw_account = "key key key",
    transfer_checked = "key key key key u64 u8", approve_checked = "key key key key u64 u8",
    mint_to_checked = "key key key u64 u8", burn_checked = "key key key u64 u8", sync_native = "key",
    initialize_account3 = "key key key", initialize_mint2 = "key u8 key maybe",
  },
  associated_token = { create = "key key key", create_idempotent = "key key key" },
}

-- small: without amounts that JavaScript's numbers have not
local function instruction_of(small, ...)
  local names = {}
  for _, program in ipairs { ... } do
    for name, types in pairs(instructions[program]) do
      names[#names + 1] = { program = program, name = name, types = types }
    end
  end
  table.sort(names, function(a, b) return a.program .. a.name < b.program .. b.name end)
  return function()
    local chosen = pick(names)
    local case = { program = chosen.program, name = chosen.name, arguments = {} }
    for kind in chosen.types:gmatch "%w+" do
      table.insert(case.arguments, small and kind == "u64" and u53() or arguments[kind]())
    end
    if case.name == "set_authority" then
      case.arguments[3] = random(0, 3)
    end
    return case
  end
end

make.instruction = instruction_of(false, "system", "compute_budget")
make.small_instruction = instruction_of(true, "system", "compute_budget")
make.token_instruction = instruction_of(false, "token", "associated_token")

-- Bytes of a message, by the same function as answers.
function make.reading()
  local made
  repeat
    made = solana.transaction(answers.plan(make.message()))
  until made
  return { bytes = hex(made:message_bytes()) }
end

lines.main { make = make, answer = answers.answer }
