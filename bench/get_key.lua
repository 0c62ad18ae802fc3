-- Sequential get_key calls beside the same bytes over a bare socket in C, in turns, on one
-- simulator. Prints the median of the rounds' ratios: a shared machine drifts from round to round.
-- On one core nothing but work counts; on several, waking the other side costs both alike.
-- usage: dstack-lua --simulator get_key.lua BARE [WHERE]

local dstack = require "dstack"
local now = require("dstack.transport").now

local bare, where, calls, rounds = arg[1], arg[2] and " " .. arg[2] or "", 500, 41
local client = assert(dstack.DstackClient())
local socket = os.getenv "DSTACK_SIMULATOR_ENDPOINT"

local function ours()
  local start = now()
  for _ = 1, calls do
    assert(client:get_key("wallet", "mainnet"))
  end
  return (now() - start) / calls * 1e6
end

local function floor()
  local pipe = assert(io.popen(("%s %s %d"):format(bare, socket, calls)))
  local microseconds = assert(tonumber(pipe:read "*l"))
  pipe:close()
  return microseconds
end

local function median(list)
  table.sort(list)
  return list[(#list + 1) // 2]
end

ours()
local a, b, ratios = {}, {}, {}
for i = 1, rounds do
  a[i], b[i] = ours(), floor()
  ratios[i] = a[i] / b[i]
end
print(("get_key       client %.1f us, bare socket %.1f us a call, medians of %d x %d%s: ratio %.2f")
  :format(median(a), median(b), rounds, calls, where, median(ratios)))
