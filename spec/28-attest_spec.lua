-- dstack.attest: evidence against a policy, every step, every rule; the report. The evidence is that of
-- a simulated machine at a fixed time (spec/vectors/attest/make.sh).

local attest = require "dstack.attest"
local core = require "dstack.core"
local json = require "dstack.json"
local support = require "spec.support"

local directory = "spec/vectors/attest/"
local collateral, root = support.read(directory .. "collateral.json"), support.read(directory .. "root.pem")
local compose = support.read(directory .. "app-compose.json")
local attestation = support.read(directory .. "attestation.hex"):gsub("%s", "")
local certificate = support.read(directory .. "certificate.pem")

local NOW = 1800000000
local DCAP_STEPS = 25

-- A fresh one each time: tests change it.
local function reply()
  return core.json_decode(support.read(directory .. "quote.json"))
end

local function options(changes)
  local made = { quote_response = reply(), collateral = collateral, root = root, now = NOW }
  for name, value in pairs(changes or {}) do
    made[name] = value ~= core.null and value or nil
  end
  return made
end

local function verify(changes)
  return attest.verify(options(changes))
end

-- Of evidence that is alone: core.null takes the reply away.
local function alone(name, value, changes)
  local made = options(changes)
  made.quote_response = nil
  made[name] = value
  return attest.verify(made)
end

local good = assert(verify())
local known = good.application

-- That a verification fails at this step, with this code, and says so everywhere.
local function fails(step, code, pattern, nothing, message, got, report)
  assert.is_nil(nothing)
  assert.equal(code, got, message)
  assert.matches(pattern, message)
  assert.is_false(report.ok)
  assert.equal(message, report.message)
  assert.equal(code, report.code)
  assert.equal("failed", report:step(step).state)
  assert.matches("FAILED +" .. step, tostring(report))
end

describe("attest.verify_quote", function()
  it("shows the quote's own steps, and no policy", function()
    local quote = core.unhex(reply().quote)
    local report = assert(attest.verify_quote(quote, collateral, { now = NOW, root = root }))
    assert.is_true(report.ok)
    assert.equal(DCAP_STEPS, #report.steps)
    assert.equal("UpToDate", report.status)
    assert.same({}, report.advisory_ids)
    assert.is_true(report.valid_from <= NOW and NOW <= report.valid_until)
    assert.same(core.parse_quote(quote), report.quote)
    assert.same(report.quote, attest.parse_quote(reply().quote))
    assert.is_true(attest.verify_quote(reply().quote, collateral, { now = NOW, root = core.pem_to_der(root,
      "CERTIFICATE") }).ok)
  end)

  it("judges alike with collateral that is kept", function()
    local kept = assert(require("dstack.collateral").parse(collateral))
    local function judge(given, now, anchor)
      return attest.verify_quote(reply().quote, given, { now = now, root = anchor })
    end
    for _ = 1, 2 do
      assert.same(judge(collateral, NOW, root), (judge(kept, NOW, root)))
      assert.same({ judge(collateral, 2 ^ 40, root) }, { judge(kept, 2 ^ 40, root) })
      assert.same({ judge(collateral, NOW) }, { judge(kept, NOW) })
      assert.equal(tostring(verify()), tostring(verify { collateral = kept }))
    end
  end)

  it("says once where it failed", function()
    for text, start in pairs {
      ["{"] = "collateral: it is no JSON: ", ["{}"] = "collateral: member ",
      [collateral:gsub('"version\\":3', '"version\\":', 1)] = "tcb_info: json: ",
    } do
      local nothing, message, _, report = attest.verify_quote(reply().quote, text, { now = NOW, root = root })
      assert.is_nil(nothing)
      assert.equal("the quote does not verify: " .. start, message:sub(1, #start + 27))
      local step = start:match "^[%w_]+"
      assert.equal(message, ("the quote does not verify: %s: %s"):format(step, report:step(step).reason))
    end
    assert.matches("^collateral: it is no JSON: ", (select(2, require("dstack.collateral").parse "{")))
  end)

  it("fails with a report", function()
    fails("root", "verify",
      "^the quote does not verify: root: certificate 'Intel SGX Root CA' .* of another root, which has to be named ",
      attest.verify_quote(reply().quote, collateral, { now = NOW }))
    fails("root", "expired", "expired at", attest.verify_quote(reply().quote, collateral, {
      now = NOW + 1e9, root = root,
    }))
    assert.equal("invalid", select(3, attest.verify_quote("abc", collateral, { now = NOW, root = root })))
    assert.equal("invalid", select(3, attest.verify_quote(reply().quote, collateral, {
      now = NOW, root = "-----BEGIN CERTIFICATE-----",
    })))
    assert.equal("invalid", select(3, attest.verify_quote(reply().quote, collateral, { now = -1 })))
  end)

  it("says what is no root", function()
    for given, pattern in pairs {
      [collateral] = "^root: neither a certificate in PEM nor one in DER$", ["a/root.pem"] = "DER %(a file's name%? ",
    } do
      local report, message, code = attest.verify_quote(reply().quote, collateral, { root = given })
      assert.is_nil(report)
      assert.equal("invalid", code)
      assert.matches(pattern, message)
    end
  end)

  it("raises for what is no argument", function()
    assert.error_matches(function() attest.verify_quote() end, "verify_quote: collateral is missing")
    assert.error_matches(function() attest.verify_quote("", 1) end, "collateral: string expected")
    assert.error_matches(function() attest.verify_quote("", collateral, { later = 1 }) end,
      "'later'; there are: allow_debug, ")
    assert.error_matches(function() attest.verify_quote("", collateral, { now = "1" }) end, "'now' wants a number")
  end)
end)

describe("attest.verify", function()
  it("takes a reply, its parts, an attestation, a certificate", function()
    local response = reply()
    for _, report in ipairs {
      good,
      assert(alone("quote", response.quote, { event_log = response.event_log })),
      assert(alone("quote", core.unhex(response.quote), { event_log = support.read(directory .. "quote.json")
        :match '"event_log": (%[.-\n  %])' })),
      assert(alone("attestation", attestation)), assert(alone("attestation", core.unhex(attestation))),
      assert(verify { quote_response = { attestation = attestation, quote = "" } }),
      assert(alone("certificate", certificate)),
      assert(alone("certificate", core.pem_to_der(certificate, "CERTIFICATE"))),
    } do
      assert.is_true(report.ok)
      assert.equal("passed", report:step("event_log").state)
      assert.equal(known.app_id, report.application.app_id)
      assert.equal(known.compose_hash, report.application.compose_hash)
    end
  end)

  it("lists every step, in the same order, whatever happened", function()
    local function names(report)
      local list = {}
      for i, step in ipairs(report.steps) do
        list[i] = step.name
        assert.is_string(step.meaning)
        assert.is_true(step.state == "passed" or type(step.reason) == "string", step.name)
      end
      return list
    end
    local all = names(good)
    assert.equal("quote", all[1])
    assert.equal("required", all[#all])
    assert.same(all, names(select(4, verify { root = core.null })))
    assert.same(all, names(select(4, verify { policy = { tcb_statuses = { "OutOfDate" } } })))
    assert.same(all, names(assert(alone("certificate", certificate))))
  end)

  it("fails with a report for evidence that cannot be read", function()
    fails("evidence", "invalid", "first byte is 01", alone("attestation", "\1"))
    fails("evidence", "invalid", "cannot be read as X.509", alone("certificate", "\48\1"))
    fails("evidence", "verify", "it carries no attestation", alone("certificate", root))
    fails("quote", "invalid", "quote", alone("quote", "ab"))
    fails("evidence", "invalid", "odd", alone("quote", "abc"))
    fails("evidence", "invalid", "neither a quote nor an attestation", verify { quote_response = {} })
    fails("evidence", "invalid", "^event_log: it is empty", alone("quote", reply().quote, { event_log = "" }))
  end)

  it("fails with a report for a reply with anything in it", function()
    for name, values in pairs {
      event_log = { core.null, 5, true }, vm_config = { core.null, {}, 5 }, report_data = { core.null, {}, 5, "0g" },
      quote = { core.null, {}, 5, "" },
    } do
      for _, value in ipairs(values) do
        local changed = reply()
        changed[name] = value
        fails("evidence", "invalid", "quote_response: ", verify { quote_response = changed })
      end
    end
    local changed = reply()
    changed.event_log = { imr = 0 }
    fails("event_log", "invalid", "must be an array, not an object", verify { quote_response = changed })
  end)

  it("raises for misuse", function()
    for message, given in pairs {
      ["wants a table"] = 1, ["one of these is missing: quote, attestation"] = { collateral = collateral },
      ["'quote' and 'attestation' exclude each other"] = { quote = "a", attestation = "b", collateral = collateral },
      ["'root_ca'; there are: app_compose, .*, vm_config$"] = options { root_ca = "a" },
      ["'now' wants a number"] = options { now = "1" },
      ["collateral is missing: what collateral.fetch"] = { quote = "ab" },
      ["'event_log' goes with 'quote'"] = options { event_log = "[]" },
      ["event_log: JSON text or a list of events expected"] = { quote = "00", collateral = collateral, event_log = 1 },
      ["'vm_config' goes with 'quote'"] = options { vm_config = "{}" },
      ["'kms_root' goes with 'key'"] = options { kms_root = "00" },
      ["'report_data' and 'nonce' exclude"] = options { report_data = "00", nonce = "a" },
      ["policy: a table or a file's path"] = options { policy = 1 },
      ["unknown option 'tag'"] = options { nonce = { data = "", tag = "a" } },
      ["'key' wants a reply of get_key"] = options { key = {} },
    } do
      assert.error_matches(function() attest.verify(given) end, message)
    end
  end)
end)

describe("steps beyond the quote", function()
  -- Evidence of a quote with a log that was changed.
  local function with_log(change)
    local events = reply().event_log
    change(events)
    return alone("quote", reply().quote, { event_log = events })
  end

  local function index(events, name)
    for i, event in ipairs(events) do
      if event.event == name then
        return i
      end
    end
  end

  it("event_log: a log that does not lead to a register", function()
    fails("event_log", "verify", "register 3 is %x+, and the log leads to", with_log(function(events)
      events[index(events, "compose-hash")].event_payload = ("00"):rep(32)
    end))
    fails("event_log", "verify", "register 0 is", with_log(function(events)
      table.remove(events, 1)
    end))
    fails("event_log", "verify", "register 3 is", alone("quote", reply().quote, { event_log = "[]" }))
    fails("event_log", "invalid", "must be an array", alone("quote", reply().quote, { event_log = "{}" }))
  end)

  it("event_log: register 3 takes nothing but runtime events", function()
    fails("event_log", "verify", "register 3 takes runtime events only", with_log(function(events)
      local event = events[index(events, "storage-fs")]
      event.event_type, event.digest = 1, ("00"):rep(48)
    end))
  end)

  it("event_log: says which registers it could replay", function()
    assert.equal("registers replayed: 0, 1, 2, 3", good:step("event_log").reason)
    assert.equal("registers replayed: 3", assert(alone("certificate", certificate)):step("event_log").reason)
    local report = assert(alone("quote", reply().quote))
    assert.equal("not_checked", report:step("event_log").state)
    assert.equal("not_checked", report:step("system_events").state)
    assert.same({}, report.application)
  end)

  it("system_events: the events that name the application are there once, in order", function()
    local function judge(change)
      local check = {
        has_log = true, report = { quote = good.quote, application = {} },
        evidence = { event_log = reply().event_log, quote = core.unhex(reply().quote) },
      }
      change(check.evidence.event_log)
      check.evidence.event_log = json.encode(check.evidence.event_log)
      for _, row in ipairs(require("dstack.attest.steps").rows) do
        if row[1] == "system_events" then
          return row[3](check)
        end
      end
    end
    assert.equal("passed", (judge(function() end)))
    local state, reason = judge(function(events)
      table.insert(events, index(events, "app-id") + 1, events[index(events, "app-id")])
    end)
    assert.equal("failed", state)
    assert.matches("there is a second event 'app%-id'$", reason)
    state, reason = judge(function(events)
      local event = table.remove(events, index(events, "compose-hash"))
      table.insert(events, index(events, "boot-mr-done") + 1, event)
    end)
    assert.equal("failed", state)
    assert.matches("'compose%-hash' follows behind 'boot%-mr%-done'$", reason)
    assert.equal("passed", (judge(function(events)
      events[#events + 1] = events[index(events, "app-id")] -- the application's own, behind system-ready
    end)))
  end)

  it("attestation: one that says something else than its quote", function()
    local bytes = core.unhex(attestation)
    local read = assert(attest.parse_attestation(bytes))
    local at = select(2, bytes:find(read.report_data .. ".-" .. read.report_data)) or #bytes
    local place = bytes:find(read.report_data, 4000, true)
    assert.is_true(place ~= nil and at ~= nil)
    fails("attestation", "verify", "not those in the quote",
      alone("attestation", bytes:sub(1, place - 1) .. "N" .. bytes:sub(place + 1)))
    assert.equal("invalid", select(3, attest.parse_attestation(bytes .. "\0")))
  end)

  it("report_data: what was asked, in each of its forms", function()
    assert.equal("not_checked", good:step("report_data").state)
    for _, changes in ipairs {
      { nonce = "nonce" }, { report_data = core.hex "nonce" }, { report_data = "nonce" .. ("\0"):rep(59) },
      { policy = { report_data = core.hex "nonce" } },
      { nonce = "nonce", policy = { report_data = "0x" .. core.hex "nonce" } },
      { nonce = { data = "nonce" .. ("\0"):rep(59), hash_algorithm = "raw" } },
    } do
      assert.equal("passed", assert(verify(changes)):step("report_data").state)
    end
    for _, changes in ipairs {
      { nonce = "nonces" }, { nonce = "" }, { report_data = "00" }, { policy = { report_data = "00" } },
      { nonce = { data = "nonce" } }, { nonce = { data = "nonce", prefix = "app-data", hash_algorithm = "sha384" } },
    } do
      fails("report_data", "verify", "they are 6e6f6e6365.*, and %x+ was asked for", verify(changes))
    end
    assert.equal("policy", select(3, verify { nonce = "nonce", policy = { report_data = "00" } }))
    assert.equal("invalid", select(3, verify { nonce = ("a"):rep(65) }))
    assert.equal("invalid", select(3, verify { nonce = { data = "a", hash_algorithm = "md5" } }))
    assert.equal("invalid", select(3, verify { report_data = "0g0" .. ("0"):rep(62) }))
  end)

  it("ra_tls: only for a certificate", function()
    assert.equal("passed", assert(alone("certificate", certificate)):step("ra_tls").state)
    assert.equal("not_checked", good:step("ra_tls").state)
  end)

  it("compose_hash, compose_fields: the given file", function()
    local any = { any_os = true }
    local report = assert(verify { app_compose = compose, policy = any })
    assert.equal("passed", report:step("compose_hash").state)
    assert.equal("passed", report:step("compose_fields").state)
    fails("compose_hash", "verify", "its SHA%-256 is %x+, and %x+ was measured",
      verify { app_compose = compose .. " ", policy = any })
    fails("compose_hash", "verify", "no event compose%-hash",
      alone("quote", reply().quote, { app_compose = compose, policy = any }))
    local strange = compose:gsub("^{", '{"backdoor":1,', 1)
    local _, _, _, found = verify { app_compose = strange, policy = any }
    assert.matches("backdoor is no field that a guest knows", found:step("compose_fields").reason)
    _, _, _, found = verify { app_compose = "{", policy = any }
    assert.equal("failed", found:step("compose_fields").state)
    _, _, _, found = verify { app_compose = strange, policy = { any_os = true, allow_unknown_compose_fields = true } }
    assert.equal("not_checked", found:step("compose_fields").state)
  end)
end)

describe("mr_config_id", function()
  local config_id = require "dstack.attest.config_id"
  local compose_hash, app_id, id = ("\34"):rep(32), ("\17"):rep(20), ("\51"):rep(32)
  local function events(provider, provider_id)
    return {
      ["compose-hash"] = compose_hash, ["app-id"] = app_id, ["instance-id"] = ("\68"):rep(20),
      ["key-provider"] = ('{"name":"%s","id":"%s"}'):format(provider, core.hex(provider_id)),
    }
  end
  local zeros = ("0"):rep(30)

  it("has three forms, or is not used", function()
    assert.equal("passed", good:step("mr_config_id").state)
    assert.is_nil(config_id.check(("0"):rep(96), events("kms", id)))
    assert.is_true((config_id.check("01" .. core.hex(compose_hash) .. zeros, events("kms", id))))
    local kms = "027f2ca741da9d356026ab20ca640abf06198829a128817b091bbc9aec1ed97b60" .. zeros
    assert.is_true((config_id.check(kms, events("kms", id))))
    assert.is_false((config_id.check(kms, events("tpm", id))))
    assert.is_false((config_id.check(kms, events("kms", app_id))))
    local none = "022b90c730130d4ba9f7669253e5a0fb289b5688914f8e1f81efdf97e6d1142a81" .. zeros
    assert.is_true((config_id.check(none, events("none", ""))))
  end)

  it("of form 3 is the hash of a document", function()
    local document = ('{"app_id":"%s","compose_hash":"%s","gpu_policy_hash":"%s","instance_id":"%s",'
      .. '"key_provider":"kms","key_provider_id":"%s","version":3}'):format(("11"):rep(20), ("22"):rep(32),
      ("55"):rep(32), ("44"):rep(20), ("33"):rep(32))
    local value = "0390e5cffa571b22c2ca846872d6fb7b071aa1346f1a1f87f72869c47b39d94099" .. zeros
    local function config(text)
      return '{"mr_config":"' .. text:gsub('"', '\\"') .. '"}'
    end
    assert.is_true((config_id.check(value, events("kms", id), config(document))))
    local nested = '{"vm_config":"' .. config(document):gsub('[\\"]', "\\%0") .. '"}'
    assert.is_true((config_id.check(value, events("kms", id), nested)))
    assert.is_false((config_id.check(value, events("kms", id), config(document:gsub("55", "56", 1)))))
    assert.is_false((config_id.check(value, events("kms", id), config(document:gsub("11", "12", 1)))))
    assert.is_nil((config_id.check(value, events("kms", id))))
    assert.is_nil((config_id.check(value, events("kms", id), "{}")))
    assert.is_false((config_id.check(value, events("tpm", id), config(document))))
    assert.is_false((config_id.check(value, events("kms", app_id), config(document))))
    assert.is_false((config_id.check(value, {
      ["compose-hash"] = compose_hash, ["app-id"] = app_id, ["instance-id"] = ("\68"):rep(20),
    }, config(document))))
  end)

  it("of form 3 is for an application, and for one", function()
    local function check(text)
      local value = assert(core.mr_config_id_v3(text))
      return config_id.check(value, events("local-sgx", id), '{"mr_config":"' .. text:gsub('"', '\\"') .. '"}')
    end
    local named = ('"compose_hash":"%s"'):format(core.hex(compose_hash))
    assert.is_true((check("{" .. named .. "}")))
    assert.is_true((check("{" .. named .. ',"key_provider":"local","key_provider_id":""}')))
    assert.is_false((check "{}"))
    assert.is_false((check("{" .. named .. ',"key_provider":"none"}')))
    assert.is_false((check(('{"compose_hash":"%s",%s}'):format(("00"):rep(32), named))))
  end)

  it("of another application or an unknown form fails", function()
    assert.is_false((config_id.check("01" .. ("00"):rep(47), events("kms", id))))
    assert.is_false((config_id.check("04" .. ("00"):rep(47), events("kms", id))))
    assert.is_false((config_id.check("01" .. ("00"):rep(47), {})))
  end)
end)

describe("a policy", function()
  local report = good.quote.report
  -- key -> what is met, what is not, the step
  local rules = {
    tcb_statuses = { { "OutOfDate", "UpToDate" }, { "OutOfDate" }, "allowed_tcb_status" },
    tee = { { "sgx", "tdx" }, "sgx", "allowed_tee" },
    min_tcb_date = { "2020-01-01", "2039-01-01T00:00:00Z", "min_tcb_date" },
    min_tcb_evaluation_number = { 1, 4e9, "min_tcb_evaluation_number" },
    mr_seam = { report.mr_seam, ("00"):rep(48) }, mr_td = { { ("11"):rep(48), report.mr_td }, ("00"):rep(48) },
    rtmr0 = { report.rt_mr0, ("00"):rep(48) }, rtmr1 = { report.rt_mr1, ("00"):rep(48) },
    rtmr2 = { "0x" .. report.rt_mr2:upper(), ("00"):rep(48) }, rtmr3 = { report.rt_mr3, ("00"):rep(48) },
    mr_system = { known.mr_system, ("00"):rep(32) }, mr_aggregated = { known.mr_aggregated, ("00"):rep(32) },
    compose_hash = { { known.compose_hash }, ("00"):rep(32) }, app_id = { known.app_id, { ("00"):rep(20) } },
    instance_id = { known.instance_id, ("00"):rep(20) },
    key_provider = { { "tpm", { name = "kms", id = known.key_provider_id } }, { name = "kms", id = "00" } },
    require = { { "event_log", "mr_config_id" }, { "event_log", "report_data" }, "required" },
  }
  for key, rule in pairs(rules) do
    it("has the rule " .. key, function()
      local step = rule[3] or "allowed_" .. key
      assert.equal("passed", assert(verify { policy = { [key] = rule[1], any_os = true } }):step(step).state)
      fails(step, "policy", "^the policy is not met: " .. step .. ": ",
        verify { policy = { [key] = rule[2], any_os = true } })
    end)
  end

  it("without a rule leaves its step unchecked, and says so", function()
    for key, rule in pairs(rules) do
      local step = good:step(rule[3] or "allowed_" .. key)
      if key ~= "tcb_statuses" and key ~= "tee" then
        assert.equal("not_checked", step.state)
        assert.equal("the policy does not name it", step.reason)
      end
    end
  end)

  it("cannot be met by what no trusted log says", function()
    for _, key in ipairs { "compose_hash", "app_id", "instance_id", "key_provider", "mr_system" } do
      fails("allowed_" .. key, "policy", "no event log that could be trusted says so",
        alone("quote", reply().quote, { policy = { [key] = rules[key][1], any_os = true } }))
    end
    fails("required", "policy", 'there is no step "frob"', verify { policy = { require = { "frob" } } })
  end)

  it("that believes the event log has to name the OS", function()
    fails("os_image", "policy", "names no OS", verify { policy = { app_id = known.app_id } })
    fails("os_image", "policy", "names no OS", verify { policy = { key_provider = "kms", mr_td = report.mr_td } })
    fails("os_image", "policy", "names no OS", verify { app_compose = compose })
    assert.equal("not_checked", good:step("os_image").state)
    for _, pins in ipairs {
      { mr_system = known.mr_system }, { mr_aggregated = known.mr_aggregated },
      { mr_td = report.mr_td, rtmr0 = report.rt_mr0, rtmr1 = report.rt_mr1, rtmr2 = report.rt_mr2 },
    } do
      pins.app_id = known.app_id
      assert.equal("passed", assert(verify { app_compose = compose, policy = pins }):step("os_image").state)
    end
  end)

  it("comes from a file too", function()
    local place = support.directory()
    local path = place .. "/policy.json"
    support.write(path, '{"tcb_statuses":["UpToDate"],"advisories":[],"key_provider":{"name":"kms"},"any_os":true}')
    assert(verify { policy = path })
    assert.same({ "UpToDate" }, attest.policy(path).tcb_statuses)
    for text, message in pairs {
      ["[]"] = "JSON object", ["{"] = "policy: ",
      ['{"tcb_status":[]}'] = "unknown key 'tcb_status'; there are: advisories",
      ['{"app_id":null}'] = "app_id",
      ['{"app_id":"' .. ("00"):rep(20) .. '","app_id":"' .. known.app_id .. '"}'] = "app_id",
      ['{"key_provider":{"name":"tpm","name":"kms"}}'] = "name",
    } do
      support.write(path, text)
      local nothing, problem, code = verify { policy = path }
      assert.is_nil(nothing)
      assert.equal("invalid", code)
      assert.matches(message, problem, 1, true)
    end
    assert.equal("invalid", select(3, verify { policy = place .. "/none" }))
    support.write(path, "{" .. (" "):rep(2 ^ 20) .. "}")
    assert.equal("too_large", select(3, verify { policy = path }))
    support.run("rm -r " .. place)
  end)

  it("is for machines, unless it names an enclave or says so", function()
    assert.equal("tdx", good:step("allowed_tee").reason)
    local enclave = ("AB"):rep(32)
    for expected, given in pairs {
      tdx = {}, sgx = { mr_enclave = enclave }, ["tdx sgx"] = { mr_signer = enclave, tee = { "tdx", "sgx" } },
    } do
      local policy = assert(attest.policy(given))
      assert.equal(expected, table.concat(policy.tee, " "))
      assert.same(policy, attest.policy(policy))
    end
    assert.same({ enclave:lower() }, attest.policy({ mr_signer = enclave }).mr_signer)
    for _, value in ipairs { "SGX", "sev", {}, { "tdx", "snp" }, 1, true } do
      local nothing, message, code = attest.policy { tee = value }
      assert.is_nil(nothing)
      assert.equal("invalid", code)
      assert.matches("^policy: tee: ", message)
    end
  end)

  it("is refused where a rule is no rule", function()
    for key, value in pairs {
      tcb_statuses = { "Revoked" }, advisories = 1, min_tcb_date = "yesterday", min_tcb_evaluation_number = -1,
      mr_td = "00", mr_enclave = ("00"):rep(48), mr_signer = "00",
      app_id = {}, compose_hash = { "zz" }, key_provider = { { nam = "kms" } }, report_data = "",
      allow_debug = "yes", any_os = 1, require = { a = "b" }, frob = true,
    } do
      local nothing, message, code = attest.policy { [key] = value }
      assert.is_nil(nothing)
      assert.equal("invalid", code)
      assert.matches("^policy: .*" .. key, message)
    end
    assert.equal("invalid", select(3, attest.policy(setmetatable({}, { __index = { app_id = known.app_id } }))))
  end)

  it("is refused where a rule would be met by anything, or half of it not seen", function()
    local kms = { name = "kms" }
    for key, values in pairs {
      min_tcb_date = { 0 / 0, 1 / 0, -1 / 0, -1, 1.5 }, min_tcb_evaluation_number = { 0 / 0, 1 / 0, 0.5 },
      key_provider = {
        { "kms", id = "00" }, { kms, name = "tpm" }, { kms, [3] = kms }, {}, { kms, false },
        { name = "kms", id = "0g" }, { name = "kms", di = "00" }, { name = "kms", id = 0 },
      },
      advisories = { { "any", all = "x" }, { [2] = "x" }, { 1 } }, require = { { "event_log", [3] = "report_data" } },
    } do
      for _, value in ipairs(values) do
        local nothing, message, code = attest.policy { [key] = value, any_os = true }
        assert.is_nil(nothing)
        assert.equal("invalid", code)
        assert.matches("^policy: " .. key .. ": ", message)
      end
    end
  end)

  it("that was checked is a policy", function()
    local checked = assert(attest.policy {
      report_data = "0x6E6F6E6365", min_tcb_date = "2020-01-01", app_id = known.app_id, any_os = true,
      key_provider = { name = "kms", id = "0x" .. known.key_provider_id:upper() }, require = { "report_data" },
    })
    assert.same(checked, attest.policy(checked))
    assert.equal("6e6f6e6365", checked.report_data)
    assert(verify { policy = checked })
  end)
end)

describe("a report", function()
  it("is text for people", function()
    local text = tostring(good)
    assert.matches("^verified        yes\nroot            one that was named, SHA%-256 %x+\n", text)
    assert.matches("TCB status      UpToDate\n", text, 1, true)
    assert.matches("app id          " .. known.app_id, text, 1, true)
    assert.matches("passed       quote_signature", text, 1, true)
    assert.matches("not checked  report_data", text, 1, true)
    assert.matches("no rule for it: .*min_tcb_date", text)
  end)

  it("lets no machine write lines of it", function()
    local report = attest.Report.new({ advisory_ids = {} }, "intel")
    report.application.key_provider_name = "kms\nverified        yes\27[2J"
    report:add("step", "meaning", "failed", "not \27[2J\nverified        yes")
    local _, message = report:finish()
    assert.is_nil(tostring(report):find("\27", 1, true))
    assert.is_nil(tostring(report):find("\nverified", 1, true))
    assert.is_nil(message:find "%c")
  end)

  it("is JSON for programs", function()
    local value = assert(core.json_decode(good:to_json()))
    assert.is_true(value.ok)
    assert.equal("UpToDate", value.status)
    assert.matches('"advisory_ids":[]', good:to_json(), 1, true)
    assert.equal(#good.steps, #value.steps)
    for i, step in ipairs(value.steps) do
      assert.equal(good.steps[i].name, step.name)
      assert.equal(good.steps[i].state, step.state)
    end
    assert.same(known, value.application)
    assert.equal(good.valid_until, value.valid_until)
    assert.same(good.quote.report, value.report)
    assert.equal("td10", value.body)
    assert.equal(known.device_id, core.hex(core.hash("sha256", core.unhex(value.ppid))))
    assert.equal(core.null, value.code)
    local _, message, code, report = verify { root = core.null }
    value = assert(core.json_decode(report:to_json()))
    assert.is_false(value.ok)
    assert.equal(message, value.message)
    assert.equal(code, value.code)
    assert.equal(core.null, value.status)
    local function names(of)
      local list = {}
      for name in pairs(core.json_decode(of:to_json())) do
        list[#list + 1] = name
      end
      table.sort(list)
      return list
    end
    assert.same(names(good), names(report))
    assert.equal(report:to_json(), report:to_json())
  end)
end)
