---@meta dstack.v1

-- DstackClientV1, what its calls return, and what goes with having two surfaces. How errors are listed:
-- types/dstack.lua.

---Makes a client: `dstack.DstackClientV1(endpoint)` or `dstack.DstackClientV1{...}`. Does no I/O.
---Errors: invalid (as DstackClientClass)
---Raises: an option does not exist or has another type; the endpoint is no text
---@class DstackClientV1Class
---@overload fun(endpoint_or_options?: string|DstackClientOptions): DstackClientV1?, string?, dstack.code?

---Client of the surface that dstack OS 0.6 brought, at /v1. Its keys are other ones than DstackClient's under the same
---names, by design, so it never falls back. On an agent without v1 every call fails with `unsupported`, and names the
---agent's release where that can be known. In all else as DstackClient.
---@class DstackClientV1
local DstackClientV1 = {}

---A fresh P-256 key with a certificate, as DstackClient:get_tls_key. not_before has to be earlier than not_after.
---Errors: dstack.call_errors; invalid (text is not UTF-8; a time is not whole; not_before is not earlier than not_after)
---Raises: called without a colon; an argument has another type, does not exist, or alt_names is no list
---@param subject? string common name, default ""
---@param alt_names? string[] DNS names and IP addresses
---@param usage_ra_tls? boolean embed an attestation, default false
---@param usage_server_auth? boolean default true
---@param usage_client_auth? boolean default false
---@param not_before? integer Unix seconds
---@param not_after? integer Unix seconds
---@param with_app_info? boolean embed app id, compose hash and the like
---@return IssueCertResponseV1? key, string? message, dstack.code? code
---@overload fun(self: DstackClientV1, arguments: table): IssueCertResponseV1?, string?, dstack.code?
function DstackClientV1:issue_cert(subject, alt_names, usage_ra_tls, usage_server_auth, usage_client_auth, not_before, not_after, with_app_info) end

---@class GetKeyArgumentsV1
---@field domain string
---@field algorithm string

---Derives a key from the app's root key: the same for the same domain and algorithm, on every instance of the app.
---HKDF-SHA256 (RFC 5869) with salt "dstack-guest-v1" and the app's root key as input; the info is
---"dstack-guest-v1-key", algorithm and domain, each behind its length in 4 bytes, big-endian. So the two algorithms
---never share a secret. A reply whose public key is not its key's is refused.
---Errors: dstack.call_errors; invalid (domain is not UTF-8; algorithm is none of the two)
---Raises: called without a colon; an argument is missing, no string, or does not exist
---@param domain string any UTF-8 text, also ""; in v0 the path and the purpose
---@param algorithm "secp256k1"|"ed25519"
---@return GetKeyResponseV1? key, string? message, dstack.code? code
---@overload fun(self: DstackClientV1, arguments: GetKeyArgumentsV1): GetKeyResponseV1?, string?, dstack.code?
function DstackClientV1:get_key(domain, algorithm) end

---@class AttestOptionsV1
---@field include_boottime_gpu_evidence? boolean add what the machine recorded of its GPUs at boot, default false

---@class AttestArgumentsV1: AttestOptionsV1
---@field report_data string

---A versioned attestation of any platform that vouches for report_data.
---Errors: dstack.call_errors; invalid (report_data is empty or longer than 64 bytes)
---Raises: called without a colon; report_data is missing, no string, or among the options too; an option does not exist or is no boolean
---@param report_data string 1 to 64 bytes; hash what is longer, as with dstack.crypto.sha512
---@param options? AttestOptionsV1|boolean a boolean stands for include_boottime_gpu_evidence
---@return AttestResponseV1? attestation, string? message, dstack.code? code
---@overload fun(self: DstackClientV1, arguments: AttestArgumentsV1): AttestResponseV1?, string?, dstack.code?
function DstackClientV1:attest(report_data, options) end

---@class AttestGpuArgumentsV1
---@field nonce string

---Has the machine's GPUs sign a nonce. That says which device answers now, not that it belongs to this machine. Takes
---seconds: without an option `timeout` of the client, 60 seconds are given.
---Errors: dstack.call_errors; invalid (nonce is not exactly 32 bytes); rpc (the image cannot do it; no GPU)
---Raises: called without a colon; nonce is missing or no string
---@param nonce string 32 bytes, handed to the device as they are
---@return AttestGpuResponseV1? evidence, string? message, dstack.code? code
---@overload fun(self: DstackClientV1, arguments: AttestGpuArgumentsV1): AttestGpuResponseV1?, string?, dstack.code?
function DstackClientV1:attest_gpu(nonce) end

---What this instance is and what it was measured as. Nothing in it is evidence: an attestation is.
---Errors: dstack.call_errors; rpc (the identity could not be decoded just now: try again later)
---Raises: called without a colon
---@return InfoResponseV1? info, string? message, dstack.code? code
function DstackClientV1:info() end

---The agent's version.
---Errors: dstack.call_errors
---Raises: called without a colon
---@return VersionResponseV1? version, string? message, dstack.code? code
function DstackClientV1:version() end

---Whether an agent with v1 answers within half a second. Never raises.
---Errors: none
---@return boolean there, string? message, dstack.code? code why not
function DstackClientV1:is_reachable() end

---Closes the connection. Calls fail with `closed` from now on; closing again does nothing.
---Errors: none
function DstackClientV1:close() end

---The same in all as GetTlsKeyResponse.
---@class IssueCertResponseV1: GetTlsKeyResponse

---@class GetKeyResponseV1: dstack.Response
---@field key string 32 bytes, hex; tostring shows <secret>
---@field public_key string 33 bytes (secp256k1, SEC 1 compressed) or 32 (ed25519), hex; it belongs to `key`
---@field signature_chain string[] two recoverable signatures of 65 bytes, hex; the second is "" without a KMS
---@field request GetKeyArgumentsV1 what was asked for; not from the wire
local GetKeyResponseV1 = {}

---The private key: a secp256k1 scalar or an ed25519 seed (RFC 8032).
---Errors: invalid (`key` was changed since and is no hex); memory
---Raises: `key` is no text; called without a colon
---@return string? bytes, string? message, dstack.code? code
function GetKeyResponseV1:decode_key() end

---The public key as bytes.
---Errors: invalid (`public_key` was changed since and is no hex); memory
---Raises: `public_key` is no text; called without a colon
---@return string? bytes, string? message, dstack.code? code
function GetKeyResponseV1:decode_public_key() end

---The links as bytes: app root for the key, KMS root for the app.
---Errors: invalid (a link was changed since and is no hex); memory
---Raises: a link is no text; called without a colon
---@return string[]? links, string? message, dstack.code? code
function GetKeyResponseV1:decode_signature_chain() end

---@class VerifyChainOptionsV1
---@field app_id string the app you mean: 20 bytes, hex with or without 0x
---@field kms_root string the KMS root's secp256k1 public key, 33 or 65 bytes, hex with or without 0x; from whom you trust
---@field domain? string default: as asked for

---As GetKeyResponse:verify_chain, but what the app root signs is "dstack-guest-v1-key-claim", algorithm, domain and
---public key, each behind its length in 4 bytes, big-endian. Returns the app's root public key: 33 bytes, hex.
---Errors: invalid (app_id is not 20 bytes of hex, kms_root no public key, a member was changed since)
---Errors: verify (a link is no signature, or the chain leads elsewhere: another key, domain, algorithm, app id or root)
---Errors: no_kms (the second link is empty: the app was booted without a KMS); memory; internal
---Raises: no table of options; an option does not exist, is missing or no string; called without a colon
---@param options VerifyChainOptionsV1
---@return string? app_root, string? message, dstack.code? code
function GetKeyResponseV1:verify_chain(options) end

---@class AttestResponseV1: AttestResponse
---@field attestation string hex, up to 10 MiB of bytes
---@field boottime_gpu_evidence GpuEvidenceBundleV1[] empty unless asked for and recorded

---@class AttestGpuResponseV1: dstack.Response
---@field bundles GpuEvidenceBundleV1[] may be empty, which is no evidence

---Evidence that only vendor and format explain. Boot evidence is tied to the boot by the SHA-256 of its bytes in the event
---`gpu-attestation`, after RTMR3 was replayed; neither kind is bound to report data.
---@class GpuEvidenceBundleV1
---@field vendor string
---@field format string
---@field evidence string hex
---@field extra table<string, any>
local GpuEvidenceBundleV1 = {}

---The evidence, byte for byte.
---Errors: invalid (`evidence` was changed since and is no hex); memory
---Raises: `evidence` is no text; called without a colon
---@return string? bytes, string? message, dstack.code? code
function GpuEvidenceBundleV1:decode_evidence() end

---@class InfoResponseV1: dstack.Response
---@field app_id string 20 bytes, hex
---@field app_name string
---@field compose_hash string 32 bytes, hex: SHA-256 of app_compose
---@field app_compose string app-compose.json, byte for byte; "" where it is hidden
---@field instance_id string 20 bytes, hex, or "" where the app has none
---@field device_id string 32 bytes, hex
---@field os_image_hash string 32 bytes, hex, or ""
---@field mr_aggregated string 32 bytes, hex, or ""
---@field vm_config string JSON text; "" where it is hidden
---@field key_provider_info string JSON text; "" where it is hidden
---@field cloud_vendor string
---@field cloud_product string

---@class VersionResponseV1: dstack.Response
---@field version string
---@field rev string
