---@meta dstack.kms

-- The client of a KMS. How errors are listed: types/dstack.lua; the whole way: docs/deploy.md.

---@class dstack
---@field KmsMetaResponse dstack.ResponseClass
---@field KmsEnvKeyResponse dstack.ResponseClass
local dstack = {}

---Makes a client of a KMS, or of a VMM, which passes get_app_env_encrypt_pub_key on and nothing else. Does no I/O. The
---endpoint is a URL, with or without /prpc at its end, or the path of a socket; else DSTACK_KMS_ENDPOINT. Over https
---the certificate must check out: a KMS has a CA of its own, so name that with ca_file, or pin the KMS's own
---certificate with pinned_certificate. Who proves to have the KMS's root key needs no TLS for that: env_encrypt_key.
---Errors: invalid (as DstackClientClass; there is no endpoint)
---Raises: an option does not exist or has another type; the endpoint is no text
---@param endpoint_or_options? string|DstackClientOptions
---@return Kms? kms, string? message, dstack.code? code
function dstack.kms(endpoint_or_options) end

---Client of a KMS. The methods are those of the KMS, by their names; members of replies are as on the wire, bytes as
---hex. Those which are null are absent.
---@class Kms
local Kms = {}

---@class KmsEnvKeyOptions
---@field signer string the KMS's root key (k256_pubkey), 33 or 65 bytes or their hex, from a source that you trust
---@field max_age? integer seconds, default 300
---@field now? integer Unix seconds, default the clock's
---@field allow_legacy? boolean take an answer without a signed time, as KMSes before dstack OS 0.5.6 give: it may be a replayed one

---The key to seal an application's environment to, proven: the KMS with that root key has signed for it, for this app
---id, and just now. To seal: `dstack.encrypt_env_vars(envs, key.public_key)`.
---Errors: dstack.call_errors; invalid (a length is wrong, hex is malformed, signer is no key)
---Errors: verify (another signer's, not fresh, or no signed time without allow_legacy)
---Raises: called without a colon; signer is missing; an option does not exist or has another type
---@param app_id string hex, with or without 0x; 20 bytes are taken too
---@param options KmsEnvKeyOptions
---@return KmsEnvKeyResponse? key with signer and form
---@return string? message
---@return dstack.code? code
function Kms:env_encrypt_key(app_id, options) end

---The same key as it came: nothing is proven.
---Errors: dstack.call_errors; invalid (app_id is not 20 bytes)
---Raises: called without a colon; app_id is no string
---@param app_id string hex, with or without 0x; 20 bytes are taken too
---@return KmsEnvKeyResponse? key, string? message, dstack.code? code
function Kms:get_app_env_encrypt_pub_key(app_id) end

---@class KmsEnvKeyResponse
---@field public_key string hex, X25519
---@field signature string hex; signs app id and key
---@field signature_v1 string hex; signs the timestamp too; "" before dstack OS 0.5.6
---@field timestamp integer Unix seconds; 0 before dstack OS 0.5.6
---@field signer? string hex, of env_encrypt_key: who signed
---@field form? "v1"|"legacy" of env_encrypt_key: which signature proved it
---@field extra table members this SDK does not know

---What the KMS is.
---Errors: dstack.call_errors
---Raises: called without a colon
---@return KmsMetaResponse? meta, string? message, dstack.code? code
function Kms:get_meta() end

---@class KmsMetaResponse
---@field ca_cert string PEM, of the root CA
---@field k256_pubkey string hex, 33 bytes: the root key. To be compared, and not to be believed because it was here
---@field allow_any_upgrade boolean
---@field is_dev boolean
---@field bootstrap_info? table ca_pubkey, k256_pubkey, attestation, hex
---@field gateway_app_id? string
---@field kms_contract_address? string
---@field chain_id? integer
---@field app_auth_implementation? string
---@field extra table members this SDK does not know

---A CA whose certificates the KMS takes from machines that ask for keys.
---Errors: dstack.call_errors
---Raises: called without a colon
---@return table? ca temp_ca_cert, temp_ca_key, ca_cert: PEM
---@return string? message
---@return dstack.code? code
function Kms:get_temp_ca_cert() end

---An application's keys. The KMS wants an RA-TLS client certificate for that, which this client does not send: give it
---a transport that does.
---Errors: dstack.call_errors
---Raises: called without a colon; an argument has another type or does not exist
---@param api_version? integer
---@param vm_config? string JSON
---@return table? keys disk_crypt_key, env_crypt_key, k256_key, k256_signature, os_image_hash: hex; ca_cert, gateway_app_id
---@return string? message
---@return dstack.code? code
function Kms:get_app_key(api_version, vm_config) end

---The root keys, for another KMS; as get_app_key.
---Errors: dstack.call_errors
---Raises: called without a colon; an argument has another type or does not exist
---@param vm_config? string JSON
---@return table? keys temp_ca_key, and a list `keys` of ca_key and k256_key
---@return string? message
---@return dstack.code? code
function Kms:get_kms_key(vm_config) end

---A certificate for what a request (CSR, in SCALE encoding) asks, with the attestation inside it.
---Errors: dstack.call_errors
---Raises: called without a colon; an argument is missing, has another type or does not exist
---@param api_version integer 1 or 2
---@param csr string bytes
---@param signature string bytes
---@param vm_config? string JSON
---@return table? chain certificate_chain: PEM
---@return string? message
---@return dstack.code? code
function Kms:sign_cert(api_version, csr, signature, vm_config) end

---Makes the root keys of a KMS that has none. Never sent twice.
---Errors: dstack.call_errors
---Raises: called without a colon; domain is missing or no string
---@param domain string
---@return table? keys ca_pubkey, k256_pubkey, attestation: hex
---@return string? message
---@return dstack.code? code
function Kms:onboard_bootstrap(domain) end

---Has a KMS that has no keys get those of another one. Never sent twice.
---Errors: dstack.call_errors
---Raises: called without a colon; an argument is missing or no string
---@param source_url string
---@param domain string
---@return table? keys k256_pubkey: hex
---@return string? message
---@return dstack.code? code
function Kms:onboard(source_url, domain) end

---What a KMS that has no keys will be allowed by.
---Errors: dstack.call_errors
---Raises: called without a colon
---@return table? info device_id, mr_aggregated, os_image_hash, ppid: hex; tee_variant, site_name, eth_rpc_url, kms_contract_address
---@return string? message
---@return dstack.code? code
function Kms:onboard_attestation_info() end

---Ends the onboarding. Never sent twice.
---Errors: dstack.call_errors
---Raises: called without a colon
---@return true? done, string? message, dstack.code? code
function Kms:onboard_finish() end

---Of the administrator's listener: forgets what is known of OS images.
---Errors: dstack.call_errors
---Raises: called without a colon; an argument is no string or does not exist
---@param image_hash? string hex
---@param config_hash? string hex
---@return true? done, string? message, dstack.code? code
function Kms:clear_image_cache(image_hash, config_hash) end

---Whether a KMS answers, be it with a refusal.
---Errors: none
---Raises: called without a colon
---@return boolean there, string? message, dstack.code? code why not
function Kms:is_reachable() end

---Closes connections; later calls fail with `closed`.
---Errors: none
function Kms:close() end

return dstack
