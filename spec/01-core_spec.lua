local core = require "dstack.core"

describe("core.json_decode", function()
  it("keeps what numbers say", function()
    local value = assert(core.json_decode
      '{"small":12,"large":9007199254740992,"huge":12345678901234567890,"real":0.5,"big":1e999}')
    assert.equal(12, value.small)
    assert.equal(9007199254740992, value.large)
    assert.equal("12345678901234567890", value.huge)
    assert.equal(0.5, value.real)
    assert.equal("1e999", value.big)
  end)

  it("writes integers as integers where Lua has them", function()
    assert.equal("12", tostring(core.json_decode "12"))
  end)

  it("has a value for null", function()
    assert.equal(core.null, core.json_decode "null")
    assert.equal(core.null, require("dstack").null)
  end)

  it("refuses what is not JSON, and says where", function()
    local value, message, code = core.json_decode '{"a":01}'
    assert.is_nil(value)
    assert.equal("invalid", code)
    assert.matches("byte 6", message)
  end)
end)

describe("core.call", function()
  it("raises for arguments of the wrong type, naming them", function()
    assert.error_matches(function() core.call("v0", "GetKey", { path = 1 }) end,
      "'path' %(string expected, got number%)")
    assert.error_matches(function() core.call("v0", "GetTlsKey", { usage_ra_tls = "yes" }) end,
      "'usage_ra_tls' %(boolean expected")
    assert.error_matches(function() core.call("v0", "GetTlsKey", { alt_names = "a" }) end,
      "GetTlsKey: bad argument 'alt_names' %(list expected")
    assert.error_matches(function() core.call("v0", "GetTlsKey", { alt_names = { 1 } }) end,
      "'alt_names' %(string expected")
    for _, list in ipairs { { a = "b" }, { "a", nil, "c" } } do
      assert.error_matches(function() core.call("v0", "GetTlsKey", { alt_names = list }) end,
        "'alt_names' %(a list without holes expected%)")
    end
    assert.error_matches(function() core.call("v0", "GetKey", { path = false }) end,
      "'path' %(string expected, got boolean%)")
  end)

  it("raises for arguments that do not exist", function()
    assert.error_matches(function() core.call("v0", "GetKey", { pth = "x" }) end,
      "GetKey: unknown argument 'pth'; there are: path, purpose, algorithm$")
    assert.error_matches(function() core.call("v0", "GetKey", { domain = "x" }) end,
      "'domain'; there are: path, purpose, algorithm; surface v1 has it$")
    assert.error_matches(function() core.call("v0", "GetKey", { "x" }) end,
      "GetKey: arguments in a table are named, such as {path = ...}")
  end)

  it("returns a failure for values that cannot be", function()
    for _, bad in ipairs { -1, 0.5, 2 ^ 60, 0 / 0, math.huge, math.maxinteger or 2 ^ 63 } do
      local call, message, code = core.call("v0", "GetTlsKey", { not_before = bad })
      assert.is_nil(call)
      assert.equal("invalid", code)
      assert.matches("not_before", message)
    end
  end)

  it("writes the request in the order of the wire, bytes as hex", function()
    local call = core.call("v0", "GetTlsKey", {
      with_app_info = true, not_after = 2, subject = 'a"\0', alt_names = { "x", "y" },
    })
    local path, body, once = call:request()
    assert.equal("/GetTlsKey", path)
    assert.equal('{"subject":"a\\"\\u0000","alt_names":["x","y"],"not_after":2,"with_app_info":true}',
      body)
    assert.is_false(once)
    path, body, once = core.call("v0", "EmitEvent", { event = "e", payload = "\0\255" }):request()
    assert.equal("/EmitEvent", path)
    assert.equal('{"event":"e","payload":"00ff"}', body)
    assert.is_true(once)
  end)

  it("refuses a request out of bounds with the cure", function()
    local path, message, code = core.call("v0", "GetQuote", { report_data = ("x"):rep(65) }):request()
    assert.is_nil(path)
    assert.equal("invalid", code)
    assert.matches("65 bytes.*hash", message)
    path, message, code = core.call("v0", "GetQuote", { report_data = "" }):request()
    assert.is_nil(path)
    assert.equal("invalid", code)
    assert.matches("empty.*hash", message)
  end)

  it("refuses text that is not UTF-8", function()
    local path, message, code = core.call("v0", "GetKey", { path = "\255" }):request()
    assert.is_nil(path)
    assert.equal("invalid", code)
    assert.equal("path: not UTF-8 text", message)
    path, message = core.call("v0", "GetTlsKey", { alt_names = { "a", "\255" } }):request()
    assert.is_nil(path)
    assert.equal("alt_names: not UTF-8 text", message)
    path, message = core.call("v0", "EmitEvent", { event = "\255", payload = "" }):request()
    assert.is_nil(path)
    assert.equal("event: not UTF-8 text", message)
  end)

  it("is over after its reply", function()
    local call = core.call("v0", "Verify", { algorithm = "", data = "", signature = "", public_key = "" })
    assert.same({ valid = true }, (call:reply(200, '{"valid":true}')))
    assert.error_matches(function() call:reply(200, "{}") end, "closed")
    assert.error_matches(function() call:request() end, "closed")
    call:close()
    call:close()
  end)
end)

describe("core.gate", function()
  local function walk_on(surface, ...)
    local state, question, open = core.gate(surface)
    for _, outcome in ipairs { ... } do
      local code, spoke = outcome:match "^(%S+) ?(%S*)$"
      state, question, open = core.gate(surface, state, code, spoke ~= "nobody")
    end
    return question, open
  end

  local function walk(...)
    return walk_on("v0", ...)
  end

  it("asks Version, then Verify, and concludes", function()
    assert.same({ "Version", false }, { walk() })
    assert.same({ nil, true }, { walk "ok" })
    assert.same({ "Verify", false }, { walk "unsupported" })
    assert.same({ nil, true }, { walk("unsupported", "rpc") })
    assert.same({ nil, true }, { walk("unsupported", "ok") })
    assert.same({ nil, false }, { walk("unsupported", "unsupported") })
  end)

  it("has no second question on Tappd", function()
    assert.same({ nil, true }, { walk_on("tappd", "ok") })
    assert.same({ nil, false }, { walk_on("tappd", "unsupported") })
    assert.same({ "Version", false }, { walk_on("tappd", "unsupported nobody") })
  end)

  it("concludes nothing from a failure that says nothing of the agent", function()
    for _, code in ipairs { "connect", "timeout", "closed", "http", "reply", "too_large",
      "unsupported nobody" } do
      assert.same({ "Version", false }, { walk(code) })
      assert.same({ "Verify", false }, { walk("unsupported", code) })
    end
  end)
end)

describe("core.endpoint", function()
  it("tells URLs and sockets apart", function()
    assert.same({ "unix", "/a b/c.sock" }, { core.endpoint "/a b/c.sock" })
    assert.same({ "unix", "rel.sock" }, { core.endpoint "unix:rel.sock" })
    assert.same({ "url", "http://h:1/p" }, { core.endpoint "http://h:1/p/" })
    assert.same({ "url", "https://[::1]:8" }, { core.endpoint "https://[::1]:8" })
    assert.same({ "unix", "a:b.sock" }, { core.endpoint "a:b.sock" })
  end)

  it("refuses what can be neither", function()
    for _, bad in ipairs { "HTTP://h", "tcp://h:1", "localhost:8090", "127.0.0.1:1",
      "http://h:99999", "http://h:", "http://h:1x", "http://[::1", "unix:", "http://", "https:///x",
      "http://h?x", "http://u@h", "a\0b", "a\nb", ("x"):rep(108) } do
      local kind, _, code = core.endpoint(bad)
      assert.is_nil(kind, bad)
      assert.equal("invalid", code)
    end
    assert.equal("unix", (core.endpoint(("x"):rep(107))))
  end)
end)

describe("core.codes", function()
  it("lists every code with its meaning", function()
    local codes = core.codes()
    for _, code in ipairs { "invalid", "connect", "timeout", "closed", "http", "rpc", "unsupported",
      "reply", "too_large", "verify", "expired", "policy", "no_kms", "memory", "internal" } do
      assert.is_string(codes[code])
    end
    assert.is_nil(codes.ok)
  end)
end)
