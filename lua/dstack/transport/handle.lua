-- What the transports over libcurl share: a handle of dstack.http is one connection, for one
-- request at a time.

local http = require "dstack.http"
local pin = require "dstack.pin"

local M = {}

-- Returns a function that makes handles for this endpoint and these options of a client; or nil,
-- message, code. Files that options name are read here, once.
function M.maker(endpoint, options)
  local pins, message, code
  if options.pinned_certificate then
    pins, message, code = pin.read(options.pinned_certificate)
    if not pins then
      return nil, message, code
    end
  end
  local settings = {
    unix_path = endpoint.kind == "unix" and endpoint.address or nil,
    base_url = endpoint.kind == "url" and endpoint.address or nil,
    connect_timeout = options.connect_timeout,
    max_body = options.max_response_bytes,
    ca_file = options.ca_file,
    pins = pins,
    user_agent = options.user_agent,
  }
  return function()
    return http.new(settings)
  end
end

function M.start(handle, request)
  return handle:start(request.method, request.path, request.headers, request.body,
    request.deadline, request.fresh)
end

function M.reply(handle, request)
  local reply = handle:reply()
  if request.want_headers then
    reply.headers = handle:headers()
  end
  return reply
end

return M
