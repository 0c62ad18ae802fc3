-- Sequential get_key calls beside the same bytes over a bare socket in C, in turns, on one
-- simulator, for each surface it serves. Prints the medians of the rounds' ratios: a shared machine
-- drifts from round to round. v1's reply has the public key, and the client checks that it is the
-- key's: one multiplication on the curve, which v0's client does when asked for public_key().
-- usage: dstack-lua --simulator get_key.lua BARE

local dstack = require "dstack"
local bench = require "measure"
local now = require("dstack.transport").now

local median = bench.median

local bare, calls, rounds = arg[1], 500, 41
local socket = os.getenv "DSTACK_SIMULATOR_ENDPOINT"

-- surface -> its client, and how the call is made
local clients = { v0 = assert(dstack.DstackClientV0()), v1 = assert(dstack.DstackClientV1()) }
local arguments = { v0 = { "wallet", "mainnet" }, v1 = { "wallet", "secp256k1" } }

-- Microseconds a call; `use` is what is done with the key.
local function ours(surface, use)
  local client, first, second = clients[surface], table.unpack(arguments[surface])
  local start = now()
  for _ = 1, calls do
    use(assert(client:get_key(first, second)))
  end
  return (now() - start) / calls * 1e6
end

local function nothing() end

local function public_key(key)
  return assert(key:public_key())
end

local function floor(surface)
  return bench.bare(("%s %s %d %s"):format(bare, socket, calls, surface))
end

local function divide(a, b)
  local out = {}
  for i = 1, rounds do
    out[i] = a[i] / b[i]
  end
  return out
end

local surfaces = assert(dstack.detect()).v1 and { "v0", "v1" } or { "v0" }
local client_times, floor_times, with_public_key = { v0 = {}, v1 = {} }, { v0 = {}, v1 = {} }, {}
for i = 0, rounds do -- the round before the first is a warm-up
  for _, surface in ipairs(surfaces) do
    client_times[surface][i], floor_times[surface][i] = ours(surface, nothing), floor(surface)
  end
  with_public_key[i] = ours("v0", public_key)
end
if surfaces[2] then
  print(("get_key       v1 to v0: %.2f; to v0 and its public_key(): %.2f"):format(
    median(divide(client_times.v1, client_times.v0)),
    median(divide(client_times.v1, with_public_key))))
else
  print "get_key       this simulator does not serve v1"
end
for _, surface in ipairs(surfaces) do
  local a, b = client_times[surface], floor_times[surface]
  local ratio = median(divide(a, b))
  print(("get_key %s    client %.1f us, bare socket %.1f us a call (medians of %d x %d): "
    .. "ratio %.2f"):format(surface, median(a), median(b), rounds, calls, ratio))
end
