-- A place for texts that expire: one of nginx's shared dicts, for all workers, or a table of this
-- worker's own.
--
--   store:get(key) -> text | nil
--   store:set(key, text, seconds) -> true | nil, err      without seconds: for good
--   store:add(key, text, seconds) -> whether there was none
--   store:delete(key)

local core = require "dstack.core"

local M = {}

local Shared = {}
Shared.__index = Shared

function Shared:get(key)
  return (self.dict:get(key))
end

function Shared:set(key, text, seconds)
  local good, err = self.dict:safe_set(key, text, seconds)
  if not good then
    return nil, ("shared dict '%s': %s; give it more memory in lua_shared_dict"):format(self.name,
      err)
  end
  return true
end

function Shared:add(key, text, seconds)
  return (self.dict:add(key, text, seconds))
end

function Shared:delete(key)
  self.dict:delete(key)
end

local Own = {}
Own.__index = Own

function Own:get(key)
  local item = self.items[key]
  if item and item.until_when <= core.now() then
    self.items[key] = nil
    return nil
  end
  return item and item.text
end

function Own:set(key, text, seconds)
  self.items[key] = { text = text, until_when = seconds and core.now() + seconds or math.huge }
  return true
end

function Own:add(key, text, seconds)
  return self:get(key) == nil and self:set(key, text, seconds)
end

function Own:delete(key)
  self.items[key] = nil
end

-- The shared dict of that name; without a name, a store of this worker's own. Returns nil, err when
-- there is no such dict.
function M.new(name)
  if not name then
    return setmetatable({ items = {} }, Own)
  end
  local dict = ngx.shared[name]
  if not dict then
    return nil, ("no shared dict '%s': add 'lua_shared_dict %s 1m;' to nginx.conf, in http"):format(
      name, name)
  end
  return setmetatable({ dict = dict, name = name }, Shared)
end

return M
