-- The surface that dstack OS 0.6 brought: every method of DstackClientV1, and what those outside
-- the machine can ask with WorkerClient.
--
--   dstack-lua --simulator examples/v1.lua     (anywhere)
--   dstack-lua examples/v1.lua                 (inside a dstack machine)

local dstack = require "dstack"
local hex = dstack.crypto.hex

local function title(text)
  print("\n" .. text)
end

local function show(name, value)
  value = tostring(value)
  print(("   %-18s %s"):format(name, #value > 60 and value:sub(1, 57) .. "..." or value))
end

title "detect(): which surfaces does this agent have?"
local found = assert(dstack.detect())
show("v0", found.v0)
show("v1", found.v1)
show("version", found.version or "0.5.6 or older")
if not found.v1 then
  print "   This agent has no v1: examples/tour.lua shows what it has."
  return
end

local client = assert(dstack.DstackClientV1())
assert(client:is_reachable())

title "version() and info(): the agent, and who I am. Nothing in it is evidence"
show("version", client:version().version)
local info = assert(client:info())
show("app_name", info.app_name)
show("app_id", info.app_id)
show("app_compose", #info.app_compose .. " bytes, as deployed")
assert(info.app_compose == "" or hex(dstack.crypto.sha256(info.app_compose)) == info.compose_hash,
  "the compose file is not the one that was measured")

title "get_key(domain, algorithm): both make the key, and the reply has its public half"
local key = assert(client:get_key("wallet/ethereum", "secp256k1"))
show("printed", key) -- the private key stays out of it
show("public_key", key.public_key)
show("decode_key()", #key:decode_key() .. " bytes, the private key")
local solana = assert(client:get_key("wallet/ethereum", "ed25519"))
assert(solana.key ~= key.key, "two algorithms, one key")

title "v0 gives the same name another key: nothing here ever falls back"
local frozen = assert(dstack.DstackClientV0())
assert(frozen:get_key("wallet/ethereum").key ~= key.key, "one key on two surfaces")
local _, message, code = client:get_quote "nonce"
show(code, message)

-- What a chain is checked against comes from a source you trust, such as the KMS's contract; the
-- simulator says what its own is.
local kms_root = os.getenv "DSTACK_SIMULATOR_KMS_ROOT"
if kms_root then
  title "verify_chain{}: the KMS vouches for the app, the app for key, domain and algorithm"
  show("app root", assert(key:verify_chain { app_id = info.app_id, kms_root = kms_root }))
  title "verify_key_chain{}: the same for whoever holds the public key only"
  assert(dstack.verify_key_chain {
    surface = "v1", domain = "wallet/ethereum", algorithm = "secp256k1", app_id = info.app_id,
    kms_root = kms_root, public_key = key.public_key, signature_chain = key.signature_chain,
  })
  local other = key:verify_chain { app_id = info.app_id, kms_root = kms_root, domain = "wallet" }
  show("another domain", other and "verified" or "refused")
  assert(not other)
end

title "attest(report_data, options): one attestation, on any platform"
local nonce = dstack.crypto.sha512 "a verifier's nonce"
local attested = assert(client:attest(nonce, { include_boottime_gpu_evidence = true }))
show("attestation", #attested:decode_attestation() .. " bytes")
show("GPUs at boot", #attested.boottime_gpu_evidence .. " bundles")

title "attest_gpu(nonce): what the GPU signs now; machines without one refuse"
local evidence, why = client:attest_gpu(dstack.crypto.sha256 "a verifier's nonce")
show("evidence", evidence and #evidence.bundles .. " bundles" or why:match "refused: (.*)" or why)

title "issue_cert{}: a fresh TLS key with an attestation inside"
local tls = assert(client:issue_cert {
  subject = "example.com", alt_names = { "localhost" }, usage_ra_tls = true,
})
show("certificates", #tls.certificate_chain)
show("private key", #tls:as_uint8array() .. " bytes of DER")

client:close()
frozen:close()

-- Real machines have it at port 8090; a script of --simulator finds it here.
local outside = os.getenv "DSTACK_SIMULATOR_EXTERNAL"
if outside then
  title "WorkerClient(url): what anyone outside can ask"
  local worker = assert(dstack.WorkerClient(outside))
  local health = assert(worker:health())
  show("healthy", health.healthy)
  assert(assert(worker:info()).app_id == info.app_id)
  local app_key = assert(worker:get_attestation_for_app_key "ed25519")
  show("app's key", (assert(app_key:public_key())))
  assert(app_key:td_report().report_data == app_key.report_data, "a quote about something else")
  worker:close()
end

print "\nAll checks passed."
