-- A first tour: who am I, keys and their proof, a quote bound to data, its registers, a TLS key.
--
--   dstack-lua --simulator examples/quickstart.lua     (anywhere)
--   dstack-lua examples/quickstart.lua                 (inside a dstack machine)

local dstack = require "dstack"

-- Nothing to configure: the client finds the guest agent's socket, or what
-- DSTACK_SIMULATOR_ENDPOINT names. Failures come back as nil, message, code.
local client = assert(dstack.DstackClient())

print "1. The machine"
local info = assert(client:info())
print("   app            " .. info.app_name)
print("   app id         " .. info.app_id)
print("   compose hash   " .. info.compose_hash)

print "2. A derived key: the same for the same path, on every machine of this app"
local key = assert(client:get_key("wallet/ethereum", "mainnet"))
print("   public key     " .. key:public_key())
local again = assert(client:get_key("wallet/ethereum", "mainnet"))
print("   same again     " .. tostring(again.key == key.key))
print("   printed        " .. tostring(key):sub(1, 40) .. "...")

print "3. Its proof: the KMS speaks for the app, the app for the key"
-- A relying party brings both from a source it trusts, never from the agent itself: which app it
-- means, and the KMS's root key (from the KMS contract, say). The simulator announces its own.
local app_id = os.getenv "APP_ID" or info.app_id
local kms_root = assert(os.getenv "KMS_ROOT" or os.getenv "DSTACK_SIMULATOR_KMS_ROOT",
  "set KMS_ROOT to your KMS's root public key in hex (the simulator prints its own)")
local app_root = assert(key:verify_chain { app_id = app_id, kms_root = kms_root })
print("   chain          verified, app root " .. app_root)

print "4. A quote that binds our data"
local document = '{"version":"1.0.0","nonce":"' .. os.time() .. '"}'
-- Report data is 64 bytes at most, so hash what you want to bind.
local report_data = dstack.crypto.sha512(document)
local quote = assert(client:get_quote(report_data))
local report = assert(quote:td_report())
assert(report.report_data == dstack.crypto.hex(report_data), "the quote is for other data")
print("   quote          " .. #quote:decode_quote() .. " bytes, binds sha512 of our document")

print "5. The measurements: replaying the event log must give the quote's registers"
local rtmrs = assert(quote:replay_rtmrs())
for i = 0, 3 do
  assert(rtmrs[i] == report["rt_mr" .. i], "RTMR" .. i .. " does not match")
  print(("   RTMR%d          %s... matches"):format(i, rtmrs[i]:sub(1, 32)))
end

print "6. A TLS key: fresh at every call, with the attestation inside the certificate"
local tls = assert(client:get_tls_key {
  subject = "localhost", alt_names = { "localhost", "127.0.0.1" }, usage_ra_tls = true,
})
print("   certificates   " .. #tls.certificate_chain)
print("   private key    " .. #tls:as_uint8array() .. " bytes of DER")

client:close()
print "All checks passed."
