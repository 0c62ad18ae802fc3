-- Nonces that were given out a moment ago. Where several nodes stand behind one URL, the one that
-- is asked may not know yet what was sent through another; and two tasks that send at the same time
-- both ask before either has sent. With one nonce twice, one transaction would replace the other.

local transport = require "dstack.transport"

local M = {}

-- Longer than nodes are apart; but a transaction that was lost on its way, which leaves a gap, does
-- not hold up those behind it for ever.
local SECONDS = 60

-- The next transaction's nonce. In: memory, a table that is kept between calls; counted, what a
-- node says.
function M.take(memory, counted)
  local now, nonce = transport.now(), counted
  if memory.next and now < memory.expires then
    nonce = math.max(counted, memory.next)
  end
  memory.next, memory.expires = nonce + 1, now + SECONDS
  return nonce
end

-- Takes a nonce back that nothing was sent with.
function M.give_back(memory, nonce)
  if memory.next == nonce + 1 then
    memory.next = nonce
  end
end

return M
