-- Fetching collateral: five or six GETs, in the order and with the encodings of Intel's PCS API,
-- version 4. Reads as if blocking: the transport decides how to wait. What comes back is bounded
-- and checked for its form; whether it is genuine, verifying tells.

local address = require "dstack.json_rpc.address"
local cache = require "dstack.collateral.cache"
local collateral = require "dstack.collateral"
local core = require "dstack.core"
local exchange = require("dstack.exchange").exchange
local octets = require "dstack.octets"
local option = require "dstack.options"
local transport = require "dstack.transport"

local unpack = table.unpack or unpack

-- Intel's service, for who names none.
local INTEL = "https://api.trustedservices.intel.com"
local INTEL_HOSTS = "^[%w.-]+%.trustedservices%.intel%.com$"

local VARIABLE = "PCCS_URL" -- as other tools have it

local DAY = 86400
local REPLY_BYTES = 4 * 1024 * 1024

local further = { pccs = "string", cache = "string", max_age = "number", now = "number" }
local not_ours = { endpoint = true }

-- Services ---------------------------------------------------------------------------------------

-- A service's base URL may end in the path of the API.
local function base_of(url)
  return (url:gsub("/+$", ""):gsub("/sgx/certification/v4$", ""):gsub("/tdx/certification/v4$", ""))
end

local Service = { __name = "dstack.CollateralService" }

-- One that can be asked; see dstack.exchange. Returns it, or nil, message, code.
local function service(url, options)
  local endpoint, path = address.split(url)
  if not endpoint then
    return nil, "pccs: " .. path:gsub("^endpoint: ", ""), "invalid"
  end
  local self = {
    endpoints = { endpoint }, path = path == "/" and "" or path, transports = {},
    speaks = { who = "a PCCS" },
  }
  for name, value in pairs(options) do
    self[name] = value
  end
  self.endpoint = nil
  self.user_agent = self.user_agent or "dstack-sdk-lua/" .. require("dstack")._VERSION
  return setmetatable(self, Service)
end

local function close(self)
  for _, made in pairs(self.transports) do
    if made ~= self.transport then
      made:close()
    end
  end
end

-- Asks for one thing. Returns the reply, or nil, message, code.
local function get(self, path, what)
  local reply, message, code = exchange(self, {
    method = "GET", path = self.path .. path, headers = {}, body = "", deadline = self.deadline,
    want_headers = true,
  })
  local at = self.endpoints[1].address
  if not reply then
    return nil, ("%s at %s: %s"):format(what, at, message), code
  elseif reply.status < 200 or reply.status > 299 then
    return nil, ("%s at %s: status %d%s"):format(what, at, reply.status, reply.status == 404
      and ": it knows no such platform" or ""), "http"
  end
  return reply
end

-- The header with a chain of certificates. Returns it, or nil, message, code.
local function chain_of(reply, what, ...)
  for _, name in ipairs { ... } do
    if reply.headers[name] then
      return reply.headers[name]
    end
  end
  return nil, ("%s: the reply lacks the header %s"):format(what, (...)), "reply"
end

-- Platforms --------------------------------------------------------------------------------------

local PPID_DIGITS = 32 -- of one that is not encrypted
local QE_ID_DIGITS = 32 -- of a header's user data

local function tee_of(quote)
  return quote.body == "sgx" and "sgx" or "tdx"
end

-- The platform's certificate, for a quote that only says which one it is. Returns a chain as
-- core.parse_pck_chain has it, or nil, message, code. Notes in `parts` what verifying needs of it.
local function fetch_pck(self, quote, parts)
  local id = quote.certification.platform
  local what = "PCK certificate"
  local query = ("qeid=%s&encrypted_ppid=%s&cpusvn=%s&pcesvn=%s&pceid=%s"):format(
    quote.header.user_data:sub(1, QE_ID_DIGITS):upper(), id.ppid:upper(), id.cpu_svn:upper(),
    id.pce_svn:upper(), id.pce_id:upper())
  local reply, message, code = get(self, "/sgx/certification/v4/pckcert?" .. query, what)
  if not reply then
    return nil, message, code
  end
  local tcbm = reply.headers["sgx-tcbm"] or ""
  if tcbm:lower() ~= id.cpu_svn .. id.pce_svn then
    return nil, what .. ": it is for another TCB than the quote's", "reply"
  end
  parts.pck_certificate = reply.body
  parts.pck_certificate_chain, message, code = chain_of(reply, what,
    "sgx-pck-certificate-issuer-chain")
  if not parts.pck_certificate_chain then
    return nil, message, code
  end
  return core.parse_pck_chain(reply.body)
end

-- The platform's certificate: in the quote, or to be fetched. Returns {pck =, certificates =}, or
-- nil, message, code.
local function certificate_of(self, quote, parts)
  local chain, message, code = quote.certification
  if chain.platform then
    if #chain.platform.ppid == PPID_DIGITS then
      return nil, "the quote has its PPID in plain, with which no certificate is to be had",
        "unsupported"
    end
    chain, message, code = fetch_pck(self, quote, parts)
    if not chain then
      return nil, message, code
    end
  end
  if not chain.pck then
    return nil, "the platform's certificate cannot be read: "
      .. (chain.problem or "there is none"), parts.pck_certificate and "reply" or "invalid"
  end
  return chain
end

-- Pieces -----------------------------------------------------------------------------------------

-- Where the root's revocation list is: named by a certificate that nobody has verified yet, so it
-- must be Intel's or the service's own.
local function list_service(self, url)
  local host = url:match "^https?:/[/]([^/:?#@]+)[:%d]*/"
  local own = self.endpoints[1].address:match "^https?:/[/]([^/:]+)"
  if not host or host ~= own and not host:lower():find(INTEL_HOSTS) then
    return nil, ("root CA CRL: it is said to be at %s, which is neither Intel's nor the service's")
      :format(core.excerpt(url)), "reply"
  end
  if self.transport then
    return nil, "root CA CRL: the service does not have it, and a transport of your own reaches "
      .. "nobody else", "unsupported"
  end
  return service(url, self.asked)
end

local function root_crl_by_url(self, chain)
  local url, message, code = core.collateral_crl_url(chain)
  local there, reply
  if url then
    there, message, code = list_service(self, url)
  end
  if not there then
    return nil, message, code
  end
  there.deadline = self.deadline
  reply, message, code = get(there, "", "root CA CRL")
  close(there)
  return reply and reply.body, message, code
end

-- A cache has it under a path of its own; Intel's service has none.
local function root_crl(self, chain)
  local intel = self.endpoints[1].address:find(INTEL, 1, true) == 1
  if not intel then
    local reply = get(self, "/sgx/certification/v4/rootcacrl", "root CA CRL")
    if reply then
      return reply.body
    end
  end
  return root_crl_by_url(self, chain)
end

-- What each piece is, where it is, and where its chain stands.
local function pieces_of(quote, certified)
  local tee = tee_of(quote)
  local ca = certified.certificates[1].issuer:find("Platform", 1, true) and "platform"
    or "processor"
  return {
    { "pck_crl", "PCK CRL", ("/sgx/certification/v4/pckcrl?ca=%s&encoding=der"):format(ca),
      { "sgx-pck-crl-issuer-chain" } },
    { "tcb_info", "TCB info", ("/%s/certification/v4/tcb?fmspc=%s"):format(tee,
      certified.pck.fmspc:upper()), { "tcb-info-issuer-chain", "sgx-tcb-info-issuer-chain" } },
    { "qe_identity", "QE identity",
      ("/%s/certification/v4/qe/identity?update=standard"):format(tee),
      { "sgx-enclave-identity-issuer-chain" } },
  }
end

-- Returns the document's text, or nil, message, code.
local function fetch_all(self, quote)
  local parts = {}
  local certified, message, code = certificate_of(self, quote, parts)
  if not certified then
    return nil, message, code
  end
  for _, piece in ipairs(pieces_of(quote, certified)) do
    local reply, chain
    reply, message, code = get(self, piece[3], piece[2])
    if reply then
      chain, message, code = chain_of(reply, piece[2], unpack(piece[4]))
    end
    if not chain then
      return nil, message, code
    end
    parts[piece[1]], parts[piece[1] .. "_chain"] = reply.body, chain
  end
  local list
  list, message, code = root_crl(self, parts.qe_identity_chain)
  if not list then
    return nil, message, code
  end
  parts.root_ca_crl = list
  return core.collateral_assemble(parts)
end

-- The whole --------------------------------------------------------------------------------------

local function options_of(given)
  local what, taken = "collateral.fetch", {}
  if given ~= nil and type(given) ~= "table" then
    core.raise(what .. ": a table of options expected, got " .. type(given))
  end
  for name, value in pairs(given or {}) do
    if not_ours[name] then
      core.raise(("%s: unknown option '%s'; the service is named by 'pccs'"):format(what, name))
    end
    taken[name] = value
  end
  option.check(what, taken, further)
  taken.max_response_bytes = taken.max_response_bytes or REPLY_BYTES
  local good, message = option.complete(taken)
  if not good then
    return nil, ("%s: %s"):format(what, message), "invalid"
  elseif taken.now and not (taken.now >= 0 and taken.now <= 2 ^ 53) then
    return nil, what .. ": option 'now' is no time in Unix seconds", "invalid"
  end
  local named = os.getenv(VARIABLE)
  taken.pccs = base_of(taken.pccs or named ~= "" and named or INTEL)
  return taken
end

-- What tells one platform's file from another's; an encrypted PPID is one machine's.
local function about(quote, base)
  local certified = quote.certification
  local id, pck = certified.platform, certified.pck
  local issuer = certified.certificates and certified.certificates[1].issuer or ""
  return { tee_of(quote), pck and pck.fmspc or "machine", base, issuer,
    id and id.ppid .. id.cpu_svn .. id.pce_svn or "" }
end

-- What is in the cache, or nil; and where it belongs.
local function kept(self, quote)
  if not self.asked.cache then
    return nil
  end
  local path = cache.path(self.asked.cache, about(quote, self.asked.pccs))
  local text = cache.get(path, self.now, self.asked.max_age or DAY)
  local found = text and collateral.parse(text)
  if found then
    found.from, found.path = "cache", path
  end
  return found, path
end

-- Puts what was fetched into the cache. That it could not be kept spoils nothing but the next time.
local function keep(self, found, path)
  local good, message = cache.put(path, found.text, self.now, found.expires)
  found.path = good and path or nil
  found.cache_problem = not good and message or nil
  if not good and self.log then
    pcall(self.log, "warn", "collateral: " .. message)
  end
end

local function run(self, quote)
  local found, path = kept(self, quote)
  if found then
    return found
  end
  local text, message, code = fetch_all(self, quote)
  if text then
    found, message, code = collateral.parse(text)
  end
  if not found then
    return nil, message, code == "invalid" and text and "reply" or code
  end
  found.from = self.endpoints[1].address
  if path then
    keep(self, found, path)
  end
  return found
end

return function(quote, given)
  local bytes, message, code = octets.take_any(quote, "collateral.fetch: quote")
  local options
  if bytes then
    options, message, code = options_of(given)
  end
  if not options then
    return nil, message, code
  end
  local parsed
  parsed, message, code = core.parse_quote(bytes)
  local self
  if parsed then
    self, message, code = service(options.pccs, options)
  end
  if not self then
    return nil, "collateral.fetch: " .. message, code
  end
  self.asked, self.now = options, math.floor(options.now or os.time())
  self.deadline = transport.now() + options.timeout
  local found
  found, message, code = run(self, parsed)
  close(self)
  if not found then
    return nil, "collateral.fetch: " .. message, code
  end
  return found
end
