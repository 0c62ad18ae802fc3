-- What a worker of the specs' nginx does: runs the Lua it is sent, and keeps clients.

local M = {}

local clients = {}

-- Runs the request's body and answers with what that returns, as Lua. Functions and userdata are told
-- by their kind only.
local function plain(value)
  if type(value) == "table" then
    local out = {}
    for key, item in pairs(value) do
      out[plain(key)] = plain(item)
    end
    return out
  elseif type(value) == "function" or type(value) == "userdata" or type(value) == "cdata" then
    return type(value)
  end
  return value
end

local function collect(good, ...)
  local results = { good = good, n = select("#", ...) }
  for i = 1, results.n do
    results[i] = plain((select(i, ...)))
  end
  return results
end

function M.run()
  ngx.req.read_body()
  local code = assert(loadstring(ngx.req.get_body_data(), "=spec"))
  local results = collect(xpcall(code, debug.traceback))
  ngx.print("return ", require("spec.support.source")(results))
end

-- Makes a client and keeps it. Returns its number, or what the class does when there is none.
function M.client(class, options)
  local dstack = require "dstack"
  dstack.silence_deprecations()
  local made, message, code = dstack[class](options)
  if not made then
    return nil, message, code
  end
  clients[#clients + 1] = made
  return #clients
end

-- Calls a method of a kept client. Of a result it is only told that there is one.
function M.call(call)
  local client = clients[call.id]
  client.timeout = call.timeout
  local value, message, code = client[call.method](client, unpack(call, 1, call.n))
  return value and true or value, message, code
end

-- Transports, likewise kept.

local transports = {}

function M.transport(endpoint, options)
  transports[#transports + 1] = assert(require("dstack.transport").choose(endpoint, options))
  return #transports
end

function M.request(id, request)
  return transports[id]:request(request)
end

function M.close(id)
  transports[id]:close()
end

return M
