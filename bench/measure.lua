-- What benchmarks share: the median of rounds, and what a program in C measures.

local M = {}

function M.median(list)
  table.sort(list)
  return list[(#list + 1) // 2]
end

-- Runs a command. Returns the number in its first line: microseconds a call.
function M.bare(command)
  local pipe = assert(io.popen(command))
  local microseconds = assert(tonumber(pipe:read "*l"))
  pipe:close()
  return microseconds
end

return M
