-- Tasks by the ten thousand, and under a collector that never rests: nothing is lost, nothing is
-- kept. `make check-sanitizers` runs this with the sanitizer for addresses in the modules.

local dstack = require "dstack"
local support = require "spec.support"

local run, spawn, gather, sleep = dstack.run, dstack.spawn, dstack.gather, dstack.sleep

local function collect()
  collectgarbage()
  collectgarbage()
end

describe("Ten thousand tasks", function()
  local agent, client

  setup(function()
    agent = support.simulator "--fault GetKey=delay:0.02"
    client = assert(dstack.DstackClient { endpoint = agent.endpoint, max_connections = 50 })
  end)

  teardown(function()
    client:close()
    agent.stop()
  end)

  -- A task that is cancelled before it begins, while it sleeps, awaits, waits for its turn or for a
  -- reply.
  local function victim(i)
    local kind = i % 4
    if kind == 0 then
      return spawn(client.get_key, client, "a")
    elseif kind == 1 then
      return spawn(sleep, 5)
    elseif kind == 2 then
      local inner = spawn(sleep, 0)
      return spawn(function() return inner:await() end)
    end
    return spawn(gather, { function() sleep(5) end, function() return client:get_key "b" end })
  end

  local function round(count)
    run(function()
      local tasks = {}
      for i = 1, count do
        tasks[i] = victim(i)
        if i % 100 == 0 then
          sleep(i % 300 == 0 and 0.001 or 0)
        end
      end
      for i = 1, count do
        tasks[i]:cancel()
      end
      for i = 1, count do
        local value, _, code = tasks[i]:await()
        assert.is_true(value ~= nil or code == "cancelled" or i % 4 == 2)
      end
    end)
  end

  local function all_given_back()
    local multi = client.transports[client.endpoints[1]].made.multi
    assert.equal(0, multi.count)
    assert.is_nil(next(multi.used))
    assert.is_true(#multi.idle <= 50)
    run(function() assert(client:get_key "after all") end)
  end

  it("are made and cancelled without a trace", function()
    round(10000)
    all_given_back()
    local files, memory = support.open_files(), collectgarbage "count"
    round(10000)
    all_given_back()
    collect()
    assert.is_true(support.open_files() <= files + 50)
    assert.is_true(collectgarbage "count" < memory + 300, collectgarbage "count" - memory)
  end)

  it("let go of all connections with their client", function()
    local before = support.open_files()
    local own = assert(dstack.DstackClient(agent.endpoint))
    run(gather, { function() return own:get_key "a" end, function() return own:get_key "b" end })
    assert.is_true(support.open_files() > before)
    own:close()
    assert.equal(before, support.open_files())
    own = assert(dstack.DstackClient(agent.endpoint))
    run(own.get_key, own, "a")
    own = nil
    assert.is_nil(own)
    assert.equal(before, support.open_files())
  end)

  -- What a script can set of the collector, at its most eager.
  local eager = {
    incremental = function()
      if _VERSION == "Lua 5.4" then
        collectgarbage("incremental", 1, 1000)
      else
        collectgarbage("setpause", 1)
        collectgarbage("setstepmul", 10000)
      end
    end,
    generational = _VERSION == "Lua 5.4" and function() collectgarbage("generational", 1, 1) end or nil,
  }

  for name, set in pairs(eager) do
    it("live under an eager collector, " .. name, function()
      set()
      round(_VERSION == "Lua 5.2" and 80 or 400) -- whose collector takes far longer so
      all_given_back()
      collectgarbage(_VERSION == "Lua 5.4" and "incremental" or "restart")
      collectgarbage("setpause", 200)
      collectgarbage("setstepmul", 200)
    end)
  end

  it("live while everything is collected in every other step of theirs", function()
    run(function()
      local list = {}
      for i = 1, 60 do
        list[i] = function()
          debug.sethook(function() collectgarbage() end, "", 500)
          local key = client:get_key("path/" .. i)
          debug.sethook()
          return key and key.key
        end
      end
      for _, task in ipairs { spawn(gather, list), spawn(gather, list) } do
        assert.equal(60, #task:await())
      end
    end)
    all_given_back()
  end)
end)
