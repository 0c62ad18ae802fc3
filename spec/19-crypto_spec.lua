-- dstack.crypto against published answers: RFC 4231, 4648, 5869, 6979, 7748, 8032, FIPS 180-4 and 202, the GCM
-- specification, Bitcoin's and Ethereum's. All bytes in the vectors are hex.

local crypto = require("dstack").crypto
local support = require "spec.support"

local hex, unhex = crypto.hex, crypto.unhex
local vectors = support.vectors "crypto"

-- Calls check for every case of a list, the hex members decoded.
local function each(list, texts, check)
  assert(#list > 0)
  for _, case in ipairs(list) do
    local decoded = {}
    for name, value in pairs(case) do
      decoded[name] = texts[name] and value or unhex(value)
    end
    check(decoded)
  end
end

local named = { hash = true, curve = true, text = true, base64 = true, base64url = true }

-- nil, a message with these words, this code.
local function refused(code, words, ...)
  local value, message, got = ...
  assert.is_nil(value)
  assert.matches(words, message, 1, true)
  assert.equal(code, got)
end

describe("Hashes", function()
  it("are those of the standards", function()
    each(vectors.hash, named, function(case)
      assert.equal(hex(case.digest), hex(crypto[case.hash:gsub("-", "_")](case.data)), case.hash)
    end)
  end)

  it("come in steps too, and go on after a digest", function()
    each(vectors.hash, named, function(case)
      local hasher = crypto.hasher(case.hash)
      for byte in case.data:gmatch "." do
        assert.equal(hasher, hasher:update(byte))
      end
      assert.equal(case.digest, hasher:digest())
      assert.equal(case.digest, hasher:digest())
      assert.equal(crypto[case.hash:gsub("-", "_")](case.data .. "more"), hasher:update "more":digest())
      assert.equal(case.hash .. " hasher", tostring(hasher))
      hasher:close()
      hasher:close()
      assert.equal("hasher (closed)", tostring(hasher))
      refused("invalid", "hasher:update: the hasher was closed", hasher:update "x")
      refused("invalid", "hasher:digest: the hasher was closed", hasher:digest())
    end)
  end)

  it("are none by another name", function()
    refused("invalid", "hasher: name: none of sha256, sha384", crypto.hasher "md5")
    refused("invalid", "hasher: name: none of", crypto.hasher "SHA256")
  end)

  it("make a MAC", function()
    each(vectors.hmac, named, function(case)
      assert.equal(hex(case.mac), hex(crypto.hmac(case.hash, case.key, case.data)))
    end)
    refused("invalid", "hmac: hash: none of sha256, sha384, sha512", crypto.hmac("keccak256", "k", "d"))
  end)

  it("make keys from keys", function()
    each(vectors.hkdf, named, function(case)
      assert.equal(hex(case.okm), hex(crypto.hkdf(case.hash, case.key, case.salt, case.info, #case.okm)))
    end)
    assert.equal(crypto.hkdf("sha256", "k", "", "", 40), crypto.hkdf("sha256", "k", nil, nil, 40))
    assert.equal("", crypto.hkdf("sha256", "k", nil, nil, 0))
    assert.equal(255 * 64, #crypto.hkdf("sha512", "k", nil, nil, 255 * 64))
    refused("invalid", "hkdf: length: not an integer of 0 to 8160", crypto.hkdf("sha256", "k", nil, nil, 8161))
    refused("invalid", "hkdf: hash: none of", crypto.hkdf("sha3-256", "k", nil, nil, 1))
  end)
end)

describe("Encodings", function()
  it("are those of the standards, both ways", function()
    each(vectors.base64, named, function(case)
      assert.equal(case.base64, crypto.base64(case.bytes))
      assert.equal(case.bytes, crypto.unbase64(case.base64))
      assert.equal(case.base64url, crypto.base64url(case.bytes))
      assert.equal(case.bytes, crypto.unbase64url(case.base64url))
    end)
    each(vectors.base58, named, function(case)
      assert.equal(case.text, crypto.base58(case.bytes))
      assert.equal(case.bytes, crypto.unbase58(case.text))
    end)
  end)

  it("bring back every length", function()
    for n = 0, 100 do
      local bytes = crypto.random_bytes(n)
      for _, name in ipairs { "hex", "base58", "base64", "base64url" } do
        assert.equal(bytes, crypto["un" .. name](crypto[name](bytes)), name)
      end
    end
  end)

  it("are read strictly", function()
    refused("invalid", "base64: 3 characters are no multiple of 4", crypto.unbase64 "Zm8")
    refused("invalid", "base64: character 5 is no base64 digit", crypto.unbase64 "Zm9v\nZm9vYg=")
    refused("invalid", "base64: the bits behind the last byte are not zero", crypto.unbase64 "Zh==")
    refused("invalid", "base64url: character 3 is no base64url digit", crypto.unbase64url "Zg==")
    refused("invalid", "base64url: 5 characters are one too many", crypto.unbase64url "Zm9vY")
    refused("invalid", "base58: character 2 is no base58 digit", crypto.unbase58 "20")
    refused("too_large", "base58: bytes: 2049, at most 2048 allowed", crypto.base58(("x"):rep(2049)))
    refused("too_large", "base58: more than 2048 bytes", crypto.unbase58(("1"):rep(2049)))
    refused("invalid", "hex: an odd number of digits", crypto.unhex "abc")
  end)
end)

describe("Random bytes", function()
  it("are as many as asked for, and others each time", function()
    assert.equal("", crypto.random_bytes(0))
    assert.equal(1048576, #crypto.random_bytes(1048576))
    assert.not_equal(crypto.random_bytes(16), crypto.random_bytes(16))
    for _, n in ipairs { -1, 0.5, 1048577, 1 / 0, 0 / 0 } do
      refused("invalid", "random_bytes: n: not an integer of 0 to 1048576", crypto.random_bytes(n))
    end
  end)

  it("are compared whole", function()
    assert.is_true(crypto.equal("", ""))
    assert.is_true(crypto.equal("abc", "ab" .. "c"))
    assert.is_false(crypto.equal("abc", "abd"))
    assert.is_false(crypto.equal("abc", "abcd"))
  end)
end)

describe("secp256k1", function()
  local secp256k1 = crypto.secp256k1

  it("signs as RFC 6979 says, with bytes and with objects", function()
    each(vectors.secp256k1, named, function(case)
      local hash, key = crypto.sha256(case.message), assert(secp256k1.key(case.key))
      assert.equal(hex(case.signature), hex(secp256k1.sign(case.key, hash)))
      assert.equal(case.signature, key:sign(hash))
      assert.equal(case.public, secp256k1.public_key(case.key))
      assert.equal(case.public, key:public_key())
      assert.equal(case.uncompressed, secp256k1.decompress(case.public))
      assert.equal(case.public, secp256k1.compress(case.uncompressed))
      assert.equal(case.public, secp256k1.compress(case.public))
      assert.is_true(secp256k1.verify(case.uncompressed, hash, case.signature))
      local der = crypto.ecdsa_to_der(case.signature)
      assert.is_true(secp256k1.verify(case.public, hash, der, { encoding = "der" }))
      assert.equal(case.signature, crypto.ecdsa_from_der(der))
    end)
  end)

  it("finds the key of a signature", function()
    each(vectors.secp256k1_recover, {}, function(case)
      assert.equal(hex(case.public), hex(secp256k1.recover(case.hash, case.signature)))
    end)
    for i = 1, 20 do
      local key, hash = secp256k1.generate(), crypto.sha256(tostring(i))
      local sig = key:sign_recoverable(hash)
      assert.equal(key:public_key(), secp256k1.recover(hash, sig))
      assert.equal(sig, secp256k1.sign_recoverable(key:secret_bytes(), hash))
    end
  end)

  -- The order less s, the other signature that says the same, computed by hand.
  local function flip(sig)
    local order = unhex "fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141"
    local out, borrow = {}, 0
    for i = 32, 1, -1 do
      local digit = order:byte(i) - sig:byte(32 + i) - borrow
      borrow = digit < 0 and 1 or 0
      out[i] = string.char(digit % 256)
    end
    local v = sig:byte(65)
    return sig:sub(1, 32) .. table.concat(out) .. (v and string.char(v % 2 == 0 and v + 1 or v - 1) or "")
  end

  it("refuses a high s, unless it is allowed", function()
    local key, hash = secp256k1.generate(), crypto.sha256 "x"
    local public, sig, full = key:public_key(), key:sign(hash), key:sign_recoverable(hash)
    local high, high_full = flip(sig), flip(full)
    refused("verify", "secp256k1.verify: the signature has a high s", secp256k1.verify(public, hash, high))
    refused("verify", "high s", secp256k1.verify(public, hash, high, { allow_high_s = false }))
    assert.is_true(secp256k1.verify(public, hash, high, { allow_high_s = true }))
    assert.is_true(secp256k1.verify(public, hash, sig, { allow_high_s = true }))
    refused("verify", "high s", secp256k1.recover(hash, high_full))
    assert.equal(public, secp256k1.recover(hash, high_full, { allow_high_s = true }))
    assert.equal(public, secp256k1.recover(hash, full, { allow_high_s = true }))
    assert.equal(sig, secp256k1.normalize(high))
    assert.equal(sig, secp256k1.normalize(sig))
    assert.equal(full, secp256k1.normalize(high_full))
    refused("verify", "not by this key", secp256k1.verify(public, crypto.sha256 "y", high, { allow_high_s = true }))
  end)

  it("knows what a key is", function()
    local order = "fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd03641"
    for _, good in ipairs { ("00"):rep(31) .. "01", order .. "40" } do
      assert.equal(unhex(good), secp256k1.check_key(unhex(good)))
    end
    for _, bad in ipairs { ("00"):rep(32), order .. "41", ("ff"):rep(32) } do
      for name in ("check_key key public_key"):gmatch "%S+" do
        refused("invalid", "secp256k1." .. name .. ": key: zero, or not below the order of the curve",
          secp256k1[name](unhex(bad)))
      end
    end
  end)

  it("takes no hybrid or foreign points", function()
    local point = secp256k1.decompress(secp256k1.generate():public_key())
    for _, wrong in ipairs { "\6" .. point:sub(2), "\7" .. point:sub(2), "\2" .. ("\255"):rep(32), ("\0"):rep(65) } do
      refused("invalid", "public_key: no point of secp256k1", secp256k1.compress(wrong))
      refused("invalid", "public_key: no point", secp256k1.verify(wrong, ("h"):rep(32), ("s"):rep(64)))
    end
  end)
end)

describe("Ed25519", function()
  it("signs as RFC 8032 says, with bytes and with objects", function()
    each(vectors.ed25519, {}, function(case)
      local key = crypto.ed25519.key(case.seed)
      assert.equal(hex(case.public), hex(crypto.ed25519.public_key(case.seed)))
      assert.equal(case.public, key:public_key())
      assert.equal(hex(case.signature), hex(crypto.ed25519.sign(case.seed, case.message)))
      assert.equal(case.signature, key:sign(case.message))
      assert.is_true(crypto.ed25519.verify(case.public, case.message, case.signature))
      refused("verify", "not by this key", crypto.ed25519.verify(case.public, case.message .. "x", case.signature))
    end)
  end)
end)

describe("Ed25519's verify", function()
  -- The points of order 1, 2, 4 and 8: y, and 0 and 1 with the prime added, both signs of x.
  local points = {
    ("00"):rep(32), "01" .. ("00"):rep(31), "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a", "ec" .. ("ff"):rep(30) .. "7f",
    "ed" .. ("ff"):rep(30) .. "7f", "ee" .. ("ff"):rep(30) .. "7f",
  }

  it("refuses keys of low order, by which anybody can sign", function()
    for _, point in ipairs(points) do
      local key = unhex(point)
      for _, spelling in ipairs { key, key:sub(1, 31) .. string.char(key:byte(32) + 128) } do
        refused("invalid", "ed25519.verify: public_key: a point of low order",
          crypto.ed25519.verify(spelling, "text", ("\0"):rep(64)))
      end
    end
    refused("verify", "not by this key", crypto.ed25519.verify(("\2"):rep(32), "text", ("\0"):rep(64)))
  end)
end)

describe("X25519", function()
  it("agrees as RFC 7748 says", function()
    each(vectors.x25519, {}, function(case)
      local key = crypto.x25519.key(case.secret)
      assert.equal(hex(case.shared), hex(crypto.x25519.shared_secret(case.secret, case.public)))
      assert.equal(case.shared, key:shared_secret(case.public))
      assert.equal(case.own, key:public_key())
      assert.equal(case.own, crypto.x25519.public_key(case.secret))
    end)
  end)

  it("refuses points of low order", function()
    for _, point in ipairs(vectors.x25519_low_order) do
      refused("invalid", "x25519.shared_secret: public_key: a point of low order",
        crypto.x25519.generate():shared_secret(unhex(point)))
    end
  end)
end)

describe("P-256 and P-384", function()
  it("verify by every form of key and signature", function()
    each(vectors.ecdsa, named, function(case)
      local curve = crypto[case.curve]
      for _, key in ipairs { case.point, case.compressed, case.spki } do
        assert.is_true(curve.verify(key, case.message, case.raw, { hash = case.hash }))
        assert.is_true(curve.verify(key, case.message, case.der, { hash = case.hash, encoding = "der" }))
        refused("verify", "not by this key", curve.verify(key, case.message .. "x", case.raw, { hash = case.hash }))
      end
      assert.equal(case.der, crypto.ecdsa_to_der(case.raw))
      assert.equal(case.raw, crypto.ecdsa_from_der(case.der, #case.raw))
    end)
  end)

  it("take their own hash when none is named", function()
    for _, case in ipairs(vectors.ecdsa) do
      local own = { p256 = "sha256", p384 = "sha384" }
      local good = crypto[case.curve].verify(unhex(case.point), unhex(case.message), unhex(case.raw))
      assert.equal(own[case.curve] == case.hash or nil, good)
    end
  end)

  it("refuse what is no key or signature", function()
    local case = vectors.ecdsa[1]
    local key, sig = unhex(case.point), unhex(case.raw)
    local off = key:sub(1, 64) .. string.char((key:byte(65) + 1) % 256)
    refused("invalid", "public_key: no point of this curve", crypto.p256.verify(off, "", sig))
    refused("invalid", "public_key: no point of this curve", crypto.p256.verify(unhex(case.spki) .. "\0", "", sig))
    refused("invalid", "public_key: 65 bytes instead of 49 or 97", crypto.p384.verify(key, "", sig .. ("s"):rep(32)))
    refused("invalid", "signature: not the DER form", crypto.p256.verify(key, "", sig, { encoding = "der" }))
    refused("invalid", "option encoding: neither raw nor der", crypto.p256.verify(key, "", sig, { encoding = "DER" }))
    refused("invalid", "option hash: none of sha256", crypto.p256.verify(key, "", sig, { hash = "keccak256" }))
    refused("invalid", "ecdsa_from_der: der: not two numbers", crypto.ecdsa_from_der(unhex(case.der) .. "\0"))
    refused("invalid", "ecdsa_from_der: bytes: 65 bytes instead of 64 or 96", crypto.ecdsa_from_der("", 65))
  end)
end)

describe("AES-256-GCM", function()
  it("seals and opens, with bytes and with objects", function()
    each(vectors.aes256_gcm, {}, function(case)
      local key = crypto.aes256_gcm.key(case.key)
      assert.equal(hex(case.sealed), hex(crypto.aes256_gcm.seal(case.key, case.nonce, case.plaintext, case.aad)))
      assert.equal(case.sealed, key:seal(case.nonce, case.plaintext, case.aad))
      assert.equal(case.plaintext, crypto.aes256_gcm.open(case.key, case.nonce, case.sealed, case.aad))
      assert.equal(case.plaintext, key:open(case.nonce, case.sealed, case.aad))
    end)
  end)

  it("opens nothing that was changed", function()
    local key, nonce = crypto.aes256_gcm.generate(), crypto.random_bytes(12)
    local sealed = key:seal(nonce, "text", "aad")
    local function changed(text, i)
      return text:sub(1, i - 1) .. string.char((text:byte(i) + 128) % 256) .. text:sub(i + 1)
    end
    for i = 1, #sealed do
      refused("verify", "what was sealed was changed", key:open(nonce, changed(sealed, i), "aad"))
    end
    refused("verify", "aes256_gcm.open: ", key:open(changed(nonce, 12), sealed, "aad"))
    refused("verify", "aes256_gcm.open: ", key:open(nonce, sealed))
    refused("verify", "aes256_gcm.open: ", crypto.aes256_gcm.generate():open(nonce, sealed, "aad"))
    refused("invalid", "sealed: 15 bytes, less than the 16 of the tag", key:open(nonce, ("x"):rep(15)))
  end)
end)
