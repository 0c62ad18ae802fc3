-- dstack-lua does what lua does, and has everything inside.

local support = require "spec.support"

local dstack_lua = support.interpreter

-- What lua5.4 and dstack-lua answer to the same arguments, with their own names made equal.
local function both(arguments, input)
  local function run(name)
    local command = (input and "printf '%s' " .. support.quote(input) .. " | " or "") .. name .. " " .. arguments
    local out, status = support.run(command)
    return (out:gsub("build/[%w/]*dstack%-lua", "lua"):gsub("dstack%-lua", "lua"):gsub("lua5%.4", "lua")), status
  end
  local out, status = run(dstack_lua)
  local expected, expected_status = run "lua5.4"
  return out, status, expected, expected_status
end

describe("dstack-lua like lua", function()
  local directory

  setup(function()
    directory = support.directory()
    support.write(directory .. "/args.lua", "#!/usr/bin/env lua\nprint(#arg, arg[0], arg[1], arg[-1], ...)")
    support.write(directory .. "/fail.lua", "local function f() error 'deep' end\nf()")
    support.write(directory .. "/exit.lua", "os.exit(7)")
    support.write(directory .. "/table.lua", "error({})")
    support.write(directory .. "/tostring.lua", "error(setmetatable({}, {__tostring = function() return 'mine' end}))")
    support.write(directory .. "/syntax.lua", "x = = 1")
    support.write(directory .. "/mod.lua", "return 'module ' .. ...")
    support.write(directory .. "/false.lua", "os.exit(false)")
  end)

  teardown(function() support.run("rm -rf " .. directory) end)

  for _, arguments in ipairs {
    "-e 'print(1 + 1)'", "-e 'a = 2' -e 'print(a)'", "-e'print(3)'", "-e 'x = = 1'", "-e 'error \"no\"'",
    "-e 'error()'", "-e 'print(...)' DIR/args.lua a", "DIR/args.lua", "DIR/args.lua a 'b c' --x",
    "DIR/fail.lua", "DIR/exit.lua", "DIR/table.lua", "DIR/tostring.lua", "DIR/syntax.lua", "DIR/false.lua",
    "DIR/missing.lua", "-l string -e 'print(string.len)' | cut -c1-8", "-l nothing_there 2>&1 | head -1",
    "-e 'package.path=\"DIR/?.lua\"' -l mod -e 'print(mod)'",
    "-e 'package.path=\"DIR/?.lua\"' -l m=mod -e 'print(m)'",
    "-e 'print(arg[0] ~= nil, arg[-1])' -e 'os.exit(true, true)'",
    "-e 'warn(\"@on\") warn(\"hi\", \"!\")'",
    "-e 'coroutine.wrap(function() error \"inside\" end)()'",
    "-e 'print(math.type(1), 1 // 1, 2^53)'", "-e 'collectgarbage() print(_VERSION)'",
  } do
    it(arguments, function()
      local out, status, expected, expected_status = both((arguments:gsub("DIR", directory)))
      assert.equal(expected, out)
      assert.equal(expected_status, status)
    end)
  end

  for arguments, input in pairs {
    ["-"] = "print('from stdin', ...)", ["- a b"] = "print(arg[0], ...)", [""] = "print 'no script'",
    ["-e 'x = 5' -"] = "print(x)",
  } do
    it("reads the standard input: " .. arguments, function()
      local out, status, expected, expected_status = both(arguments, input)
      assert.equal(expected, out)
      assert.equal(expected_status, status)
    end)
  end

  it("runs from a shebang", function()
    local where = support.run("realpath " .. dstack_lua):gsub("\n", "")
    support.write(directory .. "/she.lua", "#!" .. where .. "\nprint('hello', ...)")
    local command = ("chmod +x %s/she.lua; %s/she.lua x"):format(directory, directory)
    assert.equal("hello\tx\n", (support.run(command)))
  end)

  it("ends a script at once on an interrupt", function()
    local out, status = support.run("timeout --foreground -s INT 1 " .. dstack_lua .. " -e 'while true do end'")
    assert.matches("interrupted!", out, 1, true)
    assert.equal(124, status)
  end)
end)

describe("dstack-lua's own", function()
  it("modules are inside: no path is searched", function()
    local out, status = support.run("cd / && LUA_PATH=/none LUA_CPATH=/none " .. "$OLDPWD/" .. dstack_lua
      .. " -e 'print(require(\"dstack\")._VERSION, require(\"cjson\").encode({1}), require(\"cjson.safe\") ~= nil)'")
    assert.equal(0, status, out)
    assert.matches("^0%.1%.0\t%[1%]\ttrue\n$", out)
  end)

  it("libraries are loaded at first use only", function()
    local out = support.run("ldd " .. dstack_lua)
    assert.is_nil(out:match "libcurl")
    assert.is_nil(out:match "libcrypto")
    assert.is_nil(out:match "libmicrohttpd")
    assert.is_nil(out:match "libsecp256k1")
    assert.is_nil(out:match "liblua")
    local script = [[
      local function loaded(name)
        for line in io.lines "/proc/self/maps" do if line:find(name, 1, true) then return true end end
        return false
      end
      local dstack = require "dstack"
      local client = dstack.DstackClient("/nowhere.sock")
      print(loaded "libcurl", loaded "libcrypto", #dstack.crypto.sha256 "", loaded "libcrypto")
      print(loaded "libcurl", client:is_reachable(), loaded "libcurl", loaded "libmicrohttpd")]]
    local out_of = support.run(dstack_lua .. " -e " .. support.quote(script))
    assert.equal("false\tfalse\t32\ttrue\nfalse\tfalse\ttrue\tfalse\n", out_of)
  end)

  for _, arguments in ipairs { "-x", "--nothing", "-e", "-l", "-vx", "--simulator=", "nosuchcommand" } do
    it("refuses with status 2: " .. arguments, function()
      local out, status = support.run(dstack_lua .. " " .. arguments .. " </dev/null")
      assert.equal(2, status)
      assert.matches("^dstack%-lua: ", out)
      assert.matches(arguments:gsub("%-", "%%-"), out)
    end)
  end

  it("help of a command", function()
    for _, arguments in ipairs { "help simulator", "simulator --help", "simulator -h" } do
      local out, status = support.run(dstack_lua .. " " .. arguments)
      assert.equal(0, status)
      assert.matches("--socket-mode", out, 1, true)
    end
  end)

  it("version and help", function()
    assert.matches("^dstack%-lua 0%.1%.0  Lua 5%.4", (support.run(dstack_lua .. " -v")))
    local out, status = support.run(dstack_lua .. " --help")
    assert.equal(0, status)
    assert.matches("simulator", out, 1, true)
    out, status = support.run(dstack_lua .. " help simulator")
    assert.equal(0, status)
    assert.matches("--socket-mode", out, 1, true)
    assert.equal(2, (select(2, support.run(dstack_lua .. " help nothing"))))
  end)
end)

describe("--simulator", function()
  local function simulated(script, option)
    return support.run(("%s %s -e %s"):format(dstack_lua, option or "--simulator", support.quote(script)))
  end

  it("serves the script and goes with it", function()
    local out, status = simulated [[
      local client = require("dstack").DstackClient()
      print(client:version().rev, os.getenv "DSTACK_SIMULATOR_ENDPOINT")]]
    assert.equal(0, status, out)
    local socket = out:match "^unknown\t(%S+)\n$"
    assert.is_string(socket, out)
    assert.not_equal(0, (select(2, support.run("test -e " .. socket))))
    assert.not_equal(0, (select(2, support.run("test -e " .. socket:match "^(.*)/"))))
  end)

  it("names the KMS root that its keys lead to", function()
    local out = simulated [[
      local client = require("dstack").DstackClient()
      local key = client:get_key("a", "b")
      print(#assert(key:verify_chain { app_id = client:info().app_id,
        kms_root = os.getenv "DSTACK_SIMULATOR_KMS_ROOT" }))]]
    assert.equal("66\n", out)
  end)

  it("takes a folder", function()
    local script = "print(require('dstack').DstackClient():info().app_name)"
    local out = simulated(script, "--simulator=spec/vectors/simulator"
      .. " --app-id=5bb4ff9a3837357f19dc176407a5709c62eb6c56")
    assert.equal("guest-agent\n", out)
    out = simulated(script, "--simulator=spec/vectors/simulator")
    assert.matches("issued for app id 5bb4ff9a", out, 1, true)
    out = simulated(script, "--simulator=spec/vectors")
    assert.matches("spec/vectors has none of app-compose.json", out, 1, true)
    assert.matches("dstack-lua-simulator\n", out, 1, true)
    assert.equal(2, (select(2, support.run(dstack_lua .. " --app-id=00 -v"))))
  end)

  it("fails clearly when it cannot serve", function()
    local out, status = simulated("print 'never'", "--simulator=/no/such/folder")
    assert.equal(1, status)
    assert.is_nil(out:find("never", 1, true))
    assert.matches("/no/such/folder", out, 1, true)
  end)

  it("keeps the script's status, and ends with a script that ends badly", function()
    local out, status = simulated "io.stdout:write(os.getenv 'DSTACK_SIMULATOR_ENDPOINT') os.exit(9)"
    assert.equal(9, status)
    local gone = ("for i in $(seq 100); do [ -e %s ] || exit 0; sleep 0.05; done; exit 1"):format(out)
    assert.equal(0, (select(2, support.run(gone))))
  end)

  it("does not outlive a script that was killed, nor waits for programs it started", function()
    local directory = support.directory()
    local script = ("io.open('%s/at', 'w'):write(os.getenv 'DSTACK_SIMULATOR_ENDPOINT'):close() "
      .. "os.execute 'sleep 30 & echo $! >%s/pid' while true do end"):format(directory, directory)
    support.run(("%s --simulator -e %s >/dev/null 2>&1 & while [ ! -s %s/pid ]; do sleep 0.02; done; kill -9 $!")
      :format(dstack_lua, support.quote(script), directory))
    local socket = support.read(directory .. "/at")
    local gone = ("for i in $(seq 20); do [ -e %s ] || exit 0; sleep 0.05; done; exit 1"):format(socket)
    assert.equal(0, (select(2, support.run(gone))))
    support.signal("KILL", support.read(directory .. "/pid"):match "%d+")
    support.run("rm -rf " .. directory)
  end)
end)
