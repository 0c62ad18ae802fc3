---@meta dstack.ratls

-- RA-TLS. How errors are listed: types/dstack.lua; what is proven and what is not: docs/ratls.md.

---@class dstack
---@field ratls dstack.ratls certificates that carry evidence, and connections to who shows one
local dstack = {}

---@class dstack.ratls
local ratls = {}

---What judges the evidence in a certificate: the options of attest.verify, but for the evidence itself.
---@class RatlsOptions: dstack.attest.Options
---@field collateral? string|table|fun(quote: string): any, string?, string? as there, or a function that finds it for a quote (bytes) or returns nil, message, code

---Judges a certificate: the evidence in it, and that it was made for the certificate's key. Its signature, dates and
---names are not looked at. Of several PEM blocks the first one counts. Where a function that finds collateral fails, its
---message and code are returned.
---Errors: verify (no evidence, or it does not verify); policy (it does, and is not what is allowed); expired (the collateral)
---Errors: invalid (no certificate, no collateral, a bad option); unsupported (another platform than TDX); too_large; memory
---Errors: internal (OpenSSL failed)
---Raises: no string; an option does not exist or has another type; a source of evidence among the options
---@param certificate string PEM or DER
---@param options? RatlsOptions
---@return dstack.AttestationReport? report
---@return string? message
---@return dstack.code? code
---@return dstack.AttestationReport? report of what failed
function ratls.verify_certificate(certificate, options) end

---@class RatlsVerifierOptions: RatlsOptions
---@field remember? number seconds for which a good certificate is not judged again, default 60; never longer than its collateral holds
---@field entries? number how many are remembered, default 1000

---Makes a function that judges certificates as verify_certificate does and remembers those that were good: for servers
---that see the same clients again. The reports are shared: do not change them.
---Errors: invalid (the policy); too_large (the policy's file)
---Raises: no table; an option has another type
---@param options? RatlsVerifierOptions
---@return (fun(certificate: string): dstack.AttestationReport?, string?, dstack.code?, dstack.AttestationReport?)? verify
---@return string? message
---@return dstack.code? code
function ratls.verifier(options) end

---@class RatlsConnectOptions: RatlsOptions
---@field timeout? number seconds for connecting, and for each later call that names none; default 10
---@field certificate? string|string[] this end's own, PEM, and those behind it: shown to a peer that asks, before that is judged
---@field key? string its private key, PEM, PKCS#8 without a pass phrase; goes with certificate

---Connects with TLS 1.3 and judges the peer's certificate before a byte is sent; nobody else has to vouch for it, and
---its names do not count. Proxies are not asked. In a task of dstack.run the others go on meanwhile, as in all calls of the
---connection; elsewhere they block.
---Errors: connect (nobody there, no TLS 1.3); timeout; verify; policy; expired; too_large; memory
---Errors: invalid (host or port; certificate and key that are no pair; as verify_certificate); internal
---Errors: unsupported (no libcurl; in nginx; another platform than TDX)
---Raises: in a task that cannot wait here; host is no string, port no number; as verify_certificate
---@param host string a name or an address
---@param port integer
---@param options? RatlsConnectOptions
---@return dstack.RatlsConnection? connection
---@return string? message
---@return dstack.code? code
---@return dstack.AttestationReport? report of what failed
function ratls.connect(host, port, options) end

---A connection to a peer that has been judged. Of several tasks one at a time can use it: requests wait for their turns,
---send and receive do not. Cancelling a task in the middle of a call closes it.
---@class dstack.RatlsConnection
---@field report dstack.AttestationReport
local RatlsConnection = {}

---Sends all of the bytes.
---Errors: timeout (some may have gone); closed; invalid (another task uses the connection); memory
---Raises: called without a colon; bytes is no string; in a task that cannot wait here
---@param bytes string
---@param timeout? number seconds
---@return true? sent, string? message, dstack.code? code
function RatlsConnection:send(bytes, timeout) end

---Receives what is there, waiting for the first byte. An end of the connection proves nothing: what was sent has to say
---for itself where it ends.
---Errors: timeout; closed; invalid (another task uses the connection); memory
---Raises: called without a colon; most is below 1; in a task that cannot wait here
---@param most? integer bytes, default and at most 16384
---@param timeout? number seconds
---@return string? bytes, string? message, dstack.code? code
function RatlsConnection:receive(most, timeout) end

---@class RatlsRequest
---@field path string begins with a slash
---@field method? string default "GET"
---@field headers? string[] lines, "Name: value"
---@field body? string bytes, default ""
---@field timeout? number seconds for the whole request, its turn included; default the connection's
---@field deadline? number in place of timeout: a time on the clock of dstack.transport's now(), as transports have it
---@field want_headers? boolean whether the reply is to have its headers
---@field fresh? boolean as transports have it; a connection cannot be made anew, so nothing comes of it

---The connection as an object for HTTP: send(bytes, deadline), receive(most, deadline), close(). Deadlines are absolute,
---on a clock that only goes forward; failures are nil and a word, "timeout" or a text.
---Errors: none
---Raises: called without a colon
---@return table stream
function RatlsConnection:stream() end

---Sends a request of HTTP/1.1 and receives the reply: the connection is a transport, for https to a peer that no CA
---vouches for. It is closed after a failure, and where the peer wants no further request. A reply that ends where the
---connection does is refused, as it may have been cut. Requests of several tasks go one after the other.
---Errors: timeout; closed; http (the reply breaks HTTP); too_large (a body over 16 MiB); invalid (the request); memory
---Raises: called without a colon; no path; a member does not exist or has another type; in a task that cannot wait here
---@param request RatlsRequest
---@return table? reply status, body, headers
---@return string? message
---@return dstack.code? code
function RatlsConnection:request(request) end

---The peer's own certificate, PEM, of an open connection.
---Errors: none
---Raises: called without a colon; the connection is closed
---@return string pem
function RatlsConnection:certificate() end

---Closes the connection; more than once is allowed.
---Errors: none
---Raises: called without a colon
function RatlsConnection:close() end

return dstack
