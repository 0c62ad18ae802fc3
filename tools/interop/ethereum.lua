-- Signs random messages and transactions, or checks what eth-account signed: see tools/interop_ethereum.
--   usage: dstack-lua ethereum.lua make COUNT    prints cases, a JSON object a line
--          dstack-lua ethereum.lua check         reads such lines

local cjson = require "cjson"
local dstack = require "dstack"

local crypto, ethereum = dstack.crypto, dstack.ethereum

math.randomseed(20251126)

local function octets(n)
  return "0x" .. crypto.hex(crypto.random_bytes(n))
end

local function pick(list)
  return list[math.random(#list)]
end

-- A number of up to so many bits, as decimal text.
local function number(bits)
  local bytes = math.random(0, pick { bits // 8, math.min(8, bits // 8), 1 })
  return bytes == 0 and "0" or assert(ethereum.units.format(octets(bytes), 0))
end

local function address()
  return assert(ethereum.account_from_key(crypto.secp256k1.generate())).address
end

local function list(n, make)
  local made = {}
  for i = 1, n do
    made[i] = make()
  end
  return made
end

local function access()
  return { address = address(), storage_keys = list(pick { 0, 1, 2, 5 }, function() return octets(32) end) }
end

local function transaction(kind)
  local tx = {
    type = kind, chain_id = pick { "1", "10", "8453", "4294967296", "9007199254740991" }, nonce = number(56),
    gas_limit = number(64), value = number(256), data = octets(pick { 1, 4, 36, 68, 300 }),
    to = (kind == 3 or math.random() < 0.8) and address() or nil,
  }
  if kind < 2 then
    tx.gas_price = number(256)
  else
    tx.max_priority_fee_per_gas, tx.max_fee_per_gas = number(128), tostring(2 ^ 53 | 0) .. ("0"):rep(40)
  end
  tx.access_list = kind > 0 and list(pick { 0, 1, 2, 3 }, access) or nil
  if kind == 3 then
    tx.max_fee_per_blob_gas = number(256)
    tx.blob_versioned_hashes = list(pick { 1, 2, 6 }, function() return "0x01" .. octets(31):sub(3) end)
  end
  return tx
end

-- Adds what we make of a case with a key and a message or a transaction.
local function sign(case)
  local account = assert(ethereum.account_from_key(case.key))
  case.address = account.address
  if case.message then
    case.signature = assert(account:sign_message(crypto.unhex(case.message:sub(3))))
  else
    local signed = assert(account:sign_transaction(case.tx))
    case.raw, case.hash = signed.raw, signed.hash
  end
  return case
end

local function make(count)
  for _ = 1, count do
    for kind = 0, 3 do
      print(cjson.encode(sign { key = octets(32), tx = transaction(kind) }))
    end
    print(cjson.encode(sign { key = octets(32), message = octets(math.random(0, 200)) }))
  end
end

local function recover(case)
  if case.message then
    return ethereum.recover_message(crypto.unhex(case.message:sub(3)), case.signature)
  end
  local tx, signed = assert(ethereum.decode_transaction(case.raw))
  assert(ethereum.account_from_key(case.key):sign_transaction(tx).raw == case.raw)
  return signed.from
end

local function check()
  local counts, differences = {}, 0
  for line in io.lines() do
    local theirs = cjson.decode(line)
    local ours = sign { key = theirs.key, tx = theirs.tx, message = theirs.message }
    local kind = theirs.tx and theirs.tx.type + 1 or 5
    counts[kind] = (counts[kind] or 0) + 1
    local same = recover(theirs) == theirs.address
    for name, value in pairs(theirs) do
      same = same and ours[name] == value
    end
    if not same then
      differences = differences + 1
      io.stderr:write("differs: ", line, "\n")
    end
  end
  print(("eth-account's, by us: type 0 %d, type 1 %d, type 2 %d, type 3 %d, messages %d: %d differences"):format(
    counts[1], counts[2], counts[3], counts[4], counts[5], differences))
  os.exit(differences == 0)
end

if arg[1] == "make" then
  make(tonumber(arg[2]))
else
  check()
end
