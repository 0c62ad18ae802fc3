-- What holds for every agent of the frozen surface, whatever its keys are: for our simulator, and for
-- the agent that `make test-endpoint` is pointed at. Emits events, which stay until that reboots.

local core = require "dstack.core"
local dstack = require "dstack"
local support = require "spec.support"

local function pem_body(pem)
  return (pem:gsub("%-%-%-%-%-[^\n]*\n", ""):gsub("%s", ""))
end

describe("Every agent #endpoint", function()
  local agent, client

  setup(function()
    agent = support.agent()
    client = assert(dstack.DstackClient(agent.endpoint))
  end)

  teardown(function()
    client:close()
    agent.stop()
  end)

  it("is reachable, and says its version", function()
    assert.is_true(client:is_reachable())
    local version = assert(client:version())
    assert.matches("^%d+%.%d+", version.version)
    assert.is_string(version.rev)
  end)

  it("agrees with itself: hashes and registers", function()
    local info = assert(client:info())
    local tcb = info.tcb_info
    assert.equal(core.hex(dstack.crypto.sha256(tcb.app_compose)), info.compose_hash)
    assert.equal(info.compose_hash, tcb.compose_hash)
    local report = assert(assert(client:get_quote "x"):td_report())
    assert.equal(tcb.mrtd, report.mr_td)
    for i = 0, 3 do
      assert.equal(report["rt_mr" .. i], tcb["rtmr" .. i])
    end
  end)

  it("derives the same key for the same path, and another one for another", function()
    local first = assert(client:get_key("spec/a", "spec"))
    assert.equal(first.key, assert(client:get_key("spec/a", "spec")).key)
    assert.equal(first.key, assert(client:get_key("spec/a", "other")).key)
    assert.not_equal(first.key, assert(client:get_key("spec/b", "spec")).key)
    assert.equal(32, #first:decode_key())
    assert.equal(66, #first:public_key())
    assert.equal(2, #first:decode_signature_chain())
  end)

  it("derives ed25519 keys, with public keys of their own", function()
    local key = assert(client:get_key { path = "spec/a", algorithm = "ed25519" })
    assert.equal(64, #key:public_key())
  end)

  it("signs and verifies what it signed, and nothing else", function()
    for _, algorithm in ipairs { "secp256k1", "ed25519" } do
      local signed = assert(client:sign(algorithm, "data"))
      local signature, public_key = signed:decode_signature(), signed:decode_public_key()
      assert.is_true(assert(client:verify(algorithm, "data", signature, public_key)).valid)
      assert.is_false(assert(client:verify(algorithm, "date", signature, public_key)).valid)
      assert.equal(signature, signed:decode_signature_chain()[1])
    end
  end)

  it("judges signatures as the vectors say", function()
    for _, v in ipairs(support.vectors("guest-v0").verify) do
      local result, _, code = client:verify(v.algorithm, core.unhex(v.data), core.unhex(v.signature),
        core.unhex(v.public_key))
      if v.status == 200 then
        assert.equal(v.valid, result.valid, v.name)
      else
        assert.is_nil(result, v.name)
        assert.equal("rpc", code, v.name)
      end
    end
  end)

  it("quotes what was asked for, with a log that replays to its registers", function()
    for _, data in ipairs { "x", ("y"):rep(64), "\0\0" } do
      local quote = assert(client:get_quote(data))
      local report = assert(quote:td_report())
      assert.equal(core.hex(data .. ("\0"):rep(64 - #data)), report.report_data)
      assert.equal(report.report_data, quote.report_data)
      local rtmrs = assert(quote:replay_rtmrs())
      for i = 0, 3 do
        assert.equal(report["rt_mr" .. i], rtmrs[i])
      end
    end
  end)

  it("strips the log of a quote, but not Info's", function()
    for _, event in ipairs(assert(assert(client:get_quote "x"):decode_event_log())) do
      if event.imr == 3 then
        assert.equal("", event.digest)
      else
        assert.equal(96, #event.digest)
        assert.is_truthy(event.event_payload == "" or event.event_payload == core.hex "ACPI DATA")
      end
    end
    for _, event in ipairs(assert(client:info()).tcb_info.event_log) do
      assert.equal(96, #event.digest)
    end
  end)

  it("measures emitted events, or takes none since 0.6", function()
    local before = assert(client:get_quote "x"):td_report()
    local emitted, message, code = client:emit_event("user-action", '{"amount":1000}')
    if not emitted then
      assert.equal("rpc", code, message)
      assert.matches("EmitEvent was removed in dstack 0.6.0", message, 1, true)
      return
    end
    local quote = assert(client:get_quote "x")
    local after = assert(quote:td_report())
    assert.not_equal(before.rt_mr3, after.rt_mr3)
    assert.equal(before.rt_mr0, after.rt_mr0)
    assert.equal(after.rt_mr3, quote:replay_rtmrs()[3])
    local events = assert(quote:decode_event_log())
    assert.equal("user-action", events[#events].event)
    assert.equal(core.hex '{"amount":1000}', events[#events].event_payload)
    assert.equal(after.rt_mr3, assert(client:info()).tcb_info.rtmr3)
  end)

  it("issues TLS keys, another one each time", function()
    local first = assert(client:get_tls_key { subject = "a", alt_names = { "localhost", "127.0.0.1" } })
    local second = assert(client:get_tls_key "a")
    assert.not_equal(first.key, second.key)
    assert.equal(138, #first:as_uint8array())
    assert.is_truthy(#pem_body(first.certificate_chain[1]) > 400)
  end)

  it("attests", function()
    local attestation = assert(assert(client:attest "x"):decode_attestation())
    assert.is_true(#attestation > 632)
  end)

  it("refuses an algorithm that there is not", function()
    local key, message, code = client:get_key { algorithm = "rsa" }
    assert.is_nil(key)
    assert.equal("rpc", code)
    assert.matches("GetKey at " .. agent.endpoint, message, 1, true)
  end)

  it("keeps one connection for all calls, but those with an effect", function()
    local own = assert(dstack.DstackClient(agent.endpoint))
    assert(own:version())
    local transport = own.transports[own.settled].made.curl
    assert.is_false(transport.handle:reused())
    for _ = 1, 20 do
      assert(own:get_key "x")
      assert.is_true(transport.handle:reused())
    end
    own:emit_event("e", "") -- taken or not
    assert.is_false(transport.handle:reused())
    own:close()
  end)
end)
