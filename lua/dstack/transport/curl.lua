-- The blocking transport: libcurl, one kept-alive connection an endpoint.

local http = require "dstack.http"
local pin = require "dstack.pin"

local M = { name = "curl" }
M.__index = M

-- The longest single wait. A signal ends one, and its hook (lua's "interrupted!") runs before the
-- next; a signal that comes just before a wait is noticed behind it.
local WAIT_SECONDS = 0.2

function M.new(endpoint, options)
  local pins, handle, message, code
  if options.pinned_certificate then
    pins, message, code = pin.read(options.pinned_certificate)
    if not pins then
      return nil, message, code
    end
  end
  handle, message, code = http.new {
    unix_path = endpoint.kind == "unix" and endpoint.address or nil,
    base_url = endpoint.kind == "url" and endpoint.address or nil,
    connect_timeout = options.connect_timeout,
    max_body = options.max_response_bytes,
    ca_file = options.ca_file,
    pins = pins,
    user_agent = options.user_agent,
  }
  if not handle then
    return nil, message, code
  end
  return setmetatable({ handle = handle }, M)
end

function M:request(request)
  local handle = self.handle
  handle:cancel() -- what an error or an interrupt left running
  local good, message, code, errno = handle:start(request.method, request.path, request.headers,
    request.body, request.deadline, request.fresh)
  while good do
    local done
    done, message, code, errno = handle:step(WAIT_SECONDS)
    if done then
      local reply = handle:reply()
      if request.want_headers then
        reply.headers = handle:headers()
      end
      return reply
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
