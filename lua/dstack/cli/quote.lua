local agent = require "dstack.cli.agent"
local cli = require "dstack.cli"
local core = require "dstack.core"
local event_log = require "dstack.cli.event_log"
local input = require "dstack.cli.input"
local json = require "dstack.cli.json"
local output = require "dstack.cli.output"

local M = {
  summary = "get a TDX quote that vouches for report data",
  usage = "HEX | --text TEXT | --sha512 FILE [options]",
  words = { "[HEX]" },
  not_v1 = "v1 has no quotes but those in attestations: dstack-lua attest --api v1 gets one",
  options = cli.options(input.report_data_options, output.file_options, agent.options,
    output.options),
}

-- Whether the quote is for this report data and has the registers its event log leads to. Returns
-- the TD report, or nil, message, code.
local function check(quote)
  local report, message, code = quote:td_report()
  if not report then
    return agent.blame("quote: " .. message, code)
  elseif report.report_data ~= quote.report_data then
    return nil, "quote: it is for other report data: " .. report.report_data, "verify"
  end
  local rtmrs
  rtmrs, message, code = quote:replay_rtmrs()
  if not rtmrs then
    return agent.blame(message, code)
  end
  local quoted = {}
  for i = 0, 3 do
    quoted[i] = report["rt_mr" .. i]
  end
  local good
  good, message, code = event_log.compare(rtmrs, quoted, "the quote")
  if not good then
    return nil, message, code
  end
  return report, rtmrs
end

local function describe(quote, report, rtmrs)
  local bytes = core.unhex(quote.quote)
  local rows = event_log.register_rows(rtmrs)
  table.insert(rows, 1, { "report_data", quote.report_data })
  table.insert(rows, 2, { label = "MRTD", text = report.mr_td })
  for _, row in ipairs {
    { "quote", quote.quote, text = #bytes .. " bytes" },
    { "event_log", json.text(quote.event_log), people = false },
    { "vm_config", quote.vm_config, people = false },
    { "td_report", report, people = false },
    { label = "checked", style = "good",
      text = "report data; event log against RTMR0 to 3; not the quote's signature" },
  } do
    rows[#rows + 1] = row
  end
  return rows, { bytes = bytes, mode = output.PUBLIC }
end

local function get(client, _, report_data)
  local quote, message, code = client:get_quote(report_data)
  if not quote then
    return nil, message, code
  end
  local report, rtmrs
  report, rtmrs, code = check(quote)
  if not report then
    return nil, rtmrs, code
  end
  return describe(quote, report, rtmrs)
end

function M.run(values, words)
  local report_data, message, code = input.report_data(values, words[1])
  if not report_data then
    return nil, message, code
  end
  return agent.run(values, get, report_data)
end

return M
