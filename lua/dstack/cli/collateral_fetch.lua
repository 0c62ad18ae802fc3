local cli = require "dstack.cli"
local evidence = require "dstack.cli.evidence"
local fetching = require "dstack.cli.fetching"
local output = require "dstack.cli.output"

local M = {
  summary = "fetch what a quote is verified with",
  usage = "FILE [--pccs ADDR] [-o FILE] [options]",
  words = { "FILE" },
  options = cli.options({
    { names = { "-o" }, value = "FILE", key = "out",
      help = "write it to FILE; else it is printed as it is" },
  }, fetching.options, output.options),
}

local function time(seconds)
  return os.date("!%Y-%m-%dT%H:%M:%SZ", seconds)
end

local function finish(found, values)
  local product = { text = not values.out and found.text .. "\n" or nil }
  if values.out then
    product.files = { { path = values.out, bytes = found.text, mode = output.PUBLIC } }
  end
  return output.finish({
    { "from", found.from },
    { "issued", found.issued, text = time(found.issued) },
    { "expires", found.expires, text = time(found.expires) },
    { "file", values.out, people = false },
    { "text", not values.out and found.text or nil, people = false },
  }, product, values)
end

function M.run(values, words)
  local options, found
  local good, message, code = output.check(values)
  if good then
    options, message, code = evidence.read(words[1])
  end
  if options then
    found, message, code = fetching.fetch(values, options)
  end
  if not found then
    return nil, message, code
  end
  return finish(found, values)
end

return M
