-- dstack-lua has everything inside. That it does what lua does is the command line's spec (12).

local support = require "spec.support"

local dstack_lua = support.interpreter

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

  for _, arguments in ipairs {
    "-x", "--nothing", "-e", "-l", "-vx", "--simulator=", "--fault", "--app-id", "nosuchcommand",
  } do
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
    for _, form in ipairs { "--app-id=", "--app-id " } do
      local out = simulated(script, "--simulator=spec/vectors/simulator " .. form
        .. "5bb4ff9a3837357f19dc176407a5709c62eb6c56")
      assert.equal("guest-agent\n", out)
    end
    local out = simulated(script, "--simulator=spec/vectors/simulator")
    assert.matches("issued for app id 5bb4ff9a", out, 1, true)
    out = simulated(script, "--simulator=spec/vectors")
    assert.matches("spec/vectors has none of app-compose.json", out, 1, true)
    assert.matches("dstack-lua-simulator\n", out, 1, true)
    assert.equal(2, (select(2, support.run(dstack_lua .. " --app-id=00 -v"))))
  end)

  it("fails clearly when it cannot serve", function()
    for folder, why in pairs { ["/no/such/folder"] = "No such file or directory", ["/dev/null"] = "not a directory" } do
      local out, status = simulated("print 'never'", "--simulator=" .. folder)
      assert.equal(2, status)
      assert.equal(("dstack-lua: --simulator: folder: %s: %s\n"):format(folder, why), out)
      out, status = support.run(dstack_lua .. " simulator -C " .. folder)
      assert.equal(2, status)
      assert.equal(("dstack-lua: simulator: folder: %s: %s\n"):format(folder, why), out)
    end
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
