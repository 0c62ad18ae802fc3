local agent = require "dstack.cli.agent"
local cli = require "dstack.cli"
local core = require "dstack.core"
local event_log = require "dstack.cli.event_log"
local json = require "dstack.cli.json"
local output = require "dstack.cli.output"

local M = {
  summary = "show what this instance is and what it was measured as",
  usage = "[--events] [options]",
  words = {},
  options = cli.options({
    { names = { "--events" }, key = "events",
      help = "list the event log too, which v0 has (its JSON always does)" },
  }, agent.options, output.options),
}

-- Agents before 0.5.7 do not know their version. Returns it, or false, or nil, message, code.
local function version_of(client)
  local version, message, code = client:version()
  if not version and code ~= "unsupported" then
    return nil, message, code
  end
  return version or false
end

-- "kms 3059..." of {"name":"kms","id":"3059..."}; the text itself when it is anything else.
local function provider_of(text)
  local parsed = core.json_decode(text)
  if type(parsed) ~= "table" or type(parsed.name) ~= "string" then
    return text
  end
  return parsed.name .. (type(parsed.id) == "string" and " " .. parsed.id or "")
end

local function identity_rows(info, version)
  return {
    { "app_name", info.app_name },
    { "app_id", info.app_id },
    { "instance_id", info.instance_id },
    { "compose_hash", info.compose_hash },
    { "os_image_hash", info.os_image_hash },
    { "device_id", info.device_id },
    { "mr_aggregated", info.mr_aggregated },
    { "key_provider_info", info.key_provider_info, label = "key provider",
      text = provider_of(info.key_provider_info) },
    { "cloud_vendor", info.cloud_vendor },
    { "cloud_product", info.cloud_product },
    { "version", version and json.object { { "version", version.version }, { "rev", version.rev } },
      label = "agent version", text = version and version.version .. " " .. version.rev or "" },
    { "vm_config", info.vm_config, people = false },
  }
end

-- What only one surface tells.
local function add_document(rows, info, api)
  if api == "v1" then
    rows[#rows + 1] = { "app_compose", info.app_compose, people = false }
    return
  end
  rows[#rows + 1] = { "app_cert", info.app_cert, people = false }
  rows[#rows + 1] = { "tcb_info", info.tcb_info and json.text(info.tcb_info_text), people = false }
end

local function add_measurements(rows, tcb)
  for _, name in ipairs { "mrtd", "rtmr0", "rtmr1", "rtmr2", "rtmr3" } do
    if type(tcb[name]) == "string" then
      rows[#rows + 1] = { label = name:upper(), text = tcb[name] }
    end
  end
end

local function add_events(rows, tcb, values)
  if type(tcb.event_log) ~= "table" then
    return true
  elseif not values.events then
    rows[#rows + 1] = { label = "events", text = #tcb.event_log .. " (--events lists them)" }
    return true
  end
  local events, message, code = event_log.check(tcb.event_log)
  if not events then
    return nil, message, code
  end
  rows[#rows + 1] = { label = "events", text = event_log.lines(events) }
  return true
end

-- Returns the document, or nil, message, code.
local function describe(client, values)
  local info, message, code = client:info()
  if not info then
    return nil, message, code
  end
  local version
  version, message, code = version_of(client)
  if version == nil then
    return nil, message, code
  end
  local rows = identity_rows(info, version or nil)
  add_document(rows, info, values.api)
  if info.tcb_info then
    add_measurements(rows, info.tcb_info)
    local good
    good, message, code = add_events(rows, info.tcb_info, values)
    if not good then
      return nil, message, code
    end
  end
  return rows
end

function M.run(values)
  if values.events and values.api == "v1" then
    return nil, "--events goes with v0 only: v1 shows its event log in attestations", "usage"
  end
  return agent.run(values, describe)
end

return M
