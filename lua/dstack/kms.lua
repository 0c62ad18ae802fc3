-- The client of a KMS: its services, and the key that environments are sealed to.

local client = require "dstack.client"
local core = require "dstack.core"
local env = require "dstack.env"
local octets = require "dstack.octets"
local option = require "dstack.options"
local transport = require "dstack.transport"

local M = {}

M.variable = "DSTACK_KMS_ENDPOINT"

local invoke, named = client.invoke, client.named

-- The service named here is that of the transport's errors only: an endpoint is always given.
local Kms = client.class("Kms", {
  service = "dstack", surface = "kms", ignorant = "0.5.5", who = "a KMS, or a simulator,",
})

-- A KMS's or a VMM's base URL may end in the path that its methods are under.
local function endpoint_of(asked)
  local endpoint, from = asked, ""
  if endpoint == nil or endpoint == "" then
    endpoint, from = os.getenv(M.variable), " (from " .. M.variable .. ")"
  end
  if endpoint == nil or endpoint == "" then
    return nil, "Kms: which one? Give its URL, such as https://kms.example:8000, or set "
      .. M.variable .. transport.environment_cure(M.variable)
  end
  return endpoint:gsub("^(https?:.*)/prpc/?$", "%1"), from
end

-- Makes a client: kms(endpoint) or kms{...}, with the options of all clients.
function M.kms(options)
  local taken = {}
  if type(options) ~= "table" then
    options = { endpoint = options }
  end
  for name, value in pairs(options) do
    taken[name] = value
  end
  if taken.endpoint ~= nil then
    octets.check_string(taken.endpoint, "kms: endpoint")
  end
  local from
  taken.endpoint, from = endpoint_of(taken.endpoint)
  if not taken.endpoint then
    return nil, from, "invalid"
  elseif from ~= "" then
    option.trust_environment(taken)
  end
  local made, message, code = Kms(taken)
  if not made then
    return nil, message .. from, code
  end
  return made
end

-- Services ---------------------------------------------------------------------------------------

function Kms:get_meta()
  return invoke(self, "GetMeta", {}, "KmsMetaResponse")
end

-- The key of an application, and the KMS's signatures for it, as they came: nothing is proven.
function Kms:get_app_env_encrypt_pub_key(app_id)
  local bytes, message, code = octets.take(app_id, "GetAppEnvEncryptPubKey: app_id", 20)
  if not bytes then
    return nil, message, code
  end
  return invoke(self, "GetAppEnvEncryptPubKey", { app_id = bytes }, "KmsEnvKeyResponse")
end

function Kms:get_temp_ca_cert()
  return invoke(self, "GetTempCaCert", {}, "KmsTempCaCertResponse")
end

function Kms:get_app_key(...)
  return invoke(self, "GetAppKey", named("get_app_key", { "api_version", "vm_config" }, ...),
    "KmsAppKeyResponse")
end

function Kms:get_kms_key(...)
  return invoke(self, "GetKmsKey", named("get_kms_key", { "vm_config" }, ...), "KmsKeyResponse")
end

-- csr and signature are bytes.
function Kms:sign_cert(...)
  return invoke(self, "SignCert",
    named("sign_cert", { "api_version", "csr", "signature", "vm_config" }, ...),
    "KmsSignCertResponse")
end

-- Before it has keys, and its administrator's ----------------------------------------------------

function Kms:onboard_bootstrap(...)
  return invoke(self, "Onboard.Bootstrap", named("onboard_bootstrap", { "domain" }, ...),
    "KmsBootstrapResponse")
end

function Kms:onboard(...)
  return invoke(self, "Onboard.Onboard", named("onboard", { "source_url", "domain" }, ...),
    "KmsOnboardResponse")
end

function Kms:onboard_attestation_info()
  return invoke(self, "Onboard.GetAttestationInfo", {}, "KmsAttestationInfoResponse")
end

function Kms:onboard_finish()
  return invoke(self, "Onboard.Finish", {})
end

function Kms:clear_image_cache(...)
  return invoke(self, "Admin.ClearImageCache",
    named("clear_image_cache", { "image_hash", "config_hash" }, ...))
end

-- A KMS knows no method Version, but any of its words will do.
function Kms:is_reachable()
  local meta, message, code = self:get_meta()
  if meta or code == "rpc" or code == "reply" then
    return true
  end
  return false, message, code
end

-- The key, proven --------------------------------------------------------------------------------

local key_options = {
  signer = "string", max_age = "number", now = "number", allow_legacy = "boolean",
}

-- Who signed a reply of get_app_env_encrypt_pub_key; without options.signer recovered only, not
-- compared. The newer signature covers the time; the older one may have been made at any. Returns
-- the reply with signer and form, or nil, message, code.
function M.prove(reply, app_id, options)
  local timely = reply.signature_v1 ~= "" and reply.timestamp ~= 0
  if type(reply.timestamp) ~= "number" then
    return nil, "timestamp: beyond 2^53, which is no time", "reply"
  elseif not timely and not options.allow_legacy then
    return nil, "this KMS signs no time (those before 0.5.6 do not), so its answer may be an old "
      .. "one; with allow_legacy it is taken all the same", "verify"
  end
  local signer, message, code = env.verify_env_encrypt_public_key(reply.public_key,
    timely and reply.signature_v1 or reply.signature, app_id, {
      signer = options.signer,
      timestamp = timely and reply.timestamp or nil,
      max_age = timely and options.max_age or nil, now = timely and options.now or nil,
    })
  if not signer then
    return nil, message, code
  end
  reply.signer, reply.form = core.hex(signer), timely and "v1" or "legacy"
  return reply
end

-- The key of an application, when the KMS with that root key has signed for it just now. Returns
-- the reply with signer and form, or nil, message, code.
function Kms:env_encrypt_key(app_id, options)
  local what = "env_encrypt_key"
  options = octets.options(options, what, key_options)
  if not options.signer then
    core.raise(what .. ": option 'signer' is missing: without the KMS's root key, from a source you"
      .. " trust, nothing is proven (get_app_env_encrypt_pub_key gives a key unproven)")
  end
  local reply, message, code = self:get_app_env_encrypt_pub_key(app_id)
  if not reply then
    return nil, message, code
  end
  reply, message, code = M.prove(reply, app_id, options)
  if not reply then
    return nil, ("%s at %s: %s"):format(what, self.settled.address, message), code
  end
  return reply
end

M.Kms = Kms

return M
