-- Every case of Wycheproof's that fits these primitives, where its files are: in DSTACK_WYCHEPROOF, else in
-- ../shared/vectors/wycheproof. Counts are printed as notes, which the test runner shows.

local core = require "dstack.core"
local crypto = require("dstack").crypto

local unhex = crypto.unhex
local directory = os.getenv "DSTACK_WYCHEPROOF" or "../shared/vectors/wycheproof"

local function load(name)
  local file = io.open(("%s/%s.json"):format(directory, name), "rb")
  if not file then
    return nil
  end
  local text = file:read "*a"
  file:close()
  return assert(core.json_decode(text))
end

local function has_flag(case, flag)
  for _, name in ipairs(case.flags) do
    if name == flag then
      return true
    end
  end
  return false
end

-- The judges: each is given a case and its group and returns what it counts as, having raised when the case came out
-- wrong. A case without a word of its own counts as what Wycheproof calls it.
local judges = {}

-- The verdict has to be the one of the file.
local function agree(case, good, message)
  if (good and true or false) ~= (case.result == "valid") then
    error(("case %d, %s: %s, but: %s"):format(case.tcId, case.comment, case.result, tostring(message or good)))
  end
  return case.result
end

function judges.hmac_sha256(case, group)
  local mac = assert(crypto.hmac("sha256", unhex(case.key), unhex(case.msg)))
  return agree(case, crypto.equal(mac:sub(1, group.tagSize / 8), unhex(case.tag)))
end

function judges.hkdf_sha256(case)
  local okm, message = crypto.hkdf("sha256", unhex(case.ikm), unhex(case.salt), unhex(case.info), case.size)
  return agree(case, okm and okm == unhex(case.okm), message)
end

function judges.aes_gcm(case, group)
  local key, nonce, aad = unhex(case.key), unhex(case.iv), unhex(case.aad)
  local sealed = unhex(case.ct) .. unhex(case.tag)
  local plain, message, code = crypto.aes256_gcm.open(key, nonce, sealed, aad)
  if group.keySize ~= 256 or group.ivSize ~= 96 then
    assert(plain == nil and code == "invalid" and message:find "bytes instead of", message)
    return group.keySize ~= 256 and "AES of 128 or 192 bits, refused" or "nonce of another length, refused"
  end
  if case.result == "valid" then
    assert(sealed == crypto.aes256_gcm.seal(key, nonce, unhex(case.msg), aad), case.tcId)
  end
  return agree(case, plain and plain == unhex(case.msg), message)
end

function judges.x25519(case)
  local shared, message, code = crypto.x25519.shared_secret(unhex(case.private), unhex(case.public))
  if has_flag(case, "ZeroSharedSecret") then
    assert(shared == nil and code == "invalid", case.tcId)
    return "acceptable and refused, secret of zeros"
  end
  assert(shared == unhex(case.shared), message or case.tcId)
  return case.result
end

function judges.ed25519(case, group)
  return agree(case, crypto.ed25519.verify(unhex(group.publicKey.pk), unhex(case.msg), unhex(case.sig)))
end

-- By both forms of the key.
local function judge_nist(curve, encoding)
  return function(case, group)
    local options = { encoding = encoding }
    local message, sig = unhex(case.msg), unhex(case.sig)
    local good = crypto[curve].verify(unhex(group.publicKeyDer), message, sig, options)
    assert(good == crypto[curve].verify(unhex(group.publicKey.uncompressed), message, sig, options), case.tcId)
    return agree(case, good)
  end
end

judges.ecdsa_secp256r1_sha256 = judge_nist("p256", "der")
judges.ecdsa_secp256r1_sha256_p1363 = judge_nist("p256", "raw")
judges.ecdsa_secp384r1_sha384 = judge_nist("p384", "der")

local function verify_k1(case, group, encoding, allow_high_s)
  return crypto.secp256k1.verify(unhex(group.publicKey.uncompressed), crypto.sha256(unhex(case.msg)), unhex(case.sig),
    { encoding = encoding, allow_high_s = allow_high_s })
end

-- Bitcoin's rules are ours: what only its high s makes invalid is valid where that is allowed.
function judges.ecdsa_secp256k1_sha256_bitcoin(case, group)
  local good, message = verify_k1(case, group, "der")
  agree(case, good, message)
  if not good and verify_k1(case, group, "der", true) then
    assert(message:find "high s", message)
    return "invalid for a high s only"
  end
  assert(not (good and not verify_k1(case, group, "der", true)), case.tcId)
  return case.result
end

-- Plain ECDSA takes a high s; here only where it is allowed.
function judges.ecdsa_secp256k1_sha256_p1363(case, group)
  local good, message, code = verify_k1(case, group, "raw")
  agree(case, verify_k1(case, group, "raw", true))
  if case.result == "valid" and not good then
    assert(code == "verify" and message:find "high s", message)
    return "valid, high s: refused unless allowed"
  end
  return agree(case, good)
end

local totals = {
  aes_gcm = 316, ecdsa_secp256k1_sha256_bitcoin = 463, ecdsa_secp256k1_sha256_p1363 = 252,
  ecdsa_secp256r1_sha256 = 484, ecdsa_secp256r1_sha256_p1363 = 262, ecdsa_secp384r1_sha384 = 504, ed25519 = 151,
  hkdf_sha256 = 86, hmac_sha256 = 174, x25519 = 518,
}

local function judge_all(name, document)
  local counts, total = {}, 0
  for _, group in ipairs(document.testGroups) do
    for _, case in ipairs(group.tests) do
      local kind = judges[name](case, group)
      counts[kind] = (counts[kind] or 0) + 1
      total = total + 1
    end
  end
  return counts, total
end

local function note(name, counts)
  local parts = {}
  for kind, count in pairs(counts) do
    parts[#parts + 1] = ("%d %s"):format(count, kind)
  end
  table.sort(parts, function(a, b) return a:match "%D+" > b:match "%D+" end)
  print(("\nnote: wycheproof %-32s %s"):format(name, table.concat(parts, "; ")))
end

describe("Wycheproof's", function()
  for name, total in pairs(totals) do
    local document = load(name)
    local judge = document and it or pending
    judge(name .. " cases come out as they should", function()
      local counts, seen = judge_all(name, document)
      assert.equal(document.numberOfTests, seen)
      assert.is_true(seen >= total, seen) -- files only grow
      if _VERSION == "Lua 5.4" then
        note(name, counts)
      end
    end)
  end
end)
