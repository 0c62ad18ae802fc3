-- Writes the inputs that the harnesses begin with, a file each, from the specs' vectors.
--   usage: lua5.4 fuzz/seeds.lua CORE_DIRECTORY HARNESS DIRECTORY
local directory, harness, target = ...
package.cpath = directory .. "/?.so;" .. package.cpath
local core = require "dstack.core"

local count = 0
local function seed(...)
  count = count + 1
  local file = assert(io.open(("%s/seed-%03d"):format(target, count), "wb"))
  assert(file:write(...))
  file:close()
end

local function text_of(name)
  local file = assert(io.open("spec/vectors/" .. name .. ".json", "rb"))
  local text = file:read "a"
  file:close()
  return text
end

local function vectors(name)
  return assert(core.json_decode(text_of(name)))
end

local function body_of(case)
  return case.body or case.body_hex and core.unhex(case.body_hex)
end

local seeds = {}

function seeds.reply()
  for surface, name in pairs { v0 = "replies-v0", tappd = "replies-tappd", v1 = "replies-v1" } do
    for _, case in ipairs(vectors(name)) do
      local body = body_of(case)
      local text = case.request.algorithm or core.unhex(case.request.report_data or "")
      if body then
        local of = case.surface or surface
        seed(("%s %s %d %s\n"):format(of, case.method, case.status, text), body)
      end
    end
  end
end

function seeds.head()
  local wire = vectors "replies-wire"
  for _, case in ipairs(wire.cases) do
    local bytes = {}
    for i, step in ipairs(case.steps) do
      bytes[i] = step.body and wire.body or step.send or step.pace or step["repeat"] or ""
    end
    seed("\0\0", table.concat(bytes))
    seed("\2\6", table.concat(bytes))
  end
end

local function request(verb, method, query, content_type, body)
  seed(("%s\n/%s\n%s\n%s\n*/*\n%s"):format(verb, method, query, content_type, body))
end

local function get(method, query)
  request("GET", method, query, "", "")
end

local function post(method, body)
  request("POST", method, "", "application/json", body)
end

-- Posts the named members of every case.
local function post_all(method, cases, ...)
  for _, case in ipairs(cases) do
    local members = {}
    for i, name in ipairs { ... } do
      members[i] = ("%q:%q"):format(name, case[name])
    end
    post(method, "{" .. table.concat(members, ",") .. "}")
  end
end

function seeds.request()
  local known = vectors "guest-v0"
  post_all("GetKey", known.get_key, "path", "purpose", "algorithm")
  post_all("Sign", known.sign, "algorithm", "data")
  post_all("Verify", known.verify, "algorithm", "data", "signature", "public_key")
  post("GetTlsKey", '{"subject":"a","alt_names":["localhost","127.0.0.1","*.b.c"],'
    .. '"usage_ra_tls":true,"usage_server_auth":true,"not_before":1,"not_after":99999999999}')
  post("GetQuote", '{"report_data":"0x00ff"}')
  post("Attest", '{"report_data":"AA"}')
  post("GetKey", "\0")
  request("POST", "EmitEvent", "json", "", '{"event":"e\\u00e9","payload":"00"}')
  request("POST", "Version", "json=1", "text/plain; q=1", "not JSON")
  get("GetKey", "path=a%20b&purpose=p+q&algorithm=ed25519")
  get("GetTlsKey", "subject=a&alt_names[1]=b&alt_names[0]=c&usage_ra_tls=true&not_after=7")
  get("GetTlsKey", "alt_names[]=b&alt_names[]=c&with_app_info=true")
  local tappd = vectors "tappd"
  post_all("prpc/Tappd.TdxQuote", tappd.tdx_quote, "report_data", "hash_algorithm", "prefix")
  post_all("prpc/DeriveKey", tappd.derive_key, "path")
  post("prpc/Tappd.RawQuote", '{"report_data":"' .. ("5a"):rep(64) .. '"}')
  post("prpc/DeriveK256Key", '{"path":"a","purpose":"b","algorithm":"ed25519"}')
  post("v1/GetKey", '{"domain":"a:b/c","algorithm":"secp256k1"}')
  post("v1/IssueCert", '{"subject":"a","usage_ra_tls":true,"with_app_info":true}')
  post("v1/Attest", '{"report_data":"00","include_boottime_gpu_evidence":true}')
  post("v1/AttestGpu", '{"nonce":"' .. ("00"):rep(32) .. '"}')
  post("v0/Info", "")
  get("prpc/v1/Health", "")
  get("prpc/v0/GetAttestationForAppKey", "algorithm=ed25519")
  local app_id = ("5a"):rep(20)
  post("prpc/GetAppEnvEncryptPubKey", '{"app_id":"' .. app_id .. '"}')
  post("prpc/GetAppEnvEncryptPubKey", '{"app_id":"0x5a"}')
  post("prpc/GetAppKey", '{"api_version":1,"vm_config":"{}"}')
  post("prpc/KMS.SignCert", '{"api_version":2,"csr":"00","signature":"00","vm_config":"{}"}')
  post("prpc/Onboard.Bootstrap", '{"domain":"a"}')
  post("prpc/Admin.ClearImageCache", '{"image_hash":"00","config_hash":"00"}')
  get("prpc/KMS.GetAppEnvEncryptPubKey", "app_id=" .. app_id)
  get("prpc/KMS.GetMeta", "")
  request("HEAD", "Info", "", "", "")
  request("PUT", "a/b", "", "", "")
end

function seeds.encoding()
  local known = vectors "crypto"
  for _, case in ipairs(known.base58) do
    seed("\0", case.text)
  end
  for _, case in ipairs(known.base64) do
    seed("\1", case.base64)
    seed("\2", case.base64url)
  end
  for _, case in ipairs(known.ecdsa) do
    local wide = case.curve == "p384" and 1 or 0
    seed(string.char(3 + wide), core.unhex(case.der))
    seed(string.char(5 + wide), core.unhex(case.spki))
    seed(string.char(5 + wide), core.unhex(case.compressed))
  end
  local p256, scalar = "301306072a8648ce3d020106082a8648ce3d030107", ("11"):rep(32)
  for _, hex in ipairs {
    "3041020100" .. p256 .. "042730250201010420" .. scalar,
    "308187020100" .. p256 .. "046d306b0201010420" .. scalar .. "a14403420004" .. ("11"):rep(64),
    "308193020100" .. p256 .. "047930770201010420" .. scalar .. "a00a06082a8648ce3d030107"
      .. "a14403420004" .. ("11"):rep(64),
    "303e020100301006072a8648ce3d020106052b8104000a042730250201010420" .. scalar,
    "302e020100300506032b657004220420" .. scalar,
  } do
    seed("\7", core.unhex(hex))
  end
end

function seeds.compose()
  local known = vectors "compose"
  for _, name in ipairs { "cases", "helpers", "forms" } do
    for _, case in ipairs(known[name]) do
      seed(case.text)
    end
  end
  for _, case in ipairs(known.numbers) do
    seed('{"runner":"","x":' .. case.value .. "}")
  end
end

function seeds.env_file()
  for _, text in ipairs {
    "A=1", "# c\n\nexport A = b c # d\r\n_B=\n",
    "A='x\ny'\nB=\"a\\n\\\"\\$\\`\\\\\" # c", 'A="a\\\nb"',
    "\239\187\191A=\195\169", "A=1\nA=2", "A", "=b", "A='", 'A="\\x"', "1A=", "A='b'c", "A=\255",
  } do
    seed("\0", text)
    seed("\3", text)
  end
end

function seeds.env_blob()
  local known = vectors "env"
  for _, case in ipairs(known.sealed) do
    seed("\0", core.unhex(case.output))
    seed("\1", case.plaintext)
  end
  for _, case in ipairs(known.guest) do
    seed("\2", case.plaintext)
  end
  for _, case in ipairs(known.broken) do
    seed("\0", core.unhex(case.blob))
  end
end

function seeds.solana()
  local known = vectors "solana"
  for _, case in ipairs(known.cases) do
    if case.kind == "message" then
      seed("\0", core.unhex(case.answer))
    elseif case.kind == "reading" then
      seed("\0", core.unhex(case.bytes))
    elseif case.kind == "decoding" then
      seed("\1", core.unhex(case.bytes))
    elseif case.kind == "transaction" then
      seed("\1", core.unhex(case.answer))
    end
  end
  seed("\2", "\0\127\128\1\255\127\128\128\1\255\255\3")
  seed("\3", known.json.text)
  seed("\4", "\63\1\3\4\5\98\3\20\37\6\7\66\3\4\5\8\9\10 data")
  end

local function unhex_0x(text)
  return core.unhex((text:gsub("^0x", "")))
end

function seeds.rlp()
  local known = vectors "ethereum"
  for _, list in ipairs { known.rlp, known.not_rlp } do
    for _, case in ipairs(list) do
      seed(core.unhex(case.rlp))
    end
  end
  seed("\0\0\32\133hello\64\0\0\0\32\32\65\7")
end

-- The first byte: 255, a transaction's bytes follow; 0 to 3, what fills one of that type.
function seeds.transaction()
  local known = vectors "ethereum"
  for _, case in ipairs(known.transactions) do
    seed("\255", unhex_0x(case.raw))
    seed(string.char(case.tx.type), unhex_0x(case.raw))
  end
  seed("\255", unhex_0x(known.any_chain.raw))
  seed("\255", unhex_0x(known.eip155.raw))
end

function seeds.abi()
  local known = vectors "ethereum-abi"
  for _, case in ipairs(known.values) do
    local types = table.concat(case.types, ",") .. "\n"
    local data = core.unhex(case.data:sub(3))
    for which = 0, 2 do
      seed(string.char(which), types, data)
    end
  end
  for _, case in ipairs(known.calls) do
    seed("\3function ", case.signature, " view returns (bool ok)\n")
  end
  local word = ("\0"):rep(31) .. "\1"
  seed("\3event E(address indexed a, string indexed b, uint8[] c)\n", word, word, word:sub(1, 31),
    " ", ("\0"):rep(32))
  seed("\3event E(bool indexed a) anonymous\n", word)
  seed "\4uint256\nbool\nB[]\nA[2][]\nstring\nbytes32"
  seed "\4B\nA\n"
  seed("\4B[]\nuint8[2]\nbytes\nstring\nint16\nB[]\nB[1]\naddress\n", "\2\1a\1b", ("x"):rep(40))
end

function seeds.quote()
  for _, case in ipairs(vectors("dcap").cases) do
    seed(case.name:match "^sgx" and "\1" or "\0", core.unhex(case.quote))
  end
end

local function der_of(pem)
  return (pem:match "CERTIFICATE%-%-%-%-%-\n(.-)%-%-%-%-%-END":gsub("\n", ""))
end

function seeds.collateral()
  for _, case in ipairs(vectors("dcap").cases) do
    local c = core.json_decode(case.collateral)
    seed(case.name:match "^sgx" and "\1" or "\0", case.collateral)
    seed("\2", c.tcb_info)
    seed("\3", c.qe_identity)
    seed("\4", c.tcb_info_issuer_chain)
    seed("\5", core.unhex(c.pck_crl))
    seed("\5", core.unhex(c.root_ca_crl))
    seed("\5", core.unbase64(der_of(c.tcb_info_issuer_chain)))
    local quote = assert(core.parse_quote(core.unhex(case.quote)))
    seed("\4", quote.certification.data)
    seed("\5", core.unbase64(der_of(quote.certification.data)))
    seed("\6", ('{"tcbInfo":%s,"signature":"%s"}'):format(c.tcb_info, c.tcb_info_signature))
    seed("\7", (c.qe_identity_issuer_chain:gsub("[^%w]", function(byte)
      return ("%%%02X"):format(byte:byte())
    end)))
  end
  seed("\8", "2018-05-21T10:45:10Z")
  seed("\8", "2020-02-29T23:59:59.123+05:30")
end

function seeds.attestation()
  local function read(name)
    local file = assert(io.open("spec/vectors/attest/" .. name, "rb"))
    local text = file:read "*a"
    file:close()
    return text
  end
  local attestation = core.unhex((read "attestation.hex":gsub("%s", "")))
  seed("\0", attestation)
  seed("\1", core.unbase64(der_of(read "certificate.pem")))
  seed("\2", assert(core.read_attestation(attestation)).event_log)
  local lite = core.unhex((read "lite/v1_full.hex":gsub("%s", "")))
  seed("\0", lite)
  local config = core.json_decode(assert(core.read_attestation(lite)).config)
  seed("\3\16", core.unbase64(config.tdx_measurement.measurement))
  seed("\0", core.unhex "80", "\0\0\0\0\0", ("\0"):rep(64), "\0")
  seed("\0\131\167version\1\168platform\130\164kind\163tdx\164data\130\165quote\145\1",
    "\169event_log\144\165stack\130\164kind\166dstack\164data\131\171report_data\196\64",
    ("\0"):rep(64), "\174runtime_events\144\166config\160")
  for _, case in ipairs(vectors("attestation").cases) do
    seed("\0", core.unhex(case.bytes))
  end
end

-- Leaves of chains, and what of them is looked at by itself.
function seeds.certificate()
  for _, case in ipairs(vectors("ratls").certificates) do
    local leaf = case.chain:match "^(.-%-%-%-%-%-END CERTIFICATE%-%-%-%-%-)"
    local der = core.pem_to_der(leaf, "CERTIFICATE")
    seed("\0", der)
    seed("\1", der:match "\153\196\20.*$")
  end
  local empty = ("\196\0"):rep(8)
  seed("\1\153", empty, "\192")
  seed("\1\153", empty, "\145\196\32", ("\1"):rep(32))
end

function seeds.event_log()
  for _, case in ipairs(vectors("attestation").cases) do
    local read = core.read_attestation(core.unhex(case.bytes))
    if read then
      seed("\0", read.event_log)
    end
  end
  seed("\0", text_of "eventlog-simulator")
  local digest = "\12\0" .. ("\17"):rep(48)
  seed("\1", ("<I4I4"):pack(1, 3), ("\0"):rep(20), ("<I4"):pack(33), "Spec ID Event03\0",
    ("\0"):rep(8), ("<I4"):pack(1), "\12\0\48\0\0",
    ("<I4I4I4"):pack(1, 4, 1), digest, ("<I4"):pack(3), "abc", ("<I4I4I4"):pack(4, 13, 1), digest,
    ("<I4"):pack(0), ("\255"):rep(4))
end

assert(seeds[harness], "no such harness")()
