-- The tables of replies, good and bad: what was asked, what came, and what a message must say.

local core = require "dstack.core"

local M = {}

local bytes = { nonce = true, report_data = true, data = true, signature = true, public_key = true, payload = true }

-- A case's arguments, as the client takes them.
function M.arguments(case)
  local arguments = {}
  for name, value in pairs(case.request or {}) do
    arguments[name] = bytes[name] and core.unhex(value) or value
  end
  return arguments
end

function M.body(case)
  if case.fill then
    return case.fill.prefix .. case.fill.unit:rep(case.fill.count) .. case.fill.suffix
  end
  return case.body or core.unhex(case.body_hex)
end

-- The client's name of a method: GetTlsKey is get_tls_key. Tappd's GetKey has a name of its own.
function M.method(name)
  if name == "DeriveK256Key" then
    return "get_key"
  end
  return (name:gsub("%f[%u]%u", function(letter) return "_" .. letter:lower() end):gsub("^_", ""))
end

-- Codes and details may be alternatives, as in "closed|http".
local function one_of(alternatives, matches)
  for word in alternatives:gmatch "[^|]+" do
    if matches(word) then
      return true
    end
  end
  return false
end

-- Checks what a failed call returned: a code that is one of the case's, and a message of bounded
-- length without control characters that names the field and the problem.
function M.check_failure(case, message, code)
  assert(one_of(case.code or case.either, function(word) return word == code end),
    ("%s instead of %s: %s"):format(tostring(code), case.code or case.either, tostring(message)))
  assert(#message < 2048, "a message of " .. #message .. " bytes")
  assert(not message:find "%c", "control characters in a message")
  for _, needed in ipairs { "field", "problem", "detail" } do
    -- a binary body may be told as no UTF-8 or as no JSON
    if case[needed] and not (case[needed] == "utf8" and case.id:match "^E34") then
      assert(message:find(case[needed], 1, true),
        ("%s %q is not in: %s"):format(needed, case[needed], message))
    end
  end
end

return M
