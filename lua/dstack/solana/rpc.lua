-- A node of Solana by its JSON-RPC (solana.com/docs/rpc/http). Addresses, hashes and signatures are
-- base58; an account's data is bytes. Whole numbers are exact: those beyond 2^53 are decimal text.

local arguments = require "dstack.json_rpc.arguments"
local client = require "dstack.client"
local confirm = require "dstack.solana.confirm"
local failure = require "dstack.solana.failure"
local methods = require "dstack.json_rpc.methods"
local shape = require "dstack.json_rpc.shape"
local wire = require "dstack.solana.wire"

local M = {}

local take, read = wire.take, wire.read

-- Rows -------------------------------------------------------------------------------------------

-- The configuration object that comes last. fixed: what is always in it. The commitment is the
-- client's unless the call names one.
local function configuration(options, fixed, values, call, self)
  client.default(values, "commitment", self.rpc.commitment)
  local object, problem = arguments.object(options, values, call)
  for name, value in pairs(object and fixed or {}) do
    object[name] = value
  end
  return object, problem
end

local commitment = { "commitment", "commitment", take.commitment }
local min_context_slot = { "min_context_slot", "minContextSlot", take.u64 }
local usual = { commitment, min_context_slot }

-- A row whose params are arguments {name, taker}, in the order of the wire, and a configuration of
-- options {our name, the wire's, taker}.
local function row(method, list, reader, options, fixed)
  options = options or usual
  return {
    method = method, names = arguments.names(list), further = arguments.names(options),
    read = reader,
    params = function(values, call, self)
      local params, problem = arguments.in_order(list, values, call)
      local config
      if params then
        config, problem = configuration(options, fixed, values, call, self)
      end
      if not config then
        return nil, problem
      end
      params[#params + 1] = next(config) and config or nil
      return params
    end,
  }
end

local address = { "address", take.address }
local transaction, draft = { "transaction", take.transaction }, { "transaction", take.draft }
local value_of = read.value_of

local rows = {
  slot = row("getSlot", {}, shape.whole),
  block_height = row("getBlockHeight", {}, shape.whole),
  genesis_hash = row("getGenesisHash", {}, read.hash, {}),
  latest_blockhash = row("getLatestBlockhash", {}, value_of(read.blockhash)),
  balance = row("getBalance", { address }, value_of(shape.whole)),
  minimum_balance_for_rent_exemption = row("getMinimumBalanceForRentExemption",
    { { "size", take.u64 } }, shape.whole, { commitment }),
  account_info = row("getAccountInfo", { address },
    value_of(shape.found(read.account, "there is no such account")), usual,
    { encoding = "base64" }),
  token_account_balance = row("getTokenAccountBalance", { address }, value_of(read.token_amount),
    { commitment }),
  simulate_transaction = row("simulateTransaction", { draft }, value_of(read.simulation), {
    { "sig_verify", "sigVerify", take.flag },
    { "replace_recent_blockhash", "replaceRecentBlockhash", take.flag },
    commitment, min_context_slot,
  }, { encoding = "base64" }),
  request_airdrop = row("requestAirdrop", { address, { "lamports", take.u64 } }, read.signature,
    { commitment }),
}
rows.request_airdrop.once = true

-- Which of an owner's accounts of tokens: those of a mint, or those of a program.
local function take_filter(values, call)
  if (values.mint == nil) == (values.program_id == nil) then
    return nil, "mint, program_id: one of the two wanted"
  end
  local name = values.mint ~= nil and "mint" or "program_id"
  local taken, problem = take.address(values[name], call, name)
  return taken and { [name == "mint" and "mint" or "programId"] = taken }, problem
end

rows.token_accounts_by_owner = {
  method = "getTokenAccountsByOwner", names = { "owner", "mint", "program_id" },
  further = { "commitment", "min_context_slot" }, read = value_of(shape.list(read.token_account)),
  params = function(values, call, self)
    local owner, problem = take.address(values.owner, call, "owner")
    local filter, config
    if owner then
      filter, problem = take_filter(values, call)
    end
    if filter then
      config, problem = configuration(usual, { encoding = "jsonParsed" }, values, call, self)
    end
    return config and { owner, filter, config }, problem
  end,
}

-- A transaction goes out once: nodes forward it again by themselves until its blockhash expires.
rows.send_transaction = row("sendTransaction", { transaction }, function(value, values)
  local signature, problem = read.signature(value)
  if signature and signature ~= wire.signature_of(values.transaction, "send_transaction") then
    return nil, "the signature is not that of the transaction that was sent"
  end
  return signature, problem
end, {
  { "skip_preflight", "skipPreflight", take.flag },
  { "preflight_commitment", "preflightCommitment", take.commitment },
  { "max_retries", "maxRetries", take.u64 }, min_context_slot,
}, { encoding = "base64" })
rows.send_transaction.once = true

function rows.send_transaction.sent(values)
  return "signature", wire.signature_of(values.transaction, "send_transaction"),
    "confirm it before signing another"
end

local send_params = rows.send_transaction.params

-- The preflight looks at the chain as the client does, or a blockhash would be too new for it.
function rows.send_transaction.params(values, call, self)
  local good, problem = wire.signature_of(values.transaction, call)
  if not good then
    return nil, problem
  end
  client.default(values, "preflight_commitment", self.rpc.commitment)
  return send_params(values, call, self)
end

local known_status = shape.found(read.status, nil)

-- A list as long as that of the signatures; false for one that the node does not know.
rows.signature_statuses = row("getSignatureStatuses", { { "signatures", take.signatures } },
  value_of(function(value, values)
    local list, problem = shape.list(known_status)(value)
    if list and #list ~= #values.signatures then
      return nil, ("%d statuses for %d signatures"):format(#list, #values.signatures)
    end
    return list, problem
  end), { { "search_transaction_history", "searchTransactionHistory", take.flag } })

-- The class --------------------------------------------------------------------------------------

local Rpc, new = methods.class("SolanaRpc", rows, {
  peer = "node", who = "a node", explain = failure.explain,
  options = { commitment = "string" },
  prepare = function(rpc)
    rpc.commitment = rpc.commitment or "confirmed"
    local good, problem = take.commitment(rpc.commitment, "SolanaRpc", "option 'commitment'")
    return good ~= nil, problem
  end,
})

methods.method(Rpc, "confirm", function(self, ...)
  return confirm(self, rows, ...)
end)

M.Rpc, M.rpc = Rpc, new

return M
