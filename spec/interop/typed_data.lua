-- Random typed data (EIP-712), and what we make of it: see lines.lua and run. The peers are eth-account
-- (typed_data.py) and viem (typed_data.mjs). A case has EIP712Domain among its types, since peers want it there;
-- `bare` says that we make it of the domain's members, which gives the same.

local dstack = require "dstack"
local lines = require "spec.interop.lines"
local values = require "spec.interop.values"

local ethereum, typed_data = dstack.ethereum, dstack.ethereum.typed_data
local chance, list, pick = lines.chance, lines.list, lines.pick
local random = math.random

-- Cases ------------------------------------------------------------------------------------------

local function shuffled(names)
  for i = #names, 2, -1 do
    local k = random(i)
    names[i], names[k] = names[k], names[i]
  end
  return names
end

local function suffix()
  return table.concat(list(0, pick { 0, 0, 1, 2 }, function() return pick { "[]", "[1]", "[2]" } end))
end

-- Every struct is used by the one before it, or there would be several that the message could be of.
local function structs()
  local names = shuffled { "Order", "Item", "Person", "a", "Zed", "Asset_1", "B$" }
  local types, count = {}, random(5)
  for i = 1, count do
    local members = list(1, 5, function(k)
      local kind = i < count and chance(2) and names[random(i + 1, count)] or values.atom()
      return { name = "m" .. k, type = kind .. suffix() }
    end)
    if i < count then
      members[#members + 1] = { name = "next", type = names[i + 1] .. pick { "", "", "[]", "[2]" } }
    end
    if chance(5) then
      members[#members + 1] = { name = "again", type = names[i] .. "[]" }
    end
    types[names[i]] = members
  end
  return names[1], types
end

local function fill(types, kind, depth)
  local inner, size = kind:match "^(.*)%[(%d*)%]$"
  if inner then
    size = tonumber(size) or (depth < 4 and random(0, 3) or 0)
    return list(size, size, function() return fill(types, inner, depth + 1) end)
  elseif not types[kind] then
    return values.of_atom(kind)
  end
  local struct = {}
  for _, member in ipairs(types[kind]) do
    struct[member.name] = fill(types, member.type, depth + 1)
  end
  return struct
end

local fields = {
  { name = "name", type = "string" }, { name = "version", type = "string" }, { name = "chainId", type = "uint256" },
  { name = "verifyingContract", type = "address" }, { name = "salt", type = "bytes32" },
}

local make = {}

function make.typed_data()
  local primary, types = structs()
  local domain = {}
  for _, field in ipairs(fields) do
    domain[#domain + 1] = chance(2) and field or nil
  end
  types.EIP712Domain = #domain > 0 and domain or { fields[1] }
  return {
    key = "0x" .. lines.bytes(32), types = types, primary = primary, bare = chance(2),
    domain = fill(types, "EIP712Domain", 0), message = fill(types, primary, 0),
  }
end

-- Answers ----------------------------------------------------------------------------------------

local answer = {}

function answer.typed_data(case)
  local types, domain, message = case.types, case.domain, case.message
  local account = assert(ethereum.account_from_key(case.key))
  if case.bare then
    types.EIP712Domain = nil
  end
  local hash = assert(typed_data.hash(domain, types, message, case.primary))
  local signature = assert(account:sign_typed_data(domain, types, message, case.primary))
  local found = assert(ethereum.recover_typed_data(domain, types, message, signature, case.primary))
  return ("%s %s %s %s"):format(assert(typed_data.domain_separator(domain, types)), hash, signature, found)
end

lines.main { make = make, answer = answer }
