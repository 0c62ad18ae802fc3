-- Requirements of versions as Rust's semver reads them: comparators with commas between; a bare
-- version means ^, and parts that are missing or *, x, X are anything.

local M = {}

-- The parts of a version, up to three numbers; nil when it is none.
local function parts_of(text)
  if text == "*" then
    return {}
  end
  local parts = {}
  for part in (text:gsub("[-+][%w.+-]*$", "") .. "."):gmatch "(.-)%." do
    local wild = part:find "^[*xX]$" ~= nil and #parts > 0
    if #parts == 3 or not wild and (not part:find "^%d+$" or part:find "^0%d") then
      return nil
    elseif wild then
      break
    end
    parts[#parts + 1] = tonumber(part)
  end
  return parts
end

-- Compares as many parts as both have: -1, 0, 1.
local function compare(version, parts)
  for i, part in ipairs(parts) do
    if version[i] ~= part then
      return version[i] < part and -1 or 1
    end
  end
  return 0
end

-- How many parts a version must share with the parts of ^: up to the first that is not zero.
local function caret(parts)
  for i = 1, #parts do
    if parts[i] > 0 then
      return i
    end
  end
  return #parts
end

local function starts_with(version, parts, count)
  for i = 1, math.min(count, #parts) do
    if version[i] ~= parts[i] then
      return false
    end
  end
  return true
end

local holds = {
  [">"] = function(version, parts) return compare(version, parts) > 0 end,
  [">="] = function(version, parts) return compare(version, parts) >= 0 end,
  ["<"] = function(version, parts) return compare(version, parts) < 0 end,
  ["<="] = function(version, parts) return compare(version, parts) <= 0 end,
  ["="] = function(version, parts) return compare(version, parts) == 0 end,
  ["~"] = function(version, parts)
    return compare(version, parts) >= 0 and starts_with(version, parts, 2)
  end,
  ["^"] = function(version, parts)
    return compare(version, parts) >= 0 and starts_with(version, parts, caret(parts))
  end,
}

-- Reads a requirement: a list of {operator, parts}, or nil when it is none.
function M.parse(text)
  local list = {}
  for part in (text .. ","):gmatch "%s*(.-)%s*," do
    local operator, version = part:match "^([<>=~^]*)%s*(.*)$"
    local parts = parts_of(version)
    if not parts or operator ~= "" and not holds[operator] then
      return nil
    end
    list[#list + 1] = { operator == "" and "^" or operator, parts }
  end
  return list
end

-- Whether a version {major, minor, patch} meets a requirement that was read.
function M.is_met(list, version)
  for _, one in ipairs(list) do
    if not holds[one[1]](version, one[2]) then
      return false
    end
  end
  return true
end

return M
