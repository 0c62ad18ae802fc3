-- A node of Solana: answers in the shapes of its JSON-RPC (solana.com/docs/rpc/http), with values
-- that are always the same. What changes: a transaction that is sent has no status when it is first
-- asked for, then goes from processed to confirmed and finalized, a step each time; the block
-- height grows by one each time somebody asks for it; airdrops add to balances.
--
-- Faults of the chain: "preflight" (transactions are refused), "failed" (they fail), "expired"
-- (they never come, and the height leaps), "large" (amounts beyond 2^53), "wrong_hash".

local core = require "dstack.core"
local json = require "dstack.json"

local HEIGHT, SLOT = 300, 310
local BALANCE = 5000000000 -- lamports
local SYSTEM, TOKEN = ("1"):rep(32), "TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA"
local MINT = "EPjFWdd5AufqSSqeM2qN1xzybapC8G4wEGGkZwyTDt1v"

local function text_of(n) -- exact in every Lua
  return json.literal(("%.0f"):format(n))
end

local function with_context(value)
  return { context = { apiVersion = "2.1.0", slot = SLOT }, value = value }
end

local function token_amount()
  return { amount = "1500000", decimals = 6, uiAmount = 1.5, uiAmountString = "1.5" }
end

local refused = {
  code = -32002,
  message = "Transaction simulation failed: Error processing Instruction 0: custom program error: "
    .. "0x1",
  data = {
    accounts = core.null, err = { InstructionError = { 0, { Custom = 1 } } },
    logs = {
      "Program " .. SYSTEM .. " invoke [1]",
      "Program log: Transfer: insufficient lamports 0, need 5000",
      "Program " .. SYSTEM .. " failed: custom program error: 0x1",
    },
    unitsConsumed = 150,
  },
}

-- Methods ----------------------------------------------------------------------------------------

local M = {}

-- What always answers the same.
for name, result in pairs {
  getHealth = "ok", getVersion = { ["solana-core"] = "2.1.0", ["feature-set"] = 1416569292 },
  getGenesisHash = "EtWTRABZaYq6iMfeYKouRu166VU2xqa1wcaWoxPkrZBG", getSlot = SLOT,
  getLatestBlockhash = with_context {
    blockhash = "EkSnNWid2cvwEVnVx9aBqawnmiCNiDgp3gUdkDPTKN1N", lastValidBlockHeight = HEIGHT + 150,
  },
  getTokenAccountBalance = with_context(token_amount()),
} do
  M[name] = function() return result end
end

function M.getBlockHeight(_, chain)
  chain.height = chain.height + (chain.fault == "expired" and 100 or 1)
  return chain.height
end

function M.getBalance(params, chain)
  if chain.fault == "large" then
    return with_context(json.literal "18446744073709551615")
  end
  return with_context(text_of(BALANCE + (chain.airdrops[params[1]] or 0)))
end

-- Two years of rent: 19.055441478439427 lamports a byte and epoch, for 128 bytes more than there
-- are (solana.com/docs/core/accounts), which makes 6960 a byte.
function M.getMinimumBalanceForRentExemption(params)
  return text_of((128 + params[1]) * 6960)
end

function M.getAccountInfo(params, chain)
  if params[1] == SYSTEM then
    return with_context { data = { core.base64 "system_program", "base64" }, executable = true,
      lamports = 1, owner = "NativeLoader1111111111111111111111111111111",
      rentEpoch = json.literal "18446744073709551615", space = 14 }
  elseif chain.airdrops[params[1]] then
    return with_context { data = { "", "base64" }, executable = false,
      lamports = text_of(chain.airdrops[params[1]]), owner = SYSTEM, rentEpoch = 0, space = 0 }
  end
  return with_context(core.null)
end

function M.getTokenAccountsByOwner(params)
  return with_context { {
    pubkey = "7UX2i7SucgLMQcfZ75s3VXmZZY4YRUyJN9X1RgfMoDUi",
    account = {
      data = { program = "spl-token", space = 165, parsed = { type = "account", info = {
        isNative = false, mint = params[2].mint or MINT, owner = params[1], state = "initialized",
        tokenAmount = token_amount(),
      } } },
      executable = false, lamports = 2039280, owner = params[2].programId or TOKEN,
      rentEpoch = json.literal "18446744073709551615", space = 165,
    },
  } }
end

function M.simulateTransaction(_, chain)
  local failed = chain.fault == "preflight"
  return with_context {
    err = failed and refused.data.err or core.null, accounts = core.null, returnData = core.null,
    logs = failed and refused.data.logs or { "Program " .. SYSTEM .. " invoke [1]",
      "Program " .. SYSTEM .. " success" },
    unitsConsumed = 150,
  }
end

function M.requestAirdrop(params, chain)
  chain.airdrops[params[1]] = (chain.airdrops[params[1]] or 0) + params[2]
  local signature = core.base58(core.hash("sha512", "airdrop " .. params[1] .. params[2]))
  chain.sent[signature] = 0
  return signature
end

function M.sendTransaction(params, chain)
  local bytes = core.unbase64(params[1])
  if not bytes or #bytes < 65 or bytes:byte() == 0 then
    return nil, { code = -32602, message = "invalid transaction: failed to deserialize" }
  elseif chain.fault == "preflight" and not params[2].skipPreflight then
    return nil, refused
  end
  local signature = core.base58(bytes:sub(2, 65))
  chain.sent[signature] = chain.sent[signature] or 0
  return chain.fault == "wrong_hash" and core.base58(("\7"):rep(64)) or signature
end

local levels = { "processed", "confirmed", "finalized" }

local function status_of(chain, signature)
  local looks = chain.sent[signature]
  if not looks or chain.fault == "expired" then
    return core.null
  end
  chain.sent[signature] = looks + 1
  local level = levels[math.min(looks, #levels)]
  if not level then
    return core.null
  end
  local err = chain.fault == "failed" and refused.data.err or nil
  return {
    slot = SLOT, confirmations = level == "finalized" and core.null or looks,
    err = err or core.null, status = err and { Err = err } or { Ok = core.null },
    confirmationStatus = level,
  }
end

function M.getSignatureStatuses(params, chain)
  local list = {}
  for i, signature in ipairs(params[1]) do
    list[i] = status_of(chain, signature)
  end
  return with_context(#list > 0 and list or json.empty_array)
end

-- Makes a chain.
return function(fault)
  return { fault = fault, methods = M, height = HEIGHT, sent = {}, airdrops = {} }
end
