-- docs/cli.md: its examples print what they show, its tables name what there is.

local core = require "dstack.core"
local support = require "spec.support"
local commands = require "spec.support.commands"

local text = support.read "docs/cli.md"

local KEY = "key a -a ed25519 --reveal --verify --app-id " .. commands.app_id

-- Commands and how to get their JSON, from both surfaces where both have them.
local all = {
  { "info", "info" }, { "info", "info --api v1" }, { "key", KEY }, { "key", KEY .. " --api v1" },
  { "quote", "quote 00" }, { "attest", "attest 00" }, { "attest", "attest 00 --api v1" },
  { "sign", "sign -a ed25519 --hex 00" }, { "tls-key", "tls-key --reveal" },
  { "tls-key", "tls-key --reveal --api v1" }, { "events list", "events list" },
  { "events emit", "events emit a" },
  { "events replay", "events replay spec/vectors/attest/quote.json" },
  { "events replay", "events replay spec/vectors/attest/ccel.hex" },
  { "verify", "verify spec/vectors/attest/quote.json --collateral spec/vectors/attest/collateral.json "
    .. "--root spec/vectors/attest/root.pem --now 1800000000" },
  { "inspect", "inspect spec/vectors/attest/attestation.hex" },
  { "inspect", "inspect spec/vectors/attest/certificate.pem" },
  { "inspect", "inspect spec/vectors/attest/ccel.hex" },
  { "compose hash", "compose hash examples/container/app-compose.json --flavour js" },
  { "compose new", "compose new examples/container/docker-compose.yml --name n" },
  { "compose check", "compose check examples/container/app-compose.json" },
  { "compose diff", "compose diff examples/container/app-compose.json examples/container/app-compose.json" },
  { "compose fmt", "compose fmt examples/container/app-compose.json" },
  { "env encrypt", "env encrypt --from-env PATH --app-id " .. commands.app_id },
  { "env check", "env check spec/vectors/env/app.env" },
  { "env decrypt", "env decrypt spec/vectors/env/sealed --key-file spec/vectors/env/secret.key" },
  { "kms meta", "kms meta" },
  { "kms env-key", "kms env-key " .. commands.app_id }, { "hash", "hash Makefile" },
}

local function section(name)
  return assert((text .. "\n## "):match("\n## " .. name:gsub("%-", "%%-") .. "\n(.-)\n## "), name)
end

-- The rows of a table: {member, type} of each.
local function rows_in(part)
  local rows = {}
  for member, kind in part:gmatch "\n| `([%w_]+)` | ([%l ]+) |" do
    rows[#rows + 1] = { member, kind }
  end
  return rows
end

-- The members that a section names, in their order. Where v1 has others in place of the first two or
-- the last two, they are in a table of their own.
local function members_of(name, v1)
  local text_v0, which, text_v1 = section(name):match "^(.-)\nWith `%-%-api v1`, in place of the (%l+) two:\n(.*)$"
  local rows = rows_in(text_v0 or section(name))
  if not (v1 and which) then
    return rows
  end
  local at = which == "first" and 1 or #rows - 1
  table.remove(rows, at)
  table.remove(rows, at)
  for i, row in ipairs(rows_in(text_v1)) do
    table.insert(rows, at + i - 1, row)
  end
  return rows
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

    it("names the members of the JSON of " .. command, function()
      local out, status = support.run(support.interpreter .. " --simulator " .. command .. " --json 2>/dev/null")
      assert.equal(0, status, out)
      local got, order = assert(core.json_decode(out)), {}
      for member in out:gmatch '\n  "([%w_]+)": ' do
        order[#order + 1] = member
      end
      local is = {
        hex = function(value) return type(value) == "string" and not value:find "[^%x]" end,
        text = function(value) return type(value) == "string" end,
        boolean = function(value) return type(value) == "boolean" end,
        number = function(value) return type(value) == "number" end,
        object = function(value) return type(value) == "table" and next(value) ~= nil and value[1] == nil end,
      }
      local rows = members_of(name, command:find("--api v1", 1, true))
      for i, row in ipairs(rows) do
        local member, kind = row[1], row[2]
        assert.equal(order[i], member)
        local value, of = got[member], kind:match "^list of (%l-)s?$" or kind:match "^list of (%l-)s? or null$"
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
      assert.equal(#order, #rows)
    end)

    it("names the options of " .. command, function()
      local said = section(name) .. section "Options of every command"
      for option in support.run(support.interpreter .. " help " .. name):gmatch "\n  (%-%-?[%w-]+)" do
        assert.is_string(said:match("[`%s]" .. option:gsub("%-", "%%-") .. "[%s`,)]"), option)
      end
    end)
  end
end)
