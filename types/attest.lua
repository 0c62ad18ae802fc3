---@meta dstack.attest

-- Verifying evidence, and the collateral for it. How errors are listed: types/dstack.lua; what each step proves and
-- what not, and how to write a policy: docs/attestation.md.

---@class dstack
---@field attest dstack.attest whether quotes, attestations and certificates are genuine and allowed
---@field collateral dstack.collateral what quotes are verified with
local dstack = {}

---Verification of evidence, offline. Bytes may be given as hex text too where "or hex" is said.
---@class dstack.attest
---@field Report table the class of reports
local attest = {}

---What attest.verify can return.
---@alias dstack.attest_errors
---| "invalid"     # evidence, collateral, policy or an option cannot be read
---| "unsupported" # evidence of another platform, or of a version that is not known
---| "too_large"   # evidence, collateral or policy
---| "verify"      # not genuine, or not what was asked for
---| "expired"     # collateral or a certificate is not good any more
---| "policy"      # genuine, but not what the policy allows
---| "no_kms"      # the key's chain has no link from a KMS
---| "memory"      # memory could not be allocated
---| "internal"    # a library below us failed in a way that should not happen

---@class dstack.attest.QuoteOptions
---@field now? number Unix seconds to judge by; default the clock's
---@field root? string the one certificate to trust, PEM or DER; default Intel's root, which is built in
---@field allow_debug? boolean memory that is open to the host is no failure
---@field allow_service_td? boolean a TD may be bound to a service TD

---Whether a quote is genuine: the steps of Intel's DCAP verification, and nothing else. Any TCB status but Revoked
---passes: look at `report.status`, or use attest.verify, which has a policy. Who verifies many quotes gives both the
---object that dstack.collateral returns: signatures that were good with it are not checked again.
---Errors: invalid (quote, collateral or an option cannot be read); unsupported; too_large
---Errors: verify (not genuine); expired (collateral or a certificate is not good any more); memory; internal
---Raises: quote or collateral are missing or no text; an option does not exist or has another type
---@param quote string bytes or hex
---@param collateral string|dstack.Collateral JSON text, or what dstack.collateral returns
---@param options? dstack.attest.QuoteOptions
---@return dstack.AttestationReport? report, string? message, dstack.code? code
---@return dstack.AttestationReport? failed the report of a failure
function attest.verify_quote(quote, collateral, options) end

---What Tappd's TdxQuote, and other uses of tagged hashes, make report data of.
---@class dstack.attest.TaggedNonce
---@field data string bytes
---@field hash_algorithm? string default "sha512"
---@field prefix? string the tag, default "app-data"

---Exactly one of the first four says what is verified.
---@class dstack.attest.Options
---@field quote? string bytes or hex
---@field attestation? string bytes or hex
---@field quote_response? GetQuoteResponse|AttestResponse|table an agent's reply
---@field certificate? string PEM, of which the first counts, or DER: one that carries evidence for its key
---@field collateral string|dstack.Collateral
---@field event_log? string|table[] beside a quote: JSON text, or its events
---@field vm_config? string beside a quote: what the machine was made with, JSON, for mr_config_id
---@field app_compose? string the very bytes of the app-compose.json that has to be the measured one
---@field report_data? string what the evidence has to vouch for: up to 64 bytes, or hex; zeros are appended
---@field nonce? string|dstack.attest.TaggedNonce likewise; text is taken as bytes, never as hex
---@field key? GetKeyResponse|GetKeyResponseV1 a key that has to be the application's
---@field kms_root? string beside key: the KMS's root public key, hex
---@field policy? dstack.attest.Policy|string rules, or the path of a JSON file with them
---@field now? number Unix seconds to judge by; default the clock's
---@field root? string the one certificate to trust, PEM or DER; default Intel's root

---A key that a policy does not name is not checked, but for the first three. Measurements are hex, one or a list of those
---that are allowed.
---@class dstack.attest.Policy
---@field tcb_statuses? string[] default {"UpToDate"}
---@field advisories? string[]|"any" which may concern the platform; default none
---@field tee? "tdx"|"sgx"|string[] the kind of TEE; default "sgx" beside mr_enclave or mr_signer, else "tdx"
---@field min_tcb_date? string|number "2025-03-12", RFC 3339 in UTC, or Unix seconds: how old a TCB level may be
---@field min_tcb_evaluation_number? number of the collateral: neither TCB info nor QE identity may have a lower one
---@field mr_enclave? string|string[] the enclave
---@field mr_signer? string|string[] who signed the enclave
---@field mr_seam? string|string[] the TDX module
---@field mr_td? string|string[] the firmware
---@field rtmr0? string|string[]
---@field rtmr1? string|string[]
---@field rtmr2? string|string[]
---@field rtmr3? string|string[]
---@field mr_system? string|string[] SHA-256 of firmware, registers 0 to 2 and key provider
---@field mr_aggregated? string|string[] SHA-256 of all that was measured
---@field compose_hash? string|string[]
---@field app_id? string|string[]
---@field instance_id? string|string[]
---@field os_image_hash? string|string[] the OS image, which has to have published measurements: step image
---@field key_provider? string|{name: string, id: string?}|table[] as "kms"; id is hex
---@field report_data? string hex
---@field allow_debug? boolean
---@field allow_service_td? boolean
---@field allow_unknown_compose_fields? boolean
---@field any_os? boolean who the application is may be an unknown OS's word
---@field require? string[] steps that must have passed, not just not failed

---Verifies evidence against a policy. A report that comes alone means that everything passed which the policy and the
---options ask for; what nobody asked for and could not be checked is "not_checked" in its steps, with the reason.
---Errors: dstack.attest_errors
---Raises: not exactly one evidence; an option is missing, does not exist or has another type
---@param options dstack.attest.Options
---@return dstack.AttestationReport? report, string? message, dstack.code? code
---@return dstack.AttestationReport? failed the report of a failure; none where policy or options cannot be read
function attest.verify(options) end

---attest.verify for an agent's reply, as its method `verify`. Report data have to be those that a client asked for when
---it got this reply, unless told; a reply that came by another way does not say what was asked: give report_data or nonce.
---Errors: dstack.attest_errors
---Raises: as attest.verify
---@param response GetQuoteResponse|AttestResponse|table
---@param options dstack.attest.Options without the evidence
---@return dstack.AttestationReport? report, string? message, dstack.code? code
---@return dstack.AttestationReport? failed
function attest.verify_response(response, options) end

---Checks a policy without using it.
---Errors: invalid (an unknown key, a value that is no rule, a file that cannot be read); too_large (over 1 MiB)
---Raises: policy is neither a table nor a text
---@param policy? dstack.attest.Policy|string
---@return table? rules with defaults, hex in lower case
---@return string? message, dstack.code? code
function attest.policy(policy) end

---What evidence consists of; nothing is verified. The table has quote, event_log and config, as far as they are there,
---`said` (an attestation's own report data), `problem` (where it contradicts itself), `key_data` (the report data that a
---certificate's key asks for): all bytes or JSON text.
---Errors: invalid; unsupported; too_large; verify (a certificate without evidence); memory
---Raises: not exactly one evidence, or of another type
---@param options dstack.attest.Options of which the evidence counts
---@return table? parts, string? message, dstack.code? code
function attest.evidence(options) end

---Every field of a quote under its name in Intel's documents, bytes in hex; nothing is verified. Who needs one part names
---it: the whole quote is read as strictly, and its other fields, certificates above all, are not made.
---Errors: invalid; unsupported; too_large; memory
---Raises: quote is no text; there is no such part
---@param quote string bytes or hex
---@param part? "header"|"report"|"qe_report"|"certification" the one table of them all to return
---@return table? fields, string? message, dstack.code? code
function attest.parse_quote(quote, part) end

---The parts of an attestation: form ("scale" or "msgpack"), quote, event_log (JSON text: boot events, then runtime
---events), report_data, config, problem. Nothing is verified.
---Errors: invalid; unsupported (another platform than TDX); too_large; memory
---Raises: attestation is no text
---@param attestation string bytes or hex
---@return table? parts, string? message, dstack.code? code
function attest.parse_attestation(attestation) end

---The events of a firmware's log, ACPI's CCEL, in the order of extension: what Linux shows in
---/sys/firmware/acpi/tables/data/CCEL, up to the 0xff that fill it up. As in a quote's event log, with imr from 0 on and
---an empty name; the digest is that of SHA-384, the payload the record's data. Records that extend nothing are left out.
---The list does for attest.verify's `event_log`. Nothing is verified: compare replay_ccel with a verified quote.
---Errors: invalid (a record is cut short, malformed or without one SHA-384 digest, or something follows: says which)
---Errors: too_large (over 16 MiB or 65536 events); memory
---Raises: log is no text
---@param log string bytes or hex
---@return EventLog[]? events, string? message, dstack.code? code
function attest.parse_ccel(log) end

---The registers that a firmware's log leads to, as GetQuoteResponse:replay_rtmrs has them. What extended a register
---behind the firmware's and the boot loader's back, as dstack does register 3, is not in that log.
---Errors: invalid (as parse_ccel); verify (a record of dstack's own type that contradicts itself)
---Errors: too_large (as parse_ccel); memory; internal
---Raises: log is no text
---@param log string bytes or hex
---@return table<integer, string>? rtmrs hex of 48 bytes each, at 0 to 3
---@return string? message
---@return dstack.code? code
function attest.replay_ccel(log) end

---@class dstack.attest.Step
---@field name string stays
---@field state "passed"|"failed"|"not_checked"
---@field meaning string what has been shown when it passed
---@field reason? string why it failed or was not checked, or what was found

---@class dstack.attest.Verdict
---@field status string a TCB status
---@field advisory_ids string[]
---@field tcb_date number Unix seconds

---What a verification found. `tostring` shows it for people. Members are there as far as the steps came: only those of
---a report with ok = true are to be believed.
---@class dstack.AttestationReport
---@field ok boolean
---@field message? string of a failure
---@field code? dstack.code
---@field root? string "intel", or SHA-256 of the root that was named, hex
---@field steps dstack.attest.Step[] all there are, in the order in which they are taken
---@field status? string the TCB status
---@field advisory_ids? string[]
---@field tcb_date? number Unix seconds
---@field platform? dstack.attest.Verdict processor and TDX module
---@field qe? dstack.attest.Verdict quoting enclave
---@field tcb_evaluation_number? number
---@field valid_from? number Unix seconds: from when the quote has this result
---@field valid_until? number
---@field quote? table as attest.parse_quote has it
---@field pck? table what the platform's certificate says
---@field certificate? table what a certificate says besides its evidence: key, not_before, not_after, app_id, usage, app_info
---@field application table app_id, compose_hash, instance_id, os_image_hash (measured), kms_os_image_hash (told), key_provider_name, key_provider_id, device_id, mr_system, mr_aggregated, key_root, init_script_hashes (a list): as events and quote have them, hex
local AttestationReport = {}

---The step of that name.
---Errors: none
---@param name string
---@return dstack.attest.Step? step
function AttestationReport:step(name) end

---One line of JSON, members in the order of their names; see docs/attestation.md.
---Errors: none
---@return string json
function AttestationReport:to_json() end

---The lines that `tostring` puts together.
---Errors: none
---@return string[] lines
function AttestationReport:lines() end

-- Collateral --------------------------------------------------------------------------------------

---Collateral: Intel's statements about TCB levels, certificates and revocation lists, as one JSON document, which
---dcap-qvl reads and writes too. Files are read and written with plain file I/O, also in tasks and in nginx.
---@class dstack.collateral
local collateral = {}

---@class dstack.collateral.Options: DstackClientOptions
---@field pccs? string URL or socket path of a PCCS; default $PCCS_URL, else Intel's service
---@field cache? string a folder that keeps what was fetched
---@field max_age? number how old, in seconds, what is in the cache may be; default a day. Never older than it is good
---@field now? number Unix seconds that count as now for the cache

---Fetches what a quote is verified with: five or six GETs over the transport that fits where it runs. `timeout` is that
---of the whole. Nothing is verified but the form.
---Errors: dstack.call_errors; invalid (quote or an option cannot be read); http (no such platform there)
---Errors: reply (what came is no collateral); unsupported (a quote that cannot name its platform)
---Raises: quote is no text; an option does not exist or has another type
---@param quote string bytes or hex
---@param options? dstack.collateral.Options without endpoint
---@return dstack.Collateral? collateral, string? message, dstack.code? code
function collateral.fetch(quote, options) end

---Reads a document; nothing is verified but the form.
---Errors: invalid; too_large (over 8 MiB); memory
---Raises: text is no text
---@param text string JSON
---@return dstack.Collateral? collateral, string? message, dstack.code? code
function collateral.parse(text) end

---Reads a file.
---Errors: invalid (it cannot be read, and as parse); too_large; memory
---Raises: path is no text
---@param path string
---@return dstack.Collateral? collateral, string? message, dstack.code? code
function collateral.load(path) end

---Writes a file: whoever opens it sees the old one or the new one.
---Errors: invalid (it cannot be written)
---Raises: self is no collateral; path is no text
---@param self dstack.Collateral
---@param path string
---@return true? done, string? message, dstack.code? code
function collateral.save(self, path) end

---@class dstack.Collateral
---@field text string the document
---@field issued number Unix seconds: when the later of both statements was made
---@field expires number Unix seconds: when the first of its parts is not good any more
---@field from? string where it was fetched: an address, or "cache"
---@field path? string its file in the cache
---@field cache_problem? string why it could not be kept
local Collateral = {}

---Writes a file, as collateral.save does.
---Errors: invalid (it cannot be written)
---Raises: path is no text
---@param path string
---@return true? done, string? message, dstack.code? code
function Collateral:save(path) end

-- Replies -----------------------------------------------------------------------------------------

---@class GetQuoteResponse: dstack.Response
local GetQuoteResponse = {}

---attest.verify_response for this reply.
---Errors: dstack.attest_errors
---Raises: as attest.verify; called without a colon
---@param options dstack.attest.Options without the evidence
---@return dstack.AttestationReport? report, string? message, dstack.code? code
---@return dstack.AttestationReport? failed
function GetQuoteResponse:verify(options) end

---@class AttestResponse: dstack.Response
local AttestResponse = {}

---attest.verify_response for this reply.
---Errors: dstack.attest_errors
---Raises: as attest.verify; called without a colon
---@param options dstack.attest.Options without the evidence
---@return dstack.AttestationReport? report, string? message, dstack.code? code
---@return dstack.AttestationReport? failed
function AttestResponse:verify(options) end

---@class TdxQuoteResponse: dstack.Response
local TdxQuoteResponse = {}

---attest.verify_response for this reply: its report data have to be those that the request makes.
---Errors: dstack.attest_errors
---Raises: as attest.verify; called without a colon
---@param options dstack.attest.Options without the evidence
---@return dstack.AttestationReport? report, string? message, dstack.code? code
---@return dstack.AttestationReport? failed
function TdxQuoteResponse:verify(options) end
