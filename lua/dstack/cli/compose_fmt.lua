local cli = require "dstack.cli"
local compose_file = require "dstack.cli.compose_file"
local output = require "dstack.cli.output"

local M = {
  summary = "write an app-compose.json in another form, which is another hash",
  usage = "FILE [--form NAME] [-o FILE] [options]",
  words = { "FILE" },
  options = cli.options({
    compose_file.form_option "compact-sorted",
    compose_file.out_option,
  }, output.options),
}

function M.run(values, words)
  local form = values.form or "compact-sorted"
  local doc, written
  local good, message, code = compose_file.check(values)
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
