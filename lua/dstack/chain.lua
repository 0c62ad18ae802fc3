-- The chains of signatures that vouch for derived keys, checked from what a relying party holds:
-- the public key and the chain, and what it knows from elsewhere.

local core = require "dstack.core"
local hex = require "dstack.hex"

local M = {}

-- What the first link of each surface speaks for, beside the public key.
local claims = { v0 = { "purpose" }, v1 = { "domain", "algorithm" } }

local hex_members = { "public_key", "app_id", "kms_root" }

-- Raises unless options is a table that has these names only.
function M.check_names(method, options, names)
  local list = table.concat(names, ", ")
  if type(options) ~= "table" then
    core.raise(("%s wants a table: {%s}"):format(method, list))
  end
  local known = {}
  for _, name in ipairs(names) do
    known[name] = true
  end
  for name in pairs(options) do
    if not known[name] then
      core.raise(("%s: unknown option '%s'; there are: %s"):format(method, tostring(name), list))
    end
  end
end

local function decode_chain(method, links)
  if type(links) ~= "table" then
    core.raise(("%s: bad argument 'signature_chain' (a list of hex texts expected, got %s)"):format(
      method, type(links)))
  end
  local decoded, message, code = hex.list(links, "signature_chain")
  if not decoded then
    return nil, message, code
  elseif #decoded ~= 2 then
    return nil, ("signature_chain: %d links instead of 2%s"):format(#decoded, #decoded == 3
      and "; the first of a Sign reply's three is the signature: give the other two" or ""),
      "invalid"
  end
  return decoded
end

-- Checks a claim whose members are hex text, or text where they are names.
-- Returns the application's root public key in hex, or nil, message, code.
function M.verify(method, claim)
  local given = {}
  for _, name in ipairs(hex_members) do
    local raw, message, code = hex.argument(method, claim, name)
    if not raw then
      return nil, message, code
    end
    given[name] = raw
  end
  for _, name in ipairs(claims[claim.surface]) do
    if type(claim[name]) ~= "string" then
      core.raise(("%s: bad argument '%s' (string expected, got %s)"):format(method, name,
        type(claim[name])))
    end
    given[name] = claim[name]
  end
  local links, message, code = decode_chain(method, claim.signature_chain)
  if not links then
    return nil, message, code
  end
  given.link0, given.link1 = links[1], links[2]
  local root
  root, message, code = core.verify_chain(given)
  if not root then
    return nil, message, code
  end
  return core.hex(root)
end

-- For whoever holds no key: see types/dstack.lua.
function M.verify_key_chain(options)
  local surface = type(options) == "table" and options.surface
  local claim = claims[surface]
  if not claim then
    core.raise [[verify_key_chain wants a table with surface = "v0" or "v1"]]
  end
  local names = { "surface", "signature_chain" }
  for _, list in ipairs { hex_members, claim } do
    for _, name in ipairs(list) do
      names[#names + 1] = name
    end
  end
  M.check_names("verify_key_chain", options, names)
  return M.verify("verify_key_chain", options)
end

return M
