---@meta dstack.resty

-- resty.dstack.tls and resty.dstack.keys, for nginx: docs/openresty.md. How errors are listed: types/dstack.lua.

---@class resty.dstack.tls.Options
---@field client? DstackClient|DstackClientOptions who is asked; default: a client without options
---@field certificate? GetTlsKeyArguments what is asked for; default: as `client:get_tls_key{}`
---@field shared_dict? string name of a lua_shared_dict for all workers, 1 MiB or more, where key and certificate are kept; without it each worker asks for its own
---@field max_age? number seconds after which it is renewed, default one day; two thirds of its life at most
---@field retry? number seconds until the next attempt after one that failed, default 5

---`require "resty.dstack.tls"`: nginx serves TLS with a certificate of the guest agent's.
---@class resty.dstack.tls
local tls = {}

---Makes one, in any phase, as in init_by_lua. Does no I/O.
---Errors: invalid (as DstackClientClass; the client is of v1; there is no such shared dict; a number is not above 0 and finite)
---Raises: an option does not exist or has another type
---@param options? resty.dstack.tls.Options
---@return resty.dstack.Certificate? certificate, string? err, dstack.code? code
function tls.new(options) end

---A certificate of the agent's with its key, renewed before it ends. The old one is served until the new one is here,
---also when the agent does not answer.
---@class resty.dstack.Certificate
local Certificate = {}

---For init_worker_by_lua: asks as soon as the worker runs, so that no handshake has to wait. Optional.
---Errors: none
---@return true done
function Certificate:init_worker() end

---For ssl_certificate_by_lua: gives this handshake the certificate. Where there is none it is written to the log why, and
---the handshake ends: the certificate that nginx.conf names is never shown.
---Errors: none
---@return true? done
function Certificate:ssl_certificate() end

---As ssl_certificate, but leaves it to the caller what to do where there is none.
---Errors: dstack.call_errors; invalid (as DstackClient:get_tls_key); timeout (another worker asks for too long)
---Errors: internal (nginx does not take it)
---@return true? done, string? err, dstack.code? code
function Certificate:set_certificate() end

---@class resty.dstack.keys.Options
---@field client? DstackClient|DstackClientOptions who is asked; default: a client without options
---@field ttl? number seconds that a key is kept, default 300
---@field size? integer keys that each worker keeps, default 1000; the one not asked for longest goes first
---@field shared_dict? string name of a lua_shared_dict where keys are kept too: every worker, every script in nginx and every dump of its memory sees them there

---`require "resty.dstack.keys"`: derived keys, kept for a while.
---@class resty.dstack.keys
local keys = {}

---Makes one, in any phase, as in init_by_lua. Does no I/O. With a shared dict it warns in nginx's log.
---Errors: invalid (as DstackClientClass; the client is of v1; there is no such shared dict; a number is not above 0 and finite)
---Raises: an option does not exist or has another type
---@param options? resty.dstack.keys.Options
---@return resty.dstack.Keys? keys, string? err, dstack.code? code
function keys.new(options) end

---@class resty.dstack.Keys
local Keys = {}

---As DstackClient:get_key, asked once and then kept. Others get the same object: it is not to be changed. A failure is not
---kept.
---Errors: dstack.call_errors; invalid (as DstackClient:get_key)
---Raises: an argument has another type
---@param path? string default ""
---@param purpose? string default ""
---@param algorithm? "secp256k1"|"k256"|"ed25519" default "secp256k1"
---@return GetKeyResponse? key, string? err, dstack.code? code
---@overload fun(self: resty.dstack.Keys, arguments: GetKeyArguments): GetKeyResponse?, string?, dstack.code?
function Keys:get_key(path, purpose, algorithm) end

---Forgets what this worker keeps, and that in the shared dict.
---Errors: none
function Keys:flush() end

return { tls = tls, keys = keys }
