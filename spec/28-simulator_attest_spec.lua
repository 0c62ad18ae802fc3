-- The simulator's evidence from outside: what it exports, the collateral over HTTP and as a file, the
-- switches that make one thing wrong, and that OpenSSL's own command believes the certificates.

local core = require "dstack.core"
local curl = require "dstack.transport.curl"
local dstack = require "dstack"
local support = require "spec.support"
local transport = require "dstack.transport"

local NOW = 1800000000
local FMSPC = "D57AC0000001"
local OPTIONS = { connect_timeout = 20, max_response_bytes = 1048576, user_agent = "spec" }
local CPU_SVN = "04040202040100030000000000000000"

local function run(arguments)
  return support.run(support.interpreter .. " " .. arguments)
end

-- What a line of the output exports, or nil.
local function exported(simulator, name)
  return simulator.output():match("\nexport DSTACK_SIMULATOR_" .. name .. "=(%S+)")
end

local function decode_uri(text)
  return (text:gsub("%%(%x%x)", function(hex) return string.char(tonumber(hex, 16)) end))
end

-- Asks a PCCS. Returns status, body, headers.
local function fetch(endpoint, path)
  local client = assert(curl.new(endpoint:find "^http" and { kind = "url", address = endpoint }
    or { kind = "unix", address = endpoint }, OPTIONS))
  local reply = assert(client:request { method = "GET", path = path, headers = {}, body = "", want_headers = true,
    deadline = transport.now() + 20 })
  client:close()
  return reply.status, reply.body, reply.headers
end

local function exists(path)
  return select(2, support.run("test -e " .. path)) == 0
end

-- The certificates of a chain of PEM, or of a quote's bytes.
local function certificates(text)
  local list = {}
  for pem in text:gmatch "%-%-%-%-%-BEGIN CERTIFICATE.-END CERTIFICATE%-%-%-%-%-\n" do
    list[#list + 1] = pem
  end
  return list
end

describe("The simulator's collateral", function()
  local simulator, pccs, root, file, collateral

  setup(function()
    local directory = support.directory()
    file = directory .. "/collateral.json"
    simulator = support.simulator(("--listen pccs=127.0.0.1:0 --listen pccs=%s/pccs.sock --collateral %s "
      .. "--now %d"):format(directory, file, NOW))
    pccs, root = exported(simulator, "PCCS"), exported(simulator, "ROOT")
    collateral = assert(core.json_decode(support.read(file)))
  end)

  teardown(function()
    simulator.stop()
    assert.is_false(exists(root))
    assert.is_true(exists(file)) -- somebody named it
    support.run("rm -r " .. file:match "(.*)/")
  end)

  it("is named by export lines, the root too", function()
    assert.equal(file, exported(simulator, "COLLATERAL"))
    local out = support.run("openssl x509 -noout -subject -in " .. root)
    assert.matches("dstack simulator, not Intel", out, 1, true)
    assert.equal(1, #certificates(support.read(root)))
  end)

  it("is the same over HTTP and in the file", function()
    local status, body, headers = fetch(pccs, "/tdx/certification/v4/tcb?fmspc=" .. FMSPC)
    assert.equal(200, status)
    assert.equal(('{"tcbInfo":%s,"signature":"%s"}'):format(collateral.tcb_info, collateral.tcb_info_signature), body)
    assert.equal(collateral.tcb_info_issuer_chain, decode_uri(headers["tcb-info-issuer-chain"]))
    status, body, headers = fetch(pccs, "/tdx/certification/v4/qe/identity?update=standard")
    assert.equal(200, status)
    assert.equal(('{"enclaveIdentity":%s,"signature":"%s"}'):format(collateral.qe_identity,
      collateral.qe_identity_signature), body)
    assert.equal(collateral.qe_identity_issuer_chain, decode_uri(headers["sgx-enclave-identity-issuer-chain"]))
    status, body, headers = fetch(pccs, "/sgx/certification/v4/pckcrl?ca=platform&encoding=der")
    assert.equal(200, status)
    assert.equal(collateral.pck_crl, core.hex(body))
    assert.equal(collateral.pck_crl_issuer_chain, decode_uri(headers["sgx-pck-crl-issuer-chain"]))
    status, body = fetch(pccs, "/sgx/certification/v4/rootcacrl")
    assert.equal(200, status)
    assert.equal(collateral.root_ca_crl, body)
  end)

  it("is there on a socket too, and for SGX", function()
    local socket = simulator.output():match "# also at (%S+pccs.sock)"
    local status, body = fetch(socket, "/sgx/certification/v4/tcb?fmspc=" .. FMSPC)
    assert.equal(200, status)
    assert.matches('^{"tcbInfo":{"id":"SGX"', body)
    assert.equal(404, (fetch(socket, "/sgx/certification/v4/tcb?fmspc=00906EA10000")))
    assert.equal(400, (fetch(socket, "/sgx/certification/v4/tcb")))
    assert.equal(404, (fetch(socket, "/Version")))
  end)

  it("has the platform's certificate for who asks by its id", function()
    local status, body, headers = fetch(pccs, "/sgx/certification/v4/pckcert?qeid=00&encrypted_ppid=00&cpusvn="
      .. CPU_SVN .. "&pcesvn=0D00&pceid=0000")
    assert.equal(200, status)
    assert.equal(1, #certificates(body))
    assert.equal(2, #certificates(decode_uri(headers["sgx-pck-certificate-issuer-chain"])))
    assert.equal(CPU_SVN .. "0d00", headers["sgx-tcbm"])
  end)

  it("is dated by --now", function()
    local dates = '"issueDate":"2027-01-14T00:00:00Z","nextUpdate":"2027-02-13T00:00:00Z"'
    assert.matches(dates, collateral.tcb_info, 1, true)
    assert.matches(dates, collateral.qe_identity, 1, true)
  end)

  it("goes with the quotes: openssl verifies the chain and its revocation", function()
    local client = assert(dstack.DstackClient(simulator.endpoint))
    local quote = assert(client:get_quote "x"):decode_quote()
    client:close()
    local chain = certificates(quote)
    assert.equal(3, #chain)
    assert.equal(support.read(root), chain[3])
    local directory = simulator.directory
    support.write(directory .. "/pck.pem", chain[1])
    support.write(directory .. "/ca.pem", chain[2])
    support.write(directory .. "/pck.crl", core.unhex(collateral.pck_crl))
    support.write(directory .. "/root.crl", core.unhex(collateral.root_ca_crl))
    local out, status = support.run(("cd %s && for i in pck root; do openssl crl -inform DER -in $i.crl "
      .. "-out $i.crl.pem || exit 1; done; cat *.crl.pem >crls.pem; openssl verify -x509_strict -attime %d "
      .. "-crl_check_all -CRLfile crls.pem -CAfile %s -untrusted ca.pem pck.pem"):format(directory, NOW, root))
    assert.equal("pck.pem: OK\n", out)
    assert.equal(0, status)
  end)
end)

describe("The simulator's platform", function()
  -- Returns a quote, and the collateral, of a simulator with these options.
  local function evidence(options)
    local directory = support.directory()
    local simulator = support.simulator(("--collateral %s/c.json %s"):format(directory, options))
    local client = assert(dstack.DstackClient(simulator.endpoint))
    local quote = assert(client:get_quote "x").quote
    client:close()
    simulator.stop()
    local collateral = support.read(directory .. "/c.json")
    support.run("rm -r " .. directory)
    return quote, collateral
  end

  it("follows from the seed and the time", function()
    local quote, collateral = evidence("--seed mine --now " .. NOW)
    assert.same({ quote, collateral }, { evidence("--seed=mine --now=" .. NOW) })
    local other, others = evidence("--seed yours --now " .. NOW)
    assert.not_equal(quote, other)
    assert.not_equal(collateral, others)
    local later, fresh = evidence("--seed mine --now " .. NOW + 86400)
    assert.equal(quote, later)
    assert.not_equal(collateral, fresh)
  end)

  it("quotes in four forms", function()
    for form, start in pairs {
      ["tdx-v4"] = "0400020081000000", ["tdx-v5"] = "0500020081000000", ["tdx-v5-1.5"] = "0500020081000000",
      ["sgx-v3"] = "0300020000000000",
    } do
      local quote, collateral = evidence("--quote " .. form)
      assert.equal(start, quote:sub(1, 16), form)
      assert.matches(form:sub(1, 3):upper(), assert(core.json_decode(collateral)).tcb_info, 1, true)
    end
  end)

  it("shows no root to whom it gives no collateral", function()
    local simulator = support.simulator()
    assert.is_nil(exported(simulator, "ROOT"))
    assert.is_nil(exported(simulator, "PCCS"))
    simulator.stop()
  end)

  it("attests the listeners that speak https", function()
    local simulator = support.simulator "--tls --listen agent=127.0.0.1:0"
    local out = support.run(("openssl s_client -connect %s </dev/null 2>/dev/null | openssl x509 -noout -text"):format(
      simulator.output():match "https://(%S+)"))
    simulator.stop()
    assert.matches("1.3.6.1.4.1.62397.1.8:", out, 1, true)
    assert.matches("DNS:localhost", out, 1, true)
  end)
end)

describe("A simulator with --attest-fault", function()
  it("says what is wrong and what finds it", function()
    local simulator = support.simulator "--attest-fault td-debug --attest-fault tcb-status:OutOfDate"
    local output = simulator.output()
    simulator.stop()
    assert.matches("\n# attest-fault: td-debug: the TD can be debugged (found by: attributes)\n", output, 1, true)
    assert.matches("\n# attest-fault: tcb-status:OutOfDate: the platform's TCB status", output, 1, true)
  end)

  it("shows it in what it hands out", function()
    local simulator = support.simulator "--attest-fault td-debug --attest-fault report-data"
    local client = assert(dstack.DstackClient(simulator.endpoint))
    local report = assert(assert(client:get_quote "x"):td_report())
    client:close()
    simulator.stop()
    assert.equal("0100001000000000", report.td_attributes)
    assert.equal("79", report.report_data:sub(1, 2)) -- x is 78
  end)

  it("refuses what there is not, and what cannot be", function()
    for _, case in ipairs {
      { "simulator --attest-fault nothing", "nothing: there is no such fault; `dstack-lua help simulator` lists them" },
      { "simulator --attest-fault tcb-status:Fine", "tcb-status needs a status behind a colon: UpToDate, " },
      { "simulator --attest-fault td-service", "form tdx-v4 cannot be wrong in that way, but one of tdx-v5-1.5" },
      { "simulator --quote v6", "quote: v6: there is no such form; there are: tdx-v4, " },
      { "simulator --now 0", "--now: not a number of Unix seconds after 1970 and before 9990: 0" },
      { "simulator --now tomorrow", "--now: not a number of Unix seconds" },
      { "simulator --now 999999999999", "--now: not a number of Unix seconds" },
      { "simulator --collateral /nowhere/c.json", "/nowhere/c.json: it cannot be written: No such file or directory" },
      { "--simulator --attest-fault nothing -e ''", "attest-fault: nothing: there is no such fault" },
      { "--simulator --quote v6 -e ''", "--simulator: quote: v6: there is no such form" },
      { "--attest-fault td-debug -e ''", "--attest-fault: goes with --simulator only" },
      { "--quote tdx-v5 -e ''", "--quote: goes with --simulator only" },
    } do
      local out, status = run(case[1]:gsub("^simulator", "simulator --listen agent=/tmp/never-" .. NOW .. ".sock"))
      assert.matches(case[2], out, 1, true)
      assert.equal(2, status, case[1])
    end
  end)

  it("is explained, fault by fault, and the documentation knows them all", function()
    local help, documented, count = run "help simulator", support.read "docs/simulator.md", 0
    for form, finder in help:match("\nattest faults[^\n]*\n(.-)\n\n"):gmatch "  (%S+) +[^\n]- %(([%w_]+)%)" do
      local row = documented:match("\n| `" .. form:gsub("%p", "%%%0") .. "` |([^\n]*)")
      assert.is_string(row, form)
      assert.matches("| `" .. finder .. "` |", row, 1, true)
      count = count + 1
    end
    assert.is_true(count > 70)
    for form in help:match "\nforms of quotes:\n(.*)":gmatch "  (%S+)" do
      if form:find "%-v%d" then
        assert.matches("`" .. form .. "`", documented, 1, true)
      end
    end
  end)

  it("spoils answers of its PCCS by --fault", function()
    local simulator = support.simulator "--listen pccs=127.0.0.1:0 --fault tcb=status:503 --fault identity=bad-json"
    local pccs = exported(simulator, "PCCS")
    assert.equal(503, (fetch(pccs, "/tdx/certification/v4/tcb?fmspc=" .. FMSPC)))
    local status, body = fetch(pccs, "/tdx/certification/v4/qe/identity")
    assert.equal(200, status)
    assert.is_nil((core.json_decode(body)))
    assert.equal(200, (fetch(pccs, "/sgx/certification/v4/rootcacrl")))
    simulator.stop()
  end)
end)

describe("dstack-lua --simulator", function()
  it("lets a script find root, collateral and service, and leaves nothing behind", function()
    local directory = support.directory()
    support.write(directory .. "/s.lua", [[
      local core = require "dstack.core"
      local curl = require "dstack.transport.curl"
      local file = assert(io.open(os.getenv "DSTACK_SIMULATOR_COLLATERAL"))
      local collateral = assert(core.json_decode(file:read "a"))
      file:close()
      local root = assert(io.open(os.getenv "DSTACK_SIMULATOR_ROOT")):read "a"
      assert(collateral.tcb_info_issuer_chain:sub(-#root) == root)
      local client = assert(curl.new({ kind = "unix", address = os.getenv "DSTACK_SIMULATOR_PCCS" },
        { connect_timeout = 20, max_response_bytes = 1048576, user_agent = "spec" }))
      local reply = assert(client:request { method = "GET", path = "/sgx/certification/v4/rootcacrl",
        headers = {}, body = "", deadline = require("dstack.transport").now() + 20 })
      assert(reply.body == collateral.root_ca_crl)
      print(os.getenv "DSTACK_SIMULATOR_ROOT")]])
    local out, status = support.run(("TMPDIR=%s %s --simulator --attest-fault tcb-status:Revoked %s/s.lua"):format(
      directory, support.interpreter, directory))
    assert.equal(0, status, out)
    assert.matches("^" .. directory .. "/dstack%-lua%-%w+/root.pem\n$", out)
    assert.equal("s.lua\n", (support.run("ls " .. directory)))
    support.run("rm -r " .. directory)
  end)
end)
