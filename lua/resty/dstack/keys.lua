-- resty.dstack.keys: derived keys, kept for a while.

local client = require "dstack.client"
local core = require "dstack.core"
local lrucache = require "resty.lrucache"
local option = require "resty.dstack.options"
local response = require "dstack.response"
local store = require "resty.dstack.store"

local M = {}

local Keys = {}
Keys.__index = Keys

local option_types = { client = "table", ttl = "number", size = "number", shared_dict = "string" }

local defaults = { ttl = 300, size = 1000 }

-- Makes one: new{client=, ttl=, size=, shared_dict=}. Each worker keeps its own keys. With a
-- shared dict they are there too, where every other worker, each script with access to it and any
-- image of nginx's memory has them. Returns nil, err, code when a value is wrong.
function M.new(options)
  local code
  local taken, err = option.take("resty.dstack.keys", options, option_types, defaults)
  if taken and taken.size % 1 ~= 0 then
    taken, err = nil, "resty.dstack.keys: option 'size' is not a whole number"
  end
  if not taken then
    return nil, err, "invalid"
  end
  taken.client, err, code = option.client(taken.client)
  if not taken.client then
    return nil, err, code
  end
  if taken.shared_dict then
    taken.store, err = store.new(taken.shared_dict)
    if not taken.store then
      return nil, "resty.dstack.keys: " .. err, "invalid"
    end
    ngx.log(ngx.WARN, "resty.dstack.keys: derived keys are kept in the shared dict '",
      taken.shared_dict, "', where all workers and dumps of nginx's memory see them")
  end
  taken.cache, err = lrucache.new(taken.size)
  if not taken.cache then
    core.raise("resty.dstack.keys: " .. err)
  end
  return setmetatable(taken, Keys)
end

-- Keys differ by path and algorithm, what vouches for them by purpose.
local function name_of(arguments)
  local path, purpose = arguments.path, arguments.purpose
  return ("%s %d %d:%s%s"):format(arguments.algorithm, #path, #purpose, path, purpose)
end

local function pack(key)
  return key.key .. " " .. table.concat(key.signature_chain, " ")
end

local function unpack_text(text, arguments)
  local key, rest = text:match "^(%x+) (.*)$"
  local chain = {}
  for signature in rest:gmatch "%x+" do
    chain[#chain + 1] = signature
  end
  return response.new("GetKeyResponse", { key = key, signature_chain = chain }, {}, arguments)
end

-- From another worker, or from the agent.
local function fetch(self, name, arguments)
  local text = self.store and self.store:get(name)
  if text then
    return unpack_text(text, arguments)
  end
  local key, err, code = self.client:get_key(arguments)
  if key and self.store then
    local good, why = self.store:set(name, pack(key), self.ttl)
    if not good then
      ngx.log(ngx.WARN, "resty.dstack.keys: a key is kept in this worker only: ", why)
    end
  end
  return key, err, code
end

-- As client:get_key, of which it takes the arguments. What it returns is what others get, too: it
-- is not to be changed.
function Keys:get_key(...)
  local arguments = client.key_arguments(...)
  for name, value in pairs(arguments) do
    if type(value) ~= "string" then
      core.raise(("get_key: bad argument '%s' (string expected, got %s)"):format(tostring(name),
        type(value)))
    end
  end
  local name = name_of(arguments)
  local cached = self.cache:get(name)
  if cached then
    return cached
  end
  local key, err, code = fetch(self, name, arguments)
  if key then
    self.cache:set(name, key, self.ttl)
  end
  return key, err, code
end

-- Forgets all keys of this worker, and of the shared dict those that it had.
function Keys:flush()
  if self.store then
    for _, name in ipairs(self.cache:get_keys()) do
      self.store:delete(name)
    end
  end
  self.cache:flush_all()
end

return M
