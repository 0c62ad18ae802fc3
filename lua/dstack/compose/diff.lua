-- Why two documents have different hashes: other values, another order, or only other bytes.

local core = require "dstack.core"
local json = require "dstack.json"

-- Members that have a name twice are told apart by how often it came before.
local function keyed(node)
  local by_key, keys, count = {}, {}, {}
  for i, item in ipairs(node.items) do
    local key = i
    if node.kind == "object" then
      count[item.name] = (count[item.name] or 0) + 1
      key = count[item.name] == 1 and item.name or ("%s (%d)"):format(item.name, count[item.name])
    end
    by_key[key], keys[i] = item, key
  end
  return by_key, keys
end

local function join(path, key, kind)
  if kind == "array" then
    return ("%s[%d]"):format(path, key)
  end
  return path == "" and key or path .. "." .. key
end

-- The names that both have, in the order of the first; whether the second has them in another.
local function is_reordered(keys, other, other_keys, by_key)
  local common, i = {}, 0
  for _, key in ipairs(keys) do
    common[#common + 1] = other[key] and key or nil
  end
  for _, key in ipairs(other_keys) do
    if by_key[key] then
      i = i + 1
      if common[i] ~= key then
        return true
      end
    end
  end
  return false
end

local compare

local function compare_items(a, b, path, found)
  local in_a, keys_a = keyed(a)
  local in_b, keys_b = keyed(b)
  for _, key in ipairs(keys_a) do
    local inner = join(path, key, a.kind)
    if in_b[key] then
      compare(in_a[key], in_b[key], inner, found)
    else
      table.insert(found.values, { path = inner, kind = "removed", a = json.render(in_a[key]) })
    end
  end
  for _, key in ipairs(keys_b) do
    if not in_a[key] then
      table.insert(found.values, { path = join(path, key, b.kind), kind = "added",
        b = json.render(in_b[key]) })
    end
  end
  if a.kind == "object" and is_reordered(keys_a, in_b, keys_b, in_a) then
    table.insert(found.order, path)
  end
end

-- Numbers are compared as they are written: 1 and 1.0 are other bytes and other hashes.
function compare(a, b, path, found)
  if a.kind == b.kind and a.items then
    compare_items(a, b, path, found)
  elseif a.kind ~= b.kind or a.value ~= b.value then
    table.insert(found.values, { path = path, kind = "changed", a = json.render(a),
      b = json.render(b) })
  end
end

local function is_within_character(text, at)
  return text:find("^[\128-\191]", at) ~= nil
end

-- Some characters from `at` on.
local function excerpt(text, at)
  local stop = at + 23
  while is_within_character(text, stop + 1) do
    stop = stop + 1
  end
  return text:sub(at, stop)
end

-- Where the characters part: {offset =, line =, a =, b =}, the last two what stands there.
local function first_difference(a, b)
  local low, high = 0, math.min(#a, #b)
  while low < high do -- the longest common beginning, by halving
    local middle = math.floor((low + high + 1) / 2)
    if a:sub(low + 1, middle) == b:sub(low + 1, middle) then
      low = middle
    else
      high = middle - 1
    end
  end
  while low > 0 and (is_within_character(a, low + 1) or is_within_character(b, low + 1)) do
    low = low - 1
  end
  local _, lines = a:sub(1, low):gsub("\n", "")
  return { offset = low, line = lines + 1, a = excerpt(a, low + 1), b = excerpt(b, low + 1) }
end

-- One word for what matters most.
local function reason_of(found, a, b)
  if a.bytes == b.bytes then
    return "same"
  elseif #found.values > 0 then
    return "values"
  elseif #found.order > 0 then
    return "order"
  end
  return "bytes"
end

-- Returns {equal =, reason = "same", "values", "order" or "bytes", values =, order =, bytes =,
-- hash_a =, hash_b =, form_a =, form_b =}, or nil, message, code.
return function(a, b)
  local found = { values = {}, order = {} }
  local trees = {}
  for i, doc in ipairs { a, b } do
    local tree, message, code = core.json_tree(doc.bytes)
    if not tree then
      return nil, message, code
    end
    trees[i] = tree
  end
  compare(trees[1], trees[2], "", found)
  found.reason = reason_of(found, a, b)
  found.equal = found.reason == "same"
  found.bytes = not found.equal and first_difference(a.bytes, b.bytes) or nil
  found.hash_a, found.hash_b = a.hash, b.hash
  found.form_a, found.form_b = a:form(), b:form()
  return found
end
