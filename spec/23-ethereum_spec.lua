-- Ethereum: addresses, RLP, accounts, messages, transactions, against the EIPs' examples and other libraries' results.

local dstack = require "dstack"
local response = require "dstack.response"
local support = require "spec.support"

local ethereum, crypto = dstack.ethereum, dstack.crypto
local vectors = support.vectors "ethereum"

local function bytes(hex)
  return assert(crypto.unhex((hex:gsub("^0x", ""))))
end

-- Whether it fails with nil, a message with these words in it, and that code.
local function fails(code, words, result, message, got)
  assert.is_nil(result)
  assert.equal(code, got, message)
  assert.matches(words, message, 1, true)
end

-- Whether it raises, at this file, an error with these words in it.
local function raises(words, call, ...)
  local good, message = pcall(call, ...)
  assert.is_false(good)
  assert.matches("spec/23%-ethereum_spec.lua:%d+: ", message)
  assert.matches(words, message, 1, true)
end

-- The table with other members; a member that is false is taken away.
local function with(tx, changes)
  local copy = {}
  for _, source in ipairs { tx, changes } do
    for name, value in pairs(source) do
      copy[name] = value
    end
  end
  for name, value in pairs(changes) do
    if value == "none" then
      copy[name] = nil
    end
  end
  return copy
end

describe("An address", function()
  it("has its checksum in the case of its letters", function()
    for _, text in ipairs(vectors.addresses) do
      assert.is_true(ethereum.is_address(text))
      assert.equal(text:lower(), assert(ethereum.to_checksum_address(text)):lower())
      if text:find "%l" and text:find "%u" and text ~= "0x" .. text:sub(3):lower() then
        assert.equal(text, ethereum.to_checksum_address(text:lower()))
        assert.equal(text, ethereum.to_checksum_address(bytes(text)))
      end
    end
  end)

  it("is refused when a digit or a letter's case is wrong", function()
    for _, text in ipairs(vectors.addresses) do
      local at = text:find("%l", 3)
      if at and text:find "%u" then
        local other = text:sub(1, at - 1) .. text:sub(at, at):upper() .. text:sub(at + 1)
        assert.is_false(ethereum.is_address(other))
        fails("invalid", "to_checksum_address: address: checksum of EIP-55", ethereum.to_checksum_address(other))
      end
    end
    fails("invalid", "no address: 0x and 40 hex digits are one", ethereum.to_checksum_address "0x12")
    fails("invalid", "no hex digit", ethereum.to_checksum_address("0x" .. ("g"):rep(40)))
    assert.is_false(ethereum.is_address(("a"):rep(40)))
    assert.is_false(ethereum.is_address(("a"):rep(20)))
    for _, text in ipairs { "my-friend-alice1.eth", ("a"):rep(20), ("\195\164"):rep(10) } do -- 20 bytes, and text
      fails("invalid", "no address: 0x and 40 hex digits are one", ethereum.to_checksum_address(text))
    end
    assert.equal("0x" .. ("C3"):rep(20):lower(), ethereum.to_checksum_address(("\195"):rep(20)):lower())
    assert.equal("0x" .. ("0"):rep(39) .. "1", ethereum.to_checksum_address(("\0"):rep(19) .. "\1"))
    raises("is_address: text: string expected, got number", ethereum.is_address, 1)
    raises("to_checksum_address: address: string expected", ethereum.to_checksum_address, nil)
  end)
end)

describe("RLP", function()
  local function value_of(value)
    if type(value) == "string" then
      return bytes(value)
    end
    local list = {}
    for i, item in ipairs(value) do
      list[i] = value_of(item)
    end
    return list
  end

  it("is written and read", function()
    for _, case in ipairs(vectors.rlp) do
      local value = value_of(case.value)
      assert.equal(case.rlp, crypto.hex(assert(ethereum.rlp.encode(value))), case.name)
      assert.same(value, ethereum.rlp.decode(bytes(case.rlp)), case.name)
    end
  end)

  it("is read in its one form only", function()
    for _, case in ipairs(vectors.not_rlp) do
      local value, message, code = ethereum.rlp.decode(bytes(case.rlp))
      fails("invalid", ("rlp: byte %d: "):format(case.byte), value, message, code)
      assert.matches(case.error, message, 1, true)
    end
  end)

  it("has numbers without zeros in front", function()
    for number, hex in pairs { [0] = "80", [15] = "0f", [127] = "7f", [128] = "8180", [1024] = "820400",
      [2 ^ 53] = "8720000000000000" } do
      assert.equal(hex, crypto.hex(ethereum.rlp.encode(number)))
    end
    fails("invalid", "rlp.encode: value: inexact", ethereum.rlp.encode(1.5))
    fails("invalid", "rlp.encode: value: ", ethereum.rlp.encode { { -1 } })
  end)

  it("does not take what is no list, or lies too deep", function()
    raises("value: a list expected, but it has other keys", ethereum.rlp.encode, { a = "b" })
    raises("value: a list expected, but it has other keys", ethereum.rlp.encode, { { "a", [4] = "b" } })
    raises("string, number or table expected, got boolean", ethereum.rlp.encode, { true })
    raises("string, number or table expected, got nil", ethereum.rlp.encode)
    raises("rlp.decode: bytes: string expected, got table", ethereum.rlp.decode, {})
    local loop = {}
    loop[1] = loop
    fails("invalid", "lists lie in more than 64 others", ethereum.rlp.encode(loop))
    local deep = {}
    for _ = 1, 63 do
      deep = { deep }
    end
    local written = assert(ethereum.rlp.encode(deep))
    assert.same(deep, ethereum.rlp.decode(written))
    fails("invalid", "lists lie too deep in others", ethereum.rlp.decode("\248" .. string.char(#written) .. written))
    fails("too_large", "rlp.encode", ethereum.rlp.encode(("x"):rep(1048577)))
    fails("too_large", "rlp.decode: bytes: more than 1048576", ethereum.rlp.decode(("x"):rep(1048577)))
  end)
end)

describe("An account", function()
  local SECRET = "correct-horse-battery-staple-key"

  it("is made of a key's bytes, their hex, or an object", function()
    local known = vectors.accounts
    local secret = crypto.secp256k1.key(bytes(known.key))
    for _, key in ipairs { bytes(known.key), known.key, "0x" .. known.key, secret } do
      local account = assert(ethereum.account_from_key(key))
      assert.equal(known.address, account.address)
      assert.equal("0x" .. crypto.hex(crypto.secp256k1.decompress(secret:public_key())), account.public_key)
      assert.equal("ethereum account " .. known.address, tostring(account))
    end
  end)

  it("is not made of anything else, and no message shows what came", function()
    local order = bytes "fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141"
    for _, key in ipairs { ("\0"):rep(32), order, ("\255"):rep(32) } do
      fails("invalid", "account_from_key: key: zero, or not below the order of the curve",
        ethereum.account_from_key(key))
    end
    for _, key in ipairs { "", SECRET:sub(1, 31), SECRET .. "x", "0x" .. SECRET } do
      local account, message, code = ethereum.account_from_key(key)
      fails("invalid", "account_from_key: key: ", account, message, code)
      assert.is_nil(message:find("correct", 1, true))
    end
    raises("account_from_key: key: string expected, got nothing", ethereum.account_from_key)
    raises("string or secp256k1 key expected", ethereum.account_from_key, crypto.ed25519.generate())
    local closed = crypto.secp256k1.generate()
    closed:close()
    fails("invalid", "account_from_key: key: it was closed", ethereum.account_from_key(closed))
  end)

  it("shows nothing of its key", function()
    local account = assert(ethereum.account_from_key(SECRET))
    assert.is_nil(tostring(account):find("correct", 1, true))
    for name, value in pairs(account) do
      assert.is_true(name == "address" or name == "public_key")
      assert.is_nil(value:find("correct", 1, true))
    end
  end)

  it("lets go of its key when it is closed", function()
    local given = crypto.secp256k1.generate()
    local ours, theirs = ethereum.account_from_key(SECRET), ethereum.account_from_key(given)
    for _, account in ipairs { ours, theirs } do
      account:close()
      account:close()
      assert.matches("%(closed%)$", tostring(account))
      fails("invalid", "sign_hash: the account was closed", account:sign_hash(("h"):rep(32)))
      fails("invalid", "sign_message: the account was closed", account:sign_message "text")
      fails("invalid", "sign_transaction: the account was closed", account:sign_transaction {})
    end
    assert.is_string(given:sign(("h"):rep(32)))
  end)

  it("has methods, which want a colon", function()
    local account = ethereum.account_from_key(SECRET)
    raises("Account:sign_hash: methods are called with a colon", account.sign_hash, ("h"):rep(32))
    raises("Account:close: methods are called with a colon", account.close)
  end)
end)

describe("An account of a reply", function()
  local known = vectors.accounts
  local endpoint

  setup(function() endpoint = support.simulator() end)
  teardown(function() endpoint.stop() end)

  local function pem(der)
    return "-----BEGIN PRIVATE KEY-----\n" .. crypto.base64(bytes(der)):gsub(("."):rep(64), "%0\n")
      .. "\n-----END PRIVATE KEY-----\n"
  end

  it("has the address that other SDKs have", function()
    local reply = response.new("GetKeyResponse", { key = known.key, signature_chain = {} }, {},
      { algorithm = "secp256k1" })
    assert.equal(known.address, assert(ethereum.to_account(reply)).address)
    assert.equal(known.address, assert(ethereum.to_account_secure(reply)).address)
  end)

  it("is that of the key, on either surface", function()
    for _, key in ipairs {
      assert(dstack.DstackClient(endpoint.endpoint):get_key "wallet"),
      assert(dstack.DstackClientV1(endpoint.endpoint):get_key("wallet", "secp256k1")),
    } do
      local account = assert(ethereum.to_account(key))
      assert.equal(ethereum.account_from_key(key.key).address, account.address)
      assert.equal(account.address, ethereum.to_account_secure(key).address)
      assert.equal(account.address, ethereum.recover_message("hello", account:sign_message "hello"))
    end
  end)

  it("is that of TLS keys for the secure one, as in Python and JavaScript", function()
    dstack.silence_deprecations()
    for _, class in ipairs { "GetTlsKeyResponse", "DeriveKeyResponse" } do
      local reply = response.new(class, { key = pem(known.pkcs8_der), certificate_chain = {} }, {}, {})
      assert.equal(known.secure_address, assert(ethereum.to_account_secure(reply)).address)
      fails("invalid", known.everybodys_address, ethereum.to_account(reply))
    end
    local reply = response.new("GetTlsKeyResponse", { key = "no PEM", certificate_chain = {} }, {}, {})
    fails("invalid", "to_account_secure: key: ", ethereum.to_account_secure(reply))
  end)

  it("is made of keys of this curve only", function()
    local key = assert(dstack.DstackClient(endpoint.endpoint):get_key { path = "a", algorithm = "ed25519" })
    for _, name in ipairs { "to_account", "to_account_secure" } do
      fails("invalid", name .. ": key: it was asked for as a key of ed25519", ethereum[name](key))
      raises(name .. ": key: a reply of get_key expected, got nothing", ethereum[name])
      raises(name .. ": key: a reply of get_key expected, got string", ethereum[name], known.key)
      raises("expected, got InfoResponse", ethereum[name], dstack.DstackClient(endpoint.endpoint):info())
    end
    local short = response.new("GetKeyResponse", { key = "0102", signature_chain = {} }, {}, {})
    fails("invalid", "to_account: key: 2 bytes instead of 32", ethereum.to_account(short))
  end)
end)

-- The other signature of two, with its v: s is the order less s. Bytes in, bytes out.
local function high_s(raw)
  local order = bytes "fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141"
  local digits, borrow = {}, 0
  for i = 32, 1, -1 do
    local digit = order:byte(i) - raw:byte(32 + i) - borrow
    borrow = digit < 0 and 1 or 0
    digits[i] = string.char(digit % 256)
  end
  return raw:sub(1, 32) .. table.concat(digits) .. string.char(55 - raw:byte(65))
end

describe("A signature", function()
  it("of a message or a hash is that of other libraries, and says who signed", function()
    for _, case in ipairs(vectors.messages) do
      local account, message = assert(ethereum.account_from_key(case.key)), bytes(case.message)
      assert.equal(case.address, account.address)
      assert.equal(case.signature, account:sign_message(message))
      assert.equal(case.signature, account:sign_hash(case.hash))
      assert.equal(case.signature, account:sign_hash(bytes(case.hash)))
      assert.equal(case.address, ethereum.recover_message(message, case.signature))
      assert.equal(case.address, ethereum.recover_hash(case.hash, bytes(case.signature)))
    end
  end)

  local known = vectors.messages[1]

  it("of typed data is that of EIP-712's example", function()
    local typed = vectors.typed_data
    local account, form = assert(ethereum.account_from_key(typed.key)), typed.form
    assert.equal(typed.address, account.address)
    assert.equal(typed.signature, account:sign_typed_data(form))
    assert.equal(typed.signature, account:sign_typed_data(form.domain, form.types, form.message, "Mail"))
    assert.equal(typed.address, ethereum.recover_typed_data(form, typed.signature))
    assert.equal(typed.address,
      ethereum.recover_typed_data(form.domain, form.types, form.message, typed.signature, "Mail"))
    assert.not_equal(typed.address, ethereum.recover_typed_data(with(form, { domain = { name = "Mail" } }),
      typed.signature))
    fails("invalid", "typed_data.hash: ", account:sign_typed_data(with(form, { primaryType = "Post" })))
    raises("recover_typed_data: signature: string expected, got nothing", ethereum.recover_typed_data, form)
    account:close()
    fails("invalid", "sign_typed_data: the account was closed", account:sign_typed_data(form))
  end)

  it("may have a v of 0 or 1", function()
    local raw = bytes(known.signature)
    local other = raw:sub(1, 64) .. string.char(raw:byte(65) - 27)
    assert.equal(known.address, ethereum.recover_hash(known.hash, other))
  end)

  it("is split into its numbers", function()
    local parts = assert(ethereum.split_signature(known.signature))
    assert.equal(known.signature, parts.r .. parts.s:sub(3) .. ("%02x"):format(parts.v))
    assert.equal(parts.v, parts.y_parity + 27)
  end)

  it("is refused with a high s, or numbers out of range", function()
    local other = high_s(bytes(known.signature))
    fails("verify", "recover_hash: ", ethereum.recover_hash(known.hash, other))
    fails("verify", "split_signature: ", ethereum.split_signature(other))
    fails("invalid", "recover_hash: ", ethereum.recover_hash(known.hash, ("\0"):rep(65)))
    for _, v in ipairs { 2, 26, 29, 37, 255 } do
      fails("invalid", "recover_message: signature: its v is neither 27, 28, nor 0, 1",
        ethereum.recover_message("", bytes(known.signature):sub(1, 64) .. string.char(v)))
    end
    fails("invalid", "recover_hash: signature: neither 65 bytes nor 0x and 130 hex digits",
      ethereum.recover_hash(known.hash, known.signature .. "00"))
    fails("invalid", "recover_hash: hash: neither 32 bytes", ethereum.recover_hash("0x00", known.signature))
    fails("invalid", "sign_hash: hash: neither 32 bytes",
      ethereum.account_from_key(known.key):sign_hash(known.hash:sub(3)))
    fails("invalid", "sign_hash: hash: neither 32 bytes", -- half of the digits
      ethereum.account_from_key(known.key):sign_hash(("ab"):rep(16)))
  end)

  it("is over text or bytes, and nothing else", function()
    local account = ethereum.account_from_key(known.key)
    raises("sign_message: message: string expected, got number", account.sign_message, account, 1)
    raises("sign_hash: hash: string expected, got nothing", account.sign_hash, account)
    raises("recover_message: message: string expected, got nothing", ethereum.recover_message)
    raises("recover_message: signature: string expected", ethereum.recover_message, "")
    raises("split_signature: signature: string expected", ethereum.split_signature, {})
  end)
end)

-- Numbers as texts, so that those of files and those of replies compare.
local function plain(value)
  if type(value) == "number" then
    return ("%.0f"):format(value)
  elseif type(value) ~= "table" then
    return value
  end
  local copy = {}
  for name, member in pairs(value) do
    copy[name] = plain(member)
  end
  return copy
end

describe("A transaction", function()
  local known = vectors.eip155
  local account = assert(ethereum.account_from_key(known.key))
  local KEYS = { ("0x" .. ("07"):rep(32)) }
  local HASH = "0x01" .. ("02"):rep(31)

  it("is that of EIP-155's example", function()
    local signed = assert(account:sign_transaction(known.tx))
    assert.equal(known.raw, signed.raw)
    assert.equal(known.v, signed.v)
    assert.equal(known.signing_hash, ethereum.signing_hash(known.tx))
    assert.equal(known.signing_hash, "0x" .. crypto.hex(crypto.keccak256(bytes(known.unsigned))))
    assert.equal("0x" .. crypto.hex(crypto.keccak256(bytes(signed.raw))), signed.hash)
  end)

  it("of every type is that of other libraries, and is read back", function()
    local types = {}
    for _, case in ipairs(vectors.transactions) do
      local signer = assert(ethereum.account_from_key(case.key))
      local signed = assert(signer:sign_transaction(case.tx))
      for name, value in pairs(signed) do
        assert.equal(case[name], value, name)
      end
      assert.equal(case.signing_hash, ethereum.signing_hash(case.tx))
      local tx, found = assert(ethereum.decode_transaction(case.raw))
      assert.same(plain(case.tx), plain(tx))
      assert.equal(case.address, found.from)
      assert.same({ case.hash, case.r, case.s, case.v, case.y_parity },
        { found.hash, found.r, found.s, found.v, found.y_parity })
      assert.equal(case.address, ethereum.recover_transaction(bytes(case.raw)))
      assert.same(signed, signer:sign_transaction(tx))
      types[case.tx.type] = (types[case.tx.type] or 0) + 1
    end
    assert.same({ [0] = 6, 6, 6, 6 }, types)
  end)

  it("has numbers where they are exact, else decimal text", function()
    local tx = with(known.tx, { nonce = "9007199254740993", chain_id = "0x7a69", value = 0 })
    local read = ethereum.decode_transaction(account:sign_transaction(tx).raw)
    assert.same({ "9007199254740993", 31337, 21000, "0", "20000000000" },
      { read.nonce, read.chain_id, read.gas_limit, read.value, read.gas_price })
  end)

  it("is of the type that its fields say", function()
    local base = with(known.tx, { gas_price = "none" })
    local fees = { max_fee_per_gas = 2, max_priority_fee_per_gas = 1 }
    local blob = with(fees, { max_fee_per_blob_gas = 1, blob_versioned_hashes = { HASH } })
    for type, fields in pairs { [0] = { gas_price = 1 }, { gas_price = 1, access_list = {} }, fees, blob } do
      local tx = with(base, fields)
      local raw = assert(account:sign_transaction(tx)).raw
      assert.equal(type, ethereum.decode_transaction(raw).type)
      assert.equal(raw, assert(account:sign_transaction(with(tx, { type = type }))).raw)
    end
    assert.equal(1, ethereum.decode_transaction(account:sign_transaction(with(known.tx, { type = 1 })).raw).type)
  end)

  it("without a chain id is made only when that is said", function()
    local tx = with(known.tx, { chain_id = false })
    local signed = assert(account:sign_transaction(tx))
    assert.is_true(signed.v == 27 or signed.v == 28)
    assert.is_false(ethereum.decode_transaction(signed.raw).chain_id)
    assert.equal(account.address, ethereum.recover_transaction(signed.raw))
    raises("sign_transaction: chain_id is missing", account.sign_transaction, account,
      with(known.tx, { chain_id = "none" }))
    fails("invalid", "chain_id: not a number of 1 to", account:sign_transaction(with(tx, { type = 1 })))
    raises("chain_id: an amount (text or a number) expected, got boolean", account.sign_transaction, account,
      with(known.tx, { chain_id = true }))
    assert.equal(vectors.any_chain.from, ethereum.recover_transaction(vectors.any_chain.raw))
    local proxy = ethereum.decode_transaction(vectors.any_chain.raw)
    assert.is_nil(proxy.to)
    assert.is_false(proxy.chain_id)
  end)

  it("says which field is unknown, and what it is called", function()
    for theirs, ours in pairs {
      maxFeePerGas = "max_fee_per_gas", gasPrice = "gas_price", gas = "gas_limit", gasLimit = "gas_limit",
      input = "data", chainId = "chain_id", accessList = "access_list", blobVersionedHashes = "blob_versioned_hashes",
    } do
      raises(("sign_transaction: unknown field '%s': here it is '%s'"):format(theirs, ours), account.sign_transaction,
        account, with(known.tx, { [theirs] = 1 }))
    end
    raises("unknown field 'tip'; there are: access_list, blob_versioned_hashes, chain_id, data, from, gas_limit",
      ethereum.signing_hash, with(known.tx, { tip = 1 }))
    raises("unknown field '1'", ethereum.signing_hash, { 1 })
  end)

  it("says which field is missing", function()
    for _, name in ipairs { "nonce", "gas_limit" } do
      raises(("sign_transaction: %s is missing (before types)"):format(name), account.sign_transaction, account,
        with(known.tx, { [name] = "none" }))
    end
    raises("no fee: a transaction has max_fee_per_gas", ethereum.signing_hash, with(known.tx, { gas_price = "none" }))
    raises("max_priority_fee_per_gas is missing (EIP-1559)", ethereum.signing_hash,
      with(known.tx, { gas_price = "none", max_fee_per_gas = 1 }))
    raises("to is missing: only a contract's creation has none", ethereum.signing_hash, with(known.tx, { to = "none" }))
    raises("sign_transaction: transaction: table expected, got nothing", account.sign_transaction, account)
    raises("signing_hash: transaction: table expected, got string", ethereum.signing_hash, "0x")
    assert.is_string(ethereum.signing_hash(with(known.tx, { to = "none", data = "0x60016001f3" })))
  end)

  local bad = {
    { { max_fee_per_gas = 1, max_priority_fee_per_gas = 1 }, "gas_price: a transaction of type 2 (EIP-1559) has no" },
    { { type = 2 }, "gas_price: a transaction of type 2 (EIP-1559) has no such field" },
    { { type = 0, access_list = {} }, "access_list: a transaction of type 0 (before types) has no such field" },
    { { type = 4 }, "type: 4 is none of 0 to 3" },
    { { type = 1.5 }, "type: 1.5 is none of 0 to 3" },
    { { chain_id = 0 }, "chain_id: not a number of 1 to 9223372036854775789" },
    { { chain_id = "18446744073709551616" }, "chain_id: out of the range of uint64" },
    { { nonce = "18446744073709551615" }, "nonce: more than 2^64 - 2" },
    { { nonce = -1 }, "nonce: " }, { { nonce = 0.5 }, "nonce: inexact" }, { { nonce = 2 ^ 60 }, "nonce: inexact" },
    { { gas_limit = "0x1ffffffffffffffff" }, "gas_limit: out of the range of uint64" },
    { { value = "1.5" }, "value: not a whole number" }, { { value = "1 ether" }, "value: not a whole number" },
    { { value = "1" .. ("0"):rep(78) }, "value: a number of more than 256 bits" },
    { { to = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAeD" }, "to: checksum of EIP-55" },
    { { to = "vitalik.eth" }, "to: no address" }, { { to = "" }, "to: no address" },
    { { data = "a9059cbb" }, "data: hex digits without 0x in front" },
    { { data = "0x123" }, "data: not pairs of hex digits behind 0x" },
    { { data = "0xzz" }, "data: not pairs of hex digits behind 0x" },
    { { data = ("\1"):rep(1048577) }, "data: more than 1048576 bytes", "too_large" },
    { { from = vectors.addresses[1] }, "from: it is from " .. vectors.addresses[1] .. ", and this account is 0x" },
    { { from = "me" }, "from: no address" },
    { { access_list = { { address = "0x00" } } }, "access_list[1].address: no address" },
    { { access_list = { { address = known.tx.to, storage_keys = { KEYS[1], "0x00" } } } },
      "access_list[1].storage_keys[2]: neither 32 bytes nor 0x and 64 hex digits" },
  }

  it("with a value that is none says which and why", function()
    for _, case in ipairs(bad) do
      local signed, message, code = account:sign_transaction(with(known.tx, case[1]))
      fails(case[3] or "invalid", "sign_transaction: " .. case[2], signed, message, code)
      assert.is_nil(message:find(known.key:sub(3, 12), 1, true))
    end
    local blob = with(known.tx, { gas_price = "none", max_fee_per_gas = 1, max_priority_fee_per_gas = 2,
      max_fee_per_blob_gas = 1, blob_versioned_hashes = { HASH } })
    fails("invalid", "max_priority_fee_per_gas: more than max_fee_per_gas", account:sign_transaction(blob))
    blob.max_fee_per_gas, blob.blob_versioned_hashes = 2, {}
    fails("invalid", "blob_versioned_hashes: none", account:sign_transaction(blob))
    blob.blob_versioned_hashes = { HASH, KEYS[1] }
    fails("invalid", "blob_versioned_hashes: number 2 does not begin with version 01", account:sign_transaction(blob))
    blob.blob_versioned_hashes, blob.to, blob.data = { HASH }, nil, "0x00"
    fails("invalid", "to: missing: a transaction with blobs", account:sign_transaction(blob))
  end)

  it("raises for values of another Lua type", function()
    for name, value in pairs { to = 1, data = {}, value = {}, nonce = true, type = "2", from = 1, access_list = "x" } do
      local tx = with(known.tx, { [name] = value })
      raises("sign_transaction: " .. name .. ": ", account.sign_transaction, account, tx)
    end
    for words, list in pairs {
      ["access_list[1]: table expected, got string"] = { "x" },
      ["access_list[1]: a table {address=, storage_keys=} expected"] = { { address = known.tx.to, keys = {} } },
      ["access_list[1].address: string expected, got nil"] = { { storage_keys = {} } },
      ["access_list[1].storage_keys: a list (table) expected"] = { { address = known.tx.to, storage_keys = "" } },
      ["access_list: a list expected, but it has other keys"] = { [known.tx.to] = {} },
      ["access_list[1].storage_keys[1]: string expected"] = { { address = known.tx.to, storage_keys = { 1 } } },
    } do
      raises(words, account.sign_transaction, account, with(known.tx, { access_list = list }))
    end
  end)

  it("takes bytes as they are or as hex, and its own address", function()
    local one = account:sign_transaction(with(known.tx, { data = "\1\2\3", from = account.address:lower() }))
    assert.same(one, account:sign_transaction(with(known.tx, { data = "0x010203" })))
    local list = { { address = account.address, storage_keys = KEYS } }
    local other = { { address = bytes(account.address), storage_keys = { bytes(KEYS[1]) } } }
    local signed = account:sign_transaction(with(known.tx, { access_list = list }))
    assert.same(signed, account:sign_transaction(with(known.tx, { access_list = other })))
    assert.same(list, ethereum.decode_transaction(signed.raw).access_list)
  end)

  it("is not read when it is changed, cut or longer", function()
    for _, case in ipairs(vectors.transactions) do
      local raw = bytes(case.raw)
      fails("invalid", "decode_transaction: raw: ", ethereum.decode_transaction(raw:sub(1, -2)))
      fails("invalid", "decode_transaction: raw: ", ethereum.decode_transaction(raw .. "\0"))
      local at = math.floor(#raw / 2)
      local other = raw:sub(1, at - 1) .. string.char((raw:byte(at) + 1) % 256) .. raw:sub(at + 1)
      assert.not_equal(case.address, ethereum.recover_transaction(other))
    end
    fails("invalid", "recover_transaction: raw: no bytes", ethereum.recover_transaction "")
    fails("invalid", "recover_transaction: raw: hex digits without 0x", ethereum.recover_transaction(known.raw:sub(3)))
    fails("invalid", "decode_transaction: raw: it is not signed",
      ethereum.decode_transaction(ethereum.rlp.encode { 9, 1, 21000, bytes(known.tx.to), 0, "" }))
    raises("decode_transaction: raw: string expected", ethereum.decode_transaction)
  end)

  it("is not read with a high s", function()
    local tx = assert(ethereum.rlp.decode(bytes(known.raw)))
    local other = high_s(tx[8] .. tx[9] .. string.char(27))
    tx[7], tx[9] = 38, other:sub(33, 64)
    fails("verify", "decode_transaction: raw: ", ethereum.decode_transaction(ethereum.rlp.encode(tx)))
  end)
end)
