-- Typed data: what wallets sign as eth_signTypedData_v4 (EIP-712). Hashes are 0x and hex digits.

local core = require "dstack.core"

local M = {}

-- The domain's members that there can be, in the standard's order.
local domain_members = {
  { name = "name", type = "string" },
  { name = "version", type = "string" },
  { name = "chainId", type = "uint256" },
  { name = "verifyingContract", type = "address" },
  { name = "salt", type = "bytes32" },
}

local function check_table(value, call, name)
  if type(value) ~= "table" then
    core.raise(("%s: %s: table expected, got %s"):format(call, name,
      value == nil and "nothing" or type(value)))
  end
end

-- The types with that of the domain among them: as given, or of the members that the domain has.
local function with_domain(types, domain, call)
  check_table(types, call, "types")
  check_table(domain, call, "domain")
  if types.EIP712Domain ~= nil then
    return types
  end
  local all, members = {}, {}
  for name, of in pairs(types) do
    all[name] = of
  end
  for _, member in ipairs(domain_members) do
    if domain[member.name] ~= nil then
      members[#members + 1] = member
    end
  end
  all.EIP712Domain = members
  return all
end

-- Data, maybe from outside: what is wrong in it does not raise. primary_type is the same member in
-- the spelling of named arguments.
local function check_form(form, call)
  local primary = form.primaryType ~= nil and "primaryType" or "primary_type"
  local known = { types = "table", domain = "table", message = "table", [primary] = "string" }
  for name in pairs(form) do
    if not known[name] then
      return nil, call .. ": a member that is none of types, primaryType, domain, message",
        "invalid"
    end
  end
  for _, name in ipairs { "types", "domain", "message", primary } do
    local got = form[name] == nil and "nothing" or type(form[name])
    if got ~= known[name] and not (name == primary and got == "nothing") then
      return nil, ("%s: member '%s': %s expected, got %s"):format(call, name, known[name], got),
        "invalid"
    end
  end
  return form, form[primary]
end

-- eth_signTypedData_v4's own form: {types =, primaryType =, domain =, message =}, or its JSON.
local function read_form(form, call)
  if type(form) == "string" then
    local value, message, code = core.json_decode(form, true) -- what is shown is what is signed
    if type(value) ~= "table" then
      return nil, ("%s: %s"):format(call, message or "the JSON is no object"), code or "invalid"
    end
    form = value
  end
  check_table(form, call, "domain")
  return check_form(form, call)
end

-- hash(domain, types, message[, primary_type]), or the whole form as the only argument.
function M.hash(domain, types, message, primary_type)
  local call = "typed_data.hash"
  if types == nil and message == nil then
    local form, primary, code = read_form(domain, call)
    if not form then
      return nil, primary, code
    end
    domain, types, message, primary_type = form.domain, form.types, form.message, primary
  end
  return core.typed_hash(call, with_domain(types, domain, call), domain, message, primary_type)
end

-- The hash of a domain; with the types where they say what a domain is.
function M.domain_separator(domain, types)
  local call = "typed_data.domain_separator"
  return core.typed_hash_struct(call, with_domain(types or {}, domain, call), "EIP712Domain",
    domain, "domain")
end

-- hashStruct of a value of that type.
function M.struct_hash(types, name, value)
  return core.typed_hash_struct("typed_data.struct_hash", types, name, value, "value")
end

-- encodeType: Mail(Person from,...)Person(...)
function M.encode_type(types, name)
  return core.typed_encode_type("typed_data.encode_type", types, name)
end

return M
