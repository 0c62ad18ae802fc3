local agent = require "dstack.cli.agent"
local cli = require "dstack.cli"
local core = require "dstack.core"
local input = require "dstack.cli.input"
local output = require "dstack.cli.output"

local M = {
  summary = "extend RTMR3 with an event of the application",
  usage = "NAME [--payload TEXT | --payload-hex HEX | --payload-file FILE] [options]",
  words = { "NAME" },
  not_v1 = "v1 takes no events: bind what you have to say through report data, see attest",
  options = cli.options({
    { names = { "--payload" }, value = "TEXT", key = "text",
      help = "the payload (default: empty); it will be public" },
    { names = { "--payload-hex" }, value = "HEX", key = "hex", help = "the payload's bytes" },
    { names = { "--payload-file" }, value = "FILE", key = "file",
      help = "a file with the payload; - is the standard input" },
  }, agent.options, output.options),
}

local function payload_of(values)
  if not (values.text or values.hex or values.file) then
    return ""
  end
  return input.choose {
    { name = "--payload", value = values.text, read = input.text },
    { name = "--payload-hex", value = values.hex, read = input.unhex,
      hint = "text: --payload TEXT" },
    { name = "--payload-file", value = values.file, read = input.read },
  }
end

local function emit(client, _, name, payload)
  local good, message, code = client:emit_event(name, payload)
  if not good then
    return nil, message, code
  end
  cli.note "RTMR3 is extended, for good"
  return { { "event", name }, { "payload", core.hex(payload) } }
end

function M.run(values, words)
  local payload, message, code = payload_of(values)
  if not payload then
    return nil, message, code
  end
  return agent.run(values, emit, words[1], payload)
end

return M
