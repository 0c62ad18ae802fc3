-- Judges a document by what a guest of some release would do with it.

local checker = require "dstack.compose.checker"
local core = require "dstack.core"
local fields = require "dstack.compose.fields"
local rules = require "dstack.compose.rules"

-- Members ----------------------------------------------------------------------------------------

-- A known field that is written otherwise: "KmsEnabled", "kms-enabled".
local function meant(name)
  local plain = name:lower():gsub("[-_ ]", "")
  for _, field in ipairs(fields.list) do
    if field.name:gsub("_", "") == plain then
      return field.name
    end
  end
end

local function check_unknown(check, name)
  local other = meant(name)
  if fields.conventions[name] then
    check:add("note", "convention", name, "is " .. fields.conventions[name],
      "the guest ignores it; it is hashed", "nothing need be done")
  elseif other then
    check:add("warning", "unknown", name, "is no field; " .. other .. " is",
      "the guest ignores it; it is hashed", "call it " .. other)
  else
    check:add("warning", "unknown", name, "is no field that a guest knows",
      "the guest ignores it; it is hashed", "take it out, unless something else reads it")
  end
end

local function is_typed(check, field)
  return field.typed == true or field.typed and check:has(field.typed)
end

-- Whether a value is the one that vmm-cli writes when nothing was asked for.
local function is_idle(node, field)
  return node.kind == "boolean" and node.value == field.default
    or node.value == "" and field.default == ""
    or node.kind == "array" and #node.items == 0
end

local function check_known(check, node, field)
  if not check:has(field.since) then
    if is_idle(node, field) then
      return
    end
    check:add("warning", "too-new", node.name, "is honoured from guest OS " .. field.since .. " on",
      "this guest ignores it; it is hashed", "use a newer guest, or do without")
    return
  elseif field.until_release and check:has(field.until_release) then
    check:add("warning", "gone", node.name, "was removed in guest OS " .. field.until_release,
      "the guest ignores it; it is hashed", "take it out")
    return
  elseif field.ends then
    check:add("note", "deprecated", node.name, "is deprecated", "it still works",
      "state gateway_enabled or kms_enabled")
  end
  if is_typed(check, field) or node.kind ~= "null" then
    check:value(node, field, is_typed(check, field))
  end
end

local function check_twice(check, node, field)
  if field and check:has(field.since) and field.typed then
    check:add("error", "twice", node.name, "is there twice", checker.UNREADABLE, "leave one")
  else
    check:add("warning", "twice", node.name, "is there twice",
      "tools take the last one, or refuse the document", "leave one")
  end
end

local function check_members(check)
  local seen = {}
  for _, node in ipairs(check.tree.items) do
    local field = fields.by_name[node.name]
    if seen[node.name] then
      check_twice(check, node, field)
    elseif field then
      check_known(check, node, field)
    else
      check_unknown(check, node.name)
    end
    seen[node.name] = true
  end
  for _, field in ipairs(fields.list) do
    if field.required and not seen[field.name] then
      check:add("error", "missing", field.name, "is missing", checker.UNREADABLE, "state it")
    end
  end
end

-- Rules ------------------------------------------------------------------------------------------

local function applies(check, rule)
  return (not rule.from or check:has(rule.from)) and not (rule.before and check:has(rule.before))
end

local function strike(check, rule, path, words)
  local what = words and rule.what:format(words) or rule.what
  check:add(rule[2], rule[1], path, what, rule.boot, rule.cure)
end

local function check_rule(check, rule)
  local struck = rule.test(check)
  if type(struck) == "table" then
    for _, one in ipairs(struck) do
      strike(check, rule, one.path or rule.path, one[1])
    end
  elseif struck then
    strike(check, rule, rule.path, type(struck) == "string" and struck or nil)
  end
end

local rank = { error = 1, warning = 2, note = 3 }

-- Errors first, else in the order in which they were found.
local function sort(findings)
  for i, finding in ipairs(findings) do
    finding.order = i
  end
  table.sort(findings, function(a, b)
    if a.severity ~= b.severity then
      return rank[a.severity] < rank[b.severity]
    end
    return a.order < b.order
  end)
  for _, finding in ipairs(findings) do
    finding.order = nil
  end
  return findings
end

-- Returns the findings, a list that may be empty, or nil, message, code.
return function(doc, os_version)
  local release = fields.release(os_version)
  if not release then
    return nil, ("os_version is no release such as %q: %s"):format(fields.newest_release,
      os_version), "invalid"
  end
  local tree, message, code = core.json_tree(doc.bytes)
  if not tree then
    return nil, message, code
  end
  local check = checker.new(doc, tree, release)
  check_members(check)
  for _, rule in ipairs(rules) do
    if applies(check, rule) then
      check_rule(check, rule)
    end
  end
  return sort(check.findings)
end
