-- What a policy allows, each rule a step as in steps.lua. A rule that the policy does not name is
-- not checked; one that it names and that cannot be checked has failed.

local NOT_NAMED = require("dstack.attest.report").NOT_NAMED

local M = {}

local function passed(note) return "passed", note end
local function failed(reason) return "failed", reason, "policy" end
local function skipped(reason) return "not_checked", reason end

local function contains(list, value)
  for _, one in ipairs(list) do
    if one == value then
      return true
    end
  end
  return false
end

-- The TEE -----------------------------------------------------------------------------------------

local NO_TDX = 'it is of a TDX machine, and the policy is for SGX; tee = "tdx" is for machines'
local NO_SGX = "it is of an SGX enclave, and the policy is for TDX; for enclaves it has "
  .. 'tee = "sgx", mr_enclave or mr_signer'

local function tee(check)
  local found = check.report.quote.body == "sgx" and "sgx" or "tdx"
  if contains(check.policy.tee, found) then
    return passed(found)
  end
  return failed(found == "sgx" and NO_SGX or NO_TDX)
end

-- TCB --------------------------------------------------------------------------------------------

local function tcb_status(check)
  local status, allowed = check.report.status, check.policy.tcb_statuses
  if contains(allowed, status) then
    return passed(status)
  end
  return failed(("%s is not among: %s"):format(status, table.concat(allowed, ", ")))
end

local function advisories(check)
  local allowed = check.policy.advisories
  if allowed == "any" then
    return skipped "the policy allows any"
  end
  for _, id in ipairs(check.report.advisory_ids) do
    if not contains(allowed, id) then
      return failed(("%s concerns this platform, and is not allowed"):format(id))
    end
  end
  return passed()
end

local function at_least(name, policy_name)
  return function(check)
    local wanted, got = check.policy[policy_name], check.report[name]
    if not wanted then
      return skipped(NOT_NAMED)
    elseif got < wanted then
      return failed(("%.0f is less than %.0f"):format(got, wanted))
    end
    return passed()
  end
end

local function tcb_date(check)
  local wanted, got = check.policy.min_tcb_date, check.report.tcb_date
  if not wanted then
    return skipped(NOT_NAMED)
  elseif got < wanted then
    return failed(("the TCB level is of %s, before %s"):format(os.date("!%Y-%m-%d", got),
      os.date("!%Y-%m-%d", wanted)))
  end
  return passed(os.date("!%Y-%m-%d", got))
end

-- Measurements and names --------------------------------------------------------------------------

local function one_of(name, find, missing)
  return function(check)
    local allowed = check.policy[name]
    if not allowed then
      return skipped(NOT_NAMED)
    end
    local value = find(check)
    if not value then
      return failed(missing)
    elseif not contains(allowed, value) then
      return failed(value .. " is not among those that are allowed")
    end
    return passed()
  end
end

local function in_quote(name, field)
  return one_of(name, function(check)
    return check.report.quote.report[field]
  end, "a quote of this kind has no such field")
end

local function in_application(name)
  return one_of(name, function(check)
    return check.report.application[name]
  end, "no event log that could be trusted says so")
end

local function key_provider(check)
  local allowed, application = check.policy.key_provider, check.report.application
  if not allowed then
    return skipped(NOT_NAMED)
  elseif not application.key_provider_name then
    return failed "no event log that could be trusted says so"
  end
  for _, one in ipairs(allowed) do
    if one.name == application.key_provider_name
      and (not one.id or one.id == application.key_provider_id) then
      return passed(one.name)
    end
  end
  return failed(("%s with the id %s is not among those that are allowed"):format(
    application.key_provider_name, application.key_provider_id or "(none)"))
end

-- The OS -----------------------------------------------------------------------------------------

-- What an event log says was written by the OS; so whoever believes it has to know the OS.
local told = { "compose_hash", "app_id", "instance_id", "key_provider" }

local function trusts_log(check)
  for _, name in ipairs(told) do
    if check.policy[name] then
      return true
    end
  end
  return check.options.app_compose ~= nil or check.options.key ~= nil
end

-- Each of these is the OS, or has it in it.
local pins = {
  { "os_image_hash" }, { "mr_aggregated" }, { "mr_system" }, { "mr_td", "rtmr0", "rtmr1", "rtmr2" },
}

local function pinned_by(policy)
  for _, names in ipairs(pins) do
    local all = true
    for _, name in ipairs(names) do
      all = all and policy[name] ~= nil
    end
    if all then
      return table.concat(names, ", ")
    end
  end
end

local NO_OS = "who the application is stands in the event log, which the OS writes, and the policy "
  .. "names no OS: give os_image_hash, mr_system, mr_aggregated, or mr_td, rtmr0, rtmr1 and rtmr2; "
  .. "or any_os where it may be any"

local function os_image(check)
  local by = pinned_by(check.policy)
  if by then
    return passed(by)
  elseif check.policy.any_os then
    return skipped "the policy allows any OS, so the event log may be an invention"
  elseif not trusts_log(check) then
    return skipped "nothing was asked that the event log has to answer"
  end
  return failed(NO_OS)
end

-- The rest ---------------------------------------------------------------------------------------

local function required(check)
  local names = check.policy.require
  if not names then
    return skipped(NOT_NAMED)
  end
  for _, name in ipairs(names) do
    local step = check.report:step(name)
    if not step then
      return failed(("there is no step %q"):format(name))
    elseif step.state ~= "passed" then
      return failed(("step %s has not passed: %s"):format(name, step.reason or step.state))
    end
  end
  return passed()
end

M.rows = {
  { "allowed_tee", "the evidence is of a TEE of a kind that the policy allows", tee },
  { "allowed_tcb_status", "the TCB status is one that the policy allows", tcb_status },
  { "allowed_advisories", "no advisory concerns the platform but those allowed", advisories },
  { "min_tcb_date", "the TCB level is not older than the policy wants", tcb_date },
  { "min_tcb_evaluation_number", "the collateral is not older than the policy wants",
    at_least("tcb_evaluation_number", "min_tcb_evaluation_number") },
  { "allowed_mr_enclave", "the enclave is one of those allowed",
    in_quote("mr_enclave", "mr_enclave") },
  { "allowed_mr_signer", "who signed the enclave is one of those allowed",
    in_quote("mr_signer", "mr_signer") },
  { "allowed_mr_seam", "the TDX module is one of those allowed", in_quote("mr_seam", "mr_seam") },
  { "allowed_mr_td", "the firmware is one of those allowed", in_quote("mr_td", "mr_td") },
  { "allowed_rtmr0", "register 0 is one of those allowed", in_quote("rtmr0", "rt_mr0") },
  { "allowed_rtmr1", "register 1 is one of those allowed", in_quote("rtmr1", "rt_mr1") },
  { "allowed_rtmr2", "register 2 is one of those allowed", in_quote("rtmr2", "rt_mr2") },
  { "allowed_rtmr3", "register 3 is one of those allowed", in_quote("rtmr3", "rt_mr3") },
  { "allowed_mr_system", "OS and key provider are together of those allowed",
    in_application "mr_system" },
  { "allowed_mr_aggregated", "all that was measured is one of those allowed",
    in_application "mr_aggregated" },
  { "os_image", "the policy says which OS may have written the event log", os_image },
  { "allowed_compose_hash", "the compose hash is one of those allowed",
    in_application "compose_hash" },
  { "allowed_app_id", "the app id is one of those allowed", in_application "app_id" },
  { "allowed_instance_id", "the instance id is one of those allowed",
    in_application "instance_id" },
  { "allowed_os_image_hash", "the OS image is one of those allowed", one_of("os_image_hash",
    function(check) return check.report.application.os_image_hash end,
    "the image could not be measured: see step image") },
  { "allowed_key_provider", "the key provider is one of those allowed", key_provider },
  { "required", "all steps that the policy requires have passed", required },
}

return M
