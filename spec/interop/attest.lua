-- Quotes with their collateral, and what they are judged to be: see lines.lua and run. The peers are dcap-qvl in
-- Rust (attest.py), of the release whose rules we follow and the newest one, which say as much as we do; and in
-- JavaScript (attest.mjs), which says less and looks less closely. A case names the root to trust, Intel's if it is
-- empty. Answers tell the case, then what was found.
--
-- Where peers judge otherwise, for a reason that is known, stands in attest_known.lua; all else is a difference.

local cjson = require "cjson"
local core = require "dstack.core"
local known = require "spec.interop.attest_known"
local lines = require "spec.interop.lines"

local chance, octets, pick = lines.chance, lines.octets, lines.pick
local random = math.random

local INTEL = ""
local SHARED = "../shared/vectors/attestation/"
local STATUSES = {
  "UpToDate", "SWHardeningNeeded", "ConfigurationNeeded", "ConfigurationAndSWHardeningNeeded", "OutOfDate",
  "OutOfDateConfigurationNeeded", "Revoked",
}

local function read(path)
  local file = io.open(path, "rb")
  local bytes = file and file:read "a"
  if file then
    file:close()
  end
  return bytes
end

local function case_of(name, quote, collateral, root, now)
  return { name = name, quote = core.hex(quote), collateral = collateral, root = core.hex(root), now = now }
end

-- Cases of the simulator's making -----------------------------------------------------------------

local function interpreter()
  local first = 0
  while arg[first - 1] do
    first = first - 1
  end
  return arg[first]
end

-- This file again, as a script on such a machine. Returns a case, or nothing if quotes of this form cannot have that
-- flaw.
local function machine(form, flaws)
  local name = table.concat({ form, table.unpack(flaws) }, " ")
  local options = {}
  for i, flaw in ipairs(flaws) do
    options[i] = " --attest-fault " .. flaw
  end
  local pipe = assert(io.popen(("'%s' --simulator --quote %s%s '%s' quoted '%s' 2>&1"):format(
    interpreter(), form, table.concat(options), arg[0], name)))
  local text = pipe:read "a"
  if pipe:close() then
    return cjson.decode(text)
  end
  assert(text:find("cannot be wrong in that way", 1, true), text)
end

-- What that script prints.
local function quoted(_, name)
  local client = assert(require("dstack").DstackClient())
  local quote = core.unhex(assert(client:get_quote(octets(32))).quote)
  local root = assert(core.pem_to_der(read(os.getenv "DSTACK_SIMULATOR_ROOT"), "CERTIFICATE"))
  print(cjson.encode(case_of(name, quote, read(os.getenv "DSTACK_SIMULATOR_COLLATERAL"), root, os.time())))
end

local function forms()
  local list = {}
  for i, form in ipairs(require("dstack.simulator").quotes()) do
    list[i] = form.form
  end
  return list
end

-- Each flaw by its name; one that takes a status, with each.
local function flaws()
  local list = {}
  for _, flaw in ipairs(require("dstack.simulator").attest_faults()) do
    local name = flaw.form:match "^([%w-]+):"
    for _, status in ipairs(name and STATUSES or { false }) do
      list[#list + 1] = status and name .. ":" .. status or flaw.form
    end
  end
  return list
end

local function each_flaw(emit)
  for _, form in ipairs(forms()) do
    emit(machine(form, {}))
    for _, flaw in ipairs(flaws()) do
      emit(machine(form, { flaw }))
    end
  end
end

-- Statuses of the platform, its TDX module and its QE, which are merged into one.
local function each_merger(emit, count)
  for i = 1, count // 10 do
    local form = pick(forms())
    local chosen = { "tcb-status:" .. pick(STATUSES), "qe-status:" .. pick(STATUSES) }
    if form:find "tdx" then
      chosen[3] = "module-status:" .. pick(STATUSES)
    end
    local case = assert(machine(form, chosen))
    case.name = ("%d %s"):format(i, case.name)
    emit(case)
  end
end

-- Good ones that something happened to ------------------------------------------------------------

local change = {}

-- A byte of the quote is another one, or a bit.
function change.byte(case)
  local at = random(0, #case.quote // 2 - 1)
  local byte = tonumber(case.quote:sub(2 * at + 1, 2 * at + 2), 16)
  byte = chance(2) and byte ~ (1 << random(0, 7)) or random(0, 255)
  case.quote = ("%s%02x%s"):format(case.quote:sub(1, 2 * at), byte, case.quote:sub(2 * at + 3))
end

-- The same near its beginning, or in the part that tells lengths and kinds.
function change.head(case)
  local at = chance(2) and random(0, 53) or random(632, 640)
  case.quote = ("%s%02x%s"):format(case.quote:sub(1, 2 * at), random(0, 8), case.quote:sub(2 * at + 3))
end

function change.cut(case)
  case.quote = case.quote:sub(1, 2 * random(0, #case.quote // 2))
end

function change.padding(case)
  case.quote = case.quote .. lines.bytes(random(1, 80))
end

-- A character of the collateral is another one.
function change.letter(case)
  local at = random(#case.collateral)
  local letter = chance(2) and string.char(random(32, 126)) or pick { "0", "1", "a", '"', "\\", "}", "\n", " " }
  case.collateral = case.collateral:sub(1, at - 1) .. letter .. case.collateral:sub(at + 1)
end

function change.missing(case)
  local members = cjson.decode(case.collateral)
  local names = {}
  for name in pairs(members) do
    names[#names + 1] = name
  end
  table.sort(names)
  members[pick(names)] = nil
  case.collateral = cjson.encode(members)
end

function change.time(case)
  case.now = case.now + random(-60, 60) * 86400 + random(-1, 1)
end

local function each_change(emit, count)
  local good, kinds = {}, {}
  for i, form in ipairs(forms()) do
    good[i] = assert(machine(form, {}))
  end
  for kind in pairs(change) do
    kinds[#kinds + 1] = kind
  end
  table.sort(kinds)
  for i = 1, count do
    local from, kind = pick(good), pick(kinds)
    local case = { quote = from.quote, collateral = from.collateral, root = from.root, now = from.now }
    case.name = ("%d %s %s"):format(i, from.name, kind)
    change[kind](case)
    emit(case)
  end
end

-- Those in ../shared, which only developers have --------------------------------------------------

-- Quotes of real machines, with the first and the last second that their collateral is good for.
local REAL = {
  { "sgx_quote", "sgx_quote", 1750330571, 1752919278 }, { "tdx_quote", "tdx_quote", 1750329147, 1752919234 },
  { "tdx-quote.hex", "tdx_quote", 1750415547, 1750415547 },
}

local function real(emit)
  for _, row in ipairs(REAL) do
    local name, stem, first, last = table.unpack(row)
    local quote = read(SHARED .. "dcap-qvl/" .. name)
    quote = quote and (name:find "hex" and core.unhex(quote:match "^0x(%x+)") or quote)
    for _, now in ipairs(quote and { first - 1, first, last, last + 1 } or {}) do
      emit(case_of(("%s at %d"):format(name, now), quote, read(SHARED .. "dcap-qvl/" .. stem .. "_collateral.json"),
        INTEL, now))
    end
  end
end

local function each_shared(emit)
  local pipe = assert(io.popen("ls " .. SHARED .. "synthetic 2>/dev/null"))
  for name in pipe:lines() do
    local place = SHARED .. "synthetic/" .. name
    local expected = read(place .. "/expected.json")
    if expected then
      emit(case_of(name, read(place .. "/quote.bin"), read(place .. "/collateral.json"),
        read(SHARED .. "synthetic/root_ca.der"), cjson.decode(expected).now))
    end
  end
  pipe:close()
  real(emit)
end

local sets = { flawed = each_flaw, merged = each_merger, changed = each_change, shared = each_shared }

-- What cannot be of that form is no case.
local function make(_, set, count, seed)
  math.randomseed(tonumber(seed), #set)
  sets[set](function(case)
    if case then
      case.kind = set
      print(cjson.encode(case))
    end
  end, tonumber(count))
end

-- Answers -----------------------------------------------------------------------------------------

local function level(found)
  return table.concat({ found.status, table.unpack(found.advisory_ids) }, " ")
end

local function failed(report)
  for _, step in ipairs(report.steps) do
    if step.state == "failed" then
      return step.name
    end
  end
end

-- detail: of a peer that tells more than the status.
local function judge(case, detail)
  local result, message, _, report = core.verify_quote(core.unhex(case.quote), case.collateral, case.now,
    case.root ~= INTEL and core.unhex(case.root) or nil)
  if not result then
    return ("refused %s (%s)"):format(failed(report), message:gsub("%s+", " "))
  elseif not detail then
    return level(result)
  end
  return ("%s, platform %s, qe %s, ppid %s"):format(level(result), level(result.platform), level(result.qe),
    result.pck.ppid)
end

local function answer(_, order)
  for line in io.lines() do
    local case = cjson.decode(line)
    print(("%s: %s"):format(case.name, judge(case, order == "detail")))
  end
end

-- Comparing ---------------------------------------------------------------------------------------

local function severity(reply)
  local status = reply:match "^%a+"
  for i, name in ipairs(STATUSES) do
    if name == status then
      return i
    end
  end
  return math.huge
end

-- Why replies may differ: whether we are the stricter one, and the reason. Or nothing.
local function reason(peer, ours, theirs)
  for _, row in ipairs(known[peer]) do
    if ours:find(row[1]) and theirs:find(row[2]) and not (row.lower and severity(ours) < severity(theirs)) then
      return severity(ours) >= severity(theirs) and "stricter here" or "otherwise there", row[3]
    end
  end
end

-- What becomes of a case: equal, refused by both, different; or why it may differ.
local function relation(peer, own, other)
  local name, theirs = (other or ""):match "^(.-): (.*)$"
  local ours = name and own:sub(1, #name + 2) == name .. ": " and own:sub(#name + 3)
  if not ours then
    return "different"
  elseif ours:find "^refused" and theirs:find "^refused" then
    return "refused by both"
  elseif ours == theirs then
    return "equal"
  end
  local kind, why = reason(peer, ours, theirs)
  return kind and ("%s: %s"):format(kind, why) or "different"
end

local function print_reasons(counts)
  local list = {}
  for kind, count in pairs(counts) do
    if kind:find ": " then
      list[#list + 1] = ("    %4d %s"):format(count, kind)
    end
  end
  table.sort(list, function(a, b) return a > b end)
  for _, line in ipairs(list) do
    print(line)
  end
end

local function compare(_, title, ours, theirs, peer)
  local counts = { equal = 0, ["refused by both"] = 0, different = 0 }
  local other, total = io.lines(theirs), 0
  for own in io.lines(ours) do
    local reply = other()
    local kind = relation(peer, own, reply)
    counts[kind], total = (counts[kind] or 0) + 1, total + 1
    if kind == "different" then
      print(("  different: ours %s\n           theirs %s"):format(own, reply))
    end
  end
  counts.different = counts.different + (other() and 1 or 0)
  print(("  %s: %d equal, %d refused by both, %d for a known reason, %d different"):format(title, counts.equal,
    counts["refused by both"], total - counts.equal - counts["refused by both"] - counts.different,
    counts.different))
  print_reasons(counts)
  return counts.different == 0 and counts.equal > 0
end

local actions = { make = make, quoted = quoted, answer = answer, compare = compare }
os.exit(actions[arg[1]](nil, table.unpack(arg, 2)) ~= false)
