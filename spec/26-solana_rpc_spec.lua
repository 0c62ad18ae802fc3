-- Solana's RPC client, against a small node of our own.

local core = require "dstack.core"
local dstack = require "dstack"
local solana_rpc = require "dstack.solana.rpc"
local node_of = require "spec.support.node"
local support = require "spec.support"

local fails, params = node_of.fails, node_of.params

local SYSTEM = ("1"):rep(32)
local OWNER = core.base58(("\2"):rep(32))
local MINT = core.base58(("\3"):rep(32))
local TOKENS = "TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA"

local server

local function rpc(fault, options)
  options = options or {}
  options.endpoint = server.solana(fault)
  return assert(solana_rpc.rpc(options))
end

-- Bytes that pass for a transaction: one signature, and something that is signed.
local function transaction(byte)
  return "\1" .. (byte or "\5"):rep(64) .. "message"
end

local function name_of(bytes)
  return core.base58(bytes:sub(2, 65))
end

local function answering(...)
  local transport = node_of.answering(...)
  return assert(solana_rpc.rpc { endpoint = "https://node.example/", transport = transport }), transport
end

local function value(text)
  return '{"context":{"slot":1},"value":' .. text .. "}"
end

setup(function() server = support.rpc_server() end)
teardown(function() server.stop() end)

describe("Solana's RPC client", function()
  it("asks what a chain is like", function()
    local node = rpc()
    assert.equal(310, node:slot())
    assert.equal(301, node:block_height())
    assert.equal("EtWTRABZaYq6iMfeYKouRu166VU2xqa1wcaWoxPkrZBG", node:genesis_hash())
    assert.equal("ok", node:request "getHealth")
    local latest = assert(node:latest_blockhash())
    assert.equal("EkSnNWid2cvwEVnVx9aBqawnmiCNiDgp3gUdkDPTKN1N", latest.blockhash)
    assert.equal(450, latest.last_valid_block_height)
    assert.equal(2039280, node:minimum_balance_for_rent_exemption(165))
    assert.equal(890880, node:minimum_balance_for_rent_exemption "0")
    assert.matches("^SolanaRpc%(http://127%.0%.0%.1:%d+%)$", tostring(node))
  end)

  it("reads accounts", function()
    local node = rpc()
    assert.equal(5000000000, node:balance(OWNER))
    local account = assert(node:account_info(SYSTEM))
    assert.equal("system_program", account.data)
    assert.is_true(account.executable)
    assert.equal("18446744073709551615", account.rent_epoch)
    local none, why = node:account_info(OWNER)
    assert.is_false(none)
    assert.matches("^getAccountInfo at .*: value: there is no such account$", why)
    local signature = assert(node:request_airdrop(OWNER, 1000000000))
    assert.equal("finalized", assert(node:confirm { signature = signature, commitment = "finalized",
      interval = 0.01 }).confirmation_status)
    assert.equal(6000000000, node:balance(OWNER))
    assert.equal(1000000000, node:account_info(OWNER).lamports)
    assert.equal("18446744073709551615", rpc("large"):balance(OWNER))
  end)

  it("reads tokens", function()
    local node = rpc()
    local amount = assert(node:token_account_balance(OWNER))
    assert.equal("1500000", amount.amount)
    assert.equal(6, amount.decimals)
    assert.equal("1.5", amount.ui_amount_string)
    local list = assert(node:token_accounts_by_owner { owner = OWNER, mint = MINT })
    assert.equal(1, #list)
    assert.equal(MINT, list[1].mint)
    assert.equal(OWNER, list[1].owner)
    assert.equal(TOKENS, list[1].program_id)
    assert.equal("1500000", list[1].amount)
    assert.is_false(list[1].extra.isNative)
    assert.equal(TOKENS, assert(node:token_accounts_by_owner { owner = OWNER, program_id = TOKENS })[1].program_id)
    fails("invalid", "^token_accounts_by_owner: mint, program_id: one of the two", node:token_accounts_by_owner(OWNER))
  end)

  it("asks several things at once", function()
    local answers = assert(rpc():batch { { "slot" }, { "balance", OWNER }, { "account_info", OWNER }, { "request",
      "getHealth" },
      { "signature_statuses", { name_of(transaction()) } } })
    assert.same({ result = 310 }, answers[1])
    assert.same({ result = 5000000000 }, answers[2])
    assert.is_false(answers[3].result)
    assert.same({ result = "ok" }, answers[4])
    assert.same({ result = { false } }, answers[5])
  end)

  it("has a commitment of its own", function()
    local node, transport = answering("1", "1", value "1", value '"x"')
    node:slot()
    node:slot { commitment = "processed", min_context_slot = "18446744073709551615" }
    node:balance(OWNER)
    assert.same({ { commitment = "confirmed" } }, params(transport, 1))
    assert.same({ { commitment = "processed", minContextSlot = "18446744073709551615" } }, params(transport, 2))
    assert.matches('"minContextSlot":18446744073709551615', transport.requests[2].body, 1, true)
    assert.same({ OWNER, { commitment = "confirmed" } }, params(transport, 3))
    fails("invalid", "SolanaRpc: option 'commitment': not one of", solana_rpc.rpc { endpoint = "http://x",
      commitment = "max" })
    assert.error_matches(function() solana_rpc.rpc { endpoint = "http://x", commitment = 1 } end, "wants a string")
  end)

  it("names the argument that is wrong", function()
    local node = rpc()
    for words, call in pairs {
      ["^balance: address: not an address: base58 of 32 bytes"] = function() return node:balance "0x12" end,
      ["^balance: address: not an address"] = function() return node:balance(OWNER .. OWNER) end,
      ["^balance: commitment: not one of"] = function() return node:balance { address = OWNER,
        commitment = "recent" } end,
      ["^slot: min_context_slot: not a whole number"] = function() return node:slot { min_context_slot = 1.5 } end,
      ["^request_airdrop: lamports: more than 18446744073709551615"] = function() return node:request_airdrop(OWNER,
        "18446744073709551616") end,
      ["^request_airdrop: lamports: .* 2%^53"] = function() return node:request_airdrop(OWNER, 2 ^ 60) end,
      ["^request_airdrop: lamports: .*digits"] = function() return node:request_airdrop(OWNER, "0x1") end,
      ["^signature_statuses: signatures%[2%]: not a signature"] = function()
        return node:signature_statuses { name_of(transaction()), "x" }
      end,
      ["^send_transaction: transaction: no transaction with a signature"] =
        function() return node:send_transaction "\1abc" end,
      ["^send_transaction: transaction: its first signature is missing"] = function()
        return node:send_transaction(transaction "\0")
      end,
      ["^confirm: signature: not a signature"] = function() return node:confirm "x" end,
      ["^confirm: commitment: not one of"] = function() return node:confirm(name_of(transaction()), "max") end,
      ["^confirm: timeout: not a finite"] = function() return node:confirm { signature = name_of(transaction()),
        timeout = 0 } end,
      ["^confirm: last_valid_block_height: "] = function()
        return node:confirm { signature = name_of(transaction()), last_valid_block_height = -1 }
      end,
    } do
      fails("invalid", words, call())
    end
    for words, call in pairs {
      ["balance: address: an address expected, got nothing"] = function() node:balance() end,
      ["balance: unknown argument 'owner'"] = function() node:balance { owner = OWNER } end,
      ["simulate_transaction: sig_verify: a boolean expected"] = function()
        node:simulate_transaction { transaction = transaction(), sig_verify = 1 }
      end,
      ["send_transaction: transaction: a transaction, or its bytes, expected, got number"] = function()
        node:send_transaction(7)
      end,
      ["signature_statuses: signatures: a list of signatures expected, got string"] = function()
        node:signature_statuses "x"
      end,
      ["confirm: unknown option 'tries'"] = function() node:confirm { signature = "", tries = 1 } end,
      ["SolanaRpc:slot: methods are called with a colon"] = function() node.slot() end,
    } do
      assert.error_matches(call, words)
    end
  end)
end)

describe("A reply of Solana's", function()
  it("is refused with the member that is wrong", function()
    local account = '{"data":["%s","%s"],"owner":"%s","lamports":%s,"executable":false,"rentEpoch":0}'
    for text, words in pairs {
      [value(account:format("AA==", "base64", "x", "1"))] = "value: owner: not an address",
      [value(account:format("A", "base64", SYSTEM, "1"))] = "value: data: ",
      [value(account:format("AA==", "base58", SYSTEM, "1"))] = 'value: data: not %[data, "base64"%]',
      [value(account:format("AA==", "base64", SYSTEM, "-1"))] = "value: lamports: a whole number",
      [value(account:format("AA==", "base64", SYSTEM, "1.5"))] = "value: lamports: a whole number",
      ["1"] = "not an object with context and value", ["{}"] = "not an object with context and value",
      [value "[]"] = "value: data: not", [value '"x"'] = "value: an object expected, got a string",
    } do
      fails("reply", "^getAccountInfo at https://node%.example: " .. words, answering(text):account_info(OWNER))
    end
    fails("reply", "a whole number expected, got null", answering("null"):slot())
    fails("reply", "value: blockhash: not a hash",
      answering(value '{"blockhash":"x","lastValidBlockHeight":1}'):latest_blockhash())
    fails("reply", "value: amount: not a number in decimal digits",
      answering(value '{"amount":1,"decimals":1,"uiAmountString":""}')
      :token_account_balance(OWNER))
    fails("reply", "value: 0 statuses for 1 signatures",
      answering(value "[]"):signature_statuses { name_of(transaction()) })
    fails("reply", "value: %[1%]: slot: a whole number",
      answering(value "[{}]"):signature_statuses { name_of(transaction()) })
    fails("reply", "value: %[1%]: account: an object expected, got nothing",
      answering(value "[{}]"):token_accounts_by_owner(OWNER, MINT))
  end)

  it("is refused when the server is wrong in any other way", function()
    for fault, code in pairs { wrong_id = "reply", duplicate = "reply", status_429 = "http", limited = "rpc",
      truncated = "closed" } do
      fails(code, "^getSlot at ", rpc(fault):slot())
    end
  end)
end)

describe("A transaction of Solana's", function()
  it("is sent once, with its options", function()
    local name = name_of(transaction())
    local node, transport = answering('"' .. name .. '"', '"' .. name .. '"', '"' .. name .. '"')
    assert.equal(name, node:send_transaction(transaction()))
    assert.equal(name, node:send_transaction { transaction = transaction(), skip_preflight = true, max_retries = 0,
      preflight_commitment = "processed", min_context_slot = 5 })
    assert.equal(name, node:send_transaction { max_retries = 3,
      transaction = { serialize = function() return transaction() end } })
    assert.is_true(transport.requests[1].fresh)
    assert.same({ core.base64(transaction()), { encoding = "base64", preflightCommitment = "confirmed" } },
      params(transport, 1))
    assert.same({ core.base64(transaction()), { encoding = "base64", preflightCommitment = "processed",
      skipPreflight = true,
      maxRetries = 0, minContextSlot = 5 } }, params(transport, 2))
    assert.equal(3, params(transport, 3)[2].maxRetries)
  end)

  it("goes from a keypair to the chain", function()
    local solana = dstack.solana
    local keypair = assert(solana.keypair_from_seed(("\7"):rep(32)))
    local node = rpc()
    assert.equal(5000000000, node:balance(keypair))
    assert.equal(MINT, assert(node:token_accounts_by_owner { owner = keypair, mint = MINT })[1].mint)
    local latest = assert(node:latest_blockhash())
    local transfer = assert(solana.transaction {
      fee_payer = keypair, recent_blockhash = latest.blockhash,
      instructions = { assert(solana.system.transfer(keypair, OWNER, "250000000")) },
    })
    assert.is_nil(assert(node:simulate_transaction(transfer)).err)
    fails("invalid", "^send_transaction: transaction: .*no signature by", node:send_transaction(transfer))
    assert(transfer:sign(keypair))
    local signature = assert(node:send_transaction(transfer))
    assert.equal(transfer:signature(), signature)
    assert.equal(signature, node:send_transaction { transaction = transfer, skip_preflight = true })
    assert.equal("confirmed", assert(node:confirm {
      signature = signature, last_valid_block_height = latest.last_valid_block_height, interval = 0.01,
    }).confirmation_status)
  end)

  it("is known by its first signature", function()
    fails("reply", "the signature is not that of the transaction", rpc("wrong_hash"):send_transaction(transaction()))
    fails("invalid", "^send_transaction: transaction: too big", rpc():send_transaction {
      transaction = { serialize = function() return nil, "too big", "too_large" end },
    })
  end)

  it("may have been sent, though there was no answer", function()
    for code, words in pairs { timeout = "no .*; the transaction %w+ may have been sent: confirm it before signing",
      closed = "may have been sent", connect = "no$" } do
      local node = assert(solana_rpc.rpc { endpoint = "http://x",
        transport = support.transport { { code = code, message = "no" } } })
      local details = fails(code, "^sendTransaction.*" .. words, node:send_transaction { transaction = transaction() })
      assert.equal(name_of(transaction()), details.signature)
    end
    local details = fails("reply", "is not that of the transaction that was sent; the transaction %w+ may have been",
      rpc("wrong_hash"):send_transaction(transaction()))
    assert.equal(name_of(transaction()), details.signature)
  end)

  it("is simulated", function()
    local node, transport = answering(value '{"err":null,"logs":["a"],"unitsConsumed":7}')
    local simulated = assert(node:simulate_transaction { transaction = transaction(), sig_verify = true,
      replace_recent_blockhash = false })
    assert.is_nil(simulated.err)
    assert.same({ "a" }, simulated.logs)
    assert.equal(7, simulated.units_consumed)
    assert.same({ core.base64(transaction()), { encoding = "base64", sigVerify = true, replaceRecentBlockhash = false,
      commitment = "confirmed" } }, params(transport))
    assert.same({ InstructionError = { 0, { Custom = 1 } } }, rpc("preflight"):simulate_transaction(transaction()).err)
  end)

  it("that the preflight refuses comes back with the program's logs", function()
    local node = rpc "preflight"
    local details = fails("rpc", "^sendTransaction at http.*: the node refused: Transaction simulation failed: .*"
      .. "%(code %-32002%): Transfer: insufficient lamports 0, need 5000$", node:send_transaction(transaction()))
    assert.equal(-32002, details.code)
    assert.equal(3, #details.logs)
    assert.same({ InstructionError = { 0, { Custom = 1 } } }, details.err)
    assert.is_string(node:send_transaction { transaction = transaction(), skip_preflight = true })
  end)

  it("whose blockhash is not known is explained", function()
    local body = '{"jsonrpc":"2.0","id":1,"error":{"code":-32002,'
      .. '"message":"Transaction simulation failed: Blockhash not found",'
      .. '"data":{"err":"BlockhashNotFound","logs":[]}}}'
    local node = solana_rpc.rpc { endpoint = "http://x", transport = support.transport { { body = body } } }
    local details = fails("rpc", "take another with latest_blockhash", node:send_transaction(transaction()))
    assert.equal("BlockhashNotFound", details.err)
  end)
end)

describe("confirm", function()
  it("waits for the commitment", function()
    for commitment, slowly in pairs { processed = 1, confirmed = 2, finalized = 3 } do
      local node = rpc()
      local name = assert(node:send_transaction(transaction()))
      assert.same({ false }, node:signature_statuses { name })
      local status = assert(node:confirm { signature = name, commitment = commitment, interval = 0.01,
        last_valid_block_height = "100000" })
      assert.equal(commitment, status.confirmation_status, slowly)
      assert.equal(310, status.slot)
    end
  end)

  it("reads a status of before there was a commitment in it", function()
    local node = answering(value '[{"slot":1,"confirmations":3,"err":null}]',
      value '[{"slot":1,"confirmations":null,"err":null}]')
    assert.equal(1, assert(node:confirm { signature = name_of(transaction()), commitment = "finalized",
      interval = 0.01 }).slot)
  end)

  it("fails when the transaction did", function()
    local node = rpc "failed"
    local name = assert(node:send_transaction(transaction()))
    local details = fails("rpc",
      '^confirm %w+ at http.*: the transaction failed: {"InstructionError":%[0,{"Custom":1}%]}$',
      node:confirm { signature = name, interval = 0.01 })
    assert.same({ InstructionError = { 0, { Custom = 1 } } }, details.err)
    assert.equal(310, details.status.slot)
  end)

  it("fails when the blockhash has expired", function()
    local node = rpc "expired"
    local name = assert(node:send_transaction(transaction()))
    local details = fails("rpc", ": expired: the block height is 500, it could come up to 450; sign it anew",
      node:confirm { signature = name, last_valid_block_height = node:latest_blockhash().last_valid_block_height,
        interval = 0.01 })
    assert.is_true(details.expired)
    assert.equal(500, details.block_height)
  end)

  it("looks once more before it says so", function()
    local name = name_of(transaction())
    local done = value '[{"slot":9,"confirmations":null,"err":null,"confirmationStatus":"finalized"}]'
    local node, transport = answering(value "[null]", "500", done)
    assert.equal(9, assert(node:confirm { signature = name, last_valid_block_height = 450 }).slot)
    assert.same({ { name }, { searchTransactionHistory = true } }, params(transport, 3))
    assert.same({ { name } }, params(transport, 1))
  end)

  it("does so without a history, where the node keeps none", function()
    local name = name_of(transaction())
    local none = '{"jsonrpc":"2.0","id":3,"error":{"code":-32011,"message":"Transaction history is not available"}}'
    local done = value '[{"slot":9,"confirmations":null,"err":null,"confirmationStatus":"finalized"}]'
    for last, expired in pairs { [value "[null]"] = true, [done] = false } do
      local transport = support.transport {
        { body = '{"jsonrpc":"2.0","id":1,"result":' .. value "[null]" .. "}" },
        { body = '{"jsonrpc":"2.0","id":2,"result":500}' }, { body = none },
        { body = '{"jsonrpc":"2.0","id":4,"result":' .. last .. "}" },
      }
      local node = assert(solana_rpc.rpc { endpoint = "http://x", transport = transport })
      local status, _, _, details = node:confirm { signature = name, last_valid_block_height = 450 }
      assert.equal(expired or nil, details and details.expired)
      assert.equal(not expired, status ~= nil)
    end
  end)

  it("takes no failure on a fork for the last word", function()
    local failed = '[{"slot":%d,"confirmations":0,"err":{"InstructionError":[0,"Custom"]},"confirmationStatus":"%s"}]'
    local node = answering(value(failed:format(9, "processed")),
      value '[{"slot":10,"confirmations":1,"err":null,"confirmationStatus":"confirmed"}]')
    assert.equal(10, assert(node:confirm { signature = name_of(transaction()), interval = 0.01 }).slot)
    node = answering(value(failed:format(9, "processed")), value(failed:format(10, "confirmed")))
    local details = fails("rpc", "the transaction failed: ", node:confirm { signature = name_of(transaction()),
      interval = 0.01 })
    assert.equal(10, details.status.slot)
    node = answering(value(failed:format(9, "processed")))
    fails("timeout", 'only processed, at slot 9, where it failed: {"Inst', node:confirm {
      signature = name_of(transaction()), interval = 0.2, timeout = 0.1 })
  end)

  it("ends with the time", function()
    local name = name_of(transaction())
    fails("timeout", "^confirm %w+ at http.*: not within 0.1 s %(option timeout%); it may still come: no status yet$",
      rpc():confirm { signature = name, timeout = 0.1, interval = 0.02 })
    local node = rpc()
    fails("timeout", "no status yet, at block height %d+ of 100000$", node:confirm { signature = name, timeout = 0.1,
      interval = 0.02, last_valid_block_height = 100000 })
    node = answering(value '[{"slot":9,"confirmations":0,"err":null,"confirmationStatus":"processed"}]')
    fails("timeout", "only processed, at slot 9$", node:confirm { signature = name, timeout = 0.1, interval = 0.2 })
  end)

  it("goes on when a node is behind", function()
    local behind = '{"jsonrpc":"2.0","id":1,"error":{"code":-32005,"message":"Node is behind by 42 slots",'
      .. '"data":{"numSlotsBehind":42}}}'
    local done = '{"jsonrpc":"2.0","id":2,"result":' .. value '[{"slot":9,"confirmations":null,"err":null}]' .. "}"
    local node = solana_rpc.rpc { endpoint = "http://x", transport = support.transport { { body = behind },
      { body = done } } }
    assert.equal(9, assert(node:confirm { signature = name_of(transaction()), interval = 0.01 }).slot)
  end)

  it("goes on when a node is away for a moment", function()
    local node = rpc "flaky"
    local name = assert(node:send_transaction(transaction()) or node:send_transaction(transaction()))
    local status = assert(node:confirm { signature = name, interval = 0.01, timeout = 10 })
    assert.is_true(status.confirmation_status == "confirmed" or status.confirmation_status == "finalized")
  end)
end)

describe("The client", function()
  it("can be closed", function()
    local node = rpc()
    node:close()
    fails("closed", "the client is closed", node:slot())
    assert.equal(dstack.null, core.null)
  end)
end)
