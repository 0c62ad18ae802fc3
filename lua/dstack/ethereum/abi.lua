-- Solidity's ABI: arguments of calls, what calls return, events, errors. What goes out as bytes is
-- 0x and hex digits. Which Lua value stands for which type: docs/ethereum_abi.md.

local core = require "dstack.core"
local octets = require "dstack.octets"

local M = {}

local ZERO_X = "^0x%x*$"
local SELECTOR = #"0x01234567"

-- Arguments --------------------------------------------------------------------------------------

-- Types as one text: a list of texts is joined.
local function types_text(types, call)
  if type(types) ~= "table" then
    octets.check_string(types, call .. ": types")
    return types
  end
  for i, text in ipairs(types) do
    octets.check_string(text, ("%s: types[%d]"):format(call, i))
  end
  return table.concat(types, ", ")
end

-- Encoded data as bytes, given as hex text or as they are. What looks like hex is taken for it: the
-- bytes that would look so have a length that no encoded data has, once they are taken for hex.
local function data_bytes(data, call)
  octets.check_string(data, call .. ": data")
  if not data:find(ZERO_X) then
    return data
  end
  local bytes, message, code = core.unhex(data:sub(3))
  if not bytes then
    return nil, ("%s: data: %s"):format(call, message), code
  end
  return bytes
end

local decode_options = { lenient = "boolean" }

-- What is to be decoded: its bytes, and whether that may be lenient; or nil, message, code.
local function take(call, data, options)
  local lenient = octets.options(options, call, decode_options).lenient
  local bytes, message, code = data_bytes(data, call)
  if not bytes then
    return nil, message, code
  end
  return bytes, lenient
end

local articles = { ["function"] = "a function", event = "an event", error = "an error" }

-- What a signature says, if it can be one of that kind.
local function describe(signature, call, noun)
  local about, message, code = core.abi_signature(call, signature)
  if not about then
    return nil, message, code
  elseif about.noun ~= "" and about.noun ~= noun then
    return nil, ("%s: signature: of %s, not of %s"):format(call, articles[about.noun],
      articles[noun]), "invalid"
  end
  return about
end

-- As take, of what a signature of that kind describes.
local function take_of(call, signature, noun, data, options)
  local bytes, lenient, code = take(call, data, options)
  if not bytes then
    return nil, lenient, code
  end
  local about, message
  about, message, code = describe(signature, call, noun)
  if not about then
    return nil, message, code
  end
  return bytes, lenient
end

-- A contract's ABI in JSON, as signatures.
function M.from_json(text)
  return require("dstack.ethereum.abi_json").from_json(text)
end

-- Values -----------------------------------------------------------------------------------------

function M.encode(types, values)
  return core.abi_encode("abi.encode", "types", types_text(types, "abi.encode"), values)
end

function M.encode_packed(types, values)
  return core.abi_encode_packed("abi.encode_packed", "types",
    types_text(types, "abi.encode_packed"), values)
end

-- Keccak-256 of what encode_packed gives, as contracts make it.
function M.hash_packed(types, values)
  local call = "abi.hash_packed"
  return core.abi_encode_packed(call, "types", types_text(types, call), values, true)
end

function M.decode(types, data, options)
  local call = "abi.decode"
  local text = types_text(types, call)
  local bytes, lenient, code = take(call, data, options)
  if not bytes then
    return nil, lenient, code
  end
  return core.abi_decode(call, "types", text, bytes, lenient)
end

-- The selector that data begin with; less of it when they are shorter.
local function front_of(bytes)
  return "0x" .. bytes:sub(1, 4):gsub(".", function(char) return ("%02x"):format(char:byte()) end)
end

-- Calls ------------------------------------------------------------------------------------------

local function selector(signature, call)
  local about, message, code = describe(signature, call, "function")
  if not about then
    return nil, message, code
  end
  return about.hash:sub(1, SELECTOR), about.text
end

-- The first four bytes of the hash: of a function, or of an error.
function M.selector(signature)
  local about, message, code = core.abi_signature("abi.selector", signature)
  if not about then
    return nil, message, code
  elseif about.noun == "event" then
    return nil, "abi.selector: signature: of an event, which has a topic and no selector",
      "invalid"
  end
  return about.hash:sub(1, SELECTOR)
end

function M.encode_call(signature, args)
  local call = "abi.encode_call"
  local front, message, code = selector(signature, call)
  if not front then
    return nil, message, code
  end
  local encoded
  encoded, message, code = core.abi_encode(call, "inputs", signature, args or {})
  if not encoded then
    return nil, message, code
  end
  return front .. encoded:sub(3)
end

function M.decode_call(signature, data, options)
  local call = "abi.decode_call"
  local bytes, lenient, code = take(call, data, options)
  if not bytes then
    return nil, lenient, code
  end
  local front, text
  front, text, code = selector(signature, call)
  if not front then
    return nil, text, code
  elseif front_of(bytes) ~= front then
    return nil, ("%s: data: its selector is %s, that of %s is %s"):format(call, front_of(bytes),
      text, front), "invalid"
  end
  return core.abi_decode(call, "inputs", signature, bytes:sub(5), lenient)
end

-- What a function returned, by the `returns (...)` of its signature.
function M.decode_result(signature, data, options)
  local call = "abi.decode_result"
  local bytes, lenient, code = take_of(call, signature, "function", data, options)
  if not bytes then
    return nil, lenient, code
  end
  return core.abi_decode(call, "outputs", signature, bytes, lenient)
end

-- Events -----------------------------------------------------------------------------------------

-- The first topic of an event's logs.
function M.event(signature)
  local about, message, code = describe(signature, "abi.event", "event")
  if not about then
    return nil, message, code
  elseif about.anonymous then
    return nil, "abi.event: signature: an anonymous event has no topic of its own", "invalid"
  end
  return about.hash
end

-- A mark, since a list may be a value itself. The core knows it by its name.
local AnyOf = { __name = "dstack.ethereum.any_of" }

-- Values any of which will do, for encode_topics. Of an empty list nodes make that all will do, the
-- opposite of what it says.
function M.any_of(values)
  if type(values) ~= "table" then
    core.raise(("abi.any_of: values: a list expected, got %s"):format(
      values == nil and "nothing" or type(values)))
  elseif #values == 0 then
    return nil, "abi.any_of: values: an empty list", "invalid"
  end
  local copy = {}
  for i, value in ipairs(values) do
    copy[i] = value
  end
  return setmetatable(copy, AnyOf)
end

-- Topics to look for: the event's, then those of the indexed parameters that have a value here.
function M.encode_topics(signature, values)
  local call = "abi.encode_topics"
  local about, message, code = describe(signature, call, "event")
  if not about then
    return nil, message, code
  end
  return core.abi_topics(call, signature, values or {})
end

function M.decode_log(signature, topics, data, options)
  local call = "abi.decode_log"
  local bytes, lenient, code = take_of(call, signature, "event", data, options)
  if not bytes then
    return nil, lenient, code
  end
  return core.abi_decode_log(call, signature, topics, bytes, lenient)
end

-- Errors -----------------------------------------------------------------------------------------

-- What Solidity's Panic(uint256) means (Solidity documentation, "Panic via assert and Error via
-- require").
M.panics = {
  [0x00] = "generic panic", [0x01] = "assertion failed",
  [0x11] = "arithmetic overflow or underflow", [0x12] = "division or modulo by zero",
  [0x21] = "conversion to an enum out of its range",
  [0x22] = "a storage byte array that is wrongly encoded", [0x31] = "pop of an empty array",
  [0x32] = "array index out of bounds", [0x41] = "too much memory allocated",
  [0x51] = "call of a zero-initialised internal function",
}

-- Those that the compiler itself makes, with what they say in words.
local builtin = {
  ["Error(string)"] = function(args) return args[1] end,
  ["Panic(uint256)"] = function(args)
    local number = tonumber(args[1])
    local meaning = M.panics[number] or "unknown"
    return number < 256 and ("panic 0x%02x: %s"):format(number, meaning) or "panic: unknown"
  end,
}

local function decode_as(signature, about, bytes, lenient)
  local args, message, code = core.abi_decode("abi.decode_error", "inputs", signature,
    bytes:sub(5), lenient)
  if not args then
    return nil, message, code
  end
  local say = builtin[about.text]
  return {
    name = about.name, signature = about.text, args = args,
    message = say and say(args) or about.text,
  }
end

-- The contract's own signatures, then those that are always known.
local function error_signatures(signatures, call)
  local all = { "Error(string)", "Panic(uint256)" }
  if signatures ~= nil and type(signatures) ~= "table" then
    core.raise(("%s: signatures: table expected, got %s"):format(call, type(signatures)))
  end
  for i, signature in ipairs(signatures or {}) do
    octets.check_string(signature, ("%s: signatures[%d]"):format(call, i))
    table.insert(all, i, signature)
  end
  return all
end

-- The reason that a call reverted with.
function M.decode_error(data, signatures, options)
  local call = "abi.decode_error"
  local all = error_signatures(signatures, call)
  local bytes, lenient, code = take(call, data, options)
  if not bytes then
    return nil, lenient, code
  elseif bytes == "" then
    return nil, call .. ": data: empty; the call reverted without a reason", "invalid"
  end
  for _, signature in ipairs(all) do
    local about, message
    about, message, code = describe(signature, call, "error")
    if not about then
      return nil, message, code
    elseif front_of(bytes) == about.hash:sub(1, SELECTOR) then
      return decode_as(signature, about, bytes, lenient)
    end
  end
  return nil, ("%s: data: no signature here has the selector %s"):format(call, front_of(bytes)),
    "invalid"
end

return M
