-- What the comparisons with the SDKs share: an SDK's program, random numbers, and the tally.
--
-- An SDK's program (sdk.py, sdk.mjs, sdk.go) answers each line by a line, or by "error". Bytes are hex:
--   compose 0|1 DOCUMENT                                    the hash; 1: normalize
--   seal PUBLIC_KEY NAME=VALUE ...                          the blob
--   open SECRET_KEY BLOB                                    what was sealed, and NAME=VALUE ... that it says
--   verify v1|legacy PUBLIC_KEY SIGNATURE APP_ID TIMESTAMP MAX_AGE      the signer, 0x and hex

local M = {}

-- A script's arguments: the flavour, how many cases, the seed, the command that runs the SDK's program.
M.flavour, M.count, M.command = arg[1], math.tointeger(tonumber(arg[2])), arg[4]
local seed = math.tointeger(tonumber(arg[3]))
assert(M.count and seed and M.command, "usage: FLAVOUR CASES SEED COMMAND")

-- Random numbers --------------------------------------------------------------------------------

-- The generator of Lehmer, with Park's and Miller's constants: the same cases everywhere.
local state = seed
for byte in (M.flavour .. arg[0]:match "[^/]*$"):gmatch "." do
  state = (state * 31 + byte:byte()) % 2147483646 + 1
end

-- From 1 to n.
function M.random(n)
  state = state * 16807 % 2147483647
  return state % n + 1
end

function M.pick(list)
  return list[M.random(#list)]
end

function M.bytes(n)
  local list = {}
  for i = 1, n do
    list[i] = string.char(M.random(256) - 1)
  end
  return table.concat(list)
end

-- The SDK ---------------------------------------------------------------------------------------

-- Gives lines to the SDK's program. Returns its answers, as many.
function M.ask(lines)
  local path = os.tmpname()
  local file = assert(io.open(path, "w"))
  for _, line in ipairs(lines) do
    assert(file:write(line, "\n"))
  end
  assert(file:close())
  local pipe = assert(io.popen(("%s <'%s'"):format(M.command, path)))
  local answers = {}
  for line in pipe:lines() do
    answers[#answers + 1] = line
  end
  local done = pipe:close()
  os.remove(path)
  if not done or #answers ~= #lines then
    error(("%s: its program answered %d of %d lines"):format(M.flavour, #answers, #lines), 0)
  end
  return answers
end

-- The tally -------------------------------------------------------------------------------------

local Tally = {}
Tally.__index = Tally

-- What is compared, how what is equal is called, and what only we refuse, if anything.
function M.tally(title, equal, stricter)
  return setmetatable({ title = title, word = equal, why = stricter,
    counts = { equal = 0, refused = 0, stricter = 0, different = 0 } }, Tally)
end

-- Counts a case: "equal", "refused" by both, "stricter" where we refuse alone for the reason that the tally
-- has, or nil for a difference, which is printed with the text to find it again.
function Tally:add(outcome, text)
  outcome = outcome or "different"
  self.counts[outcome] = self.counts[outcome] + 1
  if outcome == "different" then
    print("  different: " .. text)
  end
end

-- Prints the counts. Returns whether something was compared, without a difference.
function Tally:done()
  local counts = self.counts
  local alone = counts.stricter > 0 and (", %d refused by us alone (%s)"):format(counts.stricter, self.why) or ""
  print(("  %s: %d %s, %d refused by both%s, %d different"):format(self.title, counts.equal, self.word,
    counts.refused, alone, counts.different))
  return counts.equal > 0 and counts.different == 0
end

return M
