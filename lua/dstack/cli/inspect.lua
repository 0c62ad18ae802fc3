local agent = require "dstack.cli.agent"
local attest = require "dstack.attest"
local cli = require "dstack.cli"
local core = require "dstack.core"
local event_log = require "dstack.cli.event_log"
local evidence = require "dstack.cli.evidence"
local input = require "dstack.cli.input"
local output = require "dstack.cli.output"

local M = {
  summary = "show every field of a quote, an attestation, a certificate or a firmware's log",
  usage = "FILE|HOST:PORT [options]",
  words = { "FILE" },
  options = cli.options({ agent.timeout_option }, output.options),
}

-- In the order of a quote; what is not named here comes behind, in the order of its name.
local first = { header = 1, body = 2, body_size = 3, report = 4, signature = 5 }

local function by_place(a, b)
  local one, other = first[a] or 9, first[b] or 9
  if one ~= other then
    return one < other
  end
  return tostring(a) < tostring(b)
end

local SHOWN = 96 -- characters of a value in a line

local function shown(value)
  local text = tostring(value):gsub("%z", "")
  if #text > SHOWN then
    return ("%s... (%d bytes)"):format(text:sub(1, SHOWN):match "^[^\n]*", #text)
  end
  return text
end

-- A row a field, nested ones under dotted names.
local function flatten(rows, prefix, value)
  if type(value) ~= "table" then
    rows[#rows + 1] = { label = prefix, text = shown(value) }
    return
  end
  local names = {}
  for name in pairs(value) do
    names[#names + 1] = name
  end
  table.sort(names, type(names[1]) == "string" and by_place or nil)
  for _, name in ipairs(names) do
    flatten(rows, prefix == "" and tostring(name) or prefix .. "." .. name, value[name])
  end
end

-- In: peer, who has shown the certificate, or nil.
local function describe(parts, peer)
  local quote, message, code = core.parse_quote(parts.quote)
  if not quote then
    return nil, message, code
  end
  local events
  if parts.event_log then
    events, message, code = core.event_log(parts.event_log)
    if not events then
      return nil, message, code
    end
  end
  local rows = {}
  flatten(rows, "", quote)
  if parts.certificate then
    flatten(rows, "certificate", parts.certificate)
  end
  for _, row in ipairs {
    { "quote", quote, people = false },
    { "certificate", parts.certificate, people = false },
    event_log.events_row(events),
    { "rtmrs" },
    { "report_data", parts.said and core.hex(parts.said),
      label = "report data that the attestation names" },
    { "config", parts.config, text = shown(parts.config or "") },
    { "key_report_data", parts.key_data and core.hex(parts.key_data),
      label = "report data that the certificate's key asks for" },
    { "peer", peer, text = peer and ("%s: %s"):format(peer, evidence.HANDSHAKE) },
    { label = "checked",
      text = (peer and "nothing else" or "nothing") .. ": see dstack-lua verify" },
  } do
    rows[#rows + 1] = row
  end
  return rows
end

-- A firmware's log: its events, and the registers beside the members of the others, which are null.
local function describe_log(bytes, path)
  local events, registers, code = event_log.ccel(bytes, input.name(path))
  if not events then
    return nil, registers, code
  end
  local rows = event_log.rows(events, registers)
  table.insert(rows, 1, { "quote" })
  table.insert(rows, 2, { "certificate" })
  for _, name in ipairs { "report_data", "config", "key_report_data", "peer" } do
    rows[#rows + 1] = { name }
  end
  return rows
end

-- What a command's word names, described; or nil, message, code.
local function inspect(word, values)
  local options, peer, code = evidence.find(word, values, true)
  if not options then
    return nil, peer, code
  end
  local parts, rows, message
  if options.ccel then
    rows, message, code = describe_log(options.ccel, word)
  else
    parts, message, code = attest.evidence(options)
  end
  if parts then
    rows, message, code = describe(parts, peer)
  end
  if not rows then
    return evidence.failure(message, code)
  end
  return rows
end

function M.run(values, words)
  local rows
  local good, message, code = output.check(values)
  if good then
    rows, message, code = inspect(words[1], values)
  end
  if not rows then
    return nil, message, code
  end
  return output.finish(rows, nil, values)
end

return M
