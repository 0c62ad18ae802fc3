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
    local tappd = guide:match "## From TappdClient.-\n## "
    for class, text in pairs {
      TappdClient = tappd:gsub("|[^|\n]*|\n", "|\n"),
      DstackClient = tappd:gsub("\n| [^|]*|[^|]*|", "\n|"),
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

  it("names methods of both surfaces, each where it is", function()
    local count = 0
    for left, right in guide:match "## From v0 to v1.*$":gmatch "\n|([^|\n]*)|([^|\n]*)|" do
      for class, cell in pairs { DstackClient = left, DstackClientV1 = right } do
        for name in cell:gmatch "`([%w_]+)%(" do
          assert.is_function(rawget(dstack[class], name), class .. ":" .. name)
          count = count + 1
        end
      end
    end
    assert.is_true(count > 15, count .. " names found")
  end)

  it("names the hash functions there are", function()
    local listed = guide:match "Algorithms: (.-), and `raw`"
    for name in listed:gmatch "`([%w%-]+)`" do
      assert.is_function(dstack.crypto[(name:gsub("%-", "_"))], name)
    end
  end)
end)
