-- Several things at once in nginx: gather, spawn, sleep and timeout over its light threads.

local nginx = require "spec.support.nginx"
local support = require "spec.support"

local simulator, server

-- Runs code with dstack, a client, and now() in its reach; given a socket's path as arguments.at.
local function run(code)
  return server:run([[
    local dstack, now = require "dstack", require("dstack.transport").now
    local client = assert(dstack.DstackClient(arguments.at))
    local function key_of(path) return function() return client:get_key(path) end end
  ]] .. code, { at = simulator.endpoint })
end

describe("In nginx", function()
  setup(function()
    simulator = support.simulator "--fault GetKey=delay:0.3"
    server = nginx.start()
  end)
  teardown(function()
    server:stop()
    simulator.stop()
  end)

  it("gather runs calls at once, and gives their results in order", function()
    local took, same, differ, n = run [[
      local list = {}
      for i = 1, 20 do list[i] = key_of("path " .. i % 10) end
      local start = now()
      local keys = assert(dstack.gather(list))
      return now() - start, keys[1].key == keys[11].key, keys[1].key ~= keys[2].key, keys.n]]
    assert.is_true(took >= 0.3 and took < 0.9, took)
    assert.is_true(same)
    assert.is_true(differ)
    assert.equal(20, n)
  end)

  it("gather keeps to a concurrency", function()
    local took = run [[
      local list, start = {}, now()
      for i = 1, 6 do list[i] = key_of("path") end
      assert(dstack.gather(list, { concurrency = 2 }))
      return now() - start]]
    assert.is_true(took >= 0.9 and took < 1.6, took)
  end)

  it("gather's first failure cancels the rest, and comes back", function()
    local took, value, message, code, ended = run [[
      local start, ended = now(), 0
      local value, message, code = dstack.gather {
        key_of "a",
        function() dstack.sleep(0.05) return nil, "no luck", "rpc" end,
        function() dstack.sleep(5) ended = ended + 1 end,
        function() dstack.gather { function() dstack.sleep(5) ended = ended + 1 end } end,
      }
      return now() - start, value, message, code, ended]]
    assert.is_true(took < 0.25, took)
    assert.is_nil(value)
    assert.equal("no luck", message)
    assert.equal("rpc", code)
    assert.equal(0, ended)
  end)

  it("gather with settle collects all", function()
    local list = run [[
      return assert(dstack.gather({
        function() return 1 end, function() return nil, "no", "http" end, function() error "oh" end,
      }, { settle = true }))]]
    assert.same({ ok = true, value = 1 }, list[1])
    assert.equal("http", list[2].code)
    assert.is_false(list[3].ok)
    assert.matches("oh", list[3].message)
  end)

  it("an error in a task reaches who awaits it, with traceback", function()
    local good, message = run [[
      local task = dstack.spawn(function() local function inner() error "here it is" end inner() end)
      return pcall(task.await, task)]]
    assert.is_false(good)
    assert.matches("here it is", message)
    assert.matches("in function 'inner'", message)
  end)

  it("a task is cancelled while it waits for a reply, and its results are asked for", function()
    local first, second, value, message, code, took = run [[
      local start = now()
      local task = dstack.spawn(client.get_key, client, "a")
      dstack.sleep(0.05)
      local first, second = task:cancel(), task:cancel()
      local value, message, code = task:await()
      return first, second, value, message, code, now() - start]]
    assert.same({ true, false }, { first, second })
    assert.is_nil(value)
    assert.matches("cancelled", message)
    assert.equal("cancelled", code)
    assert.is_true(took < 0.25, took)
  end)

  it("a task that is cancelled before its first turn never has one", function()
    assert.same({ 0, "cancelled" }, { run [[
      local turns = 0
      local task = dstack.spawn(function() turns = turns + 1 end)
      task:cancel()
      local _, _, code = task:await()
      return turns, code]] })
  end)

  it("timeout ends what takes too long, and nothing else", function()
    local took, value, message, code, other = run [[
      local start = now()
      local value, message, code = dstack.timeout(0.1, key_of "a")
      return now() - start, value, message, code, (assert(dstack.timeout(5, key_of "a")))]]
    assert.is_true(took < 0.28, took)
    assert.is_nil(value)
    assert.equal("timeout", code)
    assert.matches("0.1 s", message)
    assert.is_table(other)
  end)

  it("tasks that wait for each other are told", function()
    local message = run [[
      local first, second
      first = dstack.spawn(function() dstack.sleep(0.01) return second:await() end)
      second = dstack.spawn(function() return first:await() end)
      local _, message = pcall(first.await, first)
      second:cancel()
      return message]]
    assert.matches("both would wait for ever", message)
  end)

  it("run waits for all that is spawned within, and loses no failure", function()
    local result, count, value, message, code, good, raised = run [[
      local count = 0
      local result = dstack.run(function()
        dstack.spawn(function() dstack.sleep(0.1) count = count + 1 end)
        return "main"
      end)
      local value, message, code = dstack.run(function() dstack.spawn(function() return nil, "lost", "rpc" end) end)
      local good, raised = pcall(dstack.run, function() dstack.spawn(error, "loud") end)
      return result, count, value, message, code, good, raised]]
    assert.equal("main", result)
    assert.equal(1, count)
    assert.is_nil(value)
    assert.matches("a task that nobody awaited failed: lost", message)
    assert.equal("rpc", code)
    assert.is_false(good)
    assert.matches("loud", raised)
  end)

  it("a task is cancelled whose own tasks have come to their ends", function()
    assert.same({ "cancelled", "timeout" }, { run [[
      local function work()
        dstack.gather { function() return 1 end }
        dstack.sleep(5)
      end
      local task = dstack.spawn(work)
      dstack.sleep(0.05)
      task:cancel()
      local _, _, cancelled = task:await()
      local _, _, late = dstack.timeout(0.05, work)
      return cancelled, late]] })
  end)

  it("cancelling cannot be swallowed", function()
    assert.same({ 0, "cancelled" }, { run [[
      local turns = 0
      local client = dstack.DstackClient(arguments.at)
      local task = dstack.spawn(function()
        pcall(dstack.gather, { function() dstack.sleep(5) end })
        for _ = 1, 50 do client:get_key "a" turns = turns + 1 end
      end)
      dstack.sleep(0.05)
      task:cancel()
      local _, _, code = task:await()
      return turns, code]] })
  end)

  it("run waits for what the later ones of a gather have spawned", function()
    assert.equal(1, run [[
      local count = 0
      dstack.run(dstack.gather, {
        concurrency = 1,
        function() end,
        function() dstack.spawn(function() dstack.sleep(0.1) count = count + 1 end) end,
      })
      return count]])
  end)

  it("run tells of all failures, and of its function's own first", function()
    local message, code, raised = run [[
      local function lose() dstack.spawn(function() return nil, "lost", "rpc" end) end
      local _, message, code = dstack.run(function() lose() lose() return nil, "own", "timeout" end)
      local _, raised = pcall(dstack.run, function() lose() dstack.sleep(0.01) error "own error" end)
      return message, code, raised]]
    assert.equal("own; besides, a task that nobody awaited failed (as did 1 more): lost", message)
    assert.equal("timeout", code)
    assert.matches("own error.*besides, a task that nobody awaited failed: lost", raised)
  end)

  it("a yield that cannot be is explained", function()
    assert.matches("yield across.*a task waits by yielding", run [[
      local _, message = pcall(dstack.run, function()
        table.sort({ 1, 2 }, function() dstack.sleep(0) return false end)
      end)
      return message]])
  end)

  it("tasks and short sleeps leave nginx nothing to warn of", function()
    run "dstack.gather { function() dstack.sleep(0) dstack.sleep(0.0001) end }"
    assert.is_nil(server:log():find("sleep(0)", 1, true))
  end)

  it("a failure outside run that nobody awaits is in the log", function()
    run [[
      dstack.spawn(function() return nil, "forgotten one", "rpc" end)
      dstack.sleep(0.05)]]
    run "collectgarbage() collectgarbage()"
    assert.matches("a task that nobody awaited failed: forgotten one", server:log(), 1, true)
  end)

  it("clients that never block are called without more ado", function()
    assert.matches("^%x+$", run [[return assert(dstack.AsyncDstackClient(arguments.at):get_key "a").key]])
  end)

  it("what goes on for long keeps nothing of tasks that have ended", function()
    local code = [[
      local list = {}
      for i = 1, 50 do list[i] = function() return i end end
      local function work()
        for i = 1, 20 do
          dstack.gather(list, { concurrency = i % 2 == 0 and 5 or nil })
          dstack.timeout(1, list[1])
        end
        collectgarbage() collectgarbage()
        return collectgarbage "count"
      end
      local function grown()
        local before = work()
        work()
        return work() - before
      end
      return grown(), (dstack.run(grown))]]
    local outside, within = run(code)
    assert.is_true(outside < 100, outside .. " KiB more")
    assert.is_true(within < 100, within .. " KiB more within run")
  end)

  it("10^3 tasks leave no memory behind", function()
    local code = [[
      for _ = 1, 10 do
        local list = {}
        for i = 1, 100 do list[i] = function() dstack.sleep(0.001 * (i % 3)) return i end end
        assert(dstack.gather(list))
        local task = dstack.spawn(function() dstack.sleep(5) end)
        dstack.sleep(0)
        task:cancel()
        task:await()
      end
      collectgarbage() collectgarbage()
      return collectgarbage "count"]]
    run(code)
    local before = run(code)
    local after = run(code)
    assert.is_true(after - before < 100, (after - before) .. " KiB more")
  end)
end)
