-- RA-TLS: certificates that carry the evidence of the machine that has their key, and connections
-- to who shows one. The work of judging is dstack.attest's.

local attest = require "dstack.attest"
local core = require "dstack.core"
local evidence = require "dstack.attest.evidence"
local octets = require "dstack.octets"
local options_of_verify = require "dstack.attest.options"
local transport = require "dstack.transport"

local M = {}

local DEFAULT_TIMEOUT = 10

-- Collateral as it was given; a function finds it for the quote. Returns nil, message, code where
-- that failed.
local function collateral_of(given, what)
  if type(given.collateral) ~= "function" then
    return given.collateral
  end
  local taken = evidence.take(given, what)
  if not taken then
    return "" -- attest.verify says why
  end
  local found, message, code = given.collateral(taken.quote)
  if not found then
    return nil, "collateral: " .. tostring(message), code or "invalid"
  end
  return found
end

local function check_table(options, what)
  if options ~= nil and type(options) ~= "table" then
    core.raise(("%s: a table of options expected, got %s"):format(what, type(options)))
  end
end

-- Judges a certificate, PEM or DER. Returns a report, or nil, message, code, report.
function M.verify_certificate(certificate, options)
  local what = "ratls.verify_certificate"
  octets.check_string(certificate, what .. ": certificate")
  check_table(options, what)
  local given = {}
  for name, value in pairs(options or {}) do
    given[name] = value
  end
  if given.certificate ~= nil then
    core.raise(what .. ": option 'certificate' is the first argument")
  end
  given.certificate = certificate
  local found, message, code = collateral_of(given, what)
  if code then
    return nil, message, code
  end
  given.collateral = found
  return attest.verify(given)
end

-- The options without some numbers of seconds or pieces, which have defaults; and those.
local function split(options, what, defaults)
  local rest, numbers = {}, {}
  for name, value in pairs(options or {}) do
    (defaults[name] and numbers or rest)[name] = value
  end
  for name, default in pairs(defaults) do
    local value = numbers[name] or default
    if type(value) ~= "number" or value <= 0 then
      core.raise(("%s: option '%s' wants a number above 0"):format(what, name))
    end
    numbers[name] = value
  end
  return rest, numbers
end

-- Whether certificates can be judged with these options: found out before one is there. Raises as
-- attest.verify does. Returns true, or nil, message, code for a bad policy.
local function check_early(options, what)
  options_of_verify.check(options, what)
  if options.collateral == nil then
    core.raise(what .. ": option 'collateral' is missing")
  end
  local policy, message, code = attest.policy(options.policy)
  return policy and true, message, code
end

-- Makes a function that judges certificates as M.verify_certificate does and remembers, for some
-- seconds, those that it found good. Returns it, or nil, message, code for a bad policy.
function M.verifier(options)
  local what = "ratls.verifier"
  check_table(options, what)
  local rest, limit = split(options, what, { remember = 60, entries = 1000 })
  local good, message, code = check_early(rest, what)
  if not good then
    return nil, message, code
  end
  local known, count = {}, 0
  return function(certificate)
    octets.check_string(certificate, what .. ": certificate")
    local now = rest.now or os.time()
    local key = assert(core.hash("sha256", certificate))
    local found = known[key]
    if found and now >= found.since and now < found.until_ then
      return found.report
    elseif count >= limit.entries then
      known, count = {}, 0
    end
    local report, problem, word, failed = M.verify_certificate(certificate, rest)
    if report then
      known[key] = { report = report, since = now,
        until_ = math.min(now + limit.remember, report.valid_until + 1) }
      count = count + 1
    end
    return report, problem, word, failed
  end
end

-- One text of a certificate that is given as one, or as a list such as get_tls_key gives.
local function joined(certificate, what)
  local list = type(certificate) == "table" and certificate or { certificate }
  for _, pem in ipairs(list) do
    octets.check_string(pem, what)
  end
  return table.concat(list)
end

-- What this end shows to a peer that asks for a certificate: the options certificate and key, both
-- PEM, which are taken out. Returns a table of both, empty without them, or nil, message, code.
local function take_own(options, what)
  local certificate, key = options.certificate, options.key
  options.certificate, options.key = nil, nil
  if certificate == nil and key == nil then
    return {}
  elseif certificate == nil or key == nil then
    return nil, what .. ": the options 'certificate' and 'key' go together", "invalid"
  end
  certificate = joined(certificate, what .. ": option 'certificate'")
  octets.check_string(key, what .. ": option 'key'")
  local good, message, code = core.key_matches(certificate, key)
  if not good then
    return nil, ("%s: options 'certificate' and 'key': %s (PEM is wanted, the key as PKCS#8 "
      .. "without a pass phrase)"):format(what, message), code == "verify" and "invalid" or code
  end
  return { certificate = certificate, key = key }
end

-- Connects, and judges the peer's certificate before a byte is sent. Returns a connection, which
-- has the report, or nil, message, code, and the report where there is one.
function M.connect(host, port, options)
  local what = "ratls.connect"
  check_table(options, what)
  if transport.in_nginx() then
    return nil, what .. ": nginx's sockets do not show whom they are connected to: see "
      .. "\"From nginx\" in docs/ratls.md", "unsupported"
  end
  local Connection = require "dstack.ratls.connection" -- loads libcurl's module
  local rest, given = split(options, what, { timeout = DEFAULT_TIMEOUT })
  local own, message, code = take_own(rest, what)
  local good = own
  if own then
    good, message, code = check_early(rest, what)
  end
  local connection
  if good then
    connection, message, code = Connection.open(host, port, given.timeout, what, own)
  end
  if not connection then
    return nil, message, code
  end
  local report, found
  report, message, code, found = M.verify_certificate(connection:certificate(), rest)
  if not report then
    connection:close()
    return nil, ("%s: %s"):format(connection.name, message), code, found
  end
  connection.report = report
  return connection
end

return M
