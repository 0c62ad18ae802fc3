-- Measures calls from a script beside the same primitive in C, by turns, and prints the median of
-- the rounds' ratios of time; above 1 is slower.

local bench = require "measure"
local now = require("dstack.transport").now

local median = bench.median

local ROUNDS = 15

local function ours(call, calls)
  local start = now()
  for _ = 1, calls do
    assert(call())
  end
  return (now() - start) / calls * 1e6
end

local function floor(bare, name, calls)
  return bench.bare(("%s %s %d"):format(bare, name, calls))
end

-- Rows: what is called, the name of the bare primitive, how many calls a round, the call.
return function(topic, bare, rows)
  for _, row in ipairs(rows) do
    local name, primitive, calls, call = table.unpack(row)
    ours(call, calls)
    local a, b, ratios = {}, {}, {}
    for i = 1, ROUNDS do
      a[i], b[i] = ours(call, calls), floor(bare, primitive, calls)
      ratios[i] = a[i] / b[i]
    end
    print(("%-13s %-26s %7.1f us, bare %-26s %7.1f us: ratio %.2f"):format(topic, name, median(a),
      primitive, median(b), median(ratios)))
  end
end
