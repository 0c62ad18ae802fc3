-- docs/cli.md: its examples print what they show, its tables name what there is.

local core = require "dstack.core"
local support = require "spec.support"
local commands = require "spec.support.commands"

local text = support.read "docs/cli.md"

-- Commands and how to get their JSON.
local all = {
  { "info", "info" }, { "key", "key a --reveal --verify --app-id " .. commands.app_id }, { "quote", "quote 00" },
  { "sign", "sign -a ed25519 --hex 00" }, { "tls-key", "tls-key --reveal" }, { "events list", "events list" },
  { "events emit", "events emit a" },
}

local function section(name)
  return assert((text .. "\n## "):match("\n## " .. name:gsub("%-", "%%-") .. "\n(.-)\n## "), name)
end

-- The commands in console blocks, each with what is shown below it.
local examples = {}
for block in text:gmatch "\n```console\n(.-)```" do
  for line in block:gmatch "[^\n]*\n" do
    local command = line:match "^%$ (.*)\n"
    local last = examples[#examples]
    if command then
      examples[#examples + 1] = { command = command, shown = "" }
    else
      last.shown = last.shown .. line
    end
  end
end

-- Whether output is what was shown, in which "..." stands for anything, on a line of its own for any
-- lines.
local function is_shown(shown, out)
  local pattern = ("\n" .. shown):gsub("[%^%$%(%)%%%.%[%]%*%+%-%?]", "%%%0")
  pattern = pattern:gsub("\n%%%.%%%.%%%.\n", "\n.-\n"):gsub("%%%.%%%.%%%.", "[^\n]-")
  return ("\n" .. out):match("^" .. pattern .. "$") ~= nil
end

describe("docs/cli.md", function()
  local directory, path

  setup(function()
    directory = support.directory()
    path = support.run("realpath " .. support.interpreter):match "^(.*)/"
  end)

  teardown(function() support.run("rm -rf " .. directory) end)

  for _, example in ipairs(examples) do
    it("shows what comes of: " .. example.command, function()
      local out = support.run(("cd %s; export PATH=%s:$PATH; unset DSTACK_SIMULATOR_ENDPOINT; %s"):format(directory,
        path, example.command))
      assert.is_true(is_shown(example.shown, out), out)
    end)
  end

  it("has examples", function()
    assert.is_true(#examples >= 18)
  end)

  for _, one in ipairs(all) do
    local name, command = one[1], one[2]

    it("names the members of the JSON of " .. name, function()
      local out, status = support.run(support.interpreter .. " --simulator " .. command .. " --json 2>/dev/null")
      assert.equal(0, status, out)
      local got, order = assert(core.json_decode(out)), {}
      for member in out:gmatch '\n  "([%w_]+)": ' do
        order[#order + 1] = member
      end
      local is = {
        hex = function(value) return type(value) == "string" and not value:find "[^%x]" end,
        text = function(value) return type(value) == "string" end,
        object = function(value) return type(value) == "table" and next(value) ~= nil and value[1] == nil end,
      }
      local row = 0
      for member, kind in section(name):gmatch "\n| `([%w_]+)` | ([%l ]+) |" do
        row = row + 1
        assert.equal(order[row], member)
        local value, of = got[member], kind:match "^list of (%l-)s?$"
        if value == core.null then
          assert.matches(" or null$", kind, nil, member)
        elseif of then
          for _, item in ipairs(value) do
            assert.is_true(is[of](item), member)
          end
        else
          assert.is_true(is[kind:match "^%l+"](value), member)
        end
      end
      assert.equal(#order, row)
    end)

    it("names the options of " .. name, function()
      local said = section(name) .. section "Options of every command"
      for option in support.run(support.interpreter .. " help " .. name):gmatch "\n  (%-%-?[%w-]+)" do
        assert.is_string(said:match("[`%s]" .. option:gsub("%-", "%%-") .. "[%s`,)]"), option)
      end
    end)
  end
end)
