-- TappdClient: the agent of dstack OS 0.3, whose socket later ones keep. Deprecated, as the service
-- is; agents of dstack OS 0.5 and newer have DstackClient's socket too.

local client = require "dstack.client"
local deprecation = require "dstack.deprecation"

local M = {}

local invoke, named, default = client.invoke, client.named, client.default

local Client = client.class("TappdClient",
  { service = "tappd", surface = "tappd", other = "dstack", ignorant = "0.5.6" },
  function()
    deprecation.notice("TappdClient", "use DstackClient, and mount /var/run/dstack.sock")
  end)

local key_names = {
  "path", "subject", "alt_names", "usage_ra_tls", "usage_server_auth", "usage_client_auth",
  "random_seed",
}

-- Usages are sent as they are given: agents issue for none where none is named.
function Client:derive_key(...)
  deprecation.notice("TappdClient:derive_key",
    "use DstackClient:get_tls_key for certificates, get_key for keys that stay the same")
  local arguments = named("derive_key", key_names, ...)
  default(arguments, "path", "")
  default(arguments, "subject", arguments.path)
  return invoke(self, "DeriveKey", arguments, "DeriveKeyResponse")
end

local quote_names = { "report_data", "hash_algorithm", "prefix" }

local RAW_BYTES = 64

-- Raw data go into the quote as they are: shorter ones get zeros in front of them, as from all of
-- upstream's SDKs. (DstackClient's get_quote is another thing: its agent puts zeros behind.)
local function pad(arguments)
  local data = arguments.report_data
  if arguments.hash_algorithm == "raw" and type(data) == "string" then
    arguments.report_data = ("\0"):rep(RAW_BYTES - #data) .. data
  end
end

function Client:tdx_quote(...)
  deprecation.notice("TappdClient:tdx_quote", "use DstackClient:get_quote")
  local arguments = named("tdx_quote", quote_names, ...)
  default(arguments, "hash_algorithm", "sha512")
  pad(arguments)
  return invoke(self, "TdxQuote", arguments, "TdxQuoteResponse")
end

local report_names = { "report_data" }

function Client:raw_quote(...)
  deprecation.notice("TappdClient:raw_quote", "use DstackClient:get_quote")
  return invoke(self, "RawQuote", named("raw_quote", report_names, ...), "TdxQuoteResponse")
end

function Client:get_key(...)
  return invoke(self, "DeriveK256Key", client.key_arguments(...), "GetKeyResponse")
end

function Client:info()
  return invoke(self, "Info", {}, "InfoResponse")
end

function Client:version()
  return invoke(self, "Version", {}, "VersionResponse")
end

-- What DstackClient has and this service never had, and what to do about it.
client.elsewhere(Client, "the Tappd service", {
  get_quote = "use DstackClient:get_quote, or tdx_quote here",
  get_tls_key = "use DstackClient:get_tls_key, or derive_key here",
  attest = "use DstackClient:attest, or tdx_quote here",
  emit_event = "use DstackClient:emit_event",
  sign = "use DstackClient:sign, or sign with the key that get_key gives",
  verify = "use DstackClient:verify",
  gpu_info = "use DstackClient:gpu_info",
  issue_cert = "use DstackClientV1:issue_cert, or derive_key here",
  attest_gpu = "use DstackClientV1:attest_gpu",
})

M.TappdClient = Client

return M
