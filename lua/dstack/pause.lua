-- The one way to wait for nothing but time. Whatever asks again and again, as for a receipt, waits
-- here and nowhere else, and need not know how that is done.

local transport = require "dstack.transport"

-- As long as a transport's single waits: a signal ends one, and its hook (lua's "interrupted!")
-- runs before the next.
local SLICE_SECONDS = 0.2

-- Waits that many seconds. The module with the clock is loaded at its first use.
return function(seconds)
  local sleep = require("dstack.http").sleep
  local deadline = transport.now() + seconds
  local left = seconds
  while left > 0 do
    sleep(math.min(left, SLICE_SECONDS))
    left = deadline - transport.now()
  end
end
