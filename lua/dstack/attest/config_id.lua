-- mr_config_id: what the host said, when it made the machine, that the machine was made for. The
-- events are what the machine itself found; they have to agree.

local core = require "dstack.core"

local M = {}

local numbers = { none = 0, ["local-sgx"] = 1, kms = 2, tpm = 3 }

-- The JSON object in a text, or nil; in: distinct, whether two members of one name make it none.
local function object(text, distinct)
  local value = type(text) == "string" and core.json_decode(text, distinct)
  return type(value) == "table" and value or nil
end

-- The document of form 3 travels in the machine's configuration, or in the vm_config within.
local function document_of(config)
  local outer = object(config)
  local inner = outer and object(outer.vm_config)
  return outer and outer.mr_config or inner and inner.mr_config
end

local function form1(events)
  return core.mr_config_id_v1(events["compose-hash"])
end

-- A compose file may leave the id of the key provider open.
local function form2(events, wanted)
  local provider = object(events["key-provider"])
  local number = provider and numbers[provider.name] or 0
  local id = provider and type(provider.id) == "string" and core.unhex(provider.id) or ""
  for _, one in ipairs { id, "" } do
    local made, message, code = core.mr_config_id_v2(events["compose-hash"], events["app-id"] or "",
      number, one)
    if made == wanted or not made then
      return made, message, code
    end
  end
  return ""
end

-- What the document names and events name too.
local named = { app_id = "app-id", compose_hash = "compose-hash", instance_id = "instance-id" }

-- The document's words for key providers, by those of the event.
local words = { ["local-sgx"] = "local" }

local function provider_of(events)
  local provider = object(events["key-provider"]) or { name = "none" }
  return {
    key_provider = words[provider.name] or provider.name, key_provider_id = provider.id or "",
  }
end

-- Returns the member of the document that events say otherwise, and which event does; or nil.
local function contradiction(document, events)
  for name, event in pairs(named) do
    if document[name] ~= nil and document[name] ~= core.hex(events[event] or "") then
      return name, event
    end
  end
  for name, said in pairs(provider_of(events)) do
    if document[name] ~= nil and document[name] ~= "" and document[name] ~= said then
      return name, "key-provider"
    end
  end
end

-- A document without the compose hash would be one for any application.
local function form3(events, _, config)
  local text = document_of(config)
  local document = object(text, true)
  if type(text) ~= "string" then
    return nil, "it is of form 3, and there is no mr_config in the configuration to compare it with"
  elseif not document then
    return nil, "mr_config is no JSON object, or has a member twice", "verify"
  elseif document.compose_hash == nil then
    return nil, "mr_config names no compose_hash", "verify"
  end
  local name, event = contradiction(document, events)
  if name then
    return nil, ("the %s in mr_config is not that of the event %s"):format(name, event), "verify"
  end
  return core.mr_config_id_v3(text)
end

local forms = { [1] = form1, [2] = form2, [3] = form3 }

-- Compares the value in a report, hex, with the events. Returns true and the form; nil and why it
-- cannot be compared; or false and why they differ.
function M.check(value, events, config)
  local number = tonumber(value:sub(1, 2), 16)
  if value:find "^0+$" then
    return nil, "the host gave none"
  elseif not forms[number] then
    return false, ("it is of form %d, which is not known"):format(number)
  elseif not events["compose-hash"] or #events["compose-hash"] ~= 32 then
    return false, "there is no event compose-hash of 32 bytes"
  end
  local made, message, code = forms[number](events, value, config)
  if made == value then
    return true, "form " .. number
  elseif made then
    return false, ("form %d: the host made the machine for another application"):format(number)
  elseif code then
    return false, message
  end
  return nil, message
end

return M
