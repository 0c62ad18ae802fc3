-- Compares verify_env_encrypt_public_key with an SDK's, over a KMS's signatures in both forms; see sdk.lua.
-- Signed for us by the simulated KMS and by keys of our making; then those of spec/vectors, the reference's
-- example among them; and all of that spoilt, where no one may find the signer.

local dstack = require "dstack"
local sdk = require "spec.interop.sdk"
local pick, random = sdk.pick, sdk.random
local hex, unhex, secp256k1 = dstack.crypto.hex, dstack.crypto.unhex, dstack.crypto.secp256k1

local MAX_AGE = 300
local now = os.time()

-- Claims -----------------------------------------------------------------------------------------
-- A claim: app_id, public_key, signature, bytes; timestamp, unless it is of the older form; max_age; root,
-- the signer's 33 bytes.

local function message(claim)
  local time = claim.timestamp and string.pack(">I8", claim.timestamp) or ""
  return dstack.crypto.keccak256("dstack-env-encrypt-pubkey:" .. claim.app_id .. time .. claim.public_key)
end

local function signed_claim(app_id_bytes, timestamp)
  local secret = sdk.bytes(32)
  local claim = { app_id = sdk.bytes(app_id_bytes), public_key = sdk.bytes(32), max_age = MAX_AGE,
    root = secp256k1.public_key(secret), timestamp = timestamp }
  claim.signature = secp256k1.sign_recoverable(secret, message(claim))
  return claim
end

-- In either form. Fresh ones stay fresh for the minute that the SDK may take.
local function made_claim(app_id_bytes)
  return signed_claim(app_id_bytes, random(2) == 1 and now + 30 - random(270) or nil)
end

local kms = assert(dstack.kms())
local kms_root = unhex(os.getenv "DSTACK_SIMULATOR_KMS_ROOT")

local function kms_claim()
  local app_id = sdk.bytes(20)
  local key = assert(kms:get_app_env_encrypt_pub_key(app_id))
  local newer = random(2) == 1
  return { app_id = app_id, public_key = unhex(key.public_key), root = kms_root, max_age = MAX_AGE,
    timestamp = newer and key.timestamp or nil, signature = unhex(newer and key.signature_v1 or key.signature) }
end

local function vector_claims()
  local path = arg[0]:gsub("[^/]*$", "../vectors/env.json")
  local file = assert(io.open(path))
  local list = {}
  for i, case in ipairs(require("cjson").decode(file:read "a").signatures) do
    list[i] = { app_id = unhex(case.app_id), public_key = unhex(case.public_key), timestamp = case.timestamp,
      signature = unhex(case.signature), root = unhex(case.signer), max_age = now }
  end
  file:close()
  return list
end

-- What spoils a claim ----------------------------------------------------------------------------

local ORDER = unhex "fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141"

local function flip(text, first, last)
  local at, bit = first + random(last - first + 1) - 1, 1 << (random(8) - 1)
  return text:sub(1, at - 1) .. string.char(text:byte(at) ~ bit) .. text:sub(at + 1)
end

local function with(claim, r, s, v)
  local signature = claim.signature
  claim.signature = (r or signature:sub(1, 32)) .. (s or signature:sub(33, 64)) .. (v or signature:sub(65))
end

local function order_minus(number)
  local out, borrow = {}, 0
  for i = 32, 1, -1 do
    local digit = ORDER:byte(i) - number:byte(i) - borrow
    borrow = digit < 0 and 1 or 0
    out[i] = string.char(digit % 256)
  end
  return table.concat(out)
end

local spoils = {
  function(claim) claim.signature = flip(claim.signature, 1, 64) end,
  function(claim) claim.public_key = flip(claim.public_key, 1, 32) end,
  function(claim) claim.app_id = flip(claim.app_id, 1, 20) end,
  function(claim) with(claim, nil, nil, string.char(claim.signature:byte(65) ~ 1)) end,
  function(claim) with(claim, nil, nil, string.char(pick { 2, 3, 4, 26, 31, 255 })) end,
  function(claim) with(claim, pick { ("\0"):rep(32), ORDER, ("\255"):rep(32) }) end,
  function(claim) with(claim, nil, pick { ("\0"):rep(32), ORDER, ("\255"):rep(32) }) end,
  function(claim) claim.signature = claim.signature:sub(1, pick { 1, 32, 63, 64 }) end,
  function(claim) claim.signature = claim.signature .. "\0" end,
  function(claim) claim.app_id_text = pick { "not-hex", hex(claim.app_id):sub(2), "0x" .. ("g"):rep(40) } end,
  -- the other form
  function(claim)
    claim.timestamp = not claim.timestamp and now or nil
  end,
  -- times: signed ones that are not fresh, and another than was signed
  function(claim) claim.timestamp = now - MAX_AGE - 30 - random(1000000) end,
  function(claim) claim.timestamp = now + 150 + random(1000000) end,
  function(claim) claim.timestamp = (claim.timestamp or now) - 1 end,
}

-- What an SDK takes and we refuse: the other s, which any onlooker can make of a signature.
local function twin(claim)
  with(claim, nil, order_minus(claim.signature:sub(33, 64)), string.char(claim.signature:byte(65) ~ 1))
end

-- Ethereum's way to write v, which Go's SDK takes.
local function ethereum_v(claim)
  with(claim, nil, nil, string.char(claim.signature:byte(65) + 27))
end

-- The cases --------------------------------------------------------------------------------------

local function genuine()
  return random(4) == 1 and kms_claim() or made_claim(20)
end

local function stricter()
  local kind = random(3)
  local claim = made_claim(kind == 3 and pick { 0, 19, 21 } or 20)
  if kind < 3 then
    (kind == 1 and twin or ethereum_v)(claim)
  end
  claim.stricter = true
  return claim
end

local function spoil(claim)
  pick(spoils)(claim)
  return claim
end

local function spoilt()
  local kind = random(20)
  local claim = kind == 1 and stricter()
    or kind == 2 and signed_claim(20, now + pick { -MAX_AGE - 30, 150, -1000000, 1000000 })
    or spoil(genuine())
  claim.spoilt = true
  return claim
end

local function app_id_text(claim)
  return claim.app_id_text or (claim.signature:byte(1) % 2 == 0 and "0x" or "") .. hex(claim.app_id)
end

-- Comparing --------------------------------------------------------------------------------------

local function line_of(claim)
  return ("verify %s %s %s %s %d %d"):format(claim.timestamp and "v1" or "legacy", hex(claim.public_key),
    hex(claim.signature), app_id_text(claim), claim.timestamp or 0, claim.max_age)
end

local function verify(claim, signer)
  return dstack.verify_env_encrypt_public_key(claim.public_key, claim.signature, app_id_text(claim), {
    timestamp = claim.timestamp, max_age = claim.timestamp and claim.max_age or nil,
    now = claim.timestamp and now or nil, signer = signer })
end

local function is_high(signature)
  local s = signature:sub(33, 64)
  return #signature == 65 and s > order_minus(s)
end

-- theirs: the key that the SDK found, or nil.
local function judge(claim, theirs)
  local found, proven = verify(claim), verify(claim, claim.root)
  if not claim.spoilt then
    return found == claim.root and proven == found and theirs == found and "equal" or nil
  elseif found == claim.root or proven then
    return nil
  elseif theirs == claim.root then
    return claim.stricter and "stricter" or nil
  end
  -- Some other key, or none: we agree on which, except that a high s leads us to none.
  return (found == theirs or not found and is_high(claim.signature)) and "refused" or nil
end

local claims, lines = vector_claims(), {}
for _ = 1, sdk.count do
  claims[#claims + 1] = genuine()
  claims[#claims + 1] = spoilt()
end
for i, claim in ipairs(claims) do
  lines[i] = line_of(claim)
end
local tally = sdk.tally("signatures", "with the same signer", "a high s, a v of 27 or 28, an app id of another length")
for i, answer in ipairs(sdk.ask(lines)) do
  local theirs = answer ~= "error" and assert(unhex(answer:match "^0x(%x+)$")) or nil
  tally:add(judge(claims[i], theirs), ("root %s, theirs %s, ours %s: %s"):format(hex(claims[i].root), answer,
    select(2, verify(claims[i])) or hex(verify(claims[i])), lines[i]))
end
os.exit(tally:done())
