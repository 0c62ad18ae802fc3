-- Collateral on disk: a directory, a file for each kind of platform and service. The files are
-- collateral that any verifier reads, with two members more that say when it was fetched and until
-- when it is good.

local core = require "dstack.core"
local file = require "dstack.collateral.file"

local M = {}

-- The path for a platform. In: about, the texts that tell it from others.
function M.path(directory, about)
  local name = core.hex(core.hash("sha256", table.concat(about, "\n"))):sub(1, 16)
  return ("%s/%s-%s-%s.json"):format(directory, about[1], about[2], name)
end

-- The text in a file while it is good: not yet expired and fetched less than max_age seconds ago.
-- Else nil: what cannot be read is fetched anew.
function M.get(path, now, max_age)
  local text = file.read(path)
  local value = text and core.json_decode(text)
  local fetched = type(value) == "table" and value.fetched
  if type(fetched) ~= "number" or type(value.expires) ~= "number" then
    return nil
  elseif now < value.expires and fetched <= now and now < fetched + max_age then
    return text
  end
end

-- Keeps a document. Returns true, or nil, message, code.
function M.put(path, text, now, expires)
  return file.write(path, (text:gsub("^{", ('{"fetched":%d,"expires":%d,'):format(now, expires))))
end

return M
