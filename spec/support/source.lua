-- Lua source for a value: nil, booleans, numbers, strings, tables of these.
local function source(value)
  if type(value) == "string" then
    return (("%q"):format(value):gsub("\r", "\\r"))
  elseif type(value) ~= "table" then
    assert(value == nil or type(value) == "boolean" or type(value) == "number", type(value))
    return tostring(value)
  end
  local items = {}
  for key, item in pairs(value) do
    items[#items + 1] = ("[%s]=%s"):format(source(key), source(item))
  end
  return "{" .. table.concat(items, ",") .. "}"
end

return source
