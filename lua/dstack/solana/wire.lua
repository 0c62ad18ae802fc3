-- Values of Solana's JSON-RPC (solana.com/docs/rpc/http): arguments as they go out, and results as
-- they come in. Takers: see dstack.json_rpc.arguments; readers: see dstack.json_rpc.shape.

local arguments = require "dstack.json_rpc.arguments"
local core = require "dstack.core"
local json = require "dstack.json"
local shape = require "dstack.json_rpc.shape"

local M = { take = {}, read = {} }

local take, read = M.take, M.read

local SIGNATURE_BYTES = 64

-- Arguments --------------------------------------------------------------------------------------

local check_type, wrong_type = arguments.check_type, arguments.wrong_type

local function base58_of_size(bytes, what)
  return function(value, call, name)
    check_type(value, "string", call, name, what)
    local decoded = core.unbase58(value)
    if not decoded or #decoded ~= bytes then
      return nil, ("%s: not %s: base58 of %d bytes expected"):format(name, what, bytes)
    end
    return value
  end
end

local take_key = base58_of_size(32, "an address")

-- A keypair does, as everywhere where a public key is wanted.
function take.address(value, call, name)
  local is_object = type(value) == "table" and getmetatable(value)
  return take_key(is_object and value.public_key or value, call, name)
end

take.signature = base58_of_size(SIGNATURE_BYTES, "a signature")

-- A whole number up to 2^64 - 1, exact: as a number up to 2^53, else as decimal text.
function take.u64(value, call, name)
  if type(value) ~= "number" and type(value) ~= "string" then
    wrong_type(value, call, name, "a whole number, as a number or as decimal text,")
  end
  local text, message = core.solana.amount_write(value, 0)
  if not text then
    return nil, name .. ": " .. message
  end
  return json.literal(text)
end

take.flag = arguments.flag

local commitments = { processed = true, confirmed = true, finalized = true }

function take.commitment(value, call, name)
  check_type(value, "string", call, name, "a commitment")
  if not commitments[value] then
    return nil, name .. ": not one of processed, confirmed, finalized"
  end
  return value
end

take.signatures = arguments.list_of(take.signature, "a list of signatures")

-- A transaction's bytes, or an object that serializes itself. Returns bytes.
-- In: options for it to do so.
local function transaction_bytes(value, call, name, options)
  local object = type(value) == "table" and value.serialize
  local bytes, message = value, nil
  if object then
    bytes, message = value:serialize(options)
  elseif type(value) ~= "string" then
    wrong_type(value, call, name, "a transaction, or its bytes,")
  end
  if not bytes then
    return nil, ("%s: %s"):format(name, message)
  end
  return bytes
end

local function take_transaction(options)
  return function(value, call, name)
    local bytes, problem = transaction_bytes(value, call, name, options)
    if not bytes then
      return nil, problem
    end
    return core.base64(bytes)
  end
end

-- One that is signed; and one that may lack signatures.
take.transaction, take.draft = take_transaction(), take_transaction { allow_missing = true }

-- The first signature of a transaction, which is its name: behind their number, which is at most
-- 127 in one byte (a packet has no room for more). Returns base58, or nil and what is wrong.
function M.signature_of(value, call)
  local bytes, problem = transaction_bytes(value, call, "transaction")
  if not bytes then
    return nil, problem
  end
  local count = bytes:byte() or 0
  local signature = bytes:sub(2, 1 + SIGNATURE_BYTES)
  if count == 0 or count > 127 or #signature < SIGNATURE_BYTES then
    return nil, "transaction: no transaction with a signature"
  elseif signature == ("\0"):rep(SIGNATURE_BYTES) then
    return nil, "transaction: its first signature is missing"
  end
  return core.base58(signature)
end

-- Results ----------------------------------------------------------------------------------------

local function base58_text(bytes, what)
  return function(value)
    local decoded = type(value) == "string" and core.unbase58(value)
    if not decoded or #decoded ~= bytes then
      return nil, "not " .. what
    end
    return value
  end
end

read.address, read.hash = base58_text(32, "an address"), base58_text(32, "a hash")
read.signature = base58_text(SIGNATURE_BYTES, "a signature")

local whole, maybe = shape.whole, shape.nullable

-- {data, "base64"} as bytes.
function read.bytes(value)
  if type(value) ~= "table" or value[2] ~= "base64" or type(value[1]) ~= "string" then
    return nil, 'not [data, "base64"]'
  end
  local bytes, message = core.unbase64(value[1])
  if not bytes then
    return nil, message
  end
  return bytes
end

read.account = shape.object {
  data = read.bytes, owner = read.address, lamports = whole, executable = shape.boolean,
  rentEpoch = whole, space = maybe(whole),
}

read.blockhash = shape.object { blockhash = read.hash, lastValidBlockHeight = whole }

local function digits(value)
  if type(value) ~= "string" or not value:find "^%d+$" then
    return nil, "not a number in decimal digits"
  end
  return value
end

read.token_amount = shape.object {
  amount = digits, decimals = whole, uiAmountString = shape.text,
}

read.status = shape.object {
  slot = whole, confirmations = maybe(whole), err = maybe(shape.any),
  confirmationStatus = maybe(shape.text),
}

read.simulation = shape.object {
  err = maybe(shape.any), logs = maybe(shape.list(shape.text)), unitsConsumed = maybe(whole),
  returnData = maybe(shape.any), accounts = maybe(shape.any),
}

local parsed_account = shape.object {
  pubkey = read.address,
  account = shape.object {
    owner = read.address, lamports = whole,
    data = shape.object {
      program = shape.text,
      parsed = shape.object {
        type = shape.text,
        info = shape.object {
          mint = read.address, owner = read.address, state = shape.text,
          tokenAmount = read.token_amount,
        },
      },
    },
  },
}

-- An account of tokens: what the node parsed of it, in one table.
function read.token_account(value)
  local found, problem = parsed_account(value)
  if problem then
    return nil, problem
  end
  local info = found.account.data.parsed.info
  return {
    address = found.pubkey, mint = info.mint, owner = info.owner, state = info.state,
    program_id = found.account.owner, lamports = found.account.lamports,
    amount = info.token_amount.amount, decimals = info.token_amount.decimals,
    ui_amount_string = info.token_amount.ui_amount_string, extra = info.extra,
  }
end

-- The value out of {context, value}.
function read.value_of(reader)
  return function(result, values)
    if type(result) ~= "table" or result.value == nil or type(result.context) ~= "table" then
      return nil, "not an object with context and value"
    end
    local value, problem = reader(result.value, values)
    return value, problem and "value: " .. problem
  end
end

return M
