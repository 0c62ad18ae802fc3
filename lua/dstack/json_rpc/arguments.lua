-- What a call's arguments become on the wire. A taker gets a value, the call it is for and the
-- argument's name; it returns what is sent, or nil and what is wrong, and raises for a wrong Lua
-- type.

local core = require "dstack.core"
local json = require "dstack.json"

local M = {}

function M.wrong_type(value, call, name, what)
  core.raise(("%s: %s: %s expected, got %s"):format(call, name, what,
    value == nil and "nothing" or type(value)))
end

-- Raises unless a value is of that type; what: in words.
function M.check_type(value, wanted, call, name, what)
  if type(value) ~= wanted then
    M.wrong_type(value, call, name, what)
  end
end

function M.flag(value, call, name)
  M.check_type(value, "boolean", call, name, "a boolean")
  return value
end

-- A taker of lists.
function M.list_of(taker, what)
  return function(value, call, name)
    M.check_type(value, "table", call, name, what or "a list")
    local list = {}
    for i, item in ipairs(value) do
      local taken, problem = taker(item, call, ("%s[%d]"):format(name, i))
      if taken == nil then
        return nil, problem
      end
      list[i] = taken
    end
    return #list > 0 and list or json.empty_array
  end
end

-- An object of those of the values that are there. members: a list of {our name, the wire's,
-- taker}. Returns it, or nil and what is wrong.
function M.object(members, values, call)
  local object = {}
  for _, member in ipairs(members) do
    local name, wire, taker = member[1], member[2], member[3]
    if values[name] ~= nil then
      local taken, problem = taker(values[name], call, name)
      if taken == nil then
        return nil, problem
      end
      object[wire] = taken
    end
  end
  return object
end

-- The values in the order of the wire. arguments: a list of {name, taker}. Returns a list, or nil
-- and what is wrong.
function M.in_order(arguments, values, call)
  local list = {}
  for i, argument in ipairs(arguments) do
    local taken, problem = argument[2](values[argument[1]], call, argument[1])
    if taken == nil then
      return nil, problem
    end
    list[i] = taken
  end
  return list
end

-- The names of such arguments or members.
function M.names(list)
  local names = {}
  for i, item in ipairs(list) do
    names[i] = item[1]
  end
  return names
end

return M
