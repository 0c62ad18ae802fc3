-- The habits of dstack-lua's commands: how they fail, where output goes, colour, JSON.

local core = require "dstack.core"
local json = require "dstack.cli.json"
local support = require "spec.support"
local commands = require "spec.support.commands"

local run, data, decoded = commands.run, commands.data, commands.decoded
local tampered, environment = commands.tampered, commands.environment

local directory

setup(function()
  commands.start()
  directory = support.directory()
end)

teardown(function()
  commands.stop()
  support.run("rm -rf " .. directory)
end)

describe("a command", function()
  it("has an exit code for every failure", function()
    local script = [[for code in pairs(require("dstack").codes()) do
      assert(math.type(require("dstack.cli").failures[code]) == "integer", code) end]]
    assert.equal("", data("-e " .. support.quote(script)))
  end)

  it("ends with 5 where there is no agent, or none that talks", function()
    for _, arguments in ipairs {
      "info", "key a", "quote 00", "sign -a ed25519 --hex 00", "tls-key --reveal", "events list", "events emit a",
      "attest 00", "info --api v1", "key a --api v1 -a ed25519", "attest 00 --api v1", "tls-key --reveal --api v1",
    } do
      local out, status = run(arguments .. " --endpoint /nowhere/dstack.sock")
      assert.equal(5, status, out)
      assert.matches("^dstack%-lua: [%l -]+: .*/nowhere/dstack.sock: no such file", out)
      assert.is_nil(out:lower():find "(%l+): %1:")
      assert.equal(1, select(2, out:gsub("\n", "")))
    end
    assert.equal(5, (select(2, tampered("status, body = 503, 'busy'", "info"))))
    assert.equal(5, (select(2, tampered("body = '{}'", "info"))))
  end)

  it("gives up when its time is over", function()
    local out, status = run("info --timeout 0.000001")
    assert.equal(5, status)
    assert.matches("timeout", out, 1, true)
  end)

  for arguments, reason in pairs {
    ["info --frob"] = "unknown option --frob;",
    ["info --simulator"] = "--simulator; it stands before the command: dstack-lua --simulator info; see",
    ["events list --fault=Info=cut"] = ": dstack-lua --simulator --fault METHOD=KIND[:ARG] events list; see",
    ["info x"] = "unexpected argument: x", ["key"] = "PATH is missing",
    ["key a b"] = "unexpected argument: b", ["key a --purpose"] = "--purpose needs a value",
    ["key a --reveal=yes"] = "--reveal takes no value", ["info --timeout 0"] = "--timeout: not a number",
    ["info --timeout x"] = "--timeout: not a number", ["info --color sometimes"] = "--color: there is no sometimes",
    ["quote"] = "one of these is wanted: HEX, --text, --sha512", ["quote 0"] = "HEX: an odd number of hex digits;",
    ["quote xyz"] = "quote: HEX: 'x' is no hex digit (text: --text TEXT, a file: --sha512 FILE);",
    ["quote 0x00é"] = "HEX: 'é' is no hex digit (",
    ["key a --kms-root 00 --app-id 0g"] = "--app-id: 'g' is no hex digit;",
    ["sign -a ed25519 --hex hello"] = "--hex: 'h' is no hex digit (a file: its name alone);",
    ["events emit a --payload-hex hello"] = "--payload-hex: 'h' is no hex digit (text: --payload TEXT);",
    ["quote 00 --text a"] = "HEX and --text exclude each other", ["quote 00 --raw --json"] = "exclude each other",
    ["quote 00 -o -"] = "-o wants a file", ["sign --hex 00"] = "--algorithm is missing",
    ["sign -a ed25519 --hex 00 /dev/null"] = "FILE and --hex exclude each other",
    ["tls-key"] = "the private key needs a place", ["tls-key --reveal --not-after soon"] = "--not-after: not a time",
    ["tls-key --server-auth --no-server-auth --reveal"] = "exclude each other",
    ["tls-key --key-out ./a --cert-out a"] = "cannot go to one file",
    ["tls-key --key-out spec/../a --cert-out ./a"] = "cannot go to one file", ["tls-key --key-out -"] = "want files",
    ["events"] = "one of these is wanted: events list, events emit", ["events frob"] = "one of these is wanted",
    ["events emit"] = "NAME is missing", ["events emit a --payload b --payload-hex 00"] = "exclude each other",
    ["events list --payload a"] = "unknown option --payload", ["info --api v2"] = "--api: there is no v2",
    ["info --api v1 --events"] = "--events goes with v0 only", ["key a --api v1"] = "--algorithm is missing: on v1",
    ["key a --api v1 -a ed25519 -p x"] = "--purpose goes with v0 only",
    ["attest 00 --boottime-gpu-evidence"] = "--boottime-gpu-evidence goes with --api v1 only",
    ["attest"] = "one of these is wanted: HEX, --text, --sha512", ["attest 00 --raw --json"] = "exclude each other",
  } do
    it("refuses with 2: " .. arguments, function()
      local out, status = run(arguments .. " </dev/null")
      assert.equal(2, status, out)
      assert.matches("dstack-lua: " .. arguments:match "^%S+", out, 1, true)
      assert.matches(reason, out, 1, true)
      assert.matches("; see dstack%-lua help [^\n]+\n$", out)
      assert.equal(1, select(2, out:gsub("\n", "")))
      assert.equal(0, (select(2, run(out:match "; see dstack%-lua (help [^\n]+)\n"))))
    end)
  end

  it("refuses values that no agent needs to see with 2 too", function()
    for arguments, reason in pairs {
      ["quote " .. ("00"):rep(65)] = "1 to 64 bytes, not 65; --sha512 FILE takes",
      ["quote --text " .. ("a"):rep(99)] = "1 to 64 bytes, not 99; --sha512 FILE",
      ["quote --text ''"] = "1 to 64 bytes, not 0;",
      ["quote --sha512 /no/such/file"] = "cannot read /no/such/file: No such file", ["quote --sha512 /"] = "directory",
      ["sign -a secp256k1_prehashed --hex 00"] = "a digest of 32 bytes, not of 1; -a secp256k1 hashes",
      ["sign -a secp256k1_prehashed /dev/null"] = "a digest of 32 bytes, not of 0;",
      ["sign -a ed25519 /no/such/file"] = "No such file", ["events emit ''"] = "an event needs a name",
      ["key \"$(printf '\\377')\""] = "path", ["info --endpoint ftp://x"] = "ftp://x",
      ["key a -o " .. "/dev/null"] = "it is a device, pipe or socket", ["key a -o /tmp"] = "it is a directory",
      ["sign -a ed25519 <&-"] = "cannot read the standard input",
    } do
      local out, status = run(arguments)
      assert.equal(2, status, arguments .. ": " .. out)
      assert.matches(reason, out, 1, true)
      assert.equal(1, select(2, out:gsub("\n", "")))
    end
  end)

  it("replaces no symbolic link", function()
    local link = directory .. "/link"
    support.run(("ln -s /dev/null %s"):format(link))
    local out, status = run("key a -o " .. link)
    assert.equal(2, status)
    assert.matches("it is a symbolic link", out, 1, true)
  end)

  it("explains itself", function()
    for _, name in ipairs { "info", "key", "quote", "attest", "sign", "tls-key", "events list", "events emit" } do
      local out = data("help " .. name)
      assert.matches("usage: dstack-lua " .. name .. " ", out, 1, true)
      assert.matches("\n  --json  ", out, 1, true)
      assert.equal(out, data(name .. " --help"))
      assert.equal(out, data(name .. " -h"))
      assert.matches("\n  " .. name .. " ", data "help", 1, true)
    end
    assert.equal("-h", decoded("key --purpose -h --json a").purpose)
    assert.equal("--help", decoded("key --json -- --help").path)
    assert.equal(data "help events", data "events --help")
  end)

  it("runs on a simulator of its own", function()
    local out, status = support.run(("env -u DSTACK_SIMULATOR_ENDPOINT %s --simulator info --json")
      :format(support.interpreter))
    assert.equal(0, status, out)
    assert.equal(commands.app_id, core.json_decode(out).app_id)
    out, status = support.run(support.interpreter .. " --simulator=/no/such/folder info")
    assert.equal(2, status)
    assert.matches("--simulator: folder: /no/such/folder: No such file", out, 1, true)
  end)
end)

describe("data that cannot be written", function()
  it("is a failure", function()
    for _, arguments in ipairs { "info", "info --json", "quote 00 --raw", "tls-key --reveal", "help", "help key" } do
      local out, status = run(arguments .. " >/dev/full")
      assert.equal(1, status, arguments)
      assert.matches("cannot write to the standard output: No space left on device\n$", out)
      out, status = run(arguments .. " >&-")
      assert.equal(1, status, arguments)
      assert.matches("cannot write to the standard output: Bad file descriptor\n$", out)
    end
  end)

  it("goes nowhere else when the standard output is closed", function()
    local out, status = support.run(("%s --simulator key a --reveal >&-"):format(support.interpreter))
    assert.equal(1, status)
    assert.equal("dstack-lua: key: cannot write to the standard output: Bad file descriptor\n", out)
  end)

  it("is dropped in silence when its reader has left", function()
    for before, expected in pairs { [""] = 141, ["trap '' PIPE; "] = 1 } do
      local line = ("%s( sleep 0.2; %s%s info --json; echo $? >%s/status ) | true"):format(before, environment(),
        support.interpreter, directory)
      assert.equal("", (support.run(line)))
      assert.equal(expected .. "\n", support.read(directory .. "/status"))
    end
  end)
end)

describe("talk", function()
  it("is one write a line, so that no other text gets in between", function()
    local script = [[local real = io.stderr
      io.stderr = { write = function(_, ...) assert(select("#", ...) == 1) return real:write(...) end }
      require("dstack.cli").say "one line"]]
    assert.equal("dstack-lua: one line\n", (support.run(support.interpreter .. " -e " .. support.quote(script))))
  end)

  it("says that a terminal is being read, unless told to be quiet", function()
    local said = "dstack-lua: reading from the terminal; Ctrl-D ends the input\r\n"
    for option, expected in pairs { [""] = true, ["-q"] = false } do
      local command = environment() .. support.interpreter .. " sign -a ed25519 " .. option
      local out, status = support.run(("(printf 'hello\\n\\004'; sleep 0.5) | script -qec %s /dev/null"):format(
        support.quote(command)))
      assert.equal(0, status, out)
      assert.equal(expected, out:find(said, 1, true) ~= nil, out)
      assert.equal(expected, out:find("dstack-lua: ", 1, true) ~= nil, out)
      local signature = decoded("sign -a ed25519 --json --hex " .. core.hex "hello\n").signature
      assert.matches(signature, out, 1, true)
    end
  end)
end)

describe("colour", function()
  -- What a command prints on a terminal.
  local function terminal(arguments, variables)
    local line = environment() .. (variables or "") .. " " .. support.interpreter .. " " .. arguments
    return support.run(("env TERM=xterm script -qec %s /dev/null </dev/null"):format(support.quote(line)))
  end
  local escape = "\27["

  it("is on a terminal only, and as the environment wants it", function()
    for _, case in ipairs {
      { true, "info" }, { false, "info --color=never" }, { false, "info", "NO_COLOR=1" }, { true, "info", "NO_COLOR=" },
      { false, "info", "TERM=dumb" }, { true, "info --color always", "NO_COLOR=1 TERM=dumb" },
      { true, "info", "TERM=dumb CLICOLOR_FORCE=1" }, { false, "info", "NO_COLOR=1 CLICOLOR_FORCE=1" },
      { false, "info --json --color=always" }, { true, "info --color=auto" }, { true, "info", "CLICOLOR_FORCE=0" },
    } do
      local out, status = terminal(case[2], case[3])
      assert.equal(0, status, out)
      assert.equal(case[1], out:find(escape, 1, true) ~= nil, case[2] .. " " .. tostring(case[3]))
    end
    assert.is_nil(data("info"):find(escape, 1, true))
    assert.matches(escape, data "info --color=always", 1, true)
    local forced = support.run(environment() .. "CLICOLOR_FORCE=1 " .. support.interpreter .. " info")
    assert.matches(escape, forced, 1, true)
  end)

  it("changes nothing but colour", function()
    assert.equal(data "key a", (data("key a --color=always"):gsub("\27%[%d*m", "")))
  end)

  it("or not, a terminal gets no bytes", function()
    for _, arguments in ipairs { "quote 00 --raw", "key a --raw --reveal", "sign -a ed25519 --hex 00 --raw" } do
      local out, status = terminal(arguments)
      assert.equal(2, status)
      assert.matches("--raw is nothing for a terminal", out, 1, true)
    end
    assert.matches("private key", (terminal "key a --reveal"), 1, true)
    assert.is_nil((terminal "key a"):find("private key", 1, true))
  end)
end)

describe("the commands' JSON", function()
  it("is written in order, and laid out", function()
    local text = json.encode(json.object {
      { "z", "a/\"\\\n\1\127é" }, { "list", json.array {} }, { "none" }, { "yes", true }, { "n", 2 ^ 53 },
      { "half", 0.5 }, { "vast", 2 ^ 63 },
      { "text", json.text '{"b" : [ 1.0 ,2e400],"a":{ }, "c":"} [,:"}' }, { "null", core.null },
      { "plain", { b = 1, a = { "x" } } },
    })
    assert.equal([[{
  "z": "a/\"\\\n\u0001\u007fé",
  "list": [],
  "none": null,
  "yes": true,
  "n": 9007199254740992,
  "half": 0.5,
  "vast": 9.2233720368547758e+18,
  "text": {
    "b": [
      1.0,
      2e400
    ],
    "a": {},
    "c": "} [,:"
  },
  "null": null,
  "plain": {
    "a": [
      "x"
    ],
    "b": 1
  }
}]], json.layout(text))
  end)

  it("keeps strings whole, and terminals unharmed", function()
    local text = '["\\\\","\\"","\194\133","\226\128\143","\226\129\169","\239\187\191","–"]'
    assert.equal([=[[ "\\", "\"", "\u0085", "\u200f", "\u2069", "\ufeff", "–" ]]=],
      (json.layout(text):gsub("\n *", " ")))
  end)
end)
