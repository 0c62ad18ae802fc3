-- Transactions as tables: which type one is, and whether it has the fields of its type. What the
-- fields are is known to the core, in rows.

local core = require "dstack.core"
local octets = require "dstack.octets"

local M = {}

-- The names of the transaction types, and what of a table says that it is one; the first that is
-- there decides.
local kinds = { [0] = "before types", "EIP-2930", "EIP-1559", "EIP-4844" }
local marks = {
  { "blob_versioned_hashes", 3 }, { "max_fee_per_blob_gas", 3 },
  { "max_fee_per_gas", 2 }, { "max_priority_fee_per_gas", 2 },
  { "access_list", 1 }, { "gas_price", 0 },
}

-- What others call these fields, where it is not the same in camel case.
local aliases = { gas = "gas_limit", input = "data" }

local rows, known = {}, { type = true, from = true }

for type = 0, #kinds do
  rows[type] = { list = core.ethereum_fields(type), has = { type = true, from = true } }
  for _, field in ipairs(rows[type].list) do
    rows[type].has[field.name], known[field.name] = true, true
  end
end

local function raise_unknown(call, name)
  local text = tostring(name)
  local ours = text:gsub("%u", function(letter) return "_" .. letter:lower() end)
  ours = aliases[ours] or ours
  if known[ours] then
    core.raise(("%s: unknown field '%s': here it is '%s'"):format(call, text, ours))
  end
  core.raise(("%s: unknown field '%s'; there are: %s"):format(call, text, octets.names(known)))
end

local function check_names(call, tx)
  for name in pairs(tx) do
    if not known[name] then
      raise_unknown(call, name)
    end
  end
end

-- The type that a table names, or that its fields say. Returns nil, message, code for another.
local function type_of(call, tx)
  if tx.type == nil then
    for _, mark in ipairs(marks) do
      if tx[mark[1]] ~= nil then
        return mark[2]
      end
    end
    check_names(call, tx)
    core.raise(call .. ": no fee: a transaction has max_fee_per_gas and max_priority_fee_per_gas, "
      .. "or the older gas_price")
  elseif type(tx.type) ~= "number" then
    core.raise(("%s: type: number expected, got %s"):format(call, type(tx.type)))
  elseif not kinds[tx.type] then
    return nil, ("%s: type: %s is none of 0 to %d"):format(call, tostring(tx.type), #kinds),
      "invalid"
  end
  return tx.type
end

-- The one field that may be missing for a reason: a contract's creation has no address.
local function check_to(call, tx)
  if tx.to == nil and (tx.data == nil or tx.data == "" or tx.data == "0x") then
    core.raise(call .. ": to is missing: only a contract's creation has none, and that has data")
  end
end

local missing_chain = "%s: chain_id is missing: without one, anybody can send the transaction on "
  .. "every chain (if that is meant: chain_id = false, with gas_price)"

local function check_missing(call, tx, type)
  if tx.chain_id == nil then
    core.raise(missing_chain:format(call))
  end
  for _, field in ipairs(rows[type].list) do
    if field.required and tx[field.name] == nil then
      core.raise(("%s: %s is missing (%s)"):format(call, field.name, kinds[type]))
    end
  end
  check_to(call, tx)
end

-- Raises for a name that no transaction has and for a field that is missing. Returns the type, or
-- nil, message, code for a field that is another type's.
function M.check(call, tx)
  if type(tx) ~= "table" then
    core.raise(("%s: transaction: table expected, got %s"):format(call,
      tx == nil and "nothing" or type(tx)))
  end
  local of, message, code = type_of(call, tx)
  if not of then
    return nil, message, code
  end
  local has = rows[of].has
  for name in pairs(tx) do
    if not has[name] then
      check_names(call, tx)
      return nil, ("%s: %s: a transaction of type %d (%s) has no such field"):format(call, name, of,
        kinds[of]), "invalid"
    end
  end
  check_missing(call, tx, of)
  return of
end

-- What can be said of a transaction that still lacks fields: raises as M.check does.
function M.check_draft(call, tx)
  check_names(call, tx)
  check_to(call, tx)
end

-- Whether a transaction is from who signs it, where it says from whom. Returns true, or nil,
-- message, code.
function M.check_from(call, tx, address)
  if tx.from == nil then
    return true
  end
  local from, message, code = core.ethereum_to_checksum_address(tx.from, call, "from")
  if not from then
    return nil, message, code
  elseif from ~= address then
    return nil, ("%s: from: it is from %s, and this account is %s"):format(call, from, address),
      "invalid"
  end
  return true
end

-- What others sign: 32 bytes as 0x and hex.
function M.signing_hash(tx)
  local of, message, code = M.check("signing_hash", tx)
  if not of then
    return nil, message, code
  end
  return core.ethereum_signing_hash(of, tx)
end

-- A transaction as sign_transaction takes it, and who signed it how.
function M.decode_transaction(raw)
  return core.ethereum_decode_transaction(raw, "decode_transaction")
end

function M.recover_transaction(raw)
  local tx, signed, code = core.ethereum_decode_transaction(raw, "recover_transaction")
  if not tx then
    return nil, signed, code
  end
  return signed.from
end

return M
