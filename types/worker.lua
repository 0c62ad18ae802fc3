---@meta dstack.worker

-- WorkerClient and what its calls return. How errors are listed: types/dstack.lua.

---@class WorkerClientOptions: DstackClientOptions
---@field endpoint string http(s) URL, or the path of a socket; nothing is searched for
---@field surface? "v0"|"v1" whose Info and Version are asked, default "v0", which every agent has; the client stays with it

---Makes a client: `dstack.WorkerClient(url)` or `dstack.WorkerClient{...}`. Does no I/O.
---Errors: invalid (as DstackClientClass; another surface)
---Raises: there is no endpoint; an option does not exist or has another type
---@class WorkerClientClass
---@overload fun(url_or_options: string|WorkerClientOptions): WorkerClient?, string?, dstack.code?

---Client of what anyone outside the machine can ask its agent, which by default is at port 8090. Nothing it says is
---evidence but a quote that was verified. Methods that only one surface has go there, unless the client was told the other:
---then they fail with `unsupported`.
---@class WorkerClient
local WorkerClient = {}

---What the instance is. Members that the app's compose file keeps from the public are absent (tcb_info) or "".
---Errors: dstack.call_errors
---Raises: called without a colon
---@return InfoResponse|InfoResponseV1? info InfoResponseV1 with surface = "v1"
---@return string? message
---@return dstack.code? code
function WorkerClient:info() end

---The agent's version.
---Errors: dstack.call_errors
---Raises: called without a colon
---@return VersionResponse|VersionResponseV1? version VersionResponseV1 with surface = "v1"
---@return string? message
---@return dstack.code? code
function WorkerClient:version() end

---Whether the app's containers are well (v1: dstack OS 0.6 and newer). Apps that did not opt in are.
---Errors: dstack.call_errors; unsupported (the client was made with surface = "v0")
---Raises: called without a colon
---@return HealthResponse? health, string? message, dstack.code? code
function WorkerClient:health() end

---@class AppKeyArguments
---@field algorithm string

---A TDX quote whose report data name the public key that DstackClient:sign signs with, as text by DIP-1 (v0). A reply that
---names no key, or one of another algorithm, is refused.
---Errors: dstack.call_errors; unsupported (the client was made with surface = "v1")
---Errors: rpc (the agent does not know the algorithm; the machine has no TDX)
---Raises: called without a colon; algorithm is missing or no string
---@param algorithm "secp256k1"|"k256"|"ed25519"
---@return GetAttestationForAppKeyResponse? quote, string? message, dstack.code? code
---@overload fun(self: WorkerClient, arguments: AppKeyArguments): GetAttestationForAppKeyResponse?, string?, dstack.code?
function WorkerClient:get_attestation_for_app_key(algorithm) end

---Whether an agent answers within half a second; a refusal is an answer too. Never raises.
---Errors: none
---@return boolean there, string? message, dstack.code? code why not
function WorkerClient:is_reachable() end

---Closes the connection. Calls fail with `closed` from now on; closing again does nothing.
---Errors: none
function WorkerClient:close() end

---@class HealthResponse: dstack.Response
---@field healthy boolean
---@field unhealthy {name: string, status: string, extra: table<string, any>}[] containers; status is "starting" or "unhealthy" so far
---@field error string why it is not known, or ""

---In all else as GetQuoteResponse.
---@class GetAttestationForAppKeyResponse: GetQuoteResponse
local GetAttestationForAppKeyResponse = {}

---The key that `report_data` name: 33 bytes (secp256k1) or 32 (ed25519), hex, and its algorithm. To be believed once the
---quote is verified and its td_report() has the same report data.
---Errors: invalid (`report_data` was changed since and names no key); memory
---Raises: `report_data` is no text; called without a colon
---@return string? public_key
---@return "secp256k1"|"ed25519"|string? algorithm_or_message
---@return dstack.code? code
function GetAttestationForAppKeyResponse:public_key() end
