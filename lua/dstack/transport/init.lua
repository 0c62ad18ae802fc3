-- The one seam to the network. A transport has
--
--   transport:request{method=, path=, headers=, body=, deadline=, fresh=, want_headers=}
--     -> {status=, body= [, headers=]} | nil, message, code [, errno]
--   transport:close()
--
-- Headers of a request are a list of lines, those of a reply a table with lower-case names, made
-- when the request wants them. The deadline is a time on the clock of now(). With fresh the request
-- goes on a new connection and is never sent twice; without it, it is sent once more if a kept
-- connection closed before any byte of the reply came.

local M = {}

-- Seconds on a clock that only goes forward. The module with the clock is loaded at its first use.
function M.now()
  M.now = require("dstack.http").now
  return M.now()
end

-- The transport for this endpoint and these options of a client, from where we are running.
-- Returns nil, message, code when there is none.
function M.choose(endpoint, options)
  return require("dstack.transport.curl").new(endpoint, options)
end

return M
