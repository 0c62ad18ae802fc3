local core = require "dstack.core"
local response = require "dstack.response"
local support = require "spec.support"

local vectors = support.vectors "guest-v0"

local function key_response(links, request, key)
  return response.new("GetKeyResponse", { key = key, signature_chain = links }, {}, request)
end

describe("GetKeyResponse", function()
  for _, v in ipairs(vectors.get_key) do
    it("knows its public key: " .. v.name, function()
      local key = key_response({ "", "" }, v, v.key)
      assert.equal(v.public_key, key:public_key())
      assert.equal(v.key, core.hex(key:decode_key()))
    end)
  end

  -- the worked example of upstream's simulator keys
  local example
  for _, v in ipairs(vectors.get_key) do
    if v.name == "get_key/secp256k1/test/test" then
      example = v
    end
  end
  local link1 = "9e618603e72d01fedb82deff6daf2d62a572becf0059eec3f89c1ab40e1f2e594d2a283f843f34e8f39e4cc"
    .. "49a612496ce67223a12ac923f8efe330346dfc6c500"
  local app_id = "5bb4ff9a3837357f19dc176407a5709c62eb6c56"
  local kms_root = "0321529e458424ab1f710a3a57ec4dad2fb195ddca572f7469242ba6c7563085b6"
  local app_root = "02818494263695e8839122dbd88e281d7380622999df4e60a14befa0f2d096fc7c"

  local function example_key(links)
    return key_response(links or { example.link0, link1 }, example, example.key)
  end

  it("verifies its chain", function()
    assert.equal(app_root, example_key():verify_chain { app_id = app_id, kms_root = kms_root })
    assert.equal(app_root, example_key():verify_chain {
      app_id = "0x" .. app_id, kms_root = "0x" .. kms_root, purpose = "test",
    })
  end)

  it("tells a chain without a KMS from a bad one", function()
    local root, _, code = example_key({ example.link0, "" }):verify_chain {
      app_id = app_id, kms_root = kms_root }
    assert.is_nil(root)
    assert.equal("no_kms", code)
    root, _, code = example_key():verify_chain {
      app_id = app_id, kms_root = kms_root, purpose = "other" }
    assert.is_nil(root)
    assert.equal("verify", code)
    root, _, code = example_key():verify_chain { app_id = ("00"):rep(20), kms_root = kms_root }
    assert.is_nil(root)
    assert.equal("verify", code)
  end)

  it("wants anchor and application, by name", function()
    local key = example_key()
    assert.error_matches(function() key:verify_chain() end, "wants a table")
    assert.error_matches(function() key:verify_chain { app_id = app_id } end, "'kms_root' %(hex text")
    assert.error_matches(function() key:verify_chain { app_id = app_id, kms_root = kms_root, x = 1 } end,
      "unknown option 'x'")
    local root, message, code = key:verify_chain { app_id = "xyz", kms_root = kms_root }
    assert.is_nil(root)
    assert.matches("app_id", message)
    assert.equal("invalid", code)
  end)

  it("does not print its key", function()
    local text = tostring(example_key())
    assert.is_nil(text:find(example.key, 1, true))
    assert.matches("GetKeyResponse{", text, 1, true)
    assert.matches("key=<secret>", text, 1, true)
  end)

  it("remembers what was asked for", function()
    assert.equal("test", example_key().request.path)
  end)

  it("decodes its chain", function()
    local links = assert(example_key():decode_signature_chain())
    assert.equal(2, #links)
    assert.equal(65, #links[1])
    assert.equal(link1, core.hex(links[2]))
  end)
end)

describe("GetTlsKeyResponse", function()
  local der = ("\1\2\3"):rep(40)
  local pem = "-----BEGIN PRIVATE KEY-----\nAQIDAQIDAQIDAQIDAQIDAQIDAQIDAQIDAQIDAQIDAQIDAQIDAQIDAQIDAQIDAQID\n"
    .. "AQIDAQIDAQIDAQIDAQIDAQIDAQIDAQIDAQIDAQIDAQIDAQIDAQIDAQIDAQIDAQID\n"
    .. "AQIDAQIDAQIDAQIDAQIDAQIDAQIDAQID\n-----END PRIVATE KEY-----\n"
  local key = response.new("GetTlsKeyResponse", { key = pem, certificate_chain = {} }, {}, {})

  it("gives the key's DER, cut or filled with zeros on request", function()
    assert.equal(der, key:as_uint8array())
    assert.equal(der:sub(1, 32), key:as_uint8array(32))
    assert.equal(der .. ("\0"):rep(5), key:as_uint8array(#der + 5))
    for _, bad in ipairs { -1, 1.5, "x" } do
      assert.error_matches(function() key:as_uint8array(bad) end, "max_length")
    end
  end)

  it("does not print its key", function()
    assert.is_nil(tostring(key):find("AQID", 1, true))
  end)
end)

describe("GetQuoteResponse", function()
  local log = support.read "spec/vectors/eventlog-simulator.json"
  local function quote_with(event_log)
    return response.new("GetQuoteResponse",
      { quote = "0400", event_log = event_log, report_data = "", vm_config = "" }, {}, {})
  end

  it("decodes quote and log", function()
    local quote = quote_with(log)
    assert.equal("\4\0", quote:decode_quote())
    local events = assert(quote:decode_event_log())
    assert.equal(33, #events)
    assert.equal("app-id", events[26].event)
    assert.equal(3, events[26].imr)
    assert.equal(134217729, events[26].event_type)
    assert.equal("5bb4ff9a3837357f19dc176407a5709c62eb6c56", events[26].event_payload)
  end)

  it("replays the registers", function()
    local rtmrs = assert(quote_with(log):replay_rtmrs())
    assert.equal("6203948b7c12a0c2e14ed9b11170d7b85345870a304bb0959d6c198224ce621fe944e4623af9631cd64eeffdc0d7fa94",
      rtmrs[0])
    for i = 0, 3 do
      assert.matches("^%x+$", rtmrs[i])
      assert.equal(96, #rtmrs[i])
    end
    assert.equal(("0"):rep(96), quote_with("[]"):replay_rtmrs()[3])
  end)

  it("replays a stripped log to the same registers", function()
    local stripped, n = log:gsub(
      '("imr":3,"event_type":134217729,"digest":")%x+', "%1")
    assert.equal(9, n)
    assert.same(quote_with(log):replay_rtmrs(), quote_with(stripped):replay_rtmrs())
  end)

  it("refuses a log whose digest is another", function()
    local forged = log:gsub('("imr":3,"event_type":134217729,"digest":")%x%x', "%1" .. "00", 1)
    local rtmrs, message, code = quote_with(forged):replay_rtmrs()
    assert.is_nil(rtmrs)
    assert.matches("digest", message)
    assert.equal("verify", code)
  end)
end)

describe("InfoResponse", function()
  local function info_with(text)
    return response.new("InfoResponse", { tcb_info = text }, {}, {})
  end

  it("parses tcb_info and keeps its text", function()
    local text = '{"mrtd":null,"rtmr0":"aa","event_log":[{"imr":0,"event":"x"}],"new":1}'
    local info = assert(info_with(text))
    assert.equal(text, info.tcb_info_text)
    assert.is_nil(info.tcb_info.mrtd)
    assert.equal("aa", info.tcb_info.rtmr0)
    assert.equal("x", info.tcb_info.event_log[1].event)
    assert.equal(1, info.tcb_info.new)
  end)

  it("has no tcb_info where it is hidden", function()
    local info = assert(info_with "")
    assert.is_nil(info.tcb_info)
    assert.equal("", info.tcb_info_text)
  end)

  it("is no response when tcb_info is not an object", function()
    for _, text in ipairs { "[1]", "7", "{", "null" } do
      local info, message, code = info_with(text)
      assert.is_nil(info)
      assert.matches("tcb_info", message)
      assert.equal("reply", code)
    end
  end)
end)

describe("A response's method", function()
  it("called without a colon raises at the script's line, and says how", function()
    local count = 0
    for name, class in pairs(response) do
      local methods = type(class) == "table" and rawget(class, "is_response") and class.__index or {}
      for method, call in pairs(methods) do
        local good, message = pcall(function() return call() end)
        assert.is_false(good, name .. ":" .. method)
        assert.matches("^spec/04%-response_spec.lua:%d+: %w+:" .. method
          .. ": methods are called with a colon, as in response:" .. method .. "%(%)$", message)
        assert.is_false((pcall(function() return call { key = "00" } end)))
        count = count + 1
      end
    end
    assert.is_true(count > 10)
  end)

  it("is shown in one line, whatever its members hold", function()
    local shown = response.new("VersionResponse", { version = "a\nb", rev = ("x"):rep(41) }, {}, {})
    assert.equal('VersionResponse{extra={...}, rev="' .. ("x"):rep(40) .. '"..., version="a\\nb"}', tostring(shown))
  end)
end)
