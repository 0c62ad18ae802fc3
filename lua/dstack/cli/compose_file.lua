-- What the compose commands share: reading documents, checking names of forms, showing what is new.

local compose = require "dstack.compose"
local input = require "dstack.cli.input"
local output = require "dstack.cli.output"

local M = {}

-- The document in a file, or on the standard input for "-". Returns it, or nil, message, code.
function M.read(path)
  local bytes, message, code = input.read(path)
  if not bytes then
    return nil, message, code
  end
  local doc
  doc, message, code = compose.parse(bytes)
  if not doc then
    return nil, ("%s: %s"):format(path == "-" and "the standard input" or path, message), code
  end
  return doc
end

-- Complains about a name that is not in the list. Without a name all is well.
function M.check_name(option, name, list)
  for _, known in ipairs(list) do
    if name == nil or name == known then
      return true
    end
  end
  return nil, ("%s: there is no %s; there are: %s"):format(option, name, table.concat(list, ", ")),
    "usage"
end

M.out_option = { names = { "-o" }, value = "FILE", key = "out",
  help = "write the document to FILE; else it is printed as it is" }

-- Ends a command that made a document: rows about it, the document to its place.
function M.finish(doc, rows, values)
  if values.out == "-" then
    return nil, "-o wants a file; without it the document is printed", "usage"
  end
  local product = { text = not values.out and doc.bytes or nil }
  if values.out then
    product.files = { { path = values.out, bytes = doc.bytes, mode = output.PUBLIC } }
  end
  rows[#rows + 1] = { "file", values.out, people = false }
  rows[#rows + 1] = { "text", not values.out and doc.bytes or nil, people = false }
  return output.finish(rows, product, values)
end

return M
