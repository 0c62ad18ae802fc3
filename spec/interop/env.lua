-- Compares encrypted environments with an SDK's, both ways; see sdk.lua. What the SDK seals we open, and get
-- what was put in; what we seal opens with the primitives that the SDK seals with, and says the same. Ours is
-- spelled as JavaScript's SDK spells it, so there the sealed text must be equal byte by byte.

local dstack = require "dstack"
local sdk = require "spec.interop.sdk"
local pick, random = sdk.pick, sdk.random
local hex, unhex = dstack.crypto.hex, dstack.crypto.unhex
local x25519 = dstack.crypto.x25519

-- Environments -----------------------------------------------------------------------------------

local letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz"
local known_names = {
  "A", "_", "__proto__", "constructor", "toString", "key", "value", "env", "PATH", "API_KEY", "length", "n0",
}
local odd_names = { "", "1A", "a-b", "a b", "é", "=", "\"", "\n", "A\0", "a.b", "\u{1f680}", ("n"):rep(256) }
local pieces = {
  "", "a", "secret", " ", "\n", "\r\n", "\t", "\"", "'", "\\", "\\n", "\\u0041", "/", "</script>", "&amp;", "$HOME",
  "${A:-b}", "`id`", "=", "#", "{}", "[]", "null", "\1", "\8", "\12", "\27", "\31", "\127", "\u{80}", "\u{a0}", "é",
  "中文", "\u{2028}", "\u{2029}", "\u{d7ff}", "\u{e000}", "\u{feff}", "\u{fffd}", "\u{ffff}", "\u{10000}",
  "\u{1f469}\u{200d}\u{1f680}", "\u{10ffff}", "-----BEGIN KEY-----\nAA==\n-----END KEY-----\n",
}

local function name()
  if random(3) == 1 then
    return pick(known_names)
  end
  local text = {}
  for i = 1, random(20) == 1 and 255 or random(16) do
    local at = random(i == 1 and #letters or #letters + 10)
    text[i] = at > #letters and tostring(at - #letters - 1) or letters:sub(at, at)
  end
  return table.concat(text)
end

local function character()
  local code = random(0x10ffff)
  return utf8.char((code < 0xd800 or code > 0xdfff) and code or random(127))
end

local function value(pieces_at_most)
  local text = {}
  for i = 1, random(pieces_at_most + 1) - 1 do
    text[i] = random(4) == 1 and character() or pick(pieces)
  end
  return table.concat(text)
end

-- Long ones stay below what a guest takes in every SDK's spelling.
local function environment()
  local list, kind = {}, random(40)
  local count = kind == 1 and 0 or kind == 2 and 1024 or kind == 3 and random(200) or random(8)
  for i = 1, count do
    list[i] = { key = name(), value = value(kind == 2 and 1 or 8) }
  end
  if kind == 4 then
    list[1].value = ("x"):rep(131072)
  elseif kind == 5 then
    list[1].value = value(4000)
  elseif count > 0 and count < 1024 and random(10) == 1 then
    list[#list + 1] = { key = list[1].key, value = value(8) }
  end
  return list
end

-- Makes what a guest or a process could not have of one variable. Returns true.
local function spoil(list)
  local var = list[random(#list)]
  if random(3) == 1 then
    var.value = var.value .. "\0" .. value(2)
  else
    var.key = pick(odd_names)
  end
  return true
end

-- Keys that nobody can seal to: of low order (RFC 7748, 6.1), of another length, no hex. What is no hex,
-- JavaScript's SDK takes for some number.
local no_keys = {
  ("00"):rep(32), "01" .. ("00"):rep(31), ("00"):rep(31) .. "80", "01" .. ("00"):rep(30) .. "80",
  "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
  "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
  "ec" .. ("ff"):rep(30) .. "7f", "ed" .. ("ff"):rep(30) .. "7f", "ee" .. ("ff"):rep(30) .. "7f",
  ("11"):rep(31), ("11"):rep(33), "0x", "0x" .. ("11"):rep(31), ("1"):rep(63), "1g" .. ("11"):rep(31),
}

local function case()
  local secret = sdk.bytes(32)
  local public = hex(x25519.public_key(secret))
  return { secret = hex(secret), public = (random(4) == 1 and "0x" or "") .. public, list = environment() }
end

local function odd_case()
  local made = case()
  if #made.list == 0 then
    made.list[1] = { key = name(), value = value(8) }
  end
  made.odd = spoil(made.list)
  return made
end

local function no_key_case(public)
  return { public = public, no_key = true, list = environment() }
end

local function pairs_text(list)
  local words = {}
  for i, var in ipairs(list) do
    words[i] = hex(var.key) .. "=" .. hex(var.value)
  end
  return table.concat(words, " ")
end

local function seal_line(made)
  local text = pairs_text(made.list)
  return ("seal %s%s"):format(made.public, text == "" and "" or " " .. text)
end

-- Theirs, opened by us ----------------------------------------------------------------------------

-- A key that is none: returns "refused", "stricter" where only we refuse, or nil.
local function judge_no_key(made)
  if dstack.encrypt_env_vars({ A = "" }, made.public) then
    return nil
  elseif made.theirs == "error" then
    return "refused"
  end
  return sdk.flavour == "js" and not unhex(made.public) and "stricter" or nil
end

local function judge_theirs(made)
  if made.no_key then
    return judge_no_key(made)
  end
  local list = dstack.decrypt_env_vars(made.theirs, made.secret)
  return list and pairs_text(list) == pairs_text(made.list) and "equal" or nil
end

local function compare_theirs(cases)
  local lines = {}
  local tally = sdk.tally("env sealed by theirs, opened by us", "equal", "a key that is no hex")
  for i, made in ipairs(cases) do
    lines[i] = seal_line(made)
  end
  for i, blob in ipairs(sdk.ask(lines)) do
    cases[i].theirs = blob
    tally:add(judge_theirs(cases[i]),
      ("theirs %s, secret key %s: %s"):format(blob, cases[i].secret or "none", lines[i]))
  end
  return tally:done()
end

-- Ours, opened by theirs --------------------------------------------------------------------------

-- What is wrong with the two texts that were opened, ours and theirs, or nil.
local function difference(made, ours, theirs)
  local ours_plain, ours_pairs = ours:match "^(%x+) ?(.*)$"
  local theirs_plain = theirs:match "^%x+"
  if ours == "error" or ours_pairs ~= pairs_text(made.list) then
    return "ours opens to " .. ours
  elseif sdk.flavour == "js" and ours_plain ~= theirs_plain then
    return ("ours is %s, theirs %s"):format(unhex(ours_plain), unhex(theirs_plain))
  end
end

-- Seals all that can be. Returns what, and the lines that have the program open our blob, then its own.
local function seal_ours(cases, tally)
  local sealed, lines = {}, {}
  for _, made in ipairs(cases) do
    local blob, message = dstack.encrypt_env_vars(made.list, made.public,
      { allow_empty = true, allow_duplicates = true })
    if made.odd or not blob then
      tally:add(made.odd and not blob and "stricter" or nil, ("%s: %s"):format(message, seal_line(made)))
    else
      sealed[#sealed + 1] = made
      lines[#lines + 1] = ("open %s %s"):format(made.secret, blob)
      lines[#lines + 1] = ("open %s %s"):format(made.secret, made.theirs)
    end
  end
  return sealed, lines
end

local function compare_ours(cases)
  local tally = sdk.tally("env sealed by us, opened by theirs",
    sdk.flavour == "js" and "equal byte for byte" or "equal", "a name that no guest takes, or NUL")
  local sealed, lines = seal_ours(cases, tally)
  local answers = sdk.ask(lines)
  for i, made in ipairs(sealed) do
    local problem = difference(made, answers[2 * i - 1], answers[2 * i])
    tally:add(not problem and "equal" or nil, ("%s: %s"):format(problem, seal_line(made)))
  end
  return tally:done()
end

-- One in ten more is what a guest or a process could not have.
local cases = {}
for i = 1, sdk.count + sdk.count // 10 do
  cases[i] = i <= sdk.count and case() or odd_case()
end
local ours_too = table.move(cases, 1, #cases, 1, {})
for _, public in ipairs(no_keys) do
  cases[#cases + 1] = no_key_case(public)
end
local theirs, ours = compare_theirs(cases), compare_ours(ours_too)
os.exit(theirs and ours)
