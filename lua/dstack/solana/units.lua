-- Amounts as people write them, and as Solana counts them: whole numbers of the smallest unit, in
-- text, since Lua's numbers are not exact that far.

local core = require "dstack.core"

local M = {}

local decimals_of = { sol = 9, lamports = 0 }

local function decimals(call, unit)
  local known = decimals_of[unit == nil and "sol" or unit]
  if known then
    return known
  elseif type(unit) ~= "number" and type(unit) ~= "string" then
    core.raise(("%s: unit: \"sol\", \"lamports\" or a number of decimals expected, got %s"):format(
      call, type(unit)))
  elseif type(unit) == "string" or unit < 0 or unit > 255 or unit % 1 ~= 0 then
    return nil, call .. ": unit: neither \"sol\" nor \"lamports\" nor decimals of 0 to 255",
      "invalid"
  end
  return unit
end

local function check(call, name, value)
  if type(value) ~= "string" and type(value) ~= "number" then
    core.raise(("%s: %s: text or a number expected, got %s"):format(call, name,
      value == nil and "nothing" or type(value)))
  end
end

local function finish(call, text, message, code)
  if not text then
    return nil, call .. ": " .. message, code
  end
  return text
end

function M.parse(text, unit)
  local call = "units.parse"
  check(call, "text", text)
  local places, message, code = decimals(call, unit)
  if not places then
    return nil, message, code
  end
  if type(text) == "number" then
    text, message, code = core.solana.amount_write(text, 0)
    if not text then
      return finish(call .. ": text", nil, message, code)
    end
  end
  return finish(call .. ": text", core.solana.amount_read(text, places))
end

function M.format(amount, unit)
  local call = "units.format"
  check(call, "amount", amount)
  local places, message, code = decimals(call, unit)
  if not places then
    return nil, message, code
  end
  return finish(call .. ": amount", core.solana.amount_write(amount, places))
end

return M
