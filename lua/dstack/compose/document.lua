-- A document: the bytes of an app-compose.json, which are what is measured, and what follows from
-- them. It does not change; an edit makes another.

local core = require "dstack.core"
local fields = require "dstack.compose.fields"
local json = require "dstack.json"

local M = {}

local Document = {}

local documents = setmetatable({}, { __mode = "k" }) -- every one that was made

local function is_document(value)
  return documents[value] ~= nil
end

M.is = is_document

local function refuse_member(_, name)
  core.raise(("a document does not change: doc:with({%s = ...}) makes another"):format(
    tostring(name)))
end

local function describe(self)
  local was = self.previous_hash and self.previous_hash ~= self.hash
    and ", was " .. self.previous_hash or ""
  return ("dstack.Compose: hash %s%s"):format(self.hash, was)
end

-- A document of its members, which are out of the reach of assignments.
local function sealed(members)
  local self = setmetatable({}, {
    __name = "dstack.Compose", __index = setmetatable(members, { __index = Document }),
    __newindex = refuse_member, __tostring = describe,
  })
  documents[self] = true
  return self
end

local function check_self(self, name)
  if not is_document(self) then
    core.raise(("Compose:%s: called without a colon"):format(name))
  end
end

-- All of a file, or nil, message, code.
function M.read(path)
  local file, message = io.open(path, "rb")
  local text
  if file then
    text, message = file:read "*a"
    file:close()
  end
  if not text then
    return nil, ("cannot read %s: %s"):format(path, (message:gsub("^.*: ", ""))), "invalid"
  end
  return text
end

-- Makes one of bytes. In: previous, the document it was made from. Returns nil, message, code when
-- they are no JSON object.
function M.parse(bytes, previous)
  local tree, message, code = core.json_tree(bytes)
  if not tree then
    return nil, "app-compose: " .. message, code
  elseif tree.kind ~= "object" then
    return nil, "app-compose: the document is no object but of type " .. tree.kind, "invalid"
  end
  local hash
  hash, message, code = core.hash("sha256", bytes)
  if not hash then
    return nil, message, code
  end
  hash = core.hex(hash)
  return sealed {
    bytes = bytes, hash = hash, app_id = hash:sub(1, 40),
    previous_hash = previous and previous.hash,
  }
end

-- Raises when a form does not exist.
function M.check_form(name, what)
  for _, known in ipairs(core.compose_forms) do
    if known == name then
      return
    end
  end
  core.raise(("%s: no form is named %s; there are: %s"):format(what, tostring(name),
    table.concat(core.compose_forms, ", ")))
end

-- Reading ----------------------------------------------------------------------------------------

-- The value of a member; nil when there is none, and nil, message, code when it is there twice.
function Document:get(name)
  check_self(self, "get")
  if type(name) ~= "string" then
    core.raise(("Compose:get: a field's name expected, got %s"):format(type(name)))
  end
  local found
  for _, node in ipairs(assert(core.json_tree(self.bytes)).items) do
    if node.name == name and found then
      return nil, ("%s: is there twice"):format(name), "invalid"
    end
    found = node.name == name and node or found
  end
  if found then
    return core.json_decode(json.render(found))
  end
end

-- The form in which the bytes are, or nil when they are in none of those known.
function Document:form()
  check_self(self, "form")
  for _, name in ipairs(core.compose_forms) do
    if core.compose_write(self.bytes, name) == self.bytes then
      return name
    end
  end
end

-- Making others ----------------------------------------------------------------------------------

-- The same document in another form.
function Document:to(form)
  check_self(self, "to")
  M.check_form(form, "Compose:to")
  local bytes, message, code = core.compose_write(self.bytes, form)
  if not bytes then
    return nil, message, code
  end
  return M.parse(bytes, self)
end

-- The names of a table in the order in which vmm-cli writes fields, others behind.
local function ordered(changes)
  local place, names = {}, {}
  for i, field in ipairs(fields.list) do
    place[field.name] = i
  end
  for name in pairs(changes) do
    if type(name) ~= "string" then
      core.raise "Compose:with: changes are named, such as {name = ...}"
    end
    names[#names + 1] = name
  end
  table.sort(names, function(a, b)
    local x, y = place[a] or math.huge, place[b] or math.huge
    return x < y or x == y and a < b
  end)
  return names
end

M.ordered = ordered

-- A value as a field has it: a list without items, a whole number.
local function adapted(name, value)
  if type(value) == "table" and next(value) == nil and fields.is_list(name) then
    return json.empty_array
  elseif type(value) == "number" and fields.is_whole(name) and value % 1 == 0
    and value >= 0 and value <= 2 ^ 53 then
    return json.literal(("%.0f"):format(value))
  end
  return value
end

-- A field's value as a node under its name.
function M.node(name, value)
  value = adapted(name, value)
  local text, message, code = json.encode(value)
  local node
  if text then
    node, message, code = core.json_tree(text)
  end
  if not node then
    return nil, name .. ": " .. message:gsub("^the value: ", ""), code
  end
  node.name = name
  return node
end

-- Writes a tree in a form, by default the one that the document has.
local function rewrite(self, tree, form, what)
  if form ~= nil then
    M.check_form(form, what)
  else
    form = self:form()
  end
  if not form then
    return nil, "the bytes are in no form that is known; name one: "
      .. table.concat(core.compose_forms, ", "), "invalid"
  end
  local bytes, message, code = core.compose_write(json.render(tree), form)
  if not bytes then
    return nil, message, code
  end
  return M.parse(bytes, self)
end

-- Puts a node in the place of the member of its name, or behind all.
local function put(tree, node)
  for i, item in ipairs(tree.items) do
    if item.name == node.name then
      tree.items[i] = node
      return
    end
  end
  table.insert(tree.items, node)
end

-- The document with other values for some fields.
function Document:with(changes, form)
  check_self(self, "with")
  if type(changes) ~= "table" then
    core.raise(("Compose:with: a table of changes expected, got %s"):format(type(changes)))
  end
  local tree = assert(core.json_tree(self.bytes))
  for _, name in ipairs(ordered(changes)) do
    local node, message, code = M.node(name, changes[name])
    if not node then
      return nil, message, code
    end
    put(tree, node)
  end
  return rewrite(self, tree, form, "Compose:with")
end

-- A set of the names that were given: one, or a list.
local function set_of(names)
  local set = {}
  for _, name in ipairs(type(names) == "table" and names or { names or false }) do
    if type(name) ~= "string" then
      core.raise(("Compose:without: a field's name or a list of names expected, got %s"):format(
        type(names) == "table" and "a list with a " .. type(name) or type(names)))
    end
    set[name] = true
  end
  return set
end

-- The document without some fields.
function Document:without(names, form)
  check_self(self, "without")
  local gone = set_of(names)
  local tree = assert(core.json_tree(self.bytes))
  for i = #tree.items, 1, -1 do
    if gone[tree.items[i].name] then
      table.remove(tree.items, i)
    end
  end
  return rewrite(self, tree, form, "Compose:without")
end

return M
