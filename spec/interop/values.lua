-- Random types of the ABI, and random values of them as cases have them: numbers as decimal text, bytes as 0x and
-- hex, tuples and arrays as lists. values.py and values.mjs do the same.

local ethereum = require("dstack").ethereum
local lines = require "spec.interop.lines"

local chance, list, pick = lines.chance, lines.list, lines.pick
local random = math.random

local M = {}

-- Values -----------------------------------------------------------------------------------------

local function octets(n)
  return "0x" .. lines.bytes(n)
end

-- The edges, a small one, any.
local function magnitude(bits)
  local size = bits // 8
  return pick { "0x0", "0x1", "0x7f", "0x80", "0x" .. ("f"):rep(2 * size), "0x80" .. ("0"):rep(2 * size - 2),
    "0x7f" .. ("f"):rep(2 * size - 2), octets(size), octets(size), octets(1) }
end

local function decimal(hex)
  return assert(ethereum.units.format(hex, 0))
end

-- Below zero there is one more than above.
local function signed(bits)
  local hex = magnitude(bits)
  local is_high = #hex == 2 + bits // 4 and tonumber(hex:sub(3, 3), 16) >= 8
  if is_high then
    hex = chance(2) and "0x80" .. ("0"):rep(bits // 4 - 2) or "0x7" .. hex:sub(4)
  end
  local text = decimal(hex)
  return (hex:find "^0x80*$" and is_high or text ~= "0" and chance(2)) and "-" .. text or text
end

local letters = { "a", "b", "c", " ", "X", "é", "世", "\u{1f600}", "\n", "\"", "\\", "0" }

local function text()
  return table.concat(list(0, pick { 0, 1, 5, 31, 32, 33, 70 }, function() return pick(letters) end))
end

function M.atom(with_function)
  local kind = pick { "uint", "int", "bool", "address", "fixed", "bytes", "string",
    with_function and "function" or "bool" }
  if kind == "uint" or kind == "int" then
    return kind .. 8 * random(32)
  end
  return kind == "fixed" and "bytes" .. random(32) or kind
end

function M.of_atom(kind)
  local name, size = kind:match "^(%a+)(%d*)$"
  size = tonumber(size)
  if name == "uint" then
    return decimal(magnitude(size))
  elseif name == "int" then
    return signed(size)
  elseif kind == "bool" then
    return chance(2)
  elseif kind == "address" then
    return assert(ethereum.to_checksum_address(octets(20)))
  elseif kind == "string" then
    return text()
  elseif kind == "function" then
    return octets(24)
  end
  return octets(size or pick { 0, 1, 31, 32, 33, 100 })
end

-- Types ------------------------------------------------------------------------------------------

local function values_of(makers)
  local out = {}
  for i, make in ipairs(makers) do
    out[i] = make()
  end
  return out
end

-- A type's text, and what makes a value of it.
function M.any(depth, with_function)
  if depth == 0 or chance(2) then
    local kind = M.atom(with_function)
    return kind, function() return M.of_atom(kind) end
  elseif chance(2) then
    local inner, make = M.any(depth - 1, with_function)
    local size = pick { false, 1, 2, 3 }
    return ("%s[%s]"):format(inner, size or ""), function() return list(size or 0, size or 4, make) end
  end
  local types, makers = M.several(1, 4, depth - 1, with_function)
  return "(" .. table.concat(types, ",") .. ")", function() return values_of(makers) end
end

-- A list of types, and one of what makes their values.
function M.several(least, most, depth, with_function)
  local types, makers = {}, {}
  for i = 1, random(least, most) do
    types[i], makers[i] = M.any(depth, with_function)
  end
  return types, makers
end

-- A list of types, and one of values.
function M.made(least, most, depth, with_function)
  local types, makers = M.several(least, most, depth, with_function)
  return types, values_of(makers)
end

return M
