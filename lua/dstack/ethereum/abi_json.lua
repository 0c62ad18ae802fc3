-- A contract's ABI as compilers write it in JSON (Solidity's documentation, "Contract ABI
-- Specification", JSON), as the signatures that dstack.ethereum.abi takes.

local core = require "dstack.core"
local octets = require "dstack.octets"

local M = {}

local CALL = "abi.from_json"
local IDENTIFIER = "^[%a_$][%w_$]*$"

local function bad(path, what)
  return nil, ("%s: %s: %s"):format(CALL, path, what), "invalid"
end

-- Parameters -------------------------------------------------------------------------------------

-- What a signature would take for something else than a name; Solidity lets nobody use these.
local reserved = { indexed = true, memory = true, storage = true, calldata = true, payable = true }

-- A parameter's name with a blank in front; names may be empty.
local function name_text(name)
  local is_name = type(name) == "string" and name:find(IDENTIFIER) and not reserved[name]
  return is_name and " " .. name or ""
end

local parameters

-- A tuple has its members beside it: "tuple[2]" is "(...)[2]". Returns the text, or nil, message,
-- code.
local function type_text(one, path)
  local suffix = one.type:match "^tuple([%[%]%d]*)$"
  if suffix then
    local inner, message, code = parameters(one.components, path .. ".components")
    return inner and "(" .. inner .. ")" .. suffix, message, code
  elseif not one.type:find "^%w[%w%[%]]*$" then
    return bad(path, "type: not one of the ABI's")
  end
  return one.type
end

function parameters(list, path)
  if type(list) ~= "table" then
    return bad(path, "a list of parameters expected, got " .. type(list))
  end
  local texts = {}
  for i, one in ipairs(list) do
    local at = ("%s[%d]"):format(path, i)
    if type(one) ~= "table" or type(one.type) ~= "string" then
      return bad(at, "an object with a type expected")
    end
    local text, message, code = type_text(one, at)
    if not text then
      return nil, message, code
    end
    texts[i] = text .. (one.indexed == true and " indexed" or "") .. name_text(one.name)
  end
  return table.concat(texts, ", ")
end

-- Entries ----------------------------------------------------------------------------------------

-- Constructors and what else has no name are passed over.
local homes = { ["function"] = "functions", event = "events", error = "errors" }

local function signature_text(entry, path)
  if type(entry.name) ~= "string" or not entry.name:find(IDENTIFIER) then
    return bad(path .. ".name", "no identifier")
  end
  local inputs, message, code = parameters(entry.inputs or {}, path .. ".inputs")
  if not inputs then
    return nil, message, code
  end
  local text = ("%s %s(%s)"):format(entry.type, entry.name, inputs)
  if entry.type == "function" and type(entry.outputs) == "table" and #entry.outputs > 0 then
    local outputs
    outputs, message, code = parameters(entry.outputs, path .. ".outputs")
    return outputs and ("%s returns (%s)"):format(text, outputs), message, code
  end
  return text .. (entry.anonymous == true and " anonymous" or "")
end

-- Into the list, by the canonical text, and by the name, unless that is several functions'.
local function add(home, about, text)
  table.insert(home, text)
  home[about.text] = text
  home[about.name] = home[about.name] == nil and text
end

local function read_entry(contract, entry, path)
  local home = type(entry) == "table" and homes[entry.type]
  if type(entry) ~= "table" or type(entry.type) ~= "string" then
    return bad(path, "an object with a type expected")
  elseif not home then
    return true
  end
  local text, message, code = signature_text(entry, path)
  local about
  if text then
    about, message, code = core.abi_signature(CALL .. ": " .. path, text)
  end
  if not about then
    return nil, message, code
  end
  add(contract[home], about, text)
  return true
end

-- text: the ABI, or a compiler's file that has it as its member `abi`.
function M.from_json(text)
  octets.check_string(text, CALL .. ": text")
  local list, message, code = core.json_decode(text)
  if list == nil then
    return nil, ("%s: text: %s"):format(CALL, message), code
  end
  list = type(list) == "table" and list.abi or list
  if type(list) ~= "table" or list[1] == nil and next(list) ~= nil then
    return bad("text", "neither a list nor an object that has one as `abi`")
  end
  local contract = { functions = {}, events = {}, errors = {} }
  for i, entry in ipairs(list) do
    local good
    good, message, code = read_entry(contract, entry, ("text[%d]"):format(i))
    if not good then
      return nil, message, code
    end
  end
  return contract
end

return M
