-- Replies, good and bad, as the frozen surface must judge them.

local core = require "dstack.core"
local replies = require "spec.support.replies"
local response = require "dstack.response"
local support = require "spec.support"

local classes = {
  GetKey = "GetKeyResponse", GetTlsKey = "GetTlsKeyResponse", GetQuote = "GetQuoteResponse",
  Info = "InfoResponse", Sign = "SignResponse", Attest = "AttestResponse",
  Verify = "VerifyResponse", Version = "VersionResponse",
}

local function answer(case)
  local arguments = replies.arguments(case)
  local call = assert(core.call("v0", case.method, arguments))
  local members, extra, code = call:reply(case.status, replies.body(case))
  if not members then
    return nil, extra, code
  elseif not classes[case.method] then
    return true
  end
  return response.new(classes[case.method], members, extra, arguments)
end

local function check_failure(case)
  local value, message, code = answer(case)
  assert.is_nil(value)
  replies.check_failure(case, message, code)
end

local function check_success(case)
  local reply, message = answer(case)
  assert.is_truthy(reply, message)
  for name, value in pairs(case.values or {}) do
    local member = name:match "^(.*)_hex$"
    if member and reply[member] then
      assert.equal(value, core.hex(reply[member]))
    else
      assert.equal(value, reply[name])
    end
  end
  if case.decode_event_log == "error" then
    local log, _, code = reply:decode_event_log()
    assert.is_nil(log)
    assert.equal("invalid", code)
  end
  if case.replay == "error" then
    local rtmrs, why, code = reply:replay_rtmrs()
    assert.is_nil(rtmrs)
    assert.is_truthy(code == "invalid" or code == "verify")
    assert.is_truthy(why:find(case.problem, 1, true), why)
  end
end

describe("a v0 reply", function()
  for _, case in ipairs(support.vectors "replies-v0") do
    it(case.id, function()
      if case.ok then
        check_success(case)
      else
        check_failure(case)
      end
    end)
  end

  it("keeps members nobody knows apart", function()
    local call = core.call("v0", "Version", {})
    local members, extra = call:reply(200, '{"version":"1","rev":"2","new":{"a":[1,null]},"close":3}')
    assert.same({ version = "1", rev = "2" }, members)
    assert.same({ new = { a = { 1, core.null } }, close = 3 }, extra)
  end)

  it("to EmitEvent is a failure when it holds an error of any kind", function()
    for body, code in pairs {
      ['{"error":"no"}'] = "rpc", ['{"error":null}'] = "reply", ['{"error":5}'] = "reply",
      ['{"error":{"code":500}}'] = "reply",
    } do
      local call = core.call("v0", "EmitEvent", { event = "e", payload = "" })
      assert.equal(code, (select(3, call:reply(200, body))))
    end
  end)

  it("tells whether an agent spoke", function()
    local function spoke(status, body)
      return (select(4, core.call("v0", "Version", {}):reply(status, body)))
    end
    assert.is_true(spoke(400, '{"error":"Service not found: Version"}'))
    assert.is_true(spoke(500, '{"error":"no"}'))
    assert.is_false(spoke(404, "<html>"))
    assert.is_false(spoke(200, "{}"))
  end)
end)
