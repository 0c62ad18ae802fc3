-- Typed data (EIP-712): the standard's example, cases of another library, and what is refused.

local core = require "dstack.core"
local ethereum = require("dstack").ethereum
local support = require "spec.support"

local typed_data = ethereum.typed_data
local vectors = support.vectors "ethereum-typed-data"

-- nil, a message with these words, the code "invalid".
local function invalid(words, ...)
  local value, message, code = ...
  assert.is_nil(value)
  assert.matches(words, message, 1, true)
  assert.equal("invalid", code)
end

-- A deep copy of the standard's example: domain, types, message.
local function mail()
  local function copy(value)
    if type(value) ~= "table" then
      return value
    end
    local out = {}
    for key, inner in pairs(value) do
      out[key] = copy(inner)
    end
    return out
  end
  local form = copy(vectors.cases[1].form)
  return form.domain, { Person = form.types.Person, Mail = form.types.Mail }, form.message
end

local HASH = vectors.cases[1].hash

describe("Typed data", function()
  it("is that of the standard", function()
    local domain, types, message = mail()
    assert.equal("0xbe609aee343fb3c4b28e1df9e632fca64fcfaede20f02e86244efddf30957bd2", HASH)
    assert.equal(HASH, typed_data.hash(domain, types, message))
    assert.equal(HASH, typed_data.hash(domain, types, message, "Mail"))
    assert.equal(vectors.mail.type, typed_data.encode_type(types, "Mail"))
    assert.equal(vectors.mail.type_hash,
      "0x" .. core.hex(core.hash("keccak256", typed_data.encode_type(types, "Mail"))))
    assert.equal(vectors.mail.separator, typed_data.domain_separator(domain))
    assert.equal(vectors.mail.struct, typed_data.struct_hash(types, "Mail", message))
  end)

  it("agrees with another library", function()
    assert.is_true(#vectors.cases > 30)
    for _, case in ipairs(vectors.cases) do
      local form = case.form
      assert.equal(case.hash, typed_data.hash(form), case.name)
      assert.equal(case.hash, typed_data.hash(form.domain, form.types, form.message, form.primaryType))
      assert.equal(case.separator, typed_data.domain_separator(form.domain))
      assert.equal(case.struct, typed_data.struct_hash(form.types, form.primaryType, form.message))
    end
  end)

  it("comes in the form of wallets too, also as JSON", function()
    local domain, types, message = mail()
    assert.equal(HASH, typed_data.hash { domain = domain, types = types, message = message })
    assert.equal(HASH, typed_data.hash { domain = domain, types = types, message = message, primary_type = "Mail" })
    local json = [[{"types":{"A":[{"name":"n","type":"uint256"},{"name":"b","type":"bytes"}]},"primaryType":"A",
      "domain":{"chainId":%s},"message":{"n":%s,"b":"0x00ff"}}]]
    local big = "115792089237316195423570985008687907853269984665640564039457584007913129639935"
    assert.equal(typed_data.hash({ chainId = "1" }, { A = { { name = "n", type = "uint256" },
      { name = "b", type = "bytes" } } }, { n = big, b = "0x00ff" }), typed_data.hash(json:format("1", big)))
    invalid("typed_data.hash: json", typed_data.hash "{")
    invalid("typed_data.hash: the JSON is no object", typed_data.hash "null")
    invalid("typed_data.hash: member 'types': table expected, got nothing", typed_data.hash "{}")
    invalid("typed_data.hash: ", typed_data.hash '{"types":{},"domain":{},"message":{},"message":{}}')
    invalid("member 'message': table expected, got userdata", typed_data.hash '{"types":{},"domain":{},"message":null}')
    invalid("member 'primaryType': string expected",
      typed_data.hash '{"types":{},"domain":{},"message":{},"primaryType":1}')
    invalid("a member that is none of types, primaryType, domain, message", typed_data.hash '{"x":1}')
  end)

  it("takes any of the domain's members, in the standard's order", function()
    local domain = {
      salt = ("s"):rep(32), chainId = 1, name = "", verifyingContract = ("\4"):rep(20), version = "1",
    }
    local hash = function(text) return core.hash("keccak256", text) end
    local members = {
      { "name", "string", hash "" }, { "version", "string", hash "1" },
      { "chainId", "uint256", ("\0"):rep(31) .. "\1" },
      { "verifyingContract", "address", ("\0"):rep(12) .. domain.verifyingContract },
      { "salt", "bytes32", domain.salt },
    }
    for set = 0, 31 do
      local some, text, data = {}, {}, ""
      for i, member in ipairs(members) do
        if math.floor(set / 2 ^ (i - 1)) % 2 == 1 then
          some[member[1]] = domain[member[1]]
          text[#text + 1] = member[2] .. " " .. member[1]
          data = data .. member[3]
        end
      end
      local type_hash = hash("EIP712Domain(" .. table.concat(text, ",") .. ")")
      assert.equal("0x" .. core.hex(hash(type_hash .. data)), typed_data.domain_separator(some))
    end
    invalid("typed_data.domain_separator: domain.chainID: the type has no member of that name",
      typed_data.domain_separator { chainID = 1 })
    invalid("domain.chainId: inexact", typed_data.domain_separator { chainId = 1.5 })
  end)

  it("takes a domain's type as it is given", function()
    local domain, types, message = mail()
    types.EIP712Domain = { { name = "version", type = "string" }, { name = "name", type = "string" } }
    invalid("typed_data.hash: domain.chainId: the type has no member", (function()
      domain.verifyingContract = nil
      return typed_data.hash(domain, types, message)
    end)())
    domain.chainId = nil
    assert.equal("EIP712Domain(string version,string name)", typed_data.encode_type(types, "EIP712Domain"))
    assert.not_equal(typed_data.domain_separator(domain), typed_data.domain_separator(domain, types))
    assert.is_string(typed_data.hash(domain, types, message))
    domain.name = nil
    invalid("typed_data.hash: domain.name: missing", typed_data.hash(domain, types, message))
  end)

  it("finds what the message is, or wants to be told", function()
    local domain, types, message = mail()
    types.Letter = { { name = "a", type = "bool" } }
    invalid("typed_data.hash: primary_type: not one struct but none or several",
      typed_data.hash(domain, types, message))
    assert.equal(HASH, typed_data.hash(domain, types, message, "Mail"))
    invalid("types: there is no struct 'Post' among them", typed_data.hash(domain, types, message, "Post"))
    invalid("primary_type: the domain is no message", typed_data.hash(domain, types, message, "EIP712Domain"))
    invalid("typed_data.encode_type: types: there is no struct", typed_data.encode_type(types, "Post"))
  end)

  it("names the member that is wrong", function()
    local function with(change)
      local domain, types, message = mail()
      types.Mail[2].type = "Person[]"
      message.to = { message.to }
      change(message, types, domain)
      return typed_data.hash(domain, types, message)
    end
    assert.is_string(with(function() end))
    for words, change in pairs {
      ["message.to[1].wallet: missing (an address as text expected)"] = function(m) m.to[1].wallet = nil end,
      ["message.to[1].wallet: no address"] = function(m) m.to[1].wallet = "0x12" end,
      ["message.to[1].wallet: checksum of EIP-55"] = function(m) m.to[1].wallet = m.to[1].wallet:gsub("B", "b", 1) end,
      ["message.to[2]: a table expected, got string"] = function(m) m.to[2] = "x" end,
      ["message.to: a list (a table) expected, got boolean"] = function(m) m.to = true end,
      ["message.to: a list with holes"] = function(m) m.to.x = 1 end,
      ["message.from.age: the type has no member of that name"] = function(m) m.from.age = 1 end,
      ["message.from: a table with more in it than members by name"] = function(m) m.from[1] = 1 end,
      ["message.from: missing (a table expected)"] = function(m) m.from = nil end,
      ["message.contents: a string expected, got userdata"] = function(m) m.contents = core.null end,
      ["domain.chainId: negative, which uint256 cannot be"] = function(_, _, d) d.chainId = -1 end,
    } do
      invalid("typed_data.hash: " .. words, with(change))
    end
  end)

  it("takes bytes as hex, and those of a known length as they are too", function()
    local function hash(kind, value)
      return typed_data.struct_hash({ A = { { name = "x", type = kind } } }, "A", { x = value })
    end
    assert.equal(hash("bytes32", ("ab"):rep(16)), hash("bytes32", "0x" .. ("6162"):rep(16)))
    assert.not_equal(hash("bytes", "0x6162"), hash("bytes", "0x6163"))
    assert.equal(hash("bytes", "0x6162"):len(), 66)
    invalid("typed_data.struct_hash: value.x: bytes are 0x and an even number", hash("bytes", "ab"))
  end)

  it("refuses types that are none", function()
    local function with(types)
      return typed_data.struct_hash(types, "A", {})
    end
    local function member(kind, name)
      return { A = { { name = "ok", type = "bool" }, { name = name or "x", type = kind } } }
    end
    for kind, words in pairs {
      Persn = "at character 1: no such type: 'Persn'", uint = "EIP-712 has no second spellings",
      ["bool "] = "at character 5: more text than a type", [" bool"] = "no type begins here",
      [""] = "a type is missing", ["int[]"] = "no second spellings",
      ["function"] = "no such type: 'function'", ["(bool)"] = "no type begins here", ["tuple(bool)"] = "no such type",
      ["bool[0]"] = "an array without items", ["bool[02]"] = "no second spellings", ["uint7"] = "no such type",
      ["bool[ 2]"] = "neither a number of items nor ]", ["bool x"] = "more text than a type",
    } do
      invalid("typed_data.struct_hash: types.A[2]: ", with(member(kind)))
      invalid(words, with(member(kind)))
    end
    invalid("types.A[2]: a member's name is made of", with(member("bool", "a b")))
    invalid("types.A[2]: a member's name is made of", with(member("bool", "")))
    invalid("types.A[2]: a second member of the same name", with(member("bool", "ok")))
    invalid("types.uint8: the name of a type that is no struct", with { uint8 = {} })
    invalid("types.A B: a struct's name is made of", with { ["A B"] = {} })
    invalid("types.A(bool x)C: a struct's name is made of", with { ["A(bool x)C"] = {} })
    invalid("types: a struct's name is a string, not a number", with { {} })
    invalid("types.A: a list of members expected, got boolean", with { A = true })
    invalid("types.A[1]: a table {name =, type =} expected, got string", with { A = { "bool x" } })
    invalid("types.A[1].type: a string expected, got nil", with { A = { { name = "x" } } })
    invalid("types.A[1].name: a string expected, got number", with { A = { { name = 1, type = "bool" } } })
  end)

  it("takes names of structs with a colon, as some exchanges have them", function()
    local types = { ["Venue:Send"] = { { name = "to", type = "address" } } }
    assert.equal("Venue:Send(address to)", typed_data.encode_type(types, "Venue:Send"))
    types.All = { { name = "list", type = "Venue:Send[]" } }
    assert.equal("All(Venue:Send[] list)Venue:Send(address to)", typed_data.encode_type(types, "All"))
  end)

  it("lets a struct hold itself in a list only", function()
    local tree = { Node = { { name = "children", type = "Node[]" } } }
    local leaf = { children = {} }
    assert.is_string(typed_data.struct_hash(tree, "Node", { children = { leaf, { children = { leaf } } } }))
    for _, types in ipairs {
      { A = { { name = "a", type = "A" } } }, { A = { { name = "a", type = "A[2]" } } },
      { A = { { name = "b", type = "B" } }, B = { { name = "a", type = "A" } } },
      { A = { { name = "b", type = "B[1][1]" } }, B = { { name = "c", type = "C" } },
        C = { { name = "a", type = "A" } } },
    } do
      invalid("typed_data.encode_type: types.A: cyclic", typed_data.encode_type(types, "A"))
    end
    assert.equal("A(B b)B(A[] a)", typed_data.encode_type({ A = { { name = "b", type = "B" } },
      B = { { name = "a", type = "A[]" } } }, "A"))
  end)

  it("ends where a message does not", function()
    local tree = { Node = { { name = "children", type = "Node[]" } } }
    local loop = {}
    loop.children = { loop }
    invalid("nested too deep, or a table that holds itself", typed_data.struct_hash(tree, "Node", loop))
    local deep = { children = {} }
    for _ = 1, 31 do
      deep = { children = { deep } }
    end
    assert.is_string(typed_data.struct_hash(tree, "Node", deep))
    invalid("nested too deep", typed_data.struct_hash(tree, "Node", { children = { { children = { deep } } } }))
    local many, member = {}, { name = "x", type = "bool" }
    for i = 1, 257 do
      many["T" .. i] = { member }
    end
    invalid("types: more than 256 structs", typed_data.encode_type(many, "T1"))
  end)

  it("raises for arguments of other types", function()
    local domain, types = mail()
    assert.has_error(function() typed_data.hash(domain, types, 1) end,
      "typed_data.hash: message: table expected, got number")
    assert.has_error(function() typed_data.hash(domain, 1, {}) end,
      "typed_data.hash: types: table expected, got number")
    assert.has_error(function() typed_data.hash() end, "typed_data.hash: domain: table expected, got nothing")
    assert.has_error(function() typed_data.hash(domain, types, {}, 1) end,
      "typed_data.hash: primary_type: string expected, got number")
    assert.has_error(function() typed_data.encode_type(types) end,
      "typed_data.encode_type: name: string expected, got nil")
    assert.has_error(function() typed_data.struct_hash(types, "Mail") end,
      "typed_data.struct_hash: value: table expected, got nil")
  end)
end)
