-- Random types, values, calls, events and errors, and what we make of them: see lines.lua and run. The peers are
-- eth-abi (abi.py) and viem (abi.mjs). Each also decodes its own bytes, and encodes again what it found.

local abi = require("dstack").ethereum.abi
local lines = require "spec.interop.lines"
local values = require "spec.interop.values"

local list, pick = lines.list, lines.pick

-- Cases ------------------------------------------------------------------------------------------

local make = {}

function make.abi()
  local types, made = values.made(0, 5, 3)
  return { types = types, values = made }
end

-- eth-abi knows the type `function` too.
make["function"] = function()
  local types, made = values.made(0, 5, 3, true)
  return { types = types, values = made }
end

function make.packed()
  local types = list(0, 5, function() return values.atom() end)
  return { types = types, values = list(#types, #types, function(i) return values.of_atom(types[i]) end) }
end

-- Solidity pads what is in an array; eth-abi does not, viem does.
function make.packed_array()
  local kind
  repeat
    kind = values.atom()
  until kind ~= "string" and kind ~= "bytes"
  local items = list(2, 2, function() return values.of_atom(kind) end)
  return { types = { kind .. pick { "[]", "[2]" } }, values = { items } }
end

local function name()
  return pick { "f", "transfer", "_a", "Long_name_9", "x$" }
end

function make.call()
  local inputs, args = values.made(0, 4, 2)
  local outputs, results = values.made(1, 3, 2)
  return { name = name(), inputs = inputs, args = args, outputs = outputs, results = results }
end

function make.error()
  local inputs, args = values.made(0, 4, 2)
  return { name = name(), inputs = inputs, args = args }
end

-- Indexed are atoms: viem makes no topics of what is longer. The first three may be.
function make.event()
  local types, made = values.made(0, 5, 2)
  local indexed = list(#types, #types, function(i)
    return i <= 3 and not types[i]:find "[%[%(]" and lines.chance(2)
  end)
  return { name = name(), inputs = types, args = made, indexed = indexed }
end

-- For each parameter values any of which will do; any at all where there are none, which viem does not say for all.
function make.topics()
  local kinds = list(1, 3, function() return values.atom() end)
  local choices = list(#kinds, #kinds, function(i)
    return list(i == 1 and 1 or 0, 3, function() return values.of_atom(kinds[i]) end)
  end)
  return { name = name(), inputs = kinds, choices = choices }
end

-- Answers ----------------------------------------------------------------------------------------

local answer = {}

local function again(data, other)
  return data == other and data or data .. " then " .. tostring(other)
end

function answer.abi(case)
  local data = assert(abi.encode(case.types, case.values))
  return again(data, assert(abi.encode(case.types, assert(abi.decode(case.types, data)))))
end

answer["function"] = answer.abi

function answer.packed(case)
  return assert(abi.encode_packed(case.types, case.values))
end

answer.packed_array = answer.packed

local function signature(case)
  return ("%s(%s)"):format(case.name, table.concat(case.inputs, ","))
end

function answer.call(case)
  local text = ("function %s returns (%s)"):format(signature(case), table.concat(case.outputs, ","))
  local data, result = assert(abi.encode_call(text, case.args)), assert(abi.encode(case.outputs, case.results))
  local found = assert(abi.decode_result(text, result))
  return again(data, abi.encode_call(text, assert(abi.decode_call(text, data)))) .. " "
    .. again(result, abi.encode(case.outputs, found))
end

function answer.error(case)
  local data = assert(abi.encode_call(signature(case), case.args))
  local reason = assert(abi.decode_error(data, { "error " .. signature(case) }))
  return again(data, abi.encode_call(signature(case), reason.args))
end

-- What is indexed and longer than a word is a hash in the log, and found as that.
local function found_topic(kind, value)
  return (kind == "string" or kind == "bytes") and value or assert(abi.encode(kind, { value }))
end

function answer.event(case)
  local params, wanted, types, rest = {}, {}, {}, {}
  for i, kind in ipairs(case.inputs) do
    params[i] = kind .. (case.indexed[i] and " indexed" or "")
    if case.indexed[i] then
      wanted[i] = case.args[i]
    else
      types[#types + 1], rest[#rest + 1] = kind, case.args[i]
    end
  end
  local text = ("event %s(%s)"):format(case.name, table.concat(params, ","))
  local topics, data = assert(abi.encode_topics(text, wanted)), assert(abi.encode(types, rest))
  local log = assert(abi.decode_log(text, topics, data))
  local found, others = { abi.event(text) }, {}
  for i, kind in ipairs(case.inputs) do
    if case.indexed[i] then
      found[#found + 1] = found_topic(kind, log[i])
    else
      others[#others + 1] = log[i]
    end
  end
  return again(table.concat(topics, " "), table.concat(found, " ")) .. " " .. again(data, abi.encode(types, others))
end

local function place_text(place)
  return type(place) == "table" and "[" .. table.concat(place, ",") .. "]" or type(place) == "string" and place or "any"
end

function answer.topics(case)
  local wanted, texts = {}, {}
  for i, choice in ipairs(case.choices) do
    wanted[i] = #choice > 0 and assert(abi.any_of(choice)) or nil
  end
  local text = ("event %s(%s indexed)"):format(case.name, table.concat(case.inputs, " indexed,"))
  for i, place in ipairs(assert(abi.encode_topics(text, wanted))) do
    texts[i] = place_text(place)
  end
  return table.concat(texts, " ")
end

lines.main { make = make, answer = answer }
