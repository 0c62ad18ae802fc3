-- How every function of dstack.crypto fails: which argument a message names, that it never shows what came in one,
-- and that a key that was closed is of no use.

local crypto = require("dstack").crypto
local silence = require "spec.support.silence"

local hex, base64 = crypto.hex, crypto.base64

-- Text, so that whatever lets it through shows it.
local SECRET = "correct-horse-battery-staple-key"
local HASH, NONCE = crypto.sha256 "message", ("n"):rep(12)
local secp, ed, x, gcm = crypto.secp256k1, crypto.ed25519, crypto.x25519, crypto.aes256_gcm
local POINT = ("04" .. "60fed4ba255a9d31c961eb74c6356d68c049b8923b61fa6ce669622e60f29fb6"
  .. "7903fe1008b8bc99a41ae9e95628bc64f2f1b20c2d7e9f5177a3c294d4462299")
local P384 = "02ec3a4e415b4e19a4568618029f427fa5da9a8bc4ae92e02e06aae5286b300c64def8f0ea9055866064a254515480bc13"

-- Every function with its arguments' names and good ones; sizes are the lengths it wants, 0 standing for any. A name
-- with a question mark may be missing.
local calls = {
  { "sha3_256", "data", { "data" }, { 0 } },
  { "hex", "bytes", { "data" }, { 0 } },
  { "unhex", "text", { "00" }, { 0 } },
  { "base58", "bytes", { "data" }, { 0 } },
  { "unbase58", "text", { "22" }, { 0 } },
  { "base64", "bytes", { "data" }, { 0 } },
  { "unbase64", "text", { "Zm9v" }, { 0 } },
  { "base64url", "bytes", { "data" }, { 0 } },
  { "unbase64url", "text", { "Zm9v" }, { 0 } },
  { "hasher", "name", { "sha256" }, { 0 } },
  { "hmac", "hash key data", { "sha256", SECRET, "data" }, { 0, 0, 0 } },
  { "hkdf", "hash key salt? info? length", { "sha256", SECRET, "salt", "info", 32 }, { 0, 0, 0, 0, 0 } },
  { "random_bytes", "n", { 8 }, { 0 } },
  { "equal", "a b", { SECRET, SECRET }, { 0, 0 } },
  { "ecdsa_to_der", "signature", { ("s"):rep(64) }, { 64 } },
  { "ecdsa_from_der", "der bytes?", { crypto.unhex "3006020101020101", 64 }, { 0, 0 } },
  { "secp256k1.key", "bytes", { SECRET }, { 32 } },
  { "secp256k1.check_key", "bytes", { SECRET }, { 32 } },
  { "secp256k1.public_key", "key", { SECRET }, { 32 } },
  { "secp256k1.compress", "public_key", { secp.public_key(SECRET) }, { 33 } },
  { "secp256k1.decompress", "public_key", { secp.public_key(SECRET) }, { 33 } },
  { "secp256k1.sign", "key hash", { SECRET, HASH }, { 32, 32 } },
  { "secp256k1.sign_recoverable", "key hash", { SECRET, HASH }, { 32, 32 } },
  { "secp256k1.verify", "public_key hash signature options?",
    { secp.public_key(SECRET), HASH, secp.sign(SECRET, HASH), {} }, { 33, 32, 64, 0 } },
  { "secp256k1.recover", "hash signature options?", { HASH, secp.sign_recoverable(SECRET, HASH), {} }, { 32, 65, 0 } },
  { "secp256k1.normalize", "signature", { secp.sign(SECRET, HASH) }, { 64 } },
  { "ed25519.key", "bytes", { SECRET }, { 32 } },
  { "ed25519.public_key", "key", { SECRET }, { 32 } },
  { "ed25519.sign", "key message", { SECRET, "message" }, { 32, 0 } },
  { "ed25519.verify", "public_key message signature",
    { ed.public_key(SECRET), "message", ed.sign(SECRET, "message") }, { 32, 0, 64 } },
  { "x25519.key", "bytes", { SECRET }, { 32 } },
  { "x25519.public_key", "key", { SECRET }, { 32 } },
  { "x25519.shared_secret", "key public_key", { SECRET, x.public_key(NONCE .. ("x"):rep(20)) }, { 32, 32 } },
  { "p256.verify", "public_key message signature options?",
    { crypto.unhex(POINT), "message", ("s"):rep(64), {} }, { 65, 0, 64, 0 } },
  { "p384.verify", "public_key message signature options?",
    { crypto.unhex(P384), "message", ("s"):rep(96), {} }, { 49, 0, 96, 0 } },
  { "aes256_gcm.key", "bytes", { SECRET }, { 32 } },
  { "aes256_gcm.seal", "key nonce plaintext aad?", { SECRET, NONCE, "text", "aad" }, { 32, 12, 0, 0 } },
  { "aes256_gcm.open", "key nonce sealed aad?", { SECRET, NONCE, gcm.seal(SECRET, NONCE, "text", "aad"), "aad" },
    { 32, 12, 0, 0 } },
}

-- The function of a name such as "x25519.key".
local function find(path)
  local value = crypto
  for name in path:gmatch "[^.]+" do
    value = value[name]
  end
  return value
end

local function names_of(list)
  local names = {}
  for name, mark in list:gmatch "([%w_]+)(%??)" do
    names[#names + 1] = { name = name, optional = mark == "?" }
  end
  return names
end

-- The good arguments with another one at i.
local function with(call, i, value)
  local args = {}
  for at = 1, #call[3] do
    args[at] = call[3][at]
  end
  args[i] = value
  return args
end

local unpack = table.unpack or unpack -- luacheck: ignore 143

-- Returns what pcall does.
local function run(call, args)
  local fun = find(call[1])
  return pcall(function() return fun(unpack(args, 1, #call[3])) end)
end

describe("dstack.crypto", function()
  it("has no function that is not looked at here", function()
    local known, hashes = { generate = true }, 0
    for _, call in ipairs(calls) do
      known[call[1]] = true
    end
    local function look(prefix, members)
      for name, member in pairs(members) do
        if type(member) == "table" then
          look(name .. ".", member)
        elseif crypto.hasher((prefix .. name):gsub("_", "-")) then
          hashes = hashes + 1
        else
          assert.is_true(known[prefix .. name] or known[name] or false, prefix .. name)
        end
      end
    end
    look("", crypto)
    assert.equal(9, hashes)
  end)

  for _, call in ipairs(calls) do
    local path, names = call[1], names_of(call[2])

    it("calls " .. path .. " with good arguments", function()
      local ok, value, message, code = run(call, call[3])
      assert.is_true(ok, value)
      assert.is_true(value ~= nil or code == "verify", message)
    end)

    it("raises for another type, and says which argument of " .. path, function()
      for i, argument in ipairs(names) do
        for _, wrong in ipairs { false, true, print, crypto.hasher "sha256", 7, "text", {} } do
          local same = type(wrong) == type(call[3][i])
          local ok, message = run(call, with(call, i, wrong))
          if not same then
            assert.is_false(ok, path .. ": " .. argument.name .. ": " .. type(wrong))
            assert.matches("^spec/19%-crypto_failures_spec%.lua:%d+: ", message)
            assert.matches(path .. ": " .. argument.name .. ": ", message, 1, true)
          end
        end
        local ok, message = run(call, with(call, i, nil))
        assert.equal(argument.optional, ok, message)
      end
    end)

    it("names the argument of " .. path .. " that has the wrong length", function()
      for i, argument in ipairs(names) do
        for _, size in ipairs(call[4][i] > 0 and { 0, 1, call[4][i] - 1, call[4][i] + 2, 1000 } or {}) do
          local ok, value, message, code = run(call, with(call, i, ("\1"):rep(size)))
          assert.is_true(ok, value)
          assert.is_nil(value)
          assert.matches(("%s: %s: %d bytes instead of "):format(path, argument.name, size), message, 1, true)
          assert.matches(" " .. call[4][i], message, 1, true)
          assert.equal("invalid", code)
        end
      end
    end)
  end
end)

describe("Messages", function()
  it("show nothing of what came in", function()
    local failures = 0
    for _, call in ipairs(calls) do
      for i = 1, #call[3] do
        for _, wrong in ipairs { SECRET, SECRET .. "!", SECRET:sub(1, 31), SECRET:rep(40), hex(SECRET), base64(SECRET),
          { [SECRET] = 1 }, { encoding = SECRET, hash = SECRET }, { hash = SECRET }, { encoding = SECRET } } do
          local ok, value, message = run(call, with(call, i, wrong))
          if not ok or value == nil then
            failures = failures + 1
            silence.check(SECRET, ok and message or value, call[1])
          end
        end
      end
    end
    assert.is_true(failures > 400, failures)
  end)

  it("and objects show the public half only", function()
    for name, kind in pairs { secp256k1 = secp, ed25519 = ed, x25519 = x, aes256_gcm = gcm } do
      local key = kind.key(SECRET)
      local public = key.public_key and " " .. hex(key:public_key()) or ""
      assert.equal(name .. " key" .. public, tostring(key))
      silence.check(SECRET, key, name)
      assert.equal(SECRET, key:secret_bytes())
    end
  end)
end)

describe("A key object", function()
  local methods = {
    secp256k1 = { public_key = {}, sign = { HASH }, sign_recoverable = { HASH }, secret_bytes = {} },
    ed25519 = { public_key = {}, sign = { "message" }, secret_bytes = {} },
    x25519 = { public_key = {}, shared_secret = { x.public_key(SECRET) }, secret_bytes = {} },
    aes256_gcm = { seal = { NONCE, "text" }, open = { NONCE, gcm.seal(SECRET, NONCE, "text") }, secret_bytes = {} },
  }

  for name, list in pairs(methods) do
    it("of " .. name .. " works until it is closed", function()
      local key = crypto[name].key(SECRET)
      for method, args in pairs(list) do
        assert.is_string((key[method](key, unpack(args))), method)
      end
      key:close()
      key:close()
      assert.equal(name .. " key (closed)", tostring(key))
      for method, args in pairs(list) do
        local value, message, code = key[method](key, unpack(args))
        assert.is_nil(value)
        assert.equal(("%s.%s: key: it was closed"):format(name, method), message)
        assert.equal("invalid", code)
      end
    end)

    it("of " .. name .. " hides its metatable, and takes no other object for itself", function()
      local key = crypto[name].generate()
      assert.equal("a dstack object", getmetatable(key))
      assert.has_error(function() key.close "text" end)
      assert.has_error(function() key.close(io.stdout) end)
      assert.has_error(function() key.secret_bytes(SECRET) end)
      assert.has_error(function() key.secret_bytes(crypto.hasher "sha256") end)
      assert.not_equal(key:secret_bytes(), crypto[name].generate():secret_bytes())
    end)
  end
end)

describe("Keys and hashers in Lua 5.4", function()
  local scoped = _VERSION == "Lua 5.4" and it or function() end

  scoped("are wiped where their scope ends", function()
    local program = load [[
      local make = ...
      local kept
      do
        local object <close> = make()
        kept = object
      end
      return tostring(kept)
    ]]
    assert.equal("ed25519 key (closed)", program(ed.generate))
    assert.equal("hasher (closed)", program(function() return crypto.hasher "sha256" end))
  end)
end)

describe("Options", function()
  local public, sig = secp.public_key(SECRET), secp.sign(SECRET, HASH)

  it("that do not exist, or are of another type, raise", function()
    for message, options in pairs {
      ["secp256k1.verify: an option does not exist; there are: allow_high_s, encoding"] = { allow_hihg_s = true },
      ["secp256k1.verify: option allow_high_s: boolean expected, got number"] = { allow_high_s = 1 },
      ["secp256k1.verify: option encoding: string expected, got boolean"] = { encoding = true },
    } do
      local ok, raised = pcall(function() return secp.verify(public, HASH, sig, options) end)
      assert.is_false(ok)
      assert.matches(message, raised, 1, true)
    end
    assert.has_error(function() secp.verify(public, HASH, sig, { "allow_high_s" }) end)
  end)
end)
