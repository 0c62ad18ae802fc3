-- dstack.collateral: fetched from a simulated PCCS, kept on disk, read and written.

local collateral = require "dstack.collateral"
local attest = require "dstack.attest"
local core = require "dstack.core"
local support = require "spec.support"

local directory = "spec/vectors/attest/"
local text = support.read(directory .. "collateral.json")
local quote = core.json_decode(support.read(directory .. "quote.json")).quote
local root = support.read(directory .. "root.pem")
local NOW = 1800000000

local place

setup(function()
  place = support.directory()
end)

teardown(function()
  support.run("rm -rf " .. place)
end)

local function files(path)
  return support.run("ls -A " .. path)
end

describe("a document of collateral", function()
  it("is parsed, and says how long it is good", function()
    local read = assert(collateral.parse(text))
    assert.equal(text, read.text)
    assert.is_true(read.issued < NOW and NOW < read.expires)
    assert.matches("^dstack.Collateral%(%d+ bytes, issued 2027%-%d%d%-%d%dT", tostring(read))
    local report = assert(attest.verify_quote(quote, read, { now = NOW, root = root }))
    assert.is_true(report.valid_until < read.expires)
    assert.equal("expired", select(3, attest.verify_quote(quote, read, { now = read.expires, root = root })))
  end)

  it("is refused by name of what is wrong", function()
    for message, wrong in pairs {
      ["member 'tcb_info' is missing"] = text:gsub('"tcb_info":', '"tcb":'),
      ["tcb_info: member 'nextUpdate'"] = text:gsub('\\"nextUpdate\\"', '\\"last\\"', 1),
      ["root_ca_crl: it cannot be read"] = text:gsub('"root_ca_crl":"3', '"root_ca_crl":"4'),
      ["pck_crl: it cannot be read"] = text:gsub('"pck_crl":"30', '"pck_crl":"31'),
    } do
      local nothing, problem, code = collateral.parse(wrong)
      assert.is_nil(nothing)
      assert.equal("invalid", code)
      assert.matches(message, problem, 1, true)
    end
    assert.equal("invalid", select(3, collateral.parse ""))
    assert.equal("too_large", select(3, collateral.parse((" "):rep(9 * 1024 * 1024))))
    assert.error_matches(function() collateral.parse {} end, "collateral.parse: text: string expected")
  end)

  it("is saved whole, and loaded", function()
    local path = place .. "/saved.json"
    local read = assert(collateral.parse(text))
    assert.is_true(collateral.save(read, path))
    assert.is_true(read:save(path))
    assert.equal(text, assert(collateral.load(path)).text)
    assert.equal("saved.json\n", files(place))
    local nothing, message, code = read:save(place .. "/none/saved.json")
    assert.is_nil(nothing)
    assert.equal("invalid", code)
    assert.matches("cannot write " .. place .. "/none/saved.json", message, 1, true)
    assert.equal("invalid", select(3, collateral.load(place .. "/none")))
    assert.equal("invalid", select(3, read:save(place)))
    assert.equal("saved.json\n", files(place))
    support.write(path, "{}")
    assert.matches(path, select(2, collateral.load(path)), 1, true)
    assert.error_matches(function() collateral.save({}, path) end, "collateral.save: what")
  end)
end)

describe("collateral.fetch", function()
  local simulator, pccs, taken

  setup(function()
    pccs = place .. "/pccs.sock"
    simulator = support.simulator("--now " .. NOW .. " --listen pccs=" .. pccs)
    taken = quote
  end)

  teardown(function()
    simulator.stop()
  end)

  local function fetch(options)
    options.pccs, options.now = options.pccs or pccs, options.now or NOW
    return collateral.fetch(taken, options)
  end

  it("puts together what the service has", function()
    for _, given in ipairs { quote, core.unhex(quote) } do
      local found = assert(collateral.fetch(given, { pccs = pccs, timeout = 10 }))
      assert.equal(pccs, found.from)
      assert(attest.verify_quote(quote, found, { now = NOW, root = root }))
    end
  end)

  it("takes the service's address with the path of the API", function()
    local listening = support.simulator("--listen pccs=127.0.0.1:0")
    local address = listening.output():match "DSTACK_SIMULATOR_PCCS=(http%S+)"
    for _, tail in ipairs { "", "/", "/sgx/certification/v4", "/tdx/certification/v4/" } do
      assert(collateral.fetch(quote, { pccs = address .. tail }))
    end
    local nothing, message, code = collateral.fetch(quote, { pccs = address .. "/elsewhere" })
    listening.stop()
    assert.is_nil(nothing)
    assert.equal("http", code)
    assert.matches("PCK CRL at http://127.0.0.1:%d+: status 404", message)
  end)

  it("keeps what it fetched for a day, while it is good", function()
    local cache = place .. "/cache"
    support.run("mkdir " .. cache)
    local first = assert(fetch { cache = cache })
    assert.equal(pccs, first.from)
    assert.matches("^tdx%-%x+%-%x+%.json\n$", files(cache))
    local path = first.path
    local again = assert(fetch { cache = cache, now = NOW + 86399 })
    assert.equal("cache", again.from)
    assert.equal(first.expires, again.expires)
    assert(attest.verify_quote(quote, again, { now = NOW, root = root }))
    assert.equal("cache", assert(fetch { cache = cache, pccs = pccs .. "//", now = NOW + 5 }).from)
    assert.equal(pccs, assert(fetch { cache = cache, now = NOW + 86400 }).from)
    assert.equal(pccs, assert(fetch { cache = cache, now = NOW - 1 }).from)
    assert.equal("cache", assert(fetch { cache = cache, max_age = 1e8, now = NOW + 86400 }).from)
    assert.equal(pccs, assert(fetch { cache = cache, max_age = 1e8, now = first.expires }).from)
    assert.equal(pccs, assert(fetch { cache = cache, max_age = 1e-3, now = NOW + 0.5 }).from) -- clocks have fractions
    assert.equal("cache", assert(fetch { cache = cache, now = NOW + 0.75 }).from)
    for _, now in ipairs { 0 / 0, 1 / 0, -1 } do
      assert.equal("invalid", select(3, fetch { cache = cache, now = now }))
    end
    for _, spoilt in ipairs { "", "{}", '{"fetched":1,"expires":9e15}', "\0" } do
      support.write(path, spoilt)
      assert.equal(pccs, assert(fetch { cache = cache, max_age = 1e12 }).from)
    end
    assert.equal(2, select(2, (files(cache) .. "x\n"):gsub("\n", "")))
  end)

  it("says when it could not keep it, and has it all the same", function()
    local said
    local found = assert(fetch {
      cache = place .. "/none", log = function(level, line) said = level .. " " .. line end,
    })
    assert.equal(pccs, found.from)
    assert.matches("cannot write", found.cache_problem)
    assert.matches("^warn collateral: cannot write", said)
  end)

  it("fetches the platform's certificate too where the quote does not have it", function()
    local other = place .. "/other.sock"
    local anonymous = support.simulator("--now " .. NOW .. " --attest-fault no-pck-chain --listen pccs=" .. other)
    local client = assert(require("dstack").DstackClient(anonymous.endpoint))
    local bare = assert(client:get_quote "a").quote
    client:close()
    assert.is_nil(attest.parse_quote(bare).certification.pck)
    local cache = place .. "/machines"
    support.run("mkdir " .. cache)
    local found = assert(collateral.fetch(bare, { pccs = other, cache = cache, now = NOW }))
    assert.matches("^tdx%-machine%-%x+%.json\n$", files(cache))
    anonymous.stop()
    assert(attest.verify_quote(bare, found, { now = NOW, root = root }))
    assert.equal("cache", assert(collateral.fetch(bare, { pccs = other, cache = cache, now = NOW })).from)
  end)

  it("fails with a word for programs", function()
    for code, options in pairs {
      connect = { pccs = place .. "/nobody.sock" }, too_large = { max_response_bytes = 100 },
      invalid = { pccs = "localhost:1" },
    } do
      local nothing, message, got = fetch(options)
      assert.is_nil(nothing)
      assert.equal(code, got, message)
      assert.matches("^collateral.fetch: ", message)
    end
    assert.equal("invalid", select(3, collateral.fetch("abc", { pccs = pccs })))
    assert.equal("invalid", select(3, fetch { timeout = 0 }))
    assert.error_matches(function() collateral.fetch(quote, { endpoint = "a" }) end, "named by 'pccs'")
    assert.error_matches(function() collateral.fetch(quote, { frob = 1 }) end, "unknown option 'frob'")
    assert.error_matches(function() collateral.fetch(quote, 1) end, "a table of options expected")
  end)
end)

describe("a service's replies", function()
  -- What a real one replies, by path; `change` may replace a reply before it is handed out.
  local function replies(change)
    local real = assert(collateral.parse(text))
    local parts = core.json_decode(real.text)
    local function escaped(pem)
      return (pem:gsub("[^%w]", function(c) return ("%%%02X"):format(c:byte()) end))
    end
    local asked = {}
    local transport = {
      close = function() end,
      request = function(_, request)
        asked[#asked + 1] = request.path
        local reply = { status = 200, headers = {}, body = "" }
        if request.path:find "pckcrl" then
          reply.body, reply.headers["sgx-pck-crl-issuer-chain"] = core.unhex(parts.pck_crl),
            escaped(parts.pck_crl_issuer_chain)
        elseif request.path:find "rootcacrl" then
          reply.body = parts.root_ca_crl
        elseif request.path:find "/tcb%?" then
          reply.body = ('{"tcbInfo":%s,"signature":"%s"}'):format(parts.tcb_info, parts.tcb_info_signature)
          reply.headers["tcb-info-issuer-chain"] = escaped(parts.tcb_info_issuer_chain)
        else
          reply.body = ('{"enclaveIdentity":%s,"signature":"%s"}'):format(parts.qe_identity,
            parts.qe_identity_signature)
          reply.headers["sgx-enclave-identity-issuer-chain"] = escaped(parts.qe_identity_issuer_chain)
        end
        return change and change(request.path, reply) or reply
      end,
    }
    return transport, asked
  end

  local function fetch(change)
    local transport, asked = replies(change)
    local found, message, code = collateral.fetch(quote, { pccs = "https://pccs.example", transport = transport })
    return found, message, code, asked
  end

  it("are asked for by the paths of Intel's API", function()
    local found, _, _, asked = fetch()
    assert(attest.verify_quote(quote, assert(found), { now = NOW, root = root }))
    assert.same({
      "/sgx/certification/v4/pckcrl?ca=platform&encoding=der", "/tdx/certification/v4/tcb?fmspc=D57AC0000001",
      "/tdx/certification/v4/qe/identity?update=standard", "/sgx/certification/v4/rootcacrl",
    }, asked)
  end)

  it("may have the older header, and be any that succeeds", function()
    assert(fetch(function(_, reply)
      reply.status = 203
      reply.headers["sgx-tcb-info-issuer-chain"] = reply.headers["tcb-info-issuer-chain"]
      reply.headers["tcb-info-issuer-chain"] = nil
    end))
  end)

  it("are refused where they are not what they have to be", function()
    for part, change in pairs {
      ["PCK CRL: the reply lacks the header"] = function(path, reply)
        reply.headers = path:find "pckcrl" and {} or reply.headers
      end,
      ["TCB info at https://pccs.example: status 404: it knows no such platform"] = function(path, reply)
        reply.status = path:find "/tcb" and 404 or 200
      end,
      ["the reply with enclaveIdentity"] = function(path, reply)
        reply.body = path:find "identity" and "{}" or reply.body
      end,
      ["tcbInfo"] = function(path, reply)
        reply.body = path:find "/tcb" and "[]" or reply.body
      end,
      ["root"] = function(path, reply)
        reply.body = path:find "rootcacrl" and "garbage" or reply.body
      end,
    } do
      local nothing, message, code = fetch(change)
      assert.is_nil(nothing)
      assert.is_true(code == "reply" or code == "http", message)
      assert.matches(part, message, 1, true)
    end
  end)

  it("do not lead to a place that is nobody's", function()
    local found, message, code = fetch(function(path, reply)
      reply.status = path:find "rootcacrl" and 404 or 200
    end)
    assert.is_nil(found)
    assert.is_true(code == "reply" or code == "unsupported", code)
    assert.matches("root CA CRL", message)
  end)
end)
