-- What the annotations in types/ say, as one model (dstack.repl.annotations), and which of their
-- classes a value is or belongs to.

local annotations = require "dstack.repl.annotations"
local reflect = require "dstack.repl.reflect"

local M = {}

-- The interpreter carries the files in types/ as texts, under names of modules.
local function read_types()
  local names, read = {}, nil
  for name in pairs(package.preload) do
    names[#names + 1] = name:match "^dstack%.types%..*"
  end
  table.sort(names)
  for _, name in ipairs(names) do
    read = annotations.parse(require(name), name, read)
  end
  return read
end

local model

function M.get()
  model = model or read_types()
  return model
end

-- The class that stands for this value in memory, or nil.
local function class_for(value)
  for _, class in ipairs(M.get().classes) do
    local known = reflect.value(class.name)
    if known ~= nil and rawequal(known, value) then
      return class
    end
  end
end

-- The class whose object a value is, which has its name in the metatable, or nil.
function M.class_of_object(value)
  local meta = debug.getmetatable(value)
  return meta ~= nil and type(value) ~= "string" and class_for(meta) or nil
end

-- The class of an object, or of a class or a module itself, or nil.
function M.class_of(value)
  return class_for(value) or M.class_of_object(value)
end

local function add_members(set, class)
  for _, list in ipairs { class.fields, class.functions } do
    for _, item in ipairs(list) do
      set[item.name] = true
    end
  end
  for _, parent in ipairs(class.parents) do
    if M.get().classes[parent] then
      add_members(set, M.get().classes[parent])
    end
  end
  return set
end

-- The names of all members of a class, its parents' too: name -> true.
function M.members(class)
  return add_members({}, class)
end

return M
