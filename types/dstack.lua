---@meta dstack

---SDK for the dstack guest agent. Nothing happens at require; parts load at their first use.
---
---Calls return their result, or `nil, message, code`. A wrong Lua type or a missing argument raises.
---Raw bytes are Lua strings; hex is text of lowercase digits; times are seconds.
---@class dstack
---@field _VERSION string
---@field null lightuserdata JSON's null, the same value as cjson.null
---@field DstackClient DstackClientClass
---@field TappdClient TappdClientClass
---@field crypto dstack.crypto
local dstack = {}

---Every code a failed call can return, with its meaning.
---@return table<string, string>
function dstack.codes() end

---Ends the notices on stderr that TappdClient and its calls are deprecated.
function dstack.silence_deprecations() end

---@alias dstack.code
---| "invalid"     # an argument has a value the call cannot take; nothing was sent
---| "connect"     # no connection to the endpoint could be made
---| "timeout"     # the time given for the call ran out
---| "closed"      # the connection ended before the reply was complete, or we closed it
---| "http"        # the reply breaks HTTP, or has a status other than 200 and no words of the agent
---| "rpc"         # the agent refused the call; the message holds its own words
---| "unsupported" # this agent does not have the surface, method or option
---| "reply"       # the agent answered 200 but the body breaks the contract
---| "too_large"   # a size limit was exceeded
---| "verify"      # a signature, digest or measurement does not check out
---| "no_kms"      # the signature chain has no link from a KMS
---| "memory"      # memory could not be allocated
---| "internal"    # a library below us failed in a way that should not happen

---@class DstackClientOptions
---@field endpoint? string socket path or http(s) URL; default: DSTACK_SIMULATOR_ENDPOINT, else the well-known paths
---@field timeout? number seconds for a whole call, default 30
---@field connect_timeout? number seconds for connecting, default 10
---@field max_response_bytes? number default 16 MiB
---@field ca_file? string PEM file of trusted certificates for https
---@field user_agent? string
---@field log? fun(level: string, text: string) hears security-relevant events, never secrets
---@field transport? dstack.Transport instead of the one chosen per endpoint

---@class DstackClientClass
---@overload fun(endpoint_or_options?: string|DstackClientOptions): DstackClient?, string?, dstack.code?

---Client of the guest agent's frozen (v0) surface.
---@class DstackClient
local DstackClient = {}

---What this instance is and what it was measured as.
---@return InfoResponse? info, string? message, dstack.code? code
function DstackClient:info() end

---Derives a key from the app's root key: the same for the same path, on every instance.
---@param path? string any UTF-8 text, default ""
---@param purpose? string goes into the signature chain only, default ""
---@param algorithm? "secp256k1"|"k256"|"ed25519" default "secp256k1"; others: unsupported on dstack OS up to 0.5.5
---@return GetKeyResponse? key, string? message, dstack.code? code
---@overload fun(self, arguments: {path?: string, purpose?: string, algorithm?: string}): GetKeyResponse?, string?, dstack.code?
function DstackClient:get_key(path, purpose, algorithm) end

---A fresh P-256 key with a certificate; another one at every call.
---@param subject? string common name, default ""
---@param alt_names? string[] DNS names and IP addresses
---@param usage_ra_tls? boolean embed an attestation, default false
---@param usage_server_auth? boolean default true
---@param usage_client_auth? boolean default false
---@param not_before? integer Unix seconds; this and the next two: unsupported on dstack OS up to 0.5.5
---@param not_after? integer Unix seconds
---@param with_app_info? boolean embed app id, compose hash and the like
---@return GetTlsKeyResponse? key, string? message, dstack.code? code
---@overload fun(self, arguments: table): GetTlsKeyResponse?, string?, dstack.code?
function DstackClient:get_tls_key(subject, alt_names, usage_ra_tls, usage_server_auth, usage_client_auth, not_before, not_after, with_app_info) end

---A TDX quote that vouches for report_data.
---@param report_data string 1 to 64 bytes; hash what is longer
---@return GetQuoteResponse? quote, string? message, dstack.code? code
function DstackClient:get_quote(report_data) end

---A versioned attestation (dstack OS 0.5.6 and newer).
---@param report_data string 1 to 64 bytes; hash what is longer
---@return AttestResponse? attestation, string? message, dstack.code? code
function DstackClient:attest(report_data) end

---Extends RTMR3. Sent once, never repeated. Agents of dstack OS 0.6 refuse it.
---@param event string
---@param payload string bytes
---@return true? done, string? message, dstack.code? code
function DstackClient:emit_event(event, payload) end

---@param algorithm "secp256k1"|"k256"|"secp256k1_prehashed"|"ed25519"
---@param data string bytes; exactly 32 with secp256k1_prehashed
---@return SignResponse? signature, string? message, dstack.code? code
function DstackClient:sign(algorithm, data) end

---Checks a signature against the key given. Says nothing about where the key comes from.
---@param algorithm string
---@param data string bytes
---@param signature string bytes
---@param public_key string bytes
---@return VerifyResponse? result, string? message, dstack.code? code
---@overload fun(self, arguments: table): VerifyResponse?, string?, dstack.code?
function DstackClient:verify(algorithm, data, signature, public_key) end

---The agent's version (dstack OS 0.5.7 and newer).
---@return VersionResponse? version, string? message, dstack.code? code
function DstackClient:version() end

---GPU attestation of 0.6 development builds; no released agent has it.
---@return GpuInfoResponse? info, string? message, dstack.code? code
function DstackClient:gpu_info() end

---Whether an agent answers within half a second. Never raises.
---@return boolean
function DstackClient:is_reachable() end

---Closes the connection. Calls fail with `closed` afterwards.
function DstackClient:close() end

---@class TappdClientClass
---@overload fun(endpoint_or_options?: string|DstackClientOptions): TappdClient?, string?, dstack.code?

---Client of the Tappd service, which is what dstack OS 0.3 has and later ones keep. Deprecated: use DstackClient.
---Its endpoint is the one given, else TAPPD_SIMULATOR_ENDPOINT, else the first that answers of /var/run/tappd.sock,
---/run/tappd.sock, /var/run/dstack/tappd.sock, /run/dstack/tappd.sock. What it says once a process on stderr about being
---deprecated, dstack.silence_deprecations() ends.
---@deprecated
---@class TappdClient
local TappdClient = {}

---A P-256 key that follows from the path, with a fresh certificate for it. Its 32 secret bytes are get_key's for that path.
---Replaced by DstackClient:get_tls_key.
---@deprecated
---@param path? string default ""
---@param subject? string common name, default: the path
---@param alt_names? string[] DNS names and IP addresses
---@param usage_ra_tls? boolean embed an attestation; this and the next three: agents that do not know it ignore it
---@param usage_server_auth? boolean
---@param usage_client_auth? boolean
---@param random_seed? boolean another key at every call
---@return DeriveKeyResponse? key, string? message, dstack.code? code
---@overload fun(self, arguments: table): DeriveKeyResponse?, string?, dstack.code?
function TappdClient:derive_key(path, subject, alt_names, usage_ra_tls, usage_server_auth, usage_client_auth, random_seed) end

---A TDX quote over the hash of prefix, ":" and report_data, with zeros behind the digest. With "raw" over report_data
---itself: shorter than 64 bytes they get zeros in front, longer ones are `invalid`, and the prefix counts for nothing.
---A quote that does not hold what was asked for is refused with `reply`. Replaced by DstackClient:get_quote.
---@deprecated
---@param report_data string bytes, of any length but with "raw"
---@param hash_algorithm? "sha256"|"sha384"|"sha512"|"sha3-256"|"sha3-384"|"sha3-512"|"keccak256"|"keccak384"|"keccak512"|"raw" default "sha512"
---@param prefix? string without the colon; default (the agent's) "app-data"
---@return TdxQuoteResponse? quote, string? message, dstack.code? code
---@overload fun(self, arguments: {report_data: string, hash_algorithm?: string, prefix?: string}): TdxQuoteResponse?, string?, dstack.code?
function TappdClient:tdx_quote(report_data, hash_algorithm, prefix) end

---A TDX quote over 64 bytes as they are. Replaced by DstackClient:get_quote.
---@deprecated
---@param report_data string exactly 64 bytes
---@return TdxQuoteResponse? quote, string? message, dstack.code? code
function TappdClient:raw_quote(report_data) end

---The same key and chain as DstackClient:get_key gives.
---@param path? string any UTF-8 text, default ""
---@param purpose? string goes into the signature chain only, default ""
---@param algorithm? "secp256k1"|"k256"|"ed25519" default "secp256k1"; others: unsupported on dstack OS up to 0.5.6
---@return GetKeyResponse? key, string? message, dstack.code? code
---@overload fun(self, arguments: {path?: string, purpose?: string, algorithm?: string}): GetKeyResponse?, string?, dstack.code?
function TappdClient:get_key(path, purpose, algorithm) end

---What dstack OS 0.3 and 0.4 lack, such as device_id and compose_hash, reads as ""; what only they have is in `extra`.
---@return InfoResponse? info, string? message, dstack.code? code
function TappdClient:info() end

---The agent's version (dstack OS 0.5.7 and newer).
---@return VersionResponse? version, string? message, dstack.code? code
function TappdClient:version() end

---Whether an agent answers within half a second. Never raises.
---@return boolean
function TappdClient:is_reachable() end

---Closes the connection. Calls fail with `closed` afterwards.
function TappdClient:close() end

---The service has no such method: always `unsupported`, with what to use instead.
---@return nil, string message, dstack.code code
function TappdClient:get_quote() end

---As get_quote: `unsupported`.
---@return nil, string message, dstack.code code
function TappdClient:get_tls_key() end

---As get_quote: `unsupported`.
---@return nil, string message, dstack.code code
function TappdClient:attest() end

---As get_quote: `unsupported`.
---@return nil, string message, dstack.code code
function TappdClient:emit_event() end

---As get_quote: `unsupported`.
---@return nil, string message, dstack.code code
function TappdClient:sign() end

---As get_quote: `unsupported`.
---@return nil, string message, dstack.code code
function TappdClient:verify() end

---As get_quote: `unsupported`.
---@return nil, string message, dstack.code code
function TappdClient:gpu_info() end

---Members as on the wire; what no version of this SDK knows is in `extra`.
---@class dstack.Response
---@field extra table<string, any>

---@class GetKeyResponse: dstack.Response
---@field key string 32 bytes, hex; not shown by tostring
---@field signature_chain string[] two signatures of 65 bytes, hex; the second is "" without a KMS
---@field request {path: string, purpose: string, algorithm: string} what was asked for; not from the wire
local GetKeyResponse = {}

---@return string? bytes, string? message, dstack.code? code
function GetKeyResponse:decode_key() end

---@return string[]? bytes, string? message, dstack.code? code
function GetKeyResponse:decode_signature_chain() end

---The public key: 33 bytes (secp256k1, compressed) or 32 (ed25519), hex.
---@return string? hex, string? message, dstack.code? code
function GetKeyResponse:public_key() end

---Checks that the KMS vouches for the app and the app for this key. Signatures with a high s are refused.
---`verify`: a link is bad or leads elsewhere; `no_kms`: there is no KMS link.
---@param options {app_id: string, kms_root: string, purpose?: string} hex text; purpose as asked unless given
---@return string? app_root the app's root public key, hex
---@return string? message
---@return dstack.code? code
function GetKeyResponse:verify_chain(options) end

---@class GetTlsKeyResponse: dstack.Response
---@field key string PKCS#8 PEM; not shown by tostring
---@field certificate_chain string[] PEM, leaf first
local GetTlsKeyResponse = {}

---The key's DER; with max_length cut or filled with zeros to exactly that many bytes.
---@param max_length? integer
---@return string? bytes, string? message, dstack.code? code
function GetTlsKeyResponse:as_uint8array(max_length) end

---TappdClient:derive_key's; the same in all else as GetTlsKeyResponse.
---@class DeriveKeyResponse: GetTlsKeyResponse

---@class GetQuoteResponse: dstack.Response
---@field quote string hex
---@field event_log string JSON text
---@field report_data string 64 bytes, hex
---@field vm_config string JSON text
local GetQuoteResponse = {}

---@return string? bytes, string? message, dstack.code? code
function GetQuoteResponse:decode_quote() end

---@return EventLog[]? events, string? message, dstack.code? code
function GetQuoteResponse:decode_event_log() end

---The registers the event log leads to. Digests of runtime events, which agents since 0.5.6 leave out, are
---recomputed; one that is there and differs is refused with `verify`.
---@return table<integer, string>? rtmrs hex, at 0 to 3
---@return string? message
---@return dstack.code? code
function GetQuoteResponse:replay_rtmrs() end

---The quote's TD report, by Intel's field names: mr_td, rt_mr0 to rt_mr3, report_data, ... Not verified.
---@return table<string, string>? fields hex
---@return string? message
---@return dstack.code? code
function GetQuoteResponse:td_report() end

---TappdClient's quotes; the methods are those of GetQuoteResponse.
---@class TdxQuoteResponse: dstack.Response
---@field quote string hex
---@field event_log string JSON text
---@field hash_algorithm string the one used; "" on agents that do not say
---@field prefix string the one used, without the colon; "" with "raw" and on agents that do not say
---@field request table what was asked for; not from the wire
local TdxQuoteResponse = {}

---Whether the quote holds what the request makes: `H(prefix .. ":" .. report_data)`, or with "raw" the data
---themselves; and whether the names that the agent shows are those. Says nothing about who signed the quote.
---@return string? report_data 64 bytes, hex
---@return string? message
---@return dstack.code? code
function TdxQuoteResponse:verify_report_data() end

---@return string? bytes, string? message, dstack.code? code
function TdxQuoteResponse:decode_quote() end

---@return EventLog[]? events, string? message, dstack.code? code
function TdxQuoteResponse:decode_event_log() end

---As GetQuoteResponse's.
---@return table<integer, string>? rtmrs hex, at 0 to 3
---@return string? message
---@return dstack.code? code
function TdxQuoteResponse:replay_rtmrs() end

---As GetQuoteResponse's.
---@return table<string, string>? fields hex
---@return string? message
---@return dstack.code? code
function TdxQuoteResponse:td_report() end

---@class AttestResponse: dstack.Response
---@field attestation string hex
local AttestResponse = {}

---@return string? bytes, string? message, dstack.code? code
function AttestResponse:decode_attestation() end

---@class InfoResponse: dstack.Response
---@field app_id string 20 bytes, hex
---@field instance_id string 20 bytes, hex, or ""
---@field app_cert string PEM, or ""
---@field tcb_info? TcbInfo absent where it is hidden
---@field tcb_info_text string the text tcb_info was parsed from
---@field app_name string
---@field device_id string 32 bytes, hex
---@field mr_aggregated string 32 bytes, hex, or ""
---@field os_image_hash string 32 bytes, hex, or ""
---@field key_provider_info string JSON text
---@field compose_hash string 32 bytes, hex
---@field vm_config string JSON text
---@field cloud_vendor string
---@field cloud_product string

---@class TcbInfo
---@field mrtd? string hex
---@field rtmr0? string hex
---@field rtmr1? string hex
---@field rtmr2? string hex
---@field rtmr3? string hex
---@field mr_aggregated? string hex
---@field os_image_hash? string hex
---@field compose_hash? string hex
---@field device_id? string hex
---@field event_log EventLog[]
---@field app_compose string

---@class EventLog
---@field imr integer 0 to 3
---@field event_type integer
---@field digest string hex, or ""
---@field event string
---@field event_payload string hex
---@field version? integer
---@field preimage? string hex

---@class SignResponse: dstack.Response
---@field signature string 64 bytes, hex
---@field signature_chain string[] three links, hex
---@field public_key string hex
local SignResponse = {}

---@return string? bytes, string? message, dstack.code? code
function SignResponse:decode_signature() end

---@return string? bytes, string? message, dstack.code? code
function SignResponse:decode_public_key() end

---@return string[]? bytes, string? message, dstack.code? code
function SignResponse:decode_signature_chain() end

---@class VerifyResponse: dstack.Response
---@field valid boolean

---@class VersionResponse: dstack.Response
---@field version string
---@field rev string

---@class GpuInfoResponse: dstack.Response
---@field attestation string

---@class dstack.Transport
---@field request fun(self, request: table): table?, string?, dstack.code?, integer?
---@field close fun(self)

---@class dstack.crypto
---@field sha256 fun(data: string): string digest in bytes
---@field sha384 fun(data: string): string
---@field sha512 fun(data: string): string
---@field sha3_256 fun(data: string): string
---@field sha3_384 fun(data: string): string
---@field sha3_512 fun(data: string): string
---@field keccak256 fun(data: string): string original Keccak, as Ethereum uses it
---@field keccak384 fun(data: string): string
---@field keccak512 fun(data: string): string
---@field hex fun(bytes: string): string
---@field unhex fun(text: string): string?, string?, dstack.code?

return dstack
