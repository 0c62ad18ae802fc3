-- RA-TLS: certificates with their evidence, and connections to who shows one.
local core = require "dstack.core"
local dstack = require "dstack"
local support = require "spec.support"
local tls = require "spec.support.tls"

local ratls = dstack.ratls
local known = support.vectors "ratls"
local newest = known.certificates[3]

local function options(more)
  local all = { collateral = known.collateral, root = core.unhex(known.root), now = known.now }
  for name, value in pairs(more or {}) do
    all[name] = value
  end
  return all
end

local function der_of(chain)
  return assert(core.pem_to_der(chain:match "^(.-%-%-%-%-%-END CERTIFICATE%-%-%-%-%-)", "CERTIFICATE"))
end

-- The DER with bytes replaced, which are there exactly once, by others of the same length.
local function altered(der, from, to)
  local at = assert(der:find(from, 1, true))
  assert(not der:find(from, at + 1, true) and #from == #to)
  return der:sub(1, at - 1) .. to .. der:sub(at + #from)
end

-- Refuses a certificate with this code, at this step where one is named.
local function refuses(certificate, code, step, words, more)
  local report, message, got, found = ratls.verify_certificate(certificate, options(more))
  assert.is_nil(report)
  assert.equal(code, got, message)
  assert.matches(words, message, 1, true)
  if step then
    assert.equal("failed", found:step(step).state)
    assert.equal(false, found.ok)
  end
end

describe("ratls.verify_certificate", function()
  for _, case in ipairs(known.certificates) do
    it("verifies the form " .. case.form .. ", of PEM, of a chain, of DER", function()
      local der = der_of(case.chain)
      for _, certificate in ipairs { case.chain, case.chain:match "^.-END CERTIFICATE%-%-%-%-%-", der } do
        local report = assert(ratls.verify_certificate(certificate, options()))
        assert.is_true(report.ok)
        assert.equal("passed", report:step("ra_tls").state)
        assert.equal("passed", report:step("issuer_claims").state)
        assert.equal(known.app_id, report.application.app_id)
        assert.equal(known.app_id, report.certificate.app_info.app_id)
        assert.equal("app:custom", report.certificate.usage)
        assert.is_true(report.certificate.not_before < report.certificate.not_after)
        assert.matches('"certificate":{', report:to_json(), 1, true)
      end
    end)

    it("refuses another key in the form " .. case.form, function()
      local der = der_of(case.chain)
      local key = core.unhex((assert(select(2, core.read_certificate(der))).key)):sub(-16)
      refuses(altered(der, key, ("\1"):rep(16)), "verify", "ra_tls", "not made of the certificate's key")
    end)
  end

  it("refuses what names another application than the one measured", function()
    local der = der_of(newest.chain)
    local info = "\196\20" .. core.unhex(known.app_id)
    refuses(altered(der, info, "\196\20" .. ("\1"):rep(20)), "verify", "issuer_claims",
      "app_id: the certificate says 01010101")
  end)

  it("refuses what is no certificate, or carries nothing", function()
    local ca = newest.chain:match "END CERTIFICATE%-%-%-%-%-%s*(%-.*)$"
    refuses(ca, "verify", "evidence", "carries no attestation")
    refuses("x", "invalid", "evidence", "cannot be read as X.509")
    refuses("", "invalid", "evidence", "cannot be read as X.509")
    refuses(newest.key, "invalid", "evidence", "certificate: PEM CERTIFICATE")
    refuses(der_of(newest.chain):sub(1, -2), "invalid", "evidence", "cannot be read as X.509")
    refuses(der_of(newest.chain) .. "\0", "invalid", "evidence", "cannot be read as X.509")
  end)

  it("refuses an extension that is there twice, or of another form", function()
    local der = der_of(newest.chain)
    local oid = "\6\10\43\6\1\4\1\131\231\61\1"
    refuses(altered(der, oid .. "\4", oid .. "\9"), "invalid", "evidence", "with no extension twice")
    refuses(altered(der, oid .. "\8", oid:gsub("\61\1$", "\61\2") .. "\8"), "verify", "evidence",
      "carries no attestation")
    local usage = "\4\12\4\10app:custom"
    refuses(altered(der, usage, "\4\12\5\10app:custom"), "invalid", "evidence", ".4 is not an OCTET STRING")
    refuses(altered(der, usage, "\4\12\4\9app:custom"), "invalid", "evidence", ".4 is not an OCTET STRING")
    refuses(altered(der, usage, "\4\12\4\10app:\255\255stom"), "invalid", "evidence", "not UTF-8")
    refuses(altered(der, "\153\196\20", "\152\196\20"), "invalid", "evidence", "app info is not a list")
  end)

  it("obeys the policy, the root and the time as attest.verify does", function()
    refuses(newest.chain, "policy", "allowed_app_id", "the policy is not met",
      { policy = { app_id = { ("00"):rep(20) } } })
    refuses(newest.chain, "expired", nil, "", { now = known.now + 86400 * 60 })
    local without = options()
    without.root = nil
    assert.equal("verify", select(3, ratls.verify_certificate(newest.chain, without)))
  end)

  it("asks a function for the quote's collateral", function()
    local asked
    local function find(quote)
      asked = assert(core.parse_quote(quote)).header.version
      return known.collateral
    end
    assert(ratls.verify_certificate(newest.chain, options { collateral = find }))
    assert.equal(4, asked)
    local function fail() return nil, "the cache is away", "connect" end
    local report, message, code = ratls.verify_certificate(newest.chain, options { collateral = fail })
    assert.is_nil(report)
    assert.equal("collateral: the cache is away", message)
    assert.equal("connect", code)
    refuses("x", "invalid", "evidence", "cannot be read as X.509", { collateral = find })
  end)

  it("raises for wrong use", function()
    assert.has_error(function() ratls.verify_certificate() end)
    assert.has_error(function() ratls.verify_certificate(newest.chain, "x") end)
    assert.has_error(function() ratls.verify_certificate(newest.chain, options { certificate = "x" }) end)
    assert.has_error(function() ratls.verify_certificate(newest.chain, options { quote = "x" }) end)
    assert.has_error(function() ratls.verify_certificate(newest.chain, options { polcy = {} }) end)
  end)
end)

describe("ratls.verifier", function()
  it("remembers what was good, for a while", function()
    local asked = 0
    local given = options { remember = 30 }
    given.collateral = function()
      asked = asked + 1
      return known.collateral
    end
    local verify = assert(ratls.verifier(given))
    local report = assert(verify(newest.chain))
    assert.equal(report, verify(newest.chain))
    assert.equal(1, asked)
    assert(verify(known.certificates[2].chain))
    assert.equal(2, asked)
    assert.equal("verify", select(3, verify(newest.chain:match "END CERTIFICATE%-%-%-%-%-%s*(%-.*)$")))
  end)

  it("does not outlive its collateral, and keeps no more than it may", function()
    local verify = assert(ratls.verifier(options { remember = 1e9, entries = 1 }))
    assert.equal(verify(newest.chain), verify(newest.chain))
    local first = verify(newest.chain)
    assert(verify(known.certificates[2].chain))
    assert.are_not.equal(first, verify(newest.chain))
  end)

  it("refuses a bad policy and wrong options at once", function()
    assert.equal("invalid", select(3, ratls.verifier(options { policy = { any_os = "yes" } })))
    assert.error_matches(function() ratls.verifier(options { polcy = {} }) end, "unknown option 'polcy'")
    assert.error_matches(function() ratls.verifier {} end, "ratls.verifier: option 'collateral' is missing")
    assert.has_error(function() ratls.verifier { remember = 0 } end)
    assert.has_error(function() ratls.verifier { remember = "1" } end)
    assert.has_error(function() ratls.verifier(options())(7) end)
  end)
end)

-- Whether a server's output says that it got a byte of the application's.
local function got_data(server)
  return server.output():find "<<< [^\n]*InnerContent[^\n]*\n    17\n" ~= nil
end

describe("ratls.connect", function()
  local server

  after_each(function()
    if server then
      server.stop()
    end
    server = nil
  end)

  it("talks to who shows evidence", function()
    server = tls.serve(newest.chain, newest.key)
    local connection = assert(ratls.connect("127.0.0.1", server.port, options()))
    assert.equal(known.app_id, connection.report.application.app_id)
    assert.matches("127.0.0.1:" .. server.port .. ", open", tostring(connection), 1, true)
    assert.is_false(got_data(server))
    assert.is_true(connection:send "olleh\n")
    assert.equal("hello\n", connection:receive(100))
    assert.is_true(connection:send(("x"):rep(8000) .. "a\n"))
    assert.equal("axx", connection:receive(3))
    local got = 3
    while got < 8002 do
      got = got + #assert(connection:receive())
    end
    assert.equal(8002, got)
    assert.is_true(got_data(server))
    connection:close()
    connection:close()
    local sent, message, code = connection:send "x"
    assert.is_nil(sent)
    assert.equal("closed", code)
    assert.matches("this end has closed", message, 1, true)
  end)

  it("takes a name, and gives up in time", function()
    server = tls.serve(newest.chain, newest.key)
    local connection = assert(ratls.connect("localhost", server.port, options { timeout = 5 }))
    local now = core.now
    local before = now()
    local bytes, message, code = connection:receive(1, 0.3)
    assert.is_nil(bytes)
    assert.equal("timeout", code)
    assert.matches("localhost:%d+: timed out while receiving", message)
    assert.is_true(now() - before < 5)
    connection:close()
  end)

  it("is a stream for HTTP", function()
    server = tls.serve(newest.chain, newest.key)
    local stream = assert(ratls.connect("127.0.0.1", server.port, options())):stream()
    local now = core.now
    assert.is_true(stream:send("ba\n", now() + 5))
    assert.equal("ab\n", stream:receive(100, now() + 5))
    assert.same({ nil, "timeout" }, { stream:receive(100, now() + 0.1) })
    assert.same({ nil, "timeout" }, { stream:send("x", now()) })
    assert.is_true(stream:send("CLOSE\n", now() + 5)) -- the server's word for ending
    for _ = 1, 2 do -- an end is never one that was meant
      local bytes, word = stream:receive(100, now() + 5)
      assert.is_nil(bytes)
      assert.matches("the connection was closed, by the peer or by somebody on the way", word, 1, true)
    end
    stream:close()
    assert.matches("this end has closed", select(2, stream:send("x", now() + 5)))
  end)

  it("sends nothing to who does not verify", function()
    server = tls.serve(newest.chain, newest.key)
    local connection, message, code, report = ratls.connect("127.0.0.1", server.port,
      options { policy = { app_id = { ("00"):rep(20) } } })
    assert.is_nil(connection)
    assert.equal("policy", code)
    assert.matches("^127.0.0.1:%d+: the policy is not met", message)
    assert.equal("failed", report:step("allowed_app_id").state)
    assert.equal("verify", select(3, ratls.connect("127.0.0.1", server.port, options { now = 0 })))
    assert.is_false(got_data(server))
  end)

  it("sends nothing to who shows a certificate without evidence", function()
    local directory = support.directory()
    support.run(("cd %s; openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout k "
      .. "-out c -days 2 -subj /CN=test"):format(directory))
    server = tls.serve(support.read(directory .. "/c"), support.read(directory .. "/k"))
    support.run("rm -rf " .. directory)
    local connection, message, code = ratls.connect("127.0.0.1", server.port, options())
    assert.is_nil(connection)
    assert.equal("verify", code)
    assert.matches("carries no attestation", message, 1, true)
    assert.is_false(got_data(server))
  end)

  it("speaks TLS 1.3 only, where nobody is anonymous", function()
    server = tls.serve(newest.chain, newest.key, "-tls1_2")
    local connection, message, code = ratls.connect("127.0.0.1", server.port, options())
    assert.is_nil(connection)
    assert.equal("connect", code)
    assert.matches("TLS 1.3, as for RA-TLS", message, 1, true)
    server.stop()
    server = tls.serve(newest.chain, newest.key, "-tls1_2 -cipher 'ADH:@SECLEVEL=0'")
    assert.equal("connect", select(3, ratls.connect("127.0.0.1", server.port, options())))
  end)

  it("says who is not there", function()
    local connection, message, code = ratls.connect("127.0.0.1", 1, options())
    assert.is_nil(connection)
    assert.equal("connect", code)
    assert.matches("^127.0.0.1:1: connection refused", message)
  end)

  it("refuses what is no host and no port", function()
    for _, host in ipairs { "", "a b", "user@host", "host/path", "host:1", "-x", "a?b", "a#b", "[::1]", "a\0b" } do
      assert.equal("invalid", select(3, ratls.connect(host, 443, options())), host)
    end
    for _, port in ipairs { 0, 65536, 1.5, -1 } do
      assert.equal("invalid", select(3, ratls.connect("localhost", port, options())))
    end
    assert.has_error(function() ratls.connect("localhost", "443", options()) end)
    assert.has_error(function() ratls.connect(nil, 443) end)
    assert.has_error(function() ratls.connect("localhost", 443, options { timeout = 0 }) end)
    assert.has_error(function() ratls.connect("localhost", 443, 7) end)
    -- nobody listens there: these are found out before anybody is asked
    assert.error_matches(function() ratls.connect("127.0.0.1", 1, options { polcy = {} }) end, "unknown option 'polcy'")
    assert.error_matches(function() ratls.connect("127.0.0.1", 1) end, "'collateral' is missing")
    assert.equal("invalid", select(3, ratls.connect("127.0.0.1", 1, options { policy = { any_os = 1 } })))
  end)
end)

-- A connection whose peer answers from a list of pieces; what was sent is in `sent`.
local function answered(pieces)
  local Connection, Socket = require "dstack.ratls.connection", require "dstack.ratls.socket"
  local channel = { sent = "" }
  function channel:send(bytes, from)
    self.sent = self.sent .. bytes:sub(from)
    return #bytes - from + 1
  end
  function channel.receive()
    local piece = table.remove(pieces, 1)
    if piece then
      return piece
    end
    return nil, "the connection was closed, by the peer or by somebody on the way", "closed"
  end
  function channel:close() self.closed = true end
  local socket = setmetatable({ channel = channel }, Socket)
  return setmetatable({ name = "peer:1", timeout = 5, socket = socket }, Connection), channel
end

local function request(path)
  return { method = "GET", path = path, headers = { "X-A: b" }, body = "", deadline = core.now() + 5 }
end

describe("a connection as a transport", function()
  it("serves requests one after the other", function()
    local connection, channel = answered {
      "HTTP/1.1 200 OK\r\nContent-Le", "ngth: 2\r\n\r\nhi", "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n"
        .. "Connection: close\r\n\r\n",
    }
    assert.equal("hi", assert(connection:request(request "/a")).body)
    assert.equal("GET /a HTTP/1.1\r\nX-A: b\r\nHost: peer:1\r\n\r\n", channel.sent)
    assert.is_nil(channel.closed)
    assert.equal(404, assert(connection:request(request "/b")).status)
    assert.is_true(channel.closed)
    local reply, _, code = connection:request(request "/c")
    assert.is_nil(reply)
    assert.equal("closed", code)
  end)

  it("takes no reply that may have been cut", function()
    for _, pieces in ipairs {
      { "HTTP/1.1 200 OK\r\n\r\nall of it?" }, { "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhi" }, { "HTTP" }, {},
    } do
      local connection, channel = answered(pieces)
      local reply, message, code = connection:request(request "/")
      assert.is_nil(reply)
      assert.equal("closed", code)
      assert.matches("^peer:1: ", message)
      assert.is_true(channel.closed)
    end
  end)

  it("wants a path, and has the rest by itself", function()
    local connection, channel = answered { "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi" }
    assert.equal("hi", assert(connection:request { path = "/a" }).body)
    assert.equal("GET /a HTTP/1.1\r\nHost: peer:1\r\n\r\n", channel.sent)
  end)

  it("takes a request's time as seconds or as a deadline", function()
    for members, seconds in pairs { [{}] = 5, [{ timeout = 2 }] = 2, [{ deadline = core.now() + 3 }] = 3 } do
      local connection, left = answered {}, nil
      function connection.socket.receive(_, _, deadline)
        left = deadline - core.now()
        return nil, "late", "timeout"
      end
      members.path = "/"
      assert.equal("timeout", select(3, connection:request(members)))
      assert.is_true(left > seconds - 1 and left <= seconds, tostring(left))
    end
  end)

  it("refuses what is no request, and sends nothing", function()
    local connection, channel = answered {}
    assert.equal("invalid", select(3, connection:request(request "no slash")))
    for message, given in pairs {
      ["path is missing"] = {},
      ["table of options expected, got string"] = "GET", ["unknown option 'url'"] = { url = "/" },
      ["'body' wants a string"] = { path = "/", body = 1 },
      ["headers: a list of lines"] = { path = "/", headers = { Accept = "text/plain" } },
    } do
      assert.error_matches(function() connection:request(given) end, message)
    end
    assert.equal("", channel.sent)
  end)
end)

describe("examples/ratls_server_client", function()
  -- Runs it with a TMPDIR of its own. Returns its output and status; what it leaves is an error.
  local function run(simulator_options)
    local directory = support.directory()
    local out, status = support.run(("TMPDIR=%s BUILD=%s examples/ratls_server_client/run %s"):format(
      directory, support.interpreter:match "^(.*)/", simulator_options or ""))
    assert.equal("", support.run("ls -A " .. directory))
    support.run("rmdir " .. directory)
    return out, status
  end

  it("asks the service that its policy describes, and no other", function()
    local out, status = run()
    assert.equal(0, status, out)
    assert.matches("^connected to application %x+\nGET /Version: 200 {.*}\n", out)
    assert.matches("\nwith another policy: [^\n]*: allowed_app_id: [^\n]* %[policy%]\n$", out)
  end)

  it("sends nothing to a service whose evidence is for another key", function()
    local out, status = run "--attest-fault ratls-key"
    assert.equal(1, status, out)
    assert.matches("the evidence does not verify: ra_tls: ", out, 1, true)
    assert.is_nil(out:find("connected", 1, true))
  end)

  it("says why there is no service", function()
    local out, status = run "--no-such-option"
    assert.equal(2, status, out)
    assert.matches("unknown option --no-such-option", out, 1, true)
  end)
end)
