-- help(x): what the annotations say about a name, a value or an error's code.

local annotations = require "dstack.repl.annotations"
local model = require "dstack.repl.model"
local reflect = require "dstack.repl.reflect"

local M = {}

local overview = [[
help NAME or help(VALUE) explains a class, a function, a member or an error's code:
  help DstackClient              help(dstack.DstackClient)        help(client)
  help DstackClient:get_key      help(client.get_key)             help get_key
  help dstack.crypto             help timeout

Begin with: client = assert(dstack.DstackClient())

Preset are dstack, which is require "dstack", help, exit and quit; a script has none of them.
A `local` lasts for its chunk only, and a chunk is a line, or several where the first is not
complete: leave `local` away, or paste what has locals between do and end.

An expression's values are shown; a table's members that hold keys are not. Tab completes names;
Ctrl-C gives up the line or the call; Ctrl-D ends.

Lines are kept as they were typed, secrets too, in ~/.local/state/dstack-lua/history (XDG_STATE_HOME
is heard), which only you can read: but not one that begins with a blank. DSTACK_LUA_HISTORY=FILE
names another file; empty, or with the option -E, nothing is kept.
]]

-- Text -------------------------------------------------------------------------------------------

local function indent(text, by)
  return (text:gsub("[^\n]+", (" "):rep(by) .. "%0"))
end

-- "name  type  text" in columns.
local function member_line(name, kind, text)
  local line = ("  %-22s %s"):format(name, kind)
  if text ~= "" then
    line = line .. "\n" .. indent(text, 6)
  end
  return line
end

local function returns_line(list)
  local out = {}
  for i, item in ipairs(list) do
    out[i] = item.type .. (item.name and " " .. item.name or "")
  end
  return #out > 0 and "  -> " .. table.concat(out, ", ") or "  -> nothing"
end

local function function_text(fun)
  local out = { annotations.signature(fun), returns_line(fun.returns) }
  if fun.deprecated then
    out[#out + 1] = "  " .. fun.deprecated
  end
  if fun.text ~= "" then
    out[#out + 1] = indent(fun.text, 2)
  end
  for _, param in ipairs(fun.params) do
    out[#out + 1] = member_line(annotations.label(param), param.type, param.text)
  end
  for _, item in ipairs(fun.returns) do
    if item.text ~= "" then
      out[#out + 1] = member_line("-> " .. (item.name or ""), item.type, item.text)
    end
  end
  for _, overload in ipairs(fun.overloads) do
    out[#out + 1] = "  or " .. overload.type
  end
  return table.concat(out, "\n")
end

local function field_line(field)
  return member_line(annotations.label(field), field.type, field.text)
end

-- A text's first sentence, or its first line when none ends.
local function summary(text)
  return (text .. "\n"):match "^(.-[.])%s" or text:match "^[^\n]*"
end

local function class_text(class)
  local parents = table.concat(class.parents, ", ")
  local out = { class.name .. (parents ~= "" and ": " .. parents or ""), class.deprecated }
  if class.text ~= "" then
    out[#out + 1] = indent(class.text, 2)
  end
  for _, constructor in ipairs(annotations.constructors(model.get(), class)) do
    out[#out + 1] = "  " .. constructor
  end
  for _, field in ipairs(class.fields) do
    out[#out + 1] = field_line(field)
  end
  for _, fun in ipairs(class.functions) do
    out[#out + 1] = "  " .. annotations.signature(fun)
    if fun.text ~= "" then
      out[#out + 1] = indent(summary(fun.text), 6)
    end
  end
  return table.concat(out, "\n")
end

local function alias_text(alias)
  local out = { alias.name .. (alias.type ~= "" and " = " .. alias.type or "") }
  if alias.text ~= "" then
    out[#out + 1] = indent(alias.text, 2)
  end
  for _, item in ipairs(alias.values) do
    out[#out + 1] = ("  %-16s %s"):format(item.value, item.text)
  end
  return table.concat(out, "\n")
end

-- By name ----------------------------------------------------------------------------------------

-- People say "dstack." in front of a name where the annotations do not, and leave it out where they
-- do.
local function is_name_of(item, said)
  return said == item.name or "dstack." .. said == item.name or said == "dstack." .. item.name
end

-- Members by "A:f", "A.f" or "f".
local function members_named(found, class, name)
  local owner, member = name:match "^(.-)[.:]?([%w_]+)$"
  if not member or (owner ~= "" and not is_name_of(class, owner)) then
    return
  end
  local fun, field = class.functions[member], class.fields[member]
  if fun then
    found[#found + 1] = function_text(fun)
  end
  if field then
    found[#found + 1] = class.name .. "\n" .. field_line(field)
  end
end

local function everything_named(name)
  local found = {}
  for _, class in ipairs(model.get().classes) do
    if is_name_of(class, name) then
      found[#found + 1] = class_text(class)
    end
  end
  local class_found = #found > 0
  for _, alias in ipairs(model.get().aliases) do
    if is_name_of(alias, name) then
      found[#found + 1] = alias_text(alias)
    end
    for _, item in ipairs(alias.values) do
      if item.value == '"' .. name .. '"' and item.text ~= "" then
        found[#found + 1] = ("%s (%s)\n  %s"):format(item.value, alias.name, item.text)
      end
    end
  end
  for _, class in ipairs(class_found and {} or model.get().classes) do
    members_named(found, class, name)
  end
  return found
end

local function similar_to(name)
  local wanted, found = name:lower(), {}
  local function consider(text)
    if text:lower():find(wanted, 1, true) then
      found[#found + 1] = text
    end
  end
  for _, class in ipairs(model.get().classes) do
    consider(class.name)
    for _, fun in ipairs(class.functions) do
      consider(annotations.full_name(fun))
    end
  end
  return #found > 0 and "there are: " .. table.concat(found, ", ") or "help() says what there is"
end

local function by_name(name)
  local found = everything_named(name)
  if #found == 0 then
    return ("help: nothing here is called '%s'; %s"):format(name, similar_to(name))
  end
  return table.concat(found, "\n\n")
end

-- By value ---------------------------------------------------------------------------------------

local function by_function(value)
  for _, class in ipairs(model.get().classes) do
    for name, member in pairs(reflect.functions(reflect.value(class.name))) do
      if member == value and class.functions[name] then
        return function_text(class.functions[name])
      elseif member == value and class.fields[name] then
        return class.name .. "\n" .. field_line(class.fields[name])
      end
    end
  end
  return "help: that function is none of this SDK's; Lua's own: https://www.lua.org/manual/5.4/"
end

local function by_table(value)
  local class = model.class_of(value)
  return class and class_text(class)
    or "help: that value is none of this SDK's; help() says what there is"
end

local function classes_text()
  local list = {}
  for _, class in ipairs(model.get().classes) do
    list[#list + 1] = class.name
  end
  return "Described: " .. table.concat(list, ", ")
end

-- The text for help(...).
function M.text(...)
  local value = ...
  if select("#", ...) == 0 then
    return overview .. "\n" .. classes_text():gsub("(" .. ("."):rep(80) .. "[^ ]*) ", "%1\n  ")
  elseif type(value) == "string" then
    return by_name(value)
  elseif type(value) == "function" then
    return by_function(value)
  elseif type(value) == "table" or type(value) == "userdata" then
    return by_table(value)
  end
  return ("help: wants a name or a value of this SDK, got %s"):format(tostring(value))
end

function M.print(...)
  io.write(M.text(...), "\n")
end

return M
