-- Where we are running: in a task that can wait, outside all of them, or in a task but where it
-- cannot wait. What asks this loads no scheduler: outside dstack.run there is none.

local core = require "dstack.core"

local M = {
  task = nil, -- the one that has control; the scheduler sets it
}

-- Lua 5.3 and newer, and LuaJIT, know by themselves whether this coroutine can yield here. Older
-- ones cannot yield across a C function that has called back: one is looked for. In 5.2 there are
-- some that let it through.
local old = _VERSION == "Lua 5.1" and not coroutine.isyieldable

local can_yield = coroutine.isyieldable or function()
  if old then
    return core.only_lua_below()
  end
  return core.only_lua_below(pcall, xpcall, dofile)
end

local CURE = old and ": Lua 5.1 cannot yield across pcall, xpcall or another C function that calls "
  .. "back. Call it outside of them: dstack.gather({f}, {settle = true}) takes errors as pcall does"
  or ": it would have to yield across a C function that calls back, such as table.sort or "
  .. "string.gsub. Call it outside of that"

-- What to say of an error of Lua's own that could not be foreseen: metamethods and iterators are no
-- functions that can be seen.
function M.explain(message)
  if type(message) == "string" and message:find "attempt to yield across" then
    return message .. " (a task waits by yielding" .. CURE .. ")"
  end
  return message
end

-- Returns the task that is running, which may wait; nil outside dstack.run. Raises where a task
-- runs that cannot wait here: blocking all others is nobody's wish. what: who asks, for that.
function M.waiting_task(what)
  local task = M.task
  if not task then
    return nil
  elseif coroutine.running() ~= task.co then
    core.raise(what .. ": called in a coroutine of the script's own within a task of dstack.run: "
      .. "only the task itself can wait. Call it there, or give it a task with dstack.spawn")
  elseif not can_yield() then
    core.raise(what .. ": the task cannot wait here" .. CURE)
  end
  return task
end

return M
