-- The event log as commands show it.

local agent = require "dstack.cli.agent"
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

-- A line an event.
function M.lines(events)
  local lines = {}
  for i, event in ipairs(events) do
    local payload = show_payload(event.event_payload)
    lines[i] = ("RTMR%d  %-20s %s"):format(event.imr, event.event, payload):gsub(" +$", "")
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

-- Rows for the four registers; JSON has them in one list.
function M.register_rows(rtmrs)
  local list = { rtmrs[0], rtmrs[1], rtmrs[2], rtmrs[3] }
  local rows = { { "rtmrs", json.array(list), people = false } }
  for i = 0, 3 do
    rows[i + 2] = { label = "RTMR" .. i, text = rtmrs[i] }
  end
  return rows
end

return M
