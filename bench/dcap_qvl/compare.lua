-- One quote's verification and its parsing, from a script and in C, beside peers, in turns; the
-- ratio of their processor time to ours is the median of the rounds' ratios: above 1 we are faster.
-- Verification begins with the collateral's JSON on each side; ready: peers have read it before, we
-- still read it.
-- usage: dstack-lua compare.lua VERIFY PYTHON JAVASCRIPT, from the repository's top: see run

local core = require "dstack.core"

local ROUNDS = tonumber(os.getenv "ROUNDS") or 11
local C, PYTHON, JAVASCRIPT = arg[1], arg[2], arg[3]

local function read(path)
  local file = assert(io.open(path, "rb"))
  local text = file:read "a"
  file:close()
  return text
end

local known = assert(core.json_decode(read "spec/vectors/dcap.json"))
local quote, root = core.unhex(known.cases[1].quote), core.unhex(known.root)

local function verify()
  return core.verify_quote(quote, known.cases[1].collateral, known.now, root)
end

local function parse()
  return core.parse_quote(quote)
end

-- Each gives microseconds of the processor a call.
local function script(work)
  return function(calls)
    local start = os.clock()
    for _ = 1, calls do
      assert(work())
    end
    return (os.clock() - start) / calls * 1e6
  end
end

local function program(command)
  return function(calls)
    local pipe = assert(io.popen(("%s %d"):format(command, calls)))
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

-- In turns. Returns the microseconds of each in each round.
local function measure(calls, all)
  local times = {}
  for i in ipairs(all) do
    times[i] = {}
  end
  for round = 1, ROUNDS do
    for i, one in ipairs(all) do
      times[i][round] = one[2](calls)
    end
  end
  return times
end

-- all: {name, call}, ours the first two. Prints each of theirs beside each of ours.
local function compare(what, calls, all)
  local times = measure(calls, all)
  for i = 1, 2 do
    for j = 3, #all do
      local ratios = {}
      for round = 1, ROUNDS do
        ratios[round] = times[j][round] / times[i][round]
      end
      print(("%-8s %-12s %7.1f us, %-18s %8.1f us: ratio %.2f"):format(what, all[i][1],
        middle(times[i]), all[j][1], middle(times[j]), middle(ratios)))
    end
  end
end

-- What of ours beside what of theirs.
local function all(own, work, what)
  return {
    { "in C", program(C .. " " .. own) }, { "in Lua", script(work) },
    { "dcap-qvl (PyPI)", program(PYTHON .. " " .. what) },
    { "dcap-qvl (npm)", program(JAVASCRIPT .. " " .. what) },
  }
end

compare("verify", 100, all("verify", verify, "verify"))
compare("ready", 100, all("verify", verify, "ready"))
compare("parse", 5000, all("parse", parse, "parse"))
