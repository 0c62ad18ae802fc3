-- Files of collateral. Plain file I/O, which blocks for the moment that it takes, in nginx and in
-- tasks too.

local core = require "dstack.core"

local M = {}

local MAXBYTES = 8 * 1024 * 1024 -- as the parser has it

-- Returns the bytes, or nil, message, code.
function M.read(path)
  local file, message = io.open(path, "rb")
  if not file then
    return nil, "cannot read " .. message, "invalid"
  end
  local text
  text, message = file:read(MAXBYTES + 1)
  file:close()
  if not text then
    return nil, ("cannot read %s: %s"):format(path, message or "it is empty"), "invalid"
  elseif #text > MAXBYTES then
    return nil, ("%s: more than %d bytes"):format(path, MAXBYTES), "too_large"
  end
  return text
end

-- Whoever opens the path sees the old file or the new one. Returns true, or nil, message, code.
function M.write(path, text)
  local staged = ("%s.%s.tmp"):format(path, core.hex(core.random_bytes(8)))
  local file, message = io.open(staged, "wb")
  if not file then
    return nil, "cannot write " .. message, "invalid"
  end
  local good
  good, message = file:write(text)
  local closed, problem = file:close()
  if good and closed then
    good, message = os.rename(staged, path)
  else
    good, message = nil, message or problem
  end
  if not good then
    os.remove(staged)
    return nil, ("cannot write %s: %s"):format(path, message), "invalid"
  end
  return true
end

return M
