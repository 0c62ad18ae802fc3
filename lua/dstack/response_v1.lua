-- The responses of the v1 surface, and of the external Worker. IssueCert's is GetTlsKey's, whose
-- members it has.

local chain = require "dstack.chain"
local core = require "dstack.core"
local hex = require "dstack.hex"
local response = require "dstack.response"

local class = response.class

-- The methods of a frozen surface's response.
local function methods_of(name)
  return response[name].__index
end

class("IssueCertResponseV1", methods_of "GetTlsKeyResponse")

local GetKey = class("GetKeyResponseV1", {
  decode_key = methods_of("GetKeyResponse").decode_key,
  decode_signature_chain = methods_of("GetKeyResponse").decode_signature_chain,
}, response.keep_request)

function GetKey:decode_public_key()
  return hex.bytes(self.public_key, "public_key")
end

function GetKey:verify_chain(options)
  chain.check_names("verify_chain", options, { "app_id", "kms_root", "domain" })
  return chain.verify("verify_chain", {
    public_key = self.public_key, signature_chain = self.signature_chain,
    app_id = options.app_id, kms_root = options.kms_root,
    surface = "v1", domain = options.domain or self.request.domain,
    algorithm = self.request.algorithm,
  })
end

-- GPU evidence ---------------------------------------------------------------------------------

local Bundle = class "GpuEvidenceBundleV1"

function Bundle:decode_evidence()
  return hex.bytes(self.evidence, "evidence")
end

-- Makes bundles of the tables in the list of that name.
local function with_bundles(name)
  return function(reply, request)
    for _, bundle in ipairs(reply[name]) do
      setmetatable(bundle, response.GpuEvidenceBundleV1)
    end
    return response.remember_request(reply, request)
  end
end

class("AttestResponseV1", methods_of "AttestResponse", with_bundles "boottime_gpu_evidence")
class("AttestGpuResponseV1", {}, with_bundles "bundles")

class "InfoResponseV1"
class "VersionResponseV1"

-- Worker ---------------------------------------------------------------------------------------

class "HealthResponse"

local AppKey = class("GetAttestationForAppKeyResponse",
  setmetatable({}, { __index = methods_of "GetQuoteResponse" }))

-- The key that the quote is about.
function AppKey:public_key()
  local report_data, message, code = hex.bytes(self.report_data, "report_data")
  if not report_data then
    return nil, message, code
  end
  local key, algorithm, word = core.app_key(report_data)
  if not key then
    return nil, "report_data: " .. algorithm, word
  end
  return core.hex(key), algorithm
end

return response
