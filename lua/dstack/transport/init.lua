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
local here = require "dstack.loop.here"

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

-- Whether this is nginx, in whatever phase.
function M.in_nginx()
  return phase() ~= nil
end

-- Whether this is nginx, in a phase where Lua may wait.
function M.in_waiting_phase()
  return waits[phase()] == true
end

-- In a phase of nginx where Lua may not wait: which that is, and what to do. nil anywhere else.
function M.cannot_wait()
  local name = phase()
  return name and not waits[name] and ("nginx's phase %s has no cosockets: %s"):format(name,
    cures[name] or in_access) or nil
end

-- What nginx has to be told before an environment variable is seen, as words behind a message; ""
-- outside of nginx.
function M.environment_cure(variable)
  return phase() and (" (nginx clears the environment of its workers: add 'env %s;' to nginx.conf)")
    :format(variable) or ""
end

-- What may be the reason in nginx that a socket refused us, as words behind a message; "" outside.
function M.permission_cure()
  return phase() and "; nginx's workers run as the user of its directive 'user', not as root: let "
    .. "that user write to the socket" or ""
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

-- Which transport serves a call with these options, or none, made here: the one that was named,
-- else one that blocks nobody who need not be. Returns nil, message, code when there is none.
-- Raises in a task that cannot wait here, see dstack.loop.here.
function M.name(options)
  if options and options.transport_name then
    return options.transport_name
  elseif here.waiting_task "a call of a client" then
    return "multi"
  end
  local name = phase()
  if not name then
    return "curl"
  elseif waits[name] then
    return "cosocket"
  end
  return nil, M.cannot_wait() .. "; or make the client with transport = \"curl\", which blocks the "
    .. "worker for as long as a call takes", "unsupported"
end

-- Makes one. An nginx image may come without libcurl, and so without dstack.http.
local function make(name, endpoint, options)
  local good, module = pcall(require, "dstack.transport." .. name)
  if good then
    return module.new(endpoint, options)
  elseif not tostring(module):find("dstack.http", 1, true) then
    error(module, 0)
  end
  local why = require("dstack.missing").explain(tostring(module))
  return nil, ("the transport %s needs the module dstack.http: %s"):format(name,
    why:match "[^\n]*$"), "unsupported"
end

-- Chosen anew for each request, by where we are running then; each is made at its first use.
local Choice = {}
Choice.__index = Choice

local function made_here(self)
  local name, message, code = M.name(self.options)
  if not name then
    return nil, message, code
  end
  local made = self.made[name]
  if not made then
    made, message, code = make(name, self.endpoint, self.options)
    self.made[name] = made
  end
  return made, message, code
end

function Choice:request(request)
  if self.closed then
    return nil, "the transport is closed", "closed"
  end
  local made, message, code = made_here(self)
  if not made then
    return nil, message, code
  end
  return made:request(request)
end

function Choice:close()
  self.closed = true
  for name, made in pairs(self.made) do
    self.made[name] = nil
    made:close()
  end
end

-- The transport for this endpoint and these options of a client, which waits as is right where each
-- request is made. The options are a client or a table such as one is made with; nil: the defaults.
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
  local self = setmetatable({ endpoint = endpoint, options = options, made = {} }, Choice)
  local made, message, code = made_here(self)
  if not made then
    return nil, message, code
  end
  return self
end

return M
