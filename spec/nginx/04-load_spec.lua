-- nginx under load: calls that wait for each other's sake, reloads, memory.

local nginx = require "spec.support.nginx"
local support = require "spec.support"
local transport = require "dstack.transport"

local function resident(pid)
  return tonumber(support.read("/proc/" .. pid .. "/status"):match "VmRSS:%s*(%d+)")
end

describe("In nginx", function()
  it("50 slow calls on one worker end in the time of one", function()
    local simulator = support.simulator "--fault GetKey=delay:0.5"
    local server = nginx.start()
    local took, keys = server:run([[
      local client = assert(require("dstack").DstackClient { endpoint = arguments.at, pool_size = 50 })
      local threads, start, now = {}, nil, require("dstack.transport").now
      start = now()
      for i = 1, 50 do
        threads[i] = ngx.thread.spawn(client.get_key, client, "path " .. i)
      end
      local keys = {}
      for i = 1, 50 do
        local good, key, message = ngx.thread.wait(threads[i])
        assert(good and key, message)
        keys[key.key] = true
      end
      local count = 0
      for _ in pairs(keys) do count = count + 1 end
      return now() - start, count]], { at = simulator.endpoint })
    server:stop()
    simulator.stop()
    assert.equal(50, keys)
    assert.is_true(took >= 0.5 and took < 1.5, took)
  end)

  it("a reload under load loses no request", function()
    local simulator = support.simulator "--fault GetKey=delay:0.01"
    local server = nginx.start {
      workers = 2,
      http = ([[init_by_lua_block { agent = assert(require("dstack").DstackClient "%s") }]]):format(simulator.endpoint),
      server = [[location /key { content_by_lua_block {
        local key, message = agent:get_key("path", ngx.var.arg_purpose)
        ngx.print(key and #key.key == 64 and "good " .. ngx.worker.pid() or message, "\n")
      } }]],
    }
    local pipe = server:load(4, "/key?purpose=", 100)
    for _ = 1, 5 do
      support.run "sleep 0.15"
      server:signal "HUP"
    end
    local out = pipe:read "*a"
    pipe:close()
    server:stop()
    simulator.stop()
    local good, workers, served = 0, {}, 0
    for pid in out:gmatch "200 good (%d+)\n" do
      good = good + 1
      served = served + (workers[pid] and 0 or 1)
      workers[pid] = true
    end
    assert.equal(4 * 100, good, out)
    assert.is_true(served > 2, "the load ended before a reload")
  end)

  it("a worker's memory stays what it is over 10^5 calls", function()
    local sanitized = support.interpreter:find "asan"
    local simulator, server = support.simulator(), nginx.start()
    local code = [[
      agent = agent or assert(require("dstack").DstackClient(arguments.at))
      local threads = {}
      for t = 1, 10 do
        threads[t] = ngx.thread.spawn(function()
          for i = 1, arguments.calls / 10 do assert(agent:get_key("path/" .. i % 100)) end
          return true
        end)
      end
      for t = 1, 10 do assert(ngx.thread.wait(threads[t])) end
      threads = nil
      collectgarbage() collectgarbage()
      return true]]
    local worker = server:workers()[1]
    local function calls(count)
      local start = transport.now()
      for _ = 1, count / 1000 do
        server:run(code, { at = simulator.endpoint, calls = 1000 })
      end
      return resident(worker), transport.now() - start
    end
    local before = calls(3000)
    local count = sanitized and 3000 or 100000
    local after, seconds = calls(count)
    server:stop()
    simulator.stop()
    print(("\nnote: in nginx %d calls, 10 at a time: %.0f s, %d KiB more"):format(count, seconds, after - before))
    assert.is_true(sanitized ~= nil or after - before < 1024, (after - before) .. " KiB more")
  end)
end)
