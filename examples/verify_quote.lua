-- Verifies a quote as a relying party does, and shows what a refusal looks like.
--   dstack-lua --simulator examples/verify_quote.lua
-- With a real agent and without DSTACK_SIMULATOR_ROOT, Intel's root counts and Intel's service is
-- asked.

local dstack = require "dstack"
local attest, collateral, crypto = dstack.attest, dstack.collateral, dstack.crypto

-- A simulator's quotes verify under its own root only, and only for those who name it.
local function simulated_root()
  local path = os.getenv "DSTACK_SIMULATOR_ROOT"
  if not path then
    return nil
  end
  local file = assert(io.open(path))
  local pem = file:read "*a"
  file:close()
  return pem
end

-- The machine: it vouches for a nonce that was chosen just now.
local client = assert(dstack.DstackClient())
local nonce = assert(crypto.random_bytes(32))
local quote = assert(client:get_quote(nonce))
local app = assert(client:info())

-- The relying party: it has the quote, the nonce that it chose, and its own idea of what may run.
local evidence = {
  quote_response = quote,
  nonce = nonce,
  collateral = assert(collateral.fetch(quote.quote, { pccs = os.getenv "DSTACK_SIMULATOR_PCCS" })),
  root = simulated_root(),
  policy = {
    app_id = app.app_id, -- in earnest: the one that you deployed, from your own records
    mr_aggregated = app.mr_aggregated, -- in earnest: of the OS image that you trust
    require = { "event_log", "report_data", "mr_config_id" },
  },
}

local report = assert(attest.verify(evidence))
print(report)

-- Another nonce, and the very same quote is worth nothing.
evidence.nonce = assert(crypto.random_bytes(32))
local nothing, message, code, refused = attest.verify(evidence)
assert(nothing == nil and refused.ok == false)
print(("\nwith another nonce: %s [%s]"):format(message, code))

client:close()
