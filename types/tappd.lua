---@meta dstack.tappd

-- TappdClient and what its calls return. How errors are listed: types/dstack.lua.

---Makes a client: `dstack.TappdClient(endpoint)` or `dstack.TappdClient{...}`. Does no I/O. The endpoint is the one
---given, else TAPPD_SIMULATOR_ENDPOINT, else the first that answers of /var/run/tappd.sock, /run/tappd.sock,
---/var/run/dstack/tappd.sock, /run/dstack/tappd.sock.
---Errors: invalid (as DstackClientClass)
---Raises: an option does not exist or has another type; the endpoint is no text
---@class TappdClientClass
---@overload fun(endpoint_or_options?: string|DstackClientOptions): TappdClient?, string?, dstack.code?

---Client of the Tappd service, which is what dstack OS 0.3 has and later ones keep. Deprecated: use DstackClient,
---docs/migration.md shows how. What it says once a process on stderr about that, dstack.silence_deprecations()
---ends. Methods that only DstackClient has (get_quote, get_tls_key, attest, emit_event, sign, verify, gpu_info) fail
---with `unsupported` and say what to use.
---@deprecated
---@class TappdClient
local TappdClient = {}

---@class DeriveKeyArguments
---@field path? string
---@field subject? string
---@field alt_names? string[]
---@field usage_ra_tls? boolean
---@field usage_server_auth? boolean
---@field usage_client_auth? boolean
---@field random_seed? boolean

---A P-256 key that follows from the path, with a fresh certificate for it. HKDF-SHA256 (RFC 5869) as get_key's: the 32
---secret bytes are the same as get_key's for that path. Replaced by DstackClient:get_tls_key.
---Errors: dstack.call_errors; invalid (text is not UTF-8)
---Raises: called without a colon; an argument has another type, does not exist, or alt_names is no list
---@deprecated
---@param path? string default ""
---@param subject? string common name, default: the path
---@param alt_names? string[] DNS names and IP addresses
---@param usage_ra_tls? boolean embed an attestation; this and the next three: agents that do not know it ignore it
---@param usage_server_auth? boolean
---@param usage_client_auth? boolean
---@param random_seed? boolean another key at every call
---@return DeriveKeyResponse? key, string? message, dstack.code? code
---@overload fun(self: TappdClient, arguments: DeriveKeyArguments): DeriveKeyResponse?, string?, dstack.code?
function TappdClient:derive_key(path, subject, alt_names, usage_ra_tls, usage_server_auth, usage_client_auth, random_seed) end

---@class TdxQuoteArguments
---@field report_data string
---@field hash_algorithm? string
---@field prefix? string

---A TDX quote over the hash of prefix, ":" and report_data, with zeros behind the digest. With "raw" over report_data
---itself: shorter than 64 bytes they get zeros in front (DstackClient:get_quote has them behind), and the prefix
---counts for nothing. verify_report_data() of the result says whether the quote holds that. Replaced by
---DstackClient:get_quote.
---Errors: dstack.call_errors; invalid (no such hash algorithm; over 64 bytes with "raw"; prefix is not UTF-8)
---Raises: called without a colon; an argument is missing, no string, or does not exist
---@deprecated
---@param report_data string bytes, of any length but with "raw"
---@param hash_algorithm? "sha256"|"sha384"|"sha512"|"sha3-256"|"sha3-384"|"sha3-512"|"keccak256"|"keccak384"|"keccak512"|"raw" default "sha512"
---@param prefix? string without the colon; default (the agent's) "app-data"
---@return TdxQuoteResponse? quote, string? message, dstack.code? code
---@overload fun(self: TappdClient, arguments: TdxQuoteArguments): TdxQuoteResponse?, string?, dstack.code?
function TappdClient:tdx_quote(report_data, hash_algorithm, prefix) end

---A TDX quote over 64 bytes as they are. Replaced by DstackClient:get_quote.
---Errors: dstack.call_errors; invalid (not exactly 64 bytes)
---Raises: called without a colon; report_data is missing or no string
---@deprecated
---@param report_data string exactly 64 bytes
---@return TdxQuoteResponse? quote, string? message, dstack.code? code
---@overload fun(self: TappdClient, arguments: ReportDataArguments): TdxQuoteResponse?, string?, dstack.code?
function TappdClient:raw_quote(report_data) end

---The same key and chain as DstackClient:get_key gives.
---Errors: dstack.call_errors; invalid (path, purpose or algorithm is not UTF-8)
---Errors: rpc (the agent does not know the algorithm)
---Errors: unsupported (another algorithm than secp256k1, and the agent is of dstack OS 0.5.6 or older)
---Raises: called without a colon; an argument is no string, does not exist, or is a fourth one
---@param path? string any UTF-8 text, default ""
---@param purpose? string goes into the signature chain only, default ""
---@param algorithm? "secp256k1"|"k256"|"ed25519" default "secp256k1"
---@return GetKeyResponse? key, string? message, dstack.code? code
---@overload fun(self: TappdClient, arguments: GetKeyArguments): GetKeyResponse?, string?, dstack.code?
function TappdClient:get_key(path, purpose, algorithm) end

---What dstack OS 0.3 and 0.4 lack, such as device_id and compose_hash, reads as ""; what only they have is in `extra`.
---Errors: dstack.call_errors
---Raises: called without a colon
---@return InfoResponse? info, string? message, dstack.code? code
function TappdClient:info() end

---The agent's version (dstack OS 0.5.7 and newer).
---Errors: dstack.call_errors
---Raises: called without a colon
---@return VersionResponse? version, string? message, dstack.code? code
function TappdClient:version() end

---Whether an agent answers within half a second.
---Errors: none
---@return boolean there, string? message, dstack.code? code why not
function TappdClient:is_reachable() end

---Closes the connection. Calls fail with `closed` from now on; closing again does nothing.
---Errors: none
function TappdClient:close() end

---derive_key's; the same in all else as GetTlsKeyResponse.
---@class DeriveKeyResponse: GetTlsKeyResponse

---@class TdxQuoteResponse: dstack.Response
---@field quote string hex
---@field event_log string JSON text
---@field hash_algorithm string the one used; "" on agents that do not say
---@field prefix string the one used, without the colon; "" with "raw" and on agents that do not say
---@field request table what was asked for; not from the wire
local TdxQuoteResponse = {}

---Whether the quote holds what the request makes: `H(prefix .. ":" .. report_data)`, or with "raw" the data
---themselves; and whether the names that the agent shows are those. Says nothing about who signed the quote.
---Errors: verify (the quote holds other report data; hash_algorithm or prefix is not what was asked for)
---Errors: invalid (as td_report); unsupported (as td_report); memory
---Raises: `quote` is no text; called without a colon
---@return string? report_data 64 bytes, hex
---@return string? message
---@return dstack.code? code
function TdxQuoteResponse:verify_report_data() end

---As GetQuoteResponse's.
---Errors: invalid (`quote` was changed since and is no hex); memory
---Raises: `quote` is no text; called without a colon
---@return string? bytes, string? message, dstack.code? code
function TdxQuoteResponse:decode_quote() end

---As GetQuoteResponse's.
---Errors: invalid (as GetQuoteResponse's); too_large (as GetQuoteResponse's); memory
---Raises: `event_log` is no text; called without a colon
---@return EventLog[]? events, string? message, dstack.code? code
function TdxQuoteResponse:decode_event_log() end

---As GetQuoteResponse's.
---Errors: invalid (as GetQuoteResponse's); verify (a digest is not its event's); too_large (as GetQuoteResponse's)
---Errors: memory; internal
---Raises: `event_log` is no text; called without a colon
---@return table<integer, string>? rtmrs hex, at 0 to 3
---@return string? message
---@return dstack.code? code
function TdxQuoteResponse:replay_rtmrs() end

---As GetQuoteResponse's.
---Errors: invalid (as GetQuoteResponse's); unsupported (as GetQuoteResponse's); memory
---Raises: `quote` is no text; called without a colon
---@return TdReport? report
---@return string? message
---@return dstack.code? code
function TdxQuoteResponse:td_report() end
