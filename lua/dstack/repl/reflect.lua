-- The module as it is in memory, by the names that its annotations use.

local names = require "dstack.repl.names"

local M = {}

-- What an annotated class stands for: the module, one of its parts ("dstack.crypto"), one of its
-- classes ("DstackClient"), or a table in a part ("dstack.crypto.p256"); nil for what is a type
-- only.
function M.value(class_name)
  local dstack = require "dstack"
  if class_name == "dstack" then
    return dstack
  end
  local value = dstack
  for name in class_name:gsub("^dstack%.", ""):gmatch "[^.]+" do
    value = type(value) == "table" and value[name] or nil
  end
  return value
end

-- Every name that the module has, loaded or not, sorted.
function M.exports()
  local list = {}
  local dstack = require "dstack"
  for name in pairs(dstack) do
    list[#list + 1] = name
  end
  for _, name in ipairs(names.unloaded(dstack)) do
    list[#list + 1] = name
  end
  table.sort(list)
  return list
end

local function unguarded(method)
  return require("dstack.response").unguarded[method] or method
end

-- The functions of a module, or the methods that objects of a class have: name -> function.
function M.functions(value)
  local found = {}
  local holder = type(value) == "table" and (rawget(value, "__index") or value)
  while type(holder) == "table" do
    for _, name in ipairs(names.unloaded(holder)) do
      found[name] = type(holder[name]) == "function" and holder[name] or nil
    end
    for name, member in pairs(holder) do
      if type(member) == "function" and not name:find "^__" then
        found[name] = found[name] or unguarded(member)
      end
    end
    local parent = names.meta(holder, "__index")
    holder = parent ~= holder and parent
  end
  return found
end

return M
