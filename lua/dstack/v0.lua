-- DstackClient: the guest agent's frozen (v0) surface.

local client = require "dstack.client"

local M = {}

local Client = client.class("DstackClient",
  { service = "dstack", surface = "v0", other = "tappd", ignorant = "0.5.5" })

local invoke, named = client.invoke, client.named

function Client:info()
  return invoke(self, "Info", {}, "InfoResponse")
end

function Client:get_key(...)
  return invoke(self, "GetKey", client.key_arguments(...), "GetKeyResponse")
end

function Client:get_tls_key(...)
  return invoke(self, "GetTlsKey", client.tls_arguments("get_tls_key", ...), "GetTlsKeyResponse")
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

client.elsewhere(Client, "the v0 surface", {
  issue_cert = "use get_tls_key here, or DstackClientV1:issue_cert, which is the same",
  attest_gpu = "use DstackClientV1:attest_gpu",
  derive_key = "use get_tls_key for certificates, get_key for keys that stay the same",
  tdx_quote = "use get_quote",
  raw_quote = "use get_quote",
  health = "use WorkerClient:health",
  get_attestation_for_app_key = "use WorkerClient:get_attestation_for_app_key",
})

M.DstackClient = Client
M.DstackClientV0 = Client

return M
