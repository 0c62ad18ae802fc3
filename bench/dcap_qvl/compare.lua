-- Attestation from a script and in C, beside peers where they are there, in turns; the ratio of
-- their processor time to ours is the median of the rounds' ratios: above 1 we are faster.
--   verify  one quote, beginning with the collateral's JSON
--   kept    the same with collateral that has been used before: the peers have read it; ours knows
--           which signatures were good, the quote's own is checked
--   report  the fields of the TD report
--   parse   all that ours shows of a quote: fields, certificates, the PCK certificate's extension
--   replay  an event log's four registers, from its JSON
-- Peers are dcap-qvl, and for replay dstack-sdk.
-- usage: dstack-lua compare.lua VERIFY [PYTHON [JAVASCRIPT]], from the repository's top: see run

local attest = require "dstack.attest"
local collateral = require "dstack.collateral"
local core = require "dstack.core"

local ROUNDS = 11
local programs = { { "in C", arg[1] }, { "PyPI", arg[2] or "" }, { "npm", arg[3] or "" } }

local function read(path)
  local file = assert(io.open(path, "rb"))
  local text = file:read "a"
  file:close()
  return text
end

local known = assert(core.json_decode(read "spec/vectors/dcap.json"))
local log = read "spec/vectors/eventlog-simulator.json"
local quote, text = core.unhex(known.cases[1].quote), known.cases[1].collateral
local options = { now = known.now, root = core.unhex(known.root) }
local kept = assert(collateral.parse(text))

-- Which programs know as well; calls a round; what a script calls.
local rows = {
  { "verify", 200, function() return attest.verify_quote(quote, text, options) end },
  { "kept", 500, function() return attest.verify_quote(quote, kept, options) end },
  { "report", 20000, function() return attest.parse_quote(quote, "report") end },
  { "parse", 1000, function() return attest.parse_quote(quote) end },
  { "replay", 2000, function() return core.replay_rtmrs(log) end },
}

-- Each gives microseconds of the processor a call.
local function script(work)
  return function(calls)
    assert(work())
    local start = os.clock()
    for _ = 1, calls do
      work()
    end
    return (os.clock() - start) / calls * 1e6
  end
end

local function program(command, what)
  return function(calls)
    local pipe = assert(io.popen(("%s %s %d"):format(command, what, calls)))
    local microseconds = assert(tonumber(pipe:read "l"), command)
    pipe:close()
    return microseconds
  end
end

local function middle(list)
  local sorted = { table.unpack(list) }
  table.sort(sorted)
  return sorted[(#sorted + 1) // 2]
end

-- Who is there for a row: ours, the script's first, then the peers.
local function all(row)
  local list = { { "in Lua", script(row[3]) } }
  for _, one in ipairs(programs) do
    if one[2] ~= "" then
      list[#list + 1] = { one[1], program(one[2], row[1]) }
    end
  end
  return list
end

-- In turns. Returns the microseconds of each in each round.
local function measure(calls, list)
  local times = {}
  for round = 1, ROUNDS do
    for i, one in ipairs(list) do
      times[i] = times[i] or {}
      times[i][round] = one[2](calls)
    end
  end
  return times
end

-- Prints both of ours, and each of theirs beside them.
local function compare(row)
  local list = all(row)
  local times = measure(row[2], list)
  for i = 1, 2 do
    local line = ("%-8s %-8s %7.1f us"):format(row[1], list[i][1], middle(times[i]))
    for j = 3, #list do
      local ratios = {}
      for round = 1, ROUNDS do
        ratios[round] = times[j][round] / times[i][round]
      end
      line = line .. (", %s %8.1f us: ratio %6.2f"):format(list[j][1], middle(times[j]),
        middle(ratios))
    end
    print(line)
  end
end

for _, row in ipairs(rows) do
  compare(row)
end
for _, one in ipairs(programs) do
  if one[2] == "" then
    print(("no peer of %s is here: `make -C bench dcap_qvl` installs and compares"):format(one[1]))
  end
end
