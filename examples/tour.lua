-- Every method of DstackClient, one after the other, and every method of what they return.
--
--   dstack-lua --simulator examples/tour.lua     (anywhere)
--   dstack-lua examples/tour.lua                 (inside a dstack machine)

local dstack = require "dstack"
local hex = dstack.crypto.hex

-- With one text the endpoint alone; here named options. The log hook hears what is worth a line in
-- a log, and never a secret.
local client = assert(dstack.DstackClient {
  timeout = 20,
  log = function(level, text) print(("   [%s] %s"):format(level, text)) end,
})

local function title(text)
  print("\n" .. text)
end

local function show(name, value)
  value = tostring(value)
  print(("   %-18s %s"):format(name, #value > 60 and value:sub(1, 57) .. "..." or value))
end

-- What an agent does not have is `unsupported`; everything else that fails ends this script. The
-- code is the third value, so that nobody has to search messages for words.
local function optional(result, message, code)
  if not result and code == "unsupported" then
    show("not here", message)
    return nil
  end
  return assert(result, message)
end

title "is_reachable(): does an agent answer? Never raises, never waits long"
show("reachable", client:is_reachable())

title "version(): agents since 0.5.7"
local version = optional(client:version())
if version then
  show("version", version.version)
  show("rev", version.rev)
end

title "info(): who am I? Nothing in it is evidence, the quote is"
local info = assert(client:info())
show("app_id", info.app_id)
show("instance_id", info.instance_id)
show("compose_hash", info.compose_hash)
if info.tcb_info then -- absent where it is hidden
  show("tcb_info.mrtd", info.tcb_info.mrtd)
  show("events so far", #info.tcb_info.event_log)
end

title "get_key(path, purpose, algorithm): the same key for the same path, on every instance"
local key = assert(client:get_key("wallet/ethereum", "mainnet"))
show("printed", key) -- the private key stays out of it
show("public_key()", key:public_key())
show("decode_key()", #key:decode_key() .. " bytes, the private key")
show("chain", #key:decode_signature_chain() .. " signatures")
-- The purpose is in the signature chain only: it does not change the key.
show("other purpose", assert(client:get_key("wallet/ethereum", "test")).key == key.key)
local signing = optional(client:get_key { path = "signing", algorithm = "ed25519" })
if signing then
  show("ed25519", signing:public_key())
end

title "verify_chain{}: the KMS vouches for the app, the app for the key"
-- Both anchors come from whom you trust, never from the agent; the simulator announces its root.
local app_root, message, code = key:verify_chain {
  app_id = os.getenv "APP_ID" or info.app_id,
  kms_root = assert(os.getenv "KMS_ROOT" or os.getenv "DSTACK_SIMULATOR_KMS_ROOT", "set KMS_ROOT"),
}
if code == "no_kms" then
  show("no KMS", message)
else
  show("app root", assert(app_root, message))
end

title "get_tls_key{}: a fresh P-256 key and its certificates, others at every call"
local tls = assert(client:get_tls_key {
  subject = "localhost", alt_names = { "localhost", "127.0.0.1" }, usage_ra_tls = true,
  usage_client_auth = true,
})
show("certificates", #tls.certificate_chain)
show("leaf", tls.certificate_chain[1]:match "\n(.-)\n")
show("as_uint8array()", #tls:as_uint8array() .. " bytes of DER")
show("as_uint8array(32)", #tls:as_uint8array(32) .. " bytes")

title "get_quote(report_data): a TDX quote that binds up to 64 bytes"
local report_data = dstack.crypto.sha512 "what I want to prove"
local quote = assert(client:get_quote(report_data))
show("decode_quote()", #quote:decode_quote() .. " bytes")
show("td_report()", "MRTD " .. assert(quote:td_report()).mr_td)
show("binds my data", quote:td_report().report_data == hex(report_data))
show("decode_event_log()", #assert(quote:decode_event_log()) .. " events")
show("replay_rtmrs()", "RTMR3 " .. assert(quote:replay_rtmrs())[3])

title "attest(report_data): the versioned form, for every platform; agents since 0.5.6"
local attestation = optional(client:attest(report_data))
if attestation then
  show("attestation", #attestation:decode_attestation() .. " bytes")
end

title "sign(algorithm, data) and verify(...): with the app's signing key; agents since 0.5.6"
local signature = optional(client:sign("ed25519", "a message"))
if signature then
  show("decode_signature()", hex(signature:decode_signature()))
  show("public key", hex(signature:decode_public_key()))
  show("chain", #signature:decode_signature_chain() .. " links")
  -- Says that the key made the signature, not whose key it is.
  local result = assert(client:verify("ed25519", "a message", signature:decode_signature(),
    signature:decode_public_key()))
  show("valid", result.valid)
  show("other data", assert(client:verify {
    algorithm = "ed25519", data = "another message", signature = signature:decode_signature(),
    public_key = signature:decode_public_key(),
  }).valid)
end

title "emit_event(event, payload): extends RTMR3 for good; dstack OS 0.5 (see events.lua)"
-- dstack OS 0.6 refuses it in its own words, which is the code `rpc`.
local emitted
emitted, message, code = client:emit_event("tour", "payload")
show("emitted", emitted or code .. ": " .. message)

title "gpu_info(): development builds of 0.6 only"
optional(client:gpu_info())

title "close(): calls fail with `closed` from now on"
client:close()
show("after it", select(3, client:info()))

title "dstack.codes(): every code there is"
for word, meaning in pairs(dstack.codes()) do
  show(word, meaning)
end
