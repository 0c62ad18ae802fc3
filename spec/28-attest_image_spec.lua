-- OS images by their published measurements: which evidence leads to them, and what does not pass for it. The
-- evidence is made up under a test root (spec/vectors/attest/lite), the image too.

local attest = require "dstack.attest"
local core = require "dstack.core"
local image = require "dstack.attest.image"
local support = require "spec.support"

local directory = "spec/vectors/attest/lite/"

local function bytes_of(name)
  return core.unhex((support.read(directory .. name .. ".hex"):gsub("%s", "")))
end

local collateral, root = support.read(directory .. "collateral.json"), bytes_of "root"
local NOW = 1790000000
local HASH = "69d0af57729fa0428380477d9787fb64f213235d7d18fc5dc2a547f4ee1f05d9"
local APP_ID = "0102030405060708090a0b0c0d0e0f1011121314"

local function verify(name, policy)
  return attest.verify {
    attestation = bytes_of(name), collateral = collateral, root = root, now = NOW, policy = policy,
  }
end

describe("the step image", function()
  for _, name in ipairs { "v0_stripped", "v1_full", "lite_2gib_two_pass" } do
    it("measures that of " .. name, function()
      local report = assert(verify(name, { app_id = APP_ID, any_os = true }))
      assert.equal("passed", report:step("image").state)
      assert.equal(64, #report.application.os_image_hash)
      assert.equal(report.application.os_image_hash, report:step("image").reason)
      report = assert(verify(name, { os_image_hash = report.application.os_image_hash, app_id = APP_ID }))
      assert.equal("passed", report:step("os_image").state)
      local nothing, _, code, failed = verify(name, { os_image_hash = ("00"):rep(32), app_id = APP_ID })
      assert.is_nil(nothing)
      assert.equal("policy", code)
      assert.equal("failed", failed:step("allowed_os_image_hash").state)
    end)
  end

  it("shows the scripts that ran before the application", function()
    local report = assert(verify "v0_stripped")
    assert.same({ core.hex(core.hash("sha256", "a")), core.hex(core.hash("sha256", "b")) },
      report.application.init_script_hashes)
    assert.matches('"init_script_hashes":["' .. core.hex(core.hash("sha256", "a")) .. '","', report:to_json(), 1, true)
  end)

  it("refuses a configuration that names another image", function()
    local nothing, message, code, report = verify "lite_wrong_image_hash"
    assert.is_nil(nothing)
    assert.equal("verify", code, message)
    assert.equal("failed", report:step("image").state)
    assert.is_nil(report.application.os_image_hash)
  end)

  it("does not measure machines for which that is not known", function()
    local report = assert(verify "lite_bad_mem")
    assert.equal("not_checked", report:step("image").state)
    assert.matches("memory_size must be", report:step("image").reason)
    local nothing, message, code = verify("lite_bad_mem", { os_image_hash = HASH, app_id = APP_ID })
    assert.is_nil(nothing)
    assert.equal("policy", code)
    assert.matches("allowed_os_image_hash: the image could not be measured", message)
  end)
end)

describe("an image", function()
  local read = assert(attest.parse_attestation(bytes_of "v1_full"))
  local report = attest.parse_quote(read.quote).report
  local config = core.json_decode(read.config)

  -- JSON of a configuration with these members changed; core.null takes one away.
  local function changed(members)
    local json, made = require "dstack.json", {}
    for name, value in pairs(config) do
      made[name] = value
    end
    for name, value in pairs(members) do
      made[name] = value ~= core.null and value or nil
    end
    return assert(json.encode(made))
  end

  local function check(members, log)
    return image.check(report, changed(members), log or read.event_log)
  end

  it("is that of the report", function()
    assert.equal(HASH, (check {}))
    assert.equal(HASH, (image.check(report, require("dstack.json").encode { vm_config = changed {} }, read.event_log)))
    assert.equal(HASH, (check { qemu_version = core.null }))
    for _, name in ipairs { "mr_td", "rt_mr0", "rt_mr1", "rt_mr2" } do
      local other = setmetatable({ [name] = ("00"):rep(48) }, { __index = report })
      local found, why = image.check(other, changed {}, read.event_log)
      assert.is_false(found)
      assert.matches("^" .. name .. " is 0+, and the image leads to %x+$", why)
    end
  end)

  it("is another one where the machine was made otherwise", function()
    for _, members in ipairs {
      { memory_size = 8589934592 }, { qemu_version = "8.2.2" }, { qemu_single_pass_add_pages = true },
      { os_image_hash = ("00"):rep(32) }, { qemu_version = "7.2.0" }, { qemu_version = "9" }, { qemu_version = 9 },
      { tdx_measurement = core.null }, { tdx_measurement = { checksum_file = "", measurement = "" } },
      { tdx_measurement = { checksum_file = config.tdx_measurement.checksum_file, measurement = "AAAA" } },
    } do
      local found, why = check(members)
      assert.is_false(found)
      assert.is_string(why)
    end
  end)

  it("cannot be told without measurements or a whole log", function()
    for _, members in ipairs { { tdx_attestation_variant = "legacy" }, { memory_size = 1073741824 } } do
      local found, why = check(members)
      assert.is_nil(found)
      assert.is_string(why)
    end
    assert.is_nil((image.check(report, nil, read.event_log)))
    assert.is_nil((image.check(report, "[", read.event_log)))
    assert.is_nil((image.check(report, changed {}, nil)))
    local log = core.json_decode(read.event_log)
    for i, event in ipairs(log) do
      if event.event == "acpi-rsdp" then
        table.remove(log, i)
        break
      end
    end
    assert.is_nil((check({}, require("dstack.json").encode(log))))
  end)
end)
