-- The Lua half of the conversation at a terminal (src/host/repl.c is the other): how results look,
-- what a name can become, and help.

local M = {}

M.show = require "dstack.repl.show"

function M.complete(text)
  return require "dstack.repl.complete"(text)
end

-- Called it explains; named only, as many would try first, it says so.
local help = setmetatable({}, {
  __call = function(_, ...)
    return require "dstack.repl.help".print(...)
  end,
  __tostring = function()
    return [[help() says what there is; help "NAME" and help(VALUE) explain]]
  end,
})

-- Called once, before the first prompt. Nothing but help is preset, not even dstack: what was typed
-- here runs as a script too.
function M.start(terminal)
  if rawget(_G, "help") == nil then
    rawset(_G, "help", help)
  end
  if terminal then
    print "help() explains; Ctrl-D ends."
  end
end

return M
