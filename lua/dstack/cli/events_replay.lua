local attest = require "dstack.attest"
local cli = require "dstack.cli"
local core = require "dstack.core"
local event_log = require "dstack.cli.event_log"
local evidence = require "dstack.cli.evidence"
local input = require "dstack.cli.input"
local output = require "dstack.cli.output"

local M = {
  summary = "replay an event log, and compare it with the registers of its quote",
  usage = "FILE [options]",
  words = { "FILE" },
  options = cli.options({
    { names = { "--ccel" }, key = "ccel",
      help = "FILE is a firmware's log (CCEL), whatever its beginning looks like" },
  }, output.options),
}

-- The log in a file, JSON, alone or with its quote, or the firmware's. Returns {event_log =,
-- quote =} or {ccel =}, or nil, message, code.
local function read(path, values)
  local text, message, code = input.read_evidence(path)
  if text and values.ccel then
    return { ccel = evidence.bytes(text) }
  elseif text and text:find "^%s*%[" then
    return { event_log = text }
  end
  local options, parts
  if text then
    options, message, code = evidence.take(text, path, true)
  end
  if options and options.ccel then
    return options
  elseif options then
    parts, message, code = attest.evidence(options)
  end
  if parts and not parts.event_log then
    return nil, input.name(path) .. ": there is no event log in it", "invalid"
  end
  return parts, message, code
end

-- Whether the log leads to what the quote has; what a log has not the whole of is left out. Returns
-- what was compared, or nil, message, code.
local function compare(registers, quote)
  local parsed, message, code = core.parse_quote(quote)
  if not parsed then
    return nil, message, code
  elseif parsed.body == "sgx" then
    return nil, "an enclave's quote has no registers", "invalid"
  end
  local quoted, names = {}, {}
  local replayed = {}
  for i = 0, 3 do
    replayed[i] = registers[i].value
    if i == 3 or registers[i].extent == "whole" then
      quoted[i] = parsed.report["rt_mr" .. i]
      names[#names + 1] = "RTMR" .. i
    end
  end
  local good
  good, message, code = event_log.compare(replayed, quoted, "the quote")
  return good and table.concat(names, ", "), message, code
end

-- Replays a log of dstack's. Returns its events, the registers (at 0 to 3) and, where there is a
-- quote, what was compared; or nil, message, code.
local function replay(parts)
  local registers, compared
  local events, message, code = core.event_log(parts.event_log)
  if events then
    registers, message, code = core.log_registers(parts.event_log)
  end
  if registers and parts.quote then
    compared, message, code = compare(registers, parts.quote)
  end
  if not registers or parts.quote and not compared then
    return nil, message, code
  end
  local values = {}
  for i = 0, 3 do
    values[i] = registers[i].value
  end
  return events, values, compared
end

local function describe(parts, path)
  local events, registers, compared
  if parts.ccel then
    events, registers, compared = event_log.ccel(parts.ccel, input.name(path))
  else
    events, registers, compared = replay(parts)
  end
  if not events then
    return nil, registers, compared
  end
  local rows = event_log.rows(events, registers)
  rows[#rows + 1] = { "compared", compared,
    text = compared and compared .. ": as in the quote, which is not verified here"
      or "nothing: there is no quote beside the log" }
  return rows
end

function M.run(values, words)
  local parts, rows
  local good, message, code = output.check(values)
  if good then
    parts, message, code = read(words[1], values)
  end
  if parts then
    rows, message, code = describe(parts, words[1])
  end
  if not rows then
    return evidence.failure(message, code)
  end
  return output.finish(rows, nil, values)
end

return M
