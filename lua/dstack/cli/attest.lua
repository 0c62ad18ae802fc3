local agent = require "dstack.cli.agent"
local cli = require "dstack.cli"
local core = require "dstack.core"
local input = require "dstack.cli.input"
local json = require "dstack.cli.json"
local output = require "dstack.cli.output"

local GPU_OPTION = "--boottime-gpu-evidence"

local M = {
  summary = "get an attestation that vouches for report data, on any platform",
  usage = "HEX | --text TEXT | --sha512 FILE [" .. GPU_OPTION .. "] [options]",
  words = { "[HEX]" },
  options = cli.options(input.report_data_options, {
    { names = { GPU_OPTION }, key = "gpu",
      help = "with --api v1: also what was recorded of GPUs at boot" },
  }, output.file_options, agent.options, output.options),
}

local SHOWN = 64 -- bytes of report data that an attestation has

-- Bundles as JSON, and a line each.
local function describe_bundles(bundles)
  local list, lines = {}, {}
  for i, bundle in ipairs(bundles) do
    list[i] = json.object {
      { "vendor", bundle.vendor }, { "format", bundle.format }, { "evidence", bundle.evidence },
    }
    lines[i] = ("%s %s, %d bytes"):format(bundle.vendor, bundle.format, #bundle.evidence / 2)
  end
  return json.array(list), #lines > 0 and lines or "none"
end

local function describe(attested, values, report_data)
  local bytes = core.unhex(attested.attestation)
  local evidence, lines
  if attested.boottime_gpu_evidence then
    evidence, lines = describe_bundles(attested.boottime_gpu_evidence)
  end
  return {
    { "report_data", core.hex(report_data .. ("\0"):rep(SHOWN - #report_data)) },
    { "attestation", attested.attestation, text = #bytes .. " bytes" },
    { "boottime_gpu_evidence", evidence, label = "GPU evidence",
      text = values.gpu and lines or "" },
    { label = "checked", text = "nothing: whoever relies on it verifies it" },
  }, { bytes = bytes, mode = output.PUBLIC }
end

local function get(client, values, report_data)
  local attested, message, code = client:attest {
    report_data = report_data, include_boottime_gpu_evidence = values.gpu,
  }
  if not attested then
    return nil, message, code
  end
  return describe(attested, values, report_data)
end

function M.run(values, words)
  if values.gpu and values.api ~= "v1" then
    return nil, GPU_OPTION .. " goes with --api v1 only", "usage"
  end
  local report_data, message, code = input.report_data(values, words[1])
  if not report_data then
    return nil, message, code
  end
  return agent.run(values, get, report_data)
end

return M
