-- make install, make uninstall and make help.

local support = require "spec.support"

describe("make", function()
  if _VERSION ~= "Lua 5.4" or support.interpreter ~= "build/dstack-lua" then
    return
  end

  it("help names every target", function()
    local out, status = support.run "make --no-print-directory help"
    assert.equal(0, status, out)
    local phony = support.read("Makefile"):match "\n%.PHONY: (.-[^\\])\n"
    for target in phony:gmatch "[%w-]+" do
      assert.matches("\n" .. target:gsub("%-", "%%-") .. " +%S", "\n" .. out)
    end
    assert.equal(select(2, phony:gsub("[%w-]+", "")), (select(2, out:gsub("\n", ""))))
  end)

  it("installs what plain Lua then finds, and takes away no more than that", function()
    local prefix = support.directory()
    assert.equal(0, (select(2, support.run("make install PREFIX=" .. prefix))))
    for lua, abi in pairs { ["lua5.4"] = "5.4", ["lua5.1"] = "5.1", luajit = "5.1" } do
      local share = prefix .. "/share/lua/" .. abi
      local out = support.run(("cd / && LUA_PATH='%s/?.lua;%s/?/init.lua' LUA_CPATH='%s/lib/lua/%s/?.so' %s -e %s")
        :format(share, share, prefix, abi, lua, support.quote
          "print(require('dstack').DstackClient('/nowhere'):is_reachable(), require('dstack')._VERSION)"))
      assert.equal("false\t0.1.0\n", out)
    end
    assert.matches("dstack%-lua", (support.run("cd / && " .. prefix .. "/bin/dstack-lua -v")))
    for file, arguments in pairs {
      ["bash-completion/completions/dstack-lua"] = "completion bash", ["man/man1/dstack-lua.1"] = "help --man",
      ["zsh/site-functions/_dstack-lua"] = "completion zsh",
      ["fish/vendor_completions.d/dstack-lua.fish"] = "completion fish",
    } do
      assert.equal(support.run(support.interpreter .. " " .. arguments), support.read(prefix .. "/share/" .. file))
    end
    support.write(prefix .. "/share/lua/5.4/dstack/other.lua", "")
    assert.equal(0, (select(2, support.run("make uninstall PREFIX=" .. prefix))))
    assert.equal(prefix .. "/share/lua/5.4/dstack/other.lua\n", (support.run("find " .. prefix .. " -type f")))
    os.remove(prefix .. "/share/lua/5.4/dstack/other.lua")
    assert.equal(0, (select(2, support.run("make uninstall PREFIX=" .. prefix))))
    assert.equal(prefix .. "\n", (support.run("find " .. prefix)))
    support.run("rm -rf " .. prefix)
  end)

  it("uninstall leaves the system's own directories", function()
    local root = support.directory()
    support.run(("mkdir -p %s/usr/local/bin %s/usr/local/share/lua/5.4/dstack"):format(root, root))
    assert.equal(0, (select(2, support.run("make uninstall DESTDIR=" .. root))))
    assert.equal("/usr\n/usr/local\n/usr/local/bin\n/usr/local/share\n",
      (support.run(("cd %s && find usr | sort | sed s,^,/,"):format(root))))
    support.run("rm -rf " .. root)
  end)
end)
