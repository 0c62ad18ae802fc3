-- What a run comes to when all of its tasks have ended, whatever loop they ran in: what its
-- function returned or raised, and beside that the failures that nobody was told of.

local tasks = require "dstack.loop.task"

local M = {}

-- Those of a list of tasks that failed that nobody has been told of.
local function unheard(failed)
  local list = {}
  for _, task in ipairs(failed) do
    if not task.heard then
      list[#list + 1] = task
    end
  end
  return list
end

-- What to say of them, or nil. Returns whether one of them raised an error, and a code, too.
function M.story_of(lost)
  if not lost[1] then
    return nil
  end
  local task = lost[1]
  for _, other in ipairs(lost) do
    task = not task.raised and other.raised and other or task
  end
  local more = #lost > 1 and (" (as did %d more)"):format(#lost - 1) or ""
  local _, message, code = tasks.failure(task)
  return ("a task that nobody awaited failed%s: %s"):format(more, task.story or message),
    task.raised, code
end

-- Returns or raises what a run whose function ran as the task main came to. failed: the tasks in it
-- that failed. An error is raised, any other failure returned; tell(text) is called where neither
-- can be, since main's own error is no text.
function M.conclude(main, failed, tell)
  local story, raised, code = M.story_of(unheard(failed))
  if not story then
    return tasks.outcome(main)
  elseif main.raised and type(main.error) ~= "string" then
    tell("dstack.run: " .. story)
    error(main.error, 0)
  elseif main.raised then
    error(main.error .. "\ndstack.run: besides, " .. story, 0)
  elseif raised then
    error("dstack.run: " .. story, 0)
  end
  local has_failed, message, own_code = tasks.failure(main)
  if has_failed then
    return nil, message .. "; besides, " .. story, own_code
  end
  return nil, "dstack.run: " .. story, code
end

return M
