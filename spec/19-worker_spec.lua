-- WorkerClient, over a scripted transport.

local core = require "dstack.core"
local dstack = require "dstack"
local support = require "spec.support"

local URL = "http://127.0.0.1:8090"

local function client_with(answers, surface)
  local transport = support.transport(answers)
  return assert(dstack.WorkerClient { endpoint = URL, surface = surface, transport = transport }),
    transport
end

local INFO_V1 = ([[{"app_id":"%s","compose_hash":"%s","instance_id":"","device_id":"%s"}]]):format(
  ("ab"):rep(20), ("cd"):rep(32), ("ef"):rep(32))
local INFO_V0 = INFO_V1:gsub("}$", ',"app_cert":"","tcb_info":""}')
local VERSION = '{"version":"0.5.11","rev":"unknown"}'
local HEALTH = '{"healthy":false,"unhealthy":[{"name":"web","status":"starting"}],"error":"slow"}'
local NO_ROUTE = { status = 404, body = "<!DOCTYPE html>" }

local function report_data_of(algorithm)
  for _, vector in ipairs(support.vectors("guest-v1").dip1) do
    if vector.algorithm == algorithm then
      return vector.report_data
    end
  end
end

describe("WorkerClient options", function()
  it("want an endpoint: nothing is searched for", function()
    for _, make in ipairs {
      function() dstack.WorkerClient() end,
      function() dstack.WorkerClient {} end,
      function() dstack.WorkerClient { surface = "v1" } end,
    } do
      assert.error_matches(make, "WorkerClient: the endpoint is missing: the agent's URL")
    end
    local client, message, code = dstack.WorkerClient ""
    assert.is_nil(client)
    assert.matches("WorkerClient: endpoint", message)
    assert.equal("invalid", code)
    assert.equal("WorkerClient(http://h:1)", tostring(dstack.WorkerClient "http://h:1/"))
  end)

  it("have a surface, which no other client has", function()
    local client, message, code = dstack.WorkerClient { endpoint = URL, surface = "v2" }
    assert.is_nil(client)
    assert.equal("WorkerClient: option 'surface' is neither 'v0' nor 'v1'", message)
    assert.equal("invalid", code)
    assert.error_matches(function() dstack.WorkerClient { endpoint = URL, surface = 1 } end,
      "'surface' wants a string")
    assert.error_matches(function() dstack.WorkerClient { endpoint = URL, sufrace = "v1" } end,
      "unknown option 'sufrace'; there are: .*surface")
    assert.error_matches(function() dstack.DstackClient { surface = "v1" } end,
      "unknown option 'surface'")
  end)
end)

describe("WorkerClient", function()
  it("asks the frozen surface for what both have, unless told otherwise", function()
    local client, transport = client_with { { body = INFO_V0 }, { body = VERSION } }
    local info = assert(client:info())
    assert.equal("InfoResponse", getmetatable(info).__name)
    assert.is_nil(info.tcb_info)
    assert.equal("", info.tcb_info_text)
    assert.equal("0.5.11", assert(client:version()).version)
    assert.equal("/prpc/Worker.Info", transport.requests[1].path)
    assert.equal("/prpc/Worker.Version", transport.requests[2].path)
    assert.equal("{}", transport.requests[1].body)
  end)

  it("stays with the surface it was told", function()
    local client, transport = client_with({ { body = INFO_V1 }, { body = VERSION } }, "v1")
    local info = assert(client:info())
    assert.equal("InfoResponseV1", getmetatable(info).__name)
    assert.equal("", info.app_compose)
    assert.equal("VersionResponseV1", getmetatable(assert(client:version())).__name)
    assert.equal("/prpc/v1/Info", transport.requests[1].path)
    assert.equal("/prpc/v1/Version", transport.requests[2].path)
  end)

  it("asks v1 for health, which only v1 has", function()
    for _, surface in ipairs { "none", "v1" } do
      local client, transport = client_with({ { body = HEALTH } }, surface ~= "none" and surface or nil)
      local health = assert(client:health())
      assert.is_false(health.healthy)
      assert.same({ name = "web", status = "starting", extra = {} }, health.unhealthy[1])
      assert.equal("slow", health.error)
      assert.equal("/prpc/v1/Health", transport.requests[1].path)
    end
  end)

  it("asks v0 for an app key's attestation, which only v0 has", function()
    for _, surface in ipairs { "none", "v0" } do
      local client, transport = client_with({ {
        body = ('{"quote":"04","event_log":"[]","report_data":"%s"}'):format(report_data_of "ed25519"),
      } }, surface ~= "none" and surface or nil)
      local reply = assert(client:get_attestation_for_app_key "ed25519")
      local key, algorithm = reply:public_key()
      assert.equal(64, #key)
      assert.equal("ed25519", algorithm)
      assert.same({}, reply:decode_event_log())
      assert.equal("/prpc/Worker.GetAttestationForAppKey", transport.requests[1].path)
      assert.same({ algorithm = "ed25519" }, core.json_decode(transport.requests[1].body))
    end
  end)

  it("does not leave a surface it was told, and names the other", function()
    local client, transport = client_with({}, "v0")
    local health, message, code = client:health()
    assert.is_nil(health)
    assert.equal("health: surface v0 has no such method, v1 has: make a WorkerClient with "
      .. "surface = 'v1', or without that option", message)
    assert.equal("unsupported", code)
    client = client_with({}, "v1")
    local quote
    quote, message, code = client:get_attestation_for_app_key "ed25519"
    assert.is_nil(quote)
    assert.matches("^get_attestation_for_app_key: surface v1 has no such method, v0 has", message)
    assert.equal("unsupported", code)
    assert.equal(0, #transport.requests)
  end)

  it("names the release of an agent without v1", function()
    local ask_v0 = "ask with surface = 'v0'"
    for _, case in ipairs {
      { "health", nil, "v0 has nothing that tells how the containers are" },
      { "health", "v1", "v0 has nothing that tells how the containers are" },
      { "info", "v1", ask_v0 }, { "version", "v1", ask_v0 },
    } do
      local client, transport = client_with({ NO_ROUTE, { body = VERSION } }, case[2])
      local value, message, code = client[case[1]](client)
      assert.is_nil(value)
      assert.equal(case[1]:gsub("^%l", string.upper) .. " at " .. client.settled.address
        .. ": this agent (dstack OS 0.5.11) has no v1, which came with 0.6: " .. case[3], message)
      assert.equal("unsupported", code)
      assert.equal("/prpc/Worker.Version", transport.requests[2].path)
    end
  end)

  it("knows whom to ask for what is inside the machine only", function()
    local client, transport = client_with {}
    for _, name in ipairs {
      "get_key", "get_tls_key", "issue_cert", "get_quote", "attest", "attest_gpu", "sign", "verify",
      "emit_event",
    } do
      local value, message, code = client[name](client, "x")
      assert.is_nil(value)
      assert.equal("unsupported", code)
      assert.matches("^" .. name .. ": the external listener has no such method: use DstackClientV?1?:"
        .. name .. "[ ,].*inside the machine$", message)
    end
    assert.equal(0, #transport.requests)
  end)

  it("does not ask v0 about itself", function()
    local client, transport = client_with { NO_ROUTE }
    local info, message = client:info()
    assert.is_nil(info)
    assert.is_nil(message:find("this agent", 1, true))
    assert.equal(1, #transport.requests)
  end)

  it("is reachable as others are, and wants colons", function()
    local client = client_with { { body = VERSION }, { status = 500, body = "" } }
    assert.is_true(client:is_reachable())
    assert.is_false(client:is_reachable())
    assert.error_matches(function() client.info() end, "info: methods are called with a colon")
    assert.error_matches(function() client.health() end, "health: methods are called with a colon")
    assert.error_matches(function() client:get_attestation_for_app_key() end,
      "argument 'algorithm' is missing")
  end)
end)
