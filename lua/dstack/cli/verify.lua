local attest = require "dstack.attest"
local cli = require "dstack.cli"
local core = require "dstack.core"
local evidence = require "dstack.cli.evidence"
local fetching = require "dstack.cli.fetching"
local input = require "dstack.cli.input"
local json = require "dstack.cli.json"
local output = require "dstack.cli.output"

local M = {
  summary = "verify a quote, an attestation or a certificate against a policy",
  usage = "FILE|HOST:PORT [--collateral FILE] [--policy FILE] [options]",
  words = { "FILE" },
  options = cli.options({
    { names = { "--collateral" }, value = "FILE", key = "collateral",
      help = "what it is verified with; else it is fetched" },
    { names = { "--event-log" }, value = "FILE", key = "event_log",
      help = "the event log, JSON, of a quote that comes alone" },
    { names = { "--app-compose" }, value = "FILE", key = "app_compose",
      help = "the app-compose.json that has to be the measured one" },
    { names = { "--report-data" }, value = "HEX", key = "report_data",
      help = "what it has to vouch for; 1 to 64 bytes" },
    { names = { "--policy" }, value = "FILE", key = "policy",
      help = "what is allowed, JSON (default: TDX, TCB status UpToDate, no advisories)" },
    { names = { "--root" }, value = "FILE", key = "root",
      help = "the one certificate to trust, PEM or DER, in place of Intel's root" },
    { names = { "--now" }, value = "SECONDS", key = "now",
      help = "the time to judge by, in Unix seconds (default: the clock's)" },
  }, fetching.options, output.options),
}

local REPORT_DATA_MAX = 64

-- The texts of the files that options name. Returns true, or nil, message, code.
local function read_files(values, options)
  for _, name in ipairs { "event_log", "app_compose", "root" } do
    if values[name] then
      local text, message, code = input.read_evidence(values[name])
      if not text then
        return nil, message, code
      end
      options[name] = text
    end
  end
  return true
end

local function read_values(values, options)
  if values.report_data then
    local bytes, message, code = input.unhex(values.report_data, "--report-data")
    if not bytes then
      return nil, message, code
    elseif bytes == "" or #bytes > REPORT_DATA_MAX then
      return nil, ("--report-data: 1 to %d bytes are wanted, not %d"):format(REPORT_DATA_MAX,
        #bytes), "usage"
    end
    options.report_data = core.hex(bytes)
  end
  if values.now then
    options.now = tonumber(values.now)
    if not options.now or options.now < 0 or options.now % 1 ~= 0 then
      return nil, "--now: not a number of Unix seconds: " .. values.now, "usage"
    end
  end
  options.policy = values.policy
  return true
end

-- The collateral: from its file, as it is, since the report has a step that says what is wrong with
-- it; or fetched for the quote. Returns true, or nil, message, code.
local function find_collateral(values, options)
  local found, message, code
  if values.collateral then
    found, message, code = input.read_evidence(values.collateral)
  else
    found, message, code = fetching.fetch(values, options)
  end
  options.collateral = found
  return found ~= nil, message, code
end

-- Everything that attest.verify takes, and the peer, if there is one; or nil, message, code. It is
-- asked when all that costs no network is known to be in order.
local function options_of(values, word)
  local options, found, peer = {}
  local good, message, code = read_files(values, options)
  if good then
    good, message, code = read_values(values, options)
  end
  if good then
    found, peer, code = evidence.find(word, values)
    message = peer
  end
  if not found then
    return nil, message, code
  elseif options.event_log and not found.quote then
    return nil, "--event-log goes with a quote alone; this has its own", "usage"
  end
  for name, value in pairs(found) do
    options[name] = value
  end
  good, message, code = find_collateral(values, options)
  if not good then
    return nil, message, code
  end
  return options, peer
end

-- The report is printed whatever came of it: the steps are what one wants to see then.
local function show(report, values)
  if values.json then
    return output.write(json.layout(report:to_json()) .. "\n")
  end
  return output.write(tostring(report) .. "\n")
end

-- Verifies. In: peer, who has shown the certificate, or nil. Returns as attest.verify does, the
-- report always as the fourth.
local function judge(options, peer)
  local verified, message, code, report = attest.verify(options)
  report = verified or report
  if report and peer then
    report:add("handshake", evidence.HANDSHAKE, "passed", peer)
  end
  return verified, message, code, report
end

-- What may be done about a failure: nobody believes a simulator's root who is not told to.
local function cure(report, values)
  local root = report and report:step "root"
  return root and root.state == "failed" and not values.root and " (--root FILE names a root)" or ""
end

function M.run(values, words)
  local good, message, code = output.check(values)
  if not good then
    return nil, message, code
  end
  local options, peer
  options, peer, code = options_of(values, words[1])
  if not options then
    return nil, peer, code
  end
  local verified, report
  verified, message, code, report = judge(options, peer)
  if report then
    local status, problem, kind = show(report, values)
    if status ~= cli.status.ok then
      return status, problem, kind
    end
  end
  if verified then
    return cli.status.ok
  end
  return evidence.failure(message .. cure(report, values), code)
end

return M
