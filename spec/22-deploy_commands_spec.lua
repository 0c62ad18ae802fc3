-- The commands for environments, KMSes and hashes: what each refuses, writes and never shows.

local core = require "dstack.core"
local dstack = require "dstack"
local support = require "spec.support"
local commands = require "spec.support.commands"

local app_id = commands.app_id
local directory

-- Runs a command in the directory, on a simulator of its own unless it needs none.
local function run(arguments, before)
  local path = support.run("realpath " .. support.interpreter):gsub("\n", "")
  return support.run(("cd %s; %s %s %s"):format(directory, before or "", path, arguments))
end

local function simulated(arguments, before)
  return run("--simulator " .. arguments, before)
end

setup(function()
  directory = support.directory()
  support.write(directory .. "/app.env", "export DB='hunter2 db'\nKEY=hunter2\\\n")
  support.write(directory .. "/compose.json", '{"kms_enabled":true,"allowed_envs":["DB"]}')
end)

teardown(function() support.run("rm -rf " .. directory) end)

describe("env encrypt", function()
  it("seals what the guest will read, from a file and the environment", function()
    local key = support.vectors("env").sealed[1]
    local out, status = run("env encrypt app.env --from-env WORD --key " .. key.recipient_public .. " -q -o sealed",
      "WORD=swordfish")
    assert.equal(0, status, out)
    assert.is_nil(out:find("hunter2", 1, true))
    assert.is_nil(out:find("swordfish", 1, true))
    local sealed = support.read(directory .. "/sealed"):match "^(%x+)\n$"
    local list = assert(dstack.decrypt_env_vars(sealed, key.recipient_private))
    assert.equal(3, #list)
    assert.equal("hunter2 db", list[1].value)
    assert.equal("swordfish", list[3].value)
    assert.equal("600\n", support.run("stat -c %a " .. directory .. "/sealed"))
  end)

  it("asks a KMS and compares its root", function()
    local out, status = simulated("env encrypt app.env --json -q --app-id 0x" .. app_id:upper())
    assert.equal(0, status, out)
    local got = assert(core.json_decode(out))
    assert.equal(app_id, got.app_id)
    assert.equal(64, #got.public_key)
    assert.matches("^%x+$", got.encrypted_env)
    out, status = simulated("env encrypt app.env --kms-root " .. support.vectors("env").root.public_key
      .. " -o stays-away --app-id " .. app_id)
    assert.equal(3, status)
    assert.matches("env encrypt: env_encrypt_key at .*not this signer's", out)
    assert.is_nil(io.open(directory .. "/stays-away"))
  end)

  it("writes nothing when it is dry", function()
    local out, status = simulated("env encrypt app.env --dry-run --app-id " .. app_id)
    assert.equal(0, status, out)
    assert.matches("KEY, 8 bytes", out)
    assert.is_nil(out:find "encrypted env")
    assert.matches("warning: line 2: KEY: it ends in a backslash", out)
    out, status = simulated("env encrypt app.env --dry-run -o x --app-id " .. app_id)
    assert.equal(2, status)
    assert.matches("%-%-dry%-run writes nothing", out)
  end)

  it("says what it lacks", function()
    for words, arguments in pairs {
      ["one of these is wanted: %-%-app%-id"] = "app.env", ["FILE is missing"] = "--app-id " .. app_id,
      ["one of these is wanted: %-%-app%-id HEX"] = "app.env --key 00 --app-id " .. app_id,
      ["%-%-app%-id: 'm' is no hex digit"] = "app.env --app-id 'my-application-name!'", -- 20 bytes
      ["%-%-app%-id: 10 bytes instead of 20"] = "app.env --app-id " .. app_id:sub(1, 20),
      ["%-%-key: 'k' is no hex digit"] = "app.env --key " .. ("k"):rep(32),
      ["app.env: line 2: KEY is not in allowed_envs"] = "app.env --compose compose.json --key " .. ("09"):rep(32),
      ["%-%-from%-env: variable 1: HOME is not in allowed_envs"] = "--from-env HOME --compose compose.json --key "
        .. ("09"):rep(32),
      ["there is no variable NOT_THERE"] = "--from-env NOT_THERE --key " .. ("09"):rep(32),
      ["%-%-key: 1 bytes instead of 32"] = "app.env --key 00", ["low order"] = "app.env --key " .. ("00"):rep(32),
      ["no file.*No such file"] = "'no file' --key " .. ("09"):rep(32),
      ["max%-age: not a whole number"] = "app.env --max-age x --app-id " .. app_id,
      ["kms%-root: 'z' is no hex digit"] = "app.env --kms-root zz --app-id " .. app_id,
      ["kms%-root: an odd number of hex digits"] = "app.env --kms-root 123 --app-id " .. app_id,
      ["kms%-root: 34 bytes instead of 33 or 65"] = ("app.env --kms-root %s --app-id "):format(("02"):rep(34))
        .. app_id,
    } do
      local out, status = simulated("env encrypt " .. arguments)
      assert.equal(2, status, out)
      assert.matches(words, out)
      assert.is_nil(out:find("hunter2", 1, true))
    end
    local out, status = run("env encrypt app.env --kms ./kms.sock --app-id " .. app_id,
      "env -u DSTACK_SIMULATOR_KMS_ROOT")
    assert.equal(2, status)
    assert.matches("%-%-kms%-root HEX is missing", out)
    out, status = run("env encrypt app.env --kms ./kms.sock --app-id " .. app_id, "DSTACK_SIMULATOR_KMS_ROOT=02")
    assert.equal(2, status)
    assert.matches("%$DSTACK_SIMULATOR_KMS_ROOT: 1 bytes instead of 33 or 65", out)
    out, status = run("env encrypt app.env --kms ./kms.sock --kms-root 02" .. ("11"):rep(32) .. " --app-id " .. app_id)
    assert.equal(5, status)
    assert.matches("cannot connect to ./kms.sock", out)
  end)

  it("clears an environment", function()
    local key = support.vectors("env").sealed[1].recipient_public
    local out, status = run("env encrypt --allow-empty --json --key " .. key)
    assert.equal(0, status, out)
    assert.same({}, assert(core.json_decode(out)).variables)
  end)
end)

describe("A deployment from end to end:", function()
  -- The compose file's hash gives the app id, the app id the key; the guest opens what was sealed.
  local function deploy(app)
    local root = directory .. "/guest"
    support.run("mkdir -p " .. root)
    support.write(root .. "/app-compose.json", '{"name":"x","kms_enabled":true,"allowed_envs":["DB","KEY"]}')
    local id = app or assert(core.json_decode((run "hash --json guest/app-compose.json"))).files[1].digest:sub(1, 40)
    local out, status = simulated("env encrypt app.env -q -o sealed --compose guest/app-compose.json --app-id " .. id)
    assert.equal(0, status, out)
    return run("simulator -C guest --encrypted-env sealed --listen agent=a.sock", "timeout -s TERM 1")
  end

  it("the guest reads what was sealed to it", function()
    local out, status = deploy()
    assert.matches("# encrypted environment: DB, 10 bytes\n", out)
    assert.matches("# warning: encrypted environment: KEY: it ends in a backslash", out)
    assert.is_nil(out:find("hunter2", 1, true))
    assert.is_true(status == 0 or status == 124)
  end)

  it("another application's does not boot", function()
    local out, status = deploy(("7"):rep(40))
    assert.equal(2, status)
    assert.equal("dstack-lua: simulator: encrypted environment: the environment does not open: "
      .. "it was sealed to another key, or changed\n", out)
    out, status = run "simulator -C guest --encrypted-env nothing"
    assert.equal(2, status)
    assert.matches("encrypted environment: nothing: No such file", out)
  end)
end)

describe("env check", function()
  it("names what a compose file lacks, and what it allows", function()
    local out, status = run "env check app.env --compose compose.json"
    assert.equal(2, status)
    assert.matches("env check: app.env: line 2: KEY is not in allowed_envs: the guest would leave it out", out)
    support.write(directory .. "/more.json", '{"key_provider":"kms","allowed_envs":["DB","KEY","C"]}')
    out, status = run "env check app.env --compose more.json --json"
    assert.equal(0, status, out)
    local got = assert(core.json_decode(out))
    assert.same({ "C" }, got.missing)
    assert.equal(1, #got.warnings)
    assert.is_nil(out:find("hunter2", 1, true))
  end)

  it("warns where no guest has a key for it", function()
    support.write(directory .. "/more.json", '{"key_provider":"tpm","kms_enabled":true,"allowed_envs":["DB","KEY"]}')
    local words = "more.json: the key provider is tpm, not kms: a guest has no key for an encrypted environment"
    local got = assert(core.json_decode((run "env check app.env --compose more.json --json")))
    assert.equal(2, #got.warnings)
    assert.matches(words, got.warnings[2], 1, true)
    local out = run("env encrypt app.env --compose more.json --key " .. ("09"):rep(32))
    assert.matches("warning: " .. words, out, 1, true)
  end)

  it("refuses what is too much once it is sealed", function()
    local lines = {}
    for i = 1, 3 do
      lines[i] = ("V%d=%s\n"):format(i, ("x"):rep(100000))
    end
    support.write(directory .. "/fat.env", table.concat(lines))
    local out, status = run "env check fat.env"
    assert.equal(2, status)
    assert.matches("sealed, the environment is more than the 262144 bytes a guest takes", out)
  end)

  it("refuses compose files that are none", function()
    for text, words in pairs {
      ["{"] = "bad.json: app-compose: json", ["[]"] = "bad.json: app-compose: the document is no object",
      ["3"] = "bad.json: app-compose: the document is no object",
      ['{"allowed_envs":"A"}'] = "bad.json: allowed_envs is no list",
      ['{"allowed_envs":[1]}'] = "bad.json: allowed_envs is no list",
      ['{"allowed_envs":{"A":1}}'] = "bad.json: allowed_envs is no list",
      ['{"allowed_envs":null}'] = "bad.json: allowed_envs is no list",
      ['{"allowed_envs":["DB","KEY"],"allowed_envs":[]}'] = "bad.json: allowed_envs: is there twice",
    } do
      support.write(directory .. "/bad.json", text)
      local out, status = run "env check app.env --compose bad.json"
      assert.equal(2, status, out)
      assert.is_truthy(out:find(words, 1, true), out)
    end
  end)

  it("never shows a line", function()
    for _, text in ipairs { "hunter2", "A='hunter2", "A=1\nA: hunter2", "A-hunter2=1", "=hunter2" } do
      support.write(directory .. "/bad.env", text)
      local out, status = run "env check bad.env"
      assert.equal(2, status)
      assert.matches("env check: bad.env: line %d: ", out)
      assert.is_nil(out:find("hunter2", 1, true))
    end
    local out = run "env check - </dev/null"
    assert.matches("standard input: no variables in 0 lines", out)
  end)
end)

describe("env decrypt", function()
  local key = support.vectors("env").sealed[1]

  it("shows values when told to", function()
    support.write(directory .. "/key", key.recipient_private .. "\n")
    support.write(directory .. "/blob", core.unhex(key.output))
    local out, status = run "env decrypt blob --key-file key"
    assert.equal(0, status, out)
    assert.equal("variables  FOO, 3 bytes\n", out)
    assert.equal("env  FOO=bar\n", (run "env decrypt blob --key-file key --reveal"))
    support.write(directory .. "/key0x", "0x" .. key.recipient_private .. "\r\n")
    support.write(directory .. "/hex", key.output .. "\n")
    assert.equal("env  FOO=bar\n", (run "env decrypt hex --key-file key0x --reveal"))
    assert.same({ { key = "FOO", value = "bar" } },
      assert(core.json_decode((run "env decrypt blob --key-file key --reveal --json"))).env)
    out = run "env decrypt blob --key-file key --compose compose.json --json"
    assert.same({}, assert(core.json_decode(out)).variables)
  end)

  it("says what is wrong", function()
    support.write(directory .. "/other", ("ab"):rep(32))
    local out, status = run "env decrypt blob --key-file other"
    assert.equal(3, status)
    assert.matches("sealed to another key, or changed", out)
    for words, arguments in pairs {
      ["%-%-key%-file is missing"] = "blob", ["the standard input: it was read already"] = "- --key-file - <key",
      ["secret_key: "] = "blob --key-file blob", ["FILE is missing"] = "--key-file key",
    } do
      out, status = run("env decrypt " .. arguments)
      assert.equal(2, status)
      assert.matches(words, out)
      assert.is_nil(out:find(("ab"):rep(32), 1, true))
    end
  end)
end)

describe("kms env-key", function()
  it("without a root shows who signed, and says that it proves nothing", function()
    local simulator = support.simulator("--listen kms=" .. directory .. "/kms.sock")
    local out, status = run("kms env-key --kms kms.sock " .. app_id, "env -u DSTACK_SIMULATOR_KMS_ROOT")
    local json = run("kms env-key --json -q --kms kms.sock " .. app_id, "env -u DSTACK_SIMULATOR_KMS_ROOT")
    local refused, code = run(("kms env-key --kms kms.sock --kms-root %s %s"):format(
      support.vectors("env").root.public_key, app_id))
    simulator.stop()
    assert.equal(0, status, out)
    assert.matches("signer +recovered, not trusted: %x+\n", out)
    assert.matches("no %-%-kms%-root: who signed is shown, and nothing is proven", out)
    assert.is_false(assert(core.json_decode(json)).trusted)
    assert.equal(3, code, refused)
  end)

  it("takes hex only", function()
    for arguments, words in pairs {
      ["'my-application-name!'"] = "APP_ID: 'm' is no hex digit",
      [app_id:sub(1, 20)] = "APP_ID: 10 bytes instead of 20", [app_id .. "0"] = "APP_ID: an odd number of hex digits",
    } do
      local out, status = simulated("kms env-key " .. arguments)
      assert.equal(2, status)
      assert.matches("kms env-key: " .. words, out, 1, true)
    end
    local out = simulated("kms env-key --json 0X" .. app_id:upper())
    assert.equal(app_id, assert(core.json_decode(out)).app_id)
  end)

  it("takes a KMS that signs no time when told to", function()
    local out, status = run("--simulator --os-version=0.5.5 kms env-key " .. app_id)
    assert.equal(3, status)
    assert.matches("this KMS signs no time", out)
    out, status = run("--simulator --os-version=0.5.5 kms env-key --allow-legacy --json " .. app_id)
    assert.equal(0, status)
    local got = assert(core.json_decode(out))
    assert.same({ "legacy", core.null, true }, { got.form, got.timestamp, got.trusted })
  end)

  it("writes the key", function()
    local out, status = simulated("kms env-key -q --raw -o key.bin " .. app_id)
    assert.equal(0, status, out)
    assert.equal(32, #support.read(directory .. "/key.bin"))
  end)
end)

describe("hash", function()
  local names = {
    "sha256", "sha384", "sha512", "sha3-256", "sha3-384", "sha3-512", "keccak256", "keccak384", "keccak512",
  }

  it("has all algorithms", function()
    support.write(directory .. "/data", "d\0ata\n")
    for _, name in ipairs(names) do
      local wanted = core.hex(core.hash(name, "d\0ata\n"))
      assert.equal(wanted .. "  data\n" .. wanted .. "  -\n", (run("hash -a " .. name .. " data - <data")))
    end
  end)

  it("reads piece by piece", function()
    local text = ("0123456789abcde"):rep(20000)
    support.write(directory .. "/long", text)
    for _, name in ipairs { "sha256", "keccak256" } do
      assert.equal(core.hex(core.hash(name, text)) .. "  long\n", (run("hash -a " .. name .. " long")))
    end
    assert.equal(core.hex(core.hash("sha256", "")) .. "  -\n", (run "hash </dev/null"))
    local out, status = run "hash ."
    assert.equal(2, status)
    assert.equal("dstack-lua: hash: cannot read .: Is a directory\n", out)
  end)

  it("says which there are, and what cannot be read", function()
    local out, status = run "hash -a md5 data"
    assert.equal(2, status)
    assert.matches("there are: " .. table.concat(names, ", "), out, 1, true)
    out, status = run "hash - - <data"
    assert.equal(2, status)
    assert.equal("dstack-lua: hash: cannot read the standard input: it was read already, and there is only one\n", out)
    out, status = run "hash data nothing"
    assert.equal(2, status)
    assert.equal("dstack-lua: hash: cannot read nothing: No such file or directory\n", out)
  end)
end)
