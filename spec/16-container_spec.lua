-- The container in examples/container: its files fit each other, and its application attests.

local core = require "dstack.core"
local dstack = require "dstack"
local socket = require "socket"
local support = require "spec.support"
local transport = require "dstack.transport"

local FOLDER = "examples/container/"
local NONCE = ("a1b2c3d4"):rep(4)

local function read(name)
  return support.read(FOLDER .. name)
end

describe("The container's", function()
  local dockerfile, compose = read "Dockerfile", read "docker-compose.yml"

  it("Dockerfile copies what is there, and starts the application", function()
    local last
    local copied = {}
    for line in dockerfile:gsub("\\\n", " "):gmatch "[^\n]+" do
      local instruction, rest = line:match "^(%u+) +(.*)$"
      last = instruction and { instruction, rest } or last
      if instruction == "COPY" and not rest:match "^%-%-from=" then
        local source = rest:match "^%S+"
        assert.equal(0, select(2, support.run("test -e " .. source)), line)
        copied[source] = true
      end
    end
    local embedding = support.run "make --no-print-directory -n BUILD=/none /none/obj/embedded.c"
    for folder in assert(embedding:match "\ntools/embed.*"):gmatch " (%w+)/[%w_/]+%.lua" do
      assert.is_true(copied[folder], folder .. " is embedded in dstack-lua")
    end
    assert.matches("FROM debian:bookworm%-slim AS builder\n", dockerfile)
    assert.matches("\nRUN tools/packages build\n", dockerfile)
    assert.matches("\nCOPY %-%-from=builder /src/build/dstack%-lua /usr/local/bin/\n", dockerfile)
    assert.same({ "CMD", '["dstack-lua", "/app/app.lua", "0.0.0.0:8080"]' }, last)
  end)

  it("docker-compose.yml mounts the directory of a socket that clients look for", function()
    local mounts = compose:match "\n    volumes:\n(.*)$"
    local source, target, mode = mounts:match "\n      %- ([^:\n]+):([^:\n]+):(%w+)\n"
    assert.equal(1, select(2, mounts:gsub("\n      %- ", "")))
    assert.equal(source, target)
    assert.equal("ro", mode)
    local found = false
    for _, path in ipairs(core.service("dstack").paths) do
      found = found or path == target .. "/dstack.sock"
    end
    assert.is_true(found, target)
    assert.matches('\n      %- "8080:8080"\n', compose)
    assert.matches("\n    image: %S+@sha256:%x+\n", compose)
  end)

  it("app-compose.json holds exactly that text", function()
    local parsed = assert(core.json_decode(read "app-compose.json"))
    assert.equal(compose, parsed.docker_compose_file)
    assert.equal(2, parsed.manifest_version)
    assert.equal("docker-compose", parsed.runner)
    assert.equal("attest", parsed.name)
    assert.is_true(parsed.kms_enabled)
  end)

  it("app-compose.json is what its script makes, which prints the compose hash", function()
    local script = support.interpreter .. " " .. FOLDER .. "app_compose.lua"
    assert.equal(read "app-compose.json", (support.run(script .. " 2>/dev/null")))
    assert.matches("compose hash  " .. core.hex(core.hash("sha256", read "app-compose.json")),
      (support.run(script .. " 2>&1 >/dev/null")), 1, true)
  end)
end)

-- Starts the application on a free port. It ends when stop() is called, and by itself.
local function start_app(endpoint, directory)
  local log = directory .. "/app.log"
  local pid = support.run(("DSTACK_SIMULATOR_ENDPOINT=%s timeout 300 %s %sapp.lua 127.0.0.1:0 >%s 2>&1 & echo $!")
    :format(endpoint, support.interpreter, FOLDER, log)):match "%d+"
  support.run(("for i in $(seq 250); do grep -q listening %s && exit; sleep 0.02; done"):format(log))
  local port = support.read(log):match "^listening on http://127%.0%.0%.1:(%d+)\n"
  assert(port, support.read(log))
  return {
    port = tonumber(port),
    log = function() return support.read(log) end,
    stop = function() support.signal("TERM", pid) end,
  }
end

describe("The container's application", function()
  local simulator, app, http

  setup(function()
    simulator = support.simulator("-C " .. FOLDER)
    app = start_app(simulator.endpoint, simulator.directory)
    http = assert(transport.choose({ kind = "url", address = "http://127.0.0.1:" .. app.port },
      { connect_timeout = 5, max_response_bytes = 1e6 }))
  end)

  teardown(function()
    http:close()
    app.stop()
    simulator.stop()
  end)

  local function get(path, method)
    local reply = assert(http:request {
      method = method or "GET", path = path, headers = {}, body = "", deadline = transport.now() + 20,
      want_headers = true,
    })
    return reply.status, assert(core.json_decode(reply.body)), reply
  end

  local function connect()
    local conn = assert(socket.connect("127.0.0.1", app.port))
    conn:settimeout(20)
    return conn
  end

  -- Sends raw bytes. Returns all that comes back.
  local function exchange(bytes)
    local conn = connect()
    assert(conn:send(bytes))
    conn:shutdown "send"
    local reply, _, nothing = conn:receive "*a"
    conn:close()
    return reply or nothing
  end

  local function quote_in(reply)
    return setmetatable({ quote = reply.quote, event_log = reply.event_log }, dstack.GetQuoteResponse)
  end

  -- Returns what verify.lua says of a file, and its exit status.
  local function verify(nonce, compose, from)
    return support.run(("%s %sverify.lua %s %s <%s"):format(support.interpreter, FOLDER, nonce, compose, from))
  end

  it("binds the nonce, and no other", function()
    for _, nonce in ipairs { NONCE, ("00"):rep(64), NONCE:upper() } do
      local status, reply = get("/attest?nonce=" .. nonce)
      assert.equal(200, status)
      local wanted = core.hash("sha512", "dstack-lua example attest v1:" .. core.unhex(nonce))
      assert.equal(core.hex(wanted), assert(quote_in(reply):td_report()).report_data)
      assert.equal(nonce:lower(), reply.nonce)
    end
  end)

  it("sends a log that leads to the registers, and the hash of app-compose.json", function()
    local _, reply = get("/attest?nonce=" .. NONCE)
    local quote = quote_in(reply)
    assert.equal(assert(quote:td_report()).rt_mr3, assert(quote:replay_rtmrs())[3])
    assert.equal(core.hex(core.hash("sha256", read "app-compose.json")), reply.compose_hash)
    assert.equal(reply.compose_hash:sub(1, 40), reply.app_id)
  end)

  it("refuses bad requests with a word on what is wrong", function()
    for path, wanted in pairs {
      ["/attest"] = "nonce=HEX", ["/attest?nonce="] = "0 bytes", ["/attest?nonce=" .. NONCE .. "&a=b"] = "nothing else",
      ["/attest?nonce=00"] = "1 bytes; from 16 to 64", ["/attest?nonce=" .. ("00"):rep(65)] = "65 bytes",
      ["/attest?nonce=" .. NONCE .. "0"] = "odd number", ["/attest?nonce=zz" .. NONCE] = "no digit",
      ["/attest?other=" .. NONCE] = "nonce=HEX",
    } do
      local status, reply = get(path)
      assert.equal(400, status, path)
      assert.matches(wanted, reply.error, 1, true)
    end
    assert.equal(404, (get "/"))
    assert.equal(404, (get "/attest/"))
    local status, _, reply = get("/attest?nonce=" .. NONCE, "POST")
    assert.equal(405, status)
    assert.equal("GET", reply.headers.allow)
  end)

  it("bounds what it reads and shuns what is no HTTP", function()
    assert.matches("^HTTP/1.1 431 ", exchange("GET /healthz HTTP/1.1\r\nX: " .. ("x"):rep(5000)))
    assert.matches("^HTTP/1.1 400 ", exchange "\22\3\1\0\r\n\r\n")
    assert.matches("^HTTP/1.1 400 ", exchange "GET http://h/healthz HTTP/1.1\r\n\r\n")
    assert.equal("", exchange "GET /healthz HTTP/1.1\r\n")
  end)

  it("serves others while one says nothing, and hangs up on that one", function()
    local idle, begin = connect(), socket.gettime()
    assert(idle:send "GET /heal")
    assert.equal(200, (get "/healthz"))
    assert.is_true(socket.gettime() - begin < 4)
    local rest, why, part = idle:receive "*a"
    assert.equal("", rest or part, why)
    local waited = socket.gettime() - begin
    assert.is_true(waited > 4 and waited < 15, waited)
    idle:close()
  end)

  it("is checked by verify.lua, which finds what is wrong", function()
    local _, _, reply = get("/attest?nonce=" .. NONCE)
    local path, other = simulator.directory .. "/reply.json", simulator.directory .. "/other.json"
    support.write(path, reply.body)
    local out, status = verify(NONCE, FOLDER .. "app-compose.json", path)
    assert.equal(0, status, out)
    assert.matches("NOT checked", out, 1, true)
    local function fails(wanted, ...)
      out, status = verify(...)
      assert.equal(3, status, out)
      assert.matches(wanted, out, 1, true)
    end
    fails("not made for this nonce", ("00"):rep(16), FOLDER .. "app-compose.json", path)
    local at = reply.body:find('"quote":"', 1, true) + 9 + 2 * 168 -- where the quote has td_attributes
    support.write(other, reply.body:sub(1, at - 1) .. "01" .. reply.body:sub(at + 2))
    fails("debug", NONCE, FOLDER .. "app-compose.json", other)
    support.write(other, read "app-compose.json" .. "\n")
    fails("compose hash: measured", NONCE, other, path)
    support.write(other, (reply.body:gsub('\\"compose%-hash\\"', '\\"compose-hush\\"')))
    fails("does not lead to", NONCE, FOLDER .. "app-compose.json", other)
    support.write(other, '{"error":"no"}')
    fails("refused: no", NONCE, FOLDER .. "app-compose.json", other)
    out, status = verify(NONCE, "/nowhere/app-compose.json", path)
    assert.equal(2, status)
    assert.equal("cannot read app-compose.json: /nowhere/app-compose.json: No such file or directory\n", out)
    out, status = verify(NONCE, "/", path)
    assert.equal(2, status)
    assert.equal("cannot read app-compose.json: Is a directory\n", out)
    assert.equal(2, (select(2, verify("xx", FOLDER .. "app-compose.json", path))))
  end)

  -- The app emits an event that looks like the boot's, and hides the true ones behind another type,
  -- for which the log's own digest counts. The registers agree.
  it("cannot pass for another application in verify.lua", function()
    local hash = core.hash("sha256", "another app-compose.json")
    assert(dstack.DstackClient(simulator.endpoint):emit_event("compose-hash", hash))
    local _, reply = get("/attest?nonce=" .. NONCE)
    local function hide(name, payload)
      local text = "\1\0\0\8:" .. name .. ":" .. core.unhex(payload)
      return ('"event_type":1,"digest":"%s","event":"x"'):format(core.hex(core.hash("sha384", text)))
    end
    local wanted = '"event_type":134217729,"digest":"","event":"%s"'
    for _, event in ipairs(assert(quote_in(reply):decode_event_log())) do
      if event.event == "system-ready" or event.event == "compose-hash" then
        reply.event_log = reply.event_log:gsub(wanted:format(event.event:gsub("%-", "%%-")),
          hide(event.event, event.event_payload), 1)
        if event.event == "system-ready" then
          break
        end
      end
    end
    local quote = quote_in(reply)
    assert.equal(quote:td_report().rt_mr3, assert(quote:replay_rtmrs())[3])
    local path, other = simulator.directory .. "/forged.json", simulator.directory .. "/another.json"
    support.write(path, ('{"quote":"%s","event_log":"%s"}'):format(reply.quote,
      (reply.event_log:gsub('[\\"]', "\\%0"))))
    support.write(other, "another app-compose.json")
    local out, status = verify(NONCE, other, path)
    assert.equal(3, status, out)
    assert.matches("no runtime event", out, 1, true)
  end)

  it("says so when the agent is gone", function()
    assert.equal(200, (get "/healthz"))
    simulator.kill()
    assert.equal(503, (get "/healthz"))
    local status, reply = get("/attest?nonce=" .. NONCE)
    assert.equal(503, status)
    assert.equal("connect", reply.code)
    assert.is_nil(reply.error:find("sock", 1, true))
    assert.matches("agent: GetQuote", app.log(), 1, true)
  end)
end)
