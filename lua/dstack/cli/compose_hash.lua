local cli = require "dstack.cli"
local compose = require "dstack.compose"
local compose_file = require "dstack.cli.compose_file"
local output = require "dstack.cli.output"

local M = {
  summary = "show the hash that a guest measures for an app-compose.json",
  usage = "FILE [--expect HEX] [--flavour NAME [--normalize]] [options]",
  words = { "FILE" },
  options = cli.options({
    { names = { "--expect" }, value = "HEX", key = "expect",
      help = "the hash it must have; exit code 3 when it has another" },
    { names = { "--flavour" }, value = "NAME", key = "flavour",
      choices = compose.flavours, help = "show what an SDK's helper hashes too" },
    { names = { "--normalize" }, key = "normalize",
      help = "with --flavour: as the helper's normalize argument" },
  }, output.options),
}

-- What the helper makes of it, or false when none was asked about.
local function helper_hash(doc, values)
  if not values.flavour then
    return false
  end
  return compose.get_compose_hash(doc, values.normalize or false, { flavour = values.flavour })
end

local function check(values)
  if values.normalize and not values.flavour then
    return nil, "--normalize goes with --flavour", "usage"
  end
  return output.check(values)
end

local function check_expected(doc, expected)
  if expected and expected:lower():gsub("^0x", "") ~= doc.hash then
    return nil, ("the compose hash is %s, not %s"):format(doc.hash, expected), "verify"
  end
  return true
end

function M.run(values, words)
  local doc, helper
  local good, message, code = check(values)
  if good then
    doc, message, code = compose_file.read(words[1])
  end
  if doc then
    helper, message, code = helper_hash(doc, values)
  end
  if helper == nil then
    return nil, message, code
  end
  good, message, code = check_expected(doc, values.expect)
  if not good then
    return nil, message, code
  end
  return output.finish({
    { "compose_hash", doc.hash },
    { "app_id", doc.app_id },
    { "form", doc:form() },
    { "flavour", values.flavour, people = false },
    { "helper_hash", helper or nil, label = ("helper (%s)"):format(values.flavour or "") },
  }, nil, values)
end

return M
