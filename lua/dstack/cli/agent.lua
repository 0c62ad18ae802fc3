-- What commands share that talk to a guest agent.

local cli = require "dstack.cli"
local dstack = require "dstack"
local output = require "dstack.cli.output"

local M = {}

-- Surfaces by the name they have here, and whose client speaks them.
local classes = { v0 = "DstackClient", v1 = "DstackClientV1" }

-- Whom to believe over https.
M.trust_options = {
  { names = { "--ca-file" }, value = "FILE", key = "ca_file",
    help = "certificates, PEM, to trust for https in place of the system's" },
  { names = { "--pinned-certificate" }, value = "FILE", key = "pinned_certificate",
    help = "the server's own certificate, PEM, or sha256//BASE64 of its key, to trust alone" },
}

M.DEFAULT_TIMEOUT = 30 -- seconds, as clients have it

M.timeout_option = { names = { "--timeout" }, value = "SECONDS", key = "timeout",
  help = ("for each call (default: %d)"):format(M.DEFAULT_TIMEOUT) }

M.options = cli.options({
  { names = { "--api" }, value = "v0|v1", key = "api",
    help = "the surface to ask: v0 (default), or that of dstack OS 0.6, whose keys are others" },
  { names = { "--endpoint" }, value = "ADDR", key = "endpoint",
    help = "socket path or http(s) URL (default: $DSTACK_SIMULATOR_ENDPOINT or usual paths)" },
  M.timeout_option,
}, M.trust_options)

-- What a client is made with, of what all commands take.
function M.client_options(endpoint, values, timeout)
  return {
    endpoint = endpoint, ca_file = values.ca_file,
    pinned_certificate = values.pinned_certificate, timeout = timeout,
  }
end

-- The value of --timeout, or nil, message, code; false without one.
function M.timeout(values)
  local timeout = tonumber(values.timeout)
  if values.timeout and not (timeout and timeout > 0 and timeout < math.huge) then
    return nil, "--timeout: not a number of seconds above 0: " .. values.timeout, "usage"
  end
  return timeout or false
end

-- Returns a client, or nil, message, code.
local function open(values, timeout)
  local class = classes[values.api or "v0"]
  return dstack[class](M.client_options(values.endpoint, values, timeout))
end

-- A command's life: with the client that open(values, timeout) makes, ask(client, values, ...)
-- makes its document and product, as output.finish wants them. Nothing is printed or written unless
-- all went well and all checks held.
function M.with(opening, values, ask, ...)
  local good, message, code = output.check(values)
  if not good then
    return nil, message, code
  end
  local timeout, client
  timeout, message, code = M.timeout(values)
  if timeout == nil then
    return nil, message, code
  end
  client, message, code = opening(values, timeout or nil)
  if not client then
    return nil, message, code
  end
  local document, product
  document, product, code = ask(client, values, ...)
  client:close()
  if not document then
    return nil, product, code
  end
  return output.finish(document, product, values)
end

-- The life of a command that asks an agent.
function M.run(values, ask, ...)
  return M.with(open, values, ask, ...)
end

-- What an agent sent can be wrong in itself; that is no invalid argument of the user's.
function M.blame(message, code)
  return nil, message, code == "invalid" and "reply" or code
end

return M
