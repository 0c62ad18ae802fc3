-- What results look like. A reader takes a value of a reply and returns what a caller gets, or
-- nil and what is wrong with it. Nothing half-read reaches the caller.

local core = require "dstack.core"

local M = {}

-- In words, for messages.
function M.kind(value)
  if value == nil then
    return "nothing"
  elseif value == core.null then
    return "null"
  end
  return "a " .. type(value)
end

local function of_type(wanted, name)
  return function(value)
    if type(value) ~= wanted then
      return nil, ("%s expected, got %s"):format(name, M.kind(value))
    end
    return value
  end
end

M.text, M.boolean = of_type("string", "a string"), of_type("boolean", "a boolean")
M.table = of_type("table", "an object or a list")

-- A whole number that is not negative: what a double would lose came as decimal text.
function M.whole(value)
  if type(value) == "string" and value:find "^%d+$" then
    return value
  elseif type(value) ~= "number" or value % 1 ~= 0 or value < 0 then
    return nil, ("a whole number expected, got %s"):format(M.kind(value))
  end
  return math.floor(value)
end

-- As it came.
function M.any(value)
  return value
end

-- null and nothing are nil.
function M.nullable(reader)
  return function(value)
    if value == nil or value == core.null then
      return nil
    end
    return reader(value)
  end
end

function M.list(reader)
  return function(value)
    if type(value) ~= "table" or value[1] == nil and next(value) ~= nil then
      return nil, ("a list expected, got %s"):format(M.kind(value))
    end
    local out = {}
    for i, item in ipairs(value) do
      local read, problem = reader(item)
      if problem then
        return nil, ("[%d]: %s"):format(i, problem)
      end
      out[i] = read
    end
    return out
  end
end

-- The name that a member has here: block_number for blockNumber.
local function own_name(wire)
  return (wire:gsub("%u", function(letter) return "_" .. letter:lower() end))
end

local function sorted_names(fields)
  local names = {}
  for wire in pairs(fields) do
    names[#names + 1] = wire
  end
  table.sort(names)
  return names
end

-- fields: a member's name as on the wire -> its reader. Others go to `extra`, as they came.
function M.object(fields)
  local names = sorted_names(fields)
  return function(value)
    if type(value) ~= "table" or value[1] ~= nil then
      return nil, ("an object expected, got %s"):format(M.kind(value))
    end
    local out = { extra = {} }
    for _, wire in ipairs(names) do
      local read, problem = fields[wire](value[wire])
      if problem then
        return nil, wire .. ": " .. problem
      end
      out[own_name(wire)] = read
    end
    for name, member in pairs(value) do
      if not fields[name] then
        out.extra[name] = member
      end
    end
    return out
  end
end

-- A reader for a result that may be null because there is no such thing: then false, and the words.
function M.found(reader, otherwise)
  return function(value, arguments)
    if value == core.null then
      return false, otherwise
    end
    return reader(value, arguments)
  end
end

return M
