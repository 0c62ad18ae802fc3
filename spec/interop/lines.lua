-- What the comparisons by lines share: random things, and the program that makes cases, answers them and
-- compares answers. A case is an object of JSON in a line, with its kind; an answer is a line of text. lines.py
-- and lines.mjs are the same for peers.

local cjson = require "cjson"
local crypto = require("dstack").crypto

local M = {}

local random = math.random

-- Random things, the same for the same seed -------------------------------------------------------

function M.octets(n)
  local list = {}
  for i = 1, n do
    list[i] = string.char(random(0, 255))
  end
  return table.concat(list)
end

-- As hex digits.
function M.bytes(n)
  return crypto.hex(M.octets(n))
end

function M.pick(list)
  return list[random(#list)]
end

function M.chance(n)
  return random(n) == 1
end

function M.list(least, most, make)
  local out = {}
  for i = 1, random(least, most) do
    out[i] = make(i)
  end
  return out
end

-- The program -------------------------------------------------------------------------------------

local actions = {}

function actions.make(kinds, kind, count, seed)
  math.randomseed(tonumber(seed), #kind)
  for _ = 1, tonumber(count) do
    local case = kinds.make[kind]()
    case.kind = kind
    print((cjson.encode(case):gsub("{}", "[]"))) -- all that is empty here is a list
  end
end

function actions.kinds(kinds)
  for kind in pairs(kinds.make) do
    print(kind)
  end
end

-- order: of accounts, where peers differ in it.
function actions.answer(kinds, order)
  for line in io.lines() do
    local case = cjson.decode(line)
    case.order = order
    print(kinds.answer[case.kind](case))
  end
end

-- Returns whether something was compared, without a difference.
function actions.compare(_, title, ours, theirs)
  local other = io.lines(theirs)
  local equal, refused, different = 0, 0, 0
  for line in io.lines(ours) do
    local own = other()
    if line ~= own then
      different = different + 1
      print(("  different: ours %s, theirs %s"):format(line, own))
    elseif line == "refused" or line == "too_large" then
      refused = refused + 1
    else
      equal = equal + 1
    end
  end
  different = different + (other() and 1 or 0)
  print(("  %s: %d equal, %d refused by both, %d different"):format(title, equal, refused, different))
  return different == 0 and equal + refused > 0
end

-- kinds: make = kind -> function() -> case, answer = kind -> function(case) -> line. Does what the arguments say:
--   kinds | make KIND COUNT SEED | answer [ORDER] | compare TITLE FILE FILE
function M.main(kinds)
  os.exit(actions[arg[1]](kinds, table.unpack(arg, 2)) ~= false)
end

return M
