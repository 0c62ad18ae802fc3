---@meta dstack

---SDK for the dstack guest agent. Nothing happens at require: no I/O, no look at the environment; parts
---load at their first use.
---
---Two kinds of failure. Misuse raises: a wrong Lua type, a missing argument, one that does not exist. All
---else returns nil, a message and a code. What a function can return is in its lines `Errors:`, as codes with
---the occasion in parentheses, where `dstack.call_errors` stands for all the codes of that list; what makes
---it raise is in its lines `Raises:`.
---
---Raw bytes are Lua strings; hex is text of lower-case digits, two for a byte; times are seconds.
---@class dstack
---@field _VERSION string of this SDK
---@field null lightuserdata JSON's null, in `extra` and `tcb_info` and in tables that become JSON; the same value as cjson.null
---@field DstackClient DstackClientClass makes clients
---@field DstackClientV0 DstackClientClass the same object as DstackClient
---@field DstackClientV1 DstackClientV1Class makes clients of the surface that dstack OS 0.6 brought
---@field WorkerClient WorkerClientClass makes clients for outside the machine
---@field TappdClient TappdClientClass makes clients of the deprecated service
---@field crypto dstack.crypto hashes, encodings, keys and signatures
---@field compose dstack.compose app-compose.json: its bytes, its hash, what a guest makes of it
---@field empty_array table a list without items where a table becomes JSON; `{}` is an object there
---@field GetKeyResponse dstack.ResponseClass
---@field GetTlsKeyResponse dstack.ResponseClass
---@field DeriveKeyResponse dstack.ResponseClass
---@field GetQuoteResponse dstack.ResponseClass
---@field TdxQuoteResponse dstack.ResponseClass
---@field AttestResponse dstack.ResponseClass
---@field InfoResponse dstack.ResponseClass
---@field TcbInfo dstack.ResponseClass
---@field EventLog dstack.ResponseClass
---@field SignResponse dstack.ResponseClass
---@field VerifyResponse dstack.ResponseClass
---@field VersionResponse dstack.ResponseClass
---@field GpuInfoResponse dstack.ResponseClass
---@field IssueCertResponseV1 dstack.ResponseClass
---@field GetKeyResponseV1 dstack.ResponseClass
---@field AttestResponseV1 dstack.ResponseClass
---@field AttestGpuResponseV1 dstack.ResponseClass
---@field GpuEvidenceBundleV1 dstack.ResponseClass
---@field InfoResponseV1 dstack.ResponseClass
---@field VersionResponseV1 dstack.ResponseClass
---@field HealthResponse dstack.ResponseClass
---@field GetAttestationForAppKeyResponse dstack.ResponseClass
local dstack = {}

---Every code a failed call can return, with its meaning. docs/errors.md says what to do about each.
---Errors: none
---@return table<string, string> meanings by code
function dstack.codes() end

---What the SDKs' helper of that name returns, by JavaScript's rules unless a flavour is named. It is not what a guest
---measures, see `dstack.compose`: the two are equal for a document in the form "compact-sorted".
---In tables, a list without items is `dstack.empty_array` (for allowed_envs and features `{}` does), null is
---`dstack.null`; lua-cjson's marks are taken too. What has no JSON form is refused: holes, lists with names, functions.
---Errors: invalid (no JSON object, text that is not UTF-8, a value without a JSON form; what that SDK's helper fails on)
---Errors: too_large (the text is above 50 MiB, or has more than 2^20 values); memory; internal (OpenSSL failed)
---Raises: another type, an option or a flavour that does not exist
---@param app_compose AppCompose|dstack.Compose|table|string fields, or JSON text
---@param normalize? boolean leave out what the runner does not use, and an empty pre_launch_script; default false
---@param options? dstack.compose.HashOptions
---@return string? hex, string? message, dstack.code? code
function dstack.get_compose_hash(app_compose, normalize, options) end

---Ends the notices on stderr that TappdClient and its calls are deprecated.
---Errors: none
function dstack.silence_deprecations() end

---@class dstack.Detection
---@field v0 true every agent has it
---@field v1 boolean
---@field version? string absent on agents up to 0.5.6, which do not tell
---@field rev? string

---Which surfaces an agent has, and which release it is. What does not tell, such as a timeout or an error in place of an
---answer, is a failure and never taken for an old agent; neither is a web server that is no agent.
---Errors: dstack.call_errors; invalid (as DstackClientClass)
---Raises: as DstackClientClass
---@param endpoint_or_options? string|DstackClientOptions as for DstackClient
---@return dstack.Detection? found, string? message, dstack.code? code
function dstack.detect(endpoint_or_options) end

---@class VerifyKeyChainOptions
---@field surface "v0"|"v1" whose get_key made the key
---@field public_key string 33 bytes (secp256k1) or 32 (ed25519), hex with or without 0x, as the next two
---@field app_id string the app you mean: 20 bytes
---@field kms_root string the KMS root's secp256k1 public key, 33 or 65 bytes; from whom you trust, not from the agent
---@field signature_chain string[] two links, hex
---@field purpose? string v0: the purpose asked for
---@field domain? string v1: the domain asked for
---@field algorithm? "secp256k1"|"ed25519" v1: the algorithm asked for

---For a relying party that has a public key and its chain, and not the key: checks that the KMS vouches for the app and
---the app for the key, as verify_chain of a key does. Returns the app's root public key: 33 bytes, hex.
---Errors: invalid (hex, a length, an algorithm or the number of links is wrong)
---Errors: verify (a link is no signature, or the chain leads elsewhere)
---Errors: no_kms (the second link is empty: the app was booted without a KMS); memory; internal
---Raises: no table of options, or another surface; an option is missing, no string, of the other surface or unknown
---@param options VerifyKeyChainOptions
---@return string? app_root, string? message, dstack.code? code
function dstack.verify_key_chain(options) end

---@alias dstack.code
---| "invalid"     # an argument has a value the call cannot take; nothing was sent
---| "connect"     # no connection to the endpoint could be made
---| "timeout"     # the time given for the call ran out
---| "cancelled"   # the task that the call was made in, or awaited, has been cancelled
---| "closed"      # the connection ended before the reply was complete, or we closed it
---| "http"        # the reply breaks HTTP, or has a status other than 200 and no words of the agent
---| "rpc"         # the agent refused the call; the message holds its own words
---| "unsupported" # this agent does not have the surface, method or option
---| "reply"       # the agent answered 200 but the body breaks the contract
---| "too_large"   # a size limit was exceeded
---| "verify"      # a signature, digest or measurement does not check out
---| "expired"     # collateral or a certificate was good once, but is not at the given time
---| "policy"      # what was verified is not what the policy allows
---| "no_kms"      # the signature chain has no link from a KMS
---| "memory"      # memory could not be allocated
---| "internal"    # a library below us failed in a way that should not happen

---What every call of a client can return. A transport of the caller's may return other codes too.
---@alias dstack.call_errors
---| "invalid"     # the endpoint is a URL that libcurl cannot use; pinned_certificate cannot be read, is no pin, or is not for https
---| "connect"     # nobody listens, permission denied, unknown host, certificate refused; no request was sent
---| "timeout"     # options timeout and connect_timeout; the agent may have done what was asked
---| "closed"      # the connection ended early, or the client was closed
---| "http"        # what came back is no reply of an agent
---| "rpc"         # the agent refused, in its own words
---| "unsupported" # the agent lacks the method, or there is no libcurl (dstack-lua loads it at the first call)
---| "reply"       # a member is missing, of another type, length or form, or does not fit the request
---| "too_large"   # a request over 10 MiB, a reply over max_response_bytes, its head over 64 KiB or 128 lines
---| "memory"      # memory could not be allocated
---| "internal"    # a library below us failed in a way that should not happen

-- Clients -----------------------------------------------------------------------------------------

---@class DstackClientOptions
---@field endpoint? string socket path or http(s) URL; default: DSTACK_SIMULATOR_ENDPOINT, else the well-known paths in turn
---@field timeout? number seconds for a whole call, default 30
---@field connect_timeout? number seconds for name, connection and TLS, default 10; at most `timeout` counts
---@field max_response_bytes? integer bytes of a reply's body, default 16 MiB
---@field max_connections? integer how many tasks of dstack.run may have a call under way at once, default 256; others wait their turn
---@field ca_file? string PEM file of certificates to trust for https, instead of the system's
---@field pinned_certificate? string the https server's own certificate or public key, a PEM file, or "sha256//BASE64" of its key, ";" between several; alone it is all that counts, beside ca_file both must hold: docs/transports.md
---@field user_agent? string default "dstack-sdk-lua/" and the version
---@field log? fun(level: string, text: string) hears what is worth a log line, never secrets; level is "debug" so far
---@field transport? dstack.Transport|"curl" used instead of the one chosen for each call; the caller closes it; "curl" blocks, also in nginx
---@field keepalive_timeout? number seconds that nginx keeps an idle connection, default 60; nginx only
---@field pool_size? integer idle connections that each worker of nginx keeps to an endpoint, default 30, at most 65536; whoever connects first to it decides; nginx only

---Makes a client: `dstack.DstackClient(endpoint)` or `dstack.DstackClient{...}`. Does no I/O.
---Errors: invalid (the endpoint is neither a socket path up to 107 bytes nor an http(s) URL)
---Errors: invalid (a number is not above 0 and finite; max_response_bytes, max_connections or pool_size is not whole)
---Errors: invalid (ca_file, pinned_certificate or user_agent has a control character)
---Errors: invalid (pinned_certificate beside a transport of one's own)
---Raises: an option does not exist or has another type; the endpoint is no text
---@class DstackClientClass
---@overload fun(endpoint_or_options?: string|DstackClientOptions): DstackClient?, string?, dstack.code?

---Client of the guest agent's frozen (v0) surface. It connects at its first call, keeps the connection, and may
---be used on after a fork. Methods take positional arguments or, where there are several, one table of named
---ones. tostring shows the endpoint; Lua 5.4 may hold it in a `<close>` variable.
---@class DstackClient
local DstackClient = {}

---What this instance is and what it was measured as. Nothing in it is evidence: a quote is.
---Errors: dstack.call_errors
---Raises: called without a colon
---@return InfoResponse? info, string? message, dstack.code? code
function DstackClient:info() end

---@class GetKeyArguments
---@field path? string
---@field purpose? string
---@field algorithm? string

---Derives a key from the app's root key: the same for the same path, on every instance of the app. HKDF-SHA256
---(RFC 5869) with salt "RATLS", the app's root key as input and the path as info; the 32 bytes are the
---secp256k1 scalar or the ed25519 seed (RFC 8032), so one path gives both curves the same secret: take a
---path for each.
---Errors: dstack.call_errors; invalid (path, purpose or algorithm is not UTF-8)
---Errors: rpc (the agent does not know the algorithm)
---Errors: unsupported (another algorithm than secp256k1, and the agent is of dstack OS 0.5.5 or older)
---Raises: called without a colon; an argument is no string, does not exist, or is a fourth one
---@param path? string any UTF-8 text, default ""
---@param purpose? string goes into the signature chain only, not into the key; default ""
---@param algorithm? "secp256k1"|"k256"|"ed25519" default "secp256k1"; "k256" is the same, for agents since 0.5.7
---@return GetKeyResponse? key, string? message, dstack.code? code
---@overload fun(self: DstackClient, arguments: GetKeyArguments): GetKeyResponse?, string?, dstack.code?
function DstackClient:get_key(path, purpose, algorithm) end

---@class GetTlsKeyArguments
---@field subject? string
---@field alt_names? string[]
---@field usage_ra_tls? boolean
---@field usage_server_auth? boolean
---@field usage_client_auth? boolean
---@field not_before? integer
---@field not_after? integer
---@field with_app_info? boolean

---A fresh P-256 key with a certificate (RFC 5280); another one at every call, so keep it. With usage_ra_tls the
---certificate carries an attestation with report data SHA-512("ratls-cert:" and the public key's DER).
---io.open makes files that others may read (0644): for a key in a file take `dstack-lua tls-key -o DIR` (0600).
---Errors: dstack.call_errors; invalid (text is not UTF-8; a time is not a whole number from 0 to 2^53)
---Errors: rpc (not_before is not before not_after, since 0.6)
---Errors: unsupported (not_before, not_after or with_app_info, and the agent is of dstack OS 0.5.5 or older)
---Raises: called without a colon; an argument has another type, does not exist, or alt_names is no list
---@param subject? string common name, default ""
---@param alt_names? string[] DNS names and IP addresses
---@param usage_ra_tls? boolean embed an attestation, default false
---@param usage_server_auth? boolean default true
---@param usage_client_auth? boolean default false
---@param not_before? integer Unix seconds; default: chosen by the agent
---@param not_after? integer Unix seconds; default: chosen by the agent
---@param with_app_info? boolean embed app id, compose hash and the like; default false
---@return GetTlsKeyResponse? key, string? message, dstack.code? code
---@overload fun(self: DstackClient, arguments: GetTlsKeyArguments): GetTlsKeyResponse?, string?, dstack.code?
function DstackClient:get_tls_key(subject, alt_names, usage_ra_tls, usage_server_auth, usage_client_auth, not_before, not_after, with_app_info) end

---@class ReportDataArguments
---@field report_data string

---A TDX quote that vouches for report_data, which is padded with zeros to 64 bytes.
---Errors: dstack.call_errors; invalid (report_data is empty or longer than 64 bytes)
---Errors: rpc (the machine has no TDX)
---Raises: called without a colon; report_data is missing or no string
---@param report_data string 1 to 64 bytes; hash what is longer, as with dstack.crypto.sha512
---@return GetQuoteResponse? quote, string? message, dstack.code? code
---@overload fun(self: DstackClient, arguments: ReportDataArguments): GetQuoteResponse?, string?, dstack.code?
function DstackClient:get_quote(report_data) end

---A versioned attestation of any platform (dstack OS 0.5.6 and newer).
---Errors: dstack.call_errors; invalid (report_data is empty or longer than 64 bytes)
---Raises: called without a colon; report_data is missing or no string
---@param report_data string 1 to 64 bytes; hash what is longer
---@return AttestResponse? attestation, string? message, dstack.code? code
---@overload fun(self: DstackClient, arguments: ReportDataArguments): AttestResponse?, string?, dstack.code?
function DstackClient:attest(report_data) end

---@class EmitEventArguments
---@field event string
---@field payload string

---Extends RTMR3 for good. Sent once and never repeated: after `timeout` or `closed` nobody knows whether the event
---was taken; the event log of the next quote tells. The digest is SHA-384 of type, name and payload.
---Errors: dstack.call_errors; invalid (event is empty or not UTF-8); rpc (dstack OS 0.6 and newer refuse it)
---Raises: called without a colon; an argument is missing or no string
---@param event string a name
---@param payload string bytes, public from now on; may be empty
---@return true? done, string? message, dstack.code? code
---@overload fun(self: DstackClient, arguments: EmitEventArguments): true?, string?, dstack.code?
function DstackClient:emit_event(event, payload) end

---@class SignArguments
---@field algorithm string
---@field data string

---Signs with the app's signing key (dstack OS 0.5.6 and newer), the same for every caller in this machine.
---secp256k1: ECDSA over SHA-256 of the data, low s, nonce by RFC 6979; ed25519: RFC 8032 over the data.
---Errors: dstack.call_errors; invalid (algorithm is not UTF-8)
---Errors: rpc (the agent does not know the algorithm; prehashed data is not 32 bytes)
---Raises: called without a colon; an argument is missing or no string
---@param algorithm "secp256k1"|"k256"|"secp256k1_prehashed"|"ed25519"
---@param data string bytes; exactly 32, a digest, with secp256k1_prehashed
---@return SignResponse? signature, string? message, dstack.code? code
---@overload fun(self: DstackClient, arguments: SignArguments): SignResponse?, string?, dstack.code?
function DstackClient:sign(algorithm, data) end

---@class VerifyArguments
---@field algorithm string
---@field data string
---@field signature string
---@field public_key string

---Has the agent check a signature against the key given (dstack OS 0.5.6 and newer). A wrong signature is no
---failure: `valid` is false then. Says nothing about where the key comes from.
---Errors: dstack.call_errors; invalid (algorithm is not UTF-8); rpc (algorithm, key or signature is malformed)
---Raises: called without a colon; an argument is missing or no string
---@param algorithm string as for sign
---@param data string bytes
---@param signature string 64 bytes, r and s or R and S; a high s is not valid
---@param public_key string bytes: 33 or 65 (secp256k1), 32 (ed25519)
---@return VerifyResponse? result, string? message, dstack.code? code
---@overload fun(self: DstackClient, arguments: VerifyArguments): VerifyResponse?, string?, dstack.code?
function DstackClient:verify(algorithm, data, signature, public_key) end

---The agent's version (dstack OS 0.5.7 and newer).
---Errors: dstack.call_errors
---Raises: called without a colon
---@return VersionResponse? version, string? message, dstack.code? code
function DstackClient:version() end

---GPU attestation of 0.6 development builds; no released agent has it.
---Errors: dstack.call_errors
---Raises: called without a colon
---@return GpuInfoResponse? info, string? message, dstack.code? code
function DstackClient:gpu_info() end

---Whether an agent answers within half a second; a refusal is an answer too. Never raises.
---Errors: none
---@return boolean there, string? message, dstack.code? code why not
function DstackClient:is_reachable() end

---Closes the connection. Calls fail with `closed` from now on; closing again does nothing.
---Errors: none
function DstackClient:close() end

-- Responses ---------------------------------------------------------------------------------------

---The class of a response, which is its metatable and has its name. `setmetatable({quote = ..., event_log = ...},
---dstack.GetQuoteResponse)` gives what came by another way the methods of a reply.
---@class dstack.ResponseClass
---@field __name string

---Members are as on the wire, bytes as hex, checked when they came. Those of newer agents, which this SDK does
---not know, are in `extra`. tostring names the members, shortens long ones and leaves keys out.
---@class dstack.Response
---@field extra table<string, any>

---@class GetKeyResponse: dstack.Response
---@field key string 32 bytes, hex; tostring shows <secret>
---@field signature_chain string[] two recoverable signatures of 65 bytes, hex; the second is "" without a KMS
---@field request GetKeyArguments what was asked for; not from the wire
local GetKeyResponse = {}

---The private key.
---Errors: invalid (`key` was changed since and is no hex); memory
---Raises: `key` is no text; called without a colon
---@return string? bytes, string? message, dstack.code? code
function GetKeyResponse:decode_key() end

---The links as bytes: app root for the key, KMS root for the app.
---Errors: invalid (a link was changed since and is no hex); memory
---Raises: a link is no text; called without a colon
---@return string[]? links, string? message, dstack.code? code
function GetKeyResponse:decode_signature_chain() end

---The public key, hex: 33 bytes (secp256k1, SEC 1 compressed) or 32 (ed25519).
---Errors: invalid (the algorithm asked for is another; `key` was changed since); memory
---Raises: `key` is no text; called without a colon
---@return string? hex, string? message, dstack.code? code
function GetKeyResponse:public_key() end

---@class VerifyChainOptions
---@field app_id string the app you mean: 20 bytes, hex with or without 0x
---@field kms_root string the KMS root's secp256k1 public key, 33 or 65 bytes, hex with or without 0x; from whom you trust
---@field purpose? string default: as asked for

---Checks that the KMS vouches for the app and the app for this key: recoverable ECDSA (secp256k1) over Keccak-256
---of purpose, ":" and the public key's hex, then of "dstack-kms-issued:", app id and app root. Signatures with a
---high s are refused. Returns the app's root public key: 33 bytes, hex.
---Errors: invalid (app_id is not 20 bytes of hex, kms_root no public key, `key` no key)
---Errors: verify (a link is no signature, or the chain leads elsewhere: another key, purpose, app id or root)
---Errors: no_kms (the second link is empty: the app was booted without a KMS); memory; internal
---Raises: no table of options; an option does not exist, is missing or no string; called without a colon
---@param options VerifyChainOptions
---@return string? app_root, string? message, dstack.code? code
function GetKeyResponse:verify_chain(options) end

---@class GetTlsKeyResponse: dstack.Response
---@field key string PKCS#8 (RFC 5958) as PEM (RFC 7468); tostring shows <secret>
---@field certificate_chain string[] PEM, leaf first; the leaf is for `key`; table.concat of them is the chain's file
local GetTlsKeyResponse = {}

---The key's DER; with max_length cut, or filled with zeros, to exactly that many bytes.
---Errors: invalid (`key` was changed since and is no PEM); too_large (over 16 MiB); memory
---Raises: max_length is no whole number from 0 on; `key` is no text; called without a colon
---@param max_length? integer bytes
---@return string? bytes, string? message, dstack.code? code
function GetTlsKeyResponse:as_uint8array(max_length) end

---@class GetQuoteResponse: dstack.Response
---@field quote string hex
---@field event_log string JSON text
---@field report_data string 64 bytes, hex
---@field vm_config string JSON text, or ""
local GetQuoteResponse = {}

---The quote as bytes.
---Errors: invalid (`quote` was changed since and is no hex); memory
---Raises: `quote` is no text; called without a colon
---@return string? bytes, string? message, dstack.code? code
function GetQuoteResponse:decode_quote() end

---The event log as a list, in the order of extension. Digests are as the log says: replay_rtmrs checks them.
---Errors: invalid (`event_log` is no JSON list of events, or a member is missing or of another type)
---Errors: too_large (over 16 MiB or 65536 events); memory
---Raises: `event_log` is no text; called without a colon
---@return EventLog[]? events, string? message, dstack.code? code
function GetQuoteResponse:decode_event_log() end

---The registers the event log leads to, hex of 48 bytes each, at 0 to 3: beginning with zeros, each event makes
---its register SHA-384(register, digest), as TDG.MR.RTMR.EXTEND of the Intel TDX module does. Digests of
---runtime events, which agents since 0.5.6 leave out, are computed from name and payload (version 2: RFC 8785);
---one that is there has to agree. To be compared with td_report's rt_mr0 to rt_mr3.
---Errors: invalid (as decode_event_log; imr over 3, version over 2, a boot event without its digest of 48 bytes)
---Errors: verify (digest or preimage of a runtime event is not that of its name and payload)
---Errors: too_large (as decode_event_log); memory; internal
---Raises: `event_log` is no text; called without a colon
---@return table<integer, string>? rtmrs
---@return string? message
---@return dstack.code? code
function GetQuoteResponse:replay_rtmrs() end

---The quote's TD report. Read, not verified: anybody can write such bytes, only a verified signature makes them
---Intel's word. Layout: Intel TDX DCAP Quoting Library API, quote version 4, TD report 1.0.
---Errors: invalid (`quote` is no hex, or shorter than 632 bytes)
---Errors: unsupported (a quote of another version than 4); memory
---Raises: `quote` is no text; called without a colon
---@return TdReport? report, string? message, dstack.code? code
function GetQuoteResponse:td_report() end

---Hex throughout, bytes as they lie in the report: attributes and SVNs are little endian.
---@class TdReport
---@field tee_tcb_svn string 16 bytes
---@field mr_seam string 48 bytes, the TDX module
---@field mr_signer_seam string 48 bytes
---@field seam_attributes string 8 bytes
---@field td_attributes string 8 bytes; bit 0 of the first: a TD under debug, whose secrets are none
---@field xfam string 8 bytes
---@field mr_td string 48 bytes, the initial memory: the virtual firmware
---@field mr_config_id string 48 bytes
---@field mr_owner string 48 bytes
---@field mr_owner_config string 48 bytes
---@field rt_mr0 string 48 bytes, virtual hardware and firmware configuration
---@field rt_mr1 string 48 bytes, kernel
---@field rt_mr2 string 48 bytes, kernel command line and initrd
---@field rt_mr3 string 48 bytes, the application: compose hash, app id, emitted events
---@field report_data string 64 bytes, what the quote was asked to bind

---@class AttestResponse: dstack.Response
---@field attestation string hex, up to 10 MiB of bytes
local AttestResponse = {}

---The attestation as bytes: SCALE (first byte 0) or MessagePack, as dstack encodes it.
---Errors: invalid (`attestation` was changed since and is no hex); memory
---Raises: `attestation` is no text; called without a colon
---@return string? bytes, string? message, dstack.code? code
function AttestResponse:decode_attestation() end

---@class InfoResponse: dstack.Response
---@field app_id string 20 bytes, hex
---@field instance_id string 20 bytes, hex, or "" where the app has none
---@field app_cert string PEM, or "" until it is made
---@field tcb_info? TcbInfo absent where it is hidden
---@field tcb_info_text string the text tcb_info was parsed from
---@field app_name string
---@field device_id string 32 bytes, hex
---@field mr_aggregated string 32 bytes, hex, or ""
---@field os_image_hash string 32 bytes, hex, or ""
---@field key_provider_info string JSON text
---@field compose_hash string 32 bytes, hex: SHA-256 of app-compose.json's bytes
---@field vm_config string JSON text
---@field cloud_vendor string
---@field cloud_product string

---Parsed as it is, with all members the agent has; not checked further. Members that are null are absent.
---@class TcbInfo
---@field mrtd? string hex; absent off TDX, like the registers
---@field rtmr0? string hex
---@field rtmr1? string hex
---@field rtmr2? string hex
---@field rtmr3? string hex
---@field mr_aggregated? string hex
---@field os_image_hash? string hex
---@field compose_hash? string hex
---@field device_id? string hex
---@field event_log EventLog[]
---@field app_compose string app-compose.json, byte for byte

---@class EventLog
---@field imr integer 0 to 3, the register
---@field event_type integer 134217729 for runtime events, whose imr is 3
---@field digest string 48 bytes, hex, or "" for a runtime event
---@field event string name
---@field event_payload string hex, or "" where the agent leaves it out
---@field version? integer absent (1) or 2
---@field preimage? string hex, with version 2

---@class SignResponse: dstack.Response
---@field signature string 64 bytes, hex
---@field signature_chain string[] the signature again, the app root's link, the KMS's or ""; hex
---@field public_key string 33 bytes (secp256k1) or 32 (ed25519), hex
local SignResponse = {}

---The signature as bytes, as verify takes it.
---Errors: invalid (`signature` was changed since and is no hex); memory
---Raises: `signature` is no text; called without a colon
---@return string? bytes, string? message, dstack.code? code
function SignResponse:decode_signature() end

---The public key as bytes, as verify takes it.
---Errors: invalid (`public_key` was changed since and is no hex); memory
---Raises: `public_key` is no text; called without a colon
---@return string? bytes, string? message, dstack.code? code
function SignResponse:decode_public_key() end

---The links as bytes.
---Errors: invalid (a link was changed since and is no hex); memory
---Raises: a link is no text; called without a colon
---@return string[]? links, string? message, dstack.code? code
function SignResponse:decode_signature_chain() end

---@class VerifyResponse: dstack.Response
---@field valid boolean

---@class VersionResponse: dstack.Response
---@field version string such as "0.5.11"
---@field rev string "git:" and a commit, or "unknown"

---@class GpuInfoResponse: dstack.Response
---@field attestation string

-- Transports --------------------------------------------------------------------------------------

---What carries requests; docs/transports.md has the whole contract and examples.
---@class dstack.Transport
---@field request fun(self: dstack.Transport, request: dstack.Request): dstack.Reply?, string?, dstack.code?, integer? the integer: errno behind `connect`
---@field close fun(self: dstack.Transport)

---@class dstack.Request
---@field method string "POST"
---@field path string such as "/GetKey"
---@field headers string[] lines "Name: value"
---@field body string
---@field deadline number on the clock of require("dstack.transport").now()
---@field fresh boolean on a new connection, and never sent twice
---@field want_headers? boolean the reply needs its headers

---@class dstack.Reply
---@field status integer 100 to 599
---@field body string
---@field headers? table<string, string> by lower-case name, when the request wants them

return dstack
