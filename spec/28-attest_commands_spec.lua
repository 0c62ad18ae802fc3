-- verify, inspect, collateral fetch, events replay: what they take, print and end with.

local core = require "dstack.core"
local support = require "spec.support"

local directory = "spec/vectors/attest/"
local trust = (" --collateral %scollateral.json --root %sroot.pem --now 1800000000 "):format(directory, directory)
local place

setup(function()
  place = support.directory()
end)

teardown(function()
  support.run("rm -r " .. place)
end)

-- Runs a command. Returns both streams' text and the exit status.
local function run(arguments, before)
  return support.run((before or "") .. "env -u PCCS_URL -u NO_COLOR " .. support.interpreter .. " " .. arguments)
end

local function verify(arguments)
  return run("verify " .. arguments .. trust)
end

local function decoded(arguments)
  local out, status = run(arguments)
  assert.equal(0, status, out)
  return assert(core.json_decode(out))
end

-- The same evidence in another form, as a file.
local function written(name, bytes)
  local path = place .. "/" .. name
  support.write(path, bytes)
  return path
end

local reply = core.json_decode(support.read(directory .. "quote.json"))
local attestation = core.unhex((support.read(directory .. "attestation.hex"):gsub("%s", "")))
local certificate = support.read(directory .. "certificate.pem")

describe("verify", function()
  it("takes every kind of evidence by its content", function()
    for _, path in ipairs {
      directory .. "quote.json", directory .. "attestation.hex", directory .. "certificate.pem",
      written("quote.bin", core.unhex(reply.quote)), written("quote.hex", " 0x" .. reply.quote:upper() .. "\n"),
      written("attestation.bin", attestation), written("certificate.der", core.pem_to_der(certificate, "CERTIFICATE")),
      written("attest.json", '\n{"attestation":"' .. core.hex(attestation) .. '"}'),
      written("chain.pem", certificate .. certificate),
    } do
      local out, status = verify(path)
      assert.equal(0, status, out)
      assert.matches("^verified        yes\n", out)
    end
    local out, status = run("verify -" .. trust, "cat " .. directory .. "quote.json | ")
    assert.equal(0, status, out)
  end)

  it("says with exit codes what is the matter", function()
    for arguments, expected in pairs {
      [directory .. "quote.json --report-data 6e6f6e6365" .. trust] = 0,
      [directory .. "quote.json --report-data 00" .. trust] = 3,
      [directory .. "quote.json --root " .. directory .. "certificate.pem --collateral " .. directory
        .. "collateral.json --now 1800000000"] = 3,
      [directory .. "quote.json --app-compose " .. directory .. "app-compose.json" .. trust] = 4,
      [directory .. "quote.json" .. trust .. "--now 1900000000"] = 6,
      [directory .. "quote.json --pccs " .. place .. "/nobody.sock"] = 5,
      [place .. "/none" .. trust] = 2, [directory .. "make.sh" .. trust] = 2,
      [directory .. "quote.json" .. trust .. "--now soon"] = 2,
      [directory .. "quote.json" .. trust .. "--root " .. place .. "/none"] = 2,
      [directory .. "quote.json" .. trust .. "--policy " .. directory .. "collateral.json"] = 2,
      [directory .. "quote.json" .. trust .. "--report-data 0"] = 2, [""] = 2,
      [directory .. "quote.json --timeout 0" .. trust] = 2,
      [directory .. "quote.json --event-log " .. directory .. "collateral.json" .. trust] = 2,
    } do
      local out, status = run("verify " .. arguments)
      assert.equal(expected, status, arguments .. "\n" .. out)
      assert.is_true(status == 0 or out:find("dstack-lua: verify: ", 1, true) ~= nil, out)
      assert.is_nil(out:find("traceback", 1, true))
    end
  end)

  it("names the options that help", function()
    local quote = directory .. "quote.json"
    local out = run(("verify %s --collateral %scollateral.json --now 1800000000"):format(quote, directory))
    assert.matches("another root.- %(%-%-root FILE names a root%)\n", out)
    out = support.run(("PCCS_URL=%s/none %s verify %s"):format(place, support.interpreter, quote))
    assert.matches("Does a PCCS run there%? %(%-%-pccs names another service%)\n", out)
    for option, pattern in pairs {
      ["--root " .. quote] = "verify: root: neither a certificate in PEM nor one in DER\n",
      ["--collateral " .. quote] = "collateral: member 'pck_crl_issuer_chain' is missing\n",
      ["--collateral " .. directory .. "root.pem"] = "does not verify: collateral: it is no JSON: ",
    } do
      out = run("verify " .. quote .. trust .. option)
      assert.matches(pattern, out)
    end
  end)

  it("takes nothing that is empty, endless or of another type for less than it says", function()
    local bare, empty = written("bare.bin", core.unhex(reply.quote)), written("empty", "")
    local function with(name, value)
      return written(name .. ".json", ('{"quote":"%s","%s":%s}'):format(reply.quote, name, value))
    end
    for arguments, message in pairs {
      [bare .. " --event-log " .. empty] = "event_log: it is empty",
      [bare .. " --report-data ''"] = "--report-data: 1 to 64 bytes are wanted, not 0",
      [bare .. " --report-data " .. ("00"):rep(65)] = "--report-data: 1 to 64 bytes are wanted, not 65",
      [empty] = "empty: neither a quote, nor an attestation",
      ["/dev/zero"] = "/dev/zero: more than 67108864 bytes",
      [bare .. " --app-compose /dev/zero"] = "/dev/zero: more than 67108864 bytes",
      [written("version.bin", "\4\0" .. core.unhex(reply.quote):sub(3, 4) .. "\7" .. core.unhex(reply.quote):sub(6))]
        = "TEE type 0x00000007 is not supported",
      [with("event_log", "5")] = "event_log has another type",
      [with("vm_config", "null")] = "vm_config has another type",
    } do
      local out, status = verify(arguments)
      assert.equal(2, status, arguments .. "\n" .. out)
      assert.matches(message, out, 1, true)
      assert.is_nil(out:find("traceback", 1, true))
    end
    local out, status = run(("verify %s --collateral %s"):format(bare, written("big.json", (" "):rep(2 ^ 23 + 1))))
    assert.equal(2, status, out)
    assert.matches("8388609 bytes, at most 8388608 are taken", out, 1, true)
    for _, command in ipairs { "inspect ", "events replay " } do
      out, status = run(command .. with("event_log", "true"))
      assert.equal(2, status, out)
      assert.matches("event_log has another type", out, 1, true)
    end
  end)

  it("prints the report whatever came of it", function()
    local out = verify(directory .. "quote.json --report-data 00")
    assert.matches("^verified        NO: the evidence does not verify: report_data: ", out)
    assert.matches("FAILED       report_data", out, 1, true)
    out = verify(directory .. "quote.json --report-data 00 --json 2>/dev/null")
    local report = assert(core.json_decode(out))
    assert.is_false(report.ok)
    assert.equal("verify", report.code)
    assert.equal("UpToDate", report.status)
    local text = support.read(directory .. "collateral.json")
    for step, changed in pairs { collateral = "{", crls = text:gsub('("root_ca_crl":")%x%x', "%100") } do
      local status
      out, status = run(("verify --json %squote.json --collateral %s 2>/dev/null"):format(directory,
        written("changed.json", changed)))
      assert.equal(2, status, out)
      report = assert(core.json_decode(out))
      assert.is_false(report.ok)
      assert.matches("the quote does not verify: " .. step .. ": ", report.message, 1, true)
    end
  end)

  it("takes the parts of evidence from files of their own", function()
    local events = support.read(directory .. "quote.json"):match '"event_log": (%[.-\n  %])'
    local bare = written("bare.bin", core.unhex(reply.quote))
    local report = decoded("verify " .. bare .. trust .. "--json --event-log " .. written("log.json", events))
    local policy = written("policy.json", ('{"mr_system":"%s","compose_hash":["%s"]}'):format(
      report.application.mr_system, report.application.compose_hash))
    local out, status = verify(directory .. "quote.json --policy " .. policy .. " --app-compose " .. directory
      .. "app-compose.json")
    assert.equal(0, status, out)
    assert.matches("passed       os_image", out, 1, true)
    assert.matches("passed       compose_hash", out, 1, true)
  end)

  it("fetches the collateral that it was not given, and keeps it", function()
    local socket, cache = place .. "/pccs.sock", place .. "/cache"
    local simulator = support.simulator("--now 1800000000 --listen pccs=" .. socket)
    support.run("mkdir " .. cache)
    local arguments = ("verify %squote.json --root %sroot.pem --now 1800000000 --pccs %s"):format(directory, directory,
      socket)
    local out, status = run(arguments .. " --cache " .. cache)
    assert.equal(0, status, out)
    assert.matches("^tdx%-", support.run("ls " .. cache))
    local without = arguments:gsub("%-%-pccs.*", "")
    out, status = support.run(("PCCS_URL=%s %s %s"):format(socket, support.interpreter, without))
    assert.equal(0, status, out)
    out, status = run(arguments .. " --cache " .. place .. "/none")
    assert.equal(0, status, out)
    assert.matches("dstack-lua: not kept: ", out, 1, true)
    simulator.stop()
  end)
end)

describe("a peer", function()
  local simulator, peer, root, collateral

  setup(function()
    collateral = place .. "/served.json"
    simulator = support.simulator("--tls --listen agent=127.0.0.1:0 --collateral " .. collateral)
    peer = simulator.output():match "https://(%S+)"
    root = simulator.output():match "DSTACK_SIMULATOR_ROOT=(%S+)"
  end)

  teardown(function() simulator.stop() end)

  local function judged(more)
    return run(("verify %s --collateral %s --root %s %s"):format(peer, collateral, root, more or ""))
  end

  it("is verified by the certificate that it shows", function()
    local out, status = judged()
    assert.equal(0, status, out)
    assert.matches("^verified        yes\n", out)
    assert.matches("passed       ra_tls ", out, 1, true)
    assert.matches("passed       handshake  [^\n]*signed the TLS handshake %(127%.0%.0%.1:%d+%)", out)
    out, status = judged "--json --timeout 20"
    assert.equal(0, status, out)
    local steps = assert(core.json_decode(out)).steps
    local last = steps[#steps]
    assert.equal("handshake", last.name)
    assert.equal(peer, last.reason)
  end)

  it("is refused as a file is, and the report printed", function()
    local policy = written("other.json", ('{"any_os":true,"app_id":"%s"}'):format(("00"):rep(20)))
    for more, expected in pairs {
      ["--policy " .. policy] = 4, ["--report-data 00"] = 3, ["--now 4000000000"] = 6,
    } do
      local out, status = judged(more)
      assert.equal(expected, status, out)
      assert.matches("^verified        NO: ", out)
      assert.matches("passed       handshake ", out, 1, true)
    end
    for more, expected in pairs {
      ["--now soon"] = 2, ["--timeout 0"] = 2, ["--event-log " .. collateral] = 2,
    } do
      local out, status = judged(more)
      assert.equal(expected, status, out)
      assert.is_nil(out:find("handshake", 1, true))
    end
  end)

  it("is inspected, not judged", function()
    local out, status = run("inspect " .. peer)
    assert.equal(0, status, out)
    assert.matches("\npeer +" .. peer:gsub("%p", "%%%0") .. ": the peer has the certificate's key", out)
    assert.matches("\nchecked +nothing else: see", out)
    local got = decoded("inspect --json " .. peer)
    assert.equal(peer, got.peer)
    assert.equal(got.quote.report.report_data, got.key_report_data)
    assert.equal(core.null, decoded("inspect --json " .. directory .. "certificate.pem").peer)
  end)

  it("is none where a file has its name", function()
    written("127.0.0.1:1", certificate)
    local here = ("cd %s; "):format(place)
    local program = support.run("realpath " .. support.interpreter):match "^[^\n]+"
    local out, status = support.run(here .. program .. " inspect 127.0.0.1:1 | grep -c '^peer'")
    assert.equal("0\n", out)
    assert.equal(1, status)
  end)

  it("has to be there, at an address", function()
    for word, expected in pairs {
      ["127.0.0.1:1"] = { 5, "127.0.0.1:1: connection refused" }, ["[::1]:1"] = { 5, "[::1]:1: " },
      ["::1:1"] = { 2, "stands in brackets" }, ["a@b:1"] = { 2, "neither a name nor an address" },
      ["127.0.0.1:65536"] = { 2, "from 1 to 65535" }, ["127.0.0.1:x"] = { 2, "cannot read 127.0.0.1:x" },
    } do
      for _, command in ipairs { "verify ", "inspect " } do
        local out, status = run(command .. word)
        assert.equal(expected[1], status, out)
        assert.matches(expected[2], out, 1, true)
      end
    end
  end)

  it("may not keep one waiting", function()
    local process = simulator.process()
    support.run("kill -STOP " .. process) -- the kernel still connects, nobody shakes hands
    local out, status = run("inspect --timeout 0.3 " .. peer)
    support.run("kill -CONT " .. process)
    assert.equal(5, status, out)
    assert.matches("dstack-lua: inspect: " .. peer .. ": timed out after ", out, 1, true)
  end)
end)

describe("inspect", function()
  it("shows every field, in lines and as JSON", function()
    local out, status = run("inspect " .. directory .. "quote.json")
    assert.equal(0, status, out)
    for _, label in ipairs { "header.version", "report.mr_td", "qe_report.mr_signer", "certification.pck.fmspc" } do
      assert.matches("\n?" .. label:gsub("%.", "%%.") .. " +%w+\n", out)
    end
    assert.matches('RTMR3  storage%-fs +"zfs"', out)
    local got = decoded("inspect --json " .. directory .. "quote.json")
    assert.same(core.parse_quote(core.unhex(reply.quote)), got.quote)
    got = decoded("inspect --json " .. directory .. "attestation.hex")
    assert.equal(core.hex("nonce" .. ("\0"):rep(59)), got.report_data)
    got = decoded("inspect --json " .. directory .. "certificate.pem")
    assert.equal(got.quote.report.report_data, got.key_report_data)
    assert.same(select(2, core.read_certificate(core.pem_to_der(certificate, "CERTIFICATE"))), got.certificate)
    out = run("inspect " .. directory .. "certificate.pem")
    assert.matches("\ncertificate%.usage +app:custom\n", out)
    assert.matches("\nreport data that the attestation names +%x+\nconfig +{", out)
  end)

  it("does not make a terminal obey", function()
    local out, status = run("inspect " .. written("bad.hex", "04000200"))
    assert.equal(2, status, out)
    assert.is_nil(out:find "[%z\1-\9\11-\31]")
  end)
end)

describe("events replay", function()
  it("compares a log with the quote beside it", function()
    local got = decoded("events replay --json " .. directory .. "quote.json")
    assert.equal("RTMR0, RTMR1, RTMR2, RTMR3", got.compared)
    assert.equal(core.parse_quote(core.unhex(reply.quote)).report.rt_mr3, got.rtmrs[4])
    assert.equal("RTMR3", decoded("events replay --json " .. directory .. "certificate.pem").compared)
    local text = support.read(directory .. "quote.json"):gsub("app%-id", "app-ie", 1)
    local out, status = run("events replay " .. written("wrong.json", text))
    assert.equal(3, status, out)
    assert.matches("dstack-lua: events replay: RTMR3: the event log leads to", out, 1, true)
  end)

  it("replays a log alone", function()
    local log = support.read(directory .. "quote.json"):match '"event_log": (%[.-\n  %])'
    local got = decoded("events replay --json " .. written("alone.json", log))
    assert.equal(core.null, got.compared)
    assert.equal(4, #got.rtmrs)
    for text, expected in pairs { ["[{}]"] = 2, ["[1"] = 2, ['{"quote":"ab"}'] = 2, [""] = 2 } do
      local out, status = run("events replay " .. written("odd.json", text))
      assert.equal(expected, status, out)
    end
  end)
end)

describe("a firmware's log", function()
  local hex = directory .. "ccel.hex"
  local bytes = core.unhex((support.read(hex):gsub("%s", "")))
  local registers = core.ccel_replay(bytes)

  it("is replayed, and known by its content", function()
    local binary = written("ccel.bin", bytes)
    for _, arguments in ipairs { hex, binary, "--ccel " .. hex, "--ccel " .. binary } do
      local out, status = run("events replay " .. arguments)
      assert.equal(0, status, out)
      assert.matches("^events    RTMR0  EFI_HANDOFF_TABLES2  %x+\n", out)
      assert.matches('\n +RTMR2  IPL                  "console=ttyS0"\n', out)
      for i = 0, 3 do
        assert.matches(("\nRTMR%d     %s\n"):format(i, registers[i]), out, 1, true)
      end
      assert.matches("\ncompared  nothing: there is no quote beside the log\n$", out)
    end
    local got = decoded("events replay --json " .. hex)
    assert.same(core.ccel_events(bytes), got.event_log)
    assert.same({ registers[0], registers[1], registers[2], registers[3] }, got.rtmrs)
    assert.equal(core.null, got.compared)
  end)

  it("is inspected", function()
    local out, status = run("inspect " .. hex)
    assert.equal(0, status, out)
    assert.matches("\nRTMR2   " .. registers[2], out, 1, true)
    local got = decoded("inspect --json " .. hex)
    assert.same({ core.null, registers[3] }, { got.quote, got.rtmrs[4] })
    assert.same(core.ccel_events(bytes), got.event_log)
  end)

  it("is refused with what is wrong, in its file", function()
    local cut = written("cut.bin", bytes:sub(1, 500))
    for arguments, expected in pairs {
      ["events replay " .. cut] = cut .. ": CCEL: record ", ["inspect " .. cut] = cut .. ": CCEL: record ",
      ["events replay --ccel " .. directory .. "quote.json"] = "quote.json: CCEL: record 1: it ",
      ["events replay " .. written("table.bin", "CCEL8\0\0\0\1iINTEL ")] = "table.bin: CCEL: this is ACPI's table",
      ["verify " .. hex .. trust] = "ccel.hex: a firmware's event log (CCEL), which proves nothing without a quote",
      ["collateral fetch " .. hex] = "ccel.hex: a firmware's event log (CCEL), which proves nothing without a quote",
    } do
      local out, status = run(arguments)
      assert.equal(2, status, out)
      assert.matches(expected, out, 1, true)
    end
  end)

  it("does not crash anything, cut anywhere", function()
    for n = 0, #bytes, 97 do
      local out, status = run("events replay --ccel " .. written("cut.bin", bytes:sub(1, n)))
      assert.is_true(status == 2 or status == 0, out)
    end
  end)
end)

describe("collateral fetch", function()
  it("prints the document, or writes it", function()
    local socket = place .. "/fetch.sock"
    local simulator = support.simulator("--now 1800000000 --listen pccs=" .. socket)
    local out, status = run(("collateral fetch %squote.json --pccs %s"):format(directory, socket))
    assert.equal(0, status, out)
    assert(require("dstack.collateral").parse(out))
    local path = place .. "/fetched.json"
    local got = decoded(("collateral fetch %squote.json --pccs %s -o %s --json -q"):format(directory, socket, path))
    assert.equal(path, got.file)
    assert.equal(core.null, got.text)
    assert.equal(out, support.read(path) .. "\n")
    out, status = run(("collateral fetch %s --pccs %s"):format(directory .. "make.sh", socket))
    assert.equal(2, status, out)
    simulator.stop()
  end)
end)
