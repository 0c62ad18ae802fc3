-- examples/nginx, as its `run` starts it.

local core = require "dstack.core"
local dstack = require "dstack"
local socket = require "socket"
local support = require "spec.support"
local transport = require "dstack.transport"

local simulator, directory, port, pid, ca_file

-- A port that was free a moment ago.
local function free_port()
  local listener = assert(socket.bind("127.0.0.1", 0))
  local _, number = listener:getsockname()
  listener:close()
  return number
end

local function get(path)
  local made = assert(transport.choose({ kind = "url", address = "https://localhost:" .. port }, { ca_file = ca_file }))
  local reply, message = made:request { method = "GET", path = path, headers = {}, body = "",
    deadline = transport.now() + 10 }
  made:close()
  return reply and reply.status, reply and core.json_decode(reply.body), message
end

describe("examples/nginx", function()
  setup(function()
    simulator, directory, port = support.simulator(), support.directory(), free_port()
    pid = support.run(("%sDSTACK_SIMULATOR_ENDPOINT=%s BUILD=%s timeout 300 "
      .. "examples/nginx/run %d >%s/out 2>&1 & echo $!"):format(support.with_sanitizers(), simulator.endpoint,
      support.interpreter:match "^(.*)/", port, directory)):match "%d+"
    local client = assert(dstack.DstackClient(simulator.endpoint))
    local chain = assert(client:get_tls_key()).certificate_chain
    client:close()
    ca_file = directory .. "/ca.pem"
    support.write(ca_file, chain[#chain])
    local deadline = transport.now() + 10
    while not get "/key" do
      assert(transport.now() < deadline, support.read(directory .. "/out"))
      support.run "sleep 0.1"
    end
  end)

  teardown(function()
    support.signal("TERM", pid)
    support.run("rm -rf " .. directory)
    simulator.stop()
  end)

  it("tells a derived key's public key and chain, over TLS from the agent", function()
    local status, key = get "/key?path=wallet"
    assert.equal(200, status)
    local client = assert(dstack.DstackClient(simulator.endpoint))
    local expected = assert(client:get_key "wallet")
    client:close()
    assert.equal(expected:public_key(), key.public_key)
    assert.same(expected.signature_chain, key.signature_chain)
  end)

  it("quotes for a nonce", function()
    local nonce = ("ab"):rep(32)
    local status, quote = get("/quote?nonce=" .. nonce)
    assert.equal(200, status)
    assert.matches(nonce, quote.quote, 1, true)
    for _, bad in ipairs { "", "?nonce=zz", "?nonce=abcd", "?nonce=" .. ("ab"):rep(65) } do
      assert.equal(400, (get("/quote" .. bad)))
    end
  end)

  it("tells clients nothing of why an agent failed", function()
    simulator.kill()
    local status, body = get "/key?path=another"
    assert.equal(502, status)
    assert.same({ error = "the agent did not answer as it should" }, body)
    assert.matches("GetKey at " .. simulator.endpoint .. ": no such file", support.read(directory .. "/out"), 1, true)
  end)
end)
