-- What a verification found: every step with its state, and what was learnt on the way. A report is
-- made whole before anybody sees it; nothing in it is a secret.

local core = require "dstack.core"
local json = require "dstack.json"

local Report = { __name = "dstack.AttestationReport" }
Report.__index = Report

-- In: result, which becomes the report: what core.verify_quote found, or an empty table; root,
-- whose signatures counted: "intel" or a hash.
function Report.new(result, root)
  result.ok, result.root, result.application = false, root, {}
  result.steps = result.steps or {}
  return setmetatable(result, Report)
end

local words = { passed = "passed", failed = "FAILED", not_checked = "not checked" }

-- A step of no known state would pass for one that did not fail. A reason may quote a machine,
-- whose words must not write lines of ours.
function Report:add(name, meaning, state, reason, code)
  assert(words[state], name)
  reason = reason and core.excerpt(reason)
  local step = { name = name, meaning = meaning, state = state, reason = reason, code = code }
  self.steps[#self.steps + 1] = step
  return step
end

-- The step of that name, or nil.
function Report:step(name)
  for _, step in ipairs(self.steps) do
    if step.name == name then
      return step
    end
  end
end

-- Settles what came of it: the first step that failed says so. In: message and code of what failed
-- before the steps of ours, or nil. Returns the report, or nil, message, code, report.
function Report:finish(message, code)
  for _, step in ipairs(self.steps) do
    if not message and step.state == "failed" then
      code = step.code or "verify"
      message = ("%s: %s: %s"):format(code == "policy" and "the policy is not met"
        or "the evidence does not verify", step.name, step.reason)
    end
    step.code = nil
  end
  self.ok = message == nil
  if self.ok then
    return self
  end
  self.message, self.code = message, code
  return nil, message, code, self
end

-- As JSON ----------------------------------------------------------------------------------------

local function list_of(items)
  return items and (#items > 0 and items or json.empty_array) or nil
end

local function verdict_of(part)
  return part and {
    status = part.status, tcb_date = part.tcb_date, advisory_ids = list_of(part.advisory_ids),
  }
end

local function steps_of(self)
  local steps = {}
  for i, step in ipairs(self.steps) do
    steps[i] = {
      name = step.name, state = step.state, meaning = step.meaning, reason = step.reason,
    }
  end
  return steps
end

-- What was measured, of the fields of the report in the quote.
local function measured(self)
  return self.quote and self.quote.report
end

local plain = {
  "ok", "code", "message", "root", "status", "tcb_date", "tcb_evaluation_number", "valid_from",
  "valid_until",
}

-- Members that a failure, or its absence, leaves without a value.
local nullable = {
  "body", "certificate", "code", "message", "platform", "ppid", "qe", "report", "root", "status",
  "tcb_date", "tcb_evaluation_number", "valid_from", "valid_until",
}

-- One line of JSON, its members in the order of their names, all of them always there; see
-- docs/attestation.md.
function Report:to_json()
  local value = {
    application = self.application, certificate = self.certificate, report = measured(self),
    steps = steps_of(self),
    body = self.quote and self.quote.body, ppid = self.pck and self.pck.ppid,
    advisory_ids = list_of(self.advisory_ids) or json.empty_array,
    platform = verdict_of(self.platform), qe = verdict_of(self.qe),
  }
  for _, name in ipairs(plain) do
    value[name] = self[name]
  end
  for _, name in ipairs(nullable) do
    if value[name] == nil then
      value[name] = core.null
    end
  end
  return (json.encode(value))
end

-- For people -------------------------------------------------------------------------------------

-- Why a rule of a policy was not checked: it has none. Such steps share a line.
Report.NOT_NAMED = "the policy does not name it"

local function step_line(step)
  local text = step.reason
  if step.state == "passed" then
    text = text and ("%s (%s)"):format(step.meaning, text) or step.meaning
  end
  return ("  %-11s  %-25s %s"):format(words[step.state], step.name, text)
end

local function add_steps(lines, steps)
  local open = {}
  for _, step in ipairs(steps) do
    if step.reason == Report.NOT_NAMED then
      open[#open + 1] = step.name
    else
      lines[#lines + 1] = step_line(step)
    end
  end
  if #open > 0 then
    lines[#lines + 1] = "  not checked, as the policy has no rule for it: "
      .. table.concat(open, ", ")
  end
end

local function time(seconds)
  return os.date("!%Y-%m-%dT%H:%M:%SZ", seconds)
end

local function add(lines, label, value)
  if value and value ~= "" then
    lines[#lines + 1] = ("%-15s %s"):format(label, value)
  end
end

-- Those that are in the text above the steps, of the application.
local shown = { "app_id", "compose_hash", "instance_id", "key_provider_name", "os_image_hash" }

function Report:lines()
  local lines = {}
  add(lines, "verified", self.ok and "yes" or "NO: " .. tostring(self.message))
  add(lines, "root", self.root == "intel" and "Intel's"
    or self.root and "one that was named, SHA-256 " .. self.root)
  add(lines, "TCB status", self.status)
  add(lines, "advisories", table.concat(self.advisory_ids or {}, ", "))
  add(lines, "TCB date", self.tcb_date and time(self.tcb_date))
  add(lines, "holds until", self.valid_until and time(self.valid_until))
  for _, name in ipairs(shown) do
    add(lines, name:gsub("_", " "), core.excerpt(self.application[name] or ""))
  end
  lines[#lines + 1] = "steps"
  add_steps(lines, self.steps)
  return lines
end

function Report:__tostring()
  return table.concat(self:lines(), "\n")
end

return Report
