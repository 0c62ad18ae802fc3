-- The manual page: it has everything that help has, and is good roff.

local support = require "spec.support"

if _VERSION ~= "Lua 5.4" then
  return -- it is all the interpreter's
end

local page = support.run(support.interpreter .. " help --man")

local macros = "TH SH SS PP TP br nf fi RS RE BR nh ad "

local function has(command)
  return select(2, support.run("command -v " .. command)) == 0
end

-- Runs a command over the page.
local function over(command)
  local path = support.directory() .. "/dstack-lua.1"
  support.write(path, page)
  local out, status = support.run(command:format(path))
  support.run("rm -r " .. path:match "^(.*)/")
  return out, status
end

describe("the manual page", function()
  it("has its sections", function()
    local titles = {}
    for title in page:gmatch "\n%.SH ([^\n]+)" do
      titles[#titles + 1] = title
    end
    assert.same({ "NAME", "SYNOPSIS", "DESCRIPTION", "COMMANDS", "OPTIONS", "ENVIRONMENT", "EXIT STATUS",
      "FILES", "EXAMPLES", "SEE ALSO" }, titles)
  end)

  it("has no macro by accident, and no bare dash or backslash", function()
    for line in page:gmatch "[^\n]+" do
      local macro = line:match "^[.'](%S*)"
      if macro and macro ~= '\\"' then
        assert.is_truthy(macros:find(macro .. " ", 1, true), line)
      elseif not macro then
        assert.is_nil(line:gsub("\\[-e&]", ""):gsub("\\f[BR]", ""):find "[\\-]", line)
      end
    end
  end)

  it("names every command and every option", function()
    local text = page:gsub("\\f[BR]", ""):gsub("\\%-", "-")
    local function check(help, name)
      for option in help:gmatch "\n  (%-%-?[%w-]*)" do
        if option ~= "--help" then
          assert.is_truthy(text:find("\n" .. option, 1, true) or text:find("[ \n]" .. option:gsub("%-", "%%-") .. ","),
            name .. " " .. option)
        end
      end
    end
    local help = support.run(support.interpreter .. " help")
    check(help, "dstack-lua")
    for name in help:match "\ncommands:\n(.*)$":gmatch "  (%l[%l -]-)  +" do
      assert.is_truthy(text:find("\n.SS " .. name .. "\n", 1, true), name)
      check(support.run(support.interpreter .. " help " .. name), name)
    end
  end)

  it("says what help says, in the same words", function()
    local text = page:gsub("\\f[BR]", ""):gsub("\\%-", "-"):gsub("\n", " ")
    for _, words in ipairs {
      "with --simulator=DIR: the app id its keys were issued for", "--simulator[=DIR] ",
      "what the SDKs' get_compose_hash hashes",
      "dstack-lua compose diff FILE_A FILE_B [options]", "sha3-512, keccak256", "/var/run/dstack.sock",
      "delay:SECONDS         the reply comes that late",
    } do
      assert.is_truthy(text:find(words, 1, true), words)
    end
  end)

  it("pleases mandoc", function()
    if not has "mandoc" then
      pending "mandoc is not installed"
      return
    end
    local out = over "mandoc -T lint %s"
    assert.matches('^mandoc: %S+: WARNING: missing date, using "": TH\n$', out) -- it has none on purpose
    out = over "mandoc -T ascii %s"
    assert.matches("dstack-lua - a Lua 5.4 interpreter", out, 1, true)
    assert.matches('requirements={"platforms":["dstack-tdx"]}', (out:gsub(".\b", "")), 1, true)
  end)

  it("pleases groff", function()
    if not (has "groff" and select(2, support.run "groff -man -z /dev/null") == 0) then
      pending "groff's macros are not installed"
      return
    end
    assert.equal("", (over "groff -man -ww -Tascii -z %s"))
  end)
end)

describe("help", function()
  it("is not wider than a terminal of 100 columns", function()
    local help = support.run(support.interpreter .. " help")
    for name in help:match "\ncommands:\n(.*)$":gmatch "  (%l[%l -]-)  +" do
      for line in support.run(support.interpreter .. " help " .. name):gmatch "\n([^\n]+)" do
        assert.is_true(#line <= 100, line)
      end
    end
  end)
end)
