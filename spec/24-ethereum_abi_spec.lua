-- Amounts, units and the ABI: the examples of Solidity's documentation, cases of another library,
-- and what is refused.

local core = require "dstack.core"
local ethereum = require("dstack").ethereum
local support = require "spec.support"

local abi, units = ethereum.abi, ethereum.units
local vectors = support.vectors "ethereum-abi"

-- nil, a message with these words, this code.
local function refused(code, words, ...)
  local value, message, got = ...
  assert.is_nil(value)
  assert.matches(words, message, 1, true)
  assert.equal(code, got)
end

local function invalid(words, ...)
  refused("invalid", words, ...)
end

-- Whether decoded values are those of the vectors, where every number is text.
local function same(got, wanted)
  if type(got) == "table" then
    assert.equal(#wanted, #got)
    for i = 1, #wanted do
      same(got[i], wanted[i])
    end
  elseif type(got) == "number" then
    assert.equal(tonumber(wanted), got)
  else
    assert.equal(wanted, got)
  end
end

local function word(hex)
  return ("0"):rep(64 - #hex) .. hex
end

local ADDRESS = "0xCD2a3d9F938E13CD947Ec05AbC7FE734Df8DD826"
local MAX = "115792089237316195423570985008687907853269984665640564039457584007913129639935"

describe("units", function()
  it("go both ways", function()
    for text, case in pairs {
      ["1.5"] = { "1500000000000000000", "ether" }, ["0.000000000000000001"] = { "1", "ether" },
      ["21"] = { "21000000000", "gwei" }, ["0.25"] = { "25", 2 }, ["7"] = { "7", "wei" },
      ["0"] = { "0", "finney" }, ["123456.789"] = { "123456789", "kwei" },
      [MAX] = { MAX, 0 }, ["0.3"] = { "300000", "mwei" }, ["0.02"] = { "20000000000", "szabo" },
    } do
      assert.equal(case[1], units.parse(text, case[2]), text)
      assert.equal(text, units.format(case[1], case[2]))
    end
    assert.equal("1", units.format("0x0de0b6b3a7640000", "ether"))
    assert.equal("1.5", units.format(1500, 3))
    assert.equal("2000000000", units.parse(2, "gwei"))
    assert.equal("0", units.parse(-0.0, "wei"))
    if math.maxinteger then -- where Lua has integers, they are exact
      assert.equal("9223372036854775807", units.parse(math.maxinteger, "wei"))
    end
  end)

  it("take nothing that would be rounded or guessed", function()
    for _, junk in ipairs { "", ".", "1.", ".5", "-1", "+1", "1e18", "1,5", "0x1", " 1", "1 ether", "1_0", "1.5.1" } do
      invalid("units.parse: text: not digits with at most one point", units.parse(junk, "ether"))
    end
    invalid("units.parse: text: 2 digits behind the point, and the unit has 1", units.parse("1.50", 1))
    invalid("1 digits behind the point, and the unit has 0", units.parse("1.0", "wei"))
    invalid("units.parse: text: a number of more than 256 bits", units.parse(MAX .. "0", 0))
    invalid("more than 256 bits", units.parse("1" .. ("0"):rep(60), "ether"))
    invalid("units.parse: text: negative", units.parse(-1, "ether"))
    for _, number in ipairs { 1.5, 2 ^ 53 + 2, 0 / 0, math.huge } do
      invalid("units.parse: text: inexact", units.parse(number, "ether"))
    end
    invalid("units.parse: unit: no such unit; there are: wei", units.parse("1", "Ether"))
    invalid("units.parse: decimals: not an integer of 0 to 77", units.parse("1", 78))
    invalid("units.format: decimals: not an integer of 0 to 77", units.format("1", -1))
    invalid("units.format: amount: negative", units.format("-1", 0))
    invalid("units.format: amount: not a whole number", units.format("1.0", 0))
    invalid("units.format: amount: inexact: a number that is not whole", units.format(0.5, 0))
  end)

  it("raise for other types", function()
    assert.has_error(function() units.parse(nil, "ether") end, "units.parse: text: string expected, got nil")
    assert.has_error(function() units.parse "1" end,
      "units.parse: unit: a unit's name or a number of decimals expected, got nothing")
    assert.has_error(function() units.format({}, 1) end,
      "units.format: amount: an amount (text or a number) expected, got table")
  end)
end)

describe("Amounts", function()
  local function encode(kind, value)
    return abi.encode(kind, { value })
  end

  it("are exact in every form", function()
    for value, hex in pairs {
      ["255"] = "ff", ["0xfF"] = "ff", ["0x00ff"] = "ff", ["00255"] = "ff", [255] = "ff", [0] = "0",
      [2 ^ 53] = "20000000000000", ["-0"] = "0", [MAX] = ("f"):rep(64),
    } do
      assert.equal("0x" .. word(hex), encode("uint256", value), tostring(value))
    end
    assert.equal("0x" .. ("f"):rep(64), encode("int8", -1))
    assert.equal("0x" .. ("f"):rep(62) .. "80", encode("int8", "-128"))
    assert.equal("0x" .. ("f"):rep(62) .. "80", encode("int8", "-0x80"))
    assert.equal("0x8" .. ("0"):rep(63),
      encode("int256", "-57896044618658097711785492504343953926634992332820282019728792003956564819968"))
  end)

  it("are in the range of their type", function()
    for _, case in ipairs {
      { "uint8", "256", "out of the range of uint8" }, { "uint8", -1, "negative, which uint8 cannot be" },
      { "int8", 128, "out of the range of int8" }, { "int8", "-129", "out of the range of int8" },
      { "int8", "0xff", "out of the range of int8" }, { "int256", MAX, "out of the range of int256" },
      { "uint256", MAX .. "0", "a number of more than 256 bits" },
      { "uint256", 1.5, "inexact: a number that is not whole" },
      { "uint256", 2 ^ 53 + 2, "inexact: a number beyond 2^53" }, { "uint256", 0 / 0, "inexact" },
      { "uint256", "1e3", "not a whole number in decimal digits" }, { "uint256", "", "not a whole number" },
      { "uint256", "0x", "not a whole number" }, { "uint256", " 1", "not a whole number" },
      { "uint256", true, "an amount (text or a number) expected, got boolean" },
    } do
      invalid("abi.encode: values[1]: " .. case[3], encode(case[1], case[2]))
    end
  end)

  it("come back as numbers or text by their type, not by their value", function()
    for _, case in ipairs {
      { "uint48", 5, 5 }, { "uint48", "281474976710655", 281474976710655 }, { "int48", -5, -5 },
      { "uint56", 5, "5" }, { "uint256", 5, "5" }, { "int256", -5, "-5" }, { "int8", -128, -128 },
    } do
      assert.equal(case[3], abi.decode(case[1], encode(case[1], case[2]))[1])
    end
    if math.type then
      assert.equal("integer", math.type(abi.decode("uint48", encode("uint48", 5))[1]))
      assert.equal("0x" .. word("7fffffffffffffff"), encode("uint256", math.maxinteger))
    end
  end)
end)

describe("The ABI", function()
  it("is that of Solidity's documentation", function()
    for _, case in ipairs(vectors.calls) do
      assert.equal(case.data, abi.encode_call(case.signature, case.values))
      local args = assert(abi.decode_call(case.signature, case.data))
      assert.equal(case.data, abi.encode_call(case.signature, args))
    end
  end)

  it("agrees with another library, both ways", function()
    assert.is_true(#vectors.values >= 50)
    for _, case in ipairs(vectors.values) do
      assert.equal(case.data, abi.encode(case.types, case.values))
      for _, options in ipairs { {}, { lenient = true } } do
        same(assert(abi.decode(case.types, case.data, options)), case.values)
      end
      same(abi.decode(table.concat(case.types, ","), core.unhex(case.data:sub(3))), case.values)
    end
  end)

  it("has a packed form", function()
    for _, case in ipairs(vectors.packed) do
      assert.equal(case.data, abi.encode_packed(case.types, case.values))
    end
    -- Solidity documentation, Non-standard Packed Mode; elements of arrays are padded
    assert.equal("0xffff42000348656c6c6f2c20776f726c6421",
      abi.encode_packed("int16, bytes1, uint16, string", { -1, "0x42", 3, "Hello, world!" }))
    assert.equal("0x" .. word "1" .. word "2", abi.encode_packed("uint8[]", { { 1, 2 } }))
    assert.equal("0x" .. core.hex(core.hash("keccak256", "ab")), abi.hash_packed("string,string", { "a", "b" }))
    refused("unsupported", "abi.encode_packed: type 2: tuples", abi.encode_packed("bool,(bool)", { true, { true } }))
    refused("unsupported", "abi.encode_packed: type 1", abi.encode_packed("string[]", { { "a" } }))
    refused("unsupported", "abi.hash_packed: type 1", abi.hash_packed("uint8[][]", { { { 1 } } }))
  end)

  it("takes and gives members by name", function()
    local signature = "f((uint8 a, string b)[] list, address to)"
    local listed = abi.encode_call(signature, { { { 1, "x" } }, ADDRESS })
    assert.equal(listed, abi.encode_call(signature, { list = { { a = 1, b = "x" } }, to = ADDRESS:lower() }))
    local args = abi.decode_call(signature, listed)
    assert.equal(1, args.list[1].a)
    assert.equal("x", args[1][1][2])
    assert.equal(ADDRESS, args.to)
    assert.equal(listed, abi.encode_call(signature, args))
    args.to = "0x" .. ("0"):rep(40)
    invalid("abi.encode_call: args.to: given by place and by name, and not as the same",
      abi.encode_call(signature, args))
  end)

  it("takes bytes whose length is known as bytes or hex, others as hex", function()
    local text = "0x" .. ("6a"):rep(32)
    assert.equal(text, abi.encode("bytes32", { ("j"):rep(32) }))
    assert.equal(text, abi.encode("bytes32", { text }))
    assert.equal("0x" .. ("6a"):rep(24) .. ("00"):rep(8), abi.encode("function", { ("j"):rep(24) }))
    assert.equal("0x" .. word(("ea"):rep(20)), abi.encode("address", { ("\234"):rep(20) }))
    invalid("values[1]: no address", abi.encode("address", { "my-friend-alice1.eth" }))
    invalid("values[1]: bytes are 0x and an even number of hex digits", abi.encode("bytes", { "j" }))
    invalid("values[1]: bytes are 0x and an even number of hex digits", abi.encode("bytes", { "0x0" }))
    invalid("values[1]: bytes are 0x and an even number of hex digits", abi.encode("bytes", { "0x0g" }))
    invalid("values[1]: 0x and 4 hex digits instead of 8", abi.encode("bytes4", { "0x1234" }))
    invalid("values[1]: a string of 4 characters: neither 1 bytes nor 0x", abi.encode("bytes1", { "0xzz" }))
    invalid("abi.decode: data: hex: an odd number of digits", abi.decode("bytes1", "0x0"))
    assert.same({ "0x", "" }, abi.decode("bytes,string", abi.encode("bytes,string", { "0x", "" })))
  end)

  it("takes no hex that was cut short for bytes", function()
    invalid("values[1]: 0x and 0 hex digits instead of 4", abi.encode("bytes2", { "0x" }))
    invalid("values[1]: 0x and 30 hex digits instead of 64", abi.encode("bytes32", { "0x" .. ("12"):rep(15) }))
    invalid("values[1]: no address", abi.encode("address", { "0x" .. ("1"):rep(18) }))
    assert.is_string(abi.encode("bytes32", { "0x" .. ("xy"):rep(15) }))
    invalid("hash: neither 32 bytes nor 0x and 64 hex digits",
      ethereum.recover_hash("0x" .. ("12"):rep(15), ("00"):rep(65)))
  end)

  it("says where a value is wrong", function()
    for _, case in ipairs {
      { "uint8", {}, "values: 0 items instead of 1" }, { "uint8", { 1, 2 }, "values: 2 items instead of 1" },
      { "", { 1 }, "values: 1 items instead of 0" }, { "", { a = 1 }, "values.a: the type has no member" },
      { "uint8 a", {}, "values.a: missing (an amount expected)" },
      { "uint8 a", { b = 1 }, "values.a: missing" },
      { "uint8 a", { a = 1, b = 2 }, "values.b: the type has no member of that name" },
      { "uint8 a", { 1, b = 2 }, "values: a list with holes, or a table with more" },
      { "uint8[]", { { 1, nil, 3 } }, "values[1]: " }, { "uint8[]", { { n = 0 } }, "values[1]: a list with holes" },
      { "uint8[2]", { { 1 } }, "values[1]: 1 items instead of 2" },
      { "(uint8,bool)[]", { { { 1, true }, { 2, 3 } } }, "values[1][2][2]: a boolean expected, got number" },
      { "string s", { 5 }, "values.s: a string expected, got number" },
      { "address[] who", { { ADDRESS, "0x12" } }, "values.who[2]: no address" },
      { "address", { (ADDRESS:gsub("a", "A", 1)) }, "values[1]: checksum of EIP-55" },
      { "(uint8)", { 1 }, "values[1]: a table expected, got number" },
      { "bool[]", { true }, "values[1]: a list (a table) expected, got boolean" },
      { "bool", { "true" }, "values[1]: a boolean expected, got string" },
    } do
      invalid("abi.encode: " .. case[3], abi.encode(case[1], case[2]))
    end
  end)

  it("raises for arguments of other types", function()
    assert.has_error(function() abi.encode(nil, {}) end, "abi.encode: types: string expected, got nothing")
    assert.has_error(function() abi.encode("bool", true) end, "abi.encode: values: table expected, got boolean")
    assert.has_error(function() abi.encode({ 1 }, {}) end, "abi.encode: types[1]: string expected, got number")
    assert.has_error(function() abi.decode("bool") end, "abi.decode: data: string expected, got nothing")
    assert.has_error(function() abi.decode("bool", "", { strict = true }) end,
      "abi.decode: unknown option 'strict'; there are: lenient")
    assert.has_error(function() abi.selector() end, "abi.selector: signature: string expected, got nil")
  end)
end)

describe("Types and signatures", function()
  it("have the hashes that they are known by", function()
    for text, selector in pairs(vectors.selectors) do
      assert.equal(selector, abi.selector(text))
    end
    for text, topic in pairs(vectors.topics) do
      assert.equal(topic, abi.event(text))
    end
  end)

  it("are read as Solidity writes them", function()
    local transfer = "0xa9059cbb"
    for _, text in ipairs {
      "transfer(address to, uint amount)", "function transfer(address,uint256)",
      " function transfer ( address payable to , uint256 ) external returns ( bool ok ) ; ",
      "transfer(address to,uint256 x) public virtual override",
    } do
      assert.equal(transfer, abi.selector(text), text)
    end
    local tuple = abi.selector "f((uint256,bool[2])[][3],string)"
    assert.equal(tuple, abi.selector "f(tuple(uint a, bool[2] memory b)[][3] calldata x, string memory s)")
    assert.equal(abi.selector "error(bool)", abi.selector "function error(bool)")
    assert.equal(abi.selector "e(bool)", abi.selector "error e(bool x)")
  end)

  it("are refused with the place where they are wrong", function()
    for text, words in pairs {
      ["uint7"] = "at character 1: no such type: 'uint7'", ["uint264"] = "no such type", ["uint08"] = "no such type",
      ["bytes0"] = "no such type", ["bytes33"] = "no such type", ["Foo"] = "no such type: 'Foo'",
      ["bool, "] = "at character 7: a type is missing at the end", ["bool,,bool"] = "at character 6: no type begins",
      ["fixed128x18"] = "fixed-point types are not supported", ["ufixed"] = "fixed-point types are not supported",
      ["bool[0]"] = "at character 6: an array without items", ["()"] = "at character 1: a tuple without members",
      ["bool["] = "neither a number of items nor ]", ["bool[x]"] = "neither a number of items nor ]",
      ["bool[1"] = "neither a number of items nor ]", ["(bool"] = "at character 6: a ) is missing at the end",
      ["bool a b"] = "at character 8: more text than a type and a name", ["bool)"] = "more text",
      ["bool 1a"] = "a name does not begin with a digit", ["bool a, int a"] = "at character 13: the name is there",
      ["bool[99999999]"] = "more than 16777216 bytes", ["uint[9999][9999]"] = "more than 16777216 bytes",
      ["bool" .. ("[]"):rep(33)] = "more than 32 arrays and tuples", [("("):rep(40) .. "bool"] = "too many tuples",
      [("bool,"):rep(4000)] = "more than 16384 characters",
    } do
      invalid("abi.encode: types: ", abi.encode(text, {}))
      invalid(words, abi.encode(text, {}))
    end
    for text, words in pairs {
      [""] = "no name; write a signature as", ["()"] = "no name", ["1f()"] = "no name", ["f"] = "no ( behind the name",
      ["f() sends (bool)"] = "at character 5: nothing that stands behind parameters",
      ["f();x"] = "more text behind",
      ["f() returns"] = "no ( behind returns", ["f() returns (bool) returns (bool)"] = "or a second one",
      ["function f(bool indexed x)"] = "only an event's parameters can be indexed",
      ["f(bool))"] = "nothing that stands",
      ["e(bool indexed,bool indexed,bool indexed,bool indexed)"] = "more indexed parameters than",
    } do
      invalid("abi.selector: signature: at character ", abi.selector(text))
      invalid(words, abi.selector(text))
    end
  end)

  it("are of what is asked for", function()
    invalid("abi.event: signature: of a function, not of an event", abi.event "function f()")
    invalid("abi.encode_call: signature: of an event, not of a function", abi.encode_call("event e()", {}))
    invalid("abi.selector: signature: of an event", abi.selector "event e()")
    invalid("abi.event: signature: an anonymous event has no topic", abi.event "event e() anonymous")
    invalid("abi.decode_error: signature: of a function, not of an error", abi.decode_error("0x01", { "function f()" }))
    invalid("it does not say what the function returns", abi.decode_result("f()", "0x"))
  end)
end)

describe("Strict decoding", function()
  local function decode(types, ...)
    return abi.decode(types, "0x" .. table.concat { ... })
  end

  it("takes words as Solidity has them, lenient or not", function()
    for _, lenient in ipairs { false, true } do
      for _, case in ipairs {
        { "bool", word "2", "a bool that is neither 0 nor 1" },
        { "uint8", word "100", "a number out of the range of its type" },
        { "int8", word "80", "a number out of the range of its type" },
        { "int8", ("f"):rep(60) .. "007f", "a number out of the range of its type" },
        { "address", "01" .. ("0"):rep(62), "an address of more than 20 bytes" },
        { "bytes3", "616263" .. ("0"):rep(57) .. "1", "bytes behind the last one of the type" },
        { "function", ("f"):rep(64), "bytes behind the last one of the type" },
      } do
        invalid("abi.decode: values[1]: at byte 0: " .. case[3],
          abi.decode(case[1], "0x" .. case[2], { lenient = lenient }))
      end
    end
    assert.same({ -128, true }, decode("int8,bool", ("f"):rep(62) .. "80", word "1"))
  end)

  it("takes what encoders write, to the byte", function()
    assert.same({ "a" }, decode("string", word "20", word "1", "61" .. ("0"):rep(62)))
    for _, case in ipairs {
      { "", "values: at byte 0: 32 bytes needed, and the data ends after 0" },
      { word "20", "values[1]: at byte 32: 32 bytes needed, and the data ends after 0" },
      { word "40" .. word "0", "values[1]: at byte 0: the offset is 64, and not 32, where encoders put it" },
      { word "0" .. word "0", "values[1]: at byte 0: the offset is 0, and not 32" },
      { word "60" .. word "0", "values[1]: at byte 0: an offset to behind the end of the data" },
      { ("f"):rep(64), "values[1]: at byte 0: an offset to behind the end of the data" },
      { word "20" .. word "1" .. "61" .. ("0"):rep(61) .. "1", "values[1]: at byte 65: padding that is not zero" },
      { word "20" .. word "1" .. "61", "values[1]: at byte 65: 31 bytes needed, and the data ends after 0" },
      { word "20" .. word "2" .. "61", "values[1]: at byte 64: 2 bytes needed, and the data ends after 1" },
      { word "20" .. ("f"):rep(64), "values[1]: at byte 64: 65 bytes needed, and the data ends after 0" },
      { word "20" .. word "0" .. "00", "values: 1 bytes behind the last value" },
    } do
      invalid("abi.decode: " .. case[2], decode("string", case[1]))
    end
    invalid("values[1]: at byte 32: a list of more items than the data has room for",
      decode("uint8[]", word "20", word "2", word "1"))
    invalid("a list of more items than the data has room for", decode("uint8[]", word "20", ("f"):rep(64)))
    invalid("values[1][2]: at byte 96: a bool", decode("bool[]", word "20", word "2", word "1", word "2"))
    invalid("values.a.b: at byte 32: a bool", decode("(bool x, bool b) a", word "1", word "2"))
  end)

  it("has a lenient way for what contracts write by hand", function()
    local lenient = { lenient = true }
    for data, want in pairs {
      [word "20" .. word "1" .. "61"] = "a",
      [word "20" .. word "1" .. "61" .. ("f"):rep(62)] = "a",
      [word "40" .. word "ff" .. word "1" .. "62" .. ("0"):rep(62)] = "b",
      [word "20" .. word "0" .. "0123"] = "",
    } do
      assert.same({ want }, abi.decode("string", "0x" .. data, lenient))
      invalid("abi.decode: values", abi.decode("string", "0x" .. data))
    end
    -- two offsets to one tail
    local shared = word "40" .. word "40" .. word "1" .. "61" .. ("0"):rep(62)
    assert.same({ "a", "a" }, abi.decode("string,string", "0x" .. shared, lenient))
    invalid("values[2]: at byte 32: the offset is 64, and not 128", abi.decode("string,string", "0x" .. shared))
  end)

  it("does no more work than the data is long", function()
    -- every list holds 16 times the next one: 16^5 values out of 3 KiB
    local data = word "20"
    for _ = 1, 5 do
      data = data .. word "10" .. word(("%x"):format(16 * 32)):rep(16)
    end
    data = data .. word "0"
    refused("too_large", "the data points to its own parts again and again",
      abi.decode("bytes" .. ("[]"):rep(5), "0x" .. data, { lenient = true }))
    invalid("and not", abi.decode("bytes" .. ("[]"):rep(5), "0x" .. data))
    -- deep, honest and static data is read once
    local deep = "uint256" .. ("[2]"):rep(8)
    assert.is_table(abi.decode(deep, "0x" .. word "1":rep(256), { lenient = true }))
  end)

  it("names the selector that it finds", function()
    local data = abi.encode_call("f(bool)", { true })
    invalid("abi.decode_call: data: its selector is " .. data:sub(1, 10) .. ", that of g(bool) is 0x",
      abi.decode_call("g(bool)", data))
    invalid("its selector is 0x,", abi.decode_call("g(bool)", ""))
    assert.same({ "7", ok = "7" }, abi.decode_result("f() returns (uint256 ok)", "0x" .. word "7"))
  end)
end)

describe("Events", function()
  local transfer = "event Transfer(address indexed from, address indexed to, uint256 value)"
  local topic = "0xddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef"
  local from = "0x" .. word(ADDRESS:sub(3):lower())

  it("are read from logs", function()
    assert.equal(topic, abi.event(transfer))
    local log = assert(abi.decode_log(transfer, { topic, from, from }, "0x" .. word "5"))
    assert.equal(ADDRESS, log.from)
    assert.equal(ADDRESS, log[2])
    assert.equal("5", log.value)
    local raw = { core.unhex(topic:sub(3)), core.unhex(from:sub(3)), core.unhex(from:sub(3)) }
    assert.same(log, abi.decode_log(transfer, raw, core.unhex(word "5")))
  end)

  it("show indexed values of more than a word as their hash", function()
    local signature = "event E(string indexed s, uint8[2] indexed list, (bytes b, uint8 n) indexed t, bool x)"
    local topics = assert(abi.encode_topics(signature, { s = "hi", list = { 1, 2 }, t = { "0x61", 3 } }))
    local hash = function(hex) return "0x" .. core.hex(core.hash("keccak256", core.unhex(hex))) end
    assert.same({ abi.event(signature), hash "6869", hash(word "1" .. word "2"),
      hash("61" .. ("0"):rep(62) .. word "3") }, topics)
    local log = assert(abi.decode_log(signature, topics, "0x" .. word "1"))
    assert.equal(topics[2], log.s)
    assert.equal(topics[3], log[2])
    assert.is_true(log.x)
  end)

  it("are looked for by topics, null for what may be anything", function()
    assert.same({ topic, core.null, from }, abi.encode_topics(transfer, { to = ADDRESS }))
    assert.same({ topic, core.null, from }, abi.encode_topics(transfer, { [2] = ADDRESS }))
    assert.same({ topic, core.null, core.null }, abi.encode_topics(transfer))
    assert.same({ "0x" .. word "1" }, abi.encode_topics("event E(bool indexed b) anonymous", { true }))
    invalid("abi.encode_topics: values.to: no address", abi.encode_topics(transfer, { to = "0x" }))
    invalid("values: one in it is of no indexed parameter", abi.encode_topics(transfer, { value = 1 }))
    invalid("values: one in it is of no indexed parameter", abi.encode_topics(transfer, { from = ADDRESS, ADDRESS }))
  end)

  it("are looked for by topics of which any will do", function()
    local other = "0x" .. ("11"):rep(20)
    local any = assert(abi.any_of { ADDRESS, other })
    assert.same({ topic, core.null, { from, "0x" .. word(other:sub(3)) } }, abi.encode_topics(transfer, { to = any }))
    local pairs_of = "event E(uint8[2] indexed pair)"
    local pair = assert(abi.any_of { { 1, 2 } })
    assert.same({ abi.event(pairs_of), { abi.encode_topics(pairs_of, { { 1, 2 } })[2] } },
      abi.encode_topics(pairs_of, { pair }))
    invalid("abi.encode_topics: values.to[2]: no address", abi.encode_topics(transfer,
      { to = abi.any_of { ADDRESS, "0x" } }))
    invalid("abi.encode_topics: values.to: ", abi.encode_topics(transfer, { to = { ADDRESS, other } }))
    invalid("abi.any_of: values: an empty list", abi.any_of {})
    assert.has_error(function() abi.any_of "x" end, "abi.any_of: values: a list expected, got string")
  end)

  it("are told apart", function()
    invalid("abi.decode_log: topics[1]: another event's, not that of Transfer(address,address,uint256)",
      abi.decode_log(transfer, { from, from, from }, "0x" .. word "5"))
    invalid("topics: 4 instead of 3; are the same parameters indexed",
      abi.decode_log(transfer, { topic, from, from, from }, "0x"))
    invalid("topics: 5 instead of 3", abi.decode_log(transfer, { topic, from, from, from, from, from }, "0x"))
    invalid("topics: 0 instead of 3", abi.decode_log(transfer, {}, "0x"))
    invalid("abi.decode_log: topics[2]: neither 32 bytes nor 0x and 64 hex digits",
      abi.decode_log(transfer, { topic, "x", from }, "0x"))
    invalid("values.from: the topic is an address of more than 20 bytes",
      abi.decode_log(transfer, { topic, topic, from }, "0x" .. word "5"))
    invalid("values: 32 bytes behind the last value", abi.decode_log(transfer, { topic, from, from },
      "0x" .. word "5" .. word "6"))
    assert.is_table(abi.decode_log(transfer, { topic, from, from }, "0x" .. word "5" .. word "6", { lenient = true }))
    assert.has_error(function() abi.decode_log(transfer, "x", "") end,
      "abi.decode_log: topics: table expected, got string")
  end)
end)

describe("Errors", function()
  it("are known by their selectors", function()
    local data = assert(abi.encode_call("Error(string)", { "no money" }))
    assert.same({ name = "Error", signature = "Error(string)", args = { "no money" }, message = "no money" },
      abi.decode_error(data))
    local own = "error Low(uint256 available, uint256 needed)"
    data = abi.encode_call("Low(uint256,uint256)", { 1, 2 })
    assert.same({ name = "Low", signature = "Low(uint256,uint256)", message = "Low(uint256,uint256)",
      args = { "1", "2", available = "1", needed = "2" } }, abi.decode_error(data, { own }))
    invalid("abi.decode_error: data: no signature here has the selector " .. data:sub(1, 10), abi.decode_error(data))
    invalid("abi.decode_error: data: empty", abi.decode_error "0x")
    invalid("abi.decode_error: args", abi.decode_error("0x08c379a0"))
    assert.has_error(function() abi.decode_error("0x00", own) end,
      "abi.decode_error: signatures: table expected, got string")
  end)

  it("say what a panic means", function()
    for number, meaning in pairs(abi.panics) do
      local data = abi.encode_call("Panic(uint256)", { number })
      assert.equal(("panic 0x%02x: %s"):format(number, meaning), abi.decode_error(data).message)
    end
    assert.equal("panic 0x99: unknown", abi.decode_error(abi.encode_call("Panic(uint256)", { 0x99 })).message)
    assert.equal("panic: unknown", abi.decode_error(abi.encode_call("Panic(uint256)", { MAX })).message)
  end)
end)
