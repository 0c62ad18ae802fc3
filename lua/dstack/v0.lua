-- DstackClient: the guest agent's frozen (v0) surface.

local client = require "dstack.client"

local M = {}

local Client = client.class("DstackClient",
  { service = "dstack", surface = "v0", other = "tappd", ignorant = "0.5.5" })

local invoke, named, default = client.invoke, client.named, client.default

function Client:info()
  return invoke(self, "Info", {}, "InfoResponse")
end

function Client:get_key(...)
  return invoke(self, "GetKey", client.key_arguments(...), "GetKeyResponse")
end

local tls_names = {
  "subject", "alt_names", "usage_ra_tls", "usage_server_auth", "usage_client_auth",
  "not_before", "not_after", "with_app_info",
}

function Client:get_tls_key(...)
  local arguments = named("get_tls_key", tls_names, ...)
  default(arguments, "subject", "")
  default(arguments, "usage_ra_tls", false)
  default(arguments, "usage_server_auth", true)
  default(arguments, "usage_client_auth", false)
  return invoke(self, "GetTlsKey", arguments, "GetTlsKeyResponse")
end

local report_names = { "report_data" }

function Client:get_quote(...)
  return invoke(self, "GetQuote", named("get_quote", report_names, ...), "GetQuoteResponse")
end

function Client:attest(...)
  return invoke(self, "Attest", named("attest", report_names, ...), "AttestResponse")
end

local event_names = { "event", "payload" }

function Client:emit_event(...)
  return invoke(self, "EmitEvent", named("emit_event", event_names, ...))
end

local sign_names = { "algorithm", "data" }

function Client:sign(...)
  return invoke(self, "Sign", named("sign", sign_names, ...), "SignResponse")
end

local verify_names = { "algorithm", "data", "signature", "public_key" }

function Client:verify(...)
  return invoke(self, "Verify", named("verify", verify_names, ...), "VerifyResponse")
end

function Client:version()
  return invoke(self, "Version", {}, "VersionResponse")
end

function Client:gpu_info()
  return invoke(self, "GpuInfo", {}, "GpuInfoResponse")
end

M.DstackClient = Client

return M
