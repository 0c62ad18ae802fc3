-- What calls return: the members of the reply as they are on the wire (bytes as hex text), with
-- methods that decode them. Members nobody knows are in `extra`, so they cannot shadow a method.

local core = require "dstack.core"

local M = {}

-- Members that hold key material.
local secret = { key = true }

local function describe(response)
  local names = {}
  for name in pairs(response) do
    names[#names + 1] = name
  end
  table.sort(names)
  local out = {}
  for i, name in ipairs(names) do
    local value = response[name]
    if secret[name] then
      value = "<secret>"
    elseif type(value) == "string" then
      value = #value > 40 and ("%q..."):format(value:sub(1, 40)) or ("%q"):format(value)
    else
      value = type(value) == "table" and "{...}" or tostring(value)
    end
    out[i] = name .. "=" .. value
  end
  return getmetatable(response).__name .. "{" .. table.concat(out, ", ") .. "}"
end

-- A class with methods of its own, or with those of another one.
local function class(name, methods)
  methods = methods or {}
  M[name] = setmetatable({ __name = name, __index = methods, __tostring = describe }, {
    __tostring = function() return "dstack." .. name end,
  })
  return methods
end

-- Makes a response. members and extra come from the codec, checked; request is what was asked.
-- Returns the response, or nil, message, code when a text member does not hold what it must.
function M.new(name, members, extra, request)
  local response = setmetatable(members, M[name])
  response.extra = extra
  if name == "GetKeyResponse" or name == "TdxQuoteResponse" then
    response.request = request
  elseif name == "InfoResponse" then
    return M.parse_tcb_info(response)
  end
  return response
end

-- Hex members were checked when the reply was read, but a script may have changed them since.
local function bytes(text, what)
  if type(text) ~= "string" then
    core.raise(("%s: hex text expected, got %s; methods are called with a colon"):format(what,
      type(text)))
  end
  local raw, message, code = core.unhex(text)
  if not raw then
    return nil, what .. ": " .. message, code
  end
  return raw
end

local function list_of_bytes(list, what)
  local out = {}
  for i, text in ipairs(list) do
    local raw, message, code = bytes(text, what .. "[" .. i .. "]")
    if not raw then
      return nil, message, code
    end
    out[i] = raw
  end
  return out
end

-- Arguments that are hex text, with or without 0x.
local function hex_argument(options, name)
  local text = options[name]
  if type(text) ~= "string" then
    core.raise(("verify_chain: bad argument '%s' (hex text expected, got %s)"):format(name,
      type(text)))
  elseif text:find "[^%x]" and not text:find "^0[xX]%x*$" then
    return nil, name .. ": not hex text", "invalid"
  end
  return bytes((text:gsub("^0[xX]", "")), name)
end

-- GetKey ---------------------------------------------------------------------------------------

local GetKey = class "GetKeyResponse"

function GetKey:decode_key()
  return bytes(self.key, "key")
end

function GetKey:decode_signature_chain()
  return list_of_bytes(self.signature_chain, "signature_chain")
end

-- v0 replies have no public key: it follows from the key and the algorithm asked for.
local function public_key(self)
  local key, message, code = self:decode_key()
  if not key then
    return nil, message, code
  end
  return core.public_key(self.request.algorithm, key)
end

function GetKey:public_key()
  local raw, message, code = public_key(self)
  if not raw then
    return nil, message, code
  end
  return core.hex(raw)
end

local chain_options = { app_id = true, purpose = true, kms_root = true }

local function check_chain_options(options)
  if type(options) ~= "table" then
    core.raise "verify_chain wants a table: {app_id =, kms_root =, purpose =}"
  end
  for name in pairs(options) do
    if not chain_options[name] then
      core.raise(("verify_chain: unknown option '%s'; there are: app_id, kms_root, purpose"):format(
        tostring(name)))
    end
  end
end

function GetKey:verify_chain(options)
  check_chain_options(options)
  local app_id, message, code = hex_argument(options, "app_id")
  if not app_id then
    return nil, message, code
  end
  local kms_root
  kms_root, message, code = hex_argument(options, "kms_root")
  if not kms_root then
    return nil, message, code
  end
  local links
  links, message, code = self:decode_signature_chain()
  if not links then
    return nil, message, code
  end
  local own
  own, message, code = public_key(self)
  if not own then
    return nil, message, code
  end
  local purpose = options.purpose or self.request.purpose
  if type(purpose) ~= "string" then
    core.raise "verify_chain: bad argument 'purpose' (string expected)"
  end
  local root
  root, message, code = core.verify_chain {
    purpose = purpose, public_key = own, app_id = app_id, kms_root = kms_root,
    link0 = links[1] or "", link1 = links[2] or "",
  }
  if not root then
    return nil, message, code
  end
  return core.hex(root)
end

-- GetTlsKey, DeriveKey -------------------------------------------------------------------------

local GetTlsKey = class "GetTlsKeyResponse"

function GetTlsKey:as_uint8array(max_length)
  local good = type(max_length) == "number" and max_length >= 0 and max_length % 1 == 0
  if max_length ~= nil and not good then
    core.raise "as_uint8array: bad argument 'max_length' (a number of bytes expected)"
  end
  local der, message, code = core.pem_to_der(self.key, "PRIVATE KEY")
  if not der or not max_length then
    return der, message, code
  end
  return (der .. ("\0"):rep(max_length - #der)):sub(1, max_length)
end

class("DeriveKeyResponse", GetTlsKey)

-- GetQuote, TdxQuote, Attest -------------------------------------------------------------------

local GetQuote = class "GetQuoteResponse"

function GetQuote:decode_quote()
  return bytes(self.quote, "quote")
end

function GetQuote:decode_event_log()
  local events, message, code = core.event_log(self.event_log)
  if not events then
    return nil, "event_log: " .. message, code
  end
  for i, event in ipairs(events) do
    events[i] = setmetatable(event, M.EventLog)
  end
  return events
end

function GetQuote:replay_rtmrs()
  local rtmrs, message, code = core.replay_rtmrs(self.event_log)
  if not rtmrs then
    return nil, "event_log: " .. message, code
  end
  return rtmrs
end

function GetQuote:td_report()
  local quote, message, code = self:decode_quote()
  if not quote then
    return nil, message, code
  end
  return core.td_report(quote)
end

-- A quote of Tappd's, whose report data no member of the reply shows.
local TdxQuote = class("TdxQuoteResponse", setmetatable({}, { __index = GetQuote }))

-- Says what of the reply is not what the request makes, or nil.
local function differs(self, report, wanted, algorithm, prefix)
  for name, value in pairs { hash_algorithm = algorithm, prefix = prefix } do
    if self[name] ~= "" and self[name] ~= value then -- agents of dstack OS 0.3 do not say
      return ("%s: mismatch: %q is not what was asked for"):format(name, self[name])
    end
  end
  if report.report_data ~= wanted then
    return "quote: mismatch: its report data are not what the request makes"
  end
end

function TdxQuote:verify_report_data()
  local report, message, code = self:td_report()
  if not report then
    return nil, message, code
  end
  local asked = self.request
  local wanted, algorithm, prefix = core.app_report_data(asked.report_data,
    asked.hash_algorithm or "raw", asked.prefix or "")
  if not wanted then
    return nil, algorithm, prefix
  end
  local problem = differs(self, report, core.hex(wanted), algorithm, prefix)
  if problem then
    return nil, problem, "verify"
  end
  return report.report_data
end

local Attest = class "AttestResponse"

function Attest:decode_attestation()
  return bytes(self.attestation, "attestation")
end

-- Info -----------------------------------------------------------------------------------------

class "InfoResponse"
class "TcbInfo"
class "EventLog"

-- Absent is what Lua calls null: registers are null off TDX.
local function drop_nulls(object)
  for name, value in pairs(object) do
    if value == core.null then
      object[name] = nil
    end
  end
end

-- tcb_info is JSON inside JSON. "" means that it is hidden: no table then. Its text is kept, since
-- hashes are over bytes.
function M.parse_tcb_info(response)
  response.tcb_info_text = response.tcb_info
  response.tcb_info = nil
  if response.tcb_info_text == "" then
    return response
  end
  local parsed, message = core.json_decode(response.tcb_info_text)
  if type(parsed) ~= "table" or parsed[1] ~= nil then
    return nil, "tcb_info: " .. (message or "type: not a JSON object"), "reply"
  end
  drop_nulls(parsed)
  if type(parsed.event_log) == "table" then
    for _, event in ipairs(parsed.event_log) do
      if type(event) == "table" then
        setmetatable(event, M.EventLog)
      end
    end
  end
  response.tcb_info = setmetatable(parsed, M.TcbInfo)
  return response
end

-- Sign, Verify, Version, GpuInfo ---------------------------------------------------------------

local Sign = class "SignResponse"

function Sign:decode_signature()
  return bytes(self.signature, "signature")
end

function Sign:decode_public_key()
  return bytes(self.public_key, "public_key")
end

function Sign:decode_signature_chain()
  return list_of_bytes(self.signature_chain, "signature_chain")
end

class "VerifyResponse"
class "VersionResponse"
class "GpuInfoResponse"

return M
