-- What the compose commands share: reading documents, naming forms, showing what is new.

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
    return nil, ("%s: %s"):format(input.name(path), message), code
  end
  return doc
end

-- Who writes which form.
local writers = {
  ["compact-sorted"] = "what the SDKs' get_compose_hash hashes",
  ["vmm-cli"] = "vmm-cli compose and update",
  ["pretty-sorted"] = "dstack deploy, dstackup",
  compact = "the VMM's web page",
  ["dstack-cloud"] = "dstack-cloud",
  ["phala-0.3"] = "Phala Cloud in the days of 0.3",
  jq = "a file that went through jq",
}

local function forms()
  local list = {}
  for i, name in ipairs(compose.forms) do
    list[i] = { name, writers[name] }
  end
  return list
end

-- The option --form, for a command that has this one unless it is given.
function M.form_option(default)
  return { names = { "--form" }, value = "NAME", key = "form", choices = forms(),
    help = default .. " (default) or one of those below" }
end

M.out_option = { names = { "-o" }, value = "FILE", key = "out",
  help = "write the document to FILE; else it is printed as it is" }

-- Complains about options of a command that makes a document, before anything is done.
function M.check(values)
  if values.out == "-" then
    return nil, "-o wants a file; without it the document is printed", "usage"
  end
  return output.check(values)
end

-- Ends a command that made a document: rows about it, the document to its place.
function M.finish(doc, rows, values)
  local product = { text = not values.out and doc.bytes or nil }
  if values.out then
    product.files = { { path = values.out, bytes = doc.bytes, mode = output.PUBLIC } }
  end
  rows[#rows + 1] = { "file", values.out, people = false }
  rows[#rows + 1] = { "text", not values.out and doc.bytes or nil, people = false }
  return output.finish(rows, product, values)
end

return M
