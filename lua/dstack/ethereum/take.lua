-- Takers of the arguments of Ethereum's JSON-RPC (Ethereum Execution APIs), see
-- dstack.json_rpc.arguments.

local arguments = require "dstack.json_rpc.arguments"
local core = require "dstack.core"

local take = {}

local check_type, list_of = arguments.check_type, arguments.list_of

-- Scalars ----------------------------------------------------------------------------------------

local function hex_of_size(bytes, what)
  local pattern = "^0x" .. ("%x"):rep(2 * bytes) .. "$"
  return function(value, call, name)
    check_type(value, "string", call, name, what)
    if not value:find(pattern) then
      return nil, ("%s: not %s: 0x and %d hex digits expected"):format(name, what, 2 * bytes)
    end
    return value
  end
end

take.hash = hex_of_size(32, "a hash")

-- Bytes, or 0x and their hex digits: as transactions take them (src/lua/bytes.h).
function take.data(value, call, name)
  check_type(value, "string", call, name, "bytes or 0x and hex digits")
  if value:find "^0x" then
    if not value:find "^0x%x*$" or #value % 2 == 1 then
      return nil, name .. ": 0x, but no hex digits in pairs behind it"
    end
    return value
  elseif value:find "^%x+$" then
    return nil, name .. ": nothing but hex digits: are they hex, which begins with 0x, or bytes?"
  end
  return "0x" .. core.hex(value)
end

-- What the core takes; the call is named by whoever asked.
local function by(taker)
  return function(value, call, name)
    local text, message = taker(value, call, name)
    if not text then
      return nil, message:sub(#call + 3)
    end
    return text
  end
end

take.amount = by(core.quantity)

local take_address = by(core.ethereum_to_checksum_address)

-- An account does too.
function take.address(value, call, name)
  local is_object = type(value) == "table" and getmetatable(value)
  return take_address(is_object and value.address or value, call, name)
end

-- False where nothing is said.
function take.flag(value, call, name)
  return value ~= nil and arguments.flag(value, call, name)
end

local tags = { latest = true, pending = true, earliest = true, safe = true, finalized = true }

-- A block's number or tag; the latest where nothing is said.
function take.block(value, call, name)
  if value == nil then
    return "latest"
  elseif type(value) ~= "number" then
    check_type(value, "string", call, name, "a block's number or tag")
    if tags[value] then
      return value
    elseif not value:find "^%d+$" and not value:find "^0x%x+$" then
      return nil, name .. ": neither a block's number nor latest, pending, earliest, safe or "
        .. "finalized"
    end
  end
  return take.amount(value, call, name)
end

-- Lists and objects -------------------------------------------------------------------------------

-- One, or a list of those any of which will do.
local function one_or_list(taker)
  local list = list_of(taker)
  return function(value, call, name)
    return (type(value) == "table" and list or taker)(value, call, name)
  end
end

-- Topics stand at their places; null lets any pass.
local function topic(value, call, name)
  if value == core.null then
    return value
  end
  return one_or_list(take.hash)(value, call, name)
end

local function object_of(members)
  return function(values, call)
    return arguments.object(members, values, call)
  end
end

local access_members = {
  { "address", "address", take.address },
  { "storage_keys", "storageKeys", list_of(take.hash) },
}

local function access_entry(value, call, name)
  check_type(value, "table", call, name, "{address =, storage_keys =}")
  check_type(value.address, "string", call, name .. ": address", "an address")
  check_type(value.storage_keys, "table", call, name .. ": storage_keys", "a list")
  return object_of(access_members)(value, call)
end

-- What a transaction is made of, out of a call's arguments.
take.transaction = object_of {
  { "from", "from", take.address }, { "to", "to", take.address }, { "data", "data", take.data },
  { "value", "value", take.amount }, { "gas_limit", "gas", take.amount },
  { "gas_price", "gasPrice", take.amount }, { "max_fee_per_gas", "maxFeePerGas", take.amount },
  { "max_priority_fee_per_gas", "maxPriorityFeePerGas", take.amount },
  { "access_list", "accessList", list_of(access_entry) },
}

local filter = object_of {
  { "address", "address", one_or_list(take.address) }, { "topics", "topics", list_of(topic) },
  { "from_block", "fromBlock", take.block }, { "to_block", "toBlock", take.block },
  { "block_hash", "blockHash", take.hash },
}

-- Which logs, out of a call's arguments.
function take.filter(values, call)
  if values.block_hash ~= nil and (values.from_block ~= nil or values.to_block ~= nil) then
    return nil, "block_hash: it takes the place of from_block and to_block"
  end
  return filter(values, call)
end

return take
