-- Shows what a chunk returned: as `lua` does, but that tables show their members (one level,
-- sorted), bytes are escaped, and members that hold keys are not shown.

local names = require "dstack.repl.names"

local WIDTH = 78    -- a table that fits on a line is put on one
local MEMBERS = 100 -- of a table are shown
local EXCERPT = 200 -- bytes of a string in a table are shown

-- Members that hold keys, and how long the shortest key is: shorter strings of that name are none.
local secret_names = {
  key = true, private_key = true, secret_key = true, secret = true, seed = true, mnemonic = true,
}
local SHORTEST_KEY = 32

-- Strings ----------------------------------------------------------------------------------------

local escapes = { ["\n"] = "\\n", ["\r"] = "\\r", ["\t"] = "\\t", ['"'] = '\\"', ["\\"] = "\\\\" }

local function escape(char)
  return escapes[char] or ("\\x%02x"):format(char:byte())
end

-- Text that a terminal can show: UTF-8 without control characters.
local function is_text(value)
  return utf8.len(value) and not value:find "[\0-\8\11-\31\127]"
    and not value:find "\194[\128-\159]"
end

local function quote(value)
  return '"' .. value:gsub(is_text(value) and '[%c"\\]' or '[%c"\\\128-\255]', escape) .. '"'
end

local function excerpt(value)
  if #value <= EXCERPT then
    return quote(value)
  end
  local cut = EXCERPT
  while cut > EXCERPT - 4 and value:byte(cut + 1) >= 0x80 and value:byte(cut + 1) < 0xC0 do
    cut = cut - 1 -- not within a character
  end
  return ("%s... (%d bytes)"):format(quote(value:sub(1, cut)), #value)
end

-- Tables -----------------------------------------------------------------------------------------

-- tostring, whose errors do not name this file.
local function plain_text(value)
  local good, text = pcall(tostring, value)
  if not good then
    error(text, 0)
  end
  return text
end

local function has_tostring(value)
  return names.meta(value, "__tostring") ~= nil
end

local function key_text(key)
  if names.is_name(key) then
    return key
  end
  return "[" .. (type(key) == "string" and excerpt(key) or plain_text(key)) .. "]"
end

local function member_text(key, value)
  if type(value) == "string" then
    return secret_names[key] and #value >= SHORTEST_KEY and "<secret>" or excerpt(value)
  elseif type(value) ~= "table" or has_tostring(value) then
    return plain_text(value)
  end
  return next(value) == nil and "{}" or "{...}"
end

-- Numbers first, then strings, then what has no order but a name.
local ranks = { number = 1, string = 2 }

local function before(a, b)
  local rank_a, rank_b = ranks[type(a)] or 3, ranks[type(b)] or 3
  if rank_a ~= rank_b then
    return rank_a < rank_b
  elseif rank_a == 3 then
    return plain_text(a) < plain_text(b)
  end
  return a < b
end

local function sorted_keys(value, length)
  local keys = {}
  for key in next, value do
    local listed = math.type(key) == "integer" and key >= 1 and key <= length
    if not listed then
      keys[#keys + 1] = key
    end
  end
  table.sort(keys, before)
  return keys
end

local function members_of(value)
  local members, length = {}, rawlen(value)
  for i = 1, math.min(length, MEMBERS + 1) do
    members[i] = member_text(i, rawget(value, i))
  end
  for _, key in ipairs(sorted_keys(value, length)) do
    members[#members + 1] = key_text(key) .. " = " .. member_text(key, rawget(value, key))
  end
  for _, name in ipairs(names.unloaded(value)) do
    members[#members + 1] = name .. " = (not loaded yet)"
  end
  local more = math.max(length - MEMBERS - 1, 0) + math.max(#members - MEMBERS, 0)
  for i = #members, MEMBERS + 1, -1 do
    members[i] = nil
  end
  if more > 0 then
    members[#members + 1] = ("... (%d more)"):format(more)
  end
  return members
end

local function table_text(value)
  local members = members_of(value)
  if #members == 0 then
    return "{}"
  end
  local line = "{ " .. table.concat(members, ", ") .. " }"
  if #line <= WIDTH and not line:find "\n" then
    return line
  end
  return "{\n  " .. table.concat(members, ",\n  ") .. "\n}"
end

-- A response is laid out like other tables, under its name.
local function response_text(value)
  return names.meta(value, "__name") .. " " .. table_text(value)
end

-- Results ----------------------------------------------------------------------------------------

local function text_of(value)
  if type(value) == "string" then
    return is_text(value) and value or quote(value)
  elseif names.meta(value, "is_response") then
    return response_text(value)
  elseif type(value) == "table" and not has_tostring(value) then
    return table_text(value)
  end
  return plain_text(value)
end

-- One text for each value, for print.
return function(...)
  local texts, count = { ... }, select("#", ...)
  for i = 1, count do
    texts[i] = text_of(texts[i])
  end
  return table.unpack(texts, 1, count)
end
