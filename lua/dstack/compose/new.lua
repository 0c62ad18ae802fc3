-- A new document from a docker-compose file and options.

local checker = require "dstack.compose.checker"
local core = require "dstack.core"
local document = require "dstack.compose.document"
local fields = require "dstack.compose.fields"
local json = require "dstack.json"

-- What is no field: from names the docker-compose file, form the form; extra has members of names
-- that are no fields.
local options = { from = "string", form = "string", extra = "table" }

local function field_names()
  local names = { "extra", "form", "from" }
  for _, field in ipairs(fields.list) do
    names[#names + 1] = field.name
  end
  table.sort(names)
  return table.concat(names, ", ")
end

local function check_names(given)
  for name, value in pairs(given) do
    if options[name] and type(value) ~= options[name] then
      core.raise(("compose.new: %s: %s expected, got %s"):format(name, options[name], type(value)))
    elseif not options[name] and not fields.by_name[name] then
      core.raise(("compose.new: unknown field '%s'; there are: %s (others go into extra)"):format(
        tostring(name), field_names()))
    end
  end
end

-- Whether something needs manifest_version "3", which older guests refuse.
local function needs_3(values)
  return values.requirements ~= nil or values.runner == "nerdctl-compose"
    or type(values.init_script) == "table" and #values.init_script > 1
end

-- Fields and their values, defaults in.
local function complete(given)
  local values = {}
  for _, field in ipairs(fields.list) do
    values[field.name] = given[field.name]
    if values[field.name] == nil then
      values[field.name] = field.default
    end
  end
  if given.manifest_version == nil and needs_3(values) then
    values.manifest_version = "3"
  end
  for name, value in pairs(given.extra or {}) do
    if fields.by_name[name] then
      core.raise(("compose.new: extra: '%s' is a field; put it beside extra"):format(name))
    end
    values[name] = value
  end
  return values
end

-- Says what is wrong with the form of a value, as the newest guests see it.
local function check_kinds(tree)
  local check = checker.new(nil, tree, fields.release "0.6.0")
  for _, node in ipairs(tree.items) do
    if fields.by_name[node.name] then
      check:value(node, fields.by_name[node.name], true)
    end
  end
  local first = check.findings[1]
  if first then
    return nil, ("%s %s"):format(first.path, first.what), "invalid"
  end
  return true
end

local function build(values)
  local tree = { kind = "object", items = {} }
  for i, name in ipairs(document.ordered(values)) do
    local node, message, code = document.node(name, values[name])
    if not node then
      return nil, message, code
    end
    tree.items[i] = node
  end
  local good, message, code = check_kinds(tree)
  return good and tree, message, code
end

local function make(values, form)
  local tree, message, code = build(values)
  local bytes
  if tree then
    bytes, message, code = core.compose_write(json.render(tree), form)
  end
  if not bytes then
    return nil, message, code
  end
  return document.parse(bytes)
end

-- compose.new{...}: returns a document, or nil, message, code.
return function(given)
  if type(given) ~= "table" then
    core.raise(("compose.new: a table of fields expected, got %s"):format(type(given)))
  end
  check_names(given)
  local form = given.form or "vmm-cli"
  document.check_form(form, "compose.new")
  if type(given.name) ~= "string" then
    core.raise("compose.new: name is missing")
  elseif given.from and given.docker_compose_file then
    core.raise("compose.new: from and docker_compose_file exclude each other")
  end
  local values = complete(given)
  if given.from then
    local text, message, code = document.read(given.from)
    if not text then
      return nil, message, code
    end
    values.docker_compose_file = text
  end
  return make(values, form)
end
