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

local here = require "dstack.loop.here"

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

-- Which transport serves a call made here: "multi" in a task of dstack.run, else "curl". Raises in
-- a task that cannot wait here, see dstack.loop.here.
function M.name()
  return here.waiting_task "a call of a client" and "multi" or "curl"
end

-- Chosen anew for each request, by where we are running then; each is made at its first use.
local Choice = {}
Choice.__index = Choice

local function made_here(self)
  local name = M.name()
  local made, message, code = self.made[name], nil, nil
  if not made then
    made, message, code = require("dstack.transport." .. name).new(self.endpoint, self.options)
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
  local self = setmetatable({ endpoint = endpoint, options = options, made = {} }, Choice)
  local made, message, code = made_here(self)
  if not made then
    return nil, message, code
  end
  return self
end

return M
