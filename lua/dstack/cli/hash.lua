local cli = require "dstack.cli"
local core = require "dstack.core"
local input = require "dstack.cli.input"
local json = require "dstack.cli.json"
local output = require "dstack.cli.output"

local M = {
  summary = "hash files or the standard input",
  usage = "[--algorithm NAME] [FILE]... [options]",
  words = { "[FILE]..." },
  options = cli.options({
    { names = { "--algorithm", "-a" }, value = "NAME", key = "algorithm", choices = core.hash_names,
      help = "sha256 (default) or one of those below" },
  }, output.options),
}

function M.run(values, words)
  values.algorithm = values.algorithm or "sha256"
  local good, message, code = output.check(values)
  if not good then
    return nil, message, code
  end
  local files, lines = {}, {}
  for i, path in ipairs(#words > 0 and words or { "-" }) do
    local bytes
    bytes, message, code = input.read(path)
    if not bytes then
      return nil, message, code
    end
    local digest = core.hex(core.hash(values.algorithm, bytes))
    files[i] = json.object { { "file", path }, { "digest", digest } }
    lines[i] = { label = digest, text = path }
  end
  local document = { { "algorithm", values.algorithm, people = false },
    { "files", json.array(files), people = false } }
  for _, line in ipairs(lines) do
    document[#document + 1] = line
  end
  return output.finish(document, nil, values)
end

return M
