-- WorkerClient: what anyone outside the machine can ask its agent, over two surfaces: v0, which
-- every agent has, and v1, which came with dstack OS 0.6. Info and Version exist on both, with
-- other members: the option says which, and the client stays with it. Health and the app key's
-- attestation exist on one.

local client = require "dstack.client"
local core = require "dstack.core"
local detect = require "dstack.detect"

require "dstack.response_v1"

local M = {}

local V0, V1 = "worker-v0", "worker-v1"

-- The option as it was given, and the surface it means.
local function prepare(self)
  if self.endpoint == nil then
    core.raise "WorkerClient: the endpoint is missing: the agent's URL, such as http://host:8090"
  end
  self.named, self.surface = self.surface, self.surface == "v1" and V1 or V0
  if self.named ~= nil and self.named ~= "v0" and self.named ~= "v1" then
    return nil, "option 'surface' is neither 'v0' nor 'v1'"
  end
  return true
end

local Client = client.class("WorkerClient", {
  options = { surface = "string" },
  prepare = prepare,
  explain = detect.explain(V0, "ask with surface = 'v0'", {
    Health = "v0 has nothing that tells how the containers are",
  }),
})

local invoke, check_self = client.invoke, client.check_self

function Client:info()
  check_self(self, "info")
  return invoke(self, "Info", {}, self.surface == V1 and "InfoResponseV1" or "InfoResponse")
end

function Client:version()
  check_self(self, "version")
  return invoke(self, "Version", {},
    self.surface == V1 and "VersionResponseV1" or "VersionResponse")
end

-- A client that was told the other surface does not go to this one behind the caller's back.
local function only_on(self, surface, name)
  check_self(self, name)
  if self.named and self.named ~= surface then
    return nil, ("%s: surface %s has no such method, %s has: make a WorkerClient with surface = "
      .. "'%s', or without that option"):format(name, self.named, surface, surface), "unsupported"
  end
  return true
end

function Client:health()
  local good, message, code = only_on(self, "v1", "health")
  if not good then
    return nil, message, code
  end
  return invoke(self, "Health", {}, "HealthResponse", V1)
end

local attestation_names = { "algorithm" }

function Client:get_attestation_for_app_key(...)
  local good, message, code = only_on(self, "v0", "get_attestation_for_app_key")
  if not good then
    return nil, message, code
  end
  return invoke(self, "GetAttestationForAppKey",
    client.named("get_attestation_for_app_key", attestation_names, ...),
    "GetAttestationForAppKeyResponse", V0)
end

client.elsewhere(Client, "the external listener", {
  get_key = "use DstackClient:get_key, or DstackClientV1's, inside the machine",
  get_tls_key = "use DstackClient:get_tls_key inside the machine",
  issue_cert = "use DstackClientV1:issue_cert inside the machine",
  get_quote = "use DstackClient:get_quote inside the machine",
  attest = "use DstackClient:attest, or DstackClientV1's, inside the machine",
  attest_gpu = "use DstackClientV1:attest_gpu inside the machine",
  sign = "use DstackClient:sign inside the machine",
  verify = "use DstackClient:verify inside the machine",
  emit_event = "use DstackClient:emit_event inside the machine",
})

M.WorkerClient = Client

return M
