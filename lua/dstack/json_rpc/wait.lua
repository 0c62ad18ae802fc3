-- Asking again and again, until something is so.

local pause = require "dstack.pause"
local transport = require "dstack.transport"

local M = {}

-- Statuses of HTTP below 500 that ask for patience (RFC 9110, 15.5.9; RFC 8470, 5.2; RFC 6585, 4):
-- the others of that kind say that the request is wrong, such as one without a key.
local patience = { [408] = true, [425] = true, [429] = true }

local passing = { connect = true, timeout = true, closed = true }

-- What may be otherwise at the next attempt: also where the server asks for patience, or says that
-- it is not up to date yet.
local function may_pass(rpc, code, details)
  local status = details and details.status
  if rpc.closed then
    return false
  elseif code == "http" then
    return not status or patience[status] or status >= 500
  end
  return passing[code] or details
    and (status == 429 or details.retry_after or details.reason == "not_ready")
end

-- Calls step(deadline) until it returns a value, which is returned. It returns false and why as
-- long as that is not so, and nil, message, code, details when it failed: what may pass is tried
-- again. Returns nil, message, code, details otherwise. `timeout` says what was missing last; that
-- the last request got too little of the time that was left, nobody needs to know.
-- In: rpc, the client that is asked.
function M.ask_until(rpc, what, timeout, interval, step)
  local deadline, missing = transport.now() + timeout, nil
  while true do
    local value, message, code, details = step(deadline)
    if value or value == nil and not may_pass(rpc, code, details) then
      return value, message, code, details
    end
    missing = (value == false or code ~= "timeout") and message or missing
    local rest = math.max(interval, details and details.retry_after or 0)
    if transport.now() + rest >= deadline then
      return nil, ("%s: not within %g s (option timeout); it may still come: %s"):format(what,
        timeout, missing or message), "timeout"
    end
    pause(rest)
  end
end

-- Returns nil and what is wrong with the first of these that is no number above 0, or true.
function M.check_times(arguments, ...)
  for _, name in ipairs { ... } do
    local value = arguments[name]
    if not (value > 0 and value < math.huge) then
      return nil, name .. ": not a finite number above 0"
    end
  end
  return true
end

return M
