-- Random addresses, messages and transactions, and what we make of them: see lines.lua and run. The peers are
-- eth-account (ethereum.py) and viem (ethereum.mjs). Signatures are deterministic (RFC 6979), so whoever makes
-- the same bytes answers the same; each also reads its own bytes, and finds the signer of them.

local crypto = require("dstack").crypto
local ethereum = require("dstack").ethereum
local lines = require "spec.interop.lines"

local bytes, chance, list, pick = lines.bytes, lines.chance, lines.list, lines.pick
local random = math.random

-- Cases ------------------------------------------------------------------------------------------

local function octets(n)
  return "0x" .. bytes(n)
end

-- A number of up to so many bits, as decimal text.
local function number(bits)
  local size = random(0, pick { bits // 8, math.min(8, bits // 8), 1 })
  return size == 0 and "0" or assert(ethereum.units.format(octets(size), 0))
end

local function address()
  return assert(ethereum.to_checksum_address(octets(20)))
end

local make = {}

-- Written with its checksum, without, or with a letter of the other case.
function make.address()
  local text = address()
  if chance(3) then
    text = text:lower()
  elseif chance(2) then
    local at = random(3, 42)
    local letter = text:sub(at, at)
    text = text:sub(1, at - 1) .. (letter:lower() == letter and letter:upper() or letter:lower()) .. text:sub(at + 1)
  end
  return { key = octets(32), text = text }
end

function make.message()
  return { key = octets(32), message = octets(random(0, 200)) }
end

local function access()
  return { address = address(), storage_keys = list(0, pick { 0, 2, 5 }, function() return octets(32) end) }
end

-- Nonces and chain ids as far as JavaScript's numbers go. Without an address there is data: we refuse a creation of
-- nothing, as what somebody forgot an address in; the peers sign it.
local function transaction(kind)
  local tx = {
    type = kind, chain_id = pick { "1", "10", "8453", "4294967296", "9007199254740991" }, nonce = number(48),
    gas_limit = number(64), value = number(256), data = octets(pick { 0, 1, 4, 36, 68, 300 }),
  }
  tx.to = (kind == 3 or tx.data == "0x" or not chance(5)) and address() or nil
  if kind < 2 then
    tx.gas_price = number(256)
  else
    tx.max_priority_fee_per_gas, tx.max_fee_per_gas = number(128), "9007199254740992" .. ("0"):rep(40)
  end
  tx.access_list = kind > 0 and list(0, 3, access) or nil
  if kind == 3 then
    tx.max_fee_per_blob_gas = number(256)
    tx.blob_versioned_hashes = list(1, 6, function() return "0x01" .. bytes(31) end)
  end
  return { key = octets(32), tx = tx }
end

for kind, name in pairs { [0] = "legacy", "access_list", "dynamic_fee", "blob" } do
  make[name] = function() return transaction(kind) end
end

-- Answers ----------------------------------------------------------------------------------------

local answer = {}

function answer.address(case)
  local account = assert(ethereum.account_from_key(case.key))
  local valid = ethereum.is_address(case.text)
  return ("%s %s %s %s"):format(account.address, account.public_key, valid,
    assert(ethereum.to_checksum_address(case.text:lower())))
end

function answer.message(case)
  local account = assert(ethereum.account_from_key(case.key))
  local message = crypto.unhex(case.message:sub(3))
  local signature = assert(account:sign_message(message))
  return ("%s %s"):format(signature, assert(ethereum.recover_message(message, signature)))
end

local function sign(case)
  local account = assert(ethereum.account_from_key(case.key))
  local signed = assert(account:sign_transaction(case.tx))
  local read, about = assert(ethereum.decode_transaction(signed.raw))
  local again = assert(account:sign_transaction(read))
  return ("%s %s %s %s"):format(signed.raw, signed.hash, about.from,
    again.raw == signed.raw and "the same again" or again.raw)
end

answer.legacy, answer.access_list, answer.dynamic_fee, answer.blob = sign, sign, sign, sign

lines.main { make = make, answer = answer }
