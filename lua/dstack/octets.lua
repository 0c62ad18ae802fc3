-- Bytes that a caller may give as they are or as hex text. And tables of options.

local core = require "dstack.core"

local M = {}

-- Raises unless it is a string.
function M.check_string(value, what)
  if type(value) ~= "string" then
    core.raise(("%s: string expected, got %s"):format(what,
      value == nil and "nothing" or type(value)))
  end
end

-- Text of hex digits only is hex, also where its length would do for bytes: half of a key's digits
-- must not pass for another key.
local function is_digits(text)
  return text:find "^0[xX]%x*$" ~= nil or text:find "^%x+$" ~= nil
end

-- Hex text, with or without 0x, as bytes; nil and what is wrong.
local function unhex(text)
  local bytes, message = core.unhex((text:gsub("^0[xX]", "")))
  return bytes, message
end

local function has_size(bytes, sizes)
  for _, size in ipairs(sizes) do
    if #bytes == size then
      return true
    end
  end
  return false
end

-- Bytes of one of these sizes, out of such bytes or their hex. Shows nothing of them in a message:
-- they may be a secret. Returns the bytes, or nil, message, code.
function M.take(value, what, ...)
  M.check_string(value, what)
  local sizes = { ... }
  local wanted = table.concat(sizes, " or ")
  local bytes, message = value, nil
  if is_digits(value) or not has_size(value, sizes) then
    bytes, message = unhex(value)
  end
  if not bytes then
    return nil, ("%s: neither %s bytes nor their hex digits (%s)"):format(what, wanted,
      message), "invalid"
  elseif has_size(bytes, sizes) then
    return bytes
  end
  return nil, ("%s: %d bytes instead of %s"):format(what, #bytes, wanted), "invalid"
end

-- Bytes of any size, or their hex. Returns the bytes, or nil, message, code.
function M.take_any(value, what)
  M.check_string(value, what)
  if not is_digits(value) then
    return value
  end
  local bytes, message = unhex(value)
  if not bytes then
    return nil, ("%s: %s"):format(what, message), "invalid"
  end
  return bytes
end

-- The names of a table, for messages.
function M.names(types)
  local names = {}
  for name in pairs(types) do
    names[#names + 1] = name
  end
  table.sort(names)
  return table.concat(names, ", ")
end

-- Options as a table of their own; raises for one that does not exist or has another type.
-- types: name -> type.
function M.options(options, what, types)
  local taken = {}
  if options ~= nil and type(options) ~= "table" then
    core.raise(("%s: a table of options expected, got %s"):format(what, type(options)))
  end
  for name, value in pairs(options or {}) do
    if not types[name] then
      core.raise(("%s: unknown option '%s'; there are: %s"):format(what, tostring(name),
        M.names(types)))
    elseif type(value) ~= types[name] then
      core.raise(("%s: option '%s' wants a %s, got a %s"):format(what, name, types[name],
        type(value)))
    end
    taken[name] = value
  end
  return taken
end

return M
