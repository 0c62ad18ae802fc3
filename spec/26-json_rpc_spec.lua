-- JSON-RPC 2.0: what is asked, and which answers are believed.

local core = require "dstack.core"
local dstack = require "dstack"
local pause = require "dstack.pause"
local support = require "spec.support"

local KEY = "0123456789abcdef0123456789abcdef"

-- A client whose replies are these, and the transport that gives them.
local function answering(...)
  local answers = {}
  for i, reply in ipairs { ... } do
    answers[i] = type(reply) == "string" and { body = reply } or reply
  end
  local transport = support.transport(answers)
  return assert(dstack.json_rpc { endpoint = "https://rpc.example/v3/" .. KEY, transport = transport }), transport
end

local function result(text, id)
  return ('{"jsonrpc":"2.0","id":%s,"result":%s}'):format(id or "1", text)
end

local function refusal(err, id)
  return ('{"jsonrpc":"2.0","id":%s,"error":%s}'):format(id or "1", err)
end

describe("A JSON-RPC request", function()
  it("is JSON-RPC 2.0 over POST", function()
    local client, transport = answering(result "true", result("true", 2), result("true", 3), result("true", 4))
    assert.is_true(client:request("web3_list", { "a", 1, { b = false } }))
    assert.is_true(client:request "web3_list")
    assert.is_true(client:request("web3_list", {}))
    assert.is_true(client:request("web3_list", { name = dstack.null }))
    local first = transport.requests[1]
    assert.equal("POST", first.method)
    assert.equal("/v3/" .. KEY, first.path)
    assert.same({ "Content-Type: application/json" }, first.headers)
    assert.equal('{"id":1,"jsonrpc":"2.0","method":"web3_list","params":["a",1,{"b":false}]}', first.body)
    assert.equal('{"id":2,"jsonrpc":"2.0","method":"web3_list","params":[]}', transport.requests[2].body)
    assert.equal('{"id":3,"jsonrpc":"2.0","method":"web3_list","params":[]}', transport.requests[3].body)
    assert.equal('{"id":4,"jsonrpc":"2.0","method":"web3_list","params":{"name":null}}', transport.requests[4].body)
  end)

  it("goes out once, unless it is said to be repeatable", function()
    local client, transport = answering(result "1", result("1", 2))
    client:request "evm_mine"
    client:request("eth_chainId", nil, { repeatable = true })
    assert.is_true(transport.requests[1].fresh)
    assert.is_false(transport.requests[2].fresh)
  end)

  it("carries headers, and the query of the URL", function()
    local transport = support.transport { { body = result "1" } }
    local client = assert(dstack.json_rpc { endpoint = "https://rpc.example?api-key=" .. KEY, transport = transport,
      headers = { authorization = "Bearer " .. KEY } })
    assert.equal(1, client:request "x")
    assert.equal("/?api-key=" .. KEY, transport.requests[1].path)
    assert.same({ "Content-Type: application/json", "authorization: Bearer " .. KEY }, transport.requests[1].headers)
  end)

  it("has the time it is given", function()
    local client, transport = answering(result "1", result("1", 2))
    client:request "x"
    client:request("x", nil, { timeout = 5 })
    assert.is_true(math.abs(transport.requests[1].deadline - core.now() - 30) < 2)
    assert.is_true(math.abs(transport.requests[2].deadline - core.now() - 5) < 2)
  end)

  it("is not sent when it has no JSON form", function()
    local client = answering()
    for _, case in ipairs {
      { { "\255" }, "utf8: not UTF%-8", "invalid" }, { { 1 / 0 }, "not finite", "invalid" },
      { { [1] = 1, [3] = 1 }, "holes", "invalid" }, { { ("x"):rep(11 * 2 ^ 20) }, "at most", "too_large" },
    } do
      local value, message, code = client:request("x", case[1])
      assert.is_nil(value)
      assert.matches("^x: .*" .. case[2], message)
      assert.equal(case[3], code)
    end
  end)

  it("wants the right types", function()
    local client = answering()
    assert.error_matches(function() client:request() end, "request: method: string expected, got nil")
    assert.error_matches(function() client:request("x", "y") end, "request: params: a table expected, got string")
    assert.error_matches(function() client:request("x", {}, { time = 1 }) end, "unknown option 'time'")
    assert.error_matches(function() client.request("x") end, "called with a colon")
    assert.error_matches(function() client:batch "x" end, "batch: a list of {method, params} expected")
    assert.error_matches(function() client:batch { "x" } end, "batch: call 1: {method, params} expected")
    assert.error_matches(function() client:batch { {} } end, "batch: call 1: method: string expected")
    local _, message, code = client:request("x", {}, { timeout = 0 })
    assert.equal("request: option 'timeout' is not a finite number above 0", message)
    assert.equal("invalid", code)
    _, message, code = client:batch {}
    assert.equal("batch: there is nothing in it", message)
    assert.equal("invalid", code)
  end)
end)

describe("A JSON-RPC result", function()
  it("is exact", function()
    for text, value in pairs {
      ["false"] = false, ["9007199254740992"] = 9007199254740992, ["9007199254740993"] = "9007199254740993",
      ["18446744073709551615"] = "18446744073709551615", ['"0x0"'] = "0x0", ["null"] = dstack.null, ["1.5"] = 1.5,
    } do
      assert.equal(value, (answering(result(text)):request "x"))
    end
  end)

  it("is refused when the answer is not one", function()
    for body, words in pairs {
      [""] = "json: ", ["{}"] = "jsonrpc: not", ["[]"] = "jsonrpc: not", ["1"] = "no JSON%-RPC object",
      ["null"] = "no JSON%-RPC object", ["[" .. result "1" .. "]"] = "no JSON%-RPC object",
      ['{"jsonrpc":"1.0","id":1,"result":1}'] = 'jsonrpc: not "2.0"', ['{"id":1,"result":1}'] = "jsonrpc: not",
      ['{"jsonrpc":2.0,"id":1,"result":1}'] = "jsonrpc: not", [result("1", "2")] = "id: not that of the request",
      [result("1", '"1"')] = "id: not that", [result("1", "null")] = "id: not that", [result("1",
        "1.5")] = "id: not that",
      ['{"jsonrpc":"2.0","result":1}'] = "id: not that", [result "1" .. "x"] = "trailing",
      ['{"jsonrpc":"2.0","id":1}'] = "not one of result and error",
      ['{"jsonrpc":"2.0","id":1,"result":1,"error":{"code":1,"message":""}}'] = "not one of result and error",
      ['{"jsonrpc":"2.0","id":1,"result":1,"error":null}'] = "not one of result and error",
      ['{"jsonrpc":"2.0","id":1,"id":1,"result":1}'] = "duplicate: member 'id'",
      [result '{"a":{"b":1,"b":2}}'] = "duplicate: member 'b' appears twice",
      [refusal '"no"'] = "error: not an object", [refusal '{"code":"1","message":"x"}'] = "error: not an object",
      [refusal '{"code":1.5,"message":"x"}'] = "error: not an object", [refusal '{"code":1}'] = "error: not an object",
      [refusal "null"] = "error: not an object", [result '"\255"'] = "utf8",
    } do
      local value, message, code = answering(body):request "eth_chainId"
      assert.is_nil(value)
      assert.matches("^eth_chainId at https://rpc%.example: .*" .. words, message)
      assert.equal("reply", code)
    end
  end)
end)

describe("A JSON-RPC error", function()
  it("comes with the server's words and its details", function()
    local client = answering(refusal '{"code":-32000,"message":"no\\u001b[31m","data":{"a":[1]}}')
    local value, message, code, details = client:request "x"
    assert.is_nil(value)
    assert.equal("x at https://rpc.example: the server refused: no.[31m (code -32000)", message)
    assert.equal("rpc", code)
    assert.same({ code = -32000, message = "no\27[31m", data = { a = { 1 } } }, details)
  end)

  it("tells a method that is not there by its code", function()
    local _, message, code = answering(refusal '{"code":-32601,"message":"x"}'):request "x"
    assert.matches("refused: x %(code %-32601%)", message)
    assert.equal("unsupported", code)
  end)

  it("may have no id, and a status of HTTP", function()
    local client = answering(refusal('{"code":-32700,"message":"parse error","data":null}', "null"),
      { status = 500, body = refusal('{"code":-32603,"message":"broken"}', "2") },
      { status = 429, body = refusal('{"code":-32005,"message":"slowly"}', "3"), headers = { ["retry-after"] = "7" } })
    local _, message, code, details = client:request "x"
    assert.matches("parse error %(code %-32700%)$", message)
    assert.equal("rpc", code)
    assert.is_nil(details.data)
    _, message, code, details = client:request "x"
    assert.matches("broken %(code %-32603, HTTP 500%)$", message)
    assert.equal("rpc", code)
    assert.equal(500, details.status)
    _, _, code, details = client:request "x"
    assert.equal("rpc", code)
    assert.equal(7, details.retry_after)
  end)

  it("may be HTTP's alone", function()
    for _, case in ipairs {
      { { status = 503, body = "<html><title>503 Gone\27</title>" }, "HTTP status 503: 503 Gone%.$", { status = 503 } },
      { { status = 429, body = "", headers = { ["retry-after"] = "9" } },
        "HTTP status 429: too many requests; it asks to wait 9 s$", { status = 429, retry_after = 9 } },
      { { status = 429, body = "", headers = { ["retry-after"] = "Fri, 31 Dec 1999 23:59:59 GMT" } },
        "HTTP status 429: too many requests$", { status = 429 } },
      { { status = 401, body = '{"error":"no key"}' }, "HTTP status 401: does it want a key.*no key",
        { status = 401 } },
      { { status = 301, body = ("x"):rep(999) }, "HTTP status 301: x+$", { status = 301 } },
      { { status = 204, body = "" }, "HTTP status 204$", { status = 204 } },
    } do
      local value, message, code, details = answering(case[1]):request "x"
      assert.is_nil(value)
      assert.matches("^x at https://rpc.example: " .. case[2], message)
      assert.is_true(#message < 300)
      assert.equal("http", code)
      assert.same(case[3], details)
    end
    local _, message, code = answering({ status = 500, body = result "1" }):request "x"
    assert.matches("a result with HTTP status 500", message)
    assert.equal("reply", code)
  end)
end)

describe("A JSON-RPC batch", function()
  local calls = { { "a" }, { "b", { 1 } }, { "c" } }

  local function list(...)
    return "[" .. table.concat({ ... }, ",") .. "]"
  end

  it("is a list, and its answers come in its order", function()
    local client, transport = answering(list(result('"C"', 3), refusal('{"code":-32601,"message":"no b"}', 2),
      result('"A"', 1)))
    local answers = assert(client:batch(calls))
    assert.equal('[{"id":1,"jsonrpc":"2.0","method":"a","params":[]},'
      .. '{"id":2,"jsonrpc":"2.0","method":"b","params":[1]},'
      .. '{"id":3,"jsonrpc":"2.0","method":"c","params":[]}]', transport.requests[1].body)
    assert.same({ result = "A" }, answers[1])
    assert.same({ result = "C" }, answers[3])
    assert.equal("unsupported", answers[2].code)
    assert.equal("b at https://rpc.example: the server refused: no b (code -32601)", answers[2].message)
    assert.same({ code = -32601, message = "no b" }, answers[2].details)
  end)

  it("is refused as a whole when an answer is missing, twice there or not asked for", function()
    local a, b, c = result("1", 1), result("1", 2), result("1", 3)
    for body, words in pairs {
      [list(a, b)] = "no answer to request 3 of the batch", [list(a, b, b)] = "answer 3: id: two answers",
      [list(a, b, result("1", 4))] = "answer 3: id: not that", [list(a, b, result("1",
        "null"))] = "answer 3: id: not that",
      [list(a, b, c, c)] = "answer 4: id: two answers", [list(a, b, "1")] = "answer 3: no JSON%-RPC object",
      [list(a, '{"jsonrpc":"2.0","id":2}', c)] = "answer 2: not one of result and error",
        ["[]"] = "not a list of answers",
      [list(a, b, result("1", 0))] = "answer 3: id: not that", ["1"] = "not a list",
        [a] = "one object instead of a list",
      [list(a, b, refusal('{"code":1,"message":"x"}', "null"))] = "answer 3: id: not that",
    } do
      local value, message, code = answering(body):batch(calls)
      assert.is_nil(value)
      assert.matches("^batch at https://rpc.example: " .. words, message)
      assert.equal("reply", code)
    end
  end)

  it("may be refused by the server, with one error for all", function()
    local value, message, code, details =
      answering(refusal('{"code":-32600,"message":"no batches"}', "null")):batch(calls)
    assert.is_nil(value)
    assert.equal("batch at https://rpc.example: the server refused: no batches (code -32600)", message)
    assert.equal("rpc", code)
    assert.equal(-32600, details.code)
  end)
end)

describe("A hostile server", function()
  -- The same numbers each time.
  local seed = 1
  local function random(n)
    seed = (seed * 16807) % 2147483647
    return seed % n + 1
  end

  local pieces = { '"', "{", "}", "[", "]", ",", ":", "null", "0", "-1", "1e9", "0x", "\\u0000", "true", "\255", "" }

  local function spoiled(text)
    for _ = 1, random(3) do
      local at = random(#text)
      text = text:sub(1, at - 1) .. pieces[random(#pieces)] .. text:sub(at + random(8))
    end
    return text
  end

  it("gets nothing past the readers, and raises nothing", function()
    local provider = require("dstack.ethereum.provider").provider
    local solana = require("dstack.solana.rpc").rpc
    local hash = "0x" .. ("ab"):rep(32)
    local log = ('{"address":"0x%s","topics":["%s"],"data":"0x00","blockNumber":"0x1"}'):format(("cd"):rep(20), hash)
    local history = '{"oldestBlock":"0x1","baseFeePerGas":["0x1","0x2"],"gasUsedRatio":[0.5],"reward":[["0x1"]]}'
    local cases = {
      { provider, result("[" .. log .. "]"), function(node) return node:logs {} end },
      { provider, result(history), function(node) return node:fee_suggestion() end },
      { provider, refusal('{"code":3,"message":"reverted","data":"0x08c379a0' .. ("00"):rep(64) .. '"}'),
        function(node) return node:call() end },
      { provider, "[" .. result '"0x1"' .. "," .. result('"0x2"', 2) .. "]",
        function(node) return node:batch { { "chain_id" }, { "gas_price" } } end },
      { solana, result('{"context":{"slot":1},"value":{"data":["AA==","base64"],"owner":"' .. ("1"):rep(32)
        .. '","lamports":1,"executable":false,"rentEpoch":18446744073709551615}}'),
        function(node) return node:account_info(("1"):rep(32)) end },
      { solana, refusal '{"code":-32002,"message":"no","data":{"err":{"a":[0,{"b":1}]},"logs":["Program log: x"]}}',
        function(node) return node:slot() end },
    }
    local told = {}
    for _, case in ipairs(cases) do
      for _ = 1, 1000 do
        local body = spoiled(case[2])
        local transport = support.transport(function() return { body = body } end)
        local good, value, message, code = pcall(case[3], assert(case[1] { endpoint = "http://x",
          transport = transport }))
        assert.is_true(good, body .. "\n" .. tostring(value))
        if value == nil then
          assert.is_string(dstack.codes()[code], body)
          assert.is_string(message)
          told[code] = (told[code] or 0) + 1
        end
      end
    end
    assert.is_true(told.reply > 2000 and told.rpc > 100)
  end)

  it("costs no time with pages that never end", function()
    local begin = core.now()
    answering({ status = 500, body = ("<title>"):rep(2 ^ 20) }):request "x"
    local data = ("61"):rep(2 ^ 20)
    local word = ("0"):rep(62) .. "20" .. ("%064x"):format(2 ^ 20)
    local body = refusal(('{"code":3,"message":"%s","data":"0x08c379a0%s%s"}'):format(("a"):rep(2 ^ 20 - 1), word,
      data))
    require("dstack.ethereum.provider").provider { endpoint = "http://x",
      transport = support.transport { { body = body } } }
      :call()
    assert.is_true(core.now() - begin < 5)
  end)
end)

describe("What is secret", function()
  local seen = {}

  local function client_with(transport, options)
    options = options or {}
    options.endpoint = "https://rpc.example/v3/" .. KEY .. "?token=secret-" .. KEY
    options.transport = transport
    options.headers = { authorization = "Bearer header-" .. KEY }
    options.log = function(_, text) seen[#seen + 1] = text end
    return assert(dstack.json_rpc(options))
  end

  it("is in no message, no text and no log, even where the server repeats it", function()
    local said = ("path /v3/%s?token=secret-%s header Bearer header-%s"):format(KEY, KEY, KEY)
    local client = client_with(support.transport {
      { body = refusal('{"code":1,"message":"' .. said .. '","data":{"a":["' .. said .. '"]}}') },
      { status = 403, body = said }, { code = "connect", message = "refused" },
      { body = ('[{"jsonrpc":"2.0","id":4,"error":{"code":1,"message":"%s"}}]'):format(said) },
    })
    for _ = 1, 3 do
      local _, message, _, details = client:request "x"
      seen[#seen + 1] = message
      seen[#seen + 1] = details and details.message
      seen[#seen + 1] = details and details.data and details.data.a[1]
    end
    seen[#seen + 1] = client:batch({ { "x" } })[1].message
    seen[#seen + 1] = tostring(client)
    local text = table.concat(seen, "\n")
    assert.is_true(#seen >= 8)
    assert.is_nil(text:find(KEY, 1, true), text)
    assert.matches("path /v3/<secret>%?token=<secret> header <secret>", text)
    assert.matches("JsonRpc(https://rpc.example)", text, 1, true)
  end)

  it("is cut out before a long message is", function()
    local said = ("x"):rep(500) .. KEY
    local _, message = client_with(support.transport { { body = refusal('{"code":1,"message":"' .. said .. '"}') } })
      :request "x"
    assert.is_nil(message:find(KEY:sub(1, 6), 1, true))
  end)
end)

describe("A JSON-RPC client", function()
  it("wants a URL or a socket", function()
    for given, words in pairs {
      [""] = "which server%?", ["ftp://x"] = "neither an http or https URL", ["https://"] = "without a host",
      ["https://user:pass@rpc.example/"] = "user and password have no place in the URL.*headers",
      ["https://rpc.example/a b"] = "a blank", ["https://rpc.example/#x"] = "a blank",
      ["https://rpc.example:x/"] = "the port", ["https://rpc.example/\195\164"] = "not ASCII",
      ["localhost:8545"] = "is http:// missing", ["https://rpc.example\\x"] = "a backslash",
    } do
      local client, message, code = dstack.json_rpc(given)
      assert.is_nil(client)
      assert.matches("^JsonRpc: .*" .. words, message)
      assert.is_nil(message:find("pass@", 1, true))
      assert.equal("invalid", code)
    end
    for _, lost in ipairs { "wss://rpc.example/v3/", "rpc.example/v3/", "HTTPS://rpc.example/", "a.example:1/", "" } do
      local client, message, code = dstack.json_rpc(lost .. KEY)
      assert.is_nil(client)
      assert.matches("^JsonRpc: endpoint: neither an http or https URL", message)
      assert.is_nil(message:find(KEY, 1, true))
      assert.equal("invalid", code)
    end
    assert.matches("which server", (select(2, dstack.json_rpc())))
    assert.equal("JsonRpc(/tmp/node.sock)", tostring(dstack.json_rpc "/tmp/node.sock"))
    assert.equal("JsonRpc(http://[::1]:8545)", tostring(dstack.json_rpc "http://[::1]:8545/x"))
  end)

  it("says which option is wrong, and shows no header's value", function()
    assert.error_matches(function() dstack.json_rpc { url = "x" } end,
      "unknown option 'url'; there are: .*endpoint.*headers")
    assert.error_matches(function() dstack.json_rpc { endpoint = 7 } end, "option 'endpoint' wants a string")
    assert.error_matches(function() dstack.json_rpc { endpoint = "http://x", headers = { "a: b" } } end,
      "option 'headers': {name = value} of strings expected; it has a number")
    for name, words in pairs { ["a b"] = "a b cannot be set", ["Content-Type"] = "Content%-Type cannot be set" } do
      local _, message, code = dstack.json_rpc { endpoint = "http://x", headers = { [name] = KEY } }
      assert.matches(words, message)
      assert.equal("invalid", code)
    end
    for _, value in ipairs { "", KEY .. "\n" } do
      local _, message, code = dstack.json_rpc { endpoint = "http://x", headers = { key = value } }
      assert.equal("JsonRpc: option 'headers': the value of key is empty or has a control character", message)
      assert.equal("invalid", code)
    end
    assert.matches("timeout", (select(2, dstack.json_rpc { endpoint = "http://x", timeout = -1 })))
  end)

  it("can be closed", function()
    local client = answering(result "1")
    client:close()
    client:close()
    local _, message, code = client:request "x"
    assert.equal("x: the client is closed", message)
    assert.equal("closed", code)
    assert.equal("JsonRpc(https://rpc.example, closed)", tostring(client))
  end)

  it("says that nobody is there", function()
    local _, message, code = dstack.json_rpc("http://127.0.0.1:1/" .. KEY):request "x"
    assert.equal("x: cannot connect to http://127.0.0.1:1: connection refused. Does a server run there?", message)
    assert.equal("connect", code)
  end)
end)

describe("Over HTTP", function()
  local server

  setup(function() server = support.rpc_server() end)
  teardown(function() server.stop() end)

  local function ask(fault, options)
    options = options or {}
    options.endpoint = server.ethereum(fault)
    return assert(dstack.json_rpc(options)):request("eth_chainId", {}, { repeatable = true })
  end

  it("a request gets its answer", function()
    local client = assert(dstack.json_rpc(server.ethereum()))
    assert.equal("0x7a69", client:request "eth_chainId")
    assert.is_false(client:request "eth_syncing")
    assert.equal(dstack.null, client:request("eth_getTransactionByHash", { "0x" .. ("00"):rep(32) }))
    local _, message, code = client:request "eth_coinbase"
    assert.matches("the method eth_coinbase does not exist", message)
    assert.equal("unsupported", code)
    assert.equal("31337", client:batch({ { "eth_chainId" }, { "net_version" } })[2].result)
    client:close()
  end)

  it("faults are told apart", function()
    for fault, expected in pairs {
      wrong_id = "reply", text_id = "reply", no_version = "reply", old_version = "reply", both = "reply",
        neither = "reply",
      bad_error = "reply", array = "reply", duplicate = "reply", not_json = "reply", truncated = "closed",
      status_503 = "http", status_401 = "http", status_429 = "http", limited = "rpc", echo = "rpc",
    } do
      local value, message, code = ask(fault)
      assert.is_nil(value, fault)
      assert.equal(expected, code, fault .. ": " .. message)
      assert.matches("^eth_chainId at http://127%.0%.0%.1:%d+: ", message)
    end
  end)

  it("the server's wish to wait is told", function()
    for _, fault in ipairs { "status_429", "limited" } do
      local _, _, _, details = ask(fault)
      assert.equal(1, details.retry_after)
      assert.equal(429, details.status)
    end
  end)

  it("limits hold", function()
    local _, message, code = ask("slow", { timeout = 0.2 })
    assert.matches("%(option timeout%)$", message)
    assert.equal("timeout", code)
    _, message, code = ask(nil, { max_response_bytes = 10 })
    assert.matches("%(option max_response_bytes%)$", message)
    assert.equal("too_large", code)
  end)

  it("batches are put into order, and judged", function()
    for fault, expected in pairs {
      batch_reversed = "ok", no_batch = "rpc", batch_short = "reply", batch_twice = "reply", batch_stranger = "reply",
    } do
      local client = assert(dstack.json_rpc(server.ethereum(fault)))
      local answers, message, code = client:batch { { "eth_chainId" }, { "net_version" } }
      assert.equal(expected, code or "ok", message)
      if answers then
        assert.same({ { result = "0x7a69" }, { result = "31337" } }, answers)
      end
    end
  end)
end)

describe("Over a socket", function()
  it("a request gets its answer", function()
    local server = support.scripted()
    local body = result '"geth"'
    local text = ("HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s"):format(#body, body)
    server.say { "read", "send " .. core.hex(text) }
    assert.equal("geth", assert(dstack.json_rpc(server.endpoint)):request "web3_clientVersion")
    server.stop()
    local _, message, code = dstack.json_rpc(server.endpoint):request "web3_clientVersion"
    assert.matches("cannot connect to .*no such file. Does a server run there%?$", message)
    assert.equal("connect", code)
  end)
end)

describe("dstack.pause", function()
  it("waits as long as it is told", function()
    local begin = core.now()
    pause(0.25)
    local took = core.now() - begin
    assert.is_true(took >= 0.25 and took < 1, took)
    for _, none in ipairs { 0, -1, 0 / 0 } do
      begin = core.now()
      pause(none)
      require("dstack.http").sleep(none)
      assert.is_true(core.now() - begin < 0.2)
    end
  end)

  it("burns no processor time, and Ctrl-C ends it", function()
    local script = 'coroutine.wrap(function() require "dstack.pause"(30) end)()'
    local out = support.run(("%s -e %s & pid=$!; sleep 0.5; cut -d' ' -f14,15 /proc/$pid/stat; kill -INT $pid; "
      .. "wait $pid; echo ended $?"):format(support.interpreter, support.quote(script)))
    assert.matches("interrupted!", out)
    assert.matches("ended 1\n$", out)
    local user, system = out:match "^(%d+) (%d+)\n"
    assert.is_true(user + system < 30, out) -- hundredths of a second, with what starting takes
  end)
end)

describe("core.excerpt", function()
  it("makes a peer's words fit for a message", function()
    assert.equal("a.b", core.excerpt "a\27b")
    assert.is_true(#core.excerpt(("x"):rep(9999)) < 600)
    assert.error(function() core.excerpt(7) end)
  end)
end)
