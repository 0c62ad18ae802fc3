-- What scripts say of a transaction, as the core takes it: all keys as bytes.

local address = require "dstack.solana.address"
local core = require "dstack.core"
local octets = require "dstack.octets"

local M = {}

local options = {
  instructions = true, fee_payer = true, recent_blockhash = true, version = true,
  address_lookup_tables = true, order = true,
}

-- Arguments that have one of a few values, with what the core takes for each.
local choices = {
  version = { values = { [0] = 0, legacy = -1 }, words = '0 nor "legacy"', default = 0 },
  order = {
    values = { sorted = 0, appearance = 1 }, words = '"sorted" nor "appearance"',
    default = "sorted",
  },
}

local function raise(what, wanted, value)
  core.raise(("transaction: %s: %s expected, got %s"):format(what, wanted,
    value == nil and "nothing" or type(value)))
end

local function check_options(given)
  if type(given) ~= "table" then
    core.raise("transaction: a table of named arguments expected, got " .. type(given))
  end
  for name in pairs(given) do
    if not options[name] then
      core.raise(("transaction: unknown argument '%s'; there are: address_lookup_tables, "
        .. "fee_payer, instructions, order, recent_blockhash, version"):format(tostring(name)))
    end
  end
end

local function key(value, what)
  return address.bytes(value, "transaction: " .. what)
end

-- The members that tables have, with the type of those that have to be of one.
local members = {
  account = { pubkey = true, is_signer = "boolean", is_writable = "boolean" },
  instruction = { program_id = true, accounts = true, data = "string" },
  lookup_table = { key = true, addresses = "table" },
}

-- A misspelled is_writable must not pass for false.
local function check_members(value, known, what)
  for name, member in pairs(value) do
    if not known[name] then
      core.raise(("transaction: %s: unknown member '%s'; there are: %s"):format(what,
        tostring(name), octets.names(known)))
    elseif known[name] ~= true and type(member) ~= known[name] then
      raise(what .. ": " .. name, known[name], member)
    end
  end
end

local function check_list(list, what)
  if type(list) ~= "table" then
    raise(what, "list", list)
  elseif #list == 0 and next(list) ~= nil then
    core.raise(("transaction: %s: list expected, got a table with other keys"):format(what))
  end
end

-- Bytes that flags add up to: 1 signs, 2 is written to.
local function flags(account)
  return string.char((account.is_signer and 1 or 0) + (account.is_writable and 2 or 0))
end

local function accounts(list, where)
  local out = {}
  check_list(list, where .. ": accounts")
  for i = 1, #list do
    local what = ("%s: accounts[%d]"):format(where, i)
    if type(list[i]) ~= "table" then
      raise(what, "table {pubkey=, is_signer=, is_writable=}", list[i])
    end
    check_members(list[i], members.account, what)
    local bytes, message, code = key(list[i].pubkey, what .. ": pubkey")
    if not bytes then
      return nil, message, code
    end
    out[i] = bytes .. flags(list[i])
  end
  return table.concat(out)
end

local function instruction(one, where)
  if type(one) ~= "table" then
    raise(where, "table {program_id=, accounts=, data=}, or assert around what makes one,", one)
  elseif type(one.data) ~= "string" then
    raise(where .. ": data", "string", one.data)
  end
  check_members(one, members.instruction, where)
  local program, message, code = key(one.program_id, where .. ": program_id")
  local records
  if program then
    records, message, code = accounts(one.accounts, where)
  end
  if not records then
    return nil, message, code
  end
  return { program = program, accounts = records, data = one.data }
end

local function lookup_table(one, where)
  if type(one) ~= "table" or type(one.addresses) ~= "table" then
    raise(where, "table {key=, addresses=}", one)
  end
  check_members(one, members.lookup_table, where)
  local table_key, message, code = key(one.key, where .. ": key")
  if not table_key then
    return nil, message, code
  end
  local out = {}
  for i = 1, #one.addresses do
    out[i], message, code = key(one.addresses[i], ("%s: addresses[%d]"):format(where, i))
    if not out[i] then
      return nil, message, code
    end
  end
  return { key = table_key, addresses = table.concat(out) }
end

-- A list, each of whose items is made by a function of the item and its name.
local function each(list, what, make)
  local out = {}
  check_list(list, what)
  for i = 1, #list do
    local made, message, code = make(list[i], ("%s[%d]"):format(what, i))
    if not made then
      return nil, message, code
    end
    out[i] = made
  end
  return out
end

local function choice(given, name)
  local choice_of, value = choices[name], given[name]
  if value == nil then
    value = choice_of.default
  end
  if not choice_of.values[value] then
    return nil, ("transaction: %s: neither %s"):format(name, choice_of.words), "invalid"
  end
  return choice_of.values[value]
end

-- The parts of a plan, in the order they are looked at.
local parts = { "version", "order", "fee_payer", "blockhash", "instructions", "tables" }

local make = {
  version = function(given) return choice(given, "version") end,
  order = function(given) return choice(given, "order") end,
  fee_payer = function(given) return key(given.fee_payer, "fee_payer") end,
  blockhash = function(given) return key(given.recent_blockhash, "recent_blockhash") end,
  instructions = function(given) return each(given.instructions, "instructions", instruction) end,
  tables = function(given)
    return each(given.address_lookup_tables or {}, "address_lookup_tables", lookup_table)
  end,
}

-- Returns the plan, or nil, message, code; raises for what is missing or of another type.
function M.make(given)
  local plan = {}
  check_options(given)
  for _, name in ipairs(parts) do
    local value, message, code = make[name](given)
    if not value then
      return nil, message, code
    end
    plan[name] = value
  end
  return plan
end

return M
