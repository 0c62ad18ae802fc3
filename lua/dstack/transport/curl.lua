-- The blocking transport: libcurl, one kept-alive connection an endpoint.

local handle = require "dstack.transport.handle"

local M = { name = "curl" }
M.__index = M

-- The longest single wait. A signal ends one, and its hook (lua's "interrupted!") runs before the
-- next; a signal that comes just before a wait is noticed behind it.
local WAIT_SECONDS = 0.2

function M.new(endpoint, options)
  local maker, message, code = handle.maker(endpoint, options)
  if not maker then
    return nil, message, code
  end
  local made
  made, message, code = maker()
  if not made then
    return nil, message, code
  end
  return setmetatable({ handle = made }, M)
end

function M:request(request)
  local own = self.handle
  own:cancel() -- what an error or an interrupt left running
  local good, message, code, errno = handle.start(own, request)
  while good do
    local done
    done, message, code, errno = own:step(WAIT_SECONDS)
    if done then
      return handle.reply(own, request)
    elseif done == nil then
      break
    end
  end
  return nil, message, code, errno
end

function M:close()
  self.handle:close()
end

return M
