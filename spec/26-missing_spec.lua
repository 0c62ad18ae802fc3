-- What is said where a part of the SDK cannot be loaded: the cure, behind Lua's own words.

local missing = require "dstack.missing"
local support = require "spec.support"

describe("The cure", function()
  local function explains(message, cure)
    local text = missing.explain(message)
    assert.equal(message .. "\n", text:sub(1, #message + 1))
    assert.matches(cure, text:sub(#message + 2), 1, true)
  end

  it("names the packages of a library that is not there", function()
    local glibc = "error loading module 'dstack.core' from file '/usr/lib/lua/5.4/dstack/core.so':\n\t"
    explains(glibc .. "libsecp256k1.so.1: cannot open shared object file: No such file or directory",
      "needs the library libsecp256k1: install libsecp256k1-1 (Debian, Ubuntu) or libsecp256k1 (Alpine")
    explains(glibc .. "Error loading shared library libcrypto.so.3: No such file or directory (needed by x.so)",
      "install libssl3 (Debian, Ubuntu), libcrypto3 (Alpine)")
    explains(glibc .. "libcurl.so.4: cannot open shared object file: No such file or directory", "install libcurl4")
  end)

  it("says that a file is another Lua's", function()
    for _, words in ipairs {
      "core.so: undefined symbol: lua_newuserdatauv", "core.so: undefined symbol: luaL_checkversion_",
      "Error relocating core.so: lua_newuserdatauv: symbol not found", "version mismatch: app./library",
    } do
      explains(words, "built for another Lua than this one, Lua")
    end
  end)

  it("says that libsecp256k1 is not complete", function()
    explains("core.so: undefined symbol: secp256k1_ecdsa_recover", "built with its recovery module")
  end)

  it("is none for what is no lack", function()
    for _, message in ipairs {
      "init.lua:1: attempt to index a nil value", "module 'socket' not found:",
      "libother.so.1: cannot open shared object file: No such file or directory",
    } do
      assert.equal(message, missing.explain(message))
    end
    local value = {}
    assert.equal(value, missing.explain(value))
  end)
end)

-- With Lua sources as they are and C modules where LUA_CPATH says.
local function ask(cpath, script)
  return support.run(("LUA_CPATH=%s %s -e %s"):format(support.quote(cpath), support.this_lua(), support.quote(script)))
end

describe("require 'dstack'", function()
  it("does not load anything yet", function()
    assert.equal("0.1.0\n", (ask("/nowhere/?.so", "print(require('dstack')._VERSION)")))
  end)

  it("says where the C part is looked for", function()
    local out, status = ask("/nowhere/?.so", "print(require('dstack').DstackClient)")
    assert.equal(1, status)
    assert.matches("module 'dstack.core' not found:", out, 1, true)
    assert.matches("dstack/core.so is in no place that package.cpath names", out, 1, true)
  end)

  if support.interpreter ~= "build/dstack-lua" then
    return -- the files below would lack the sanitizers first
  end

  it("says that a module is another Lua's", function()
    local other = _VERSION == "Lua 5.4" and "5.1" or "5.4"
    local out, status = ask("build/" .. other .. "/?.so", "print(require('dstack').DstackClient)")
    assert.equal(1, status)
    assert.matches("built for another Lua than this one", out, 1, true)
  end)

  it("says which library is missing", function()
    local directory = support.directory()
    local mine = package.searchpath and package.searchpath("dstack.core", package.cpath)
      or "build/5.1/dstack/core.so"
    support.run("mkdir " .. directory .. "/dstack")
    support.write(directory .. "/dstack/core.so",
      (support.read(mine):gsub("libsecp256k1%.so%.%d", "libsecp256k1.so.9")))
    local out, status = ask(directory .. "/?.so", "print(require('dstack').DstackClient)")
    assert.equal(1, status)
    assert.matches("install libsecp256k1-9 (Debian", out, 1, true)
    support.run("rm -rf " .. directory)
  end)
end)
