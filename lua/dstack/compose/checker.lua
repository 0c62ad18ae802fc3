-- Walks a document by the tables of fields.lua and collects findings. A finding has
--   severity  "error": does not boot; "warning": boots, but not as it was meant; "note"
--   rule      a short name that stays
--   path      where, as "requirements.platforms[2]"; "" for the document
--   what      is the matter
--   boot      what comes of it
--   cure      how to mend it

local core = require "dstack.core"
local fields = require "dstack.compose.fields"
local kinds = require "dstack.compose.kinds"

local Checker = {}
Checker.__index = Checker

local M = {}

M.UNREADABLE = "the guest cannot read app-compose.json and stops"

-- In: doc, a document; tree, its root node; release, the guest's, as fields.release has it.
function M.new(doc, tree, release)
  return setmetatable({
    doc = doc, tree = tree, release = release, findings = {}, prefix = "",
  }, Checker)
end

-- Whether the guest is of that release or later.
function Checker:has(release)
  return self.release >= fields.release(release)
end

function Checker:add(severity, rule, path, what, boot, cure)
  local full = path
  if self.prefix ~= "" then
    full = self.prefix .. (path == "" and "" or "." .. path)
  end
  table.insert(self.findings, {
    severity = severity, rule = rule, path = full, what = what, boot = boot, cure = cure,
  })
end

-- The last member of that name of the document, or nil; null counts as none.
function Checker:node(name)
  local node = self:member(name)
  return node and node.kind ~= "null" and node or nil
end

-- Likewise, null being one.
function Checker:member(name)
  local found
  for _, item in ipairs(self.tree.items) do
    found = item.name == name and item or found
  end
  return found
end

-- A member's string, boolean or list of strings; nil when it is none.
function Checker:text(name)
  local node = self:node(name)
  return node and node.kind == "string" and node.value or nil
end

function Checker:is_true(name)
  local node = self:node(name)
  return node ~= nil and node.kind == "boolean" and node.value
end

function Checker:strings(name)
  local node, list = self:node(name), {}
  for _, item in ipairs(node and node.items or {}) do
    list[#list + 1] = item.kind == "string" and item.value or nil
  end
  return list
end

-- The manifest version as a number; 0 when there is none to be read.
function Checker:manifest()
  local node = self:node "manifest_version"
  return node and (node.kind == "number" or node.kind == "string") and tonumber(node.value) or 0
end

-- Which key provider the document asks for.
function Checker:provider()
  return (core.compose_provider(self.doc.bytes))
end

-- Nested objects ---------------------------------------------------------------------------------

local function find_row(rows, name)
  for _, row in ipairs(rows) do
    if row.name == name then
      return row
    end
  end
end

local function check_nested(self, item, rows, seen)
  local row = find_row(rows, item.name)
  if not row then
    if rows.closed then
      self:add("error", "unknown-member", item.name, "is not known there", M.UNREADABLE,
        "take it out")
    end
    return
  elseif seen[item.name] then
    self:add("error", "twice", item.name, "is there twice", M.UNREADABLE, "leave one")
  end
  self:value(item, row, true)
end

-- The members of an object within, which is at self.prefix and typed.
function Checker:members(node, rows)
  local seen = {}
  for _, item in ipairs(node.items) do
    check_nested(self, item, rows, seen)
    seen[item.name] = true
  end
  for _, row in ipairs(rows) do
    if row.required and not seen[row.name] then
      self:add("error", "missing", row.name, "is missing", M.UNREADABLE, "state it")
    end
  end
end

local function within(self, prefix, call, ...)
  local outer = self.prefix
  self.prefix = outer == "" and prefix or prefix:find "^%[" and outer .. prefix
    or outer .. "." .. prefix
  local result = call(...)
  self.prefix = outer
  return result
end

-- The nth item of a list of objects.
function Checker:item(node, n, rows)
  within(self, ("[%d]"):format(n), function()
    if node.kind ~= "object" then
      self:add("error", "type", "", "is no object", M.UNREADABLE, "make it one")
      return
    end
    self:members(node, rows)
  end)
end

-- A value by its row. In: typed, whether the guest refuses one of another type.
function Checker:value(node, row, typed)
  if node.kind == "null" and row.null then
    return
  end
  local problem = within(self, node.name, kinds[row.kind], node, row, self)
  if problem then
    self:add(typed and "error" or "warning", "type", node.name, problem,
      typed and M.UNREADABLE or "the guest's scripts get something else than was meant",
      fields.forms[row.kind])
  end
end

return M
