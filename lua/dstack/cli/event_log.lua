-- The event log as commands show it.

local agent = require "dstack.cli.agent"
local attest = require "dstack.attest"
local core = require "dstack.core"
local json = require "dstack.cli.json"

local M = {}

local SHOWN = 64 -- characters of a payload in a line

local names = { "imr", "event_type", "digest", "event", "event_payload", "version", "preimage" }

-- A log as JSON, members in the wire's order.
function M.json(events)
  local list = {}
  for i, event in ipairs(events) do
    local members = {}
    for _, name in ipairs(names) do
      if event[name] ~= nil then
        members[#members + 1] = { name, event[name] }
      end
    end
    list[i] = json.object(members)
  end
  return json.array(list)
end

-- A payload that is text is shown as such, any other as hex.
local function show_payload(hex)
  local bytes = core.unhex(hex)
  if bytes and bytes:find "^[\32-\126]+$" then
    hex = '"' .. bytes .. '"'
  end
  return #hex > SHOWN and hex:sub(1, SHOWN) .. "..." or hex
end

-- TCG's names of the types that firmware and boot loaders emit; such events have no other name.
local types = {
  [0x1] = "POST_CODE", [0x4] = "SEPARATOR", [0x5] = "ACTION", [0x6] = "EVENT_TAG",
  [0x8] = "S_CRTM_VERSION", [0xa] = "PLATFORM_CONFIG_FLAGS", [0xd] = "IPL",
  [0x80000001] = "EFI_VARIABLE_DRIVER_CONFIG", [0x80000002] = "EFI_VARIABLE_BOOT",
  [0x80000003] = "EFI_BOOT_SERVICES_APPLICATION", [0x80000004] = "EFI_BOOT_SERVICES_DRIVER",
  [0x80000006] = "EFI_GPT_EVENT", [0x80000007] = "EFI_ACTION",
  [0x80000008] = "EFI_PLATFORM_FIRMWARE_BLOB", [0x80000009] = "EFI_HANDOFF_TABLES",
  [0x8000000a] = "EFI_PLATFORM_FIRMWARE_BLOB2", [0x8000000b] = "EFI_HANDOFF_TABLES2",
  [0x8000000c] = "EFI_VARIABLE_BOOT2", [0x800000e0] = "EFI_VARIABLE_AUTHORITY",
}

local function name_of(event)
  if event.event ~= "" then
    return event.event
  end
  return types[event.event_type] or ("type 0x%x"):format(event.event_type)
end

-- A line an event.
function M.lines(events)
  local lines = {}
  for i, event in ipairs(events) do
    local payload = show_payload(event.event_payload)
    lines[i] = ("RTMR%d  %-20s %s"):format(event.imr, name_of(event), payload):gsub(" +$", "")
  end
  return lines
end

-- Checks events that Info listed, and replays them. Returns them and the registers (at 0 to 3), or
-- nil, message, code.
function M.check(listed)
  local text = json.encode(json.array(listed))
  local events, message, code = core.event_log(text)
  if not events then
    return agent.blame("event_log: " .. message, code)
  end
  local rtmrs
  rtmrs, message, code = core.replay_rtmrs(text)
  if not rtmrs then
    return agent.blame("event_log: " .. message, code)
  end
  return events, rtmrs
end

-- Compares registers (at 0 to 3) with those the agent states, of which some may be absent. Returns
-- true, or nil, message, code.
function M.compare(rtmrs, stated, where)
  for i = 0, 3 do
    if stated[i] and stated[i] ~= rtmrs[i] then
      return nil, ("RTMR%d: the event log leads to %s, but %s has %s"):format(i, rtmrs[i], where,
        stated[i]), "verify"
    end
  end
  return true
end

-- Takes a firmware's log. Returns its events and the registers (at 0 to 3), or nil, message, code.
-- In: where, what it is from, for messages.
function M.ccel(bytes, where)
  local rtmrs
  local events, message, code = attest.parse_ccel(bytes)
  if events then
    rtmrs, message, code = attest.replay_ccel(bytes)
  end
  if not rtmrs then
    return nil, ("%s: %s"):format(where, message), code
  end
  return events, rtmrs
end

-- Rows for the four registers; JSON has them in one list.
function M.register_rows(rtmrs)
  local list = { rtmrs[0], rtmrs[1], rtmrs[2], rtmrs[3] }
  local rows = { { "rtmrs", json.array(list), people = false } }
  for i = 0, 3 do
    rows[i + 2] = { label = "RTMR" .. i, text = rtmrs[i] }
  end
  return rows
end

-- A row for the events.
function M.events_row(events)
  return { "event_log", events and M.json(events), label = "events",
    text = events and M.lines(events) or "" }
end

-- Rows for events, and for the registers that they lead to.
function M.rows(events, rtmrs)
  local rows = M.register_rows(rtmrs)
  table.insert(rows, 1, M.events_row(events))
  return rows
end

return M
