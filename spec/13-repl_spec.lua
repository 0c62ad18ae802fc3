-- The conversation at a terminal: how results look, completion, help, editing with and without
-- libedit, the history file. What it has in common with lua's is in 12.

local support = require "spec.support"

if _VERSION ~= "Lua 5.4" then
  return -- once is enough: only programs are run here
end

local dstack_lua = support.run("realpath " .. support.interpreter):gsub("\n", "")

-- What a conversation through a pipe prints behind its prompts, a line each.
local function talk(lines, options)
  local command = ("printf '%%s' %s | %s %s -i"):format(support.quote(lines), dstack_lua, options or "")
  local out, status = support.run(command)
  assert(status == 0, out)
  return (out:gsub("^[^\n]*\n", ""):gsub("\n> \n$", ""):gsub("^> ", ""):gsub("\n> ", "\n"))
end

-- Runs Lua in dstack-lua.
local function inside(script)
  local out, status = support.run(dstack_lua .. " -e " .. support.quote(script))
  assert(status == 0, out)
  return (out:gsub("\n$", ""))
end

describe("a result", function()
  for expression, shown in pairs {
    ["1, nil, 'a'"] = "1\tnil\ta",
    ["'text\\nof two lines'"] = "text\nof two lines",
    ["'\\0\\1\\255'"] = [["\x00\x01\xff"]],
    ["('\\171'):rep(32)"] = '"' .. ("\\xab"):rep(32) .. '"',
    ["'\\27[2J'"] = [["\x1b[2J"]],
    ["'gr\195\188n \226\130\172'"] = "gr\195\188n \226\130\172",
    ["'\194\15531m'"] = [["\xc2\x9b31m"]],
    ["{}"] = "{}",
    ["{1, 'two', {}, {3}}"] = [[{ 1, "two", {}, {...} }]],
    ["{b = 1, a = true, [2.5] = 0, [-1] = 'x', ['end'] = 1, ['a b'] = 2}"] =
      [[{ [-1] = "x", [2.5] = 0, a = true, ["a b"] = 2, b = 1, ["end"] = 1 }]],
    ["{1, 2, nil, 4}"] = "{ 1, 2, nil, 4 }",
    ["{'a\"b\\\\c\\nd'}"] = [[{ "a\"b\\c\nd" }]],
    ["{key = ('k'):rep(64), private_key = ('p'):rep(32), other = 'o'}"] =
      [[{ key = <secret>, other = "o", private_key = <secret> }]],
    ["{key = 'name', value = 1}"] = [[{ key = "name", value = 1 }]],
    ["setmetatable({}, {__tostring = function() return 'its own' end})"] = "its own",
    ["setmetatable({a = 1}, {__index = error, __len = error, __pairs = error})"] = "{ a = 1 }",
    ["{setmetatable({}, {__tostring = function() return 'its own' end})}"] = "{ its own }",
    ["{('x'):rep(300)}"] = '{\n  "' .. ("x"):rep(200) .. '"... (300 bytes)\n}',
    ["{('\226\130\172'):rep(100)}"] = '{\n  "' .. ("\226\130\172"):rep(66) .. '"... (300 bytes)\n}',
    ["#'abc', {n = 1}"] = "3\t{ n = 1 }",
  } do
    it(expression, function() assert.equal(shown, talk(expression .. "\n")) end)
  end

  it("of many members is cut, of many bytes too", function()
    local out = talk "local t = {} for i = 1, 1000 do t[i] = i end return t\n"
    assert.matches(",\n  100,\n  ... %(900 more%)\n}$", out)
    out = talk "local t = {} for i = 1, 150 do t['k' .. i] = i end return t\n"
    assert.matches(",\n  ... %(50 more%)\n}$", out)
  end)

  it("of a call shows no key", function()
    local out = talk([[
client = require("dstack").DstackClient()
key = client:get_key("a")
key
{key}
{key = key.key}
key.key == key.key:lower(), #key.key
#key:decode_key(), key:decode_key() == key.key
client:get_tls_key()
client]], "--simulator")
    assert.matches("GetKeyResponse { extra = {}, key = <secret>, request = {...}, signature_", out, 1, true)
    assert.matches("GetKeyResponse{extra={...}, key=<secret>,", out, 1, true)
    assert.matches("GetTlsKeyResponse { certificate_chain = {...}, extra = {}, key = <secret> }", out, 1, true)
    assert.matches("{ key = <secret> }", out, 1, true)
    assert.matches("true\t64\n32\tfalse\n", out, 1, true)
    assert.is_nil(out:find(("%x"):rep(64)), out)
    assert.matches("DstackClient%(.*dstack%.sock%)$", out)
  end)

  it("that is bytes is escaped, also a key", function()
    local out = talk("require('dstack').DstackClient():get_key('a'):decode_key()", "--simulator")
    assert.matches('^"[ -~]+"$', out)
    assert.matches("\\x", out, 1, true)
  end)

  it("of the module names what is not loaded yet", function()
    local out = talk "dstack = require 'dstack'\ndstack\ndstack.crypto ~= nil\ndstack"
    assert.matches('_VERSION = "0.1.0",\n', out, 1, true)
    assert.matches("DstackClient = (not loaded yet)", out, 1, true)
    assert.matches("crypto = {...}", out, 1, true)
  end)
end)

describe("a conversation", function()
  it("presets the module, help, and what says how to end", function()
    assert.equal("true\tnil\thelp() says what there is; help NAME and help(VALUE) explain",
      talk "dstack == require 'dstack', cjson, help")
    assert.matches("40\n.+%.sock", talk("c = dstack.DstackClient()\n#c:info().app_id\nc", "--simulator"))
    for _, word in ipairs { "exit", "quit", "exit()", "quit()" } do
      assert.equal("Ctrl-D ends the conversation, os.exit() too", talk(word))
    end
    assert.equal("mine\tmine", talk("help, dstack", "-e 'help, dstack = \"mine\", \"mine\"'"))
    assert.equal("nil\tnil\tnil", inside "print(help, dstack, exit)")
    local names = inside [[local before = {} for name in pairs(_G) do before[name] = true end
      require("dstack.repl").start(false)
      local new = {} for name in pairs(_G) do new[#new + 1] = not before[name] and name or nil end
      table.sort(new) print(table.concat(new, " "))]]
    assert.equal("dstack exit help quit", names)
  end)

  it("takes a bare name behind help", function()
    for line, named in pairs {
      ["help get_quote"] = "DstackClient:get_quote(", ["  help DstackClient:get_key "] = "DstackClient:get_key(",
      ["help\tdstack.crypto"] = "sha256", ["help end"] = "nothing here is called 'end'",
    } do
      assert.matches(named, talk(line), 1, true)
    end
    for _, line in ipairs { "help get_key x", "helper get_key", "help get-key", "x = help get_key" } do
      assert.matches("syntax error near", talk(line), 1, true)
    end
    assert.equal("12", talk("help 'x' ", "-e 'help = function() return 12 end'"))
  end)

  it("takes chunks of several lines, and reports one that does not end", function()
    assert.equal(">> >> 6", talk "return 1 +\n2 +\n3")
    assert.matches("<eof>", talk "f(", 1, true)
  end)

  it("goes through the print that is global", function()
    assert.equal("> <{ 1 }>", talk "local p = print print = function(...) p('<' .. ... .. '>') end\n{1}")
  end)

  it("does not end with an error in a result's __tostring", function()
    local out = talk "setmetatable({}, {__tostring = function() return {} end})\n2"
    assert.matches("error calling 'print' ('__tostring' must return a string)", out, 1, true)
    assert.matches("\n2$", out)
  end)

  it("is all there is to load libedit and its Lua half", function()
    assert.equal("false\tnil", inside [[
      local maps = io.open("/proc/self/maps"):read "a"
      print(maps:find("libedit", 1, true) ~= nil, package.loaded["dstack.repl"])]])
  end)
end)

describe("completion", function()
  -- "inserted|listed"
  local function complete(text, before)
    return inside(("%s local insert, list = require 'dstack.repl.complete'(%q) print(tostring(insert) .. '|' .. "
      .. "tostring(list))"):format(before or "", text))
  end

  for text, expected in pairs {
    [""] = "  |nil", ["   "] = "  |nil", ["coro"] = "utine|nil", ["x = coroutine.wr"] = "ap|nil",
    ["string.g"] = "|gmatch  gsub\n", ["retur"] = "n|nil", ["nothing_like_this"] = "nil|nil",
    ["nothing.like.this"] = "nil|nil", ["f(math.flo"] = "or|nil", ["string.format.x"] = "nil|nil",
    ["require 'dstack.cl"] = "i|nil", ["require(\"cjs"] = "on|nil", ["1."] = "nil|nil", ["f()."] = "nil|nil",
    ["f():x"] = "nil|nil", ["t[1].x"] = "nil|nil", ["math.pi:"] = "nil|nil", ["_VER"] = "SION|nil",
  } do
    it("of '" .. text .. "'", function()
      assert.equal(expected, complete(text))
    end)
  end

  it("goes through __index tables and the module's parts", function()
    local client = "dstack = require 'dstack' client = dstack.DstackClient('/nowhere')"
    assert.equal("|get_key      get_quote    get_tls_key\n", complete("client:get_", client))
    assert.equal("_event|nil", complete("client:emit", client))
    assert.equal("nil|nil", complete("client:timeo", client)) -- no method
    assert.equal("nil|nil", complete("client.timeo", client)) -- there, but nobody's business
    assert.equal("ey|nil", complete("client.get_k", client))
    assert.equal("lient|nil", complete("dstack.DstackC", client))
    assert.equal("84|nil", complete("dstack.crypto.sha3_3", client))
    assert.equal("|len    lower\n", complete("s:l", "s = 'text'"))
    assert.equal("sh|nil", complete("io.stdout:flu"))
  end)

  it("offers of an object what the annotations name", function()
    local client = "dstack = require 'dstack' client = dstack.DstackClient()"
    local names = complete("client.", client):gsub("^|", "")
    for name in names:gmatch "%S+" do
      assert.is_truthy(talk("dstack = require 'dstack'\nhelp 'DstackClient:" .. name .. "'")
        :find("DstackClient:" .. name .. "(", 1, true), name)
    end
    assert.matches("close .*get_tls_key.* version", names:gsub("\n", " "))
    local reply = client .. " reply = setmetatable({quote = '', extra = {}, internal = 1}, dstack.GetQuoteResponse)"
    local offered = complete("reply.", reply)
    assert.matches("quote", offered, 1, true)
    assert.matches("extra", offered, 1, true) -- its parent's
    assert.is_nil(offered:find("internal", 1, true))
  end)

  it("calls nothing, and survives what a script may have done", function()
    assert.equal("nil|nil", complete("t.a", "t = setmetatable({}, {__index = function() os.exit(9) end})"))
    assert.equal("nil|nil", complete("t.a", "t = setmetatable({}, {__metatable = 'locked', __index = os.exit})"))
    assert.equal("nil|nil", complete("t.a", "t = {} setmetatable(t, t) t.__index = t"))
    assert.equal("bc|nil", complete("t.a", "t = setmetatable({abc = 1}, {__pairs = os.exit})"))
    assert.equal("nil|nil", complete("t.a", "t = {[1] = 1, ['a b'] = 2, ['a-'] = 3}"))
  end)
end)

describe("help", function()
  for question, answers in pairs {
    [""] = { "help DstackClient", "between do and end", "DSTACK_LUA_HISTORY", "GetKeyResponse" },
    ['"DstackClient"'] = { "DstackClient\n", "dstack.DstackClient(endpoint_or_options?:", "DstackClient:get_key(" },
    ["dstack.DstackClient"] = { "DstackClient:get_quote(report_data)" },
    ["client"] = { "DstackClient:get_quote(report_data)" },
    ['"DstackClient:get_key"'] = { "DstackClient:get_key(path?, purpose?, algorithm?)", "-> GetKeyResponse? key" },
    ['"dstack.DstackClient.get_key"'] = { "DstackClient:get_key(path?, purpose?, algorithm?)" },
    ['"GetKeyResponse.key"'] = { "32 bytes, hex" }, ['"crypto.sha256"'] = { "sha256" },
    ['"a b"'] = { "nothing here is called 'a b'" }, ['""'] = { "nothing here is called ''" },
    ['"get_key"'] = { "DstackClient:get_key(path?, purpose?, algorithm?)" },
    ["client.get_key"] = { "DstackClient:get_key(path?, purpose?, algorithm?)" },
    ["dstack.GetKeyResponse"] = { "GetKeyResponse:verify_chain(options)", "app id and app root." },
    ['"timeout"'] = { '"timeout" (dstack.code)', "the time given for the call ran out", "DstackClientOptions" },
    ['"crypto"'] = { "dstack.crypto", "sha256" }, ["dstack.crypto"] = { "sha256" },
    ["dstack.crypto.sha256"] = { "sha256" }, ["dstack"] = { "dstack.codes()" }, ["dstack.codes"] = { "dstack.codes()" },
    ['"dstack.code"'] = { '"no_kms"' }, ['"no_such"'] = { "nothing here is called 'no_such'" },
    ['"get_"'] = { "there are: ", "DstackClient:get_key" }, ["print"] = { "none of this SDK's" },
    ["{}"] = { "none of this SDK's" }, ["nil"] = { "wants a name or a value" }, ["12"] = { "got 12" },
  } do
    it("(" .. question .. ")", function()
      local out = talk("dstack = require 'dstack'\nclient = dstack.DstackClient('/nowhere')\nhelp(" .. question .. ")")
      for _, answer in ipairs(answers) do
        assert.matches(answer, out, 1, true)
      end
    end)
  end
end)

-- A terminal of its own for a command: `script` gives it one; keys go in, what is shown is waited for.
-- exec: a shell that waits would get Ctrl-C too, and some make it their own status.
local function terminal(options, environment)
  local self = { directory = support.directory(), at = 1 }
  local log = self.directory .. "/log"
  local command = ("exec env -u LD_PRELOAD ASAN_OPTIONS=detect_leaks=1 TERM=xterm LC_ALL=C.UTF-8 HOME=%s "
    .. "XDG_STATE_HOME=%s/state %s %s %s"):format(self.directory, self.directory, environment or "", dstack_lua,
    options)
  local pipe = io.popen(("timeout 60 script -qfec %s %s >/dev/null"):format(support.quote(command), log), "w")

  -- Waits until a text is shown, behind what was waited for before.
  function self.expect(text)
    for _ = 1, 500 do
      local file = io.open(log, "rb")
      local shown = file and file:read "a" or ""
      if file then file:close() end
      local _, last = shown:find(text, self.at, true)
      if last then
        self.at = last + 1
        return
      end
      os.execute "sleep 0.02"
    end
    error(("'%s' was not shown: %q"):format(text, support.read(log):sub(self.at)))
  end
  function self.send(keys)
    pipe:write(keys)
    pipe:flush()
  end
  -- Ctrl-D; returns the exit status.
  function self.leave()
    self.send "\4"
    local _, _, status = pipe:close()
    return status
  end
  function self.history()
    return support.run("cat " .. self.directory .. "/state/dstack-lua/history")
  end
  function self.clear() support.run("rm -rf " .. self.directory) end
  return self
end

describe("at a terminal", function()
  local t
  local bogus = support.directory()
  local without_libedit = "LD_LIBRARY_PATH=" .. bogus -- where the loader meets something else first
  support.write(bogus .. "/libedit.so.2", "no library")

  teardown(function() support.run("rm -rf " .. bogus) end)

  after_each(function()
    if t then t.clear() end
    t = nil
  end)

  local function open(options, environment)
    t = terminal(options or "", environment)
    t.expect "Ctrl-D ends."
    t.expect "> "
  end

  it("no arguments begin a conversation", function()
    open()
    t.send "6 * 7\r"
    t.expect "42\r\n"
    t.expect "> "
    assert.equal(0, t.leave())
  end)

  it("its status is the script's", function()
    open()
    t.send "os.exit(5)\r"
    assert.equal(5, t.leave())
  end)

  it("Tab completes and lists", function()
    open()
    t.send "coro\t.wra\t\r"
    t.expect "function: "
    t.expect "> "
    t.send "string.g\t"
    t.expect "gmatch  gsub\r\n"
    t.send "sub('x', 'x', 'yz')\r"
    t.expect "yz\t1\r\n"
    assert.equal(0, t.leave())
  end)

  for name, environment in pairs { ["with libedit"] = "", ["without libedit"] = without_libedit } do
    it("Ctrl-C gives up the line, the chunk and the call, " .. name, function()
      open("", environment)
      -- libedit takes the terminal over, and echoes, a moment after the prompt
      local function type(text)
        t.send(text)
        if environment == "" then t.expect(text) end
      end
      local given_up = environment == "" and "^C\r\n> " or "\r\n> "
      type "print('not this"
      t.send "\3"
      t.expect(given_up)
      t.send "x = {\r"
      t.expect ">> "
      type "y"
      t.send "\3"
      t.expect(given_up)
      t.send "io.write('waits\\n') while true do end\r"
      t.expect "waits\r\n"
      t.send "\3"
      t.expect "interrupted!"
      t.expect "> "
      t.send "x, 'still ' .. 'here'\r"
      t.expect "nil\tstill here"
      t.expect "> "
      assert.equal(0, t.leave())
    end)
  end

  it("without libedit keeps no history", function()
    open("", without_libedit)
    t.send "1 + 1\r"
    t.expect "2\r\n"
    assert.equal(0, t.leave())
    assert.matches("No such file", t.history())
  end)

  it("keeps lines in a file of mode 0600, but those behind a blank", function()
    open()
    for line, answer in pairs { ["'a' .. 'line'"] = "aline", [" 'a' .. 'secret'"] = "asecret" } do
      t.send(line .. "\r")
      t.expect(answer .. "\r\n")
      t.expect "> "
    end
    t.send "x = (\r"
    t.expect ">> "
    t.send "2) return 'two ' .. x\r"
    t.expect "two 2\r\n"
    assert.equal(0, t.leave())
    local kept = t.history()
    assert.matches("'a' .. 'line'\n", kept, 1, true)
    assert.matches("x = (\n2) return", kept, 1, true)
    assert.is_nil(kept:find("secret", 1, true))
    local place = t.directory .. "/state/dstack-lua"
    assert.equal("600\n700\n", (support.run(("stat -c %%a %s/history %s"):format(place, place))))
  end)

  it("recalls lines of an earlier conversation", function()
    local file = os.tmpname()
    support.write(file, "'from ' .. 'before'\n")
    support.run("chmod 644 " .. file)
    open("", "DSTACK_LUA_HISTORY=" .. file)
    t.send "\27[A\r"
    t.expect "from before\r\n"
    t.expect "> "
    assert.equal(0, t.leave())
    assert.equal("600\n", (support.run("stat -c %a " .. file)))
    assert.matches("No such file", t.history())
    os.remove(file)
  end)

  it("cuts a history that has grown long at its beginning", function()
    local file = os.tmpname()
    support.write(file, ("x = 'a line of forty bytes, so to say....'\n"):rep(10000) .. "'the ' .. 'last'\n")
    open("", "DSTACK_LUA_HISTORY=" .. file)
    t.send "\27[A\r"
    t.expect "the last\r\n"
    t.expect "> "
    assert.equal(0, t.leave())
    local kept = support.read(file)
    assert.is_true(#kept <= 128 * 1024 + 100 and #kept > 100 * 1024, tostring(#kept))
    assert.equal("x = 'a line", kept:sub(1, 11))
    os.remove(file)
  end)

  for name, how in pairs {
    ["-E"] = { "-E -i", "" }, ["an empty DSTACK_LUA_HISTORY"] = { "", "DSTACK_LUA_HISTORY=" },
  } do
    it("keeps nothing with " .. name, function()
      open(how[1], how[2])
      t.send "1 + 1\r"
      t.expect "2\r\n"
      assert.equal(0, t.leave())
      assert.matches("No such file", t.history())
    end)
  end

  it("says when the history cannot be kept, and goes on", function()
    t = terminal("", "DSTACK_LUA_HISTORY=/no/such/folder/history")
    t.expect "dstack-lua: history: /no/such/folder/history: No such file or directory"
    t.expect "> "
    t.send "1 + 1\r"
    t.expect "2\r\n"
    assert.equal(0, t.leave())
  end)

  it("converses after a script, with the simulator at hand", function()
    open "--simulator -l dstack -i"
    t.send "dstack.DstackClient():info().app_name\r"
    t.expect "dstack-lua-simulator\r\n"
    t.expect "> "
    t.send "x"
    t.expect "x"
    t.send "\3"
    t.expect "^C"
    t.expect "> "
    t.send "dstack.DstackClient():is_reachable()\r"
    t.expect "true\r\n"
    assert.equal(0, t.leave())
  end)
end)
