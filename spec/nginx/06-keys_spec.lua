-- resty.dstack.keys: what is asked once and what again.

local core = require "dstack.core"
local nginx = require "spec.support.nginx"
local support = require "spec.support"

local agent, server

local BODY = support.vectors "replies-wire".body

local function asked()
  return select(2, support.read(agent.directory .. "/log"):gsub("\n", ""))
end

-- Makes one with these options (Lua source) and runs code with it, as `keys`.
local function with(options, code)
  return server:run(([[
    local keys = assert(require("resty.dstack.keys").new { client = { endpoint = arguments.at }, %s })
    %s]]):format(options, code), { at = agent.endpoint })
end

describe("resty.dstack.keys", function()
  setup(function()
    server = nginx.start { http = "lua_shared_dict keys 1m;" }
  end)
  teardown(function() server:stop() end)

  before_each(function()
    agent = support.scripted()
    agent.say { "read", "send " .. core.hex(("HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s"):format(#BODY, BODY)) }
  end)
  after_each(function() agent.stop() end)

  it("asks once for the same key", function()
    local same, other = with("", [[
      local first = assert(keys:get_key("a", "b"))
      local second = assert(keys:get_key { path = "a", purpose = "b", algorithm = "secp256k1" })
      return first == second, assert(keys:get_key("ab", "")) ~= first]])
    assert.is_true(same)
    assert.is_true(other)
    assert.equal(2, asked())
  end)

  it("asks again after ttl, and after flush", function()
    with("ttl = 0.1", [[
      assert(keys:get_key "a")
      ngx.sleep(0.2)
      assert(keys:get_key "a")
      keys:flush()
      assert(keys:get_key "a")]])
    assert.equal(3, asked())
  end)

  it("keeps no more than size", function()
    with("size = 2", [[
      for _, path in ipairs { "a", "b", "c", "a" } do assert(keys:get_key(path)) end]])
    assert.equal(4, asked())
  end)

  it("keeps no failure", function()
    agent.say { "read", "close" }
    local none, message, code = with("", [[return keys:get_key "a"]])
    assert.is_nil(none)
    assert.equal("closed", code)
    assert.matches("GetKey at ", message, 1, true)
  end)

  it("shares keys on request only, and warns of it", function()
    assert.is_nil(server:log():find("resty.dstack.keys", 1, true))
    local code = [[
      local key = assert(keys:get_key("a", "p"))
      return key.key, key:decode_signature_chain(), key.request.purpose]]
    local key, chain, purpose = with('shared_dict = "keys"', code)
    local again, chain_again, purpose_again = with('shared_dict = "keys"', code)
    assert.equal(key, again)
    assert.same(chain, chain_again)
    assert.equal(purpose, purpose_again)
    assert.equal(1, asked())
    assert.matches("all workers and dumps of nginx's memory see them", server:log(), 1, true)
  end)

  it("says what is wrong", function()
    local none, message, code = server:run [[return require("resty.dstack.keys").new { shared_dict = "none" }]]
    assert.is_nil(none)
    assert.equal("invalid", code)
    assert.matches("add 'lua_shared_dict none 1m;'", message, 1, true)
    for _, name in ipairs { "keys", "tls" } do
      none, message, code = server:run([[
        return require("resty.dstack." .. arguments).new { client = require("dstack").DstackClientV1() }]], name)
      assert.is_nil(none)
      assert.equal("invalid", code)
      assert.matches("v1 has other methods and other keys", message, 1, true)
    end
    assert.has_error(function() with("", "keys:get_key(1)") end)
    assert.has_error(function() with("ttl = true", "") end)
  end)
end)
