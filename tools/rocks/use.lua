-- Uses an installed rock, with the simulator that the environment names.
--   usage: lua use.lua TREE    where the modules must come from

local dstack = require "dstack"

local tree = ...
local source = debug.getinfo(getmetatable(dstack).__index, "S").source
assert(source:find("@" .. tree .. "/", 1, true), source .. " is not in " .. tree)

local client = assert(dstack.DstackClient())
local key = assert(client:get_key("wallet/ethereum", "mainnet"))
local again = assert(client:get_key("wallet/ethereum", "mainnet"))
assert(#key:decode_key() == 32 and key.key == again.key)
assert(key:verify_chain {
  app_id = assert(client:info()).app_id, kms_root = os.getenv "DSTACK_SIMULATOR_KMS_ROOT",
})

local digest = dstack.crypto.sha512 "a rock"
local quote = assert(client:get_quote(digest))
assert(quote:td_report().report_data == dstack.crypto.hex(digest))
assert(#assert(quote:replay_rtmrs())[3] == 96)

local value, _, code = client:get_key(("x"):rep(2 ^ 24))
assert(value == nil and code, "an endless path is a key's")

local said = (rawget(_G, "jit") and jit.version or _VERSION) .. " asked for a key and a quote"
print(said)
return said -- to nginx, whose print is another
