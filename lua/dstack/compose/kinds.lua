-- The forms that fields have. Each takes a node (core.json_tree), its row in fields.lua and a
-- checker, and returns what is wrong, or nothing. Nested objects are walked through the checker.

local fields = require "dstack.compose.fields"
local requirement = require "dstack.compose.requirement"

local M = {}

local articles = {
  null = "null", boolean = "a boolean", number = "a number", string = "a string",
  array = "an array", object = "an object",
}

local function want(node, kind)
  if node.kind ~= kind then
    return ("is %s, %s is wanted"):format(articles[node.kind], articles[kind])
  end
end

for _, kind in ipairs { "string", "boolean", "object" } do
  M[kind] = function(node)
    return want(node, kind)
  end
end

-- An integer as JSON writes one, within bounds.
local function is_integer(node, least, most)
  local n = node.kind == "number" and node.value:match "^%d+$" and tonumber(node.value)
  return n and n >= least and n <= most
end

-- A list whose items are strings.
function M.strings(node)
  if node.kind ~= "array" then
    return want(node, "array")
  end
  for i, item in ipairs(node.items) do
    if item.kind ~= "string" then
      return ("has %s as item %d, a string is wanted"):format(articles[item.kind], i)
    end
  end
end

local function quoted(words)
  return '"' .. table.concat(words, '", "') .. '"'
end

function M.one_of(node, field)
  if node.kind ~= "string" then
    return want(node, "string")
  end
  local word = field.any_case and node.value:lower() or node.value
  for _, known in ipairs(field.words) do
    if word == known then
      return
    end
  end
  return ("is %q; there are: %s"):format(node.value, quoted(field.words))
end

function M.hex(node, field)
  if node.kind ~= "string" then
    return want(node, "string")
  elseif node.value:find "^0[xX]" then
    return "begins with 0x, which is not taken here"
  elseif node.value:find "%X" or #node.value % 2 ~= 0 then
    return "is no hex"
  elseif field.bytes and #node.value ~= 2 * field.bytes then
    return ("is %d bytes of hex, %d are wanted"):format(#node.value / 2, field.bytes)
  end
end

-- The canonical decimal text of 1 to 2^32 - 1.
local function is_u32_text(text)
  text = text:match "^%s*(.-)%s*$"
  return text:find "^[1-9]%d*$" ~= nil and #text <= 10 and tonumber(text) <= 4294967295
end

-- Guests up to 0.5.11 take any integer that is not negative and no string.
function M.manifest(node, _, check)
  if not check:has "0.6.0" then
    if not is_integer(node, 0, 4294967295) then
      return node.kind == "string" and "is a string, which guests before 0.6.0 do not read"
        or "is no integer from 0 to 2^32 - 1"
    end
  elseif node.kind == "number" then
    if not is_integer(node, 1, 2) then
      return 'is neither 1 nor 2 nor a string such as "3"'
    end
  elseif node.kind ~= "string" or not is_u32_text(node.value) then
    return 'is neither 1 nor 2 nor a string such as "3"'
  elseif tonumber(node.value) > 3 then
    return "is above 3, the highest that a guest supports"
  end
end

-- Bytes, or text: decimal or 0x hex, with K, M, G, T behind for powers of 1024.
function M.size(node)
  if node.kind == "number" then
    return not is_integer(node, 0, 2 ^ 64) and "is no whole number of bytes" or nil
  elseif node.kind ~= "string" then
    return "is " .. articles[node.kind] .. ", a number of bytes or a size such as \"2G\" is wanted"
  end
  local text = node.value:match "^%s*(.-)%s*$"
  local digits = text:gsub("[KMGTkmgt]+$", "")
  if not (digits:find "^%d+$" or digits:find "^0[xX]%x+$") then
    return ('is %q, which is no size; "512M" and "2G" are'):format(node.value)
  end
end

function M.event_log_version(node)
  return not is_integer(node, 1, 2) and "is neither 1 nor 2" or nil
end

function M.init_script(node, _, check)
  if node.kind == "string" then
    return
  elseif not check:has "0.6.0" then
    return "is " .. articles[node.kind] .. ", guests before 0.6.0 take one string"
  end
  local problem = M.strings(node)
  if not problem and #node.items > 5 then
    problem = ("has %d scripts, at most 5 are taken"):format(#node.items)
  end
  return problem
end

-- Nested objects ---------------------------------------------------------------------------------

for _, kind in ipairs { "requirements", "gpu_policy", "port_policy" } do
  M[kind] = function(node, _, check)
    return want(node, "object") or check:members(node, fields.nested[kind])
  end
end

-- A list of objects of one kind.
local function list_of(kind)
  return function(node, _, check)
    if node.kind ~= "array" then
      return want(node, "array")
    end
    for i, item in ipairs(node.items) do
      check:item(item, i, fields.nested[kind])
    end
  end
end

M.ports, M.volumes = list_of "port", list_of "volume"

function M.port(node)
  return not is_integer(node, 0, 65535) and "is no port number" or nil
end

function M.platforms(node)
  local problem = M.strings(node)
  for _, item in ipairs(problem and {} or node.items) do
    problem = problem or M.one_of(item, { words = fields.platforms })
  end
  return problem
end

function M.file_name(node)
  return want(node, "string")
    or (node.value == "" or node.value:find "/" or node.value == ".." or node.value == ".")
    and "is no bare file name" or nil
end

function M.absolute_path(node)
  return want(node, "string") or not node.value:find "^/" and "is no absolute path" or nil
end

function M.requirement(node)
  if node.kind ~= "string" then
    return want(node, "string")
  elseif not requirement.parse(node.value) then
    return ("is %q, which is no requirement such as \">=0.6.0\""):format(node.value)
  end
end

return M
