-- Quotes of the simulated platform, verified and taken apart; collateral put together from replies.
local core = require "dstack.core"
local support = require "spec.support"

local known = support.vectors "dcap"
local root = core.unhex(known.root)
local cases = {}
for _, case in ipairs(known.cases) do
  cases[case.name] = case
  case.bytes = core.unhex(case.quote)
end

local function verify(case, now, anchor)
  return core.verify_quote(case.bytes, case.collateral, now or known.now, anchor or root)
end

local function states(result)
  local list = {}
  for i, step in ipairs(result.steps) do
    list[i] = step.name .. " " .. step.state
  end
  return table.concat(list, "\n")
end

describe("core.verify_quote", function()
  for name, case in pairs(cases) do
    it("verifies a quote of the form " .. name, function()
      local result = assert(verify(case))
      assert.equal("UpToDate", result.status)
      assert.same({}, result.advisory_ids)
      assert.equal("UpToDate", result.platform.status)
      assert.equal("UpToDate", result.qe.status)
      assert.equal(25, #result.steps)
      local module = name:match "^sgx" and "not_checked" or "passed"
      assert.equal(25, select(2, states(result):gsub("%S+ passed", "")) + (module == "passed" and 0 or 1))
      assert.matches("tdx_module " .. module, states(result), 1, true)
      assert.equal(32, #result.pck.ppid)
      assert.same(core.parse_quote(case.bytes), result.quote)
      assert.is_true(result.valid_from <= known.now and known.now < result.valid_until)
      assert(verify(case, result.valid_from))
      assert(verify(case, result.valid_until))
    end)
  end

  it("tells what is outdated from what is wrong", function()
    local case = cases["tdx-v4"]
    local result = assert(verify(case))
    local nothing, message, code, report = verify(case, result.valid_until + 1)
    assert.is_nil(nothing)
    assert.equal("expired", code)
    assert.matches("^the quote does not verify: ", message)
    assert.is_nil(report.status)
    assert.matches(" failed\n.*not_checked$", states(report))
    assert.equal("verify", select(3, verify(case, 0)))
  end)

  it("believes the named root only", function()
    local case = cases["tdx-v4"]
    local _, message, code, report = core.verify_quote(case.bytes, case.collateral, known.now)
    assert.equal("verify", code)
    assert.matches("root: certificate 'Intel SGX Root CA'", message, 1, true)
    assert.matches("root failed", states(report), 1, true)
    assert.equal("invalid", select(3, verify(case, nil, "no certificate")))
    assert.equal("invalid", select(3, verify(case, nil, "")))
  end)

  it("judges alike with what is known of verifications before", function()
    local good = core.known_good()
    for round = 1, 3 do
      for name, case in pairs(cases) do
        local function again(quote, now, anchor)
          return core.verify_quote(quote, case.collateral, now, anchor, nil, nil, good)
        end
        assert.same(verify(case), again(case.bytes, known.now, root))
        assert.equal("expired", select(3, again(case.bytes, 2 ^ 40, root)), name .. round)
        assert.equal("verify", select(3, again(case.bytes, known.now, nil)))
        local other = case.bytes:gsub("report data", "report dat@", 1)
        local report = select(4, again(other, known.now, root))
        assert.matches("quote_signature failed", states(report), 1, true)
      end
    end
    assert.has_error(function() core.verify_quote("", "", 0, nil, nil, nil, {}) end)
  end)

  it("gives a report after every failure", function()
    local case = cases["tdx-v5"]
    for _, arguments in ipairs {
      { "", case.collateral }, { case.bytes, "" }, { case.bytes, "{}" }, { case.bytes:sub(1, -2), case.collateral },
      { case.bytes, (case.collateral:gsub("UpToDate", "UpToDatE", 1)) },
    } do
      local result, message, code, report = core.verify_quote(arguments[1], arguments[2], known.now, root)
      assert.is_nil(result)
      assert.is_string(message)
      assert.is_string(core.codes()[code])
      assert.equal(25, #report.steps)
      assert.matches("failed", states(report))
    end
  end)

  it("raises for wrong types, and refuses what is no time", function()
    local case = cases["tdx-v4"]
    assert.has_error(function() core.verify_quote(case.bytes, case.collateral) end)
    assert.has_error(function() core.verify_quote(case.bytes, {}, known.now) end)
    assert.has_error(function() core.verify_quote(nil, case.collateral, known.now) end)
    assert.has_error(function() core.verify_quote(case.bytes, case.collateral, known.now, {}) end)
    for _, now in ipairs { -1, 0 / 0, 1 / 0, 2 ^ 60 } do
      local nothing, message, code = verify(case, now)
      assert.is_nil(nothing)
      assert.equal("invalid", code)
      assert.matches("Unix seconds", message)
    end
  end)
end)

describe("core.parse_quote", function()
  it("shows one part alone", function()
    for _, case in pairs(cases) do
      local whole = core.parse_quote(case.bytes)
      for _, part in ipairs { "header", "report", "qe_report", "certification" } do
        assert.same(whole[part], core.parse_quote(case.bytes, part))
      end
      assert.equal("invalid", select(3, core.parse_quote(case.bytes:sub(1, 700), "header")))
    end
    for _, wrong in ipairs { "signature", "", "header\0", 1 } do
      assert.has_error(function() core.parse_quote(cases["tdx-v4"].bytes, wrong) end)
    end
  end)

  it("shows every field", function()
    local quote = assert(core.parse_quote(cases["tdx-v5-1.5"].bytes))
    assert.equal(5, quote.header.version)
    assert.equal(0x81, quote.header.tee_type)
    assert.equal(2, quote.header.attestation_key_type)
    assert.equal("939a7233f79c4ca9940a0db3957f0607", quote.header.qe_vendor_id)
    assert.equal("td15", quote.body)
    assert.equal(648, quote.body_size)
    assert.equal(96, #quote.report.mr_service_td)
    assert.equal("7265706f72742064617461" .. ("00"):rep(53), quote.report.report_data)
    assert.equal(6, quote.certification_data_type)
    assert.equal(5, quote.certification.type)
    assert.equal(3, #quote.certification.certificates)
    assert.equal(quote.certification.certificates[1].issuer, quote.certification.certificates[2].subject)
    assert.is_false(quote.certification.certificates[1].is_ca)
    assert.is_true(quote.certification.certificates[3].is_ca)
    assert.equal(12, #quote.certification.pck.fmspc)
    assert.is_nil(quote.certification.problem)
    assert.equal(64, #quote.qe_report.mr_enclave)
  end)

  it("shows an enclave's report", function()
    local quote = assert(core.parse_quote(cases["sgx-v3"].bytes))
    assert.equal("sgx", quote.body)
    assert.is_nil(quote.certification_data_type)
    assert.equal(128, #quote.report.report_data)
  end)

  it("says what is wrong with a chain that cannot be read, and shows the rest", function()
    local bytes = cases["tdx-v4"].bytes
    local at = bytes:find("-----BEGIN", 1, true)
    local quote = assert(core.parse_quote(bytes:sub(1, at - 1) .. "x" .. bytes:sub(at + 1)))
    assert.matches("certificate 1", quote.certification.problem)
    assert.is_nil(quote.certification.certificates)
    assert.equal("td10", quote.body)
  end)

  it("refuses what is no quote", function()
    local nothing, message, code = core.parse_quote "\4"
    assert.is_nil(nothing)
    assert.equal("invalid", code)
    assert.matches("truncated", message)
    assert.equal("unsupported", select(3, core.parse_quote "\6\0"))
  end)
end)

-- What a service replies, out of the document.
local function replies(collateral)
  local function encode(text)
    return (text:gsub("[^%w]", function(c) return ("%%%02X"):format(c:byte()) end))
  end
  local c = core.json_decode(collateral)
  return {
    pck_crl = core.unhex(c.pck_crl), pck_crl_chain = encode(c.pck_crl_issuer_chain),
    root_ca_crl = core.unhex(c.root_ca_crl),
    tcb_info = ('{"tcbInfo":%s,"signature":"%s"}'):format(c.tcb_info, c.tcb_info_signature),
    tcb_info_chain = encode(c.tcb_info_issuer_chain),
    qe_identity = ('{ "signature" : "%s" , "enclaveIdentity" :\n%s }\n'):format(
      c.qe_identity_signature, c.qe_identity),
    qe_identity_chain = encode(c.qe_identity_issuer_chain),
  }, c
end

describe("core.collateral_assemble", function()
  local case = cases["tdx-v4"]

  it("makes the document that verifies", function()
    local given, document = replies(case.collateral)
    local json = assert(core.collateral_assemble(given))
    assert.same(document, core.json_decode(json))
    assert.is_true(core.collateral_check(json))
    assert(core.verify_quote(case.bytes, json, known.now, root))
    given.root_ca_crl = document.root_ca_crl:upper() .. "\n"
    assert.equal(json, core.collateral_assemble(given))
  end)

  it("puts a PCK certificate before its chain", function()
    local given = replies(case.collateral)
    local pem = core.parse_quote(case.bytes).certification.data
    local first, rest = pem:match "^(.-%-%-%-%-%-END CERTIFICATE%-%-%-%-%-\n?)(.*)$"
    given.pck_certificate = first
    given.pck_certificate_chain = rest:gsub("%z", ""):gsub("[^%w]", function(c)
      return ("%%%02x"):format(c:byte())
    end)
    local json = assert(core.collateral_assemble(given))
    assert.equal(3, select(2, core.json_decode(json).pck_certificate_chain:gsub("BEGIN", "")))
    assert(core.verify_quote(case.bytes, json, known.now, root))
  end)

  it("says which reply is wrong", function()
    for name, wrong in pairs {
      pck_crl = { "", "\48\0", "3000" }, root_ca_crl = { "", "zz", "\48\3\2\1\0" },
      pck_crl_chain = { "", "%", "%2", "%zz", "abc" }, tcb_info_chain = { "", "%00" },
      qe_identity_chain = { "-----BEGIN%20CERTIFICATE-----" },
      tcb_info = { "", "[]", "{}", '{"tcbInfo":{}}', '{"tcbInfo":{},"signature":"00"}',
        '{"tcbInfo":1,"signature":"' .. ("00"):rep(64) .. '"}',
        '{"tcbInfo":{},"tcbInfo":{},"signature":"' .. ("00"):rep(64) .. '"}' },
      qe_identity = { '{"enclaveIdentity":{},"signature":"' .. ("0g"):rep(64) .. '"}' },
    } do
      for _, text in ipairs(wrong) do
        local given = replies(case.collateral)
        given[name] = text
        local nothing, message, code = core.collateral_assemble(given)
        assert.is_nil(nothing, name .. " " .. text)
        assert.equal("reply", code, message)
      end
      local given = replies(case.collateral)
      given[name] = nil
      assert.has_error(function() core.collateral_assemble(given) end)
    end
  end)

  it("finds the root's list", function()
    local given = replies(case.collateral)
    assert.matches("^https?://", (core.collateral_crl_url(given.qe_identity_chain)))
    assert.equal("reply", select(3, core.collateral_crl_url ""))
  end)
end)

describe("core.collateral_check", function()
  it("refuses what is no collateral, and 100 MB unread", function()
    assert.equal("invalid", select(3, core.collateral_check "{}"))
    assert.equal("invalid", select(3, core.collateral_check "[]"))
    assert.equal("too_large", select(3, core.collateral_check(("x"):rep(100e6))))
  end)
end)
