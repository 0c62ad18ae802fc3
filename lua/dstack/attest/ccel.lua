-- The firmware's own event log, CCEL: what extended the registers before dstack began.

local core = require "dstack.core"
local octets = require "dstack.octets"

local M = {}

-- Hands a log, bytes or hex, to a function of the core.
local function read(log, what, with)
  local bytes, message, code = octets.take_any(log, what .. ": log")
  if not bytes then
    return nil, message, code
  end
  return with(bytes)
end

function M.parse_ccel(log)
  return read(log, "attest.parse_ccel", core.ccel_events)
end

function M.replay_ccel(log)
  return read(log, "attest.replay_ccel", core.ccel_replay)
end

return M
