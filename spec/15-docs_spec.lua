-- What the documents show works, and what they say of codes is true.

local core = require "dstack.core"
local docs = require "spec.support.docs"
local dstack = require "dstack"
local socket = require "socket"
local support = require "spec.support"

local documents = {}
for path in support.run("ls docs/*.md README.md examples/*.md examples/*/*.md"):gmatch "%S+" do
  documents[#documents + 1] = path
end

describe("The documents'", function()
  local directory

  setup(function() directory = support.directory() end)
  teardown(function() support.run("rm -rf " .. directory) end)

  for _, path in ipairs(documents) do
    if (path:match "^docs/" or path == "examples/README.md") and docs.script(path) then
      it("Lua in " .. path .. " runs on the simulator", function()
        local out, status = docs.run(path, directory)
        assert.equal(0, status, out)
      end)
    end

    it("links in " .. path .. " lead somewhere", function()
      local folder = path:match "^.*/" or ""
      for target in support.read(path):gmatch "%]%(([^)]+)%)" do
        if not target:match "^https?://" then
          assert.equal(0, (select(2, support.run("test -e " .. folder .. target:match "^[^#]*"))), target)
        end
      end
    end)
  end
end)

describe("examples/README.md", function()
  local index = support.read "examples/README.md"

  it("names every example", function()
    for name in support.run("cd examples && ls -d *.lua */"):gmatch "%S+" do
      assert.matches("\n| [" .. name .. "](", index, 1, true)
    end
  end)

  it("says which ones ask a node, as their heads do, and they work", function()
    for name in support.run("cd examples && grep -l _RPC_URL *.lua"):gmatch "%S+" do
      local path = "examples/" .. name
      local script = support.read(path)
      local variable = script:match 'os.getenv "([A-Z]+_RPC_URL)"'
      local row = index:match("\n| %[" .. name:gsub("%.", "%%.") .. "%]([^\n]*)\n")
      assert.matches("(`" .. variable .. "`) |", row, 1, true)
      assert.matches("\n--   " .. variable .. "=https://... dstack-lua " .. path .. " ", script, 1, true)
      assert.matches("\n--   test/rpc_server/run dstack-lua --simulator " .. path .. "\n", script, 1, true)
      local out, status = support.run(("test/rpc_server/run %s --simulator %s"):format(support.interpreter, path))
      assert.equal(0, status, out)
      assert.matches("\nsent  ", out, 1, true)
    end
  end)
end)

-- Every code that a text lists in lines `Errors:`: {code or group = true}.
local function listed_codes(text)
  local set = {}
  for list in text:gmatch "%-%-%-Errors: ([^\n]+)" do
    for item in (list:gsub("%b()", "") .. ";"):gmatch "%s*(.-)%s*;" do
      set[item] = true
    end
  end
  return set
end

-- The words of an alias: {word = comment}.
local function alias(text, name)
  local words = {}
  local body = text:match("%-%-%-@alias " .. name:gsub("%.", "%%.") .. "\n(.-)\n\n")
  for word, comment in body:gmatch '%-%-%-| "([%w_]+)" +# ([^\n]+)' do
    words[word] = comment
  end
  return words
end

describe("types/*.lua", function()
  local text = ""
  for path in support.run("ls types/*.lua"):gmatch "%S+" do
    text = text .. support.read(path)
  end

  it("has the codes with their meanings", function()
    assert.same(dstack.codes(), alias(text, "dstack.code"))
  end)

  it("lists codes that exist as what functions return", function()
    local known = dstack.codes()
    for _, group in ipairs { "dstack.call_errors", "dstack.rpc_errors", "dstack.attest_errors" } do
      for word in pairs(alias(text, group)) do
        assert.is_string(known[word], word)
      end
      known[group] = ""
    end
    known.none = ""
    for item in pairs(listed_codes(text)) do
      assert.is_string(known[item], item)
    end
  end)

  it("lists the errors of every function", function()
    local count, comment = 0, ""
    for line in text:gmatch "[^\n]+" do
      if line:match "^%-%-%-" then
        comment = comment .. line .. "\n"
      else
        local name = line:match "^function ([%w_.:]+)"
        if name then
          count = count + 1
          assert.is_not_nil(next(listed_codes(comment)), name)
        end
        comment = ""
      end
    end
    assert.is_true(count > 25)
  end)
end)

local function key_reply(key, link)
  return { body = ('{"key":"%s","signature_chain":["%s","%s"]}'):format(key, ("22"):rep(65), link) }
end

local function answered_with(reply)
  return assert(dstack.DstackClient { endpoint = "/agent.sock", transport = support.transport { reply } })
end

-- How the examples of docs/errors.md come about: code -> function(the simulator's endpoint) that
-- fails with it.
local failures = {
  invalid = function(agent) return dstack.DstackClient(agent):get_quote(("x"):rep(65)) end,
  connect = function() return dstack.DstackClient("/nowhere/dstack.sock"):info() end,
  timeout = function()
    local listener = assert(socket.bind("127.0.0.1", 0))
    local _, port = listener:getsockname()
    local client = dstack.DstackClient { endpoint = "http://127.0.0.1:" .. port, timeout = 0.1 }
    local info, message, code = client:info()
    listener:close() -- which was not to be collected while it was asked
    return info, message, code
  end,
  closed = function(agent)
    local client = dstack.DstackClient(agent)
    client:close()
    return client:info()
  end,
  cancelled = function(agent)
    return dstack.run(function()
      local task = dstack.spawn(function() return dstack.DstackClient(agent) end)
      task:cancel()
      return task:await()
    end)
  end,
  http = function()
    return answered_with({ status = 502, body = "<html><title>502 Bad Gateway</title></html>" }):info()
  end,
  rpc = function(agent) return dstack.DstackClient(agent):get_key { algorithm = "p256" } end,
  unsupported = function(agent) return dstack.DstackClient(agent):gpu_info() end,
  reply = function() return answered_with(key_reply(("01"):rep(31), "")):get_key() end,
  too_large = function(agent)
    return dstack.DstackClient({ endpoint = agent, max_response_bytes = 100 }):info()
  end,
  verify = function(agent)
    local client = dstack.DstackClient(agent)
    local key = assert(client:get_key "a")
    return key:verify_chain { app_id = client:info().app_id, kms_root = key:public_key() }
  end,
  expired = function()
    local known = support.vectors "dcap"
    local case = known.cases[1]
    return core.verify_quote(core.unhex(case.quote), case.collateral, 1900000000, core.unhex(known.root))
  end,
  policy = function()
    local known = support.vectors "dcap"
    return dstack.attest.verify {
      quote = known.cases[1].quote, collateral = known.cases[1].collateral, now = known.now,
      root = core.unhex(known.root), policy = { tcb_statuses = { "OutOfDate" } },
    }
  end,
  no_kms = function()
    local key = assert(answered_with(key_reply(("01"):rep(32), "")):get_key())
    return key:verify_chain { app_id = ("11"):rep(20), kms_root = key:public_key() }
  end,
  memory = function()
    local script = 'local s = ("x"):rep(6e7) collectgarbage() print(require("dstack").crypto.hex(s))'
    local out = support.run(("ulimit -v 150000; %s -e %s"):format(support.interpreter, support.quote(script)))
    return nil, out:match "^nil\t(.*)\t(%w+)\n$"
  end,
}

describe("docs/errors.md", function()
  local text = support.read "docs/errors.md"
  local simulator, sections

  setup(function()
    simulator = support.simulator()
    sections = {}
    local code
    for line in text:gmatch "[^\n]*\n" do
      code = line:match "^## `([%w_]+)`\n$" or code
      if code then
        sections[code] = (sections[code] or "") .. line
      end
    end
  end)

  teardown(function() simulator.stop() end)

  it("has a section for each code, and for no other", function()
    for code in pairs(dstack.codes()) do
      assert.is_string(sections[code], code)
      assert.matches("\n%*Cure%*: ", sections[code])
    end
    for code in pairs(sections) do
      assert.is_string(dstack.codes()[code], code)
    end
  end)

  -- What differs from run to run: where the socket is, how long it took, how large the reply was.
  local function general(message)
    return (message:gsub(simulator.endpoint, "/var/run/dstack.sock", 1)
      :gsub("http://127%.0%.0%.1:%d+", "/var/run/dstack.sock", 1)
      :gsub("/nowhere/dstack.sock", "/var/run/dstack.sock", 1):gsub("/agent.sock", "/var/run/dstack.sock", 1)
      :gsub("after [%d.]+ s", "after 30 s", 1):gsub("announces %d+", "announces 15683", 1))
  end

  it("shows messages as they are", function()
    for code, fail in pairs(failures) do
      -- sanitizers need more address space than that
      if code ~= "memory" or support.interpreter == "build/dstack-lua" then
        local result, message, got = fail(simulator.endpoint)
        assert.is_nil(result)
        assert.equal(code, got, message)
        assert.equal(sections[code]:match "\n```text\n(.-)\n```", general(message))
      end
    end
    for code in pairs(dstack.codes()) do
      assert.is_true(failures[code] ~= nil or code == "internal", code)
    end
  end)
end)
