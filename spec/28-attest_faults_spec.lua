-- Single things that a simulated machine gets wrong behind the quote's own verification: which step of
-- dstack.attest finds them, and that nothing else is found. Then the evidence in ../shared, if it is
-- there.

local attest = require "dstack.attest"
local core = require "dstack.core"
local dstack = require "dstack"
local support = require "spec.support"

local NOW = 1800000000

-- Evidence of a machine with these options.
local function machine(options)
  local place = support.directory()
  local simulator = support.simulator(("--now %d --collateral %s/collateral.json %s"):format(NOW, place, options))
  local client = assert(dstack.DstackClient(simulator.endpoint))
  local made = {
    quote = assert(client:get_quote "nonce"), attestation = assert(client:attest "nonce").attestation,
    certificate = assert(client:get_tls_key { subject = "a", usage_ra_tls = true, with_app_info = true })
      .certificate_chain[1],
    key = assert(client:get_key "a"),
    kms_root = simulator.output():match "DSTACK_SIMULATOR_KMS_ROOT=(%x+)",
    root = support.read(simulator.output():match "DSTACK_SIMULATOR_ROOT=(%S+)"),
    collateral = support.read(place .. "/collateral.json"),
  }
  client:close()
  simulator.stop()
  support.run("rm -r " .. place)
  return made
end

local function options_for(made, changes)
  local options = { quote_response = made.quote, collateral = made.collateral, root = made.root, now = NOW }
  for name, value in pairs(changes or {}) do
    options[name] = value
  end
  return options
end

local function failures(report)
  local list = {}
  for _, step in ipairs(report.steps) do
    if step.state == "failed" then
      list[#list + 1] = step.name
    end
  end
  return table.concat(list, " ")
end

-- What the steps find that failed, and the code.
local function judge(made, changes)
  local report, _, code, found = attest.verify(options_for(made, changes))
  return failures(report or found), code
end

local healthy

setup(function()
  healthy = machine ""
end)

describe("a machine's evidence", function()
  for fault, expected in pairs {
    ["report-data"] = { "report_data", "verify" }, ["event-log"] = { "event_log", "verify" },
    rtmr0 = { "event_log", "verify" }, rtmr3 = { "event_log", "verify" },
    ["mr-config-id"] = { "mr_config_id", "verify" }, image = { "image", "verify" }, ["mr-td"] = { "image", "verify" },
    ["event-order"] = { "system_events", "verify" }, ["event-twice"] = { "system_events", "verify" },
    ["tcb-status:OutOfDate"] = { "allowed_tcb_status allowed_advisories", "policy" },
    ["tcb-status:SWHardeningNeeded"] = { "allowed_tcb_status allowed_advisories", "policy" },
    ["module-status:OutOfDate"] = { "allowed_tcb_status allowed_advisories", "policy" },
    ["qe-status:ConfigurationNeeded"] = { "allowed_tcb_status allowed_advisories", "policy" },
    ["tcb-status:Revoked"] = { "tcb_status", "verify" }, ["td-debug"] = { "attributes", "verify" },
    ["tcb-info-expired"] = { "tcb_info_dates", "expired" }, ["quote-signature"] = { "quote_signature", "verify" },
  } do
    it("with " .. fault, function()
      local made = machine("--attest-fault " .. fault)
      local failed, code = judge(made, { nonce = "nonce" })
      assert.equal(expected[1], failed)
      assert.equal(expected[2], code)
    end)
  end

  it("of another firmware is found by a policy that knows the right one", function()
    local known = attest.parse_quote(healthy.quote.quote).report.mr_td
    assert.equal("", (judge(healthy, { policy = { mr_td = known } })))
    local failed, code = judge(machine "--attest-fault mr-td", { policy = { mr_td = known } })
    assert.equal("image allowed_mr_td", failed)
    assert.equal("verify", code)
  end)

  it("with a status that the policy allows", function()
    local made = machine "--attest-fault tcb-status:SWHardeningNeeded"
    local report = assert(attest.verify(options_for(made, {
      policy = { tcb_statuses = { "UpToDate", "SWHardeningNeeded" }, advisories = "any" },
    })))
    assert.equal("SWHardeningNeeded", report.status)
    local known = report.advisory_ids
    if known[1] then
      local failed = judge(made, { policy = { tcb_statuses = { "UpToDate", "SWHardeningNeeded" } } })
      assert.equal("allowed_advisories", failed)
      assert.equal("", (judge(made, {
        policy = { tcb_statuses = { "UpToDate", "SWHardeningNeeded" }, advisories = known },
      })))
    end
  end)

  it("of a machine that is open is taken only when asked for", function()
    assert.equal("", (judge(machine "--attest-fault td-debug", { policy = { allow_debug = true } })))
    local served = machine "--quote tdx-v5-1.5 --attest-fault td-service"
    assert.equal("attributes", (judge(served)))
    assert.equal("", (judge(served, { policy = { allow_service_td = true } })))
  end)

  it("whose attestation contradicts its quote", function()
    local made = machine "--attest-fault attestation"
    for name, value in pairs { attestation = made.attestation, certificate = made.certificate } do
      local _, message, code, report = attest.verify {
        [name] = value, collateral = made.collateral, root = made.root, now = NOW, nonce = name == "attestation"
          and "nonce" or nil,
      }
      assert.equal("verify", code)
      assert.equal("attestation", failures(report), message)
    end
    assert.equal("", (judge(made, { nonce = "nonce" })))
  end)

  it("whose KMS signed for no key of its own", function()
    local made = machine "--attest-fault key-chain"
    local changes = { key = made.key, kms_root = healthy.kms_root, policy = { any_os = true } }
    local failed, code = judge(made, changes)
    assert.equal("key_chain", failed)
    assert.equal("verify", code)
    changes.key, changes.kms_root = nil, nil
    assert.equal("", (judge(made, changes)))
  end)

  it("of an image whose hash a policy knows", function()
    local hash = core.json_decode(healthy.quote.vm_config).os_image_hash
    local report = assert(attest.verify(options_for(healthy, {
      policy = { os_image_hash = hash, app_id = "9b03ddc97765307811009aa8f7948349e602ba31" },
    })))
    assert.equal("passed", report:step("image").state)
    assert.equal("passed", report:step("os_image").state)
    assert.equal("passed", report:step("allowed_os_image_hash").state)
    local other = { policy = { os_image_hash = ("00"):rep(32) } }
    assert.equal("allowed_os_image_hash", (judge(healthy, other)))
    local wrong = machine "--attest-fault image"
    assert.equal("image allowed_os_image_hash", (judge(wrong, { policy = { os_image_hash = hash } })))
  end)

  it("bound to another key than its certificate's", function()
    local made = machine "--attest-fault ratls-key"
    local _, message, code, report = attest.verify {
      certificate = made.certificate, collateral = made.collateral, root = made.root, now = NOW,
    }
    assert.equal("verify", code)
    assert.equal("ra_tls", failures(report), message)
  end)

  it("whose issuer names another application", function()
    local made = machine "--attest-fault ratls-app-info"
    local _, message, code, report = attest.verify {
      certificate = made.certificate, collateral = made.collateral, root = made.root, now = NOW,
    }
    assert.equal("verify", code)
    assert.equal("issuer_claims", failures(report), message)
  end)

  it("of an enclave has no event log", function()
    local made = machine "--quote sgx-v3"
    local report = assert(attest.verify(options_for(made, { nonce = "nonce", policy = { tee = "sgx" } })))
    assert.equal("an enclave has no event log", report:step("event_log").reason)
    assert.equal("allowed_mr_td", (judge(made, { policy = { tee = "sgx", mr_td = ("00"):rep(48) } })))
  end)

  it("of an enclave passes for no machine", function()
    local made = machine "--quote sgx-v3"
    local nothing, message, code, report = attest.verify(options_for(made))
    assert.is_nil(nothing)
    assert.equal("policy", code)
    assert.equal("allowed_tee", failures(report))
    assert.equal("the policy is not met: allowed_tee: it is of an SGX enclave, and the policy is for TDX; for enclaves "
      .. 'it has tee = "sgx", mr_enclave or mr_signer', message)
    assert.matches("\n  FAILED       allowed_tee ", tostring(report))
    assert.matches('"name":"allowed_tee","reason":"it is of an SGX enclave', report:to_json(), 1, true)
    assert.equal("sgx", assert(attest.verify_quote(made.quote.quote, made.collateral, { root = made.root, now = NOW }))
      .quote.body)
  end)

  it("of an enclave is taken by a policy for enclaves, and of nothing else", function()
    local made = machine "--quote sgx-v3"
    local enclave = attest.parse_quote(made.quote.quote).report
    local zeros = ("00"):rep(32)
    for expected, policies in pairs {
      [""] = {
        { tee = "sgx" }, { tee = { "tdx", "sgx" } }, { mr_enclave = enclave.mr_enclave },
        { mr_signer = { zeros, "0x" .. enclave.mr_signer:upper() } },
        { mr_enclave = enclave.mr_enclave, mr_signer = enclave.mr_signer },
      },
      allowed_mr_enclave = { { mr_enclave = zeros }, { mr_enclave = zeros, mr_signer = enclave.mr_signer } },
      allowed_mr_signer = { { mr_signer = zeros }, { mr_enclave = enclave.mr_enclave, mr_signer = zeros } },
      allowed_tee = { {}, { tee = "tdx" }, { tee = { "tdx" }, mr_enclave = enclave.mr_enclave } },
    } do
      for _, policy in ipairs(policies) do
        assert.equal(expected, (judge(made, { policy = policy })))
      end
    end
    assert.equal("allowed_tee", (judge(healthy, { policy = { tee = "sgx" } })))
    assert.equal("allowed_tee allowed_mr_enclave", (judge(healthy, { policy = { mr_enclave = enclave.mr_enclave } })))
    assert.equal("allowed_mr_signer", (judge(healthy, { policy = { tee = { "sgx", "tdx" }, mr_signer = zeros } })))
  end)
end)

describe("a reply", function()
  it("verifies itself, for the report data it was asked with", function()
    local options = { collateral = healthy.collateral, root = healthy.root, now = NOW }
    local report = assert(healthy.quote:verify(options))
    assert.equal("passed", report:step("report_data").state)
    options.nonce = "other"
    assert.equal("verify", select(3, healthy.quote:verify(options)))
    assert.is_nil(options.quote_response)
    assert.error_matches(function() healthy.quote.verify() end, "called with a colon")
    assert.error_matches(function() healthy.quote:verify() end, "wants a table")
  end)

  it("of Attest is for what it was asked with, though it does not say that", function()
    local simulator = support.simulator("--now " .. NOW)
    local options = { collateral = healthy.collateral, root = healthy.root, now = NOW }
    for _, class in ipairs { dstack.DstackClient, dstack.DstackClientV1 } do
      local client = assert(class(simulator.endpoint))
      local old, new = assert(client:attest "old"), assert(client:attest { report_data = "new" })
      assert.equal("passed", assert(new:verify(options)):step("report_data").state)
      new.attestation = old.attestation -- somebody between us has kept it
      assert.equal("report_data", failures((select(4, new:verify(options)))))
      client:close()
    end
    simulator.stop()
  end)

  it("that came by another way does not say what was asked", function()
    local options = { collateral = healthy.collateral, root = healthy.root, now = NOW }
    local function sent(changes)
      local reply = { quote = healthy.quote.quote, event_log = healthy.quote.event_log }
      for name, value in pairs(changes) do
        reply[name] = value
      end
      return setmetatable(reply, dstack.GetQuoteResponse)
    end
    for _, changes in ipairs {
      {}, { report_data = healthy.quote.report_data }, { report_data = core.hex "nonce" },
      { request = { report_data = "nonce" } }, { report_data = "" },
    } do
      assert.equal("not_checked", assert(sent(changes):verify(options)):step("report_data").state)
    end
    for _, other in ipairs { "00", core.hex "nonces", ("00"):rep(65) } do
      local report = select(4, sent({ report_data = other }):verify(options))
      assert.equal("report_data", failures(report))
      assert.matches("the reply names others$", report:step("report_data").reason)
    end
  end)

  it("of Tappd's is for what its request makes", function()
    dstack.silence_deprecations()
    local simulator = support.simulator("--now " .. NOW)
    local client = assert(dstack.TappdClient(simulator.tappd))
    local options = { collateral = healthy.collateral, root = healthy.root, now = NOW }
    for _, reply in ipairs {
      assert(client:tdx_quote("data", "sha384")), assert(client:tdx_quote(("a"):rep(64), "raw")),
      assert(client:tdx_quote("data")),
    } do
      assert.equal("passed", assert(reply:verify(options)):step("report_data").state)
    end
    client:close()
    simulator.stop()
  end)

  it("of get_key is compared with the application in the evidence", function()
    local changes = { key = healthy.key, kms_root = healthy.kms_root, policy = { any_os = true } }
    local report = assert(attest.verify(options_for(healthy, changes)))
    assert.equal("passed", report:step("key_chain").state)
    assert.equal(assert(healthy.key:verify_chain { app_id = report.application.app_id, kms_root = healthy.kms_root }),
      report.application.key_root)
    changes.kms_root = ("02"):rep(33)
    assert.equal("key_chain", (judge(healthy, changes)))
    changes.kms_root, changes.quote_response = healthy.kms_root, { quote = healthy.quote.quote }
    assert.equal("key_chain", (judge(healthy, changes)))
  end)
end)

-- Vectors that are not in the repository -----------------------------------------------------------

local shared = "../shared/vectors/attestation/synthetic-dstack/"

local function read(name)
  local file = io.open(shared .. name, "rb")
  local content = file and file:read "*a"
  if file then
    file:close()
  end
  return content
end

-- What is wrong there is the image, which upstream judges apart: see 28-attest_image_spec.lua.
local image_only = { lite_wrong_image_hash = true }

describe("the evidence of ../shared", function()
  local found = support.run("ls " .. shared .. " 2>/dev/null")
  for name in found:gmatch "([%w_]+)\n" do
    local expected = read(name .. "/expected.json")
    if expected and not image_only[name] then
      it(name, function()
        expected = core.json_decode(expected)
        local report, message, code = attest.verify {
          attestation = read(name .. "/attestation.bin"), certificate = read(name .. "/cert.pem"),
          collateral = read "collateral.json", root = read "root_ca.der", now = expected.now,
          app_compose = read "app-compose.json",
          policy = { any_os = true, allow_unknown_compose_fields = true },
        }
        assert.equal(expected.ok, report ~= nil, message)
        if report then
          assert.equal(expected.dcap_status, report.status)
          assert.equal(expected.app_info.app_id, report.application.app_id)
          assert.equal(expected.app_info.mr_system, report.application.mr_system)
          assert.equal(expected.app_info.mr_aggregated, report.application.mr_aggregated)
        else
          assert.is_true(code == "verify" or code == "invalid", code)
        end
      end)
    end
  end

  if found == "" then
    it("is not there", function()
      pending "../shared has no vectors here"
    end)
  end
end)
