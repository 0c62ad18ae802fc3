-- dstack-lua's command line is lua's: the same output, names of the programs aside, and the same
-- status, compared with lua5.4 itself. Left out are only options of its own, which lua refuses (-h,
-- --version and those that help names); what neither takes (an unknown option, an option without its
-- argument) and a word that is no file: there dstack-lua has status 2 and a sentence of its own, see
-- the end; `-l mod-v2`, which sets `mod` here and in lua from 5.4.5 on; and a conversation that ends
-- within a chunk, where 5.4.4 prints "(null)" for the message.

local support = require "spec.support"

if _VERSION ~= "Lua 5.4" then
  return -- once is enough: only programs are run here
end

-- Files that the invocations below find in DIR, which is their working directory.
local files = {
  ["args.lua"] = "#!/usr/bin/env lua\nprint(#arg, arg[0], arg[1], arg[-1] ~= nil, ...)",
  ["negative.lua"] = "for i = -5, #arg do io.write(i, '=', tostring(arg[i]), ' ') end print(#arg)",
  ["fail.lua"] = "local function f() error 'deep' end\nf()",
  ["exit.lua"] = "os.exit(7)",
  ["table.lua"] = "error({})",
  ["tostring.lua"] = "error(setmetatable({}, {__tostring = function() return 'mine' end}))",
  ["badtostring.lua"] = "error(setmetatable({}, {__tostring = function() return 1 end}))",
  ["syntax.lua"] = "x = = 1",
  ["mod.lua"] = "return 'module ' .. ...",
  ["badmod.lua"] = "error 'no module today'",
  ["false.lua"] = "os.exit(false)",
  ["shebang.lua"] = "#! anything\nprint 'line 2' error 'in line 2'",
  ["hash.lua"] = "# only this line",
  ["empty.lua"] = "",
  ["init.lua"] = "INIT = 'from a file' print('init', ...)",
  ["badinit.lua"] = "local x\nerror 'in init'",
  ["print.lua"] = "print(INIT, ...)",
  ["close.lua"] = "setmetatable({}, {__gc = function() print 'collected' end}) local c <close> = "
    .. "setmetatable({}, {__close = function() print 'closed' end}) os.exit(...)",
  ["gcerror.lua"] = "setmetatable({}, {__gc = function() error 'in gc' end})",
  ["-dash.lua"] = "print 'a dash'",
  ["-"] = "print 'a file called -'",
  ["crlf.lua"] = "print 'a'\r\nprint 'b'\r\n",
  ["bom.lua"] = "\239\187\191print 'after a mark'",
}

local invocations = {
  -- statements
  "LUA -e 'print(1 + 1)'", "LUA -e 'a = 2' -e 'print(a)'", "LUA -e'print(3)'", "LUA -e ''", "LUA -e 'x = = 1'",
  "LUA -ex", "LUA '-ex = 1' -e 'print(x)'",
  "LUA -e 'error \"no\"'", "LUA -e 'error()'", "LUA -e 'error(nil)' -e 'print(2)'", "LUA -e 'error(12)'",
  "LUA -e 'error \"no\"' args.lua", "LUA -e 'error(\"no place\", 0)'", "LUA -e 'error(\"two\", 2)'",
  "LUA -e 'print(...)' args.lua a", "LUA -e 'local x <const> = 1; x = 2'", "LUA -e 'return 1, 2'",
  "LUA -e 'print(math.type(1), 1 // 1, 2^53)'", "LUA -e 'collectgarbage() print(_VERSION)'",
  "LUA -e 'coroutine.wrap(function() error \"inside\" end)()'",
  "LUA -e 'local t = setmetatable({}, {__index = function(t, k) error(k) end}) print(t.x)'",
  "LUA -e 'local function f() return f() + 1 end f()' 2>&1 | head -5",
  -- scripts and arguments
  "LUA args.lua", "LUA args.lua a 'b c' --x -e", "LUA -- args.lua a", "LUA -- -dash.lua", "LUA ./-dash.lua",
  "LUA -- -", "LUA --", "LUA -- missing.lua", "LUA -- missing", "LUA missing.lua", "LUA .", "LUA ./", "LUA fail.lua",
  "LUA negative.lua", "LUA -W -e '' negative.lua a b", "LUA -l mod -- negative.lua x", "LUA exit.lua",
  "LUA table.lua", "LUA tostring.lua", "LUA badtostring.lua", "LUA syntax.lua", "LUA false.lua", "LUA shebang.lua",
  "LUA hash.lua", "LUA empty.lua", "LUA crlf.lua", "LUA bom.lua", "LUA -e 'arg = nil' args.lua",
  "LUA -e 'arg[1] = \"changed\"' args.lua a b", "LUA -e 'arg = {\"other\"}' ./print.lua a",
  "LUA -e 'print(#arg, arg[1], arg[0] ~= nil)'",
  -- the standard input
  "echo 'print(\"in\", ...)' | LUA -", "echo 'print(arg[0], ...)' | LUA - a b", "echo 'print \"no script\"' | LUA",
  "echo 'print(x)' | LUA -e 'x = 5' -", "echo 'error \"status\"' | LUA", "echo 'error \"status\"' | LUA -",
  "echo 'x = = 1' | LUA", "echo 'x = = 1' | LUA -", "echo 'print(io.read())' | LUA -e 'print(io.read \"l\")'",
  "echo 'print(1)' | LUA --", "echo '#!shebang\nprint(2)' | LUA", "LUA -", "LUA", "LUA -W", "LUA -E",
  "echo 'print(x)' | LUA -l mod", "echo 'print(x)' | LUA -v -",
  -- modules
  "LUA -l string -e 'print(string.len == (\"\").len)'", "LUA -lstring -e 'print(1)'",
  "LUA -l nothing_there 2>&1 | head -1", "LUA -l nothing_there -e 'print(1)' >/dev/null 2>&1",
  "LUA -l mod -e 'print(mod)'", "LUA -lmod -e 'print(mod)'", "LUA -l m=mod -e 'print(m, mod)'",
  "LUA -lm=mod -e 'print(m)'", "LUA -l badmod", "LUA -l syntax", "LUA -l =mod -e 'print(_G[\"\"])'",
  "LUA -l m= 2>&1 | head -1",
  -- version, environment
  "LUA -v", "LUA -v -e 'print(1)'", "LUA -v args.lua", "LUA -v -v", "LUA -v -E", "LUA -v exit.lua",
  "LUA_INIT='print(1)' LUA -e 'print(2)'", "LUA_INIT='print(1)' LUA -E -e 'print(2)'",
  "LUA_INIT='print(1)' LUA_INIT_5_4='print(54)' LUA -e ''", "LUA_INIT= LUA -e 'print(2)'",
  "LUA_INIT_5_4= LUA_INIT='print(1)' LUA -e 'print(2)'", "LUA_INIT='print(1)' LUA -v",
  "LUA_INIT='print(1)' LUA args.lua a", "LUA_INIT=@init.lua LUA print.lua a", "LUA_INIT=@badinit.lua LUA print.lua",
  "LUA_INIT=@missing.lua LUA -e 'print(1)'", "LUA_INIT='error \"in init\"' LUA -e 'print(1)'",
  "LUA_INIT='x = = 1' LUA -e 'print(1)'", "LUA_INIT_5_4='error {}' LUA -v -e 'print(1)'",
  "LUA_INIT='print(arg[0] ~= nil, arg[1])' LUA args.lua a", "LUA_INIT='os.exit(3)' LUA -e 'print(1)'",
  "LUA_INIT='print(1)' LUA <print.lua", "LUA_INIT='error \"status\"' LUA <print.lua",
  "LUA_PATH='x/?.lua;;' LUA -e 'print(package.path)'", "LUA_PATH='x/?.lua' LUA -E -e 'print(package.path)'",
  "LUA_CPATH='x/?.so;;' LUA -e 'print(package.cpath)'", "LUA_CPATH_5_4='x/?.so' LUA -E -e 'print(package.cpath)'",
  "LUA_PATH_5_4='y/?.lua' LUA_PATH='x/?.lua' LUA -e 'print(package.path)'", "LUA -E -E args.lua",
  -- warnings
  "LUA -W -e 'warn(\"hi\", \"!\")'", "LUA -e 'warn(\"hi\", \"!\")'", "LUA -e 'warn(\"@on\") warn(\"hi\", \"!\")'",
  "LUA -W -e 'warn(\"@off\") warn(\"hi\")'", "LUA -e 'warn \"before\"' -W -e 'warn \"after\"'",
  "LUA -W gcerror.lua", "LUA gcerror.lua", "LUA_INIT='warn \"early\"' LUA -W -e 'warn \"late\"'",
  -- leaving
  "LUA -e 'os.exit()'", "LUA -e 'os.exit(true, true)'", "LUA -e 'os.exit(256 + 5)'", "LUA -e 'os.exit(-1)'",
  "LUA -e 'os.exit \"x\"'", "LUA -e 'io.write \"kept\" os.exit(0)'", "LUA close.lua", "LUA -e 'os.exit(3, true)'",
  "LUA -e 'local c <close> = setmetatable({}, {__close = function() print \"closed\" end}) error \"e\"'",
  "LUA -e 'setmetatable({}, {__gc = function() print \"collected\" end})'",
  "LUA -e 'local c <close> = setmetatable({}, {__close = function() print \"closed\" end}) os.exit(4, true)'",
  "LUA -e 'setmetatable({}, {__gc = function() print \"collected\" end}) os.exit(true)'",
  "LUA -e 'io.stdout:close() print(1)'", "LUA -e 'print(1)' >&-",
  -- a conversation through a pipe (the prompts are there, the echo of the terminal is not)
  "printf 'print(1)\\n1 + 1\\n' | LUA -i", "printf 'local x = 5 print(x)\\nx' | LUA -i",
  "printf '=1, nil, \"s\", 2.5\\n' | LUA -i", "printf 'return\\n' | LUA -i", "printf '\\n\\n' | LUA -i",
  "printf 'for i = 1, 2 do\\nprint(i)\\nend\\n' | LUA -i", "printf 'x = = 1\\n2\\n' | LUA -i",
  "printf 'error \"e\"\\n3\\n' | LUA -i", "printf 'error {}\\nerror()\\n' | LUA -i", "printf 'os.exit(5)\\n' | LUA -i",
  "printf '_PROMPT = \"? \"\\n_PROMPT2 = \"?? \"\\ndo\\nend\\n' | LUA -i", "printf '_PROMPT = 12\\n1\\n' | LUA -i",
  "printf '_PROMPT = setmetatable({}, {__tostring = function() return \"t \" end})\\n1\\n' | LUA -i",
  "printf 'print = nil\\n1\\n' | LUA -i 2>&1 | sed 's/ (global .print.)//'", "printf 'x\\n' | LUA -i -e 'x = 7'",
  "printf 'arg[1]\\n...\\n' | LUA -i args.lua a", "printf '1\\n' | LUA -i fail.lua",
  "printf '1\\n' | LUA -i -e 'error()'",
  "printf '1\\n' | LUA -i -", "printf '1\\n' | LUA -i -v", "printf '1\\n' | LUA -v -i", "printf '1\\n' | LUA -E -i --",
  "printf 'setmetatable({}, {__tostring = function() return \"mine\" end})\\n' | LUA -i",
  "printf 'setmetatable({}, {__tostring = function() error \"e\" end})\\n' | LUA -i 2>&1 | sed 's/(.*: e)/(e)/'",
  "printf 'print, print\\n' | LUA -i | sed 's/0x[0-9a-f]*/ADDRESS/g'", "printf '[[\\na\\n]]\\n' | LUA -i",
  "printf 'warn \"hi\"\\n' | LUA -W -i", "LUA_INIT='x = 9' LUA -i -e 'print(x)'",
  "printf -- '--[[ a\\n]] 1\\n' | LUA -i",
}

local directory

local function setup_files()
  directory = support.directory()
  for name, text in pairs(files) do
    support.write(directory .. "/" .. name, text)
  end
end

-- Runs a line for one program, which is called by an absolute path, and puts "lua" for what the two
-- call themselves. Debian's lua5.4 reads lines with readline, which repeats what comes from a pipe.
local function run(program, line)
  local path = support.run("command -v " .. program .. " | xargs realpath"):gsub("\n", "")
  local command = line:gsub("%f[%w_]LUA%f[^%w_]", (path:gsub("%%", "%%%%")))
  local out, status = support.run(("cd %s && { %s\n} </dev/null"):format(directory, command))
  out = out:gsub(path:gsub("%p", "%%%0"), "lua"):gsub("dstack%-lua [%d.]+  ", ""):gsub("dstack%-lua", "lua")
  return out:gsub("lua5%.4", "lua"), status
end

-- What a conversation prints without what readline repeats: prompts and the lines behind them.
local function without_echo(out, line)
  local typed = line:match "^printf %-?%-? ?'(.*)' | LUA.*%-i"
  if not typed then
    return out
  end
  local position = 1
  for text in typed:gsub("\\n", "\n"):gsub("%%%%", "%%"):gsub("([^\n])$", "%1\n"):gmatch "([^\n]*)\n" do
    local first, last = out:find(text .. "\n", position, true)
    while first and not out:sub(1, first - 1):find "[>?t2] ?$" do
      first, last = out:find(text .. "\n", first + 1, true)
    end
    if first then
      out = out:sub(1, first - 1) .. out:sub(last + 1)
      position = first
    end
  end
  return out
end

describe("dstack-lua like lua", function()
  setup(setup_files)
  teardown(function() support.run("rm -rf " .. directory) end)

  for _, line in ipairs(invocations) do
    it(line, function()
      local expected, expected_status = run("lua5.4", line)
      local out, status = run(support.interpreter, line)
      assert.equal(without_echo(expected, line), out)
      assert.equal(expected_status, status)
    end)
  end
end)

describe("dstack-lua refuses what lua refuses, with status 2 and in its own words:", function()
  setup(setup_files)
  teardown(function() support.run("rm -rf " .. directory) end)

  for _, arguments in ipairs {
    "-x", "-e", "-l", "-e 'x = 1' -e", "-e -x", "-l -x", "-e -- args.lua", "-e -", "-vi", "-iv", "-ii", "-Wx", "-E1",
    "-vx", "--x", "---", "--versions", "-v -x", "-x args.lua", "-hx", "-?", "-1",
  } do
    it(arguments, function()
      local lua, lua_status = run("lua5.4", "LUA " .. arguments)
      local out, status = run(support.interpreter, "LUA " .. arguments)
      assert.equal(1, lua_status)
      assert.equal(2, status)
      local bad = lua:match "unrecognized option '(.-)'" or lua:match "'(.-)' needs argument"
      assert.is_string(bad, lua)
      assert.equal(1, (out:find("lua: " .. bad .. ": ", 1, true)), out)
    end)
  end

  it("a word that is neither a command nor a file", function()
    local out, status = run(support.interpreter, "LUA nosuchword")
    assert.equal(2, status)
    assert.equal("lua: 'nosuchword' is neither a command nor a script; see lua --help\n", out)
    assert.equal(1, (select(2, run("lua5.4", "LUA nosuchword"))))
  end)
end)

describe("dstack-lua beside lua", function()
  setup(setup_files)
  teardown(function() support.run("rm -rf " .. directory) end)

  it("takes a word for a command, and for a file's name behind -- or with -i", function()
    support.write(directory .. "/help", "print('a file')")
    assert.matches("usage: lua", (run(support.interpreter, "LUA help")), 1, true)
    assert.equal("a file\n", (run(support.interpreter, "LUA -- help")))
    assert.equal("a file\n", (run(support.interpreter, "LUA ./help")))
    assert.matches("a file\n> \n$", (run(support.interpreter, "LUA -i help")))
  end)

  it("keeps LUA_INIT away from commands, not their options", function()
    local out, status = run(support.interpreter, "LUA_INIT='error()' LUA help")
    assert.equal(0, status)
    assert.equal(1, (out:find("usage:", 1, true)))
    out, status = run(support.interpreter, "LUA -e 'error \"first\"' help")
    assert.equal(1, status)
    assert.matches("first", out, 1, true)
  end)

  it("leaves a version behind - out of the global's name", function()
    support.write(directory .. "/mod-v2.lua", "return 2")
    assert.equal("2\n", (run(support.interpreter, "LUA -l mod-v2 -e 'print(mod)'")))
  end)

  it("takes -h and --version", function()
    assert.equal(run(support.interpreter, "LUA --help"), (run(support.interpreter, "LUA -h")))
    for _, arguments in ipairs { "", "-e 'print(1)'", "args.lua a" } do
      local out, status = run(support.interpreter, "LUA --version " .. arguments)
      assert.equal(run(support.interpreter, "LUA -v " .. arguments), out)
      assert.equal(0, status)
    end
  end)

  it("takes its own options between lua's", function()
    local out = run(support.interpreter,
      "LUA -W --simulator -e 'print(os.getenv \"DSTACK_SIMULATOR_ENDPOINT\" ~= nil)' -v")
    assert.equal("Lua 5.4", out:sub(1, 7))
    assert.matches("\ntrue\n$", out)
  end)

  it("ends a script on an interrupt, a second one at once", function()
    local out, status = run(support.interpreter, "timeout --foreground -s INT 1 LUA -e 'while true do end'")
    assert.matches("interrupted!", out, 1, true)
    assert.equal(124, status)
    out, status = run(support.interpreter, "LUA -e 'while true do pcall(function() while true do end end) end' & "
      .. "sleep 0.5; kill -INT $!; sleep 0.2; kill -INT $!; wait $!")
    assert.equal(128 + 2, status, out)
  end)

  it("runs from a shebang", function()
    local where = support.run("realpath " .. support.interpreter):gsub("\n", "")
    support.write(directory .. "/she.lua", "#!" .. where .. "\nprint('hello', ...)")
    assert.equal("hello\tx\n", (support.run(("chmod +x %s/she.lua; %s/she.lua x"):format(directory, directory))))
  end)
end)
