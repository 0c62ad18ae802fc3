-- The one way to wait for nothing but time. Whatever asks again and again, as for a receipt, waits
-- here and nowhere else, and need not know how that is done.

local here = require "dstack.loop.here"
local transport = require "dstack.transport"

-- As long as a transport's single waits: a signal ends one, and its hook (lua's "interrupted!")
-- runs before the next.
local SLICE_SECONDS = 0.2

-- Nothing else goes on meanwhile. The module with the clock is loaded at its first use.
local function block(seconds)
  local sleep = require("dstack.http").sleep
  local deadline = transport.now() + seconds
  local left = seconds
  while left > 0 do
    sleep(math.min(left, SLICE_SECONDS))
    left = deadline - transport.now()
  end
end

-- Waits that many seconds; in a task the others go on meanwhile.
return function(seconds)
  if transport.in_waiting_phase() then
    require("dstack.loop.nginx").sleep(seconds)
  elseif here.waiting_task "sleep" then
    require("dstack.loop.scheduler").sleep(seconds)
  else
    block(seconds)
  end
end
