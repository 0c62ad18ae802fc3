-- A faulty agent, made by the simulator's --fault, and what the client makes of it; Ctrl-C in a call.

local dstack = require "dstack"
local support = require "spec.support"

-- The methods every fault is tried on, as the script calls them and as --fault names them.
local methods = {
  { name = "GetKey", call = function(client) return client:get_key "a" end },
  { name = "Info", call = function(client) return client:info() end },
  { name = "GetQuote", call = function(client) return client:get_quote "x" end },
  { name = "EmitEvent", call = function(client) return client:emit_event("e", "p") end },
}

-- What each fault becomes: a code and words of the message, or "ok". A table has them by method.
local faults = {
  { "delay:60", "timeout", "while waiting for the reply" },
  { "drip:1", "timeout", "while waiting for the reply" },
  { "cut", "closed", "before a reply came" },
  { "cut:before", "closed", "before a reply came" },
  { "cut:head", "closed", "within the head" },
  { "cut:after-head", "closed", "the body was cut short: 0 of " },
  { "cut:body", "closed", "the body was cut short" },
  { "status:503", "http", "HTTP status 503" },
  { "status:500", "http", "HTTP status 500" },
  { "status:204", "http", "HTTP status 204" },
  { "status:307", "http", "HTTP status 307" },
  { "status:404", "unsupported", "HTTP 404" },
  { "status:200", "reply", "body: json: " },
  { "content-type", "ok" }, -- the body decides, not its label, as with the official clients
  { "content-type:text/html", "ok" },
  { "bad-json", "reply", "body: json: " },
  { "wrong-type", "reply", {
    GetKey = "key: type: a number instead of a string",
    Info = "app_id: type: a number instead of a string",
    GetQuote = "quote: type: a number instead of a string",
    EmitEvent = "body: type: a string instead of an object",
  } },
  { "odd-hex", { EmitEvent = "ok", GetKey = "reply", Info = "reply", GetQuote = "reply" }, {
    GetKey = "key: hex: an odd number of digits",
    Info = "app_id: hex: an odd number of digits",
    GetQuote = "quote: hex: an odd number of digits",
  } },
  { "oversize", "too_large", "the reply announces 33554432 bytes" },
  { "oversize:20000", "ok" },
}

-- Every member of a reply of another type, and where it is hex with a digit too many.
local members = {
  GetKey = { "key", "signature_chain" },
  Info = { "app_id", "instance_id", "device_id", "mr_aggregated", "os_image_hash", "compose_hash",
    "app_cert", "tcb_info", "app_name", "key_provider_info", "vm_config", "cloud_vendor",
    "cloud_product" },
  GetQuote = { "quote", "report_data", "event_log", "vm_config" },
}
local hex_count = { GetKey = 2, Info = 6, GetQuote = 2 }

local function of(method, what)
  return type(what) == "table" and what[method] or what
end

-- The client is as before: its next call works. Where its time is short, the machine may be slow.
local function usable(client)
  for _ = 1, 20 do
    local version, message, code = client:version()
    if version then
      return true
    end
    assert.equal("timeout", code, message)
  end
end

local function expect(method, client, code, words)
  local result, message, got = method.call(client)
  if code == "ok" then
    assert.is_truthy(result, message)
  else
    assert.is_nil(result)
    assert.equal(code, got, message)
    assert.matches(method.name .. " at ", message, 1, true)
    assert.matches(words, message, 1, true)
  end
  assert.is_true(usable(client))
end

-- Calls test(client) against a simulator with these faults, and ends both.
local function with_faults(list, timeout, test)
  local words = {}
  for i, fault in ipairs(list) do
    words[i] = "--fault " .. support.quote(fault)
  end
  local simulator = support.simulator(table.concat(words, " "))
  local client = assert(dstack.DstackClient { endpoint = simulator.endpoint, timeout = timeout })
  local good, message = pcall(test, client)
  client:close()
  simulator.stop()
  assert(good, message)
end

describe("A faulty agent:", function()
  for _, fault in ipairs(faults) do
    local kind, code, words = fault[1], fault[2], fault[3]
    it(kind, function()
      with_faults({ "*=" .. kind, "Version=none" }, code == "timeout" and 0.5 or 30, function(client)
        for _, method in ipairs(methods) do
          local start = os.time()
          expect(method, client, of(method.name, code), of(method.name, words))
          assert.is_true(os.time() - start < 20)
        end
      end)
    end)
  end

  -- The n-th fault of each method at the same time: all members once, then those in hex.
  local function member_faults(n)
    local list, problems = {}, {}
    for name, known in pairs(members) do
      local odd = n > #known
      local member = known[odd and n - #known or n]
      if not odd or n - #known <= hex_count[name] then
        list[#list + 1] = ("%s=%s:%s"):format(name, odd and "odd-hex" or "wrong-type", member)
        problems[name] = member .. (odd and ": hex: an odd number of digits" or ": type: a number ")
      end
    end
    return list, problems
  end

  it("any member of another type, or with a digit too many", function()
    local tried = 0
    for n = 1, #members.Info + hex_count.Info do
      local list, problems = member_faults(n)
      with_faults(list, 30, function(client)
        for _, method in ipairs(methods) do
          local problem = problems[method.name]
          if problem then
            problem = problem:gsub("(signature_chain): type: a number ", "%1: type: a string ")
            problem = problem:gsub("(signature_chain): hex", "%1[0]: hex")
            expect(method, client, "reply", problem)
            tried = tried + 1
          end
        end
      end)
    end
    assert.equal(2 + 2 + 13 + 6 + 4 + 2, tried)
  end)

  it("an event is never sent again, whatever became of the reply", function()
    for _, kind in ipairs { "cut", "cut:head", "cut:body", "delay:60", "status:503", "bad-json" } do
      with_faults({ "EmitEvent=" .. kind }, kind == "delay:60" and 1 or 30, function(client)
        assert.is_true(usable(client)) -- there is a connection to be reused
        assert.is_nil(client:emit_event("only-once", ""))
        local info
        for _ = 1, 20 do
          info = info or client:info()
        end
        local seen = 0
        for _, event in ipairs(info.tcb_info.event_log) do
          seen = seen + (event.event == "only-once" and 1 or 0)
        end
        assert.equal(1, seen, kind)
      end)
    end
  end)

  it("a reply that trickles in time is as good as any", function()
    with_faults({ "Version=drip:0.001" }, 30, function(client)
      assert.equal("unknown", assert(client:version()).rev)
      assert(client:get_key "a")
      assert.equal("unknown", assert(client:version()).rev)
    end)
  end)
end)

describe("--fault", function()
  local function run(arguments)
    return support.run(("timeout 20 %s %s"):format(support.interpreter, arguments))
  end

  it("is refused with status 2, naming what there is", function()
    for fault, text in pairs {
      ["GetKey"] = "write it as METHOD=KIND[:ARG]",
      ["GetKy=cut"] = "fault: GetKy=cut: unknown method; there are: *, ",
      ["GetKey=explode"] = "fault: GetKey=explode: unknown kind of fault; there are: none, delay:SECONDS, ",
      ["GetKey=delay:soon"] = "fault: GetKey=delay:soon: not a number of seconds",
      ["GetKey=odd-hex:kye"] = "no such member in the reply; there are: key, signature_chain",
    } do
      for _, form in ipairs { "simulator --fault '%s'", "--simulator '--fault=%s' -e 'print(1)'",
        "--simulator --fault '%s' -e 'print(1)'" } do
        local out, status = run(form:format(fault))
        assert.equal(2, status, out)
        assert.matches(text, out, 1, true)
      end
    end
    local out, status = run "--fault=GetKey=cut -e 'print(1)'"
    assert.equal(2, status)
    assert.matches("--fault: goes with --simulator only", out, 1, true)
    out, status = run "--simulator --fault -e 'print(1)'"
    assert.equal(2, status)
    assert.matches("--fault: needs an argument", out, 1, true)
    out, status = run("--simulator " .. ("--fault=*=cut "):rep(65) .. "-v")
    assert.equal(2, status)
    assert.matches("too many faults", out, 1, true)
  end)

  it("is explained, kind by kind, and the documentation knows them all", function()
    local out, status = run "help simulator"
    assert.equal(0, status)
    assert.matches("\n  --fault METHOD=KIND[:ARG]", out, 1, true)
    local documented, count = support.read "docs/simulator.md", 0
    for form in out:match("\nfaults [^\n]*\n(.-)\n\n"):gmatch "  (%S+)  [^\n]*" do
      assert.matches("\n| `" .. form:match "^[%w-]+", documented, 1, true)
      count = count + 1
    end
    assert.equal(10, count)
  end)

  it("does what the documentation's example says", function()
    local example = support.read("docs/simulator.md"):match "\n```lua sketch\n(%-%- dstack%-lua .-)```\n"
    local options = example:match "^%-%- dstack%-lua (.-) %S+\n"
    local out, status = run(options .. " -e " .. support.quote("\n" .. example))
    assert.equal("", out)
    assert.equal(0, status)
  end)

  it("goes with --simulator", function()
    local script = "local c = require('dstack').DstackClient() print(c:get_key('a')) print(c:version().rev)"
    for _, form in ipairs { "--fault=GetKey=status:418", "--fault GetKey=status:418" } do
      local out, status = run("--simulator " .. form .. " -e " .. support.quote(script))
      assert.equal(0, status)
      assert.matches("^nil\tGetKey at %S+: HTTP status 418: [^\n]*\thttp\nunknown\n$", out)
    end
  end)
end)

-- Interrupts -------------------------------------------------------------------------------------

for _, lua in ipairs { support.interpreter, support.this_lua() } do
  describe("Ctrl-C in " .. lua, function()
    local simulator

    setup(function()
      simulator = support.simulator "--fault '*=delay:50' --fault Sign=none"
    end)

    teardown(function()
      simulator.stop()
    end)

    -- Runs a script, sends it interrupts when it has called waits() and some time has passed.
    -- Returns its output, its exit status and the milliseconds it went on behind the last one.
    local function interrupt(script, count)
      local at = simulator.directory .. "/waits"
      local path = simulator.directory .. "/script.lua"
      support.write(path, ([[
        local client = require("dstack").DstackClient { endpoint = %q, timeout = 30 }
        local function waits() io.open(%q, "w"):close() end
        ]]):format(simulator.endpoint, at) .. script)
      local out, status = support.run(([[
        rm -f %s; %s %s & pid=$!
        while [ ! -e %s ]; do sleep 0.02; done
        for i in $(seq %d); do sleep 0.3; begin=$(date +%%s%%N); kill -INT $pid; done
        wait $pid; status=$?; echo "took $((($(date +%%s%%N) - begin) / 1000000))"; exit $status
        ]]):format(at, lua, path, at, count or 1))
      local text, took = out:match "^(.*)took (%d+)\n$"
      return text, status, tonumber(took)
    end

    it("ends a script that waits in a call, at once", function()
      local out, status, took = interrupt "waits() print(client:get_key 'a')"
      assert.matches("interrupted!\nstack traceback:\n", out, 1, true)
      assert.matches("script.lua:3: in main chunk", out, 1, true)
      assert.equal(1, status)
      assert.is_true(took < 5000, took)
    end)

    if not lua:find "lua5%.1$" then -- which is deaf there until the coroutine has ended
      it("ends one that waits in a coroutine", function()
        local out, status, took = interrupt [[
          coroutine.wrap(function() waits() print(client:get_key "a") end)()]]
        assert.matches("interrupted!\nstack traceback:\n", out, 1, true)
        assert.equal(1, status)
        assert.is_true(took < 5000, took)
      end)
    end

    it("ends one that asks for the agent again and again", function()
      local out, status, took = interrupt "waits() while true do client:is_reachable() end"
      assert.matches("interrupted!", out, 1, true)
      assert.equal(1, status)
      assert.is_true(took < 5000, took)
    end)

    it("can be caught, and the client works on", function()
      local out, status, took = interrupt [[
        waits()
        print(pcall(client.get_key, client, "a"))
        print(#assert(client:sign("secp256k1", "data")).signature)]]
      assert.matches("^false\t[^\n]*interrupted!\n128\n$", out)
      assert.equal(0, status)
      assert.is_true(took < 20000, took)
    end)

    it("kills when it comes a second time", function()
      local out, status, took = interrupt([[
        waits()
        while true do pcall(client.get_key, client, "a") end]], 2)
      assert.equal("", out)
      assert.equal(130, status)
      assert.is_true(took < 5000, took)
    end)
  end)
end

describe("Ctrl-C with --simulator", function()
  it("at a terminal, which tells both, is the script's alone", function()
    local script = [[
      local client = require("dstack").DstackClient()
      pcall(client.get_key, client, "a")
      print(client:is_reachable())]]
    local out, status = support.run(([[
      setsid %s --simulator --fault=GetKey=delay:50 -e %s & pid=$!
      sleep 1; kill -INT -$pid; wait $pid]]):format(support.interpreter, support.quote(script)))
    assert.equal("true\n", out)
    assert.equal(0, status)
  end)

  it("ends a command, which says so in a line", function()
    local out, status = support.run(([[
      %s --simulator --fault=Info=delay:50 info & pid=$!; sleep 1; kill -INT $pid; wait $pid]]):format(
      support.interpreter))
    assert.equal("dstack-lua: info: interrupted\n", out)
    assert.equal(1, status)
  end)

  it("ends both", function()
    local directory = support.directory()
    local script = ([[
      io.open(%q, "w"):write(os.getenv "DSTACK_SIMULATOR_ENDPOINT"):close()
      require("dstack").DstackClient():get_key "a"]]):format(directory .. "/at")
    local out, status = support.run(([[
      %s --simulator --fault=GetKey=delay:50 -e %s & pid=$!
      while [ ! -s %s/at ]; do sleep 0.02; done; sleep 0.3
      kill -INT $pid; wait $pid; status=$?
      [ -e "$(cat %s/at)" ] && echo "the socket is still there"; rm -r %s; exit $status]]):format(
      support.interpreter, support.quote(script), directory, directory, directory))
    assert.matches("interrupted!\nstack traceback:\n", out, 1, true)
    assert.is_nil(out:find("still there", 1, true))
    assert.equal(1, status)
  end)
end)
