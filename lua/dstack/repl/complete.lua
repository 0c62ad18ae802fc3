-- What the text before the cursor can become: globals, fields and methods, keywords, and modules
-- within require "...". Members are looked up raw and through __index tables. No function is called
-- but the one that loads a member of our own module.

local model = require "dstack.repl.model"
local names = require "dstack.repl.names"

local WIDTH = 78

-- Members ----------------------------------------------------------------------------------------

-- A value and what it inherits from, as far as those are tables.
local function ancestors(value)
  local found = {}
  if type(value) ~= "table" then
    value = names.meta(value, "__index")
  end
  while type(value) == "table" and not found[value] do
    found[#found + 1] = value
    found[value] = true
    value = names.meta(value, "__index")
  end
  return ipairs(found)
end

local function member(value, name)
  for _, holder in ancestors(value) do
    if rawget(holder, name) ~= nil then
      return rawget(holder, name)
    end
    for _, unloaded in ipairs(names.unloaded(holder)) do
      if unloaded == name then
        return holder[name]
      end
    end
  end
end

-- Adds a name that goes on from `partial`; one with an underscore in front when asked for.
local function consider(found, name, partial)
  if names.is_name(name) and name:sub(1, #partial) == partial
    and (partial ~= "" or name:sub(1, 1) ~= "_") then
    found[name] = true
  end
end

-- Of an object of our own, what the annotations name; of anything else, all there is.
local function collect_members(found, value, partial, methods_only)
  local class = model.class_of_object(value)
  local known = class and model.members(class)
  for _, holder in ancestors(value) do
    for name, member_value in next, holder do
      if (not known or known[name]) and (not methods_only or type(member_value) == "function") then
        consider(found, name, partial)
      end
    end
    for _, name in ipairs(methods_only and {} or names.unloaded(holder)) do
      consider(found, name, partial)
    end
  end
end

-- Candidates -------------------------------------------------------------------------------------

-- "client:get_" -> "client", ":", "get_"
local function candidates_of_chain(chain)
  local found = {}
  local path, separator, partial = chain:match "^(.-)([.:]?)([%w_]*)$"
  if separator == "" then
    for _, word in ipairs(names.keywords) do
      if partial ~= "" and word:sub(1, #partial) == partial then
        found[word] = true
      end
    end
    collect_members(found, _G, partial)
    return found, partial
  end
  local value = _G
  for name in path:gmatch "[^.:]+" do
    value = member(value, name)
  end
  collect_members(found, value, partial, separator == ":")
  return found, partial
end

local function modules(partial)
  local found = {}
  for _, set in ipairs { package.loaded, package.preload } do
    for name in next, set do
      if type(name) == "string" and name:sub(1, #partial) == partial then
        found[name] = true
      end
    end
  end
  return found, partial
end

local function candidates_of(text)
  local module = text:match "require%s*%(?%s*[\"']([^\"']*)$"
  if module then
    return modules(module)
  end
  local before, chain = text:match "^(.-)([%w_.:]*)$"
  if chain:find "^[.:%d]" or before:find "[%)%]\"'}]$" and chain == "" then
    return {}, ""
  end
  return candidates_of_chain(chain)
end

-- What is shown ----------------------------------------------------------------------------------

local function common_prefix(list)
  local prefix = list[1]
  for _, name in ipairs(list) do
    while name:sub(1, #prefix) ~= prefix do
      prefix = prefix:sub(1, -2)
    end
  end
  return prefix
end

local function in_columns(list)
  local widest = 0
  for _, name in ipairs(list) do
    widest = math.max(widest, #name + 2)
  end
  local columns = math.max(1, math.floor(WIDTH / widest))
  local rows = math.ceil(#list / columns)
  local lines = {}
  for row = 1, rows do
    local line = {}
    for i = row, #list, rows do
      line[#line + 1] = list[i] .. (" "):rep(widest - #list[i])
    end
    lines[row] = table.concat(line):gsub("%s+$", "") .. "\n"
  end
  return table.concat(lines)
end

-- Returns what to insert at the cursor, and what to list when that is nothing; nil when there is no
-- candidate. At the beginning of a line the key indents.
return function(text)
  if not text:find "%S" then
    return "  "
  end
  local set, partial = candidates_of(text)
  local list = {}
  for name in pairs(set) do
    list[#list + 1] = name
  end
  if #list == 0 then
    return nil
  end
  table.sort(list)
  local insert = common_prefix(list):sub(#partial + 1)
  return insert, insert == "" and #list > 1 and in_columns(list) or nil
end
