-- A contract's ABI in JSON.

local core = require "dstack.core"
local abi = require("dstack").ethereum.abi

-- As compilers write them: tuples with components, overloads, an anonymous event, what has no name.
local ABI = [[ [
  {"type":"constructor","inputs":[{"name":"owner","type":"address"}],"stateMutability":"nonpayable"},
  {"type":"function","name":"transfer","inputs":[{"name":"to","type":"address"},{"name":"amount","type":"uint256"}],
   "outputs":[{"name":"","type":"bool"}],"stateMutability":"nonpayable"},
  {"type":"function","name":"set","inputs":[{"name":"a","type":"tuple[2][]","internalType":"struct C.A[]","components":
   [{"name":"id","type":"bytes32"},{"name":"inner","type":"tuple","components":[{"name":"x","type":"int8"}]}]}],
   "outputs":[],"stateMutability":"view"},
  {"type":"function","name":"set","inputs":[],"outputs":[{"name":"memory","type":"uint256"}]},
  {"type":"event","name":"Transfer","anonymous":false,"inputs":[{"name":"from","type":"address","indexed":true},
   {"name":"to","type":"address","indexed":true},{"name":"value","type":"uint256","indexed":false}]},
  {"type":"event","name":"Raw","anonymous":true,"inputs":[]},
  {"type":"error","name":"Low","inputs":[{"name":"available","type":"uint256"}]},
  {"type":"receive","stateMutability":"payable"}
] ]]

describe("A contract's ABI in JSON", function()
  it("becomes signatures, by place, name and canonical text", function()
    for _, text in ipairs { ABI, '{"contractName":"C","abi":' .. ABI .. "}" } do
      local contract = assert(abi.from_json(text))
      local transfer = "function transfer(address to, uint256 amount) returns (bool)"
      assert.equal(transfer, contract.functions.transfer)
      assert.equal(transfer, contract.functions["transfer(address,uint256)"])
      assert.equal(transfer, contract.functions[1])
      assert.equal("function set((bytes32 id, (int8 x) inner)[2][] a)", contract.functions[2])
      assert.equal("function set() returns (uint256)", contract.functions["set()"])
      assert.is_false(contract.functions.set)
      assert.equal(3, #contract.functions)
      assert.equal("event Transfer(address indexed from, address indexed to, uint256 value)",
        contract.events.Transfer)
      assert.equal("event Raw() anonymous", contract.events.Raw)
      assert.same({ "error Low(uint256 available)" }, { contract.errors[1], contract.errors[2] })
    end
    assert.same({ functions = {}, events = {}, errors = {} }, abi.from_json "[]")
  end)

  it("has signatures that all of abi takes", function()
    local contract = assert(abi.from_json(ABI))
    local data = assert(abi.encode_call(contract.functions.transfer, { "0x" .. ("11"):rep(20), 5 }))
    assert.equal("5", abi.decode_call(contract.functions[1], data).amount)
    assert.equal("0xddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef",
      abi.event(contract.events.Transfer))
    local reverted = assert(abi.encode_call("Low(uint256)", { 7 }))
    assert.equal("7", abi.decode_error(reverted, contract.errors).args.available)
  end)

  it("is refused with the entry that is wrong", function()
    for text, words in pairs {
      ["["] = "text: ", ["7"] = "text: neither a list", ['{"a":[]}'] = "text: neither a list",
      ['{"abi":null}'] = "text: neither a list", ["[7]"] = "text[1]: an object with a type",
      ['[{"name":"f"}]'] = "text[1]: an object with a type",
      ['[{"type":"event"}]'] = "text[1].name: no identifier",
      ['[{"type":"function","name":"f(){"}]'] = "text[1].name: no identifier",
      ['[{"type":"function","name":"f","inputs":7}]'] = "text[1].inputs: a list of parameters expected, got number",
      ['[{"type":"function","name":"f","inputs":[{}]}]'] = "text[1].inputs[1]: an object with a type",
      ['[{"type":"function","name":"f","inputs":[{"type":"uint8) returns (bool"}]}]'] = "inputs[1]: type: not one",
      ['[{"type":"function","name":"f","inputs":[{"type":"uint9"}]}]'] = "text[1]: signature: at character",
      ['[{"type":"function","name":"f","inputs":[{"type":"tuple"}]}]'] = "inputs[1].components: a list",
      ['[{"type":"function","name":"f","inputs":[],"outputs":[{"type":"x y"}]}]'] = "outputs[1]: type: not one",
    } do
      local value, message, code = abi.from_json(text)
      assert.is_nil(value)
      assert.equal("invalid", code)
      assert.matches("abi.from_json: " .. (words:find "^text" and words or ""), message, 1, true)
      assert.matches(words, message, 1, true)
    end
    assert.has_error(function() abi.from_json(core.null) end, "abi.from_json: text: string expected, got "
      .. type(core.null))
  end)

  it("cannot put words into a signature by a parameter's name", function()
    for _, name in ipairs { "indexed", "a) returns (bool", "storage", "payable", "" } do
      local text = ('[{"type":"event","name":"E","inputs":[{"type":"address","name":"%s"}]}]'):format(name)
      assert.equal("event E(address)", assert(abi.from_json(text)).events.E)
    end
  end)
end)
