-- What is verified, out of what callers have: a quote with its event log, an attestation, an
-- agent's reply, a certificate. Becomes
--   quote        bytes
--   event_log    JSON text, or nil
--   config       JSON text of what the machine was made with, or nil
--   said         an attestation's report data, bytes, or nil; problem, where it contradicts itself
--   named        the report data that a reply names beside its quote, bytes, or nil
--   key_data     the report data that a certificate's key asks for, or nil
--   certificate  what a certificate says besides, see core.read_certificate, or nil

local core = require "dstack.core"
local der_of = require "dstack.attest.certificate"
local json = require "dstack.json"
local octets = require "dstack.octets"

local M = {}

local sources = { "quote", "attestation", "quote_response", "certificate" }

-- A log as JSON text, of text or a list of events. Returns nil, message, code when it has none.
local function log_text(log)
  if type(log) ~= "table" then
    return log
  end
  local text, message, code = json.encode(next(log) ~= nil and log or json.empty_array)
  if not text then
    return nil, "event_log: " .. message, code
  end
  return text
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

-- In: given, bytes or hex; log, or nil; config, or nil.
local function from_quote(given, log, config, what)
  local bytes, message, code = octets.take_any(given, what .. ": quote")
  local text
  if bytes then
    text, message, code = log_text(log)
  end
  if code then
    return nil, message, code
  end
  return { quote = bytes, event_log = text, config = config }
end

-- A log that is named has to be one: an empty file would be no log, which is no failure.
function take.quote(given, options, what)
  local log = options.event_log
  if log ~= nil and type(log) ~= "string" and type(log) ~= "table" then
    core.raise(("%s: event_log: JSON text or a list of events expected, got %s"):format(what,
      type(log)))
  elseif log == "" then
    return nil, "event_log: it is empty", "invalid"
  end
  return from_quote(given, log, options.vm_config, what)
end

function take.attestation(given, _, what)
  local bytes, message, code = octets.take_any(given, what .. ": attestation")
  if not bytes then
    return nil, message, code
  end
  return from_attestation(bytes)
end

-- What may stand beside a reply's quote, and what types it may have.
local beside = {
  event_log = { string = true, table = true }, vm_config = { string = true },
  report_data = { string = true },
}

-- A reply is somebody's JSON: whatever is in it, nothing raises.
local function from_reply(reply, what)
  for name, types in pairs(beside) do
    if reply[name] ~= nil and not types[type(reply[name])] then
      return nil, ("%s: quote_response: %s has another type"):format(what, name), "invalid"
    end
  end
  local named = core.unhex(reply.report_data or "")
  if not named then
    return nil, what .. ": quote_response: report_data is not hex", "invalid"
  end
  local log = reply.event_log ~= "" and reply.event_log or nil
  local evidence, message, code = from_quote(reply.quote, log, reply.vm_config, what)
  if not evidence then
    return nil, message, code
  end
  evidence.named = named ~= "" and named or nil
  return evidence
end

-- Off TDX, a reply to GetQuote has an attestation in the quote's place.
function take.quote_response(given, _, what)
  if type(given) ~= "table" then
    core.raise(("%s: quote_response: an agent's reply expected, got %s"):format(what, type(given)))
  end
  if type(given.quote) == "string" and given.quote ~= "" then
    return from_reply(given, what)
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
  end
  for _, name in ipairs { "event_log", "vm_config" } do
    if options[name] ~= nil and found ~= "quote" then
      core.raise(("%s: option '%s' goes with 'quote'; '%s' has its own"):format(what, name, found))
    end
  end
  return found
end

-- Returns the evidence, or nil, message, code.
function M.take(options, what)
  local source = M.source(options, what)
  return take[source](options[source], options, what)
end

return M
