-- What docs/migration.md shows works as it stands there, and its tables name what exists.

local dstack = require "dstack"
local support = require "spec.support"

local guide = support.read "docs/migration.md"

describe("docs/migration.md", function()
  local n = 0
  for code in guide:gmatch "\n```lua\n(.-)```" do
    n = n + 1
    it("snippet " .. n .. " runs", function()
      local directory = support.directory()
      support.write(directory .. "/snippet.lua", code)
      local out, status = support.run(("%s --simulator %s/snippet.lua"):format(support.interpreter, directory))
      support.run("rm -rf " .. directory)
      assert.equal("", out)
      assert.equal(0, status)
    end)
  end

  it("has snippets", function()
    assert.is_true(n >= 4)
  end)

  it("names methods that exist", function()
    local count = 0
    for name in guide:gmatch "client:([%w_]+)[({]" do
      assert.is_function(dstack.DstackClient[name], name)
      count = count + 1
    end
    for class, text in pairs {
      TappdClient = guide:match "## From TappdClient.*$":gsub("|[^|\n]*|\n", "|\n"),
      DstackClient = guide:match "## From TappdClient.*$":gsub("\n| [^|]*|[^|]*|", "\n|"),
    } do
      for row in text:gmatch "\n(|[^\n]*)" do
        for name in row:gmatch "`([%w_]+)[({]" do
          assert.is_function(dstack[class][name], class .. ":" .. name)
          count = count + 1
        end
      end
    end
    assert.is_true(count > 20, count .. " names found")
  end)

  it("says truly what is not here yet", function()
    for name in guide:match "Not here yet: (.-)\n\n":gmatch "`([%w_]+)`" do
      assert.is_nil(dstack[name], name)
    end
  end)

  it("names the hash functions there are", function()
    local listed = guide:match "Algorithms: (.-), and `raw`"
    for name in listed:gmatch "`([%w%-]+)`" do
      assert.is_function(dstack.crypto[(name:gsub("%-", "_"))], name)
    end
  end)
end)
