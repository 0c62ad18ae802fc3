-- dstack.run and what goes on in it: tasks, gather, timeout, sleep, and the clients in them.

local dstack = require "dstack"
local support = require "spec.support"
local transport = require "dstack.transport"

-- Lua 5.1 cannot yield within pcall, which says so.
local old = _VERSION == "Lua 5.1" and not rawget(_G, "jit")

local run, spawn, gather, sleep = dstack.run, dstack.spawn, dstack.gather, dstack.sleep

local function elapsed(fn, ...)
  local start = transport.now()
  local a, b, c = fn(...)
  return transport.now() - start, a, b, c
end

local function fails(code, text, value, message, got)
  assert.is_nil(value)
  assert.matches(text, message, 1, true)
  assert.equal(code, got)
end

-- What fn raises, as a text.
local function raised(fn, ...)
  local good, err = pcall(fn, ...)
  assert.is_false(good)
  return tostring(err)
end

local function bad()
  return nil, "it is broken", "rpc"
end

describe("dstack.run", function()
  it("returns what the function returns, and hands on arguments", function()
    local function pack(...) return { n = select("#", ...), ... } end
    assert.same({ n = 3, nil, 2, nil }, pack(run(function(...) return ... end, nil, 2, nil)))
    assert.same({ n = 0 }, pack(run(function() end)))
    assert.equal("function", type(run(function() return sleep end)))
  end)

  it("returns a failure and raises an error, with the task's story", function()
    fails("rpc", "it is broken", run(bad))
    local function deep() error "boom" end
    local text = raised(run, function() sleep(0) deep() end)
    assert.matches("27%-concurrency_spec.lua:%d+: boom\nstack traceback:", text)
    assert.matches("deep", text)
    local object = {}
    local _, err = pcall(run, function() error(object) end)
    assert.equal(object, err)
  end)

  it("waits for all that was spawned", function()
    local ended = {}
    assert.equal("main", run(function()
      spawn(function() sleep(0.02) ended[2] = true end)
      spawn(function() spawn(function() sleep(0.03) ended[1] = true end) end)
      return "main"
    end))
    assert.same({ true, true }, ended)
  end)

  it("cancels all when its function raises", function()
    local went_on, took
    took = elapsed(function()
      raised(run, function()
        spawn(function() sleep(5) went_on = true end)
        sleep(0)
        error "boom"
      end)
    end)
    assert.is_nil(went_on)
    assert.is_true(took < 2)
  end)

  it("loses no failure that nobody awaited", function()
    fails("rpc", "a task that nobody awaited failed: it is broken", run(function()
      spawn(bad)
      return "fine"
    end))
    local text = raised(run, function() spawn(function() error("boom", 0) end) spawn(bad) return "fine" end)
    assert.matches("a task that nobody awaited failed (as did 1 more): boom", text, 1, true)
    fails("timeout", "mine; besides, a task that nobody awaited failed: it is broken",
      run(function() spawn(bad) return nil, "mine", "timeout" end))
    text = raised(run, function()
      spawn(function() error "first" end)
      sleep(0)
      error "own"
    end)
    assert.matches("own.*besides.*first", text)
    assert.equal("fine", run(function()
      local task = spawn(bad)
      sleep(0)
      fails("rpc", "it is broken", task:await())
      spawn(sleep, 10):cancel()
      return "fine"
    end))
  end)

  it("can be run again, whatever went wrong before", function()
    raised(run, error, "boom") -- a C function, which coroutines of Lua 5.1 cannot begin with
    assert.equal(1, run(function() return 1 end))
  end)

  it("says what is misused", function()
    assert.matches("run: a function expected, got table", raised(run, {}), 1, true)
    assert.matches("spawn: outside dstack.run", raised(spawn, print), 1, true)
    assert.matches("gather: outside dstack.run", raised(gather, {}), 1, true)
    assert.matches("timeout: outside dstack.run", raised(dstack.timeout, 1, print), 1, true)
    assert.matches("inside dstack.run: call the function itself",
      raised(run, function() run(print) end), 1, true)
    assert.matches("finite number", raised(sleep, 0 / 0), 1, true)
    assert.matches("finite number", raised(sleep, -1), 1, true)
    assert.matches("number of seconds expected, got string", raised(sleep, "1"), 1, true)
  end)

  it("finds a deadlock", function()
    local scheduler = require "dstack.loop.scheduler"
    local text = raised(run, function()
      spawn(function() scheduler.wait(scheduler.running "spec") end)
      return (spawn(function() scheduler.wait(scheduler.running "spec") end):await())
    end)
    assert.matches("deadlock: 3 tasks wait, and none of them for time or a reply", text, 1, true)
    assert.matches("27%-concurrency_spec", text)
    assert.equal(1, run(function() return 1 end))
  end)
end)

describe("A task", function()
  it("may be awaited by many, and again", function()
    run(function()
      local task = spawn(function(a, b) sleep(0.01) return a, b, nil end, 1, nil)
      local others = gather { function() return task:await() end, function() return (task:await()) end }
      assert.same({ n = 2, 1, 1 }, others)
      assert.equal(3, select("#", task:await()))
      assert.equal("dstack.Task(done)", tostring(task))
    end)
  end)

  it("hands its error to who awaits it, through all tasks between", function()
    local text = raised(run, function()
      local function inner_place() error "boom" end
      local inner = spawn(function() sleep(0) inner_place() end)
      local outer = spawn(function() local value = inner:await() return value end)
      local value = outer:await()
      return value
    end)
    assert.matches("boom\nstack traceback:.*inner_place.*stack traceback:.*stack traceback:", text)
  end)

  it("cannot await itself, nor one that awaits it", function()
    run(function()
      local task, text
      task = spawn(function() text = raised(task.await, task) end)
      task:await()
      assert.matches("cannot await itself", text)
      local first, second
      first = spawn(function() return second:await() end)
      second = spawn(function() sleep(0) text = raised(first.await, first) end)
      first:await()
      assert.matches("waits for this one", text)
    end)
  end)

  it("lets others go on when it yields, and takes its turn after them", function()
    local order = {}
    run(function()
      for name = 1, 2 do
        spawn(function()
          for i = 1, 3 do
            order[#order + 1] = name * 10 + i
            coroutine.yield()
          end
        end)
      end
    end)
    assert.same({ 11, 21, 12, 22, 13, 23 }, order)
  end)

  it("may use coroutines of its own, but cannot wait in them", function()
    run(function()
      local text
      local squares = coroutine.wrap(function() for i = 1, 3 do coroutine.yield(i * i) end end)
      assert.equal(1, squares())
      sleep(0)
      assert.equal(4, squares())
      coroutine.wrap(function() text = raised(sleep, 0) end)()
      assert.matches("sleep: called in a coroutine of the script's own", text, 1, true)
    end)
  end)

  it("says why it cannot wait within a C function", function()
    run(function()
      local text
      local good, err = pcall(string.gsub, "x", "x", function() sleep(0) end)
      assert.is_false(good)
      assert.matches("sleep: the task cannot wait here", err, 1, true)
      good, text = pcall(sleep, 0)
      if old then
        assert.matches("Lua 5.1 cannot yield across pcall", text, 1, true)
        assert.matches("27%-concurrency_spec.lua:%d+: sleep", text)
      end
      assert.equal(not old, good)
    end)
    if old then
      local walker = setmetatable({}, { __index = function() sleep(0) end })
      local text = raised(run, function() return walker.x end)
      assert.matches("attempt to yield across.*a task waits by yielding: Lua 5.1 cannot", text)
    end
  end)
end)

describe("Cancelling", function()
  it("ends a task where it waits, and tells who awaits it", function()
    run(function()
      local went_on
      local task = spawn(function() sleep(10) went_on = true end)
      sleep(0)
      assert.is_true(task:cancel())
      assert.is_false(task:cancel())
      fails("cancelled", "cancelled", task:await())
      assert.is_nil(went_on)
      assert.equal("dstack.Task(cancelled)", tostring(task))
    end)
  end)

  it("keeps a task from beginning", function()
    run(function()
      local began
      local task = spawn(function() began = true end)
      assert.is_true(task:cancel())
      fails("cancelled", "cancelled", task:await())
      sleep(0)
      assert.is_nil(began)
      assert.is_false(spawn(sleep, 0):await() or task:cancel())
    end)
  end)

  it("of the running task takes effect where it waits next", function()
    run(function()
      local task, after
      task = spawn(function() task:cancel() after = 1 sleep(0) after = 2 end)
      fails("cancelled", "cancelled", task:await())
      assert.equal(1, after)
    end)
  end)

  if not old then
    it("can be cleaned up after, and cannot be swallowed for ever", function()
      run(function()
        local cleaned
        local task = spawn(function()
          local good, why = pcall(sleep, 10)
          cleaned = not good and tostring(why)
          error(why, 0)
        end)
        local tries = 0
        local stubborn = spawn(function() while true do tries = tries + 1 pcall(sleep, 10) end end)
        sleep(0)
        task:cancel()
        stubborn:cancel()
        fails("cancelled", "cancelled", task:await())
        assert.equal("the task has been cancelled", cleaned)
        fails("cancelled", "cancelled", stubborn:await())
        assert.is_true(tries > 1 and tries < 100)
      end)
    end)
  end

  it("ends one that only yields", function()
    run(function()
      local task = spawn(function() while true do coroutine.yield() end end)
      sleep(0)
      task:cancel()
      fails("cancelled", "cancelled", task:await())
    end)
  end)

  it("of a task that awaits leaves alone what it awaits", function()
    run(function()
      local inner = spawn(function() sleep(0.02) return "here" end)
      local outer = spawn(function() return inner:await() end)
      sleep(0)
      outer:cancel()
      fails("cancelled", "cancelled", outer:await())
      assert.equal("here", inner:await())
    end)
  end)

  if _VERSION == "Lua 5.4" then
    it("closes variables that are to be closed, and tells what goes wrong there", function()
      local guard = assert(load [[
        local log, sleep, trouble = ...
        local held <close> = setmetatable({}, { __close = function()
          log[#log + 1] = "closed"
          if trouble then error(trouble, 0) end
        end })
        sleep(10)]])
      run(function()
        local log = {}
        local task = spawn(guard, log, sleep)
        sleep(0)
        task:cancel()
        fails("cancelled", "cancelled", task:await())
        local other = spawn(guard, log, sleep, "stuck")
        sleep(0)
        other:cancel()
        assert.matches("stuck", raised(other.await, other))
        assert.same({ "closed", "closed" }, log)
      end)
    end)
  end
end)

describe("dstack.gather", function()
  it("returns first results in order, with nils", function()
    local list = run(gather, {
      function() sleep(0.03) return 1, "more" end, function() end, function() return false end,
    })
    assert.same({ n = 3, 1, nil, false }, list)
    assert.same({ n = 0 }, run(gather, {}))
  end)

  it("takes the time of the slowest", function()
    local took = elapsed(run, function()
      local list = {}
      for i = 1, 50 do list[i] = function() sleep(0.05) end end
      assert(gather(list))
    end)
    assert.is_true(took >= 0.05 and took < 1)
  end)

  it("returns the first failure, and has cancelled the rest by then", function()
    run(function()
      local went_on, began
      local took, value, message, code = elapsed(gather, {
        function() sleep(5) went_on = true end,
        function() sleep(0.01) return bad() end,
        function() began = true sleep(5) end,
      })
      fails("rpc", "it is broken", value, message, code)
      assert.is_nil(went_on)
      assert.is_true(began and took < 2)
    end)
    local text = raised(run, function()
      local list = gather { function() error "boom" end, function() sleep(5) end }
      return list
    end)
    assert.matches("boom\nstack traceback", text)
  end)

  it("begins nothing new after a failure", function()
    local began = 0
    local list = {}
    for i = 1, 10 do
      list[i] = function() began = began + 1 sleep(0) if i == 2 then return bad() end sleep(0.01) end
    end
    fails("rpc", "broken", run(gather, list, { concurrency = 2 }))
    assert.is_true(began <= 3)
  end)

  it("collects all with settle", function()
    local object = {}
    local list = run(gather, {
      settle = true, function() sleep(0.01) return "late" end, bad, function() error(object) end,
      function() error "boom" end, function() return nil, "plain" end,
    })
    assert.equal(5, list.n)
    assert.same({ ok = true, value = "late" }, list[1])
    assert.same({ ok = false, message = "it is broken", code = "rpc" }, list[2])
    assert.equal(object, list[3].error)
    assert.matches("boom\nstack traceback", list[4].message)
    assert.same({ ok = false, message = "plain" }, list[5])
  end)

  it("keeps to its concurrency, and begins in order", function()
    local now, most, order, list = 0, 0, {}, {}
    for i = 1, 20 do
      list[i] = function()
        now = now + 1
        most, order[#order + 1] = math.max(most, now), i
        sleep(0.001 * (i % 3))
        now = now - 1
        return i
      end
    end
    local out = run(gather, list, { concurrency = 3 })
    assert.equal(3, most)
    for i = 1, 20 do
      assert.equal(i, order[i])
      assert.equal(i, out[i])
    end
  end)

  it("goes on behind whatever a function ended with, with settle", function()
    local called, list = {}, {}
    for i = 1, 9 do
      list[i] = function()
        called[#called + 1] = i
        if i % 3 == 0 then
          error "boom"
        end
        return i % 3 == 1 and i or nil, i % 3 == 2 and "broken" or nil
      end
    end
    local out = run(gather, list, { concurrency = 1, settle = true })
    assert.same({ 1, 2, 3, 4, 5, 6, 7, 8, 9 }, called)
    for i = 1, 9, 3 do
      assert.same({ ok = true, value = i }, out[i])
      assert.same({ ok = false, message = "broken" }, out[i + 1])
      assert.matches("boom", out[i + 2].message)
    end
  end)

  it("lets others have their turns between functions that never wait", function()
    local turns, over, list = 0, false, {}
    for i = 1, 50 do
      list[i] = function() return turns end
    end
    run(function()
      spawn(function()
        while not over do
          turns = turns + 1
          sleep(0)
        end
      end)
      local seen = gather(list, { concurrency = 1 })
      over = true
      assert.is_true(seen[50] > seen[25] and seen[25] > seen[1])
    end)
  end)

  it("calls no further function when it has been cancelled, whatever the last one does", function()
    local called = 0
    local function stubborn()
      called = called + 1
      if old then
        sleep(5)
      end
      return pcall(sleep, 5)
    end
    run(function()
      local task = spawn(gather, { stubborn, stubborn, stubborn, concurrency = 1 })
      sleep(0.01)
      task:cancel()
      fails("cancelled", "cancelled", task:await())
    end)
    assert.equal(1, called)
  end)

  it("ends its functions when it is cancelled itself", function()
    run(function()
      local cleaned = 0
      local task = spawn(gather, {
        function() sleep(5) end, function() sleep(5) end, function() cleaned = cleaned + 1 end,
      })
      sleep(0)
      sleep(0)
      task:cancel()
      local took = elapsed(function() fails("cancelled", "cancelled", task:await()) end)
      assert.is_true(took < 1)
      assert.equal(1, cleaned)
    end)
  end)

  it("says what is misused", function()
    local function says(text, ...)
      assert.matches(text, raised(run, gather, ...), 1, true)
    end
    says("a list of functions expected, got nil", nil)
    says("item 2 is no function but a number", { print, 2 })
    says("unknown option 'concurency'", { print }, { concurency = 1 })
    says("option 'concurrency' is not a whole number from 1", { print, concurrency = 0 })
    says("option 'settle' wants a boolean", { print }, { settle = 1 })
    says("is a task already", setmetatable({}, { __index = function() end }) and
      { run(spawn, function() end) })
  end)
end)

describe("dstack.timeout", function()
  it("returns what the function returns in time", function()
    assert.same({ 1, nil, 3 }, { run(dstack.timeout, 5, function(a) sleep(0.01) return a, nil, 3 end, 1) })
    fails("rpc", "broken", run(dstack.timeout, 5, bad))
    assert.matches("boom", raised(run, dstack.timeout, 5, error, "boom"))
  end)

  it("cancels what takes longer", function()
    local went_on
    local took, value, message, code = elapsed(run, dstack.timeout, 0.03, function()
      gather { function() sleep(5) went_on = true end }
      went_on = true
    end)
    fails("timeout", "timed out after 0.03 s", value, message, code)
    assert.is_nil(went_on)
    assert.is_true(took >= 0.03 and took < 2)
  end)

  it("nests, and the shorter one wins", function()
    run(function()
      fails("timeout", "after 0.02 s", dstack.timeout(5, dstack.timeout, 0.02, sleep, 5))
      fails("timeout", "after 0.02 s", dstack.timeout(0.02, dstack.timeout, 5, sleep, 5))
    end)
  end)
end)

describe("dstack.sleep", function()
  it("waits, in a task and outside", function()
    assert.is_true(elapsed(sleep, 0.03) >= 0.03)
    assert.is_true(elapsed(run, sleep, 0.03) >= 0.03)
  end)

  it("wakes tasks in the order of their times", function()
    local order = {}
    run(function()
      for _, ms in ipairs { 30, 10, 20, 0, 15, 25, 5 } do
        spawn(function() sleep(ms / 1000) order[#order + 1] = ms end)
      end
      local dropped = {}
      for i = 1, 50 do dropped[i] = spawn(sleep, i / 1000) end
      sleep(0)
      for i = 1, 50 do dropped[i * 7 % 50 + 1]:cancel() end
    end)
    assert.same({ 0, 5, 10, 15, 20, 25, 30 }, order)
  end)
end)

-- Clients ----------------------------------------------------------------------------------------

describe("A client in tasks", function()
  local agent, slow

  setup(function()
    agent = support.simulator()
    slow = support.simulator "--fault GetKey=delay:0.1"
  end)

  teardown(function()
    agent.stop()
    slow.stop()
  end)

  local function keys_of(client, count)
    local list = {}
    for i = 1, count do
      list[i] = function()
        local key, message, code = client:get_key("path/" .. i % 10)
        return key and key.key, message, code
      end
    end
    return list
  end

  it("serves inside and outside, with the same results, over the right transport", function()
    local client = assert(dstack.DstackClient(agent.endpoint))
    local outside = assert(client:get_key "a").key
    local made = client.transports[client.settled].made
    assert.is_truthy(made.curl and not made.multi)
    run(function()
      assert.equal("multi", transport.name())
      assert.equal(outside, client:get_key("a").key)
      assert.is_truthy(made.multi)
      assert.is_true(client:is_reachable())
      assert.is_true(assert(dstack.detect(agent.endpoint)).v1)
      fails("invalid", "report_data", client:get_quote(("x"):rep(65)))
    end)
    assert.equal("curl", transport.name())
    assert.equal(outside, client:get_key("a").key)
    client:close()
  end)

  it("gets each task its own reply", function()
    local client = assert(dstack.DstackClient(agent.endpoint))
    local wanted = {}
    for i = 0, 9 do wanted[i] = client:get_key("path/" .. i).key end
    local keys = assert(run(gather, keys_of(client, 500), { concurrency = 100 }))
    for i = 1, 500 do
      assert.equal(wanted[i % 10], keys[i])
    end
    client:close()
  end)

  it("waits for many replies in the time of one", function()
    local client = assert(dstack.DstackClient(slow.endpoint))
    local took = elapsed(function() assert(run(gather, keys_of(client, 100))) end)
    assert.is_true(took >= 0.1 and took < 2, took)
    client:close()
  end)

  it("keeps to max_connections, in turn, and says when none came free", function()
    local client = assert(dstack.DstackClient { endpoint = slow.endpoint, max_connections = 2 })
    local took = elapsed(function() assert(run(gather, keys_of(client, 6))) end)
    assert.is_true(took >= 0.3, took)
    local multi = client.transports[client.settled].made.multi
    assert.equal(2, #multi.idle)
    client.timeout = 0.15
    local list = run(gather, keys_of(client, 4), { settle = true })
    assert.is_true(list[1].ok and list[2].ok)
    for i = 3, 4 do
      assert.equal("timeout", list[i].code)
    end
    assert.equal(0, multi.count)
    client:close()
    fails("invalid", "max_connections", dstack.DstackClient { endpoint = "/x", max_connections = 1.5 })
  end)

  it("says when it waited for its turn in vain", function()
    local client = assert(dstack.DstackClient { endpoint = slow.endpoint, max_connections = 1 })
    run(function()
      local first = spawn(client.get_key, client, "a")
      sleep(0)
      client.timeout = 0.03
      fails("timeout", "while waiting for one of 1 connections (option max_connections)",
        client:get_key "b")
      assert(first:await())
      client.timeout = 5
      assert(client:get_key "c")
    end)
    client:close()
  end)

  it("uses connections again, and keeps few", function()
    local client = assert(dstack.DstackClient(agent.endpoint))
    run(function()
      assert(client:get_key "a")
      local multi = client.transports[client.settled].made.multi
      assert(client:get_key "b")
      assert.equal(1, #multi.idle)
      assert.is_true(multi.idle[1].handle:reused())
      assert(gather(keys_of(client, 200)))
      assert.equal(64, #multi.idle)
      assert.equal(0, multi.count)
    end)
    client:close()
  end)

  it("may be closed while others use it", function()
    local client = assert(dstack.DstackClient { endpoint = slow.endpoint, max_connections = 3 })
    run(function()
      local work = spawn(gather, keys_of(client, 5), { settle = true })
      sleep(0.02)
      local multi = client.transports[client.endpoints[1]].made.multi
      client:close()
      for _, outcome in ipairs(work:await()) do
        assert.equal("closed", outcome.code)
        assert.matches("the client was closed meanwhile", outcome.message, 1, true)
      end
      assert.equal(0, multi.count)
      assert.equal(0, #multi.idle)
      fails("closed", "the client is closed", client:get_key "a")
    end)
  end)

  it("gives up what was in flight when a task is cancelled", function()
    local client = assert(dstack.DstackClient { endpoint = slow.endpoint, max_connections = 2 })
    run(function()
      local started = transport.now()
      local tasks = {}
      for i = 1, 6 do tasks[i] = spawn(client.get_key, client, "a") end
      sleep(0.01)
      for i = 1, 5 do tasks[i]:cancel() end -- two in flight, three in the queue
      for i = 1, 5 do fails("cancelled", "cancelled", tasks[i]:await()) end
      assert.is_true(transport.now() - started < 0.1)
      assert(tasks[6]:await())
      fails("timeout", "after 0.02 s", dstack.timeout(0.02, client.get_key, client, "a"))
      assert(client:get_key "a")
      assert.equal(0, client.transports[client.settled].made.multi.count)
    end)
    client:close()
  end)

  it("does not keep others from going on when it fails at once", function()
    local client = assert(dstack.DstackClient "/nowhere/agent.sock")
    local other = assert(dstack.DstackClient(agent.endpoint))
    run(function()
      local done
      spawn(function() repeat client:get_key "a" until done return true end)
      assert(other:get_key "a")
      sleep(0.01)
      done = true
    end)
    client:close()
    other:close()
  end)

  it("blocks nobody from a coroutine of the script's own", function()
    local client = assert(dstack.DstackClient(agent.endpoint))
    run(function()
      local text
      coroutine.wrap(function() text = raised(client.get_key, client, "a") end)()
      assert.matches("called in a coroutine of the script's own", text, 1, true)
    end)
    assert(coroutine.wrap(function() return client:get_key "a" end)())
    client:close()
  end)
end)

describe("The clients that never block", function()
  local agent

  setup(function()
    dstack.silence_deprecations()
    agent = support.simulator()
  end)

  teardown(function() agent.stop() end)

  it("are those of the same names", function()
    local pairs_of = {
      { dstack.AsyncDstackClient, dstack.DstackClient, agent.endpoint },
      { dstack.AsyncTappdClient, dstack.TappdClient, agent.tappd },
    }
    for _, pair in ipairs(pairs_of) do
      local client, blocking = assert(pair[1](pair[3])), assert(pair[2](pair[3]))
      local wanted = assert(blocking:get_key("a", "b")).key
      assert.equal(wanted, run(function() return client:get_key("a", "b").key end))
      assert.is_true(run(client.is_reachable, client))
      client:close()
      blocking:close()
    end
    local v1 = assert(dstack.AsyncDstackClientV1(agent.endpoint))
    assert.matches("AsyncDstackClientV1%(", tostring(v1))
    assert.equal("0.6.0", run(function() return assert(v1:version()).version end):sub(1, 5))
    fails("unsupported", "use attest here", v1:get_quote "x")
    assert.equal(dstack.AsyncDstackClient, dstack.AsyncDstackClientV0)
    v1:close()
  end)

  it("refuse to be called where they would block", function()
    local client = assert(dstack.AsyncDstackClient(agent.endpoint))
    local text = raised(function() client:get_key "a" end)
    assert.matches("27%-concurrency_spec.lua:%d+: GetKey: AsyncDstackClient does not block", text)
    assert.matches("within dstack.run(function() ... end), or use DstackClient", text, 1, true)
    assert.matches("is_reachable: AsyncDstackClient", raised(client.is_reachable, client), 1, true)
    client:close()
  end)

  it("cannot be made with a transport that blocks", function()
    for _, class in ipairs { "AsyncDstackClient", "AsyncDstackClientV1", "AsyncTappdClient" } do
      local client, message, code = dstack[class] { endpoint = agent.endpoint, transport = "curl" }
      assert.is_nil(client)
      assert.equal(class .. ": option 'transport': curl blocks, which clients of this class never do: use "
        .. class:gsub("^Async", ""), message)
      assert.equal("invalid", code)
    end
  end)
end)

describe("Ctrl-C", function()
  -- Runs a script that would take long, in this Lua or the interpreter, and interrupts it.
  local function interrupted(program, script)
    local directory = support.directory()
    support.write(directory .. "/script.lua", script)
    local start = transport.now()
    local out, status = support.run(("timeout --foreground -s INT 2 %s %s/script.lua"):format(program, directory))
    support.run("rm -rf " .. directory)
    assert.is_true(transport.now() - start < 5)
    assert.matches("interrupted!", out, 1, true)
    assert.equal(124, status)
    return out
  end

  it("reaches the script while tasks sleep", function()
    interrupted(support.interpreter, [[
      local dstack = require "dstack"
      dstack.run(function() dstack.gather { function() dstack.sleep(20) end } end)]])
  end)

  it("reaches the script while tasks wait for replies, which are given up", function()
    local out = interrupted(support.interpreter .. " --simulator --fault=GetKey=delay:20", [[
      local dstack = require "dstack"
      local client = assert(dstack.DstackClient())
      local good, message = pcall(dstack.run, dstack.gather, {
        function() return client:get_key "a" end, function() return client:get_key "b" end,
      })
      print(client.transports[client.endpoints[1] ].made.multi.count, dstack.run(client.version, client))
      error(message, 0)]])
    assert.matches("^0\tVersionResponse", out)
  end)
end)
