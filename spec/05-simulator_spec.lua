-- The client and the simulator over a real socket.

local core = require "dstack.core"
local dstack = require "dstack"
local support = require "spec.support"

local UPSTREAM = "-C spec/vectors/simulator --app-id 5bb4ff9a3837357f19dc176407a5709c62eb6c56"
local UPSTREAM_ROOT = "0321529e458424ab1f710a3a57ec4dad2fb195ddca572f7469242ba6c7563085b6"

describe("The simulator with upstream's keys", function()
  local simulator, client

  setup(function()
    simulator = support.simulator(UPSTREAM)
    client = assert(dstack.DstackClient(simulator.endpoint))
  end)

  teardown(function()
    client:close()
    simulator.stop()
  end)

  it("derives the keys of the vectors, with their chains", function()
    local root = "d6e88992cdeeee35fe70b5db61ab66cdb191fb9b6ec9313757ef162dd7214d5d"
    local n = 0
    for _, v in ipairs(support.vectors("guest-v0").get_key) do
      if v.root == root then
        n = n + 1
        local key = assert(client:get_key(v.path, v.purpose, v.algorithm))
        assert.equal(v.key, key.key)
        assert.equal(v.link0, key.signature_chain[1])
        assert.is_string(assert(key:verify_chain {
          app_id = "5bb4ff9a3837357f19dc176407a5709c62eb6c56", kms_root = UPSTREAM_ROOT,
        }))
      end
    end
    assert.is_true(n > 20)
  end)

  it("signs as the vectors say, and verifies what it signed", function()
    local root = "d6e88992cdeeee35fe70b5db61ab66cdb191fb9b6ec9313757ef162dd7214d5d"
    for _, v in ipairs(support.vectors("guest-v0").sign) do
      if v.root == root then
        local data = core.unhex(v.data)
        local signature = assert(client:sign(v.algorithm, data))
        assert.equal(v.signature, signature.signature)
        assert.equal(v.public_key, signature.public_key)
        assert.is_true(assert(client:verify(v.algorithm, data, signature:decode_signature(),
          signature:decode_public_key())).valid)
      end
    end
  end)

  it("says which app it is", function()
    local info = assert(client:info())
    assert.equal("5bb4ff9a3837357f19dc176407a5709c62eb6c56", info.app_id)
    assert.equal("guest-agent", info.app_name)
    assert.same({}, info.extra)
  end)
end)

describe("The simulator with its own identity", function()
  local simulator, client

  setup(function()
    simulator = support.simulator()
    client = assert(dstack.DstackClient(simulator.endpoint))
  end)

  teardown(function()
    client:close()
    simulator.stop()
  end)

  it("is the application its keys were issued for", function()
    local info = assert(client:info())
    local root = simulator.output():match "DSTACK_SIMULATOR_KMS_ROOT=(%x+)"
    assert.equal(info.compose_hash:sub(1, 40), info.app_id)
    assert.is_string(assert(client:get_key("a", "b")):verify_chain { app_id = info.app_id, kms_root = root })
  end)

  it("issues certificates with its CA", function()
    assert.equal(2, #assert(client:get_tls_key "a").certificate_chain)
  end)

  it("refuses in the agents' own words", function()
    local key, message, code = client:get_key { algorithm = "rsa" }
    assert.is_nil(key)
    assert.equal("rpc", code)
    assert.matches("Unsupported algorithm", message, 1, true)
    local tls
    tls, message, code = client:get_tls_key { not_before = 2, not_after = 1 }
    assert.is_nil(tls)
    assert.equal("rpc", code)
    assert.matches("not_before must be earlier than not_after", message, 1, true)
    local gpu
    gpu, message, code = client:gpu_info()
    assert.is_nil(gpu)
    assert.equal("unsupported", code)
    assert.matches("GpuInfo", message, 1, true)
  end)

  it("says its version", function()
    assert.equal("unknown", assert(client:version()).rev)
  end)
end)

describe("A client whose agent goes away", function()
  it("fails with connect, and works again when the agent is back", function()
    local simulator = support.simulator()
    local client = assert(dstack.DstackClient(simulator.endpoint))
    assert(client:version())
    local endpoint = simulator.endpoint
    simulator.kill()
    local version, message, code = client:version()
    assert.is_nil(version)
    assert.equal("connect", code)
    assert.matches(endpoint, message, 1, true)
    assert.is_false(client:is_reachable())
    simulator.stop()
  end)

  it("is told who may use the socket", function()
    if support.run "id -u" ~= "0\n" then
      return -- only root can become somebody else
    end
    local simulator = support.simulator "--socket-mode 0600"
    local script = ("print(require('dstack').DstackClient('%s'):version())"):format(simulator.endpoint)
    local copy = simulator.directory .. "/dstack-lua"
    local out = support.run(("cp %s %s; chmod 755 %s; setpriv --reuid=1000 --clear-groups %s -e %s"):format(
      support.interpreter, copy, simulator.directory, copy, support.quote(script)))
    assert.matches("it belongs to uid 0 and has mode 0600, this process runs as uid 1000", out, 1, true)
    support.run("chmod 700 " .. simulator.directory)
    simulator.stop()
  end)

  it("can go on after a call that an error in a hook ended", function()
    local simulator = support.simulator()
    local client = assert(dstack.DstackClient(simulator.endpoint))
    assert(client:version())
    local now = require("dstack.transport").now
    support.run("kill -STOP " .. simulator.process())
    local start = now()
    local good, message = pcall(function()
      debug.sethook(function()
        if now() > start + 0.3 then
          debug.sethook()
          error "enough"
        end
      end, "", 1)
      return client:version()
    end)
    debug.sethook()
    support.run("kill -CONT " .. simulator.process())
    assert.is_false(good)
    assert.matches("enough", message, 1, true)
    assert.equal("unknown", assert(client:version()).rev)
    client:close()
    simulator.stop()
  end)
end)

describe("The simulator's command line", function()
  local function run(arguments)
    return support.run(("timeout 20 %s simulator %s"):format(support.interpreter, arguments))
  end

  it("refuses what it does not know", function()
    for arguments, text in pairs {
      ["--lisen x"] = "unknown option --lisen",
      ["--listen"] = "--listen needs a value",
      ["--quiet=yes"] = "--quiet takes no value",
      ["extra"] = "unexpected argument: extra",
      ["--socket-mode 9"] = "octal",
      ["--listen agent=0.0.0.0:1234"] = "127.0.0.1",
      ["--listen agents=./x"] = "agents",
      ["--listen agent=8090"] = "127.0.0.1:PORT",
      ["--app-id xyz"] = "app",
    } do
      local out, status = run(arguments)
      assert.equal(2, status, out)
      assert.matches(text, out, 1, true)
    end
  end)

  it("replaces a dead socket and respects a living one", function()
    local simulator = support.simulator()
    local out, status = run("--listen agent=" .. simulator.endpoint)
    assert.not_equal(0, status)
    assert.matches(simulator.endpoint, out, 1, true)
    assert(assert(dstack.DstackClient(simulator.endpoint)):version())
    support.signal("KILL", simulator.process())
    local client = assert(dstack.DstackClient(simulator.endpoint))
    local version, message, code = client:version()
    assert.is_nil(version)
    assert.equal("connect", code)
    assert.matches("connection refused", message, 1, true)
    local again = support.run(("timeout 1 %s simulator --listen agent=%s"):format(
      support.interpreter, simulator.endpoint))
    assert.matches("DSTACK_SIMULATOR_ENDPOINT=", again, 1, true)
    simulator.stop()
  end)

  it("listens on loopback TCP too, and cleans up after itself", function()
    local simulator = support.simulator "--listen agent=127.0.0.1:0"
    local url = simulator.output():match "http://127%.0%.0%.1:%d+"
    local client = assert(dstack.DstackClient(url .. "/"))
    assert(client:get_key "x")
    client:close()
    simulator.kill()
    assert.equal("", (support.run("ls " .. simulator.directory .. " | grep -vx -e log -e empty")))
    simulator.stop()
  end)

  it("says when the keys were issued for another app", function()
    local simulator = support.simulator "-C spec/vectors/simulator"
    assert.matches("5bb4ff9a3837357f19dc176407a5709c62eb6c56", simulator.output(), 1, true)
    assert.matches("--app-id", simulator.output(), 1, true)
    simulator.stop()
  end)
end)
