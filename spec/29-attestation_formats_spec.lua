-- Whole attestations: the published cases, those that hostile agents send, and, where the shared
-- vectors are there, attestations and certificates with what came of them elsewhere.
local attest = require "dstack.attest"
local core = require "dstack.core"
local support = require "spec.support"

local cases = support.vectors("attestation").cases

local function runtime_events(log)
  local events = {}
  for _, event in ipairs(assert(core.json_decode(log))) do
    if event.event_type == 134217729 then
      events[#events + 1] = { event.event, event.event_payload }
    end
  end
  return events
end

describe("attest.parse_attestation", function()
  for _, case in ipairs(cases) do
    it((case.code and "refuses " or "reads ") .. case.name, function()
      local read, message, code = attest.parse_attestation(case.bytes)
      assert.equal(case.code, code, message)
      if case.code then
        assert.is_nil(read)
        assert.matches("^attestation", message)
        assert.matches(case.words or "", message, 1, true)
        return
      end
      assert.equal(case.bytes:sub(1, 2) == "00" and "scale" or "msgpack", read.form)
      if case.quote then
        assert.equal(case.quote, core.hex(read.quote))
        assert.equal(case.report_data, core.hex(read.report_data))
        assert.equal(case.config, read.config)
        assert.same(case.events, runtime_events(read.event_log))
        assert.is_nil(read.problem)
      end
    end)
  end

  it("raises for what is no string", function()
    assert.has_error(function() attest.parse_attestation(7) end)
  end)
end)

-- The shared vectors ------------------------------------------------------------------------------

local SHARED = "../shared/vectors/attestation/synthetic-dstack/"

local function read_shared(path)
  local file = io.open(SHARED .. path, "rb")
  if file then
    local text = file:read "*a"
    file:close()
    return text
  end
end

local names = {
  "bad_event_order", "bad_quote_signature", "bad_rtmr3", "debug_td", "ratls_legacy",
  "ratls_no_evidence", "ratls_prefers_8", "ratls_v1", "ratls_wrong_key", "trailing_byte_v1",
  "unknown_format", "v0_gpu", "v0_stripped", "v1_events_v2", "v1_events_v2_bad_digest", "v1_full",
  "v1_full_bin", "v1_pod_bad_payload",
}

local function verify_shared(name, expected, certificate)
  return attest.verify {
    attestation = read_shared(name .. "/attestation.bin"), certificate = certificate,
    collateral = read_shared "collateral.json", root = read_shared "root_ca.der",
    now = expected.now,
  }
end

local function check_report(expected, report)
  assert.equal(expected.dcap_status, report.status)
  assert.equal(expected.report_data, report.quote.report.report_data)
  for _, name in ipairs { "app_id", "compose_hash", "instance_id", "device_id", "mr_system", "mr_aggregated" } do
    assert.equal(expected.app_info[name], report.application[name], name)
  end
  assert.same(expected.app_info.init_script_hashes, report.application.init_script_hashes or {})
end

describe("the shared attestations and certificates", function()
  for _, name in ipairs(names) do
    it("come out as elsewhere: " .. name, function()
      local text = read_shared(name .. "/expected.json")
      if not text then
        return pending "the shared vectors are not here"
      end
      local expected = assert(core.json_decode(text))
      for _, form in ipairs { "der", "pem" } do
        local report, message, code = verify_shared(name, expected, read_shared(name .. "/cert." .. form))
        if expected.ok then
          check_report(expected, assert(report, message))
        else
          assert.is_nil(report)
          assert.is_string(code)
        end
      end
    end)
  end
end)

-- The firmware's log ------------------------------------------------------------------------------

describe("attest.parse_ccel and replay_ccel", function()
  local hex = support.read("spec/vectors/attest/ccel.hex"):gsub("%s", "")
  local bytes = core.unhex(hex)

  it("have the events, and the registers that they lead to", function()
    local events = assert(attest.parse_ccel(bytes))
    local expected = { [0] = ("\0"):rep(48), ("\0"):rep(48), ("\0"):rep(48), ("\0"):rep(48) }
    for _, event in ipairs(events) do
      assert.equal("", event.event)
      assert.equal(core.hex(core.hash("sha384", core.unhex(event.event_payload))), event.digest)
      expected[event.imr] = core.hash("sha384", expected[event.imr] .. core.unhex(event.digest))
    end
    assert.equal(6, #events)
    assert.same({ 2, 0xd, core.hex "console=ttyS0" }, { events[6].imr, events[6].event_type, events[6].event_payload })
    assert.equal(0x8000000b, events[1].event_type)
    local registers = assert(attest.replay_ccel(bytes))
    for i = 0, 3 do
      assert.equal(core.hex(expected[i]), registers[i])
    end
    assert.same(registers, assert(attest.replay_ccel(hex)))
    assert.same(events, assert(attest.parse_ccel("0x" .. hex:upper())))
  end)

  it("give what attest.verify takes as an event log", function()
    local quote = core.json_decode(support.read "spec/vectors/attest/quote.json").quote
    local _, _, code, report = attest.verify {
      quote = quote, event_log = assert(attest.parse_ccel(bytes)), now = 1800000000,
      collateral = support.read "spec/vectors/attest/collateral.json",
      root = support.read "spec/vectors/attest/root.pem",
    }
    assert.equal("verify", code)
    assert.matches("^register 0 is %x+, and the log leads to " .. attest.replay_ccel(bytes)[0],
      report:step("event_log").reason)
  end)

  it("lead to the registers of a real machine's quote", function()
    local log = read_shared "../go-tdx-guest/ccel_data.dat"
    if not log then
      return pending "the shared vectors are not here"
    end
    local quote = assert(attest.parse_quote(read_shared "../go-tdx-guest/cos-113-tdx-quote.dat"))
    local registers = assert(attest.replay_ccel(log))
    for i = 0, 3 do
      assert.equal(quote.report["rt_mr" .. i], registers[i])
    end
    assert.equal("invalid", select(3, attest.parse_ccel(read_shared "../go-tdx-guest/ccel_table.dat")))
  end)

  it("say what is wrong", function()
    for _, read in ipairs { attest.parse_ccel, attest.replay_ccel } do
      for given, expected in pairs {
        [""] = "^CCEL: record 1: it ends before it is complete$", [bytes:sub(1, 100)] = "^CCEL: record 2: ",
        [bytes .. "\0"] = "^CCEL: record 9: something follows behind the log's end$",
        ["CCEL8\0\0\0"] = "^CCEL: this is ACPI's table, .*/sys/firmware/acpi/tables/data/CCEL$",
        ["abc"] = "^attest%.%w+_ccel: log: ", [hex:sub(1, 200)] = "^CCEL: record 2: ",
      } do
        local nothing, message, code = read(given)
        assert.is_nil(nothing)
        assert.equal("invalid", code)
        assert.matches(expected, message)
      end
      local _, message, code = read(("\0"):rep(16 * 1024 * 1024 + 1))
      assert.equal("too_large", code)
      assert.equal("CCEL: 16777217 bytes, at most 16777216 are taken", message)
      assert.error_matches(function() read(7) end, "_ccel: log: string expected, got number")
    end
  end)
end)
