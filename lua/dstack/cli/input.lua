-- What commands read: bytes from a file, the standard input, hex or text.

local cli = require "dstack.cli"
local core = require "dstack.core"
local host = require "dstack.host"

local M = {}

-- Bytes from hex text, with or without 0x; hint: what else may have been meant, or nil. Returns
-- them, or nil, message, code.
function M.unhex(text, what, hint)
  local digits = text:gsub("^0[xX]", "")
  local stranger = digits:match "[^%x][\128-\191]*"
  if stranger then
    return nil, ("%s: '%s' is no hex digit%s"):format(what, stranger,
      hint and " (" .. hint .. ")" or ""), "usage"
  elseif #digits % 2 == 1 then
    return nil, what .. ": an odd number of hex digits", "usage"
  end
  return core.unhex(digits)
end

-- Likewise, of one of these sizes.
function M.unhex_sized(text, what, ...)
  local bytes, message, code = M.unhex(text, what)
  if not bytes then
    return nil, message, code
  end
  for _, size in ipairs { ... } do
    if #bytes == size then
      return bytes
    end
  end
  return nil, ("%s: %d bytes instead of %s"):format(what, #bytes,
    table.concat({ ... }, " or ")), "usage"
end

local stdin_read = false

-- The standard input as a file; nil and what is wrong when somebody has read it before.
local function open_stdin()
  if stdin_read then
    return nil, "the standard input: it was read already, and there is only one"
  end
  stdin_read = true
  if host.isatty "stdin" then
    cli.note "reading from the terminal; Ctrl-D ends the input"
  end
  return io.stdin
end

local PIECE = 65536

-- The name of a file in a message.
function M.name(path)
  return path == "-" and "the standard input" or path
end

-- Hands a file, or the standard input for "-", to take(bytes) piece by piece, until that returns
-- true. Returns true, or nil, message, code.
function M.feed(path, take)
  local file, message
  if path == "-" then
    file, message = open_stdin()
  else
    file, message = io.open(path, "rb")
  end
  if not file then
    return nil, "cannot read " .. message, "invalid"
  end
  local bytes
  repeat
    bytes, message = file:read(PIECE)
  until not bytes or take(bytes)
  if path ~= "-" then
    file:close()
  end
  if message then
    return nil, ("cannot read %s: %s"):format(M.name(path),
      message), "invalid"
  end
  return true
end

-- All of it, but not much more than `most` bytes. Returns the bytes, or nil, message, code.
local function read_most(path, most)
  local pieces, size = {}, 0
  local good, message, code = M.feed(path, function(bytes)
    pieces[#pieces + 1], size = bytes, size + #bytes
    return size > most
  end)
  if not good then
    return nil, message, code
  end
  return table.concat(pieces)
end

function M.read(path)
  return read_most(path, math.huge)
end

-- More than any evidence, or what it is judged by, has in any of its forms.
local EVIDENCE_BYTES = 64 * 1024 * 1024

-- Likewise, what may come from anybody.
function M.read_evidence(path)
  local bytes, message, code = read_most(path, EVIDENCE_BYTES)
  if bytes and #bytes > EVIDENCE_BYTES then
    return nil, ("%s: more than %d bytes"):format(M.name(path),
      EVIDENCE_BYTES), "invalid"
  end
  return bytes, message, code
end

-- The value of whichever one of several sources was given, as {name =, value =, read =, hint =};
-- read turns value, name and hint into bytes. Returns what it does: bytes, or nil, message, code.
function M.choose(sources)
  local chosen, names = nil, {}
  for i, source in ipairs(sources) do
    names[i] = source.name
    if source.value and chosen then
      return nil, ("%s and %s exclude each other"):format(chosen.name, source.name), "usage"
    end
    chosen = source.value and source or chosen
  end
  if not chosen then
    return nil, "one of these is wanted: " .. table.concat(names, ", "), "usage"
  end
  return chosen.read(chosen.value, chosen.name, chosen.hint)
end

-- Text that is taken as it stands.
function M.text(text)
  return text
end

-- Report data: what an attestation vouches for.
M.report_data_options = {
  { names = { "--text" }, value = "TEXT", key = "text",
    help = "the report data as text, instead of HEX; 1 to 64 bytes" },
  { names = { "--sha512" }, value = "FILE", key = "sha512",
    help = "the report data is the SHA-512 of FILE; - is the standard input" },
}

local function hash_file(path)
  local bytes, message, code = M.read(path)
  if not bytes then
    return nil, message, code
  end
  return core.hash("sha512", bytes)
end

local REPORT_DATA_MAX = 64

-- Returns the bytes, or nil, message, code. In: hex, the word that gives them, or nil.
function M.report_data(values, hex)
  local bytes, message, code = M.choose {
    { name = "HEX", value = hex, read = M.unhex,
      hint = "text: --text TEXT, a file: --sha512 FILE" },
    { name = "--text", value = values.text, read = M.text },
    { name = "--sha512", value = values.sha512, read = hash_file },
  }
  if bytes and (bytes == "" or #bytes > REPORT_DATA_MAX) then
    return nil, ("report data is 1 to %d bytes, not %d; --sha512 FILE takes a file of any size")
      :format(REPORT_DATA_MAX, #bytes), "usage"
  end
  return bytes, message, code
end

return M
