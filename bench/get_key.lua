-- Sequential get_key calls beside the same bytes over a bare socket in C, in turns, on one
-- simulator, for each surface it serves. Prints the medians of the rounds' ratios: a shared machine
-- drifts from round to round. v1's client checks besides that the public key is the key's, which is
-- one multiplication on the curve.
-- usage: dstack-lua --simulator get_key.lua BARE

local dstack = require "dstack"
local now = require("dstack.transport").now

local bare, calls, rounds = arg[1], 500, 41
local socket = os.getenv "DSTACK_SIMULATOR_ENDPOINT"

-- surface -> its client, and how the call is made
local clients = { v0 = assert(dstack.DstackClientV0()), v1 = assert(dstack.DstackClientV1()) }
local arguments = { v0 = { "wallet", "mainnet" }, v1 = { "wallet", "secp256k1" } }

local function ours(surface)
  local client, first, second = clients[surface], table.unpack(arguments[surface])
  local start = now()
  for _ = 1, calls do
    assert(client:get_key(first, second))
  end
  return (now() - start) / calls * 1e6
end

local function floor(surface)
  local pipe = assert(io.popen(("%s %s %d %s"):format(bare, socket, calls, surface)))
  local microseconds = assert(tonumber(pipe:read "*l"))
  pipe:close()
  return microseconds
end

local function median(list)
  table.sort(list)
  return list[(#list + 1) // 2]
end

local function divide(a, b)
  local out = {}
  for i = 1, rounds do
    out[i] = a[i] / b[i]
  end
  return out
end

local found = assert(dstack.detect())
local surfaces = found.v1 and { "v0", "v1" } or { "v0" }
local client_times, floor_times = { v0 = {}, v1 = {} }, { v0 = {}, v1 = {} }
for i = 0, rounds do -- the round before the first is a warm-up
  for _, surface in ipairs(surfaces) do
    client_times[surface][i], floor_times[surface][i] = ours(surface), floor(surface)
  end
end
local between = found.v1 and median(divide(client_times.v1, client_times.v0))
for _, surface in ipairs(surfaces) do
  local a, b = client_times[surface], floor_times[surface]
  local ratio = median(divide(a, b))
  print(("get_key %s    client %.1f us, bare socket %.1f us a call (medians of %d x %d): "
    .. "ratio %.2f"):format(surface, median(a), median(b), rounds, calls, ratio))
end
print(between and ("get_key       v1 to v0: %.2f"):format(between)
  or "get_key       this simulator does not serve v1")
