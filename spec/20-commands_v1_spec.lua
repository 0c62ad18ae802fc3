-- dstack-lua's commands with --api v1, and attest, which is on both surfaces.

local core = require "dstack.core"
local dstack = require "dstack"
local support = require "spec.support"
local commands = require "spec.support.commands"

local run, data, decoded, listed = commands.run, commands.data, commands.decoded, commands.listed

local v0, v1, directory

setup(function()
  commands.start()
  directory = support.directory()
  v0 = assert(dstack.DstackClientV0(commands.simulator.endpoint))
  v1 = assert(dstack.DstackClientV1(commands.simulator.endpoint))
end)

teardown(function()
  commands.stop()
  support.run("rm -rf " .. directory)
end)

describe("with --api v1", function()
  it("info shows what v1 tells", function()
    local info, got = assert(v1:info()), decoded "info --api v1 --json"
    for _, name in ipairs {
      "app_name", "app_id", "instance_id", "compose_hash", "os_image_hash", "device_id", "mr_aggregated", "vm_config",
      "key_provider_info", "cloud_vendor", "cloud_product", "app_compose",
    } do
      assert.equal(info[name], got[name])
    end
    assert.equal("0.6.0", got.version.version)
    assert.is_nil(got.tcb_info)
    local rows = listed "info --api v1"
    assert.equal(info.compose_hash, rows["compose hash"])
    assert.is_nil(rows.RTMR3)
    assert.matches("^kms %x+$", rows["key provider"])
  end)

  it("key derives another key, and checks its chain", function()
    local root = commands.simulator.output():match "DSTACK_SIMULATOR_KMS_ROOT=(%x+)"
    for _, algorithm in ipairs { "secp256k1", "ed25519" } do
      local key = assert(v1:get_key("a/b", algorithm))
      local got = decoded(("key a/b --api v1 -a %s --reveal --json --app-id %s --kms-root %s"):format(algorithm,
        commands.app_id, root))
      assert.same({ "a/b", algorithm, key.public_key, key.key },
        { got.domain, got.algorithm, got.public_key, got.key })
      assert.same(key.signature_chain, got.signature_chain)
      assert.equal(key:verify_chain { app_id = commands.app_id, kms_root = root }, got.app_root)
      assert.is_nil(got.path)
      assert.not_equal(got.key, decoded(("key a/b -a %s --reveal --json"):format(algorithm)).key)
    end
    assert.equal(v1:get_key("a", "ed25519"):decode_key(), data "key a --api v1 -a ed25519 --raw --reveal")
    assert.is_nil(data("key a --api v1 -a ed25519"):find(v1:get_key("a", "ed25519").key, 1, true))
  end)

  it("key refuses names that v1 does not have", function()
    local out, status = run "key a --api v1 -a k256"
    assert.equal(2, status)
    assert.matches("algorithm", out, 1, true)
  end)

  it("tls-key issues a certificate", function()
    local out = data "tls-key --api v1 --reveal --subject v1.example --ra-tls"
    assert.matches("^%-%-%-%-%-BEGIN PRIVATE KEY%-%-%-%-%-\n.*%-%-%-%-%-BEGIN CERTIFICATE%-%-%-%-%-\n", out)
    local _, status = run "tls-key --api v1 --reveal --not-before 5 --not-after 4"
    assert.equal(2, status)
  end)

  for arguments, cure in pairs {
    ["quote 00"] = "dstack-lua attest --api v1", ["sign -a ed25519 --hex 00"] = "dstack-lua key --api v1",
    ["events list"] = "dstack-lua attest --api v1", ["events emit a"] = "report data", ["quote"] = "attest",
  } do
    it("refuses what v1 has not got: " .. arguments, function()
      local out, status = run(arguments .. " --api v1 --endpoint /nowhere/dstack.sock")
      assert.equal(5, status, out)
      assert.matches("^dstack%-lua: %l+[ %l]*: v1 ", out)
      assert.matches(cure, out, 1, true)
      assert.equal(1, select(2, out:gsub("\n", "")))
    end)
  end

  it("an agent without v1 is named", function()
    local command = support.interpreter .. " --simulator --os-version=%s %s --api v1"
    for _, arguments in ipairs { "info", "key a -a ed25519", "attest 00", "tls-key --reveal" } do
      local out, status = support.run(command:format("0.5.11", arguments))
      assert.equal(5, status, out)
      assert.matches("this agent (dstack OS 0.5.11) has no v1, which came with 0.6", out, 1, true)
      assert.equal(0, (select(2, support.run(command:format("0.6", arguments)))))
    end
  end)
end)

describe("attest", function()
  it("for people", function()
    local rows = listed "attest --text nonce"
    assert.equal(core.hex "nonce" .. ("0"):rep(118), rows["report data"])
    assert.equal(#assert(v0:attest "nonce"):decode_attestation() .. " bytes", rows.attestation)
    assert.equal("nothing: whoever relies on it verifies it", rows.checked)
    assert.is_nil(rows["GPU evidence"])
    assert.equal("none", listed("attest --text nonce --api v1 --boottime-gpu-evidence")["GPU evidence"])
  end)

  it("as JSON and as bytes, in each surface's form", function()
    local got = decoded "attest 00ff --json"
    assert.equal("0000", got.attestation:sub(1, 4))
    assert.equal(core.null, got.boottime_gpu_evidence)
    got = decoded "attest 00ff --json --api v1"
    assert.equal("83a776657273696f6e01", got.attestation:sub(1, 20))
    assert.same({}, got.boottime_gpu_evidence)
    assert.equal("00ff" .. ("0"):rep(124), got.report_data)
    assert.equal("\131\167version\1", data("attest 00 --raw --api v1"):sub(1, 10))
    local file = directory .. "/attestation"
    assert.equal(0, (select(2, run("attest 00 --api v1 --quiet -o " .. file))))
    assert.matches("^83a776657273696f6e01%x+\n$", support.read(file))
    assert.equal("644\n", (support.run("stat -c %a " .. file)))
  end)

  it("hashes files and the standard input", function()
    local want = core.hex(dstack.crypto.sha512 "abc")
    support.write(directory .. "/abc", "abc")
    assert.equal(want, decoded("attest --json --sha512 " .. directory .. "/abc").report_data)
    local out = support.run(("printf abc | %s%s attest --json --api v1 --sha512 -"):format(commands.environment(),
      support.interpreter))
    assert.equal(want, core.json_decode(out).report_data)
  end)

  it("shows GPU evidence", function()
    local bundle = [[{"vendor":"nvidia","format":"f","evidence":"00ff"}]]
    local edit = ("body = body:gsub('%%[%%]}$', '[%s]}')"):format(bundle)
    local out, status = commands.tampered(edit, "attest", "00", "--api", "v1", "--boottime-gpu-evidence")
    assert.equal(0, status, out)
    assert.matches("\nGPU evidence  nvidia f, 2 bytes\n", out, 1, true)
    out = commands.tampered(edit, "attest", "00", "--api", "v1", "--json")
    assert.same({ vendor = "nvidia", format = "f", evidence = "00ff" },
      core.json_decode(out).boottime_gpu_evidence[1])
  end)
end)
