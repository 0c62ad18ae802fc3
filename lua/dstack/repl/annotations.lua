-- Reads LuaCATS annotations: classes with fields and functions, and aliases, as the files in types/
-- have them. Help at the prompt, the reference in Markdown and the check of names stand on this.
--
-- parse(text, file, model) -> {classes = {...}, aliases = {...}}, added to a model of other files
-- when one is given: lists in the files' order that hold each item under its name too. All but
-- returns and overloads have a name; all have a text; classes, fields, functions and aliases have
-- `at`, their "FILE:LINE"; classes and functions may have a text `deprecated`.
--   class     {parents, fields, functions, overloads}
--   field     {type, optional}
--   function  {separator, owner, arguments, params, returns, overloads}
--   param     {type, optional};  return {type, name};  overload {type}
--   alias     {type, values = {{value, text}}}
-- What it does not understand raises "FILE:LINE: why", so that a slip in a tag does not go unseen.

local scan = require "dstack.repl.annotations_scan"

local M = {}

-- Blocks -----------------------------------------------------------------------------------------

-- A block is a run of --- lines; what its tags say is gathered here until the line that ends it.
local function new_block(at)
  return { at = at, text = {}, params = {}, returns = {}, overloads = {}, fields = {} }
end

local function take_text(block)
  local text = table.concat(block.text, "\n")
  block.text = {}
  return text
end

-- Lines of text above a tag belong to it, behind what its own line says.
local function described(block, own)
  local above = take_text(block)
  if above ~= "" and own ~= "" then
    return own .. "\n" .. above
  end
  return own .. above
end

local tags = {}

function tags.class(block, rest)
  local name, parents = rest:gsub("^%b()%s*", ""):match "^([%w_.]+)%s*:?%s*(.*)$"
  if not name then
    return "a class has no name"
  end
  block.class = { name = name, at = block.at, parents = {}, text = take_text(block) }
  for parent in parents:gmatch "[^,%s]+" do
    table.insert(block.class.parents, parent)
  end
end

local scopes = { public = true, protected = true, private = true, package = true }

function tags.field(block, rest, at)
  local scope, behind = rest:match "^(%a+)%s+(.+)$"
  rest = scopes[scope] and behind:find "%s" and behind or rest
  local name, mark, after = rest:match "^([%w_]+)(%??)%s+(.+)$"
  if not name then
    name, after = rest:match "^(%b[])%s+(.+)$"
  end
  local kind, text = scan.type_and_text(after)
  if not kind then
    return "a field wants a name and a type"
  end
  table.insert(block.fields, { name = name, type = kind, optional = mark == "?", at = at,
    text = described(block, text) })
end

function tags.param(block, rest)
  local name, mark, after = rest:match "^([%w_.]+)(%??)%s+(.+)$"
  local kind, text = scan.type_and_text(after)
  if not kind then
    return "a param wants a name and a type"
  end
  table.insert(block.params, { name = name, type = kind, optional = mark == "?", text = text })
end

tags["return"] = function(block, rest)
  local list = scan.returns(rest)
  if not list then
    return "a return wants a type"
  end
  for _, item in ipairs(list) do
    table.insert(block.returns, item)
  end
end

function tags.overload(block, rest)
  local kind, text = scan.type_and_text(rest)
  if not kind or kind:sub(1, 4) ~= "fun(" then
    return "an overload is fun(...)"
  end
  table.insert(block.overloads, { type = kind, text = text })
end

function tags.alias(block, rest)
  local name, kind = rest:match "^([%w_.]+)%s*(.*)$"
  if not name then
    return "an alias has no name"
  end
  block.alias = {
    name = name, type = kind, values = {}, at = block.at, text = take_text(block),
  }
end

function tags.deprecated(block, rest)
  block.deprecated = "Deprecated." .. (rest ~= "" and " " .. rest or "")
end

tags["type"] = function(block, rest)
  block.type = scan.type_and_text(rest)
  return not block.type and "a type is missing" or nil
end

-- Tags that say nothing a reader of the reference needs.
for name in ("meta nodiscard async see diagnostic version operator"):gmatch "%a+" do
  tags[name] = function() end
end

local function annotate(block, line, at)
  local value, meaning = line:match "^%-%-%-%s*|%s*(%S+)%s*#?%s*(.*)$"
  local tag, rest = line:match "^%-%-%-%s?@([%a]+)%s*(.-)%s*$"
  if value and block.alias then
    table.insert(block.alias.values, { value = value, text = meaning })
  elseif tag then
    if not tags[tag] then
      return "unknown tag @" .. tag
    end
    return tags[tag](block, rest, at)
  else
    table.insert(block.text, (line:gsub("^%-%-%-%s?", "")))
  end
end

-- Code -------------------------------------------------------------------------------------------

local function add(list, item)
  list[#list + 1] = item
  list[item.name] = item
end

-- A class that is opened once more gets what the block adds.
local function close_class(model, block)
  local class = model.classes[block.class.name]
  if not class then
    class = block.class
    class.fields, class.functions, class.overloads = {}, {}, block.overloads
    class.deprecated = block.deprecated
    add(model.classes, class)
  end
  local rest = take_text(block)
  class.text = rest ~= "" and class.text .. "\n" .. rest or class.text
  for _, field in ipairs(block.fields) do
    add(class.fields, field)
  end
  return class
end

local function words(text)
  local list = {}
  for word in text:gmatch "[%w_.]+" do
    list[#list + 1] = word
  end
  return list
end

local function close_function(variables, block, holder, separator, name, arguments)
  local class = variables[holder]
  if not class then
    return "nothing is known of " .. holder
  end
  add(class.functions, {
    name = name, separator = separator, owner = class, arguments = words(arguments),
    params = block.params, returns = block.returns, overloads = block.overloads,
    text = take_text(block), at = block.at, deprecated = block.deprecated,
  })
end

local function close_member(variables, block, holder, name, value)
  local class, other = variables[holder], variables[value]
  if not class or not (block.type or other) then
    return ("what is %s.%s? It wants a ---@type"):format(holder, name)
  end
  add(class.fields, { name = name, type = block.type or other.name, at = block.at,
    text = take_text(block) })
end

-- A line that is no annotation ends the block above it. variables: what a file's locals stand for.
local function close(model, variables, block, line)
  local class = block.class and close_class(model, block)
  if block.alias then
    add(model.aliases, block.alias)
  end
  local variable = line:match "^local%s+([%w_]+)%s*=%s*{}%s*$"
  local holder, separator, name, arguments =
    line:match "^function%s+([%w_]+)([.:])([%w_]+)%((.-)%)%s*end%s*$"
  local owner, member, value = line:match "^([%w_]+)%.([%w_]+)%s*=%s*([%w_]+)"
  if variable then
    variables[variable] = class
  elseif holder then
    return close_function(variables, block, holder, separator, name, arguments)
  elseif owner then
    return close_member(variables, block, owner, member, value)
  elseif line:find "%S" and not line:find "^return%s" and not line:find "^%-%-" then
    return "not understood: " .. line
  end
end

function M.parse(text, file, model)
  model = model or { classes = {}, aliases = {} }
  local variables, block, number = {}, nil, 0
  for line in (text:gsub("\n?$", "\n\n")):gmatch "([^\n]*)\n" do
    number = number + 1
    local at = file .. ":" .. number
    local problem
    block = block or new_block(at)
    if line:find "^%-%-%-" then
      problem = annotate(block, line, at)
    else
      problem = close(model, variables, block, line)
      block = nil
    end
    if problem then
      error(at .. ": " .. problem, 0)
    end
  end
  return model
end

-- parse for several files.
function M.load(paths)
  local model
  for _, path in ipairs(paths) do
    local file = assert(io.open(path, "rb"))
    model = M.parse(file:read "*a", path, model)
    file:close()
  end
  return model
end

-- Words for people --------------------------------------------------------------------------------

-- "path?" for a parameter or field that may be absent.
function M.label(item)
  return item.name .. (item.optional and "?" or "")
end

local function argument_list(fun)
  local labels, list = {}, {}
  for _, param in ipairs(fun.params) do
    labels[param.name] = M.label(param)
  end
  for i, name in ipairs(fun.arguments) do
    list[i] = labels[name] or name
  end
  return table.concat(list, ", ")
end

-- "DstackClient:get_key", "dstack.crypto.sha256"
function M.full_name(fun)
  return fun.owner.name .. fun.separator .. fun.name
end

-- "DstackClient:get_key(path?, purpose?, algorithm?)"
function M.signature(fun)
  return ("%s(%s)"):format(M.full_name(fun), argument_list(fun))
end

-- How a class is called to make an object: the module's member of its name has overloads.
function M.constructors(model, class)
  local list = {}
  local member = model.classes.dstack and model.classes.dstack.fields[class.name]
  local called = member and model.classes[member.type]
  for _, overload in ipairs(called and called.overloads or {}) do
    list[#list + 1] = "dstack." .. class.name .. overload.type:sub(#"fun" + 1)
  end
  return list
end

return M
