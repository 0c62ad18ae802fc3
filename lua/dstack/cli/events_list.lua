local agent = require "dstack.cli.agent"
local cli = require "dstack.cli"
local event_log = require "dstack.cli.event_log"
local output = require "dstack.cli.output"

local M = {
  summary = "list the event log, and check that it leads to the registers",
  usage = "[options]",
  words = {},
  not_v1 = "v1 shows its event log in attestations only: see dstack-lua attest --api v1",
  options = cli.options(agent.options, output.options),
}

-- Off TDX there are no registers, and the agent's null for one is absent.
local function stated_registers(tcb)
  local stated = {}
  for i = 0, 3 do
    stated[i] = tcb["rtmr" .. i]
  end
  return stated
end

local function describe(client)
  local info, message, code = client:info()
  if not info then
    return nil, message, code
  end
  local tcb = info.tcb_info
  if not tcb or type(tcb.event_log) ~= "table" then
    return nil, "this agent does not show its event log", "unsupported"
  end
  local events, rtmrs
  events, rtmrs, code = event_log.check(tcb.event_log)
  if not events then
    return nil, rtmrs, code
  end
  local good
  good, message, code = event_log.compare(rtmrs, stated_registers(tcb), "the agent")
  if not good then
    return nil, message, code
  end
  return event_log.rows(events, rtmrs)
end

function M.run(values)
  return agent.run(values, describe)
end

return M
