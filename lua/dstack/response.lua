-- What calls return: the members of the reply as they are on the wire (bytes as hex text), with
-- methods that decode them. Members nobody knows are in `extra`, so they cannot shadow a method.

local chain = require "dstack.chain"
local core = require "dstack.core"
local hex = require "dstack.hex"

local M = {}

local bytes, list_of_bytes = hex.bytes, hex.list

-- Members that hold key material.
local secret = {
  key = true, temp_ca_key = true, disk_crypt_key = true, env_crypt_key = true, k256_key = true,
}

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
      value = ("%q"):format(value:sub(1, 40)):gsub("\\\n", "\\n") .. (#value > 40 and "..." or "")
    else
      value = type(value) == "table" and "{...}" or tostring(value)
    end
    out[i] = name .. "=" .. value
  end
  return getmetatable(response).__name .. "{" .. table.concat(out, ", ") .. "}"
end

local classes = {}

-- What a guarded method is without its guard, for those that look at its parameters.
M.unguarded = {}

-- What a table of methods does with a new one: called without a colon, it raises at the script's
-- line.
local function guard(class_name)
  return function(methods, name, method)
    local function guarded(self, ...)
      if type(self) ~= "table" or not classes[getmetatable(self)] then
        core.raise(("%s:%s: methods are called with a colon, as in response:%s()"):format(
          class_name, name, name))
      end
      return method(self, ...)
    end
    M.unguarded[guarded] = method
    rawset(methods, name, guarded)
  end
end

-- A class with methods of its own, or with those of another one. finish, where given, is called
-- with a new response and what was asked, and returns the response, or nil, message, code.
local function class(name, methods, finish)
  methods = methods or {}
  local behind = getmetatable(methods) or {}
  behind.__newindex = behind.__newindex or guard(name)
  setmetatable(methods, behind)
  M[name] = setmetatable({
    __name = name, __index = methods, __tostring = describe, finish = finish, is_response = true,
  }, {
    __tostring = function() return "dstack." .. name end,
  })
  classes[M[name]] = true
  return methods
end

M.class = class

-- Makes a response. members and extra come from the codec, checked; request is what was asked.
-- Returns the response, or nil, message, code when a text member does not hold what it must.
function M.new(name, members, extra, request)
  local of = M[name]
  local response = setmetatable(members, of)
  response.extra = extra
  if of.finish then
    return of.finish(response, request)
  end
  return response
end

-- GetKey ---------------------------------------------------------------------------------------

-- What was asked for says what the chain vouches for.
function M.keep_request(response, request)
  response.request = request
  return response
end

local GetKey = class("GetKeyResponse", {}, M.keep_request)

function GetKey:decode_key()
  return bytes(self.key, "key")
end

function GetKey:decode_signature_chain()
  return list_of_bytes(self.signature_chain, "signature_chain")
end

-- v0 replies have no public key: it follows from the key and the algorithm asked for.
function GetKey:public_key()
  local key, message, code = self:decode_key()
  if not key then
    return nil, message, code
  end
  local raw
  raw, message, code = core.public_key(self.request.algorithm, key)
  if not raw then
    return nil, message, code
  end
  return core.hex(raw)
end

function GetKey:verify_chain(options)
  chain.check_names("verify_chain", options, { "app_id", "kms_root", "purpose" })
  local public_key, message, code = self:public_key()
  if not public_key then
    return nil, message, code
  end
  return chain.verify("verify_chain", {
    public_key = public_key, signature_chain = self.signature_chain,
    app_id = options.app_id, kms_root = options.kms_root,
    surface = "v0", purpose = options.purpose or self.request.purpose,
  })
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

-- Requests by the evidence that they got. No member has them: one can be in any JSON text.
local asked_for = setmetatable({}, { __mode = "k" })

function M.remember_request(response, request)
  asked_for[response] = request
  return response
end

-- What a client asked for when it got this evidence; nil for what came by another way.
function M.request_of(response)
  return asked_for[response]
end

local GetQuote = class("GetQuoteResponse", {}, M.remember_request)

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

-- Whether the quote is genuine, and what a policy allows: see dstack.attest.
local function verify(self, options)
  return require("dstack.attest").verify_response(self, options)
end

GetQuote.verify = verify

-- A quote of Tappd's, whose report data no member of the reply shows.
local TdxQuote = class("TdxQuoteResponse", setmetatable({}, { __index = GetQuote }),
  function(response, request)
    return M.keep_request(M.remember_request(response, request), request)
  end)

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

local Attest = class("AttestResponse", {}, M.remember_request)

Attest.verify = verify

function Attest:decode_attestation()
  return bytes(self.attestation, "attestation")
end

-- Info -----------------------------------------------------------------------------------------

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
local function parse_tcb_info(response)
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

class("InfoResponse", {}, parse_tcb_info)

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

-- The KMS's -------------------------------------------------------------------------------------

for _, name in ipairs {
  "KmsMetaResponse", "KmsEnvKeyResponse", "KmsTempCaCertResponse", "KmsAppKeyResponse",
  "KmsKeyResponse", "KmsSignCertResponse", "KmsBootstrapResponse", "KmsOnboardResponse",
  "KmsAttestationInfoResponse",
} do
  class(name)
end

return M
