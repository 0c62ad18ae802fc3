-- The one seam to the network. A transport has
--
--   transport:request{method=, path=, headers=, body=, deadline=, fresh=, want_headers=}
--     -> {status=, body= [, headers=]} | nil, message, code [, errno]
--   transport:close()
--
-- Headers of a request are a list of lines, those of a reply a table with lower-case names, made
-- when the request wants them. The deadline is a time on the clock of now(). With fresh the request
-- goes on a new connection and is never sent twice; without it, it is sent once more if a kept
-- connection closed before any byte of the reply came.

local M = {}

-- Seconds on a clock that only goes forward. The module with the clock is loaded at its first use.
function M.now()
  M.now = require("dstack.http").now
  return M.now()
end

local kinds = { unix = true, url = true }

-- The options of a script that has no client: by their names, with defaults.
local function complete(options)
  local option, filled = require "dstack.options", {}
  option.check("transport.choose", options)
  for name, value in pairs(options) do
    filled[name] = value
  end
  local good, message = option.complete(filled)
  return good and filled, message
end

-- The transport for this endpoint and these options of a client, from where we are running. The
-- options are a client or a table such as one is made with; nil: the defaults.
-- Returns nil, message, code when there is none.
function M.choose(endpoint, options)
  local known = type(endpoint) == "table" and kinds[endpoint.kind]
  if not known or type(endpoint.address) ~= "string" then
    require("dstack.core").raise('transport.choose: an endpoint is {kind = "unix" or "url", '
      .. "address = a socket path or a URL}")
  end
  if not getmetatable(options) then
    local message
    options, message = complete(options or {})
    if not options then
      return nil, "transport.choose: " .. message, "invalid"
    end
  end
  return require("dstack.transport.curl").new(endpoint, options)
end

return M
