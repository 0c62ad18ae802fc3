-- What is due at some time, the first first: a binary heap (Williams, 1964) whose entries know
-- their places, so that any of them can be taken out. An entry is a table with a field `when`;
-- those due at the same time come in the order in which they were set.

local M = {}
M.__index = M

function M.new()
  return setmetatable({ count = 0, set_so_far = 0 }, M)
end

local function before(a, b)
  return a.when < b.when or a.when == b.when and a.order < b.order
end

local function place(self, entry, at)
  self[at], entry.at = entry, at
end

local function rise(self, entry, at)
  while at > 1 do
    local up = (at - at % 2) / 2
    if not before(entry, self[up]) then
      break
    end
    place(self, self[up], at)
    at = up
  end
  place(self, entry, at)
end

local function sink(self, entry, at)
  while 2 * at <= self.count do
    local down = 2 * at
    if down < self.count and before(self[down + 1], self[down]) then
      down = down + 1
    end
    if not before(self[down], entry) then
      break
    end
    place(self, self[down], at)
    at = down
  end
  place(self, entry, at)
end

function M:set(entry)
  self.set_so_far = self.set_so_far + 1
  self.count = self.count + 1
  entry.order = self.set_so_far
  rise(self, entry, self.count)
end

-- Takes an entry out; one that is not in does no harm.
function M:clear(entry)
  local at = entry.at
  if not at then
    return
  end
  local last = self[self.count]
  self[self.count], entry.at = nil, nil
  self.count = self.count - 1
  if last ~= entry then
    rise(self, last, at)
    sink(self, last, last.at)
  end
end

-- Takes out and returns the first entry, when it is due by then.
function M:due(now)
  local first = self[1]
  if first and first.when <= now then
    self:clear(first)
    return first
  end
end

return M
