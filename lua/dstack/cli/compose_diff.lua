local cli = require "dstack.cli"
local compose = require "dstack.compose"
local compose_file = require "dstack.cli.compose_file"
local json = require "dstack.cli.json"
local output = require "dstack.cli.output"

local M = {
  summary = "tell why two app-compose.json files have different hashes",
  usage = "FILE_A FILE_B [options]",
  words = { "FILE_A", "FILE_B" },
  options = output.options,
}

local SHOWN = 100 -- bytes of a value in a line
local BEFORE = 20 -- so many of them before the first that differs

local reasons = {
  same = "none: the same bytes",
  values = "they hold other values",
  order = "the same values in another order",
  bytes = "the same values in the same order, written otherwise",
}

local function is_within_character(text, at)
  return text:find("^[\128-\191]", at) ~= nil
end

-- The part of a text that begins there, and what stands for the rest.
local function shorten(text, from)
  local to = from + SHOWN - 1
  while is_within_character(text, from) do
    from = from - 1
  end
  while is_within_character(text, to + 1) do
    to = to + 1
  end
  return (from > 1 and "..." or "") .. text:sub(from, to) .. (to < #text and "..." or "")
end

-- From where two values are shown, so that it is seen what differs.
local function start_of(a, b)
  local same = 0
  while same < math.min(#a, #b) and a:byte(same + 1) == b:byte(same + 1) do
    same = same + 1
  end
  return math.max(1, #a <= SHOWN and #b <= SHOWN and 1 or same + 1 - BEFORE)
end

-- A line for each value that differs, two where it changed.
local function value_lines(values)
  local lines = {}
  for _, value in ipairs(values) do
    local path = value.path == "" and "the document" or value.path
    local from = start_of(value.a or "", value.b or "")
    if value.a then
      lines[#lines + 1] = ("- %s  %s"):format(path, shorten(value.a, from))
    end
    if value.b then
      lines[#lines + 1] = ("+ %s  %s"):format(path, shorten(value.b, from))
    end
  end
  return lines
end

local function order_lines(paths)
  local lines = {}
  for i, path in ipairs(paths) do
    lines[i] = "members of " .. (path == "" and "the document" or path)
  end
  return lines
end

local function bytes_line(bytes)
  local function shown(text)
    return text == "" and "its end" or json.encode(text)
  end
  return bytes and ("byte %d, line %d: %s and %s"):format(bytes.offset, bytes.line, shown(bytes.a),
    shown(bytes.b))
end

local function json_of(values)
  local list = {}
  for i, value in ipairs(values) do
    list[i] = json.object {
      { "path", value.path }, { "kind", value.kind }, { "a", value.a }, { "b", value.b },
    }
  end
  return json.array(list)
end

local function rows_of(diff)
  local bytes = diff.bytes
  return {
    { "equal", diff.equal, people = false },
    { "reason", diff.reason, label = "difference", text = reasons[diff.reason] },
    { "hash_a", diff.hash_a },
    { "hash_b", diff.hash_b },
    { "form_a", diff.form_a },
    { "form_b", diff.form_b },
    { "values", json_of(diff.values), text = value_lines(diff.values) },
    { "order", json.array(diff.order), text = order_lines(diff.order) },
    { "bytes", bytes and json.object { { "offset", bytes.offset }, { "line", bytes.line },
      { "a", bytes.a }, { "b", bytes.b } }, label = "first at", text = bytes_line(bytes) },
  }
end

function M.run(values, words)
  local a, b, diff
  local good, message, code = output.check(values)
  if good then
    a, message, code = compose_file.read(words[1])
  end
  if a then
    b, message, code = compose_file.read(words[2])
  end
  if b then
    diff, message, code = compose.diff(a, b)
  end
  if not diff then
    return nil, message, code
  end
  local status
  status, message, code = output.finish(rows_of(diff), nil, values)
  if status == cli.status.ok and not diff.equal then
    return cli.status.verify
  end
  return status, message, code
end

return M
