-- The Lua half of the conversation at a terminal (src/host/repl.c is the other): how results look,
-- what a name can become, and help.

local M = {}

M.show = require "dstack.repl.show"

function M.complete(text)
  return require "dstack.repl.complete"(text)
end

-- Named only, as many would try first, these say what they are for.
local function told(text, call)
  return setmetatable({}, { __call = call, __tostring = function() return text end })
end

local ENDING = "Ctrl-D ends the conversation, os.exit() too"

-- What is preset, unless a script has set it: what is asked for before anything is known, and the
-- module, so that the first line can be a client's.
local function presets()
  local ending = told(ENDING, function() print(ENDING) end)
  return {
    dstack = require "dstack", exit = ending, quit = ending,
    help = told([[help() says what there is; help NAME and help(VALUE) explain]], function(_, ...)
      return require "dstack.repl.help".print(...)
    end),
  }
end

-- Called once, before the first prompt.
function M.start(terminal)
  for name, value in pairs(presets()) do
    if rawget(_G, name) == nil then
      rawset(_G, name, value)
    end
  end
  if terminal then
    print [[dstack is at hand; help() explains; a `local` lasts for its line; Ctrl-D ends.]]
  end
end

return M
