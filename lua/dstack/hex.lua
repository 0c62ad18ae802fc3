-- Hex text that a reply or a script gives: as bytes, or what is wrong with it.

local core = require "dstack.core"

local M = {}

-- Members were checked when the reply was read, but a script may have changed them since.
function M.bytes(text, what)
  if type(text) ~= "string" then
    core.raise(("%s: hex text expected, got %s"):format(what, type(text)))
  end
  local raw, message, code = core.unhex(text)
  if not raw then
    return nil, what .. ": " .. message, code
  end
  return raw
end

function M.list(list, what)
  local out = {}
  for i, text in ipairs(list) do
    local raw, message, code = M.bytes(text, what .. "[" .. i .. "]")
    if not raw then
      return nil, message, code
    end
    out[i] = raw
  end
  return out
end

-- An argument that is hex text, with or without 0x.
function M.argument(method, options, name)
  local text = options[name]
  if type(text) ~= "string" then
    core.raise(("%s: bad argument '%s' (hex text expected, got %s)"):format(method, name,
      type(text)))
  elseif text:find "[^%x]" and not text:find "^0[xX]%x*$" then
    return nil, name .. ": not hex text", "invalid"
  end
  return M.bytes((text:gsub("^0[xX]", "")), name)
end

return M
