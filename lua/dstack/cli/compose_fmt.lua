local cli = require "dstack.cli"
local compose = require "dstack.compose"
local compose_file = require "dstack.cli.compose_file"
local output = require "dstack.cli.output"

local M = {
  summary = "write an app-compose.json in another form, which is another hash",
  usage = "FILE [--form NAME] [-o FILE] [options]",
  words = { "FILE" },
  options = cli.options({
    { names = { "--form" }, value = "NAME", key = "form",
      help = "compact-sorted (default) or one of those below" },
    compose_file.out_option,
  }, output.options),
}

-- Printed below the options: the forms there are, and who writes them.
function M.details()
  return "\nforms:\n"
    .. "  compact-sorted        what the SDKs' get_compose_hash hashes\n"
    .. "  vmm-cli               vmm-cli compose and update\n"
    .. "  pretty-sorted         dstack deploy, dstackup\n"
    .. "  compact               the VMM's web page\n"
    .. "  dstack-cloud          dstack-cloud\n"
    .. "  phala-0.3             Phala Cloud in the days of 0.3\n"
    .. "  jq                    a file that went through jq"
end

function M.run(values, words)
  local form = values.form or "compact-sorted"
  local doc, written
  local good, message, code = compose_file.check_name("--form", form, compose.forms)
  if good then
    good, message, code = output.check(values)
  end
  if good then
    doc, message, code = compose_file.read(words[1])
  end
  if doc then
    written, message, code = doc:to(form)
  end
  if not written then
    return nil, message, code
  end
  cli.note(doc.hash == written.hash and "the compose hash stays " .. doc.hash
    or ("the compose hash was %s and is %s"):format(doc.hash, written.hash))
  return compose_file.finish(written, {
    { "form", form },
    { "previous_hash", doc.hash, label = "was" },
    { "compose_hash", written.hash },
    { "app_id", written.app_id },
  }, values)
end

return M
