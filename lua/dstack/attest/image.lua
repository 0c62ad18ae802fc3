-- Whether a machine's OS is the image whose hash its configuration names: what the image's makers
-- published is in the configuration, under that hash, and leads to firmware and registers 0 to 2.

local core = require "dstack.core"

local M = {}

local FILE = "measurement.tdx.cbor"
local ACPI_EVENTS = { "acpi-loader", "acpi-rsdp", "acpi-tables" }
local ACPI_TYPE, ACPI_PAYLOAD = 10, core.hex "ACPI DATA"

-- The JSON object in a text, or nil.
local function object(text)
  local value = type(text) == "string" and core.json_decode(text)
  return type(value) == "table" and value or nil
end

-- The machine's configuration: an agent's vm_config, or the whole that has it within.
local function config_of(text)
  local outer = object(text)
  return outer and object(outer.vm_config) or outer
end

-- The hash of the file's measurement in sha256sum.txt, or nil.
local function listed(text)
  local found
  for line in text:gmatch "[^\r\n]+" do
    local hash, name = line:match "^%s*(%x+)%s+(%S+)%s*$"
    if name == FILE then
      if found then
        return nil
      end
      found = hash:lower()
    end
  end
  return found
end

-- The published measurement, when it is that of the hash. Returns it, or nil and what is wrong.
local function published(config)
  local given = config.tdx_measurement
  local list = type(given) == "table" and core.unbase64(tostring(given.checksum_file))
  local cbor = type(given) == "table" and core.unbase64(tostring(given.measurement))
  if not list or not cbor then
    return nil, "the configuration has no tdx_measurement"
  elseif core.hex(assert(core.hash("sha256", list))) ~= config.os_image_hash then
    return nil, "the list of the image's files is not that of os_image_hash"
  elseif listed(list) ~= core.hex(assert(core.hash("sha256", cbor))) then
    return nil, "the measurement is not the one in the list of the image's files"
  end
  return cbor
end

-- QEMU's two ways to add the firmware's pages. Upstream reads the switch the other way round than
-- it is called; releases before 9 know one way only. Returns nil for a version that cannot be read.
local function is_two_pass(config)
  if type(config.qemu_single_pass_add_pages) == "boolean" then
    return config.qemu_single_pass_add_pages
  end
  local version = config.qemu_version
  local major = type(version) == "string" and tonumber(version:match "^(%d+)%.%d+%.%d+$")
  if version ~= nil and version ~= core.null and (not major or major < 8) then
    return nil
  end
  return major == 8
end

-- The digests of the ACPI events, or nil.
local function acpi_digests(log)
  local found, count = {}, 0
  for _, event in ipairs(core.event_log(log) or {}) do
    if event.imr == 0 and event.event_type == ACPI_TYPE and event.event_payload == ACPI_PAYLOAD then
      found[event.event], count = core.unhex(event.digest), count + 1
    end
  end
  local digests = {}
  for i, name in ipairs(ACPI_EVENTS) do
    digests[i] = found[name]
  end
  return count == #ACPI_EVENTS and #digests == #ACPI_EVENTS and digests or nil
end

-- What is to be compared, or nil, why it cannot be told, and a code where that is a failure.
local function measured(config, log)
  local cbor, problem = published(config)
  if not cbor then
    return nil, problem, "verify"
  end
  local two_pass, digests = is_two_pass(config), acpi_digests(log)
  if two_pass == nil then
    return nil, "qemu_version in the configuration cannot be read", "verify"
  elseif not digests then
    return nil, "the event log does not have the three ACPI data events, once each", "unsupported"
  end
  return core.measure_image(cbor, tonumber(config.memory_size) or 0, two_pass, digests[1],
    digests[2], digests[3])
end

-- Takes a report's fields, hex, and the texts of configuration and event log. Returns the image's
-- hash, when the report is that of a machine which runs it; nil and why that cannot be told; or
-- false and why it does not.
function M.check(report, config_text, log)
  local config = config_of(config_text)
  if not config or config.tdx_attestation_variant ~= "lite" then
    return nil, "the configuration has no measurements of the image (variant lite)"
  elseif not log then
    return nil, "there is no event log with what the image does not determine"
  end
  local values, problem, code = measured(config, log)
  if not values and code == "unsupported" then
    return nil, problem
  elseif not values then
    return false, problem
  end
  for _, name in ipairs { "mr_td", "rt_mr0", "rt_mr1", "rt_mr2" } do
    if values[name] ~= report[name] then
      return false, ("%s is %s, and the image leads to %s"):format(name, report[name], values[name])
    end
  end
  return config.os_image_hash
end

return M
