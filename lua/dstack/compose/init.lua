-- app-compose.json: its bytes are the truth. A document keeps them; what SDKs' helpers hash is made
-- beside it.

local app_compose = require "dstack.app_compose"
local core = require "dstack.core"
local document = require "dstack.compose.document"
local fields = require "dstack.compose.fields"
local json = require "dstack.json"

local M = {}

-- The names of the forms that `new`, `to`, `with`, `without` take, and of the hashes' flavours.
M.forms, M.flavours = core.compose_forms, core.compose_flavours

local function check_type(value, wanted, what)
  if type(value) ~= wanted then
    core.raise(("compose.%s: %s expected, got %s"):format(what, wanted, type(value)))
  end
end

-- Documents --------------------------------------------------------------------------------------

function M.parse(text)
  check_type(text, "string", "parse")
  return document.parse(text)
end

function M.load(path)
  check_type(path, "string", "load")
  local text, message, code = document.read(path)
  if not text then
    return nil, message, code
  end
  return document.parse(text)
end

function M.new(options)
  return require "dstack.compose.new"(options)
end

-- A document of a document or text; raises for anything else.
local function document_of(value, what)
  if document.is(value) then
    return value
  elseif type(value) == "string" then
    return document.parse(value)
  end
  core.raise(("compose.%s: a document or JSON text expected, got %s"):format(what, type(value)))
end

function M.check(doc, options)
  options = options or {}
  check_type(options, "table", "check")
  for name in pairs(options) do
    if name ~= "os_version" then
      core.raise(("compose.check: unknown option '%s'; there are: os_version"):format(
        tostring(name)))
    end
  end
  local os_version = options.os_version or fields.newest_release
  check_type(os_version, "string", "check: os_version")
  local given, message, code = document_of(doc, "check")
  if not given then
    return nil, message, code
  end
  return require "dstack.compose.check"(given, os_version)
end

function M.diff(a, b)
  local one, message, code = document_of(a, "diff")
  if not one then
    return nil, message, code
  end
  local other
  other, message, code = document_of(b, "diff")
  if not other then
    return nil, message, code
  end
  return require "dstack.compose.diff"(one, other)
end

-- What SDKs' helpers hash ------------------------------------------------------------------------

-- The JSON text of what get_compose_hash was given. A list field's table without items is a list.
local function text_of(value, what)
  if type(value) == "string" then
    return value
  elseif document.is(value) then
    return value.bytes
  elseif type(value) ~= "table" then
    core.raise(("%s: a table or JSON text expected, got %s"):format(what, type(value)))
  end
  local copy = {}
  for name, member in next, value do
    if type(member) == "table" and next(member) == nil and fields.is_list(name) then
      member = json.empty_array
    end
    copy[name] = member
  end
  return json.encode(copy, true)
end

local function flavour_of(options, what)
  options = options or {}
  if type(options) ~= "table" then
    core.raise(("%s: options: table expected, got %s"):format(what, type(options)))
  end
  for name in pairs(options) do
    if name ~= "flavour" then
      core.raise(("%s: unknown option '%s'; there are: flavour"):format(what, tostring(name)))
    end
  end
  local flavour = options.flavour or "js"
  for _, known in ipairs(M.flavours) do
    if known == flavour then
      return flavour
    end
  end
  core.raise(("%s: no flavour is named %s; there are: %s"):format(what, tostring(flavour),
    table.concat(M.flavours, ", ")))
end

local function canonical(value, normalize, options, what)
  local flavour = flavour_of(options, what)
  if normalize ~= nil and type(normalize) ~= "boolean" then
    core.raise(("%s: normalize: boolean expected, got %s"):format(what, type(normalize)))
  end
  local text, message, code = text_of(value, what)
  if not text then
    return nil, message, code
  end
  return core.compose_canonical(text, flavour, normalize)
end

function M.canonical(value, normalize, options)
  return canonical(value, normalize, options, "compose.canonical")
end

function M.get_compose_hash(value, normalize, options)
  local text, message, code = canonical(value, normalize, options, "get_compose_hash")
  if not text then
    return nil, message, code
  end
  local digest
  digest, message, code = core.hash("sha256", text)
  if not digest then
    return nil, message, code
  end
  return core.hex(digest)
end

M.AppCompose = app_compose.AppCompose

return M
