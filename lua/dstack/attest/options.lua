-- The options of attest.verify, which other calls take too.

local core = require "dstack.core"
local octets = require "dstack.octets"

local M = {}

local verify_options = {
  quote = "string", attestation = "string", quote_response = "table", certificate = "string",
  event_log = "any", collateral = "any", app_compose = "string", report_data = "string",
  nonce = "any", policy = "any", now = "number", root = "string", vm_config = "string",
  key = "table", kms_root = "string",
}

-- Raises for misuse. In: what, who asks.
function M.check(options, what)
  if type(options) ~= "table" then
    core.raise(what .. " wants a table, such as {quote =, collateral =, event_log =, policy =}")
  end
  for name, value in pairs(options) do
    local wanted = verify_options[name]
    if not wanted then
      core.raise(("%s: unknown option '%s'; there are: %s"):format(what, tostring(name),
        octets.names(verify_options)))
    elseif wanted ~= "any" and type(value) ~= wanted then
      core.raise(("%s: option '%s' wants a %s, got a %s"):format(what, name, wanted, type(value)))
    end
  end
  if options.key and (not options.kms_root or not options.key.verify_chain) then
    core.raise(what .. ": option 'key' wants a reply of get_key, and 'kms_root' beside it")
  elseif options.kms_root and not options.key then
    core.raise(what .. ": option 'kms_root' goes with 'key', whose chain it judges")
  end
end

return M
