-- nginx's phases: where a client waits without holding the worker up, where it says that it cannot,
-- and what nginx has to be told.

local nginx = require "spec.support.nginx"
local support = require "spec.support"

-- Makes a call and notes under the phase what came of it.
local ASK = [[
  local client = assert(require("dstack").DstackClient { endpoint = "%s", transport = %s })
  local key, message, code = client:get_key "phase"
  ngx.shared.said:set(ngx.get_phase() .. "%s", key and key.key or code .. " " .. message)
]]

-- Notes what becomes of several things at once, clients that never block, and is_reachable.
local AT_ONCE = [[
  local dstack = require "dstack"
  local never = assert(dstack.AsyncDstackClient "%s")
  local function note(what, good, message)
    ngx.shared.said:set(ngx.get_phase() .. what, good and "went" or message)
  end
  local function work() end
  note(" run", pcall(dstack.run, work))
  note(" spawn", pcall(dstack.spawn, work))
  note(" gather", pcall(dstack.gather, { work }))
  note(" timeout", pcall(dstack.timeout, 1, work))
  note(" never", pcall(never.get_key, never, "phase"))
  note(" there", dstack.DstackClient("%s"):is_reachable())]]

local simulator, server

local function ask(transport, what)
  local more = not transport and AT_ONCE:format(simulator.endpoint, simulator.endpoint) or ""
  return "do " .. ASK:format(simulator.endpoint, transport or "nil", what or "") .. " end do " .. more .. " end"
end

-- A configuration with a location for each phase; whatever each one got is shown in the end.
local function locations()
  local function by(phase, transport, what)
    return ("%s_by_lua_block { %s }"):format(phase, ask(transport, what))
  end
  return ([[
    location /waiting { %s %s content_by_lua_block { %s ngx.say "done" } }
    location /others {
      set_by_lua_block $x { %s return "x" }
      content_by_lua_block { ngx.say "done" }
      %s %s %s
    }
    location /named {
      set_by_lua_block $x { %s return "x" }
      content_by_lua_block { ngx.say "done" }
      %s
    }]]):format(by "rewrite", by "access", ask(), ask(), by "header_filter", by "body_filter",
    by "log", ask('"curl"', " curl"), by("log", '"curl"', " curl"))
end

local function said(phase)
  return server:run("return ngx.shared.said:get(arguments.phase)", { phase = phase })
end

describe("In nginx a call", function()
  setup(function()
    simulator = support.simulator()
    server = nginx.start {
      http = ("lua_shared_dict said 1m;\ninit_by_lua_block { %s %s }\ninit_worker_by_lua_block { %s %s\n"
        .. "ngx.timer.at(0, function() %s end) }"):format(ask(), ask('"curl"', " curl"),
        ask(), ask('"curl"', " curl"), ask()),
      server = locations(),
    }
    for _, place in ipairs { "waiting", "others", "named" } do
      local status = server:request("GET", "/" .. place)
      assert.equal(200, status)
    end
  end)
  teardown(function()
    server:stop()
    simulator.stop()
  end)

  for _, phase in ipairs { "rewrite", "access", "content", "timer" } do
    it("succeeds in the phase " .. phase, function()
      assert.matches("^%x+$", said(phase))
      for _, what in ipairs { " run", " spawn", " gather", " timeout", " never", " there" } do
        assert.equal("went", said(phase .. what))
      end
    end)
  end

  for phase, cure in pairs {
    init = "ask in a worker", init_worker = "ngx.timer.at", set = "access_by_lua", header_filter = "access_by_lua",
    body_filter = "access_by_lua", log = "ngx.timer.at",
  } do
    it("names phase and cure in the phase " .. phase, function()
      local text = said(phase)
      assert.matches("^unsupported GetKey", text)
      assert.matches("nginx's phase " .. phase .. " has no cosockets", text, 1, true)
      assert.matches(cure, text, 1, true)
      assert.matches('transport = "curl"', text, 1, true)
      for _, what in ipairs { " run", " spawn", " gather", " timeout", " never", " there" } do
        text = said(phase .. what)
        assert.matches("nginx's phase " .. phase .. " has no cosockets", text, 1, true)
        assert.matches(cure, text, 1, true)
      end
    end)
  end

  for _, phase in ipairs { "init", "init_worker", "set", "log" } do
    it("succeeds in the phase " .. phase .. " when it names curl", function()
      assert.matches("^%x+$", said(phase .. " curl"))
    end)
  end

  it("tells how nginx is to see the environment", function()
    local _, message = server:run [[return require("dstack").DstackClient():get_key "x"]]
    assert.matches("add 'env DSTACK_SIMULATOR_ENDPOINT;' to nginx.conf", message, 1, true)
    _, message = server:run [[return require("dstack").kms()]]
    assert.matches("add 'env DSTACK_KMS_ENDPOINT;' to nginx.conf", message, 1, true)
  end)

  it("goes where the environment says when nginx was told, or the client was made before the workers", function()
    local variable = "DSTACK_SIMULATOR_ENDPOINT"
    for main, expected in pairs { ["env " .. variable .. ";"] = true, [""] = false } do
      local own = nginx.start {
        main = main, environment = variable .. "=" .. simulator.endpoint,
        http = [[init_by_lua_block { made_before = assert(require("dstack").DstackClient()) }]],
      }
      local here, before = own:run [[
        return (require("dstack").DstackClient():get_key "x"), (made_before:get_key "x")]]
      own:stop()
      assert.equal(expected, here ~= nil)
      assert.is_table(before)
    end
  end)

  it("that goes through curl in a worker never gets another worker's reply", function()
    local own = nginx.start {
      workers = 4,
      http = ([[init_by_lua_block {
        shared_client = assert(require("dstack").DstackClient { endpoint = "%s", transport = "curl" })
        assert(shared_client:get_key "before the fork")
        right = {}
        for i = 1, 20 do right[i] = assert(shared_client:get_key("path " .. i)).key end
      }]]):format(simulator.endpoint),
      server = [[location /many { content_by_lua_block {
        local wrong = 0
        for i = 1, 20 do
          if assert(shared_client:get_key("path " .. i)).key ~= right[i] then wrong = wrong + 1 end
        end
        ngx.say(wrong, " ", ngx.worker.pid())
      } }]],
    }
    local pipe = own:load(8, "/many?", 10)
    local out = pipe:read "*a"
    pipe:close()
    own:stop()
    local count, workers = 0, {}
    for wrong, pid in out:gmatch "200 (%d+) (%d+)\n" do
      assert.equal("0", wrong)
      workers[pid] = true
      count = count + 1
    end
    assert.equal(80, count, out)
    assert.is_truthy(next(workers, next(workers)), "only one worker served")
  end)
end)

describe("In nginx a worker without rights on the socket", function()
  it("says so, and whose it is", function()
    local uid = support.run "id -u":gsub("\n$", "")
    simulator = support.simulator()
    support.run(("chmod 755 %s; chmod 0 %s"):format(simulator.directory, simulator.endpoint))
    server = nginx.start {
      user = uid == "0" and "user nobody nogroup;" or nil,
      -- These workers may have no right to read our files either.
      http = [[init_by_lua_block {
        for _, name in ipairs { "dstack.v0", "dstack.deprecation", "dstack.transport.cosocket",
            "spec.support.nginx_worker", "spec.support.source" } do
          require(name)
        end
      }]],
    }
    local _, message, code = server:run("return require('dstack.v0').DstackClient(arguments.at):get_key 'x'",
      { at = simulator.endpoint })
    server:stop()
    simulator.stop()
    assert.equal("connect", code)
    assert.matches(("permission denied: it belongs to uid %s and has mode 0000"):format(uid), message, 1, true)
    assert.matches("nginx's workers run as the user of its directive 'user'", message, 1, true)
  end)
end)
