-- Asks a service something, after the evidence in its certificate has been judged; else nothing.
--   examples/ratls_server_client/run                  (a simulator's listener is the service)
--   dstack-lua client.lua HOST PORT PATH POLICY.json  (a service of yours, and your policy for it)
-- Without DSTACK_SIMULATOR_ROOT, Intel's root counts and Intel's service is asked for collateral.

local dstack = require "dstack"
local collateral, ratls = dstack.collateral, dstack.ratls

local host, port, path, policy = arg[1], tonumber(arg[2]), arg[3], arg[4]
assert(host and port and path and policy, "usage: client.lua HOST PORT PATH POLICY.json")

-- A simulator's evidence verifies under its own root only, and only for those who name it.
local function simulated_root()
  local name = os.getenv "DSTACK_SIMULATOR_ROOT"
  if not name then
    return nil
  end
  local file = assert(io.open(name))
  local pem = file:read "*a"
  file:close()
  return pem
end

-- Connects to who passes this policy. Nobody knows the platform before: the quote in the
-- certificate says for which one collateral is wanted.
local function connect(wanted)
  return ratls.connect(host, port, {
    policy = wanted,
    root = simulated_root(),
    collateral = function(quote)
      return collateral.fetch(quote, { pccs = os.getenv "DSTACK_SIMULATOR_PCCS" })
    end,
  })
end

-- The service as it should be. A connection comes only when its certificate has passed.
local connection = assert(connect(policy))
print("connected to application " .. connection.report.application.app_id)

local reply = assert(connection:request { method = "GET", path = path })
connection:close()
print(("GET %s: %d %s"):format(path, reply.status, reply.body))

-- The same service, where another application is wanted: nothing is sent to it.
local other = { app_id = ("00"):rep(20), any_os = true }
local none, message, code, report = connect(other)
assert(none == nil and code == "policy", message)
assert(report:step("allowed_app_id").state == "failed")
print(("with another policy: %s [%s]"):format(message, code))
