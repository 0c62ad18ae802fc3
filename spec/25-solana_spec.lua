-- dstack.solana: what other implementations answer (spec/vectors/solana.json), and what is refused.

local answers = require "spec.support.solana"
local core = require "dstack.core"
local dstack = require "dstack"
local support = require "spec.support"

local solana, hex, unhex = dstack.solana, dstack.crypto.hex, dstack.crypto.unhex
local vectors, crypto_vectors = support.vectors "solana", support.vectors "crypto"
local response = require "dstack.response"

dstack.silence_deprecations()

-- nil, a message with these words, this code.
local function refused(code, words, ...)
  local value, message, got = ...
  assert.is_nil(value)
  assert.matches(words, message, 1, true)
  assert.equal(code, got)
end

local function raises(words, fun, ...)
  local good, message = pcall(fun, ...)
  assert.is_false(good)
  assert.matches(words, message, 1, true)
  assert.matches("25-solana_spec.lua", message, 1, true) -- at the line of the script
end

local function keypair(n)
  return assert(solana.keypair_from_seed(string.char(n):rep(32)))
end

local alice, bob, carol = keypair(1), keypair(2), keypair(3)
local blockhash = "EkSnNWid2cvwEVnVx9aBqawnmiCNiDgp3gUdkDPTKN1N"

local function transfer(from, to)
  return assert(solana.system.transfer(from, to, 1))
end

local function transaction(given)
  local all = { fee_payer = alice, recent_blockhash = blockhash, instructions = { transfer(alice, carol) } }
  for name, value in pairs(given or {}) do
    all[name] = value
  end
  return solana.transaction(all)
end

describe("Other implementations agree on", function()
  local counts = {}
  for _, case in ipairs(vectors.cases) do
    local kind = ("%s (%s)"):format(case.kind, case.by)
    counts[kind] = (counts[kind] or 0) + 1
    it(("%s %d"):format(kind, counts[kind]), function()
      local ours = answers.answer[case.kind](case)
      local same = ours == case.answer
      assert.is_true(same, not same and ours .. "\nis not\n" .. case.answer)
    end)
  end
end)

describe("A keypair", function()
  local function reply(class, members)
    return assert(response.new(class, members, {}, { algorithm = "secp256k1" }))
  end

  it("comes from a derived key, the same both ways and on both surfaces", function()
    require "dstack.response_v1"
    for _, case in ipairs(vectors.accounts) do
      for _, class in ipairs { "GetKeyResponse", "GetKeyResponseV1" } do
        local key = reply(class, { key = case.key, signature_chain = {} })
        assert.equal(case.public_key, assert(solana.to_keypair(key)).public_key)
        assert.equal(case.public_key, assert(solana.to_keypair_secure(key)).public_key)
      end
    end
  end)

  it("comes from a TLS key by all of its bytes, never by those that all keys share", function()
    local pem = ("-----BEGIN PRIVATE KEY-----\n%s\n-----END PRIVATE KEY-----\n"):format(
      core.base64(unhex(vectors.tls.der)):gsub(("."):rep(64), "%0\n"))
    for _, class in ipairs { "GetTlsKeyResponse", "DeriveKeyResponse", "IssueCertResponseV1" } do
      local key = reply(class, { key = pem, certificate_chain = {} })
      assert.equal(vectors.tls.public_key, assert(solana.to_keypair_secure(key)).public_key)
      refused("invalid", "so that everybody has the wallet " .. vectors.tls.everybodys, solana.to_keypair(key))
    end
    local shared = solana.keypair_from_seed(unhex(vectors.tls.der):sub(1, 32))
    assert.equal(vectors.tls.everybodys, shared.public_key) -- what is refused
  end)

  it("is not made of anything else", function()
    raises("to_keypair: key: a reply of get_key expected, got string", solana.to_keypair, ("x"):rep(32))
    raises("to_keypair: key: a reply of get_key expected, got nothing", solana.to_keypair)
    raises("got table", solana.to_keypair, { key = "00" })
    raises("got VersionResponse", solana.to_keypair, reply("VersionResponse", {}))
    refused("invalid", "to_keypair: key: hex: an odd number of digits",
      solana.to_keypair(reply("GetKeyResponse", { key = "123" })))
    refused("invalid", "31 bytes instead of 32", solana.to_keypair(reply("GetKeyResponse", { key = ("00"):rep(31) })))
    refused("invalid", "to_keypair_secure: key: ", solana.to_keypair_secure(reply("GetTlsKeyResponse", { key = "x" })))
  end)

  it("signs as RFC 8032 says, and checks", function()
    for _, case in ipairs(crypto_vectors.ed25519) do
      local pair = assert(solana.keypair_from_seed(unhex(case.seed)))
      local message, signature = unhex(case.message), unhex(case.signature)
      assert.equal(case.public, hex(pair.public_key_bytes))
      assert.equal(case.signature, hex(pair:sign(message)))
      assert.is_true(pair:verify(signature, message))
      assert.is_true(solana.verify(pair, signature, message))
      assert.is_true(solana.verify(pair.public_key, signature, message))
      refused("verify", "the signature is not by this key over this message", pair:verify(signature, message .. "x"))
      refused("invalid", "signature: 63 bytes instead of 64", pair:verify(signature:sub(2), message))
    end
    refused("verify", "not by this key", solana.verify(alice, ("\0"):rep(64), "x"))
    -- The neutral point as key and as R, for which plain verification holds with any message.
    local neutral = "\1" .. ("\0"):rep(31)
    refused("verify", "not by this key", solana.verify(core.base58(neutral), neutral .. ("\0"):rep(32), "x"))
  end)

  it("comes from an ed25519 key object, which stays its maker's", function()
    local key = dstack.crypto.ed25519.generate()
    local pair = assert(solana.keypair_from_seed(key))
    assert.equal(key:public_key(), pair.public_key_bytes)
    assert.equal(key:sign "x", pair:sign "x")
    pair:close()
    refused("invalid", "sign: the keypair was closed", pair:sign "x")
    pair = assert(solana.keypair_from_seed(key))
    assert.is_string(pair:sign "x")
    key:close()
    refused("invalid", "key: it was closed", pair:sign "x")
    refused("invalid", "key: it was closed", pair:to_json())
    refused("invalid", "keypair_from_seed: ed25519.public_key: key: it was closed", solana.keypair_from_seed(key))
    raises("keypair_from_seed: seed: 32 bytes or an ed25519 key expected, got table", solana.keypair_from_seed, {})
    raises("ed25519 key expected, got userdata", solana.keypair_from_seed, dstack.crypto.x25519.generate())
    refused("invalid", "bytes: 33 bytes instead of 32", solana.keypair_from_seed(("x"):rep(33)))
  end)

  it("shows its public half, and wipes the other when closed", function()
    local pair, seen = keypair(7), {}
    local secret = unhex(("07"):rep(32))
    assert.equal("Solana keypair " .. pair.public_key, tostring(pair))
    for name, value in pairs(pair) do
      seen[#seen + 1] = name
      assert.is_nil(tostring(value):find(secret, 1, true))
    end
    table.sort(seen)
    assert.same({ "public_key", "public_key_bytes" }, seen)
    pair:close()
    pair:close()
    refused("invalid", "sign: the keypair was closed", pair:sign "x")
    refused("invalid", "to_json: the keypair was closed", pair:to_json())
    refused("invalid", "to_file: the keypair was closed", pair:to_file "x")
    assert.equal(32, #pair.public_key_bytes)
    raises("sign: message: string expected, got nothing", alice.sign, alice)
    raises("Keypair:sign: methods are called with a colon", pair.sign, "x")
    if _VERSION == "Lua 5.4" then
      local scope = assert(load "local pair <close> = ...; return pair:sign 'x'")
      local closing = keypair(7)
      assert.is_string(scope(closing))
      refused("invalid", "sign: the keypair was closed", closing:sign "x")
    end
  end)
end)

describe("Key files", function()
  local directory

  setup(function() directory = support.directory() end)
  teardown(function() support.run("rm -rf " .. directory) end)

  it("are those of the Solana tools", function()
    local pair = assert(solana.keypair_from_seed(unhex(vectors.json.seed)))
    assert.equal(vectors.json.text, pair:to_json())
    assert.equal(pair.public_key, assert(solana.keypair_from_json(vectors.json.text)).public_key)
    local spaced = vectors.json.text:gsub(",", " ,\n")
    assert.equal(pair.public_key, assert(solana.keypair_from_json(spaced)).public_key)
    local numbers = core.json_decode(vectors.json.text)
    assert.equal(pair.public_key, assert(solana.keypair_from_json(numbers)).public_key)
    assert.equal(pair:sign "x", assert(solana.keypair_from_json(numbers)):sign "x")
  end)

  it("are refused with other numbers, none of which is shown", function()
    local words = "keypair_from_json: not a JSON array of 64 numbers of 0 to 255"
    for _, text in ipairs { "", "{}", "[]", "[1,2,3]", vectors.json.text .. ",",
      vectors.json.text:gsub("%d+", "256", 1),
      vectors.json.text:gsub("%d+", "1.5", 1), vectors.json.text:gsub("%d+", "-1", 1), "\255" } do
      refused("invalid", words, solana.keypair_from_json(text))
    end
    refused("too_large", "more than 4096 bytes", solana.keypair_from_json((" "):rep(4097)))
    local numbers = core.json_decode(vectors.json.text)
    numbers[64] = (numbers[64] + 1) % 256
    refused("invalid", "the last 32 numbers are not the public key of the first 32",
      solana.keypair_from_json(numbers))
    for _, wrong in ipairs { 256, -1, 0.5, "1", 0 / 0, 1 / 0 } do
      numbers[5] = wrong
      refused("invalid", "keypair_from_json: not a list of 64 numbers of 0 to 255", solana.keypair_from_json(numbers))
    end
    refused("invalid", "not a list of 64", solana.keypair_from_json { 1 })
    raises("keypair_from_json: json: string expected, got nothing", solana.keypair_from_json)
  end)

  it("are written for their owner alone, and over nothing", function()
    local path = directory .. "/id.json"
    assert.is_true(alice:to_file(path))
    assert.equal("600\n", (support.run("stat -c %a " .. path)))
    assert.equal(alice:to_json(), support.read(path))
    assert.equal(alice.public_key, assert(solana.keypair_from_file(path)).public_key)
    refused("invalid", "to_file: " .. path .. ": cannot be created: File exists", bob:to_file(path))
    assert.equal(alice:to_json(), support.read(path))
    refused("invalid", "cannot be created: No such file", alice:to_file(directory .. "/none/id.json"))
    refused("invalid", "keypair_from_file: " .. directory .. "/none: cannot be opened: No such file",
      solana.keypair_from_file(directory .. "/none"))
    refused("invalid", "cannot be read", solana.keypair_from_file(directory))
    support.write(path, "[1,2]")
    refused("invalid", "not a JSON array of 64 numbers", solana.keypair_from_file(path))
    refused("invalid", "path: empty, or with a NUL", solana.keypair_from_file "")
    refused("invalid", "path: empty, or with a NUL", alice:to_file "a\0b")
    raises("to_file: path: string expected", alice.to_file, alice)
  end)
end)

describe("Public keys", function()
  it("are base58 of 32 bytes", function()
    assert.equal(alice.public_key_bytes, solana.decode_public_key(alice.public_key))
    assert.equal(alice.public_key, solana.encode_public_key(alice.public_key_bytes))
    assert.equal(("\0"):rep(32), solana.decode_public_key(solana.program_ids.system))
    refused("invalid", "decode_public_key: text: base58 of 31 bytes instead of 32",
      solana.decode_public_key(("1"):rep(31)))
    refused("invalid", "base58 of 33 bytes instead of 32", solana.decode_public_key(("1"):rep(33)))
    refused("invalid", "base58: character 2 is no base58 digit", solana.decode_public_key("1" .. ("0"):rep(31)))
    refused("invalid", "base58 of 45 characters; 32 bytes have at most 44", solana.decode_public_key(("z"):rep(45)))
    refused("invalid", "encode_public_key: bytes: 31 instead of 32", solana.encode_public_key(("x"):rep(31)))
    raises("decode_public_key: text: base58 text or a keypair expected, got number", solana.decode_public_key, 1)
    raises("encode_public_key: bytes: string expected, got nothing", solana.encode_public_key)
    raises("base58 text or a keypair expected, got table", solana.decode_public_key, { public_key_bytes = "x" })
  end)

  it("are on the curve or not", function()
    assert.is_true(solana.is_on_curve(alice))
    assert.is_false(solana.is_on_curve(assert(solana.find_program_address({ "x" }, solana.program_ids.token))))
    refused("invalid", "is_on_curve: public_key: base58", solana.is_on_curve "x")
  end)

  it("are derived from seeds within limits", function()
    local program, many = solana.program_ids.token, {}
    for i = 1, 15 do
      many[i] = ("s"):rep(32)
    end
    assert.is_string((solana.find_program_address(many, program)))
    many[16] = "s"
    refused("invalid", "find_program_address: seeds: 16, at most 15 can be", solana.find_program_address(many, program))
    many[17] = "s"
    refused("invalid", "create_program_address: seeds: 17, at most 16 can be",
      solana.create_program_address(many, program))
    refused("invalid", "seeds: number 2 has 33 bytes, at most 32 can be",
      solana.find_program_address({ "a", ("s"):rep(33) }, program))
    local _, bump = solana.find_program_address({ "a" }, program)
    for between = bump + 1, 255 do
      refused("invalid", "create_program_address: seeds: they give a point of the curve",
        solana.create_program_address({ "a", string.char(between) }, program))
    end
    refused("invalid", "program_id: base58", solana.find_program_address({}, "x"))
    raises("find_program_address: seeds[2]: string expected, got number", solana.find_program_address, { "a", 1 },
      program)
    raises("create_program_address: seeds: a list of strings expected, got string",
      solana.create_program_address, "a", program)
  end)

  it("are derived from another with a text", function()
    refused("invalid", "create_with_seed: seed: 33 bytes, at most 32 can be",
      solana.create_with_seed(alice, ("s"):rep(33), solana.program_ids.system))
    local owner = solana.encode_public_key(("x"):rep(11) .. "ProgramDerivedAddress")
    refused("invalid", "create_with_seed: owner: no program", solana.create_with_seed(alice, "s", owner))
    raises("create_with_seed: seed: string expected", solana.create_with_seed, alice, nil, owner)
    refused("invalid", "create_with_seed: base: base58", solana.create_with_seed("0", "s", owner))
  end)
end)

describe("Amounts", function()
  local parse, format = solana.units.parse, solana.units.format

  it("are exact text", function()
    assert.equal("1500000000", parse "1.5")
    assert.equal("1500000000", parse("1.5", "sol"))
    assert.equal("2000000000", parse(2))
    assert.equal("1", parse "0.000000001")
    assert.equal("18446744073709551615", parse "18446744073.709551615")
    assert.equal("1250000", parse("1.25", 6))
    assert.equal("7", parse("7", "lamports"))
    assert.equal("0", parse "0")
    assert.equal("1.5", format "1500000000")
    assert.equal("0.000000001", format(1))
    assert.equal("18446744073.709551615", format "18446744073709551615")
    assert.equal("0.01", format("1", 2))
    assert.equal("9007199254740992", format(9007199254740992, "lamports"))
  end)

  it("that are not are refused", function()
    refused("invalid", "units.parse: text: 10 decimals, at most 9 can be", parse "1.0000000001")
    refused("invalid", "units.parse: text: not a decimal number", parse "1e9")
    refused("invalid", "units.parse: text: not a whole number in decimal digits", parse("1.5", "lamports"))
    refused("invalid", "more than 18446744073709551615", parse "18446744073.709551616")
    refused("invalid", "not a whole number of 0 to 2^53", parse(1.5))
    refused("invalid", "units.format: amount: not a whole number", format(-1))
    refused("invalid", "not a whole number", format(2 ^ 53 + 2))
    refused("invalid", "not a whole number", format(0 / 0))
    refused("invalid", "unit: neither", parse("1", "ether"))
    refused("invalid", "unit: neither", parse("1", 256))
    refused("invalid", "unit: neither", parse("1", 0.5))
    raises("units.parse: text: text or a number expected, got nothing", parse)
    raises("units.format: unit: ", format, "1", {})
  end)
end)

describe("Instructions", function()
  it("take arguments in order or by name", function()
    local by_name = solana.system.transfer { from = alice, to = bob.public_key, lamports = "1" }
    assert.same(by_name, solana.system.transfer(alice.public_key, bob, 1))
    assert.same({
      program_id = solana.program_ids.system, data = "\2\0\0\0\1" .. ("\0"):rep(7),
      accounts = {
        { pubkey = alice.public_key, is_signer = true, is_writable = true },
        { pubkey = bob.public_key, is_signer = false, is_writable = true },
      },
    }, by_name)
  end)

  it("refuse what is no exact amount", function()
    for _, wrong in ipairs { 0.5, -1, 2 ^ 53 + 2, 1 / 0, 0 / 0 } do
      refused("invalid", "system.transfer: lamports: not a whole number of 0 to 2^53",
        solana.system.transfer(alice, bob, wrong))
    end
    refused("invalid", "lamports: more than 18446744073709551615",
      solana.system.transfer(alice, bob, "18446744073709551616"))
    refused("invalid", "lamports: not a whole number in decimal digits", solana.system.transfer(alice, bob, "1.0"))
    refused("invalid", "units: more than 4294967295, which is all that fits",
      solana.compute_budget.set_compute_unit_limit(4294967296))
    refused("invalid", "decimals: more than 255", solana.token.initialize_mint2(alice, 256, bob))
    raises("system.transfer: lamports: number or decimal text expected, got boolean",
      solana.system.transfer, alice, bob, true)
  end)

  it("name the argument that is wrong", function()
    refused("invalid", "system.transfer: to: base58 of 3 bytes instead of 32", solana.system.transfer(alice, "abcd", 1))
    raises("system.transfer: lamports: missing", solana.system.transfer, alice, bob)
    raises("system.transfer: to: base58 text or a keypair expected, got number", solana.system.transfer, alice, 1, 1)
    raises("system.transfer: 4 arguments given, at most 3 taken: from, to, lamports", solana.system.transfer, alice,
      bob, 1, 2)
    raises("system.transfer: unknown argument 'amount'; there are: from, to, lamports", solana.system.transfer,
      { from = alice, to = bob, amount = 1 })
    raises("system.create_account_with_seed: seed: string expected", solana.system.create_account_with_seed,
      alice, bob, alice, 1, 1, 1, bob)
  end)

  it("of tokens are for either program, and signed by several", function()
    local one = solana.token.transfer_checked { source = alice, mint = bob, destination = carol, owner = alice,
      amount = 5, decimals = 9, program_id = solana.program_ids.token_2022, signers = { bob, carol } }
    assert.equal(solana.program_ids.token_2022, one.program_id)
    assert.same({ pubkey = alice.public_key, is_signer = false, is_writable = false }, one.accounts[4])
    assert.same({ pubkey = bob.public_key, is_signer = true, is_writable = false }, one.accounts[5])
    assert.same({ pubkey = carol.public_key, is_signer = true, is_writable = false }, one.accounts[6])
    assert.is_true(solana.token.revoke(alice, bob).accounts[2].is_signer)
    assert.is_true(solana.token.revoke(alice, bob, {}).accounts[2].is_signer)
    raises("token.revoke: signers: a list of public keys expected, got a keypair", solana.token.revoke, alice, bob, bob)
    raises("memo: signers: a list of public keys expected, got a keypair", solana.memo, "x", bob)
    refused("invalid", "token.revoke: signers[1]: base58", solana.token.revoke(alice, bob, { "x" }))
    raises("token.revoke: signers: a list of public keys expected, got string", solana.token.revoke, alice, bob, "x")
    refused("invalid", "token.sync_native: program_id: base58",
      solana.token.sync_native { account = alice, program_id = "x" })
  end)

  it("of associated accounts find the account", function()
    local account = assert(solana.associated_token.address(bob, solana.token.native_mint))
    local made = solana.associated_token.create(alice, bob, solana.token.native_mint)
    assert.equal(account, made.accounts[2].pubkey)
    local newer = solana.associated_token.create_idempotent { payer = alice, owner = bob,
      mint = solana.token.native_mint, token_program_id = solana.program_ids.token_2022 }
    assert.not_equal(account, newer.accounts[2].pubkey)
    assert.equal(solana.program_ids.token_2022, newer.accounts[6].pubkey)
    refused("invalid", "associated_token.create: mint: base58", solana.associated_token.create(alice, bob, "x"))
    refused("invalid", "associated_token.address: owner: base58", solana.associated_token.address("x", bob))
    refused("invalid", "associated_token.address: owner: it is off the curve", solana.associated_token.address(account,
      solana.token.native_mint))
    for _, name in ipairs { "create", "create_idempotent" } do
      local given = { payer = alice, owner = account, mint = solana.token.native_mint }
      refused("invalid", "associated_token." .. name .. ": owner: it is off the curve",
        solana.associated_token[name](given))
      given.allow_owner_off_curve = true
      assert.equal(solana.associated_token.address(account, solana.token.native_mint, nil, true),
        solana.associated_token[name](given).accounts[2].pubkey)
      given.allow_owner_off_curve = 1
      raises("associated_token." .. name .. ": allow_owner_off_curve: boolean expected", solana.associated_token[name],
        given)
    end
  end)

  it("of memos are UTF-8", function()
    local memo = solana.memo("h\195\169", { alice })
    assert.same({ program_id = solana.program_ids.memo, data = "h\195\169",
      accounts = { { pubkey = alice.public_key, is_signer = true, is_writable = false } } }, memo)
    assert.same({}, solana.memo("").accounts)
    refused("invalid", "memo: text: not UTF-8", solana.memo "\255")
    refused("invalid", "memo: signers[1]: base58", solana.memo("x", { "x" }))
    raises("memo: text: string expected", solana.memo)
  end)
end)

describe("A transaction", function()
  it("is built, signed, written and read", function()
    local one = assert(transaction())
    assert.equal("Solana transaction of " .. alice.public_key .. ", 0 of 1 signatures", tostring(one))
    refused("invalid", "signature: no signature by " .. alice.public_key .. ", who pays the fee", one:signature())
    assert.equal(one, one:sign(alice))
    assert.equal(core.base58(alice:sign(one:message_bytes())), one:signature())
    local again = assert(solana.deserialize_base64(assert(one:to_base64())))
    assert.is_true(again:verify_signatures())
    assert.equal(one:serialize(), again:serialize())
    local said = again:message()
    assert.equal(0, said.version)
    assert.equal(alice.public_key, said.fee_payer)
    assert.equal(blockhash, said.recent_blockhash)
    assert.same({ transfer(alice, carol) }, said.instructions)
    local same = assert(solana.transaction(said.version == 0 and { instructions = said.instructions,
      fee_payer = said.fee_payer, recent_blockhash = said.recent_blockhash }))
    assert.equal(one:message_bytes(), same:message_bytes())
    assert.equal("legacy", assert(transaction { version = "legacy" }):message().version)
  end)

  it("is signed by several, one after the other", function()
    local given = { instructions = { transfer(alice, carol), transfer(bob, carol) } }
    local one = assert(transaction(given))
    assert.same({ alice.public_key, bob.public_key }, one:missing_signers())
    refused("invalid", "sign: no signature by " .. bob.public_key, one:sign(alice))
    assert.same({ alice.public_key, bob.public_key }, one:missing_signers())
    assert(one:partial_sign(alice))
    refused("invalid", "serialize: no signature by " .. bob.public_key, one:serialize())
    refused("invalid", "no signature by " .. bob.public_key, one:to_base64())
    refused("verify", "verify_signatures: no signature by " .. bob.public_key, one:verify_signatures())
    local other = assert(solana.deserialize(assert(one:serialize { allow_missing = true })))
    assert.same({ bob.public_key }, other:missing_signers())
    assert(other:sign(bob))
    assert(one:add_signature(bob, bob:sign(one:message_bytes())))
    assert.equal(assert(other:serialize()), assert(one:serialize()))
    assert.same({ { public_key = alice.public_key, signature = one:signature() },
      { public_key = bob.public_key, signature = core.base58(bob:sign(one:message_bytes())) } }, one:signatures())
    assert.equal(one:serialize(), assert(transaction(given)):sign(bob, alice):serialize())
  end)

  it("takes signatures of its signers only, and each once", function()
    local one = assert(transaction())
    refused("invalid", ("sign: %s is no signer of this transaction; its signers are %s"):format(carol.public_key,
      alice.public_key), one:sign(carol))
    refused("invalid", "sign: " .. alice.public_key .. " is given twice", one:sign(alice, alice))
    refused("invalid", "is no signer", one:add_signature(carol, ("x"):rep(64)))
    refused("verify", "add_signature: ", one:add_signature(alice, ("x"):rep(64)))
    refused("invalid", "signature: 3 bytes instead of 64", one:add_signature(alice, "abc"))
    refused("invalid", "add_signature: public_key: base58", one:add_signature("x", "abc"))
    local closed = keypair(1)
    closed:close()
    refused("invalid", "sign: the keypair was closed", one:sign(closed))
    assert.same({ alice.public_key }, one:missing_signers())
    raises("sign: argument 1: keypair expected, got string", one.sign, one, alice.public_key)
    raises("sign: argument 1: keypair expected, got nil", one.sign, one, nil)
    raises("serialize: unknown option 'all'", one.serialize, one, { all = true })
    raises("Transaction:sign: methods are called with a colon, as in transaction:sign()", one.sign, alice)
  end)

  it("with a signature that is wrong is read, and found out", function()
    local bytes = assert(assert(transaction()):sign(alice):serialize())
    local one = assert(solana.deserialize(bytes:sub(1, 10) .. "x" .. bytes:sub(12)))
    refused("verify", "verify_signatures: the signature of " .. alice.public_key, one:verify_signatures())
  end)

  it("fits a packet, or says by how much it does not", function()
    local memos = {}
    for i = 1, 11 do
      memos[i] = assert(solana.memo(("m"):rep(i == 11 and 130 or 80)))
    end
    local bytes = assert(transaction { instructions = memos }):sign(alice):serialize()
    local room = 1232 - #bytes
    memos[11] = assert(solana.memo(("m"):rep(130 + room)))
    assert.equal(1232, #assert(transaction { instructions = memos }):sign(alice):serialize())
    memos[11] = assert(solana.memo(("m"):rep(130 + room + 3)))
    refused("too_large", "transaction: 1235 bytes, 3 more than the 1232 of a packet",
      transaction { instructions = memos })
    refused("too_large", "transaction: far more than the 1232 bytes of a packet",
      transaction { instructions = { solana.memo(("m"):rep(2 ^ 17)) } })
    local accounts = {}
    for i = 1, 300 do
      accounts[i] = { pubkey = solana.encode_public_key(dstack.crypto.sha256(tostring(i))) }
    end
    refused("too_large", "transaction: more than 256 accounts", transaction {
      instructions = { { program_id = bob.public_key, accounts = accounts, data = "" } } })
  end)

  it("takes accounts out of tables, which makes it smaller", function()
    local addresses, accounts = {}, {}
    for i = 1, 40 do
      addresses[i] = solana.encode_public_key(dstack.crypto.sha256(tostring(i)))
      accounts[i] = { pubkey = addresses[i], is_writable = i % 2 == 0 }
    end
    local given = { instructions = { { program_id = bob.public_key, accounts = accounts, data = "x" } } }
    refused("too_large", "more than the 1232", transaction(given))
    given.address_lookup_tables = { { key = carol, addresses = addresses } }
    local said = assert(transaction(given)):message()
    assert.equal(42, #said.accounts)
    assert.same({ lookup_table = carol.public_key, index = 1, is_signer = false, is_writable = true },
      said.instructions[1].accounts[2])
    given.version = "legacy"
    refused("invalid", "transaction: address_lookup_tables: a legacy message has none", transaction(given))
  end)

  it("names the argument that is wrong", function()
    local step = transfer(alice, bob)
    refused("invalid", "transaction: fee_payer: base58", transaction { fee_payer = "x" })
    refused("invalid", "transaction: recent_blockhash: base58 of 1 bytes", transaction { recent_blockhash = "2" })
    refused("invalid", 'transaction: version: neither 0 nor "legacy"', transaction { version = 1 })
    refused("invalid", 'transaction: order: neither "sorted" nor "appearance"', transaction { order = "x" })
    refused("invalid", "transaction: instructions: none", transaction { instructions = {} })
    refused("invalid", "transaction: fee_payer: it is a program that an instruction calls",
      transaction { fee_payer = solana.program_ids.system })
    refused("invalid", "transaction: instructions[2]: accounts[1]: pubkey: base58", transaction { instructions = { step,
      { program_id = step.program_id, data = "", accounts = { { pubkey = "x" } } } } })
    refused("invalid", "transaction: instructions[1]: program_id: base58", transaction { instructions = {
      { program_id = "x", data = "", accounts = {} } } })
    refused("invalid", "transaction: address_lookup_tables[1]: addresses[1]: base58",
      transaction { address_lookup_tables = { { key = bob, addresses = { "x" } } } })
    raises("transaction: instructions[1]: table {program_id=, accounts=, data=}, or assert around what makes one, "
      .. "expected, got nothing", solana.transaction, { fee_payer = alice, recent_blockhash = blockhash,
      instructions = { solana.system.transfer(alice, "x", 1) } })
    raises("transaction: fee_payer: base58 text or a keypair expected, got nothing", solana.transaction, {
      recent_blockhash = blockhash, instructions = { step } })
    raises("transaction: instructions: list expected, got nothing", solana.transaction, {
      recent_blockhash = blockhash, fee_payer = alice })
    for words, given in pairs {
      ["instructions: list expected, got a table with other keys"] = step,
      ["instructions[1]: accounts: list expected, got a table with other keys"] = {
        { program_id = bob.public_key, accounts = { a = 1 }, data = "" } },
      ["instructions[1]: accounts[1]: unknown member 'isSigner'; there are: is_signer, is_writable, pubkey"] = {
        { program_id = bob.public_key, accounts = { { pubkey = alice.public_key, isSigner = true } }, data = "" } },
      ["instructions[1]: accounts[1]: is_writable: boolean expected, got string"] = {
        { program_id = bob.public_key, accounts = { { pubkey = alice.public_key, is_writable = "no" } }, data = "" } },
      ["instructions[1]: unknown member 'keys'; there are: accounts, data, program_id"] = {
        { program_id = bob.public_key, accounts = {}, data = "", keys = {} } },
    } do
      raises("transaction: " .. words, transaction, { instructions = given })
    end
    raises("transaction: address_lookup_tables[1]: unknown member 'name'", transaction, { instructions = { step },
      address_lookup_tables = { { key = bob.public_key, addresses = {}, name = "x" } } })
    raises("transaction: unknown argument 'payer'", solana.transaction, { payer = alice })
    raises("transaction: a table of named arguments expected, got nil", solana.transaction)
    raises("transaction: instructions[1]: data: string expected", transaction, { instructions = {
      { program_id = bob.public_key, accounts = {} } } })
    raises("transaction: address_lookup_tables[1]: table {key=, addresses=} expected, got string", transaction,
      { address_lookup_tables = { "x" } })
  end)

  it("is read strictly", function()
    local bytes = assert(assert(transaction()):sign(alice):serialize())
    refused("invalid", "deserialize: message: 1 bytes behind its end", solana.deserialize(bytes .. "\0"))
    refused("invalid", "deserialize: transaction: 2 signatures for 1 signers",
      solana.deserialize("\2" .. ("\0"):rep(64) .. bytes:sub(2)))
    refused("too_large", "deserialize: transaction: 1233 bytes, 1 more than", solana.deserialize(("x"):rep(1233)))
    refused("invalid", "deserialize_base64: base64: ", solana.deserialize_base64 "x")
    refused("invalid", "deserialize_message: message: header: cut off", solana.deserialize_message "")
    for cut = 0, #bytes - 1 do
      local value, message, code = solana.deserialize(bytes:sub(1, cut))
      assert.is_nil(value)
      assert.is_string(message)
      assert.equal("invalid", code)
    end
    raises("deserialize: bytes: string expected, got nothing", solana.deserialize)
  end)
end)

describe("A lookup table's data", function()
  it("are addresses behind 56 bytes", function()
    local head = "\1\0\0\0" .. ("\255"):rep(52)
    assert.same({}, solana.decode_lookup_table(head))
    assert.same({ alice.public_key, bob.public_key },
      solana.decode_lookup_table(head .. alice.public_key_bytes .. bob.public_key_bytes))
    refused("invalid", "not those of an address lookup table", solana.decode_lookup_table(("\0"):rep(56)))
    refused("invalid", "not those of an address lookup table", solana.decode_lookup_table "")
    refused("invalid", "57 bytes are no whole number of addresses", solana.decode_lookup_table(head .. "x"))
    refused("invalid", "more than 256", solana.decode_lookup_table(head .. ("x"):rep(257 * 32)))
  end)
end)

describe("dstack.solana", function()
  it("lists its members before they are loaded", function()
    local names = getmetatable(solana).__names
    for name in pairs(names[1]) do
      assert.is_not_nil(solana[name], name)
    end
    for name in pairs(names[2]) do
      assert.is_table(solana[name], name)
    end
    assert.is_nil(solana.nothing)
  end)
end)
