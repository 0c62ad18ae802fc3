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

local core = require "dstack.core"

local M = {}

-- Seconds on a clock that only goes forward.
M.now = core.now

-- nginx ------------------------------------------------------------------------------------------

-- Where nginx's Lua may wait, and so has cosockets.
local waits = {
  rewrite = true, server_rewrite = true, access = true, content = true, timer = true,
  ssl_cert = true, ssl_session_fetch = true, ssl_client_hello = true, preread = true,
}

local before_requests = "ask in a timer, ngx.timer.at(0, ...)"
local in_access = "ask before, in access_by_lua or rewrite_by_lua"

-- phase -> what to do there instead
local cures = {
  init = "ask in a worker",
  init_worker = before_requests, exit_worker = "ask earlier",
  set = in_access, balancer = in_access, header_filter = in_access, body_filter = in_access,
  log = before_requests, ssl_session_store = before_requests,
}

-- nginx's phase, nil outside of nginx.
local function phase()
  local ngx = rawget(_G, "ngx")
  return type(ngx) == "table" and ngx.get_phase and ngx.get_phase() or nil
end

-- Whether this is nginx, in a phase where Lua may wait.
function M.in_waiting_phase()
  return waits[phase()] == true
end

-- What nginx has to be told before an environment variable is seen, as words behind a message; ""
-- outside of nginx.
function M.environment_cure(variable)
  return phase() and (" (nginx clears the environment of its workers: add 'env %s;' to nginx.conf)")
    :format(variable) or ""
end

-- Choosing ---------------------------------------------------------------------------------------

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

-- The name of the transport for these options, from where we are running: the one that was named,
-- else what does not block. Returns nil, message, code when there is none.
function M.kind(options)
  local now_in = phase()
  if options.transport_name then
    return options.transport_name
  elseif now_in and not waits[now_in] then
    return nil, ("nginx's phase %s has no cosockets: %s; or make the client with transport = "
      .. "\"curl\", which blocks the worker for as long as a call takes"):format(now_in,
      cures[now_in] or in_access), "unsupported"
  end
  return now_in and "cosocket" or "curl"
end

-- Makes a transport of that kind. An nginx image may come without libcurl, and so without dstack.http.
function M.make(kind, endpoint, options)
  local good, module = pcall(require, "dstack.transport." .. kind)
  if good then
    return module.new(endpoint, options)
  elseif kind == "cosocket" then
    error(module, 0)
  end
  return nil, ("the transport %s is not installed here: it needs the module dstack.http and libcurl")
    :format(kind), "unsupported"
end

-- The transport for this endpoint and these options of a client, from where we are running. The
-- options are a client or a table such as one is made with; nil: the defaults.
-- Returns nil, message, code when there is none.
function M.choose(endpoint, options)
  local known = type(endpoint) == "table" and kinds[endpoint.kind]
  if not known or type(endpoint.address) ~= "string" then
    core.raise('transport.choose: an endpoint is {kind = "unix" or "url", '
      .. "address = a socket path or a URL}")
  end
  if not getmetatable(options) then
    local message
    options, message = complete(options or {})
    if not options then
      return nil, "transport.choose: " .. message, "invalid"
    end
  end
  local kind, message, code = M.kind(options)
  if not kind then
    return nil, message, code
  end
  return M.make(kind, endpoint, options)
end

return M
