-- What the entry points for nginx are made with.

local core = require "dstack.core"
local octets = require "dstack.octets"

local M = {}

-- Takes options by their names: types is name -> type, defaults name -> value. Raises for one that
-- does not exist or is of another type. Numbers are seconds or counts, above 0: returns nil, err
-- for any other.
function M.take(what, given, types, defaults)
  local taken = {}
  for name, value in pairs(given or {}) do
    if not types[name] then
      core.raise(("%s: unknown option '%s'; there are: %s"):format(what, tostring(name),
        octets.names(types)))
    elseif type(value) ~= types[name] then
      core.raise(("%s: option '%s' wants a %s, got a %s"):format(what, name, types[name],
        type(value)))
    elseif type(value) == "number" and not (value > 0 and value < math.huge) then
      return nil, ("%s: option '%s' is not a finite number above 0"):format(what, name)
    end
    taken[name] = value
  end
  for name, value in pairs(defaults) do
    if taken[name] == nil then
      taken[name] = value
    end
  end
  return taken
end

-- The client of the option `client`: one that is made already, or options to make it with. Returns
-- nil, err, code when there is none.
function M.client(given)
  if given and given.surface == "v1" then
    return nil, "option 'client': v1 has other methods and other keys: give a DstackClient",
      "invalid"
  elseif given and given.get_key then
    return given
  end
  return require("dstack.v0").DstackClient(given or {})
end

return M
