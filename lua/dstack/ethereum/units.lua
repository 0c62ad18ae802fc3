-- Ether's units. Amounts are whole numbers of wei, as decimal text: nothing is ever rounded.

local core = require "dstack.core"

local M = {}

-- name -> digits behind the point
local decimals_of = {
  wei = 0, kwei = 3, mwei = 6, gwei = 9, szabo = 12, finney = 15, ether = 18,
}

-- Decimals, of a unit's name or a number of them. Returns nil, message, code for another name.
local function decimals(unit, call)
  if type(unit) == "number" then
    return unit
  elseif type(unit) ~= "string" then
    core.raise(("%s: unit: a unit's name or a number of decimals expected, got %s"):format(call,
      unit == nil and "nothing" or type(unit)))
  elseif decimals_of[unit] then
    return decimals_of[unit]
  end
  return nil, ("%s: unit: no such unit; there are: wei, kwei, mwei, gwei, szabo, finney, ether")
    :format(call), "invalid"
end

-- A number says as much as its text where it is exact; any other would be one that was rounded.
local function text_of(value)
  if type(value) ~= "number" then
    return value
  end
  local text, message, code = core.units_format(value, 0)
  if not text then
    return nil, "units.parse: text" .. message:gsub("^units%.format: amount", ""), code
  end
  return text
end

-- parse("1.5", "ether") -> "1500000000000000000"
function M.parse(text, unit)
  local places, message, code = decimals(unit, "units.parse")
  if not places then
    return nil, message, code
  end
  local exact
  exact, message, code = text_of(text)
  if message then
    return nil, message, code
  end
  return core.units_parse(exact, places)
end

-- format("1500000000000000000", "ether") -> "1.5"
function M.format(amount, unit)
  local places, message, code = decimals(unit, "units.format")
  if not places then
    return nil, message, code
  end
  return core.units_format(amount, places)
end

return M
