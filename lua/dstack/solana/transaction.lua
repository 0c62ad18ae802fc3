-- Transactions: a message, which is bytes and does not change, and signatures that are added.

local address = require "dstack.solana.address"
local core = require "dstack.core"
local keypairs = require "dstack.solana.keypair"
local octets = require "dstack.octets"
local plans = require "dstack.solana.plan"
local view = require "dstack.solana.view"

local M = {}

local Transaction = { __name = "dstack.solana.Transaction" }
Transaction.__index = Transaction
M.Transaction = Transaction

local SIGNATURE_BYTES = 64
local MISSING = ("\0"):rep(SIGNATURE_BYTES)

-- Making them ----------------------------------------------------------------------------------

-- bytes: the message's. signatures: their bytes, one after the other.
local function new(bytes, signatures)
  local decoded, message, code = core.solana.message(bytes)
  if not decoded then
    return nil, message, code
  end
  local self = { bytes = bytes, signers = {}, places = {}, signed = {} }
  for i = 1, decoded.signers do
    local signature = signatures:sub((i - 1) * SIGNATURE_BYTES + 1, i * SIGNATURE_BYTES)
    self.signers[i] = decoded.keys[i].pubkey
    self.places[self.signers[i]] = i
    self.signed[i] = #signature == SIGNATURE_BYTES and signature ~= MISSING and signature or nil
  end
  return setmetatable(self, Transaction)
end

local function failed(call, message, code)
  return nil, call .. ": " .. message, code
end

function M.transaction(given)
  local plan, message, code = plans.make(given)
  if not plan then
    return nil, message, code
  end
  local bytes
  bytes, message, code = core.solana.compile(plan)
  if not bytes then
    return failed("transaction", message, code)
  end
  return new(bytes, "")
end

function M.deserialize(bytes)
  octets.check_string(bytes, "deserialize: bytes")
  local message_bytes, signatures, code = core.solana.transaction(bytes)
  if not message_bytes then
    return failed("deserialize", signatures, code)
  end
  return new(message_bytes, signatures)
end

function M.deserialize_base64(text)
  octets.check_string(text, "deserialize_base64: text")
  local bytes, message, code = core.unbase64(text)
  if not bytes then
    return failed("deserialize_base64", message, code)
  end
  return M.deserialize(bytes)
end

function M.deserialize_message(bytes)
  octets.check_string(bytes, "deserialize_message: bytes")
  local made, message, code = new(bytes, "")
  if not made then
    return failed("deserialize_message", message, code)
  end
  return made
end

-- Signing --------------------------------------------------------------------------------------

local function check_keypairs(call, ...)
  local list = { ... }
  for i = 1, select("#", ...) do
    if not keypairs.is_keypair(list[i]) then
      core.raise(("%s: argument %d: keypair expected, got %s"):format(call, i, type(list[i])))
    end
  end
  return list
end

-- The place of a signer. Returns it, or nil, message, code.
local function place_of(self, call, public_key)
  local place = self.places[public_key]
  if not place then
    return nil, ("%s: %s is no signer of this transaction; its signers are %s"):format(call,
      public_key, table.concat(self.signers, ", ")), "invalid"
  end
  return place
end

-- Signatures by these keypairs, at their places.
local function sign_all(self, call, list)
  local made = {}
  for _, keypair in ipairs(list) do
    local place, message, code = place_of(self, call, keypair.public_key)
    if not place then
      return nil, message, code
    elseif made[place] then
      return nil, ("%s: %s is given twice"):format(call, keypair.public_key), "invalid"
    end
    made[place], message, code = keypair:sign(self.bytes)
    if not made[place] then
      return nil, message, code
    end
  end
  return made
end

-- Those whose signature is in neither list.
local function missing(self, further)
  local names = {}
  for i, name in ipairs(self.signers) do
    if not self.signed[i] and not (further and further[i]) then
      names[#names + 1] = name
    end
  end
  return names
end

local function is_missing(call, names)
  return nil, ("%s: no signature by %s"):format(call, table.concat(names, ", ")), "invalid"
end

local function add(self, made)
  for place, signature in pairs(made) do
    self.signed[place] = signature
  end
  return self
end

function Transaction:sign(...)
  local made, message, code = sign_all(self, "sign", check_keypairs("sign", ...))
  if not made then
    return nil, message, code
  end
  local names = missing(self, made)
  if #names > 0 then
    return is_missing("sign", names)
  end
  return add(self, made)
end

function Transaction:partial_sign(...)
  local made, message, code = sign_all(self, "partial_sign", check_keypairs("partial_sign", ...))
  if not made then
    return nil, message, code
  end
  return add(self, made)
end

function Transaction:add_signature(public_key, signature)
  local call = "add_signature"
  local bytes, message, code = address.bytes(public_key, call .. ": public_key")
  local place, good
  if bytes then
    place, message, code = place_of(self, call, core.base58(bytes))
  end
  if place then
    good, message, code = core.solana.verify(bytes, signature, self.bytes)
    message = message and call .. ": " .. message
  end
  if not good then
    return nil, message, code
  end
  return add(self, { [place] = signature })
end

-- Signatures -----------------------------------------------------------------------------------

function Transaction:missing_signers()
  return missing(self)
end

function Transaction:signatures()
  local list = {}
  for i, signer in ipairs(self.signers) do
    local signature = self.signed[i]
    list[i] = { public_key = signer, signature = signature and core.base58(signature) }
  end
  return list
end

function Transaction:signature()
  if not self.signed[1] then
    return is_missing("signature", { self.signers[1] .. ", who pays the fee" })
  end
  return core.base58(self.signed[1])
end

function Transaction:verify_signatures()
  local call, names = "verify_signatures", missing(self)
  if #names > 0 then
    local _, message = is_missing(call, names)
    return nil, message, "verify"
  end
  for i, signer in ipairs(self.signers) do
    local key = address.decode(signer, call)
    local good, _, code = core.solana.verify(key, self.signed[i], self.bytes)
    if not good then
      return nil, ("%s: the signature of %s is not by it over this message"):format(call, signer),
        code
    end
  end
  return true
end

-- Bytes ----------------------------------------------------------------------------------------

function Transaction:message_bytes()
  return self.bytes
end

function Transaction:message()
  return view.message(assert(core.solana.message(self.bytes)))
end

function Transaction:serialize(options)
  options = octets.options(options, "serialize", { allow_missing = "boolean" })
  local names = missing(self)
  if #names > 0 and not options.allow_missing then
    return is_missing("serialize", names)
  end
  local list = {}
  for i = 1, #self.signers do
    list[i] = self.signed[i] or MISSING
  end
  return core.solana.wire(self.bytes, table.concat(list))
end

function Transaction:to_base64(options)
  local bytes, message, code = self:serialize(options)
  if not bytes then
    return nil, message, code
  end
  return core.base64(bytes)
end

-- Called without a colon, a method says so.
for name, method in pairs(Transaction) do
  if type(method) == "function" then
    Transaction[name] = function(self, ...)
      if getmetatable(self) ~= Transaction then
        core.raise(("Transaction:%s: methods are called with a colon, as in transaction:%s()")
          :format(name, name))
      end
      return method(self, ...)
    end
  end
end

function Transaction:__tostring()
  return ("Solana transaction of %s, %d of %d signatures"):format(self.signers[1],
    #self.signers - #missing(self), #self.signers)
end

return M
