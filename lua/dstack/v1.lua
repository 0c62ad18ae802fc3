-- DstackClientV1: the surface that dstack OS 0.6 brought. Its keys are other ones than v0's under
-- the same names, so nothing here ever falls back to v0.

local client = require "dstack.client"
local core = require "dstack.core"
local detect = require "dstack.detect"

require "dstack.response_v1"

local M = {}

local invoke, named = client.invoke, client.named

local Client = client.class("DstackClientV1", {
  service = "dstack", surface = "v1", other = "tappd",
  explain = detect.explain("v0",
    "use DstackClient, which speaks v0; the same names give other keys there"),
})

function Client:issue_cert(...)
  return invoke(self, "IssueCert", client.tls_arguments("issue_cert", ...), "IssueCertResponseV1")
end

local key_names = { "domain", "algorithm" }

function Client:get_key(...)
  return invoke(self, "GetKey", named("get_key", key_names, ...), "GetKeyResponseV1")
end

local attest_names = { "report_data", "include_boottime_gpu_evidence" }

-- Options may come in a table of their own, behind the data.
function Client:attest(...)
  local report_data, options = ...
  local arguments
  if type(options) == "table" and select("#", ...) == 2 then
    arguments = named("attest", attest_names, options)
    if arguments.report_data ~= nil then
      core.raise "attest: the report data are given twice"
    end
    arguments.report_data = report_data
  else
    arguments = named("attest", attest_names, ...)
  end
  return invoke(self, "Attest", arguments, "AttestResponseV1")
end

-- An agent starts a program that talks to the device, one at a time.
local GPU_SECONDS = 60

local nonce_names = { "nonce" }

function Client:attest_gpu(...)
  client.check_self(self, "attest_gpu")
  return invoke(self, "AttestGpu", named("attest_gpu", nonce_names, ...), "AttestGpuResponseV1",
    nil, self.own_timeout or GPU_SECONDS)
end

function Client:info()
  return invoke(self, "Info", {}, "InfoResponseV1")
end

function Client:version()
  return invoke(self, "Version", {}, "VersionResponseV1")
end

client.elsewhere(Client, "the v1 surface", {
  get_tls_key = "use issue_cert here, which is the same, or DstackClient:get_tls_key",
  get_quote = "use attest here, or DstackClient:get_quote",
  sign = "sign with the key that get_key gives, or use DstackClient:sign, whose key is another",
  verify = "verify where you are, or use DstackClient:verify",
  emit_event = "bind through report_data, or use DstackClient:emit_event, which agents since "
    .. "dstack OS 0.6 refuse",
  gpu_info = "use attest_gpu here, or DstackClient:gpu_info",
  derive_key = "use issue_cert for certificates, get_key for keys that stay the same",
  tdx_quote = "use attest",
  raw_quote = "use attest",
  health = "use WorkerClient:health",
  get_attestation_for_app_key = "attest a key of your own, or use "
    .. "WorkerClient:get_attestation_for_app_key",
})

M.DstackClientV1 = Client

return M
