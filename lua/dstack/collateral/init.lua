-- Collateral: what quotes are verified with. One JSON document, which dcap-qvl reads and writes
-- too; fetched from Intel's service or a cache of it (PCCS), or read from a file.

local core = require "dstack.core"
local file = require "dstack.collateral.file"
local octets = require "dstack.octets"

local M = {}

local Collateral = { __name = "dstack.Collateral" }
Collateral.__index = Collateral

local function time(seconds)
  return os.date("!%Y-%m-%dT%H:%M:%SZ", seconds)
end

function Collateral:__tostring()
  return ("dstack.Collateral(%d bytes, issued %s, good until %s)"):format(#self.text,
    time(self.issued), time(self.expires))
end

-- Reads a document. Returns an object with text, issued, expires, or nil, message, code. Nothing is
-- verified: that happens when a quote is.
function M.parse(text)
  octets.check_string(text, "collateral.parse: text")
  local issued, expires, code = core.collateral_dates(text)
  if not issued then
    return nil, "collateral: " .. expires, code
  end
  return setmetatable({ text = text, issued = issued, expires = expires }, Collateral)
end

function M.load(path)
  octets.check_string(path, "collateral.load: path")
  local text, message, code = file.read(path)
  if not text then
    return nil, "collateral: " .. message, code
  end
  local read
  read, message, code = M.parse(text)
  if not read then
    return nil, ("%s: %s"):format(path, message), code
  end
  return read
end

local function check_self(self, name)
  if getmetatable(self) ~= Collateral then
    core.raise(("collateral.%s: what collateral.fetch, load or parse return expected"):format(
      name))
  end
end

-- Writes the document: whole, or not at all.
function M.save(self, path)
  check_self(self, "save")
  octets.check_string(path, "collateral.save: path")
  local good, message, code = file.write(path, self.text)
  if not good then
    return nil, "collateral: " .. message, code
  end
  return true
end

Collateral.save = M.save

function M.fetch(quote, options)
  return require "dstack.collateral.fetch"(quote, options)
end

M.Collateral = Collateral

return M
