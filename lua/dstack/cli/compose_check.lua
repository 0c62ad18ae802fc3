local cli = require "dstack.cli"
local compose = require "dstack.compose"
local compose_file = require "dstack.cli.compose_file"
local fields = require "dstack.compose.fields"
local json = require "dstack.cli.json"
local output = require "dstack.cli.output"

local M = {
  summary = "tell what a guest will make of an app-compose.json",
  usage = "FILE [--os-version RELEASE] [--strict] [options]",
  words = { "FILE" },
  options = cli.options({
    { names = { "--os-version" }, value = "RELEASE", key = "os_version",
      help = "of the guest OS (default: " .. fields.newest_release .. ")" },
    { names = { "--strict" }, key = "strict", help = "warnings make exit code 4 too" },
  }, output.options),
}

local names = { "severity", "rule", "path", "what", "boot", "cure" }

local function json_of(findings)
  local list = {}
  for i, finding in ipairs(findings) do
    local members = {}
    for n, name in ipairs(names) do
      members[n] = { name, finding[name] }
    end
    list[i] = json.object(members)
  end
  return json.array(list)
end

-- Three lines a finding.
local function rows_of(findings, os_version)
  local rows = {}
  for i, finding in ipairs(findings) do
    local where = finding.path == "" and "the document" or finding.path
    rows[i] = { label = finding.severity, text = {
      where .. " " .. finding.what, "so: " .. finding.boot, "cure: " .. finding.cure,
    } }
  end
  if #rows == 0 then
    rows[1] = { label = "good", style = "good",
      text = "nothing to say for guest OS " .. os_version }
  end
  return rows
end

local function count(findings, severity)
  local n = 0
  for _, finding in ipairs(findings) do
    n = finding.severity == severity and n + 1 or n
  end
  return n
end

-- The document that is printed, and whether the policy is met.
local function describe(doc, findings, values, os_version)
  local errors = count(findings, "error")
  local rows = rows_of(findings, os_version)
  for _, row in ipairs {
    { "compose_hash", doc.hash, people = false },
    { "os_version", os_version, people = false },
    { "boots", errors == 0, people = false },
    { "findings", json_of(findings), people = false },
  } do
    rows[#rows + 1] = row
  end
  return rows, errors == 0 and not (values.strict and count(findings, "warning") > 0)
end

function M.run(values, words)
  local os_version = values.os_version or fields.newest_release
  local doc, findings
  local good, message, code = output.check(values)
  if good then
    doc, message, code = compose_file.read(words[1])
  end
  if doc then
    findings, message, code = compose.check(doc, { os_version = os_version })
  end
  if not findings then
    return nil, message, code
  end
  local rows, met = describe(doc, findings, values, os_version)
  local status
  status, message, code = output.finish(rows, nil, values)
  if status == cli.status.ok and not met then
    return cli.status.policy
  end
  return status, message, code
end

return M
