-- Whether evidence is genuine and what a policy allows: quotes, attestations, agents' replies,
-- certificates. Offline; nothing is skipped silently: a report lists every step.

local ccel = require "dstack.attest.ccel"
local core = require "dstack.core"
local der_of = require "dstack.attest.certificate"
local evidence = require "dstack.attest.evidence"
local octets = require "dstack.octets"
local options_of_verify = require "dstack.attest.options"
local policies = require "dstack.attest.policy"
local Report = require "dstack.attest.report"
local responses = require "dstack.response"
local rules = require "dstack.attest.rules"
local steps = require "dstack.attest.steps"

local M = {}

local REPORT_DATA = 64

-- What callers give ------------------------------------------------------------------------------

-- Collateral that is kept -> the signatures that were good with it.
local known = setmetatable({}, { __mode = "k" })

-- Collateral as JSON text, of such text or of what dstack.collateral has. Of the latter, which is
-- kept to be used again, also what is known to be good.
local function collateral_of(given, what)
  if type(given) == "table" and type(given.text) == "string" then
    known[given] = known[given] or core.known_good()
    return given.text, known[given]
  end
  if given == nil then
    core.raise(what
      .. ": collateral is missing: what collateral.fetch or load returns, or its text")
  end
  octets.check_string(given, what .. ": collateral")
  return given
end

-- The trusted root as DER, of PEM or DER; false for Intel's.
local function root_of(given, what)
  if given == nil then
    return false
  end
  octets.check_string(given, what .. ": root")
  local der, message, code = der_of(given)
  if not der then
    return nil, "root: " .. message, code
  elseif not der:find "^\48" then
    local is_path = given:find "^[%w_./~ -]+$" and given:find "[./]"
    return nil, "root: neither a certificate in PEM nor one in DER"
      .. (is_path and " (a file's name? What is in the file is wanted)" or ""), "invalid"
  end
  return der
end

local function padded(bytes, what)
  if #bytes > REPORT_DATA then
    return nil, ("%s: %d bytes, at most %d fit into report data"):format(what, #bytes, REPORT_DATA),
      "invalid"
  end
  return bytes .. ("\0"):rep(REPORT_DATA - #bytes)
end

local nonce_names = { data = "string", hash_algorithm = "string", prefix = "string" }

-- A nonce is the very bytes that an agent was asked with; or what Tappd makes report data of, which
-- has a hash and a prefix.
local function nonce_data(nonce)
  if type(nonce) == "string" then
    return padded(nonce, "nonce")
  end
  nonce = octets.options(nonce, "nonce", nonce_names)
  octets.check_string(nonce.data, "nonce: data")
  local made, message, code = core.app_report_data(nonce.data, nonce.hash_algorithm or "",
    nonce.prefix or "")
  if not made then
    return nil, "nonce: " .. message, code
  end
  return made
end

-- The report data that are wanted, 64 bytes; false when nobody said. Policy and caller have to
-- agree.
local function wanted_data(options, policy, what)
  local data, message, code = false, nil, nil
  if options.report_data ~= nil and options.nonce ~= nil then
    core.raise(what .. ": options 'report_data' and 'nonce' exclude each other")
  elseif options.report_data ~= nil then
    data, message, code = octets.take_any(options.report_data, what .. ": report_data")
    if data then
      data, message, code = padded(data, "report_data")
    end
  elseif options.nonce ~= nil then
    data, message, code = nonce_data(options.nonce)
  end
  if data == nil then
    return nil, message, code
  end
  local also = policy.report_data and padded(core.unhex(policy.report_data), "policy: report_data")
  if data and also and data ~= also then
    return nil, "report_data: the policy wants others", "policy"
  end
  return data or also or false
end

-- A policy of a table, or of the path of a file.
local function policy_of(given, what)
  local table_given, message, code = given
  if type(given) == "string" then
    table_given, message, code = policies.read(given)
    if not table_given then
      return nil, message, code
    end
  elseif given ~= nil and type(given) ~= "table" then
    core.raise(("%s: policy: a table or a file's path expected, got %s"):format(what, type(given)))
  end
  return policies.take(table_given)
end

-- Verification -----------------------------------------------------------------------------------

local function root_name(root)
  return root and core.hex(assert(core.hash("sha256", root))) or "intel"
end

-- Verifies a quote's own part. Returns the report and true; the report, false, message and code; or
-- nil, message, code when an option cannot be taken.
local function verify_dcap(quote, collateral, given)
  local result, message, code, found = core.verify_quote(quote, collateral, given.now or os.time(),
    given.root or nil, given.allow_debug, given.allow_service_td, given.known)
  if not result and not found then
    return nil, message, code
  end
  local report = Report.new(result or found, root_name(given.root))
  return report, result ~= nil, message, code
end

local quote_options = {
  now = "number", root = "string", allow_debug = "boolean", allow_service_td = "boolean",
}

function M.verify_quote(quote, collateral, options)
  local what = "attest.verify_quote"
  local given = octets.options(options, what, quote_options)
  local text, good_before = collateral_of(collateral, what)
  local bytes, message, code = octets.take_any(quote, what .. ": quote")
  local root
  if bytes then
    root, message, code = root_of(given.root, what)
  end
  if root == nil then
    return nil, message, code
  end
  given.root, given.known = root, good_before
  local report, good
  report, good, message, code = verify_dcap(bytes, text, given)
  if not report then
    return nil, good, message
  end
  return report:finish(not good and message or nil, code)
end

local BEFORE = "a step before it failed"

local function run_rows(check, rows, reached)
  for _, row in ipairs(rows) do
    local state, reason, code = "not_checked", BEFORE, nil
    if reached then
      state, reason, code = row[3](check)
    end
    check.report:add(row[1], row[2], state, reason, code)
  end
end

-- All that verifying needs, out of the options. Returns a check without a report, or nil, message,
-- code.
local function prepare(options, what)
  local check = { options = options }
  check.collateral, check.known = collateral_of(options.collateral, what)
  local message, code
  check.policy, message, code = policy_of(options.policy, what)
  if not check.policy then
    return nil, message, code
  end
  check.wanted_data, message, code = wanted_data(options, check.policy, what)
  if check.wanted_data == nil then
    return nil, message, code
  end
  check.root, message, code = root_of(options.root, what)
  if check.root == nil then
    return nil, message, code
  end
  return check
end

-- A report of evidence that could not be read.
local function unread(message, code)
  local report = Report.new({}, nil)
  report:add("evidence", "what was given can be read", "failed", message)
  local check = { report = report }
  run_rows(check, steps.rows, false)
  run_rows(check, rules.rows, false)
  return report:finish(message, code)
end

function M.verify(options)
  local what = "attest.verify"
  options_of_verify.check(options, what)
  evidence.source(options, what)
  local check, message, code = prepare(options, what)
  if not check then
    return nil, message, code
  end
  check.evidence, message, code = evidence.take(options, what)
  if not check.evidence then
    return unread(message, code)
  end
  local good
  check.report, good, message, code = verify_dcap(check.evidence.quote, check.collateral, {
    now = options.now, root = check.root, allow_debug = check.policy.allow_debug,
    allow_service_td = check.policy.allow_service_td, known = check.known,
  })
  if not check.report then
    return nil, good, message
  end
  check.report.certificate = check.evidence.certificate
  run_rows(check, steps.rows, good)
  run_rows(check, rules.rows, good)
  return check.report:finish(not good and message or nil, code)
end

-- What evidence consists of, see evidence.lua, for who shows or fetches: nothing is verified.
-- Returns nil, message, code when it cannot be read.
function M.evidence(options)
  return evidence.take(options, "attest.evidence")
end

-- What a reply has been asked for, as a nonce. Tappd's agent hashes it. What a reply says itself
-- does not count: an old one says what it was asked for then.
local function asked_of(response, taken)
  local asked = responses.request_of(response)
  if asked and response.hash_algorithm then
    taken.nonce = {
      data = asked.report_data, hash_algorithm = asked.hash_algorithm or "raw",
      prefix = asked.prefix,
    }
  elseif asked then
    taken.nonce = asked.report_data
  end
end

-- A reply of an agent's, by its own method.
function M.verify_response(response, options)
  local taken = {}
  if type(options) ~= "table" then
    core.raise "verify wants a table, such as {collateral =, policy =}"
  end
  for name, value in pairs(options) do
    taken[name] = value
  end
  taken.quote_response = response
  if taken.report_data == nil and taken.nonce == nil then
    asked_of(response, taken)
  end
  return M.verify(taken)
end

-- Checks a policy, a table or a file's path, and returns it as a table; nil, message, code.
function M.policy(given)
  return policy_of(given, "attest.policy")
end

-- What a quote says, every field, or those of one part; bytes in hex. Nothing is verified.
function M.parse_quote(quote, part)
  local bytes, message, code = octets.take_any(quote, "attest.parse_quote: quote")
  if not bytes then
    return nil, message, code
  end
  return core.parse_quote(bytes, part)
end

-- Likewise an attestation: its quote, event log and the rest.
function M.parse_attestation(attestation)
  local bytes, message, code = octets.take_any(attestation, "attest.parse_attestation: attestation")
  if not bytes then
    return nil, message, code
  end
  return core.read_attestation(bytes)
end

-- A firmware's log, CCEL: its events, and the registers that they lead to.
M.parse_ccel, M.replay_ccel = ccel.parse_ccel, ccel.replay_ccel

M.Report = Report

return M
