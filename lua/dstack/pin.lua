-- Option pinned_certificate: pins, or the path of a file with the certificates themselves.

local core = require "dstack.core"

local M = {}

local MAX_BYTES = 1024 * 1024

-- Returns all of a file up to one byte more than the bound, or nil and what is wrong.
local function bytes_of(path)
  local file, message = io.open(path, "rb")
  if not file then
    return nil, message
  end
  local bytes
  bytes, message = file:read(MAX_BYTES + 1)
  file:close()
  if not bytes and message then
    return nil, path .. ": " .. message
  end
  return bytes or ""
end

-- What the option gave, as a list of pins, see src/base/pin.h. Returns nil, message, code when the
-- file cannot be read or holds none; a list that is given is judged by who uses it.
function M.read(given)
  if given:find "^sha256//" then
    return given
  end
  local bytes, message = bytes_of(given)
  if not bytes then
    return nil, "pinned_certificate: cannot read " .. message, "invalid"
  elseif #bytes > MAX_BYTES then
    return nil, ("pinned_certificate: %s: more than %d bytes"):format(given, MAX_BYTES), "invalid"
  end
  local pins, why, code = core.pins(bytes)
  if not pins then
    return nil, ("pinned_certificate: %s: %s"):format(given, why), code
  end
  return pins
end

return M
