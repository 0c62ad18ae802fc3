-- Encrypted environments: sealing, opening, whose key it is, files of variables.

local core = require "dstack.core"
local dstack = require "dstack"
local support = require "spec.support"

local vectors = support.vectors "env"
local recipient = vectors.sealed[1].recipient_public
local secret = vectors.sealed[1].recipient_private

-- A list as plain tables.
local function plain(list)
  local out = {}
  for i, var in ipairs(list) do
    out[i] = { key = var.key, value = var.value }
  end
  return out
end

local function opened(sealed, options)
  return plain(assert(dstack.decrypt_env_vars(sealed, secret, options)))
end

describe("EnvVar", function()
  it("is made of a name and a value, which it hides", function()
    local var = dstack.EnvVar("NAME", "s3cret")
    assert.equal("NAME", var.key)
    assert.equal("s3cret", var.value)
    assert.equal('EnvVar{key="NAME", value=<secret>}', tostring(var))
    assert.same(var, dstack.EnvVar { key = "NAME", value = "s3cret" })
  end)

  it("raises for what is no text", function()
    assert.error_matches(function() dstack.EnvVar("A") end, "EnvVar: value: string expected, got nothing")
    assert.error_matches(function() dstack.EnvVar(1, "a") end, "EnvVar: key: string expected, got number")
  end)
end)

describe("encrypt_env_vars", function()
  for _, case in ipairs(vectors.sealed) do
    it("seals what opens again: " .. case.name, function()
      local options = { allow_empty = #case.envs == 0, allow_duplicates = true }
      local sealed = assert(dstack.encrypt_env_vars(case.envs, case.recipient_public, options))
      assert.matches("^%x+$", sealed)
      assert.equal(sealed:lower(), sealed)
      local list = assert(dstack.decrypt_env_vars(sealed, case.recipient_private))
      assert.same(case.envs, plain(list))
      assert.not_equal(sealed, dstack.encrypt_env_vars(case.envs, case.recipient_public, options))
    end)

    it("opens what other SDKs sealed: " .. case.name, function()
      assert.same(case.envs, plain(assert(dstack.decrypt_env_vars(case.output, case.recipient_private))))
    end)
  end

  for _, case in ipairs(vectors.any_key) do
    it("takes what upstream's tests give: " .. case.name, function()
      assert.matches("^%x+$", assert(dstack.encrypt_env_vars(case.envs, case.public_key)))
    end)
  end

  it("keeps a list's order and sorts a map", function()
    local list = { dstack.EnvVar("B", "1"), { key = "A", value = "2" } }
    assert.same({ { key = "B", value = "1" }, { key = "A", value = "2" } },
      opened(dstack.encrypt_env_vars(list, recipient)))
    assert.same({ { key = "A", value = "2" }, { key = "B", value = "1" }, { key = "C", value = "" } },
      opened(dstack.encrypt_env_vars({ B = "1", C = "", A = "2" }, recipient)))
  end)

  it("takes the key as hex of either case, with 0x, and as bytes", function()
    for _, key in ipairs { recipient:upper(), "0x" .. recipient, "0X" .. recipient, core.unhex(recipient) } do
      assert.same({ { key = "A", value = "1" } }, opened(dstack.encrypt_env_vars({ A = "1" }, key)))
    end
  end)

  local function refuses(pattern, ...)
    local sealed, message, code = dstack.encrypt_env_vars(...)
    assert.is_nil(sealed)
    assert.matches(pattern, message)
    assert.equal("invalid", code)
  end

  it("refuses an empty set and duplicates, unless told otherwise", function()
    refuses("no variables", {}, recipient)
    assert.same({}, opened(dstack.encrypt_env_vars({}, recipient, { allow_empty = true })))
    local twice = { dstack.EnvVar("A", "1"), dstack.EnvVar("A", "2") }
    refuses("variable 2: A: set already, as variable 1", twice, recipient)
    assert.equal(2, #opened(dstack.encrypt_env_vars(twice, recipient, { allow_duplicates = true })))
  end)

  it("refuses what a guest would not boot with", function()
    for _, name in ipairs { "", "1A", "A-B", "export A", "A ", "\195\137", "A=B", "A\0" } do
      refuses("variable 1: the name is", { dstack.EnvVar(name, "x") }, recipient)
    end
    refuses("variable 1: the name is longer", { dstack.EnvVar(("A"):rep(256), "x") }, recipient)
    refuses("A: the value is longer", { A = ("x"):rep(131073) }, recipient)
    local many = {}
    for i = 1, 1025 do
      many["A" .. i] = ""
    end
    refuses("1025 variables, at most 1024", many, recipient)
    refuses("262144 bytes a guest takes", { A = ("x"):rep(131072), B = ("x"):rep(131072) }, recipient)
    refuses("NUL", { A = "a\0b" }, recipient)
    refuses("UTF%-8", { A = "\255" }, recipient)
  end)

  it("refuses names the guest would leave out", function()
    local options = { allowed_envs = { "A", "C" } }
    refuses("B is not in allowed_envs", { A = "1", B = "2" }, recipient, options)
    assert.is_string(dstack.encrypt_env_vars({ A = "1" }, recipient, options))
  end)

  it("refuses keys that are none", function()
    for _, point in ipairs(vectors.low_order) do
      refuses("low order", { A = "1" }, point)
    end
    refuses("neither 32 bytes nor their hex digits %(hex: an odd", { A = "1" }, recipient:sub(2))
    refuses("neither 32 bytes nor their hex digits %(hex: a char", { A = "1" }, "zz" .. recipient:sub(3))
    refuses("2 bytes instead of 32", { A = "1" }, "abcd")
    refuses("16 bytes instead of 32", { A = "1" }, recipient:sub(1, 32)) -- half of the digits are no 32 bytes
    refuses("15 bytes instead of 32", { A = "1" }, "0x" .. recipient:sub(1, 30))
    refuses("0 bytes instead of 32", { A = "1" }, "")
  end)

  it("raises for wrong types", function()
    local encrypt = dstack.encrypt_env_vars
    assert.error_matches(function() encrypt("A=1", recipient) end, "a table of variables expected, got string")
    assert.error_matches(function() encrypt({ "A=1" }, recipient) end, "variable 1: an EnvVar or a table")
    assert.error_matches(function() encrypt({ { key = "A", value = 1 } }, recipient) end, "'value' %(string expected")
    assert.error_matches(function() encrypt({ A = 1 }, recipient) end, "a list of variables or a map")
    assert.error_matches(function() encrypt({ { key = "A", value = "1" }, B = "2" }, recipient) end, "mixture")
    assert.error_matches(function() encrypt({ A = "1" }) end, "public_key: string expected, got nothing")
    assert.error_matches(function() encrypt({ A = "1" }, recipient, { allow = true }) end, "unknown option 'allow'")
    assert.error_matches(function() encrypt({ A = "1" }, recipient, { allow_empty = 1 }) end, "wants a boolean")
    for _, names in ipairs { { A = true }, { 1 }, { A = "A" }, { "A", 2 }, { [2] = "A" } } do
      assert.error_matches(function() encrypt({ A = "1" }, recipient, { allowed_envs = names }) end,
        "encrypt_env_vars: option 'allowed_envs' wants a list of names")
      assert.error_matches(function() dstack.decrypt_env_vars("", secret, { allowed_envs = names }) end,
        "decrypt_env_vars: option 'allowed_envs' wants a list of names")
    end
    assert.error_matches(function() dstack.env_file.warnings(5) end, "a list of variables expected, got number")
  end)
end)

describe("decrypt_env_vars", function()
  for _, case in ipairs(vectors.broken) do
    it("refuses a blob: " .. case.name, function()
      local list, message, code = dstack.decrypt_env_vars(case.blob, case.secret)
      assert.is_nil(list)
      assert.is_string(message)
      assert.equal(#case.blob < 120 and "invalid" or "verify", code)
    end)
  end

  it("refuses another one's key", function()
    local _, message, code = dstack.decrypt_env_vars(vectors.sealed[1].output, ("11"):rep(32))
    assert.matches("sealed to another key, or changed", message)
    assert.equal("verify", code)
  end)

  it("refuses what is no list of variables", function()
    local case = vectors.opened[1]
    local _, message, code = dstack.decrypt_env_vars(case.blob, case.secret)
    assert.matches("no object with a list `env`", message)
    assert.equal("invalid", code)
  end)

  it("takes a key object, which wipes its bytes", function()
    local key = assert(dstack.crypto.x25519.generate())
    local sealed = dstack.encrypt_env_vars({ A = "1" }, key:public_key())
    assert.same({ { key = "A", value = "1" } }, plain(assert(dstack.decrypt_env_vars(sealed, key))))
    key:close()
    local list, message, code = dstack.decrypt_env_vars(sealed, key)
    assert.is_nil(list)
    assert.equal("decrypt_env_vars: secret_key: key: it was closed", message)
    assert.equal("invalid", code)
    assert.error_matches(function() dstack.decrypt_env_vars(sealed, io.stdout) end, "x25519 key expected, got userdata")
    assert.error_matches(function() dstack.decrypt_env_vars(sealed, dstack.crypto.ed25519.generate()) end,
      "x25519 key expected")
  end)

  it("refuses hex that is cut", function()
    local _, message, code = dstack.decrypt_env_vars(vectors.sealed[1].output:sub(2), secret)
    assert.equal("decrypt_env_vars: encrypted: hex: an odd number of digits", message)
    assert.equal("invalid", code)
  end)

  it("takes bytes too, and gives what the guest makes of it", function()
    local sealed = dstack.encrypt_env_vars({ { key = "B", value = "1" }, { key = "A", value = "2" },
      { key = "C", value = "3" }, { key = "B", value = "4" } }, recipient, { allow_duplicates = true })
    assert.same({ { key = "A", value = "2" }, { key = "B", value = "4" } },
      opened(core.unhex(sealed), { allowed_envs = { "B", "A" } }))
    assert.same({}, opened(sealed, { allowed_envs = {} }))
  end)
end)

describe("verify_env_encrypt_public_key", function()
  local verify = dstack.verify_env_encrypt_public_key

  -- As the reference has it.
  it("recovers the signer of the reference's example", function()
    local public_key = core.unhex "e33a1832c6562067ff8f844a61e51ad051f1180b66ec2551fb0251735f3ee90a"
    local signature = core.unhex("8542c49081fbf4e03f62034f13fbf70630bdf256a53032e38465a27c36fd6bed"
      .. "7a5e7111652004aef37f7fd92fbfc1285212c4ae6a6154203a48f5e16cad2cef00")
    local signer = assert(verify(public_key, signature, "0000000000000000000000000000000000000000"))
    assert.equal("0217610d74cbd39b6143842c6d8bc310d79da1d82cc9d17f8876376221eda0c38f", core.hex(signer))
  end)

  for _, case in ipairs(vectors.signatures) do
    it("recovers and compares: " .. case.name, function()
      local function options(signer)
        local at = case.timestamp
        return { timestamp = at, now = at and (case.now or at), max_age = at and case.max_age, signer = signer }
      end
      local bytes = { core.unhex(case.public_key), core.unhex(case.signature), core.unhex(case.app_id) }
      assert.equal(case.signer, core.hex(assert(verify(bytes[1], bytes[2], case.app_id, options()))))
      assert.equal(case.signer, core.hex(assert(verify("0x" .. case.public_key, case.signature, bytes[3],
        options("0x" .. case.signer)))))
      local signer, message, code = verify(bytes[1], bytes[2], case.app_id,
        options(vectors.root.public_key == case.signer and vectors.signatures[1].signer or vectors.root.public_key))
      assert.is_nil(signer)
      assert.matches("not this signer's", message)
      assert.equal("verify", code)
    end)
  end

  it("takes a signer in its long form", function()
    local case = vectors.signatures[2]
    local signer = assert(verify(case.public_key, case.signature, case.app_id, { signer = vectors.root.uncompressed }))
    assert.equal(vectors.root.public_key, core.hex(signer))
  end)

  for _, case in ipairs(vectors.no_signatures) do
    it("refuses: " .. case.name, function()
      local signer, message, code = verify(case.public_key, case.signature, case.app_id,
        { timestamp = case.timestamp, now = case.now })
      assert.is_nil(signer)
      assert.is_string(message)
      assert.is_true(code == "invalid" or code == "verify")
    end)
  end

  it("judges the time", function()
    local case = vectors.signatures[3]
    for _, moment in ipairs(vectors.freshness.cases) do
      local signer, message, code = verify(case.public_key, case.signature, case.app_id,
        { timestamp = case.timestamp, now = moment.now })
      assert.equal(moment.ok, signer ~= nil)
      if not signer then
        assert.matches("timestamp: %d+ seconds", message)
        assert.equal("verify", code)
      end
    end
    assert.is_nil((verify(case.public_key, case.signature, case.app_id, { timestamp = case.timestamp })))
  end)

  it("refuses options that make no sense", function()
    local case = vectors.signatures[2]
    for pattern, options in pairs {
      ["max_age: without a timestamp"] = { max_age = 3 },
      ["now: without a timestamp"] = { now = 3 },
      ["timestamp: not a whole number"] = { timestamp = 1.5 },
      ["max_age: not a whole"] = { timestamp = 1, max_age = -1 },
      ["signer: 2 bytes instead of 33 or 65"] = { signer = "0203" },
      ["signer: neither 33 or 65 bytes nor their hex digits %(hex: an odd"] = { signer = ("02"):rep(32) .. "0" },
      ["signer: not a secp256k1 public key"] = { signer = ("00"):rep(33) },
    } do
      local _, message, code = verify(case.public_key, case.signature, case.app_id, options)
      assert.matches(pattern, message)
      assert.equal("invalid", code)
    end
    local _, message, code = verify(case.public_key, case.signature, case.app_id:sub(1, 20))
    assert.matches("app_id: 10 bytes instead of 20", message)
    assert.equal("invalid", code)
    assert.error_matches(function() verify(case.public_key, case.signature) end, "app_id: string expected")
    assert.error_matches(function() verify(case.public_key, case.signature, case.app_id, { time = 1 }) end,
      "unknown option 'time'")
  end)
end)

describe("env_file.parse", function()
  local parse = dstack.env_file.parse

  it("reads variables with their lines", function()
    local list, warnings = parse "# c\nA=1\nexport B='x y' # c\r\nC=\"a\\tb\nc\"\nD=\n"
    assert.same({ { key = "A", value = "1" }, { key = "B", value = "x y" }, { key = "C", value = "a\tb\nc" },
      { key = "D", value = "" } }, plain(list))
    assert.equal(2, list[1].line)
    assert.equal(6, list[4].line)
    assert.equal('EnvVar{key="A", value=<secret>}', tostring(list[1]))
    assert.same({ { line = 4, key = "C", text = "line 4: C: a newline arrives as the two characters \\n" } }, warnings)
  end)

  it("warns of what the guest's file would damage", function()
    local _, warnings = parse "A='a\\\\b'\nB=a\\\nC='a\\\"b'\nD=a\\b\nE=a\rb"
    local damaged = {}
    for i, warning in ipairs(warnings) do
      damaged[i] = warning.key
    end
    assert.same({ "A", "B", "C", "E" }, damaged)
  end)

  it("says where it is wrong", function()
    for text, message in pairs {
      ["A=1\nFOO"] = "line 2: no = behind", ["A: 1"] = "line 1: no = behind", ["A=1\n'B'=2"] = "line 2: the name",
      ["A='x\ny"] = "line 1: the quote is never closed",
      ["A=\"\\q\""] = "line 1: unknown escape",
      ["A=1\nA=2"] = "line 2: A: set already, as line 1", [""] = "no variables in 0 lines",
      ["\n#\n"] = "no variables in 2",
      ["A=\255"] = "line 1: not UTF-8",
    } do
      local list, problem, code = parse(text)
      assert.is_nil(list)
      assert.equal(message, problem:sub(1, #message))
      assert.equal("invalid", code)
    end
    assert.equal(2, #parse("A=1\nA=2", { allow_duplicates = true }))
    assert.equal(0, #parse("#", { allow_empty = true }))
    assert.error_matches(function() parse(nil) end, "env_file.parse: text: string expected, got nothing")
  end)
end)

describe("docs/deploy.md", function()
  it("shows a file that is read as it says", function()
    local text = require("spec.support.docs").block("docs/deploy.md", "sh", 1)
    local list, warnings = dstack.env_file.parse(text)
    assert.same({
      { key = "NAME", value = "bare value" }, { key = "OTHER", value = 'as it stands: "$x" \\n' },
      { key = "MULTI", value = 'escapes: \n \r \t \\ " $ `; a backslash at a line\'s end takes that away '
        .. "and quotes go over several lines" },
      { key = "EMPTY", value = "" },
    }, plain(list))
    assert.equal("MULTI", warnings[1].key)
  end)
end)

-- Everything that fails, fed with secrets: none of them may come back.
describe("No message shows a secret:", function()
  local word = "hunter2hunter2"
  local silent = require("spec.support.silence").of(word)

  it("env_file.parse", function()
    for _, text in ipairs {
      word, word .. "! =1", "A=1\n" .. word .. ":x", "=" .. word, "A='" .. word, 'A="' .. word .. '\\x"',
      "A='x'" .. word, "A=" .. word .. "\nA=" .. word, "A-" .. word .. "=1", "A=" .. word .. "\255",
      "A=" .. word .. "\0",
      "A=" .. word:rep(10000),
    } do
      silent(dstack.env_file.parse, text)
    end
  end)

  it("encrypt_env_vars", function()
    local encrypt = dstack.encrypt_env_vars
    for _, envs in ipairs {
      { { key = word .. "-", value = word } }, { { key = "A", value = word .. "\0" } },
      { { key = "A", value = word }, { key = "A", value = word } }, { A = word:rep(10000) }, { [word .. " "] = "" },
      { { key = word:rep(30), value = "" } }, { word }, word, { A = { word } }, { { key = "A", value = { word } } },
    } do
      silent(encrypt, envs, recipient)
    end
    silent(encrypt, { A = word }, word)
    silent(encrypt, { A = word }, ("00"):rep(32))
    silent(encrypt, { [word .. " "] = word }, recipient, { allowed_envs = {} })
  end)

  it("decrypt_env_vars", function()
    local sealed = dstack.encrypt_env_vars({ A = word }, recipient)
    silent(dstack.decrypt_env_vars, sealed, word)
    silent(dstack.decrypt_env_vars, sealed, (word .. word .. word):sub(1, 32))
    silent(dstack.decrypt_env_vars, sealed .. "00", secret)
    silent(dstack.decrypt_env_vars, word, secret)
  end)
end)
