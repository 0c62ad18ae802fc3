-- First in, first out.

local M = {}
M.__index = M

function M.new()
  return setmetatable({ first = 1, last = 0 }, M)
end

function M:push(value)
  self.last = self.last + 1
  self[self.last] = value
end

-- Returns nil when it is empty.
function M:pop()
  local first = self.first
  local value = self[first]
  if value == nil then
    return nil
  end
  self[first] = nil
  if first == self.last then
    self.first, self.last = 1, 0
  else
    self.first = first + 1
  end
  return value
end

function M:count()
  return self.last - self.first + 1
end

return M
