-- What is verified, out of what callers have: a quote with its event log, an attestation, an
-- agent's reply, a certificate. Becomes
--   quote        bytes
--   event_log    JSON text, or nil
--   config       JSON text of what the machine was made with, or nil
--   said         an attestation's report data, bytes, or nil; problem, where it contradicts itself
--   key_data     the report data that a certificate's key asks for, or nil
--   certificate  what a certificate says besides, see core.read_certificate, or nil

local core = require "dstack.core"
local der_of = require "dstack.attest.certificate"
local json = require "dstack.json"
local octets = require "dstack.octets"

local M = {}

local sources = { "quote", "attestation", "quote_response", "certificate" }

-- A log as JSON text, of text or a list of events.
local function log_text(log, what)
  if type(log) == "string" then
    return log ~= "" and log or nil
  elseif type(log) == "table" then
    return json.encode(#log > 0 and log or json.empty_array)
  elseif log ~= nil then
    core.raise(("%s: event_log: JSON text or a list of events expected, got %s"):format(what,
      type(log)))
  end
end

local function from_attestation(bytes)
  local read, message, code = core.read_attestation(bytes)
  if not read then
    return nil, message, code
  end
  return {
    quote = read.quote, event_log = read.event_log, config = read.config,
    said = read.report_data, problem = read.problem,
  }
end

local take = {}

function take.quote(given, options, what)
  local bytes, message, code = octets.take_any(given, what .. ": quote")
  if not bytes then
    return nil, message, code
  end
  local log
  log, message, code = log_text(options.event_log, what)
  if code then
    return nil, "event_log: " .. message, code
  end
  return { quote = bytes, event_log = log, config = options.vm_config }
end

function take.attestation(given, _, what)
  local bytes, message, code = octets.take_any(given, what .. ": attestation")
  if not bytes then
    return nil, message, code
  end
  return from_attestation(bytes)
end

-- Off TDX, a reply to GetQuote has an attestation in the quote's place.
function take.quote_response(given, _, what)
  if type(given) ~= "table" then
    core.raise(("%s: quote_response: an agent's reply expected, got %s"):format(what, type(given)))
  end
  if type(given.quote) == "string" and given.quote ~= "" then
    return take.quote(given.quote, given, what)
  elseif type(given.attestation) == "string" and given.attestation ~= "" then
    return take.attestation(given.attestation, nil, what)
  end
  return nil, what .. ": quote_response: it has neither a quote nor an attestation", "invalid"
end

function take.certificate(given, _, what)
  octets.check_string(given, what .. ": certificate")
  local der, message, code = der_of(given)
  if not der then
    return nil, "certificate: " .. message, code
  end
  local read, claims, evidence
  read, claims, code = core.read_certificate(der)
  if not read then
    return nil, claims, code
  elseif read.attestation then
    evidence, message, code = from_attestation(read.attestation)
  else
    evidence = { quote = read.quote, event_log = read.event_log }
  end
  if not evidence then
    return nil, "certificate: " .. message, code
  end
  evidence.key_data, evidence.certificate = read.report_data, claims
  return evidence
end

-- Which of the sources was given; raises unless it is one.
function M.source(options, what)
  local found
  for _, name in ipairs(sources) do
    if options[name] ~= nil then
      if found then
        core.raise(("%s: options '%s' and '%s' exclude each other"):format(what, found, name))
      end
      found = name
    end
  end
  if not found then
    core.raise(("%s: one of these is missing: %s"):format(what, table.concat(sources, ", ")))
  elseif options.event_log ~= nil and found ~= "quote" then
    core.raise(("%s: option 'event_log' goes with 'quote'; '%s' has its own"):format(what, found))
  end
  return found
end

-- Returns the evidence, or nil, message, code.
function M.take(options, what)
  local source = M.source(options, what)
  return take[source](options[source], options, what)
end

return M
