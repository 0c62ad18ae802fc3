-- Calls that must fail without a word of a secret.

local core = require "dstack.core"

local M = {}

-- Fails for a text that shows an end of a secret, in any spelling: messages may cut what they quote.
function M.check(secret, text, where)
  text = tostring(text)
  local head, tail = secret:sub(1, 8), secret:sub(-8)
  for _, shown in ipairs { head, tail, core.hex(head), core.hex(tail), core.base64(secret):sub(1, 10) } do
    assert(not text:lower():find(shown:lower(), 1, true), (where or "it") .. ": " .. text)
  end
end

-- Returns a function that calls another one with arguments, which must raise or return nil and a message; of what
-- is said, nothing shows the secret.
function M.of(secret)
  return function(call, ...)
    local good, result, message, code = pcall(call, ...)
    assert(not good or result == nil, "it did not fail")
    M.check(secret, good and message or result)
    assert(not good or type(message) == "string" and type(code) == "string")
  end
end

return M
