-- Compares what the annotations promise with the module as it is, both ways: names, parameters,
-- options, codes, errors. Prints a line for each difference; run by the interpreter that was just built.
--   usage: dstack-lua tools/docs_check.lua types/*.lua
--
-- A class that has functions and a plain name is a promise that the module has a member of that
-- name. One with a dot in its name or with fields only may be no more than a type.

local annotations = require "dstack.repl.annotations"
local reflect = require "dstack.repl.reflect"
local scan = require "dstack.repl.annotations_scan"
local dstack = require "dstack"

local findings = 0

local function finding(at, text, ...)
  findings = findings + 1
  print(at .. ": " .. text:format(...))
end

-- Parameters -------------------------------------------------------------------------------------

-- The @param lines are those of the function below them.
local function check_params(fun)
  local documented = {}
  for i, param in ipairs(fun.params) do
    documented[i] = param.name
  end
  if table.concat(documented, ", ") ~= table.concat(fun.arguments, ", ") then
    finding(fun.at, "%s: @param has (%s), the function (%s)", annotations.full_name(fun),
      table.concat(documented, ", "), table.concat(fun.arguments, ", "))
  end
end

-- Of a function that takes its arguments by "..." only as much is known as it names before.
local function check_count(name, at, count, value)
  local info = debug.getinfo(value, "uS")
  if info.what == "C" or (count == 1 and info.nparams == 0) then
    return -- nothing to see, or a method that does not look at its object
  elseif count < info.nparams or (count > info.nparams and not info.isvararg) then
    finding(at, "%s is documented with %d parameters, it has %s%d", name, count,
      info.isvararg and "at least " or "", info.nparams)
  end
end

-- Members ----------------------------------------------------------------------------------------

local function check_function(fun, value)
  local name = annotations.full_name(fun)
  check_params(fun)
  if type(value) ~= "function" then
    finding(fun.at, "%s is documented, but does not exist", name)
  else
    check_count(name, fun.at, #fun.arguments + (fun.separator == ":" and 1 or 0), value)
  end
end

-- A field of a module is there; one that is a function takes the arguments that its type says.
local function check_field(class, field, value)
  local name = class.name .. "." .. field.name
  local arguments = scan.arguments(field.type)
  if value == nil then
    finding(field.at, "%s is documented, but does not exist", name)
  elseif arguments and type(value) == "function" then
    check_count(name, field.at, #arguments, value)
  end
end

-- Whether a class or one that it inherits from has a member of that name.
local function has_member(model, class, name)
  if class.functions[name] or class.fields[name] then
    return true
  end
  for _, parent in ipairs(class.parents) do
    if model.classes[parent] and has_member(model, model.classes[parent], name) then
      return true
    end
  end
  return false
end

local function check_class(model, class, value)
  local functions = reflect.functions(value)
  for _, fun in ipairs(class.functions) do
    check_function(fun, functions[fun.name])
  end
  for name in pairs(functions) do
    if not has_member(model, class, name) then
      finding(class.at, "%s.%s is not documented", class.name, name)
    end
  end
end

local function check_module(model, class, value)
  for _, field in ipairs(class.fields) do
    check_field(class, field, value[field.name])
  end
  check_class(model, class, value)
end

local function check_classes(model)
  for _, class in ipairs(model.classes) do
    local value = reflect.value(class.name)
    local is_class = type(value) == "table" and rawget(value, "__index") ~= nil
    if class.name == "dstack" or (value ~= nil and not is_class) then
      check_module(model, class, value)
    elseif is_class then
      check_class(model, class, value)
    elseif #class.functions > 0 and not class.name:find("%.") then
      finding(class.at, "%s is documented, but the module has no such member", class.name)
    end
  end
end

local function check_exports(model)
  local module = assert(model.classes.dstack, "there is no class dstack")
  for _, name in ipairs(reflect.exports()) do
    if not (module.fields[name] or module.functions[name] or model.classes[name]) then
      finding(module.at, "dstack.%s is not documented", name)
    end
  end
end

-- Options, codes, types --------------------------------------------------------------------------

-- A constructor names the options there are when it is given one there is not.
local function check_options(model)
  for _, class in ipairs(model.classes) do
    local made = class.name:match "^(.*)Options$"
    if made and dstack[made] then
      local _, message = pcall(dstack[made], { [" "] = true })
      local there = {}
      for name in tostring(message):match("there are: (.*)$"):gmatch "[%w_]+" do
        there[name] = true
        if not has_member(model, class, name) then
          finding(class.at, "%s has no option %s, which %s takes", class.name, name, made)
        end
      end
      for _, field in ipairs(class.fields) do
        if not there[field.name] then
          finding(field.at, "%s: option %s does not exist", class.name, field.name)
        end
      end
    end
  end
end

local function check_codes(model)
  local alias = assert(model.aliases["dstack.code"], "there is no alias dstack.code")
  local meanings, documented = dstack.codes(), {}
  for _, item in ipairs(alias.values) do
    local word = item.value:match '^"(.*)"$'
    documented[word or ""] = true
    if item.text ~= meanings[word] then
      finding(alias.at, "code %s is documented as '%s', the module says '%s'", item.value,
        item.text, tostring(meanings[word]))
    end
  end
  for word in pairs(meanings) do
    if not documented[word] then
      finding(alias.at, "code \"%s\" is not documented", word)
    end
  end
end

-- Errors are lists such as "dstack.call_errors; invalid (the path is no text); memory".
local function check_errors_line(model, fun, line)
  for item in (line:gsub("%b()", "") .. ";"):gmatch "%s*(.-)%s*;" do
    if item ~= "none" and not dstack.codes()[item] and not model.aliases[item] then
      finding(fun.at, "%s: Errors: '%s' is no code", annotations.full_name(fun), item)
    end
  end
end

-- Every function says what it can return, be it none.
local function check_errors(model)
  for _, class in ipairs(model.classes) do
    for _, fun in ipairs(class.functions) do
      local count = 0
      for line in ("\n" .. fun.text):gmatch "\nErrors: ([^\n]*)" do
        count = count + 1
        check_errors_line(model, fun, line)
      end
      if count == 0 then
        finding(fun.at, "%s has no line 'Errors:'", annotations.full_name(fun))
      end
    end
  end
end

local builtin = {}
for word in ([[string number integer boolean table function nil any true false self lightuserdata
  userdata thread fun unknown]]):gmatch "%a+" do
  builtin[word] = true
end

-- Every type that is named is described: a slip in one would lead readers nowhere.
local function check_type(model, kind, at)
  local bare = kind:gsub('"[^"]*"', ""):gsub("[%w_]+%??%s*:", "")
  for name in bare:gmatch "[%a_][%w_.]*" do
    if not builtin[name] and not model.classes[name] and not model.aliases[name] then
      finding(at, "type %s is not described", name)
    end
  end
end

local function check_types(model)
  for _, class in ipairs(model.classes) do
    for _, field in ipairs(class.fields) do
      check_type(model, field.type, field.at)
    end
    for _, overload in ipairs(class.overloads) do
      check_type(model, overload.type, class.at)
    end
    for _, fun in ipairs(class.functions) do
      for _, list in ipairs { fun.params, fun.returns, fun.overloads } do
        for _, item in ipairs(list) do
          check_type(model, item.type, fun.at)
        end
      end
    end
  end
end

local model = assert(annotations.load(arg), "usage: dstack-lua tools/docs_check.lua types/*.lua")
for _, check in ipairs {
  check_exports, check_classes, check_options, check_codes, check_errors, check_types,
} do
  check(model)
end
os.exit(findings == 0)
