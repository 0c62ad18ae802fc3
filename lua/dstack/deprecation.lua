-- What is on its way out says so, each thing once a process.

local M = {}

local said, silent = {}, false

-- Turns the notices off, for those who know.
function M.silence_deprecations()
  silent = true
end

-- Says on stderr that `what` is deprecated, and the cure.
function M.notice(what, cure)
  if silent or said[what] then
    return
  end
  said[what] = true
  local line = "dstack: %s is deprecated: %s (dstack.silence_deprecations() ends these notices)\n"
  io.stderr:write(line:format(what, cure))
end

return M
