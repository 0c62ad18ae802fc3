-- JSON that commands print. Not lua-cjson's: that writes members in no fixed order, "/" as "\/", a
-- list without items as an object and numbers through doubles.

local core = require "dstack.core"
local escape = require("dstack.json").escape

local M = {}

local Array, Object, Text = {}, {}, {}

-- A list, also when it has no items.
function M.array(list)
  return setmetatable(list, Array)
end

-- Members in this order: {{name, value}, ...}; nil is JSON's null.
function M.object(members)
  return setmetatable({ members = members }, Object)
end

-- JSON text that the core has parsed: it goes out with every digit and member as it came.
function M.text(text)
  return setmetatable({ text = text }, Text)
end

local encode

local function encode_object(members)
  local out = {}
  for i, member in ipairs(members) do
    out[i] = encode(member[1]) .. ":" .. encode(member[2])
  end
  return "{" .. table.concat(out, ",") .. "}"
end

local function encode_array(list)
  local out = {}
  for i, value in ipairs(list) do
    out[i] = encode(value)
  end
  return "[" .. table.concat(out, ",") .. "]"
end

-- What was parsed from JSON: an empty table was most likely an object.
local function encode_table(value)
  if value[1] ~= nil then
    return encode_array(value)
  end
  local found = {}
  for name, member in pairs(value) do
    found[#found + 1] = { name, member }
  end
  table.sort(found, function(a, b) return a[1] < b[1] end)
  return encode_object(found)
end

function encode(value)
  local kind, class = type(value), getmetatable(value)
  if class == Text then
    return value.text
  elseif class == Object then
    return encode_object(value.members)
  elseif class == Array then
    return encode_array(value)
  elseif kind == "string" then
    return '"' .. value:gsub('[%c"\\]', escape) .. '"'
  elseif kind == "number" then
    return (value % 1 == 0 and math.abs(value) < 2 ^ 63 and "%d" or "%.17g"):format(value)
  elseif kind == "boolean" then
    return tostring(value)
  elseif kind == "table" then
    return encode_table(value)
  elseif value == nil or value == core.null then
    return "null"
  end
  error("no JSON for a " .. kind)
end

-- A value of the above as JSON in one line.
M.encode = encode

-- Characters that a terminal obeys although JSON may hold them as they are: see ds_excerpt.
local tricks = {
  "\127", "\194[\128-\159]", "\226\128[\139-\143\168-\174]", "\226\129[\166-\169]", "\239\187\191",
}

local function code_point(char)
  local a, b, c = char:byte(1, 3)
  local code = c and (a % 16) * 4096 + (b % 64) * 64 + c % 64 or b and (a % 32) * 64 + b % 64 or a
  return ("\\u%04x"):format(code)
end

local function harmless(text)
  for _, trick in ipairs(tricks) do
    text = text:gsub(trick, code_point)
  end
  return text
end

-- Where the string that begins at `at` ends.
local function string_end(text, at)
  repeat
    at = text:find('["\\]', at + 1)
    local escaped = text:sub(at, at) == "\\"
    at = escaped and at + 1 or at
  until not escaped
  return at
end

-- The token at `at` and where the next one begins.
local function next_token(text, at)
  at = text:find("[^ \t\r\n]", at)
  if not at then
    return nil
  elseif text:sub(at, at) == '"' then
    local stop = string_end(text, at)
    return harmless(text:sub(at, stop)), stop + 1
  end
  local token = text:match("^[%[{][ \t\r\n]*[%]}]", at) or text:match("^[%[%]{},:]", at)
    or text:match("^[^%[%]{},: \t\r\n]+", at)
  return token, at + #token
end

-- Well-formed JSON laid out in lines, two blanks a level, as a terminal can show it.
function M.layout(text)
  local out, margin = {}, "\n"
  local token, at = next_token(text, 1)
  while token do
    if token == "{" or token == "[" then
      margin = margin .. "  "
      token = token .. margin
    elseif token == "}" or token == "]" then
      margin = margin:sub(1, -3)
      token = margin .. token
    elseif token == "," then
      token = "," .. margin
    elseif token == ":" then
      token = ": "
    elseif token:find "^[%[{]" then
      token = token:gsub("[ \t\r\n]", "")
    end
    out[#out + 1] = token
    token, at = next_token(text, at)
  end
  return table.concat(out)
end

return M
