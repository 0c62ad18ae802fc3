-- The comparison of tools/interop_ethereum_abi.
--   usage: dstack-lua ethereum_abi.lua abi|packed|typed CASES

local core = require "dstack.core"
local ethereum = require("dstack").ethereum

local abi, typed_data = ethereum.abi, ethereum.typed_data
local kind, path = ...

local same, different = 0, 0

local function compare(what, case, good, message)
  if good then
    same = same + 1
    return
  end
  different = different + 1
  print(("%s: %s differs: %s"):format(kind, what, message or case.data or case.hash))
end

-- Decoded values are numbers where the cases have text.
local function equal(got, wanted)
  if type(got) ~= "table" then
    return got == wanted or (type(got) == "number" and got == tonumber(wanted))
  elseif #got ~= #wanted then
    return false
  end
  for i = 1, #got do
    if not equal(got[i], wanted[i]) then
      return false
    end
  end
  return true
end

local checks = {}

function checks.abi(case)
  local data, message = abi.encode(case.types, case.values)
  compare("encode", case, data == case.data, message)
  local values
  values, message = abi.decode(case.types, case.data)
  compare("decode", case, values and equal(values, case.values), message)
  values, message = abi.decode(case.types, case.data, { lenient = true })
  compare("lenient decode", case, values and equal(values, case.values), message)
end

function checks.packed(case)
  local data, message = abi.encode_packed(case.types, case.values)
  compare("encode_packed", case, data == case.data, message)
end

function checks.typed(case)
  local form = case.form
  local hash, message = typed_data.hash(form)
  compare("hash", case, hash == case.hash, message)
  hash, message = typed_data.domain_separator(form.domain)
  compare("domain_separator", case, hash == case.separator, message)
  hash, message = typed_data.struct_hash(form.types, form.primaryType, form.message)
  compare("struct_hash", case, hash == case.struct, message)
end

local file = assert(io.open(path, "rb"))
local cases = assert(core.json_decode(file:read "a"))
file:close()
for _, case in ipairs(cases) do
  checks[kind](case)
end
print(("%s: %d cases, %d comparisons, %d different"):format(kind, #cases, same + different,
  different))
os.exit(different == 0 and #cases > 0)
