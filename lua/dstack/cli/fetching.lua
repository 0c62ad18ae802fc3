-- What commands share that fetch collateral.

local agent = require "dstack.cli.agent"
local attest = require "dstack.attest"
local cli = require "dstack.cli"
local collateral = require "dstack.collateral"

local M = {}

M.options = cli.options({
  { names = { "--pccs" }, value = "ADDR", key = "pccs",
    help = "where collateral is fetched: URL or socket path (default: $PCCS_URL, else Intel's)" },
  { names = { "--cache" }, value = "DIR", key = "cache",
    help = "a folder that keeps what was fetched for a day" },
  agent.timeout_option,
}, agent.trust_options)

-- The quote within an evidence, bytes. Returns it, or nil, message, code.
local function quote_of(options)
  local parts, message, code = attest.evidence(options)
  if not parts then
    return nil, message, code
  end
  return parts.quote
end

-- Fetches for an evidence, as evidence.read has it. Returns collateral, or nil, message, code.
function M.fetch(values, options)
  local quote, message, code = quote_of(options)
  if not quote then
    return nil, message, code
  end
  local timeout
  timeout, message, code = agent.timeout(values)
  if timeout == nil then
    return nil, message, code
  end
  local found
  found, message, code = collateral.fetch(quote, {
    pccs = values.pccs, cache = values.cache, timeout = timeout or nil, ca_file = values.ca_file,
    pinned_certificate = values.pinned_certificate,
  })
  if not found then
    local cure = code == "connect" and not values.pccs and " (--pccs names another service)" or ""
    return nil, message:gsub("^collateral%.fetch: ", "") .. cure, code
  elseif found.cache_problem then
    cli.note("not kept: " .. found.cache_problem)
  end
  return found
end

return M
