-- Ethereum's provider and accounts that are connected to one, against a small node of our own.

local core = require "dstack.core"
local dstack = require "dstack"
local ethereum = require "dstack.ethereum"
local node_of = require "spec.support.node"
local support = require "spec.support"

local fails, params = node_of.fails, node_of.params

local TOKEN = "0x5FbDB2315678afecb367f032d93F642f64180aa3"
local HASH = "0x" .. ("ab"):rep(32)

local server

local function provider(fault, options)
  options = options or {}
  options.endpoint = server.ethereum(fault)
  return assert(ethereum.provider(options))
end

local function account(byte)
  return (assert(ethereum.account_from_key(("\1"):rep(31) .. (byte or "\1"))))
end

-- A provider whose node answers with these results, and the transport that gives them.
local function answering(...)
  local transport = node_of.answering(...)
  return assert(ethereum.provider { endpoint = "https://node.example/", transport = transport }), transport
end

setup(function() server = support.rpc_server() end)
teardown(function() server.stop() end)

describe("A provider", function()
  it("asks what a chain is like", function()
    local node = provider()
    assert.equal(31337, node:chain_id())
    assert.equal(69201, node:block_number())
    assert.equal("1000000007", node:gas_price())
    assert.equal("1000000000", node:max_priority_fee_per_gas())
    assert.equal("100000000000000000000", node:balance(account().address))
    assert.equal("100000000000000000000", node:balance(account()))
    assert.equal(0, node:nonce(account().address, "pending"))
    assert.equal("0x6080604052", node:code(TOKEN))
    assert.equal("0x", node:code(account().address))
    assert.equal(21000, node:estimate_gas { from = account().address, to = account().address, value = 1 })
    assert.equal("0x" .. ("0"):rep(63) .. "6", node:call(TOKEN, "0x313ce567"))
    assert.equal(false, node:request "eth_syncing")
    assert.matches("^Provider%(http://127%.0%.0%.1:%d+%)$", tostring(node))
    node:close()
    fails("closed", "the client is closed", node:chain_id())
  end)

  it("reads blocks", function()
    local node = provider()
    local block = assert(node:block())
    assert.equal(69200, block.number)
    assert.equal("7", block.base_fee_per_gas)
    assert.equal(30000000, block.gas_limit)
    assert.same({}, block.transactions)
    assert.equal("0x0", block.extra.difficulty)
    assert.equal(block.hash, node:block(69200).hash)
    assert.equal(block.hash, node:block_by_hash(block.hash).hash)
    assert.equal(block.parent_hash, node:block(69199, true).hash)
    local none, why = node:block(10 ^ 9)
    assert.is_false(none)
    assert.matches("^eth_getBlockByNumber at .*: there is no such block$", why)
    assert.is_false(node:block_by_hash(HASH))
  end)

  it("reads logs", function()
    local logs = assert(provider():logs { address = TOKEN, from_block = 0, to_block = "latest" })
    assert.equal(1, #logs)
    assert.equal(TOKEN:lower(), logs[1].address)
    assert.equal(69200, logs[1].block_number)
    assert.equal(3, #logs[1].topics)
    assert.is_false(logs[1].removed)
  end)

  it("says that there is none, as yet, by false", function()
    local node = provider()
    local receipt, why = node:receipt(HASH)
    assert.is_false(receipt)
    assert.matches("^eth_getTransactionReceipt at http.*: no receipt yet: not mined, or not known$", why)
    assert.is_false((node:transaction(HASH)))
  end)

  it("asks several things at once", function()
    local answers = assert(provider():batch {
      { "chain_id" }, { "balance", account().address }, { "receipt", HASH }, { "request", "net_version" },
      { "request", "eth_nothing", { 1 } }, { "call", TOKEN, "0x11223344" }, { "logs", { address = TOKEN } },
    })
    assert.same({ result = 31337 }, answers[1])
    assert.same({ result = "100000000000000000000" }, answers[2])
    assert.is_false(answers[3].result)
    assert.matches("no receipt yet", answers[3].message)
    assert.same({ result = "31337" }, answers[4])
    assert.equal("unsupported", answers[5].code)
    assert.equal("rpc", answers[6].code)
    assert.equal("no such function", answers[6].details.revert.message)
    assert.equal(1, #answers[7].result)
    for _, fault in ipairs { "wrong_id", "text_id" } do
      fails("reply", "^batch at .*: answer 1: id: not that of a request in this batch$",
        provider(fault):batch { { "chain_id" } })
    end
    fails("rpc", "^batch at .*batches are not taken", provider("no_batch"):batch { { "chain_id" } })
    fails("invalid", "^batch: call 1: balance: address: ", provider():batch { { "balance", "0x12" } })
    fails("invalid", "nothing in it", provider():batch {})
    assert.error_matches(function() provider():batch { { "send" } } end, "batch: call 1: .*there is no send")
    assert.error_matches(function() provider():batch(7) end, "batch: a list of")
  end)
end)

describe("A provider's arguments", function()
  it("go out as the Execution APIs have them", function()
    local node, transport = answering('"0x1"', '"0x1"', '"0x1"', '"0x"', '"0x5208"', "[]", "[]", '"0x"')
    local address = account().address
    node:balance(address, 255)
    node:balance(address:lower(), "0xff")
    node:balance { address = address, block = "safe" }
    node:call { to = TOKEN, data = "\1\255", from = address, value = "1000000000000000000", gas_limit = 50000,
      block = 1 }
    node:estimate_gas { to = TOKEN, max_fee_per_gas = "7", max_priority_fee_per_gas = 1,
      access_list = { { address = TOKEN, storage_keys = { HASH } } } }
    node:logs { address = { TOKEN, address }, topics = { dstack.null, { HASH, HASH }, HASH }, from_block = 16 }
    node:logs { block_hash = HASH, topics = {} }
    node:call(TOKEN)
    assert.same({ address, "0xff" }, params(transport, 1))
    assert.same({ address, "0xff" }, params(transport, 2))
    assert.same({ address, "safe" }, params(transport, 3))
    assert.same({ { to = TOKEN, data = "0x01ff", from = address, value = "0xde0b6b3a7640000", gas = "0xc350" }, "0x1" },
      params(transport, 4))
    assert.same({ { to = TOKEN, maxFeePerGas = "0x7", maxPriorityFeePerGas = "0x1",
      accessList = { { address = TOKEN, storageKeys = { HASH } } } } }, params(transport, 5))
    assert.same({ { address = { TOKEN, address }, topics = { dstack.null, { HASH, HASH }, HASH },
      fromBlock = "0x10" } },
      params(transport, 6))
    assert.matches('"topics":[]', transport.requests[7].body, 1, true)
    assert.same({ { to = TOKEN }, "latest" }, params(transport, 8))
    for _, request in ipairs(transport.requests) do
      assert.is_nil(request.fresh)
    end
  end)

  it("are refused with their name", function()
    local node = provider()
    local address = account().address
    for words, call in pairs {
      ["^balance: address: "] = function() return node:balance "0x1234" end,
      ["^balance: address: .*checksum"] = function() return node:balance(TOKEN:gsub("F", "f")) end,
      ["^balance: block: neither a block's number nor latest"] = function() return node:balance(address, "last") end,
      ["^balance: block: .*whole"] = function() return node:balance(address, 1.5) end,
      ["^block: block: "] = function() return node:block(-1) end,
      ["^block_by_hash: hash: not a hash: 0x and 64 hex digits"] = function() return node:block_by_hash "0x12" end,
      ["^transaction: hash: not a hash"] = function() return node:transaction(("ab"):rep(32)) end,
      ["^call: data: 0x, but no hex digits in pairs"] = function() return node:call(TOKEN, "0x123") end,
      ["^call: data: nothing but hex digits"] = function() return node:call(TOKEN, "313ce567") end,
      ["^call: value: "] = function() return node:call { to = TOKEN, value = "1.5" } end,
      ["^logs: block_hash: it takes the place"] = function() return node:logs { block_hash = HASH, from_block = 1 } end,
      ["^logs: topics%[2%]%[1%]: not a hash"] = function() return node:logs { topics = { HASH, { "0x" } } } end,
      ["^send_raw_transaction: raw: 0x, but no hex"] = function() return node:send_raw_transaction "0x0" end,
      ["^wait_for_receipt: timeout: not a finite number"] = function() return node:wait_for_receipt(HASH, -1) end,
      ["^wait_for_receipt: confirmations: not a whole"] = function() return node:wait_for_receipt(HASH, 1, 1.5) end,
    } do
      fails("invalid", words, call())
    end
    for words, call in pairs {
      ["balance: address: string expected, got nil"] = function() node:balance() end,
      ["balance: unknown argument 'adress'"] = function() node:balance { adress = "" } end,
      ["call: unknown argument 'nonce'"] = function() node:call { to = TOKEN, nonce = 1 } end,
      ["balance: block: .*got table"] = function() node:balance(address, {}) end,
      ["balance: 3 arguments given, at most 2"] = function() node:balance(address, 1, 2) end,
      ["block: full: a boolean expected, got string"] = function() node:block(1, "yes") end,
      ["Provider:chain_id: methods are called with a colon"] = function() node.chain_id() end,
      ["wait_for_receipt: hash: string expected, got nothing"] = function() node:wait_for_receipt {} end,
      ["wait_for_receipt: unknown option 'tries'"] = function() node:wait_for_receipt { hash = HASH, tries = 1 } end,
      ["estimate_gas: access_list%[1%]: address: .*got nothing"] = function()
        node:estimate_gas { access_list = { { storage_keys = {} } } }
      end,
    } do
      assert.error_matches(call, words)
    end
  end)
end)

describe("A provider's reply", function()
  it("has quantities that are exact, in their one form", function()
    for text, value in pairs { ['"0x0"'] = "0", ['"0xA"'] = "10", ['"0x' .. ("f"):rep(64) .. '"'] =
      "115792089237316195423570985008687907853269984665640564039457584007913129639935" } do
      assert.equal(value, answering(text):gas_price())
    end
    for text, value in pairs { ['"0x0"'] = 0, ['"0x20000000000000"'] = 9007199254740992 } do
      assert.equal(value, answering(text):chain_id())
    end
    for text, words in pairs {
      ['"0x"'] = "not a quantity", ['"0x00"'] = "zeros in front", ['"0x0f"'] = "zeros in front",
        ['"15"'] = "not a quantity",
      ["15"] = "a quantity expected, got a number", ["null"] = "got null", ['"0xg"'] = "hex digits",
        ['"0X1"'] = "not a quantity",
      ['"-0x1"'] = "not a quantity", ['"0x1' .. ("0"):rep(64) .. '"'] = "", ["[]"] = "got a table",
        ['" 0x1"'] = "not a quantity",
    } do
      fails("reply", "^eth_gasPrice at https://node%.example: .*" .. words, answering(text):gas_price())
      fails("reply", "^eth_chainId at https://node%.example: .*" .. words, answering(text):chain_id())
    end
    fails("reply", "a number beyond 2%^53", answering('"0x20000000000001"'):chain_id())
  end)

  it("is refused with the member that is wrong", function()
    local node = provider()
    local sent = assert(account():connect(node):send_transaction { to = TOKEN, data = "0xa9059cbb" })
    assert(sent:wait { interval = 0.01 })
    local receipt = node:request("eth_getTransactionReceipt", { sent.hash })
    local transaction = node:request("eth_getTransactionByHash", { sent.hash })
    local block = node:request("eth_getBlockByNumber", { "latest", false })
    local json = require "dstack.json"
    local function with(value, name, changed)
      local old = value[name]
      value[name] = changed
      local text = json.encode(value)
      value[name] = old
      return text
    end
    assert.equal(sent.hash, assert(answering(json.encode(receipt)):receipt(sent.hash)).transaction_hash)
    for name, case in pairs {
      transactionHash = { HASH, "transaction_hash: not that which was asked for" }, blockNumber = { "0x01", "zeros" },
      status = { "1", "not a quantity" }, logs = { { {} }, "%[1%]: address: not an address" },
      to = { "0x12", "not an address" },
      from = { dstack.null, "not an address: null" }, logsBloom = { "0x123", "not bytes in hex: 0x123" },
      gasUsed = { nil, "a quantity expected, got nothing" },
    } do
      fails("reply", "^eth_getTransactionReceipt at .*: .*" .. case[2],
        answering(with(receipt, name, case[1])):receipt(sent.hash))
    end
    for name, case in pairs {
      hash = { HASH, "hash: not that" }, value = { "0x", "quantity" }, input = { "0x1", "bytes" },
    } do
      fails("reply", "^eth_getTransactionByHash at .*" .. case[2],
        answering(with(transaction, name, case[1])):transaction(sent.hash))
    end
    for name, case in pairs { number = { "0x1", "not the block" }, transactions = { "0x", "a list expected" } } do
      fails("reply", "^eth_getBlockByNumber at .*" .. case[2], answering(with(block, name, case[1])):block(69202))
    end
    local number = tonumber(block.number)
    for _, asked in ipairs { number + 1, ("%d"):format(number + 1), "0x" .. ("f"):rep(64) } do
      fails("reply", "not the block that was asked for", answering(json.encode(block)):block(asked))
      fails("reply", "not the block that was asked for", answering(with(block, "number", dstack.null)):block(asked))
    end
    for _, asked in ipairs { number, ("%d"):format(number), "0x000" .. block.number:sub(3), "latest" } do
      assert.equal(number, assert(answering(json.encode(block)):block(asked)).number)
    end
    fails("reply", "an object expected, got a string", answering('"x"'):block())
    fails("reply", "a list expected, got a table", answering("{\"a\":1}"):logs {})
    fails("reply", "not bytes in hex", answering('"0xabc"'):code(TOKEN))
  end)

  it("is refused when the server is wrong in any other way", function()
    for fault, code in pairs { wrong_id = "reply", zeros_in_front = "reply", no_digits = "reply", decimal = "reply",
      number = "reply", null = "reply", huge = "reply", too_huge = "reply", word = "reply", duplicate = "reply",
      status_503 = "http", truncated = "closed" } do
      fails(code, "^eth_chainId at ", provider(fault):chain_id())
    end
  end)
end)

describe("A fee suggestion", function()
  local function history(base, used, reward)
    return ('{"oldestBlock":"0x1","baseFeePerGas":%s,"gasUsedRatio":%s,"reward":%s}'):format(base, used, reward)
  end

  it("is twice the next base fee and the median of the blocks' medians", function()
    local node, transport = answering(history('["0x1","0x2","0x64"]', "[0.1,1]", '[["0x5"],["0x9"]]'))
    assert.same({ base_fee_per_gas = "100", max_priority_fee_per_gas = "5", max_fee_per_gas = "205" },
      node:fee_suggestion())
    assert.same({ "0x14", "latest", { 50 } }, params(transport))
    assert.same({ base_fee_per_gas = "7", max_priority_fee_per_gas = "1000000000", max_fee_per_gas = "1000000014" },
      provider():fee_suggestion())
  end)

  it("leaves empty blocks out, and sorts by size and not by letters", function()
    local node = answering(history('["0x1"]', "[0.5,0,0.5,0.5]", '[["0x64"],["0x0"],["0x9"],["0xa"]]'))
    assert.equal("10", node:fee_suggestion().max_priority_fee_per_gas)
  end)

  it("is exact beyond what numbers can say", function()
    local base = "0xde0b6b3a763ffff" -- 10^18 - 1
    assert.same({ base_fee_per_gas = "999999999999999999", max_priority_fee_per_gas = "2",
      max_fee_per_gas = "2000000000000000000" },
      answering(history('["' .. base .. '"]', "[1]", '[["0x2"]]')):fee_suggestion())
  end)

  it("asks the node where nobody has paid anything", function()
    assert.equal("1000000000", provider("empty"):fee_suggestion().max_priority_fee_per_gas)
    local node = answering('{"oldestBlock":"0x1","baseFeePerGas":["0x1"],"gasUsedRatio":[0.5]}', '"0x3"')
    assert.equal("5", node:fee_suggestion().max_fee_per_gas)
  end)

  it("is not there on a chain without base fees", function()
    fails("unsupported", "eth_feeHistory", provider("old"):fee_suggestion())
    fails("unsupported", "no base fee, so the chain is of before EIP%-1559: use gas_price", answering(history("[]",
      "[]",
      "[]")):fee_suggestion())
  end)
end)

describe("A contract's function", function()
  it("is called by its signature", function()
    local node = provider()
    assert.same({ "1500000" }, node:call_function(TOKEN, "balanceOf(address) returns (uint256)", { account().address }))
    assert.same({ "TEST" }, node:call_function(TOKEN, "symbol() returns (string)"))
    assert.same({ 6 }, node:call_function { to = TOKEN, signature = "decimals() returns (uint8)", block = "latest" })
  end)

  it("tells why it reverted", function()
    local details = fails("rpc", "^eth_call at .*refused: execution reverted: no such function %(code 3%)$",
      provider():call_function(TOKEN, "nothing()"))
    assert.equal("Error(string)", details.revert.signature)
    assert.same({ "no such function" }, details.revert.args)
    local _, message = provider():call(TOKEN, "0x0000dead")
    assert.matches("reverted: panic 0x11: arithmetic overflow or underflow$", message)
  end)

  it("tells a contract's own error", function()
    local data = ethereum.abi.encode_call("TooSoon(uint256)", { 7 })
    local body = ('{"jsonrpc":"2.0","id":1,"error":{"code":3,"message":"execution reverted","data":"%s"}}'):format(data)
    local function node()
      return ethereum.provider { endpoint = "http://x", transport = support.transport { { body = body } } }
    end
    local details = fails("rpc", "reverted with an error of its own, selector " .. data:sub(1, 10),
      node():call_function(TOKEN, "f()"))
    assert.is_nil(details.revert)
    assert.equal(data, details.revert_data)
    details = fails("rpc", "TooSoon%(uint256%)$", node():call_function {
      to = TOKEN, signature = "f()", errors = { "TooSoon(uint256)" },
    })
    assert.same({ "7" }, details.revert.args)
  end)

  it("finds revert data where other nodes put it", function()
    local data = "0x08c379a0" .. ("0"):rep(62) .. "20" .. ("0"):rep(63) .. "26869" .. ("0"):rep(60)
    for _, shape in ipairs { '"%s"', '"Reverted %s"', '{"data":"%s"}', '{"data":{"data":"%s"}}', '{"result":"%s"}' } do
      local body = '{"jsonrpc":"2.0","id":1,"error":{"code":-32015,"message":"VM execution error","data":'
        .. shape:format(data) .. "}}"
      local node = ethereum.provider { endpoint = "http://x", transport = support.transport { { body = body } } }
      local details = fails("rpc", "reverted: hi$", node:call(TOKEN, "0x"))
      assert.equal("hi", details.revert.message)
    end
  end)

  it("wants arguments that fit", function()
    fails("invalid", "^call_function: .*", provider():call_function(TOKEN, "f(uint256)", {}))
    fails("reply", "^call_function at .*: nothing came back: is there such a contract at ",
      provider():call_function(account().address, "f() returns (uint256)"))
    fails("reply", "^call_function at ", provider():call_function(TOKEN, "symbol() returns (address)"))
    assert.error_matches(function() provider():call_function(TOKEN) end, "signature: string expected, got nil")
    assert.error_matches(function() provider():call_function(TOKEN, "f()", 1) end, "args: a list expected")
    assert.error_matches(function() provider():call_function { signature = "f()" } end, "to: the contract's address")
    assert.error_matches(function() provider():call_function { to = TOKEN, signature = "f()", arg = 1 } end,
      "unknown argument")
  end)
end)

describe("A connected account", function()
  it("fills in what is missing, in one batch, and sends", function()
    local node = provider()
    local wallet = account():connect(node)
    assert.equal("100000000000000000000", wallet:balance())
    assert.matches("^ConnectedAccount%(0x1a642f0E3c3aF545E7AcBD38b07251B3990914F1, Provider%(http", tostring(wallet))
    local sent = assert(wallet:send_transaction { to = TOKEN, value = "1000000000000000" })
    assert.same({ to = TOKEN, value = "1000000000000000", chain_id = 31337, nonce = 0, gas_limit = 21000,
      max_fee_per_gas = "1000000014", max_priority_fee_per_gas = "1000000000" }, sent.transaction)
    assert.equal("SentTransaction(" .. sent.hash .. ")", tostring(sent))
    assert.equal(1, wallet:nonce())
    local known = assert(node:transaction(sent.hash))
    assert.equal(wallet.address:lower(), known.from)
    assert.equal(2, known.type)
    assert.is_nil(known.block_number)
    local receipt = assert(sent:wait { interval = 0.01, confirmations = 3 })
    assert.equal(sent.hash, receipt.transaction_hash)
    assert.equal(1, receipt.status)
    assert.equal("1000000007", receipt.effective_gas_price)
    assert.equal(receipt.block_number, node:transaction(sent.hash).block_number)
    assert.equal(sent.hash, node:block(receipt.block_number).transactions[1])
    assert.equal(sent.hash, node:block(receipt.block_number, true).transactions[1].hash)
    assert.equal(1, assert(wallet:send_transaction { to = TOKEN, value = 1 }).transaction.nonce)
  end)

  it("asks in two requests altogether", function()
    local count = 0
    local inner = assert(require("dstack.transport").choose { kind = "url",
      address = server.ethereum():match "^http://[^/]+" })
    local node = assert(ethereum.provider { endpoint = server.ethereum(), transport = {
      request = function(_, request) count = count + 1 return inner:request(request) end, close = function() end,
    } })
    assert(account():connect(node):send_transaction { to = TOKEN, value = 1 })
    assert.equal(2, count)
    inner:close()
  end)

  it("asks one by one where the node takes no batches", function()
    local sent = assert(account():connect(provider "no_batch"):send_transaction { to = TOKEN, value = 1 })
    assert.equal(21000, sent.transaction.gas_limit)
    assert.equal(1, assert(sent:wait { interval = 0.01 }).status)
  end)

  it("leaves alone what is given", function()
    local wallet = account():connect(provider())
    local sent = assert(wallet:send_transaction { to = TOKEN, data = "0xa9059cbb", gas_limit = 70000, nonce = 5,
      chain_id = 31337, max_fee_per_gas = "2000000000" })
    assert.same({ to = TOKEN, data = "0xa9059cbb", gas_limit = 70000, nonce = 5, chain_id = 31337,
      max_fee_per_gas = "2000000000", max_priority_fee_per_gas = "1000000000" }, sent.transaction)
    sent = assert(wallet:send_transaction { to = TOKEN, nonce = 6, max_fee_per_gas = 500 })
    assert.equal("500", sent.transaction.max_priority_fee_per_gas)
    sent = assert(wallet:send_transaction { to = TOKEN, nonce = 7, max_priority_fee_per_gas = 3 })
    assert.equal("17", sent.transaction.max_fee_per_gas)
  end)

  it("sends the older types too", function()
    local node = provider "old"
    local wallet = account():connect(node)
    local sent = assert(wallet:send_transaction { to = TOKEN, gas_price = "1000000007" })
    assert.equal(0, node:transaction(sent.hash).type)
    sent = assert(wallet:send_transaction { to = TOKEN, type = 0 })
    assert.equal("1000000007", sent.transaction.gas_price)
    sent = assert(wallet:send_transaction { to = TOKEN, type = 1, access_list = { { address = TOKEN,
      storage_keys = {} } } })
    assert.equal(1, node:transaction(sent.hash).type)
    fails("unsupported", "^send_transaction: eth_feeHistory at ", wallet:send_transaction { to = TOKEN })
  end)

  it("creates contracts", function()
    local wallet = account():connect(provider())
    local receipt = assert(assert(wallet:send_transaction { data = "0x6080" }):wait { interval = 0.01 })
    assert.is_nil(receipt.to)
    assert.matches("^0x%x+$", receipt.contract_address)
  end)

  it("refuses another chain, and bad fields, before anything is signed", function()
    local wallet = account():connect(provider())
    fails("invalid", "^send_transaction: chain_id: 1, but the node at http://127%.0%.0%.1:%d+ is on chain 31337$",
      wallet:send_transaction { to = TOKEN, chain_id = 1 })
    for _, fault in ipairs { "", "no_batch" } do -- where that call would fail, too
      fails("invalid", "^send_transaction: chain_id: 1, but ", account():connect(provider(fault)):send_transaction {
        to = TOKEN, data = "0x11111111", chain_id = 1 })
    end
    fails("invalid", "^send_transaction: chain_id: x, but ", wallet:send_transaction { to = TOKEN, chain_id = "x" })
    fails("invalid", "^send_transaction: to: ", wallet:send_transaction { to = "0x12" })
    fails("invalid", "^send_transaction: value: ", wallet:send_transaction { to = TOKEN, value = "1.5" })
    fails("rpc", "^send_transaction: eth_estimateGas at .*no such function", wallet:send_transaction { to = TOKEN,
      data = "0x11111111" })
    fails("invalid", "^send_transaction: .*max_priority_fee", wallet:send_transaction {
      to = TOKEN, max_fee_per_gas = 1, max_priority_fee_per_gas = 2 })
    assert.error_matches(function() wallet:send_transaction() end, "send_transaction: a table")
    assert.error_matches(function() wallet:send_transaction { to = TOKEN, gas = 1 } end, "unknown field 'gas'")
    assert.error_matches(function() wallet.send_transaction {} end, "called with a colon")
    assert.error_matches(function() account():connect "http://x" end, "connect: a provider expected")
    assert.equal(0, wallet:nonce())
  end)

  it("asks nothing for a transaction that cannot be", function()
    local node, transport = answering()
    local wallet = account():connect(node)
    for words, tx in pairs {
      ["^send_transaction: unknown field 'gasLimit': here it is 'gas_limit'$"] = { to = TOKEN, gasLimit = 1 },
      ["^send_transaction: to is missing"] = { value = 1 },
      ["^send_transaction: to: string expected, got boolean"] = { to = true },
    } do
      local raised, why = pcall(wallet.send_transaction, wallet, tx)
      assert.is_false(raised)
      assert.matches(words, (why:gsub("^[^:]+:%d+: ", "")))
    end
    fails("invalid", "^send_transaction: to: no address", wallet:send_transaction { to = "my-friend-alice1.eth" })
    for _, tx in ipairs { { type = 3 }, { max_fee_per_blob_gas = 1 }, { blob_versioned_hashes = { HASH } } } do
      tx.to = TOKEN
      fails("unsupported", "^send_transaction: blob_versioned_hashes: .*sign_transaction signs it",
        wallet:send_transaction(tx))
    end
    assert.equal(0, #transport.requests)
  end)

  it("pays another account", function()
    local wallet = account():connect(provider())
    local sent = assert(wallet:send_transaction { to = account "\2", from = account(), value = 1 })
    assert.equal(account("\2").address, sent.transaction.to)
    assert.equal(account().address, sent.transaction.from)
  end)

  -- A node that never counts more than five transactions; sending fails with what `refuse` returns.
  local function forgetful(refuse)
    local json = require "dstack.json"
    local function answer(call)
      local result = call.method == "eth_chainId" and "0x7a69" or "0x5"
      if call.method == "eth_sendRawTransaction" then
        local code = refuse()
        result = code == nil and "0x" .. core.hex(core.hash("keccak256", core.unhex(call.params[1]:sub(3)))) or nil
        return code or { jsonrpc = "2.0", id = call.id, result = result }
      end
      return { jsonrpc = "2.0", id = call.id, result = result }
    end
    return assert(ethereum.provider { endpoint = "http://x", transport = support.transport(function(request)
      local calls, out = core.json_decode(request.body), {}
      if not calls[1] then
        out = answer(calls)
        return out.jsonrpc and { body = json.encode(out) } or out
      end
      for i, call in ipairs(calls) do
        out[i] = answer(call)
      end
      return { body = json.encode(out) }
    end) })
  end

  it("does not use a nonce twice within a minute, whatever the node counts", function()
    local failure
    local wallet = account():connect(forgetful(function() return failure end))
    local tx = { to = TOKEN, gas_limit = 21000, max_fee_per_gas = 1, max_priority_fee_per_gas = 1 }
    local function nonce()
      return assert(wallet:send_transaction(tx)).transaction.nonce
    end
    assert.equal(5, nonce())
    assert.equal(6, nonce())
    failure = { code = "connect" } -- nothing was sent: the nonce is free again
    assert.is_nil((wallet:send_transaction(tx)))
    failure = nil
    assert.equal(5, account():connect(wallet.provider):send_transaction(tx).transaction.nonce)
    assert.equal(7, nonce())
    failure = { code = "timeout" }
    local details = fails("timeout", "may have been sent", wallet:send_transaction(tx))
    assert.is_true(details.maybe_sent)
    failure = nil
    assert.equal(9, nonce())
    local clock = require "dstack.transport"
    local now = clock.now
    clock.now = function() return now() + 61 end
    local good, after = pcall(nonce)
    clock.now = now
    assert.is_true(good)
    assert.equal(5, after)
  end)

  it("says that a transaction may have been sent, whenever that is so", function()
    local tx = { to = TOKEN, nonce = 1, gas_limit = 21000, max_fee_per_gas = 1, max_priority_fee_per_gas = 1 }
    local open = "; the transaction 0x%x+ may have been sent: look for its receipt before sending another$"
    for code, words in pairs { timeout = open, closed = open, too_large = open, internal = open, connect = "no$" } do
      local node = assert(ethereum.provider { endpoint = "http://x", transport = support.transport {
        { body = '[{"jsonrpc":"2.0","id":1,"result":"0x1"}]' }, { code = code, message = "no" },
      } })
      local details = fails(code, "^eth_sendRawTransaction.*" .. words, account():connect(node):send_transaction(tx))
      assert.matches("^0x%x+$", details.hash)
    end
  end)

  it("says what became of a transaction that was refused", function()
    local node = provider()
    local wallet = account():connect(node)
    local sent = assert(wallet:send_transaction { to = TOKEN, value = 1 })
    local again = fails("rpc", "already known %(code %-32000%): this very transaction waits there already",
      wallet:send_transaction(sent.transaction))
    assert.equal("already_known", again.reason)
    assert.equal(sent.hash, again.hash)
    local low = fails("rpc", "nonce too low: next nonce 1, tx nonce 0 .*ask for the nonce again",
      wallet:send_transaction { to = TOKEN, value = 2, nonce = 0 })
    assert.equal("nonce_too_low", low.reason)
    assert.matches("^0x%x+$", low.hash)
  end)

  it("is named by who sends it ready-made, too", function()
    local node = ethereum.provider { endpoint = "http://x", transport = support.transport { { code = "timeout" } } }
    local details = fails("timeout", "the transaction 0x%x+ may have been sent", node:send_raw_transaction "0x02c0")
    assert.equal("0x" .. core.hex(core.hash("keccak256", "\2\192")), details.hash)
    node = ethereum.provider { endpoint = "http://x", transport = support.transport { { code = "timeout" } } }
    assert.is_nil(select(4, node:send_raw_transaction "0x03c0")) -- its hash is not that of these bytes
  end)

  it("does not believe another hash", function()
    local details = fails("reply",
      "the hash is not that of the transaction that was sent; the transaction 0x%x+ may have been sent",
      account():connect(provider "wrong_hash"):send_transaction { to = TOKEN })
    assert.matches("^0x%x+$", details.hash)
  end)
end)

describe("Waiting for a receipt", function()
  it("ends with the time", function()
    local node = provider "never"
    local sent = assert(account():connect(node):send_transaction { to = TOKEN })
    fails("timeout",
      "^wait_for_receipt 0x%x+ at http.*: not within 0.1 s %(option timeout%); it may still come: .*no receipt yet",
      sent:wait { timeout = 0.1, interval = 0.02 })
    fails("timeout", "no receipt yet", node:wait_for_receipt(HASH, 0.05, 1, 0.02))
  end)

  it("says what was missing, though the last look had no time left", function()
    local answers, count = { { code = "http" }, { body = '{"jsonrpc":"2.0","id":2,"result":null}' } }, 0
    local transport = support.transport(function()
      count = count + 1
      return answers[count] or { code = "timeout" }
    end)
    local node = ethereum.provider { endpoint = "http://x", transport = transport }
    fails("timeout", "no receipt yet", node:wait_for_receipt { hash = HASH, timeout = 0.3, interval = 0.02 })
    assert.is_true(count > 2)
  end)

  it("says how many confirmations there were", function()
    local node = provider()
    local sent = assert(account():connect(node):send_transaction { to = TOKEN })
    fails("timeout", ": %d+ of 1000 confirmations$", sent:wait { timeout = 0.2, interval = 0.02, confirmations = 1000 })
  end)

  it("says so also when time is up in the middle of a request", function()
    local now, looks = require("dstack.transport").now, 0
    fails("timeout", "^x: not within 0.05 s %(option timeout%); it may still come: 2 of 3$",
      require("dstack.json_rpc.wait").ask_until({}, "x", 0.05, 0.001, function(deadline)
        looks = looks + 1
        if looks == 1 then
          return false, "2 of 3"
        end
        while now() < deadline do end -- luacheck: ignore 542
        return nil, "timed out", "timeout"
      end))
    assert.equal(2, looks)
  end)

  it("fails when the transaction did", function()
    local node = provider "failed"
    local sent = assert(account():connect(node):send_transaction { to = TOKEN })
    local details = fails("rpc", "it was mined in block 69201 and failed, having used 21000 gas$",
      sent:wait { interval = 0.01 })
    assert.equal(0, details.receipt.status)
    assert.equal(0, assert(node:receipt(sent.hash)).status)
  end)

  it("goes on when a node is away for a moment", function()
    local node = provider "flaky" -- the answer to every other request is lost
    local signed = assert(account():sign_transaction {
      to = TOKEN, nonce = 0, gas_limit = 21000, gas_price = 7, chain_id = 31337,
    })
    fails("http", "^eth_sendRawTransaction at .*HTTP status 503", node:send_raw_transaction(signed.raw))
    fails("rpc", "already known", node:send_raw_transaction(signed.raw))
    assert.equal(1, assert(node:wait_for_receipt { hash = signed.hash, interval = 0.01, timeout = 10 }).status)
  end)

  it("goes on when a node is not ready, and waits as long as it asks", function()
    local function refusal(id, message)
      return ('{"jsonrpc":"2.0","id":%d,"error":{"code":-32000,"message":"%s"}}'):format(id, message)
    end
    local transport = support.transport {
      { body = refusal(1, "transaction indexing is in progress") },
      { body = refusal(2, "slowly"), status = 429, headers = { ["retry-after"] = "1" } },
      { body = refusal(3, "no") },
    }
    local begin = require("dstack.transport").now()
    fails("rpc", "the node refused: no", ethereum.provider { endpoint = "http://x", transport = transport }
      :wait_for_receipt { hash = HASH, interval = 0.01 })
    assert.is_true(require("dstack.transport").now() - begin >= 1)
  end)

  it("ends at once where it cannot succeed", function()
    fails("reply", "id: not that", provider("wrong_id"):wait_for_receipt(HASH, 10))
    fails("http", "HTTP status 401: does it want a key", provider("status_401"):wait_for_receipt(HASH, 10))
    fails("invalid", "^wait_for_receipt: hash: not a hash", provider():wait_for_receipt("0x12", 10))
    local closed = provider()
    closed:close()
    fails("closed", "the client is closed$", closed:wait_for_receipt(HASH, 10))
    assert.error_matches(function() account():connect(provider()):send_transaction({ to = TOKEN }):wait(7) end,
      "wait: a table of options")
  end)
end)
