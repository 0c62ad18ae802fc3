-- Tasks that wait in line for something of which there is not enough for all at once: who has
-- waited longest gets it first.

local queue = require "dstack.loop.queue"
local scheduler = require "dstack.loop.scheduler"

local Line = {}
Line.__index = Line

-- In: take(thing, task), called when a thing is handed to a task, before that goes on; give_back(
-- thing), when the task it was handed to ends before it goes on.
function Line.new(take, give_back)
  return setmetatable({ waiting = queue.new(), take = take, give_back = give_back }, Line)
end

-- The next one in the queue that still waits.
local function next_turn(self)
  local turn = self.waiting:pop()
  while turn and turn.over do
    turn = self.waiting:pop()
  end
  return turn
end

local function leave(self, turn)
  local thing = turn.thing
  scheduler.clear_timer(turn)
  turn.over, turn.thing = true, nil
  if thing then
    self.give_back(thing)
  end
end

-- Waits until something is handed to the task. Returns it; nil when that has not come until the
-- deadline, or the line was broken up.
function Line:wait(task, deadline)
  local turn = { task = task, when = deadline }
  function turn.wake()
    turn.over = true
    scheduler.wake(task)
  end
  self.waiting:push(turn)
  scheduler.set_timer(turn)
  scheduler.wait(task, function() leave(self, turn) end)
  return turn.thing
end

-- Hands something to who has waited longest. Returns whether there is anybody.
function Line:hand_on(thing)
  local turn = next_turn(self)
  if not turn then
    return false
  end
  self.take(thing, turn.task)
  turn.over, turn.thing = true, thing
  scheduler.clear_timer(turn)
  scheduler.wake(turn.task)
  return true
end

-- Sends everybody away.
function Line:break_up()
  local turn = next_turn(self)
  while turn do
    leave(self, turn)
    scheduler.wake(turn.task)
    turn = next_turn(self)
  end
end

return Line
