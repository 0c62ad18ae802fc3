-- From TappdClient (dstack OS 0.3) to DstackClient: each legacy call, and what takes its place.
--
--   dstack-lua --simulator examples/legacy_tappd.lua     (anywhere)
--   dstack-lua examples/legacy_tappd.lua                 (inside a machine that has both sockets)

local dstack = require "dstack"

-- TappdClient and its calls each say on stderr, once, that they are deprecated. We know.
dstack.silence_deprecations()

local old = assert(dstack.TappdClient())  -- /var/run/tappd.sock, or TAPPD_SIMULATOR_ENDPOINT
local new = assert(dstack.DstackClient()) -- /var/run/dstack.sock, or DSTACK_SIMULATOR_ENDPOINT

print "1. Keys that stay the same: get_key, on both"
local before = assert(old:get_key("wallet/ethereum", "mainnet"))
local after = assert(new:get_key("wallet/ethereum", "mainnet"))
assert(before.key == after.key, "the keys differ")
print("   public key     " .. after:public_key() .. ", the same from both")

print "2. TLS certificates: derive_key becomes get_tls_key"
local derived = assert(old:derive_key("api", "example.com", { "localhost" }))
local again = assert(old:derive_key("api", "example.com", { "localhost" }))
local fresh = assert(new:get_tls_key { subject = "example.com", alt_names = { "localhost" } })
assert(derived.key == again.key and fresh.key ~= derived.key)
print("   derive_key     the same key again, " .. #derived:as_uint8array() .. " bytes of DER")
print "   get_tls_key    another key at every call"

print "3. Quotes over data of any length: tdx_quote hashes, before get_quote you hash"
local document = '{"nonce":"' .. os.time() .. '","user":"alice"}'
local hashed = assert(old:tdx_quote(document, "sha512", "my-app"))
local quote = assert(new:get_quote(dstack.crypto.sha512("my-app:" .. document)))
assert(hashed:td_report().report_data == quote:td_report().report_data, "they bind other data")
print("   report data    " .. quote:td_report().report_data:sub(1, 32) .. "..., the same in both")

print "4. Quotes over 64 bytes as they are: mind the zeros"
local raw = assert(old:tdx_quote("nonce", "raw"))   -- zeros in front
local plain = assert(new:get_quote "nonce")         -- zeros behind
assert(raw:td_report().report_data == ("0"):rep(118) .. dstack.crypto.hex "nonce")
assert(plain:td_report().report_data == dstack.crypto.hex "nonce" .. ("0"):rep(118))
print "   raw            zeros in front; get_quote: behind"

print "5. What Tappd never had says so"
local _, message = old:get_quote "nonce"
print("   get_quote      " .. message)

old:close()
new:close()
print "All checks passed."
