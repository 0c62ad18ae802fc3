-- What README shows works as it stands there.

local docs = require "spec.support.docs"
local support = require "spec.support"

local function block(language, n)
  return docs.block("README.md", language, n)
end

describe("README's", function()
  local directory

  setup(function()
    directory = support.directory()
    support.write(directory .. "/hello.lua", block("lua", 1))
  end)

  teardown(function() support.run("rm -rf " .. directory) end)

  local function check(out, status)
    assert.equal(0, status, out)
    assert.matches("public key\t%x+\n", out)
    assert.matches("quote\t%d+ bytes\n", out)
    assert.matches("RTMR3\t%x+\n", out)
  end

  it("ten lines run on the simulator", function()
    local command = block("sh", 2):match "^(.-) *#"
    assert.equal("build/dstack-lua --simulator hello.lua", command)
    check(support.run(("%s --simulator %s/hello.lua"):format(support.interpreter, directory)))
  end)

  it("commands work", function()
    local count = 0
    for line in block("sh", 3):gmatch "[^\n]+" do
      local words = line:match "^build/dstack%-lua (%-%-simulator .*)$"
      local out, status = support.run(support.interpreter .. " " .. words)
      assert.equal(0, status, out)
      count = count + 1
    end
    assert.equal(3, count)
  end)

  it("commands that verify do", function()
    local out, status = support.run(("set -e; mkdir %s/build; ln -s $PWD/%s %s/build/dstack-lua; cd %s; %s"):format(
      directory, support.interpreter, directory, directory, block("sh", 4)))
    assert.equal(0, status, out)
    assert.matches("\n  passed +report_data ", out)
    assert.matches("\n  passed +allowed_app_id ", out)
  end)

  it("way with the system's Lua works", function()
    assert.equal("build/dstack-lua simulator", block("sh", 5):match "^(.-) +#")
    local build, rest = block("sh", 6):match "^(.-)\n(.*)$"
    assert.equal("make", build)
    if support.interpreter ~= "build/dstack-lua" then
      return -- a plain Lua cannot load modules with sanitizers
    end
    local simulator = support.simulator()
    local code = rest:gsub("%$PWD/dstack.sock", simulator.endpoint):gsub("hello.lua", directory .. "/hello.lua")
    local out, status = support.run("set -e; " .. code)
    simulator.stop()
    check(out, status)
    assert.equal(2, select(2, out:gsub("public key", "")))
  end)

  it("curl line works", function()
    if support.run("command -v curl") == "" then
      return
    end
    local simulator = support.simulator()
    local out = support.run((block("sh", 7):gsub("dstack.sock", simulator.endpoint, 1)))
    simulator.stop()
    assert.matches('{"key":"%x+","signature_chain":', out)
  end)

  it("table of methods names those that exist, and all of them", function()
    local client = assert(require("dstack").DstackClient "/nowhere.sock")
    local named = {}
    local table_of = support.read("README.md"):match "\n## Methods of `DstackClient`\n(.-)\n## "
    for row in table_of:gmatch "\n| `[^\n]*" do
      for name in row:match("^\n| ([^|]*)|"):gmatch "([%w_]+)[({]" do
        named[name] = true
        assert.is_function(client[name], name)
      end
    end
    for name, value in pairs(getmetatable(client).__index) do
      if type(value) == "function" and not name:match "^__" then
        assert.is_true(named[name], name)
      end
    end
  end)

  it("table of what else there is names members of the module", function()
    local dstack, count = require "dstack", 0
    for names in support.read("README.md"):match("\n## More\n(.-)\n## "):gmatch "\n| ([^|]*) |" do
      for name in names:gmatch "`([%w_.]+)" do
        local value = dstack
        for part in name:gsub("^dstack%.", ""):gmatch "[^.]+" do
          value = assert(value[part], name)
        end
        count = count + 1
      end
    end
    assert.is_true(count > 8)
  end)

  it("codes exist", function()
    assert.is_string(require("dstack").codes().timeout)
  end)
end)
