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

-- The hash of a file of any size, as hex; or nil, message, code.
local function digest_of(path, algorithm)
  local hasher = assert(core.hasher(algorithm))
  local good, message, code = input.feed(path, function(bytes)
    assert(hasher:update(bytes))
  end)
  if not good then
    return nil, message, code
  end
  return core.hex(assert(hasher:digest()))
end

function M.run(values, words)
  values.algorithm = values.algorithm or "sha256"
  local good, message, code = output.check(values)
  if not good then
    return nil, message, code
  end
  local files, lines = {}, {}
  for i, path in ipairs(#words > 0 and words or { "-" }) do
    local digest
    digest, message, code = digest_of(path, values.algorithm)
    if not digest then
      return nil, message, code
    end
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
