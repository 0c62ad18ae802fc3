-- encrypt_env_vars beside the bare primitives that it is made of: a key pair, agreement,
-- AES-256-GCM of the same bytes. In turns; prints the median of the rounds' ratios.
-- usage: dstack-lua encrypt_env.lua BARE

local dstack = require "dstack"
local bench = require "measure"
local now = require("dstack.transport").now

local median = bench.median

local bare, calls, rounds = arg[1], 500, 21
local recipient = ("09"):rep(32)

local list = {}
for i = 1, 20 do
  list[i] = dstack.EnvVar("VARIABLE_" .. i, ("value of variable %02d, "):format(i):rep(4))
end
local sealed_bytes = #assert(dstack.encrypt_env_vars(list, recipient)) / 2

local function ours()
  local start = now()
  for _ = 1, calls do
    assert(dstack.encrypt_env_vars(list, recipient))
  end
  return (now() - start) / calls * 1e6
end

local function floor()
  return bench.bare(("%s %d %d"):format(bare, sealed_bytes - 60, calls))
end

ours()
local a, b, ratios = {}, {}, {}
for i = 1, rounds do
  a[i], b[i] = ours(), floor()
  ratios[i] = a[i] / b[i]
end
print(("encrypt_env   %d variables, %d bytes: %.1f us, primitives %.1f us a call, "
  .. "medians of %d x %d: ratio %.2f"):format(#list, sealed_bytes, median(a), median(b), rounds,
  calls, median(ratios)))
