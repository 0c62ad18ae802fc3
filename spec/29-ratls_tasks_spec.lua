-- Connections over RA-TLS in tasks: while one waits, the others go on.
local core = require "dstack.core"
local dstack = require "dstack"
local support = require "spec.support"
local tls = require "spec.support.tls"
local Connection = require "dstack.ratls.connection"

local run, spawn, gather, sleep = dstack.run, dstack.spawn, dstack.gather, dstack.sleep
local known = support.vectors "ratls"
local newest = known.certificates[3]

-- Machines that test stand still at times: for what is to succeed.
local PATIENCE = 60

-- Lua 5.1 cannot yield within pcall, which says so.
local old = _VERSION == "Lua 5.1" and not rawget(_G, "jit")

local function options(more)
  local all = { collateral = known.collateral, root = core.unhex(known.root), now = known.now, timeout = PATIENCE }
  for name, value in pairs(more or {}) do
    all[name] = value
  end
  return all
end

local function fails(code, text, value, message, got)
  assert.is_nil(value)
  assert.matches(text, message, 1, true)
  assert.equal(code, got)
end

-- Runs fn as a task beside one that counts turns. Returns how many it had, and what fn returns; the processor's
-- time that all of it took is little.
local function beside(fn)
  return run(function()
    local turns, before = 0, os.clock()
    local other = spawn(function()
      while true do
        sleep(0.01)
        turns = turns + 1
      end
    end)
    local a, b, c = fn()
    other:cancel()
    assert.is_true(os.clock() - before < 0.5)
    return turns, a, b, c
  end)
end

describe("a connection in a task", function()
  local server

  setup(function() server = tls.serve(newest.chain, newest.key) end)
  teardown(function() server.stop() end)

  local function connect(timeout)
    return assert(Connection.open("127.0.0.1", server.port, timeout or PATIENCE, "spec"))
  end

  it("judges, sends and receives", function()
    local connection = assert(run(dstack.ratls.connect, "127.0.0.1", server.port, options()))
    assert.equal(known.app_id, connection.report.application.app_id)
    run(function()
      assert(connection:send "olleh\n")
      assert.equal("hello\n", connection:receive())
    end)
    assert(connection:send "ba\n") -- and outside of tasks
    assert.equal("ab\n", connection:receive())
    connection:close()
    connection = connect()
    assert.equal("c\n", run(function() -- one of outside
      assert(connection:send "c\n")
      return connection:receive()
    end))
    run(connection.close, connection)
  end)

  it("lets others go on while it receives", function()
    local turns, _, message, code = beside(function()
      local connection = connect()
      local got, words, word = connection:receive(1, 0.5)
      connection:close()
      return got, words, word
    end)
    assert.equal("timeout", code)
    assert.matches("127.0.0.1:%d+: timed out while receiving", message)
    assert.is_true(turns > 2, turns)
  end)

  it("lets others go on while it sends", function()
    local connection = connect()
    support.run("kill -STOP " .. server.pid)
    local turns, _, message, code = beside(function()
      return connection:send(("x"):rep(16 * 1024 * 1024), 0.5)
    end)
    support.run("kill -CONT " .. server.pid)
    connection:close()
    assert.equal("timeout", code)
    assert.matches("timed out while sending %(%d+ of 16777216 bytes went%)", message)
    assert.is_true(turns > 2, turns)
  end)

  it("lets others go on while it connects", function()
    support.run("kill -STOP " .. server.pid)
    local turns, _, message, code = beside(function()
      return Connection.open("127.0.0.1", server.port, 0.5, "spec")
    end)
    support.run("kill -CONT " .. server.pid)
    assert.equal("timeout", code)
    assert.matches("timed out after [%d.]+ s while connecting", message)
    assert.is_true(turns > 2, turns)
  end)

  it("goes on as soon as there is something", function()
    local connection, before = connect(), core.now()
    support.run("kill -STOP " .. server.pid)
    assert.equal("ab\n", run(function()
      spawn(function()
        sleep(0.1)
        support.run("kill -CONT " .. server.pid)
      end)
      assert(connection:send "ba\n")
      return connection:receive()
    end))
    assert.is_true(core.now() - before < PATIENCE / 2)
    connection:close()
  end)

  it("is one task's at a time", function()
    local connection = connect()
    run(function()
      spawn(function() fails("closed", "closed", connection:receive()) end)
      sleep(0)
      fails("invalid", "another task uses the connection", connection:send "x")
      fails("invalid", "another task uses the connection", connection:receive(1))
      connection:close()
    end)
  end)

  it("tells a task that waits when another one closes it", function()
    local connection = connect()
    fails("closed", "this end has closed the connection", run(function()
      spawn(function()
        sleep(0.01)
        connection:close()
      end)
      return connection:receive(1)
    end))
    fails("closed", "this end has closed the connection", run(connection.send, connection, "x"))
  end)

  it("is closed by the cancelling of what was under way", function()
    local files = support.open_files()
    local connection = connect()
    assert.equal("timeout", select(3, run(dstack.timeout, 0.05, connection.receive, connection)))
    assert.matches("closed", tostring(connection), 1, true)
    support.run("kill -STOP " .. server.pid)
    run(function()
      local task = spawn(Connection.open, "127.0.0.1", server.port, PATIENCE, "spec")
      sleep(0.05)
      assert.is_true(task:cancel())
      fails("cancelled", "the task has been cancelled", task:await())
    end)
    support.run("kill -CONT " .. server.pid)
    assert.equal(files, support.open_files())
  end)

  it("leaves nothing behind, however often it is cancelled", function()
    local files = support.open_files()
    support.run("kill -STOP " .. server.pid)
    run(function()
      for round = 1, 10 do
        local list = {}
        for i = 1, 20 do
          list[i] = spawn(Connection.open, i % 2 == 0 and "127.0.0.1" or "localhost", server.port, PATIENCE, "spec")
        end
        sleep(round % 2 * 0.01)
        for i = 1, 20 do
          assert.is_true(list[i]:cancel())
          fails("cancelled", "the task has been cancelled", list[i]:await())
        end
      end
    end)
    support.run("kill -CONT " .. server.pid)
    assert.equal(files, support.open_files())
    local connection = run(Connection.open, "localhost", server.port, PATIENCE, "spec")
    assert.matches("localhost:%d+, open", tostring(connection))
    connection:close()
  end)

  it("stays open where cancelling interrupts nothing of it", function()
    local connection, received = connect(), nil
    run(function()
      local task = spawn(function()
        assert(connection:send "ba\n")
        received = connection:receive()
        sleep(PATIENCE)
      end)
      while not received do
        sleep(0.01)
      end
      task:cancel()
    end)
    assert.matches("open", tostring(connection), 1, true)
    assert(connection:send "dc\n")
    assert.equal("cd\n", connection:receive())
    connection:close()
  end)

  it("says where it cannot wait", function()
    run(function()
      local good, err = coroutine.resume(coroutine.create(function() connect() end))
      assert.is_false(good)
      assert.matches("only the task itself can wait", tostring(err), 1, true)
      if old then
        good, err = pcall(connect)
        assert.is_false(good)
        assert.matches("the task cannot wait here", tostring(err), 1, true)
      end
    end)
  end)

  it("gives others turns where all is there already", function()
    local channel = { close = function() end }
    function channel.receive() return "x" end
    local socket = setmetatable({ channel = channel }, require "dstack.ratls.socket")
    local connection = setmetatable({ name = "peer:1", timeout = PATIENCE, socket = socket }, Connection)
    local over
    run(function()
      spawn(function()
        sleep(0)
        over = true
      end)
      local deadline = core.now() + PATIENCE
      while not over and core.now() < deadline do
        assert.equal("x", connection:receive(1))
      end
    end)
    assert.is_true(over)
  end)
end)

describe("requests over a connection in tasks", function()
  local simulator, port

  setup(function()
    simulator = support.simulator "--tls --listen agent=127.0.0.1:0 --fault Version=delay:0.2 --fault Info=delay:60"
    port = tonumber(simulator.output():match "# also at https://127.0.0.1:(%d+)")
  end)
  teardown(function() simulator.stop() end)

  local function connect()
    return assert(Connection.open("127.0.0.1", port, PATIENCE, "spec"))
  end

  local function request(path, seconds)
    return { method = "GET", path = path, headers = {}, body = "", deadline = core.now() + (seconds or PATIENCE) }
  end

  it("let others go on, and wait for their turns", function()
    local connection = connect()
    local turns, replies = beside(function()
      local function version() return connection:request(request "/Version") end
      return gather { version, version, version }
    end)
    for i = 1, 3 do
      assert.equal(200, replies[i].status)
      assert.matches("version", replies[i].body, 1, true)
    end
    assert.is_true(turns > 2, turns)
    connection:close()
  end)

  it("go over many connections at once", function()
    local list, now, most = {}, 0, 0
    for i = 1, 20 do
      list[i] = function()
        local connection = connect()
        now = now + 1
        most = math.max(most, now)
        local reply = assert(connection:request(request "/Version"))
        now = now - 1
        connection:close()
        return reply.status
      end
    end
    local statuses = assert(run(gather, list))
    for i = 1, 20 do
      assert.equal(200, statuses[i])
    end
    assert.is_true(most > 1, most)
  end)

  it("are those of a client that has the connection as its transport", function()
    local connection = connect()
    local client = assert(dstack.DstackClient { endpoint = "https://127.0.0.1:" .. port, transport = connection })
    local turns, replies = beside(function()
      local function version() return client:version() end
      return gather { version, version }
    end)
    assert.equal(replies[1].version, assert(replies[2]).version)
    assert.is_true(turns > 2, turns)
    client:close()
    connection:close()
  end)

  it("wait for their turns until their deadlines", function()
    local connection = connect()
    run(function()
      local first = spawn(connection.request, connection, request("/Info", 1))
      sleep(0)
      fails("timeout", "timed out while another task used the connection",
        connection:request(request("/Version", 0.1)))
      fails("timeout", "timed out after 1", first:await())
    end)
    assert.matches("closed", tostring(connection), 1, true)
  end)

  it("end for all when the connection does", function()
    local connection = connect()
    run(function()
      local first = spawn(connection.request, connection, request "/Info")
      local second = spawn(connection.request, connection, request "/Version")
      local third = spawn(connection.request, connection, request "/Version")
      sleep(0.05)
      third:cancel()
      first:cancel()
      fails("cancelled", "cancelled", first:await())
      fails("closed", "this end has closed the connection", second:await())
      fails("cancelled", "cancelled", third:await())
    end)
    assert.matches("closed", tostring(connection), 1, true)
  end)

  it("are handed on by a task that gives up its turn", function()
    local connection = connect()
    run(function()
      local first = spawn(connection.request, connection, request "/Version")
      local second = spawn(connection.request, connection, request "/Version")
      local third = spawn(connection.request, connection, request "/Version")
      sleep(0.05)
      second:cancel()
      assert.equal(200, assert(first:await()).status)
      assert.equal(200, assert(third:await()).status)
      fails("cancelled", "cancelled", second:await())
    end)
    connection:close()
  end)
end)

describe("ratls.connect in nginx", function()
  after_each(function() rawset(_G, "ngx", nil) end)

  it("is unsupported in every phase, and names the page", function()
    for _, phase in ipairs { "init", "access", "timer", "log" } do
      rawset(_G, "ngx", { get_phase = function() return phase end })
      fails("unsupported", 'see "From nginx" in docs/ratls.md', dstack.ratls.connect("127.0.0.1", 443, options()))
    end
  end)
end)
