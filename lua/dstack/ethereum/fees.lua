-- What to pay. Fees are decimal text of any size, so arithmetic is that of paper and pencil.

local core = require "dstack.core"

local M = {}

-- An amount that was checked, in decimal digits.
local function decimal(amount)
  return (core.units_format(amount, 0))
end

-- The sum of two numbers in decimal digits.
local function add(a, b)
  local out, carry = {}, 0
  for i = 1, math.max(#a, #b) do
    local digit_a, digit_b = a:byte(-i) or 48, b:byte(-i) or 48
    local sum = digit_a + digit_b - 96 + carry
    carry = sum > 9 and 1 or 0
    out[i] = sum - 10 * carry
  end
  if carry == 1 then
    out[#out + 1] = 1
  end
  return (table.concat(out):reverse())
end

-- Whether one number in decimal digits, without zeros in front, is less than another.
local function less(a, b)
  if #a ~= #b then
    return #a < #b
  end
  return a < b
end

M.BLOCKS, M.PERCENTILE = 20, 50

-- What the median transaction paid on top, in the median of those blocks that were not empty; nil
-- where all were, or where nobody paid anything.
local function median_reward(history)
  local rewards = {}
  for i, reward in ipairs(history.reward or {}) do
    local used = history.gas_used_ratio[i]
    if reward[1] and type(used) == "number" and used > 0 then
      rewards[#rewards + 1] = reward[1]
    end
  end
  table.sort(rewards, less)
  local median = rewards[math.floor((#rewards + 1) / 2)]
  return median ~= "0" and median or nil
end

-- Out of eth_feeHistory of BLOCKS blocks with the PERCENTILE of rewards. The rule: the priority fee
-- is median_reward, or what ask_priority() says where there is none; the whole fee covers twice the
-- next block's base fee besides. Base fees rise by an eighth a block at most (EIP-1559,
-- BASE_FEE_MAX_CHANGE_DENOMINATOR): twice is enough for that block and five full ones behind it.
-- In: given, which may have either fee, as decimal text or what an amount can be. Returns the fees,
-- or nil, message, code, details.
function M.suggest(history, given, ask_priority)
  local base = history.base_fee_per_gas[#history.base_fee_per_gas]
  if not base then
    return nil, "eth_feeHistory: no base fee, so the chain is of before EIP-1559: use gas_price",
      "unsupported"
  end
  local priority, whole = given.max_priority_fee_per_gas, given.max_fee_per_gas
  local message, code, details
  if priority == nil then
    priority = median_reward(history)
  end
  if priority == nil then
    priority, message, code, details = ask_priority()
    if not priority then
      return nil, message, code, details
    end
  end
  priority, whole = decimal(priority), whole ~= nil and decimal(whole) or nil
  if whole and given.max_priority_fee_per_gas == nil and less(whole, priority) then
    priority = whole -- who names the whole fee means no more than that
  end
  return {
    base_fee_per_gas = base, max_priority_fee_per_gas = priority,
    max_fee_per_gas = whole or add(add(base, base), priority),
  }
end

return M
