-- What commands print: data on the standard output, as lines for people or as JSON; files.
--
-- A document is a list of rows {name, value}, the members of the JSON. For people a row has a label
-- (its name, with blanks, unless given) and a text (its value unless given), which may be a list of
-- lines. A row without a name is for people only, one with `people = false` for JSON only. A row
-- without a value is null in JSON and nothing for people, as one with an empty value.

local cli = require "dstack.cli"
local core = require "dstack.core"
local host = require "dstack.host"
local json = require "dstack.cli.json"

local M = {}

M.options = {
  { names = { "--json" }, key = "json", help = "print JSON" },
  { names = { "--color" }, value = "always|never|auto", key = "color",
    help = "auto (default): on a terminal, unless NO_COLOR says no" },
  { names = { "--quiet", "-q" }, key = "quiet", help = "say nothing but errors" },
}

-- Where a command's one value goes: a key, a quote, a signature.
M.file_options = {
  { names = { "-o" }, value = "FILE", key = "out",
    help = "write it to FILE, as a line of hex; the rest is printed as ever" },
  { names = { "--raw" }, key = "raw", help = "as bytes; without -o they are all that is printed" },
}

-- Colour -----------------------------------------------------------------------------------------

-- Complains about options that make no sense, before anything is done.
function M.check(values)
  local bytes = values.raw and not values.out
  if values.out == "-" then
    return nil, "-o wants a file; --raw writes bytes to the standard output", "usage"
  elseif bytes and values.json then
    return nil, "--raw and --json exclude each other without -o FILE", "usage"
  elseif bytes and host.isatty "stdout" then
    return nil, "--raw is nothing for a terminal: use a pipe or -o FILE", "usage"
  end
  return true
end

local function is_set(name)
  local value = os.getenv(name)
  return value ~= nil and value ~= ""
end

local function coloured(values)
  if values.color == "always" or values.color == "never" then
    return values.color == "always"
  elseif is_set "NO_COLOR" then
    return false
  elseif is_set "CLICOLOR_FORCE" and os.getenv "CLICOLOR_FORCE" ~= "0" then
    return true
  end
  return host.isatty "stdout" and os.getenv "TERM" ~= "dumb"
end

local styles = { label = "1", good = "32", secret = "33" }

local function paint(text, style)
  return ("\27[%sm%s\27[0m"):format(styles[style], text)
end

-- Lines for people -------------------------------------------------------------------------------

local function lines_of(row)
  local text = row.text or row[2]
  if row.people == false or text == nil or text == "" then
    return {}
  end
  return type(text) == "table" and text or { tostring(text) }
end

local function label_of(row)
  return row.label or row[1]:gsub("_", " ")
end

local function width_of(document)
  local width = 0
  for _, row in ipairs(document) do
    if #lines_of(row) > 0 then
      width = math.max(width, #label_of(row))
    end
  end
  return width + 2
end

local function listing(document, values)
  local out, width, colour = {}, width_of(document), coloured(values)
  for _, row in ipairs(document) do
    for i, line in ipairs(lines_of(row)) do
      local label = i == 1 and label_of(row) or ""
      local gap = (" "):rep(width - #label)
      line = host.printable(line)
      if colour then
        label = label ~= "" and paint(label, "label") or ""
        line = row.style and paint(line, row.style) or line
      end
      out[#out + 1] = label .. gap .. line .. "\n"
    end
  end
  return table.concat(out)
end

local function members(document)
  local out = {}
  for _, row in ipairs(document) do
    if row[1] then
      out[#out + 1] = row
    end
  end
  return json.object(out)
end

-- Writing ----------------------------------------------------------------------------------------

-- Writes data to the standard output, in one piece. A reader who has left wants no message.
function M.write(text)
  local good, message, number = io.stdout:write(text)
  if good then
    return cli.status.ok
  elseif number == host.EPIPE then
    return cli.status.internal
  end
  return nil, "cannot write to the standard output: " .. message, "internal"
end

local function show(document, values)
  if values.json then
    return M.write(json.layout(json.encode(members(document))) .. "\n")
  end
  return M.write(listing(document, values))
end

M.PRIVATE, M.PUBLIC = 384, 420 -- 0600, 0644

-- Writes files {{path =, bytes =, mode =}, ...}, each whole or not at all, and none when one cannot
-- be written.
local function write_files(files)
  local staged = {}
  for i, file in ipairs(files) do
    local one, message, code = host.stage(file.path, file.bytes, file.mode)
    if not one then
      return nil, message, code -- the collector removes what was staged before
    end
    staged[i] = one
  end
  for i, file in ipairs(files) do
    local good, message, code = staged[i]:commit()
    if not good then
      return nil, message, code
    end
    cli.note("wrote " .. file.path)
  end
  return true
end

local function files_of(product, values)
  if product.bytes and values.out then
    local bytes = values.raw and product.bytes or core.hex(product.bytes) .. "\n"
    return { { path = values.out, bytes = bytes, mode = product.mode } }
  end
  return product.files or {}
end

-- Ends a command that has a document and, it may be, a product: {bytes =, mode =} for file_options,
-- or {files =, text =}, the text being for people in the document's place.
function M.finish(document, product, values)
  product = product or {}
  local good, message, code = write_files(files_of(product, values))
  if not good then
    return nil, message, code
  elseif values.raw and not values.out then
    return M.write(product.bytes)
  elseif product.text and not values.json then
    return M.write(product.text)
  end
  return show(document, values)
end

return M
