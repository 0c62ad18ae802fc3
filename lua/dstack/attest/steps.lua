-- What is checked beyond the quote itself, in this order, each step a row: its name, what has been
-- shown when it passed, and a function that returns a state, a reason and, for a failure that is
-- not "verify", a code. What was asked for and cannot be checked has failed. A check has
--   report    the report, with the quote's fields
--   evidence  see evidence.lua
--   options   what attest.verify was given
--   policy    see policy.lua
--   events    of the system, once step system_events passed

local compose = require "dstack.compose"
local config_id = require "dstack.attest.config_id"
local core = require "dstack.core"
local image = require "dstack.attest.image"

local M = {}

local function passed(note) return "passed", note end
local function failed(reason, code) return "failed", reason, code end
local function skipped(reason) return "not_checked", reason end

local function is_td(check)
  return check.report.quote.body ~= "sgx"
end

local function quoted(check, name)
  return check.report.quote.report[name]
end

-- The attestation around the quote ---------------------------------------------------------------

local function attestation(check)
  local evidence = check.evidence
  if not evidence.said then
    return skipped "there is none, only a quote"
  elseif evidence.problem then
    return failed(evidence.problem)
  elseif core.hex(evidence.said) ~= quoted(check, "report_data") then
    return failed "its report data are not those in the quote"
  end
  return passed()
end

-- The event log ----------------------------------------------------------------------------------

local function event_log(check)
  if not is_td(check) then
    return skipped "an enclave has no event log"
  elseif not check.evidence.event_log then
    return skipped "no event log was given"
  end
  local registers, message, code = core.log_registers(check.evidence.event_log)
  if not registers then
    return failed(message, code)
  end
  local replayed = {}
  for i = 0, 3 do
    local register, value = registers[i], quoted(check, "rt_mr" .. i)
    local all = i == 3 or register.extent == "whole"
    if all and register.value ~= value then
      return failed(("register %d is %s, and the log leads to %s"):format(i, value, register.value))
    end
    replayed[#replayed + 1] = all and i or nil
  end
  check.has_log = true
  return passed("registers replayed: " .. table.concat(replayed, ", "))
end

-- The key provider's name and id, of the event's JSON.
local function provider_of(payload)
  local provider = core.json_decode(payload)
  if type(provider) == "table" and type(provider.name) == "string" then
    return provider.name, type(provider.id) == "string" and provider.id or nil
  end
end

local function hex_of(bytes)
  return bytes and core.hex(bytes)
end

-- What a report calls the payloads of which events.
local named = {
  app_id = "app-id", compose_hash = "compose-hash", instance_id = "instance-id",
  kms_os_image_hash = "os-image-hash",
}

-- What dstack calls a machine by: the SHA-256 of the platform's PPID.
local function device_id(check)
  local pck = check.report.pck
  return pck and core.hex(assert(core.hash("sha256", core.unhex(pck.ppid))))
end

-- The hashes of the scripts that ran before the application, in order; nil where none did.
local function scripts_of(payloads)
  local list = {}
  for i, payload in ipairs(payloads) do
    list[i] = core.hex(payload)
  end
  return list[1] and list
end

local function system_events(check)
  if not check.has_log then
    return skipped "there is no event log that could be trusted"
  end
  local events, scripts, code = core.log_system(check.evidence.event_log)
  if not events then
    return failed(scripts, code)
  end
  local application = check.report.application
  for member, name in pairs(named) do
    application[member] = hex_of(events[name])
  end
  application.key_provider_name, application.key_provider_id =
    provider_of(events["key-provider"] or "")
  application.init_script_hashes = scripts_of(scripts)
  application.device_id = device_id(check)
  application.mr_system, application.mr_aggregated = core.measurements(check.evidence.quote,
    events["key-provider"] or "")
  check.events = events
  return passed()
end

-- Report data ------------------------------------------------------------------------------------

-- In: said, what a reply says they are, bytes; it must not say what its quote does not.
local function matches_reply(said, got)
  return core.hex(said .. ("\0"):rep(#got / 2 - #said)) == got
end

local function report_data(check)
  local wanted, got = check.wanted_data, quoted(check, "report_data")
  local said = check.evidence.named
  if said and not matches_reply(said, got) then
    return failed(("they are %s, and the reply names others"):format(got))
  elseif not wanted then
    return skipped "nobody said what they have to be, so the quote may be an old one"
  elseif core.hex(wanted) ~= got then
    return failed(("they are %s, and %s was asked for"):format(got, core.hex(wanted)))
  end
  return passed()
end

local function ra_tls(check)
  local wanted = check.evidence.key_data
  if not wanted then
    return skipped "there is no certificate"
  elseif core.hex(wanted) ~= quoted(check, "report_data") then
    return failed "the quote's report data are not made of the certificate's key"
  end
  return passed()
end

-- What the issuer says of the application, in extensions .3 and .9. It is nobody's proof; but who
-- reads it there must not find another application than the one that was measured.
local function issuer_claims(check)
  local claims, application = check.evidence.certificate, check.report.application
  if not claims then
    return skipped "there is no certificate"
  elseif not claims.app_id and not claims.app_info then
    return skipped "the certificate says nothing of the application"
  elseif not check.events then
    return skipped "there are no events to compare it with"
  end
  local info = claims.app_info or {}
  for _, row in ipairs {
    { "app_id", claims.app_id }, { "app_id", info.app_id },
    { "compose_hash", info.compose_hash }, { "instance_id", info.instance_id },
  } do
    local name, said = row[1], row[2]
    if said and said ~= "" and said ~= application[name] then
      return failed(("%s: the certificate says %s, and %s was measured"):format(name, said,
        application[name] or "nothing"))
    end
  end
  return passed()
end

-- The application --------------------------------------------------------------------------------

local function compose_hash(check)
  local text = check.options.app_compose
  if not text then
    return skipped "no app-compose.json was given"
  end
  local measured = check.report.application.compose_hash
  if not measured then
    return failed "there is no event compose-hash to compare it with"
  end
  local digest = core.hex(assert(core.hash("sha256", text)))
  if digest ~= measured then
    return failed(("its SHA-256 is %s, and %s was measured"):format(digest, measured))
  end
  return passed()
end

local unreadable = { unknown = "is no field that a guest knows", twice = "is there twice" }
unreadable["unknown-member"] = unreadable.unknown

local function compose_fields(check)
  local text = check.options.app_compose
  if not text then
    return skipped "no app-compose.json was given"
  elseif check.policy.allow_unknown_compose_fields then
    return skipped "the policy allows unknown fields"
  end
  local findings, message, code = compose.check(text)
  if not findings then
    return failed(message, code)
  end
  for _, finding in ipairs(findings) do
    if unreadable[finding.rule] then
      return failed(("%s %s; if it is meant to be there, the policy has "
        .. "allow_unknown_compose_fields"):format(finding.path, unreadable[finding.rule]), "policy")
    end
  end
  return passed()
end

local function mr_config_id(check)
  if not check.events then
    return skipped "there are no events to compare it with"
  end
  local good, why = config_id.check(quoted(check, "mr_config_id"), check.events,
    check.evidence.config)
  if good then
    return passed(why)
  elseif good == nil then
    return skipped(why)
  end
  return failed(why)
end

local function image_step(check)
  if not check.has_log then
    return skipped "there is no event log that could be trusted"
  end
  local hash, why = image.check(check.report.quote.report, check.evidence.config,
    check.evidence.event_log)
  if hash == nil then
    return skipped(why)
  elseif not hash then
    return failed(why)
  end
  check.report.application.os_image_hash = hash
  return passed(hash)
end

local function key_chain(check)
  local key, app_id = check.options.key, check.report.application.app_id
  if not key then
    return skipped "no key was given"
  elseif not app_id then
    return failed "there is no event app-id to say whose key it has to be"
  end
  local root, message, code = key:verify_chain {
    app_id = app_id, kms_root = check.options.kms_root,
  }
  if not root then
    return failed(message, code)
  end
  check.report.application.key_root = root
  return passed()
end

M.rows = {
  { "attestation", "the attestation says what its quote says", attestation },
  { "event_log", "the event log leads to the registers in the quote", event_log },
  { "system_events", "the events that name the application are there once and in order",
    system_events },
  { "report_data", "the report data are those that were asked for", report_data },
  { "ra_tls", "the quote is for the key of the certificate", ra_tls },
  { "issuer_claims", "the application that the certificate names is the one that was measured",
    issuer_claims },
  { "compose_hash", "the given app-compose.json is what was measured", compose_hash },
  { "compose_fields", "the given app-compose.json has no fields that nobody knows",
    compose_fields },
  { "mr_config_id", "the host made the machine for this application", mr_config_id },
  { "image", "the OS is the image that the configuration names, by its published measurements",
    image_step },
  { "key_chain", "the given key is this application's, by the KMS's word", key_chain },
}

return M
