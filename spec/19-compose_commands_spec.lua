-- dstack-lua compose ...: what each command prints, writes, and how it ends. No agent is asked.

local core = require "dstack.core"
local dstack = require "dstack"
local support = require "spec.support"

local compose = dstack.compose
local quote = support.quote
local forms = support.vectors "compose".forms
local directory

local function path(name)
  return directory .. "/" .. name
end

-- Runs a command in a directory of its own. Returns both streams' text and the exit status.
local function run(arguments)
  return support.run(("env -u NO_COLOR -u CLICOLOR_FORCE DSTACK_SIMULATOR_ENDPOINT=/nowhere %s compose %s"):format(
    support.interpreter, arguments))
end

local function data(arguments)
  local out, status = run(arguments .. " --quiet")
  assert.equal(0, status, out)
  return out
end

local function decoded(arguments, status)
  local out, got = run(arguments .. " --json --quiet")
  assert.equal(status or 0, got, out)
  return assert(core.json_decode(out)), out
end

setup(function()
  directory = support.directory()
  support.write(path "vmm.json", forms[1].text)
  support.write(path "web.yml", "services:\n  web:\n    image: x\n")
  support.write(path "script", "echo hello\n")
end)

teardown(function() support.run("rm -rf " .. directory) end)

describe("compose hash", function()
  it("is of the bytes", function()
    local got = decoded("hash " .. path "vmm.json")
    assert.same({ compose_hash = forms[1].sha256, app_id = forms[1].app_id, form = forms[1].form,
      flavour = core.null, helper_hash = core.null }, got)
    assert.equal(got.compose_hash, decoded("hash - <" .. path "vmm.json").compose_hash)
    support.write(path "none.json", "{ }")
    assert.equal(core.null, decoded("hash " .. path "none.json").form)
  end)

  it("is beside what helpers hash", function()
    for _, flavour in ipairs(compose.flavours) do
      for _, normalize in ipairs { false, true } do
        local got = decoded(("hash %s --flavour %s %s"):format(path "vmm.json", flavour,
          normalize and "--normalize" or ""))
        assert.equal(compose.get_compose_hash(forms[1].text, normalize, { flavour = flavour }), got.helper_hash)
        assert.equal(flavour, got.flavour)
      end
    end
  end)

  it("is compared", function()
    local _, status = run(("hash %s --expect 0x%s"):format(path "vmm.json", forms[1].sha256:upper()))
    assert.equal(0, status)
    local out
    out, status = run(("hash %s --expect %s"):format(path "vmm.json", forms[1].app_id))
    assert.equal(3, status)
    assert.equal(("dstack-lua: compose hash: the compose hash is %s, not %s\n"):format(forms[1].sha256,
      forms[1].app_id), out)
  end)
end)

describe("compose new", function()
  it("writes what the module makes", function()
    local doc = assert(compose.new { name = "n", from = path "web.yml" })
    assert.equal(doc.bytes, data("new --name n " .. path "web.yml"))
    local got = decoded(("new --name n %s -o %s"):format(path "web.yml", path "new.json"))
    assert.same({ form = "vmm-cli", compose_hash = doc.hash, app_id = doc.app_id, file = path "new.json",
      text = core.null }, got)
    assert.equal(doc.bytes, support.read(path "new.json"))
    assert.equal("644\n", (support.run("stat -c %a " .. path "new.json")))
    local masked = ("umask 027; %s compose new -q --name n %s -o %s; stat -c %%a %s"):format(support.interpreter,
      path "web.yml", path "mask.json", path "mask.json")
    assert.matches("640\n$", (support.run(masked)))
    got = decoded("new --name n " .. path "web.yml")
    assert.equal(doc.bytes, got.text)
    assert.equal(core.null, got.file)
  end)

  it("has an option for each field", function()
    local text = data("new --name n --runner bash --kms --gateway --local-key-provider --key-provider kms "
      .. "--key-provider-id ab --public-logs --public-sysinfo --no-instance-id --secure-time --swap-size 1024 "
      .. "--storage-fs zfs --env A --env B --form compact --pre-launch-script " .. path "script"
      .. " --init-script " .. path "script" .. " --init-script " .. path "script"
      .. " --set 'port_policy={\"ports\":[]}' --set 'x=[1.0,12345678901234567890,{}]' " .. path "script")
    assert.equal('{"manifest_version":"3","name":"n","runner":"bash","kms_enabled":true,"gateway_enabled":true,'
      .. '"local_key_provider_enabled":true,"key_provider_id":"ab","public_logs":true,"public_sysinfo":true,'
      .. '"allowed_envs":["A","B"],"no_instance_id":true,"secure_time":true,"key_provider":"kms",'
      .. '"pre_launch_script":"echo hello\\n","swap_size":1024,"bash_script":"echo hello\\n",'
      .. '"init_script":["echo hello\\n","echo hello\\n"],"storage_fs":"zfs","port_policy":{"ports":[]},'
      .. '"x":[1,12345678901234567890,{}]}', text)
    support.write(path "app.env", "A=hunter2\nexport C='hunter2'\nA=3\n")
    text = data("new --name n --env B --env A --form compact --env-file " .. path "app.env" .. " " .. path "web.yml")
    assert.matches('"allowed_envs":["B","A","C"]', text, 1, true)
    assert.is_nil(text:find("hunter2", 1, true))
    assert.matches('"swap_size":"2G"', data("new --name n --swap-size 2G --form compact " .. path "web.yml"), 1, true)
  end)
end)

describe("compose check", function()
  it("ends with 4 when the document does not boot", function()
    support.write(path "bad.json", '{"manifest_version":2,"name":"","runner":"x"}')
    local got = decoded("check " .. path "bad.json", 4)
    assert.is_false(got.boots)
    assert.equal("0.5.11", got.os_version)
    assert.same(assert(compose.check(support.read(path "bad.json"))), got.findings)
    local out = run("check " .. path "bad.json")
    assert.matches('^error    runner is "x", which this guest does not have\n         so: .-\n         cure: .-\n'
      .. "warning  secure_time is missing", out)
  end)

  it("ends with 0 when it does, with warnings only where they may be", function()
    support.write(path "odd.json", data("new --name n --set a=1 " .. path "web.yml"))
    local got, out = decoded("check " .. path "odd.json")
    assert.is_true(got.boots)
    assert.equal("unknown", got.findings[1].rule)
    assert.matches('{\n      "severity": "warning",\n      "rule": "unknown",\n      "path": "a",\n', out, 1, true)
    decoded("check --strict " .. path "odd.json", 4)
    support.write(path "good.json", data("new --name n " .. path "web.yml"))
    assert.same({}, decoded("check --strict --os-version 0.6.0 " .. path "good.json").findings)
    assert.equal("good  nothing to say for guest OS 0.6.0\n", data("check --os-version 0.6.0 " .. path "good.json"))
  end)
end)

describe("compose diff", function()
  it("ends with 3 when the hashes differ", function()
    support.write(path "a.json", '{"a":1,"b":{"c":"' .. ("x"):rep(200) .. '"}}')
    support.write(path "b.json", '{"a":1,"b":{"c":"y","d":null}}')
    local got = decoded(("diff %s %s"):format(path "a.json", path "b.json"), 3)
    assert.equal("values", got.reason)
    assert.same({ path = "b.d", kind = "added", a = core.null, b = "null" }, got.values[2])
    local out = run(("diff %s %s"):format(path "a.json", path "b.json"))
    assert.matches('values      %- b%.c  "xxx+%.%.%.\n            %+ b%.c  "y"\n            %+ b%.d  null\n', out)
    assert.matches('first at    byte 17, line 1: "x+" and "y', out)
    local long = ("\195\169"):rep(200)
    support.write(path "a.json", '{"a":"' .. long .. 'end"}')
    support.write(path "b.json", '{"a":"' .. long .. 'END"}')
    out = run(("diff %s %s"):format(path "a.json", path "b.json"))
    local seen = "..." .. ("\195\169"):rep(10)
    assert.matches(('- a  %send"\n'):format(seen), out, 1, true)
    assert.matches(('+ a  %sEND"\n'):format(seen), out, 1, true)
  end)

  it("ends with 0 when they are the same", function()
    local got = decoded(("diff %s %s"):format(path "vmm.json", path "vmm.json"))
    assert.is_true(got.equal)
    assert.equal(core.null, got.bytes)
    assert.matches("^difference  none: the same bytes\n",
      data(("diff %s - <%s"):format(path "vmm.json", path "vmm.json")))
  end)
end)

describe("compose fmt", function()
  it("writes every form, and says both hashes", function()
    for _, form in ipairs(forms) do
      support.write(path "form.json", form.text)
      local doc = assert(compose.parse(form.text))
      local out, status = run(("fmt %s --form %s -o %s"):format(path "vmm.json", form.form, path "out.json"))
      assert.equal(0, status)
      local same = doc:get "key_provider" == nil -- the last of them is another document
      assert.equal(same and form.text or assert(compose.parse(forms[1].text)):to(form.form).bytes,
        support.read(path "out.json"))
      assert.matches(form.form == "vmm-cli" and "stays " .. forms[1].sha256 or
        ("was %s and is %s"):format(forms[1].sha256, form.sha256), out, 1, true)
    end
    assert.equal(assert(compose.parse(forms[1].text)):to "compact-sorted".bytes, data("fmt " .. path "vmm.json"))
  end)
end)

describe("The compose commands", function()
  it("say what is used wrongly, in one line, with 2", function()
    support.write(path "twice.json", '{"a":1,"a":2}')
    for arguments, reason in pairs {
      ["hash"] = "FILE is missing", ["hash " .. path "web.yml"] = "web.yml: app-compose: json: not a value",
      ["hash /no/such/file"] = "No such file", ["hash - </dev/null"] = "the standard input: app-compose: json",
      ["hash a --flavour rust"] = "--flavour: there is no rust; there are: js, python",
      ["hash a --normalize"] = "--normalize goes with --flavour", ["diff a"] = "B is missing",
      ["new " .. path "web.yml"] = "--name is missing", ["new --name n /no/such/file"] = "No such file",
      ["new --name n --form yaml a"] = "--form: there is no yaml; there are: compact-sorted",
      ["new --name n --set a a"] = "No such file",
      ["new --name n --env-file " .. path "script" .. " " .. path "web.yml"] = "script: line 1: no = behind the name",
      ["new --name n --set a " .. path "web.yml"] = "--set a: FIELD=JSON is wanted",
      ["new --name n --set 'a={' " .. path "web.yml"] = "--set a={: json:",
      ["new --name n --key-provider x " .. path "web.yml"] = 'key_provider is "x"; there are',
      ["new --name n --set 'name=\"m\"' " .. path "web.yml"] = '--set name="m": --name gives that field',
      ["new --name n --set 'runner=\"bash\"' " .. path "web.yml"] = "--runner gives that field",
      ["new --name n --set 'bash_script=\"\"' " .. path "web.yml"] = "FILE gives that field",
      ["new --name n -o - " .. path "web.yml"] = "-o wants a file; without it the document is printed",
      ["fmt -o - " .. path "vmm.json"] = "-o wants a file; without it the document is printed",
      ["diff - - <" .. path "vmm.json"] = "cannot read the standard input: it was read already",
      ["fmt --form x a"] = "--form: there is no x", ["fmt " .. path "twice.json"] = "two members of one name",
      ["check --os-version x " .. path "vmm.json"] = "os_version is no release",
      ["check " .. path "vmm.json" .. " --color maybe"] = "--color",
    } do
      local out, status = run(arguments)
      assert.equal(2, status, arguments .. ": " .. out)
      assert.matches(reason, out, 1, true)
      assert.equal(1, select(2, out:gsub("\n", "")), out)
    end
  end)

  it("are explained together and one by one", function()
    local out, status = support.run(support.interpreter .. " help compose")
    assert.equal(0, status)
    for _, name in ipairs { "hash", "new", "check", "diff", "fmt" } do
      assert.matches("\n  compose " .. name .. " ", out, 1, true)
      assert.matches("usage: dstack-lua compose " .. name .. " ", data(name .. " --help"), 1, true)
    end
    local help = data "fmt --help"
    for _, form in ipairs(compose.forms) do
      assert.matches("\n  " .. form .. "  ", help, 1, true)
    end
  end)

  it("write no characters that confuse a terminal", function()
    support.write(path "a.json", '{"a\\u001b[31m":"\194\155"}')
    support.write(path "b.json", "{}")
    local out = run(("diff %s %s"):format(quote(path "a.json"), path "b.json"))
    assert.is_nil(out:find "[\27\155]")
    out = run(("check %s --json"):format(path "a.json"))
    assert.is_nil(out:find "[\27\155]")
  end)
end)
