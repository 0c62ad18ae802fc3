-- Functions that make instructions, by rows. A row is three texts:
--   1  the arguments in order, those with a ? may be left out
--   2  the data's bytes in order: "2:u32" is a number that is always there, "lamports:u64" is an
--      argument; types: u8, u32, u64, key, option_key (a byte that says whether one follows), text
--      (its length in 8 bytes first)
--   3  the accounts in order, with what is done with them: "s" signs, "w" is written to; "a" signs
--      unless `signers` does in its place, which then follow; "@rent" is one that everybody knows

local address = require "dstack.solana.address"
local core = require "dstack.core"
local ids = require "dstack.solana.ids"

local M = {}

-- Arguments ------------------------------------------------------------------------------------

local function is_named(count, first)
  return count == 1 and type(first) == "table" and first.public_key_bytes == nil
end

local function check_known(row, given)
  for name in pairs(given) do
    if not row.known[name] then
      core.raise(("%s: unknown argument '%s'; there are: %s"):format(row.call, tostring(name),
        table.concat(row.names, ", ")))
    end
  end
  return given
end

-- Positional arguments, or one table of named ones.
local function read_arguments(row, ...)
  local count, first, given = select("#", ...), (...), {}
  if is_named(count, first) then
    for name, value in pairs(check_known(row, first)) do
      given[name] = value
    end
    return given
  elseif count > #row.names then
    core.raise(("%s: %d arguments given, at most %d taken: %s"):format(row.call, count, #row.names,
      table.concat(row.names, ", ")))
  end
  for i, name in ipairs(row.names) do
    given[name] = (select(i, ...))
  end
  return given
end

local function check_required(row, given)
  for name in pairs(row.required) do
    if given[name] == nil then
      core.raise(("%s: %s: missing"):format(row.call, name))
    end
  end
end

-- Data -----------------------------------------------------------------------------------------

local function integer(size)
  return function(value, what)
    if type(value) ~= "number" and type(value) ~= "string" then
      core.raise(("%s: number or decimal text expected, got %s"):format(what, type(value)))
    end
    local bytes, message, code = core.solana.integer(value, size)
    if not bytes then
      return nil, what .. ": " .. message, code
    end
    return bytes
  end
end

local encode = { u8 = integer(1), u32 = integer(4), u64 = integer(8), key = address.bytes }

function encode.option_key(value, what)
  if value == nil then
    return "\0"
  end
  local bytes, message, code = address.bytes(value, what)
  if not bytes then
    return nil, message, code
  end
  return "\1" .. bytes
end

function encode.text(value, what)
  if type(value) ~= "string" then
    core.raise(("%s: string expected, got %s"):format(what, type(value)))
  end
  return core.solana.integer(#value, 8) .. value
end

local function make_data(row, given)
  local out = {}
  for i, part in ipairs(row.data) do
    local value = part.constant or given[part.name]
    local bytes, message, code = encode[part.type](value, row.call .. ": " .. (part.name or ""))
    if not bytes then
      return nil, message, code
    end
    out[i] = bytes
  end
  return table.concat(out)
end

-- Accounts -------------------------------------------------------------------------------------

local function meta(key, what, is_signer, is_writable)
  local bytes, message, code = address.bytes(key, what)
  if not bytes then
    return nil, message, code
  end
  return { pubkey = core.base58(bytes), is_signer = is_signer, is_writable = is_writable }
end

-- Adds those who sign as well, a list of keys or nil. Returns the accounts, or nil, message, code.
function M.add_signers(accounts, signers, what)
  local kind = type(signers)
  if signers ~= nil and (kind ~= "table" or signers.public_key_bytes) then
    core.raise(("%s: a list of public keys expected, got %s"):format(what,
      kind == "table" and "a keypair" or kind))
  end
  for i, signer in ipairs(signers or {}) do
    local account, message, code = meta(signer, ("%s[%d]"):format(what, i), true, false)
    if not account then
      return nil, message, code
    end
    accounts[#accounts + 1] = account
  end
  return accounts
end

local function make_accounts(row, given)
  local accounts = {}
  local authority_signs = type(given.signers) ~= "table" or #given.signers == 0
  for i, part in ipairs(row.accounts) do
    local key = part.known or given[part.name]
    local account, message, code = meta(key, row.call .. ": " .. part.name,
      part.signs or (part.authority and authority_signs) or false, part.writable)
    if not account then
      return nil, message, code
    end
    accounts[i] = account
  end
  return M.add_signers(accounts, given.signers, row.call .. ": signers")
end

-- Rows -----------------------------------------------------------------------------------------

local function parse_arguments(row, text)
  for name, optional in text:gmatch "([%w_]+)(%??)" do
    row.names[#row.names + 1] = name
    row.known[name] = true
    row.required[name] = optional == "" or nil
  end
end

local function parse_row(call, texts)
  local row = { call = call, names = {}, known = {}, required = {}, data = {}, accounts = {} }
  parse_arguments(row, texts[1])
  for name, kind in texts[2]:gmatch "([%w_]+):([%w_]+)" do
    local constant = name:find "^%d+$" and tonumber(name)
    row.data[#row.data + 1] = { name = not constant and name, constant = constant, type = kind }
  end
  for name, flags in texts[3]:gmatch "(@?[%w_]+):?(%a*)" do
    row.accounts[#row.accounts + 1] = {
      name = name, known = name:find "^@" and ids.accounts[name:sub(2)],
      signs = flags:find "s" ~= nil, authority = flags:find "a" ~= nil,
      writable = flags:find "w" ~= nil,
    }
  end
  return row
end

-- The id of the program that an instruction is for: the table's, or another that does the same.
local function program_of(spec, row, given)
  local bytes, message, code = address.bytes(given.program_id or spec.id,
    row.call .. ": program_id")
  return bytes and core.base58(bytes), message, code
end

local function build(spec, row, given)
  local program_id, message, code = program_of(spec, row, given)
  local data, accounts
  if program_id then
    data, message, code = make_data(row, given)
  end
  if data then
    accounts, message, code = make_accounts(row, given)
  end
  if not accounts then
    return nil, message, code
  end
  return { program_id = program_id, accounts = accounts, data = data }
end

local function call_row(spec, row, ...)
  local given, message, code = read_arguments(row, ...), nil, nil
  check_required(row, given)
  if spec.complete then
    given, message, code = spec.complete(row.call, given)
  end
  if not given then
    return nil, message, code
  end
  return build(spec, row, given)
end

-- A table with a function for each row. spec: {name = of the table in scripts, id = the program's,
-- further = arguments of all its functions, rows = name -> row, complete = where there is one: adds
-- what follows from the arguments and returns them, or nil, message, code}
function M.program(spec)
  local functions = {}
  for name, texts in pairs(spec.rows) do
    local row = parse_row(spec.name .. "." .. name,
      { texts[1] .. " " .. (spec.further or ""), texts[2], texts[3] })
    functions[name] = function(...)
      return call_row(spec, row, ...)
    end
  end
  return functions
end

return M
