-- Lua values as JSON text whose every byte counts: arrays and objects told apart, integers exact,
-- and what has no JSON form refused. Members are in the order of their names.

local core = require "dstack.core"

local M = {}

local DEPTH = 128 -- as the parser has it

local function refuse_members()
  core.raise "dstack.empty_array is a constant"
end

-- A list without items, which a table cannot say: {} is an object.
M.empty_array = setmetatable({}, {
  __name = "dstack.empty_array",
  __newindex = refuse_members,
  __tostring = function() return "dstack.empty_array" end,
})

local Literal = {}

-- JSON text that goes out as it is. In: text that was parsed.
function M.literal(text)
  return setmetatable({ text = text }, Literal)
end

-- lua-cjson's marks for arrays, of whichever of its modules was loaded.
local function is_marked(value)
  for _, name in ipairs { "cjson", "cjson.safe" } do
    local cjson = package.loaded[name]
    if type(cjson) == "table" then
      local class = type(value) == "table" and getmetatable(value)
      if value == cjson.empty_array or class and
        (class == cjson.array_mt or class == cjson.empty_array_mt) then
        return true
      end
    end
  end
  return false
end

local function refuse(path, what)
  return nil, ("%s: %s"):format(path == "" and "the value" or path, what), "invalid"
end

-- Scalars ----------------------------------------------------------------------------------------

local short = {
  ["\b"] = "\\b", ["\t"] = "\\t", ["\n"] = "\\n", ["\f"] = "\\f", ["\r"] = "\\r",
  ['"'] = '\\"', ["\\"] = "\\\\",
}

-- A character as JSON's strings have it where it cannot stand for itself.
function M.escape(char)
  return short[char] or ("\\u%04x"):format(char:byte())
end

-- A string with its quotes.
function M.string(text)
  return '"' .. text:gsub('[%z\1-\31"\\]', M.escape) .. '"'
end

-- Whether a whole number is an integer: where Lua has no integers, up to 2^53.
local function is_integer(value)
  if math.type then
    return math.type(value) == "integer"
  end
  return value % 1 == 0 and value >= -2 ^ 53 and value <= 2 ^ 53
end

-- 17 digits say which double it is; whoever writes the text for good shortens them. Formatting
-- minds the locale.
local function number(value)
  if is_integer(value) then
    return (math.type and "%d" or "%.0f"):format(value)
  end
  local text = ("%.17g"):format(value):gsub(",", ".")
  return text:find "[.e]" and text or text .. ".0"
end

local function encode_number(value, path, wild)
  if value - value == 0 then
    return number(value)
  elseif wild then
    return "1e999"
  end
  return refuse(path, "a number that is not finite has no JSON form")
end

-- Tables -----------------------------------------------------------------------------------------

-- "array", or "object" and its names in order; nil and what is wrong.
local function kind_of(value)
  local names, count = {}, 0
  for key in next, value do
    if type(key) == "string" then
      names[#names + 1] = key
    elseif type(key) ~= "number" then
      return nil, ("a %s as a key has no JSON form"):format(type(key))
    else
      count = count + 1
    end
  end
  if count == 0 then
    table.sort(names)
    return "object", names
  elseif #names > 0 then
    return nil, "a table with both list items and names is neither array nor object"
  elseif count ~= #value or value[count] == nil then
    return nil, "a list with holes is no array; dstack.null fills them"
  end
  for i = 1, count do
    if rawget(value, i) == nil then
      return nil, "a list with holes is no array; dstack.null fills them"
    end
  end
  return "array"
end

local encode

local function encode_array(value, path, depth, wild)
  local out = {}
  for i, item in ipairs(value) do
    local text, message, code = encode(item, ("%s[%d]"):format(path, i), depth, wild)
    if not text then
      return nil, message, code
    end
    out[i] = text
  end
  return "[" .. table.concat(out, ",") .. "]"
end

local function encode_object(value, names, path, depth, wild)
  local out = {}
  for i, name in ipairs(names) do
    local inner = path == "" and name or path .. "." .. name
    local text, message, code = encode(value[name], inner, depth, wild)
    if not text then
      return nil, message, code
    end
    out[i] = M.string(name) .. ":" .. text
  end
  return "{" .. table.concat(out, ",") .. "}"
end

local function encode_table(value, path, depth, wild)
  if value == M.empty_array then
    return "[]"
  elseif getmetatable(value) == Literal then
    return value.text
  elseif depth > DEPTH then
    return refuse(path, "nested too deep, or a table that holds itself")
  end
  local kind, names = kind_of(value)
  if not kind then
    return refuse(path, names)
  elseif kind == "array" then
    return encode_array(value, path, depth + 1, wild)
  elseif #names == 0 and is_marked(value) then
    return "[]"
  end
  return encode_object(value, names, path, depth + 1, wild)
end

function encode(value, path, depth, wild)
  local kind = type(value)
  if kind == "string" then
    return M.string(value)
  elseif kind == "boolean" then
    return tostring(value)
  elseif kind == "table" then
    return encode_table(value, path, depth, wild)
  elseif kind == "number" then
    return encode_number(value, path, wild)
  elseif value == core.null then
    return "null"
  elseif is_marked(value) then
    return "[]"
  end
  return refuse(path, ("a %s has no JSON form"):format(kind))
end

-- A value as JSON text; nil, message, code when it has none. In: wild, whether numbers that are not
-- finite are written too, as one beyond every range: who reads them decides.
function M.encode(value, wild)
  return encode(value, "", 1, wild)
end

-- Trees, as core.json_tree has them --------------------------------------------------------------

-- A node as JSON text, with every digit, and every member at its place.
function M.render(node)
  local out = {}
  if node.kind == "string" then
    return M.string(node.value)
  elseif node.kind == "null" then
    return "null"
  elseif not node.items then
    return tostring(node.value)
  end
  for i, item in ipairs(node.items) do
    local name = node.kind == "object" and M.string(item.name) .. ":" or ""
    out[i] = name .. M.render(item)
  end
  local list = table.concat(out, ",")
  return node.kind == "object" and "{" .. list .. "}" or "[" .. list .. "]"
end

return M
