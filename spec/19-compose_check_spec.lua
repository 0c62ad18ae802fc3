-- compose.check: what a guest of each release makes of a document.

local dstack = require "dstack"
local fields = require "dstack.compose.fields"
local support = require "spec.support"
local variables = require "dstack.compose.variables"

local compose = dstack.compose
local vectors = support.vectors "compose"

local OLD, NEW = "0.5.11", "0.6.0"

-- A document about which there is nothing to say.
local function plain(changes)
  local doc = assert(compose.new { name = "n", docker_compose_file = "services: {}\n" })
  return changes and assert(doc:with(changes)) or doc
end

-- Findings as "severity rule path", in one text.
local function found(doc, os_version)
  local lines = {}
  for i, finding in ipairs(assert(compose.check(doc, { os_version = os_version }))) do
    for _, name in ipairs { "what", "boot", "cure" } do
      assert.is_true(#finding[name] > 0)
      assert.is_nil(finding[name]:find("%s", 1, true))
    end
    lines[i] = ("%s %s %s"):format(finding.severity, finding.rule, finding.path)
  end
  return table.concat(lines, "; ")
end

-- The text of a plain document with a member's JSON in place of its own, or behind.
local function text_with(name, json)
  local text = plain():to "compact".bytes
  local replaced, count = text:gsub('("' .. name .. '":)[^,}]*', function(head) return head .. json end)
  return count == 1 and replaced or text:sub(1, -2) .. ',"' .. name .. '":' .. json .. "}"
end

describe("compose.check", function()
  it("has nothing to say of what compose.new makes", function()
    for _, version in ipairs { "0.5.0", OLD, NEW } do
      assert.equal("", found(plain(), version))
    end
    assert.equal("", found(plain { requirements = { os_version = ">=0.6.0" }, manifest_version = "3" }, NEW))
  end)

  it("judges manifest_version as guests do", function()
    for _, case in ipairs(vectors.manifest_version) do
      local accepted = case.ok and not (case.json == '"4"' or case.json == '"4294967295"') -- 3 is a guest's highest
      assert.equal(accepted and "" or "error type manifest_version",
        found(text_with("manifest_version", case.json), NEW), case.json)
    end
    assert.equal("", found(text_with("manifest_version", "0"), OLD))
    assert.equal("error type manifest_version", found(text_with("manifest_version", '"2"'), OLD))
    assert.equal("error type manifest_version", found(text_with("manifest_version", "2.0"), OLD))
    assert.equal("warning manifest-number manifest_version", found(text_with("manifest_version", "3"), OLD))
  end)

  it("says of each kind of field how it is written", function()
    local function walk(rows)
      for _, row in ipairs(rows) do
        assert.is_string(fields.forms[row.kind], row.kind)
      end
    end
    walk(fields.list)
    for _, rows in pairs(fields.nested) do
      walk(rows)
    end
    local finding = assert(compose.check(text_with("kms_enabled", "1"), { os_version = OLD }))[1]
    assert.equal("is a number, a boolean is wanted", finding.what)
    assert.equal("write true or false, without quotes", finding.cure)
  end)

  it("judges swap_size as guests do", function()
    for _, case in ipairs(vectors.swap_size) do
      assert.equal(case.bytes and "" or "error type swap_size", found(text_with("swap_size", case.json), OLD),
        case.json)
    end
  end)

  it("names what is missing", function()
    assert.equal("error missing manifest_version; error missing name; error missing runner; "
      .. "warning secure-time secure_time", found("{}"))
    assert.equal("", found('{"manifest_version":2,"name":"","runner":"bash","bash_script":"","secure_time":true}'))
  end)

  it("tells unknown members, and what they may have meant", function()
    assert.equal("warning unknown note", found(plain { note = 1 }))
    local finding = assert(compose.check(plain { ["kms-enabled"] = true }))[1]
    assert.equal("call it kms_enabled", finding.cure)
    assert.equal("note convention salt", found(plain { salt = "s" }))
  end)

  it("tells members that are there twice", function()
    local text = plain():to "compact".bytes:sub(1, -2)
    assert.equal("error twice name", found(text .. ',"name":"m"}'))
    assert.equal("warning unknown z; warning twice z", found(text .. ',"z":1,"z":1}'))
    assert.equal("warning too-new requirements; warning twice requirements",
      found(text .. ',"requirements":{},"requirements":{}}', OLD))
    assert.equal("error twice requirements.platforms",
      found(text:gsub(":2,", ':"3",') .. ',"requirements":{"platforms":null,"platforms":null}}', NEW))
  end)

  it("minds types", function()
    assert.equal("error type kms_enabled", found(plain { kms_enabled = 1 }))
    assert.equal("error type allowed_envs", found(plain { allowed_envs = "A" }))
    assert.equal("error type key_provider_id", found(plain { key_provider_id = dstack.null }))
    assert.equal("error type storage_fs", found(plain { storage_fs = "btrfs" }))
    assert.equal("", found(plain { storage_fs = "ZFS" }))
    assert.equal("", found(plain { key_provider = dstack.null }))
    assert.equal("error type event_log_version", found(plain { event_log_version = 3 }, NEW))
    assert.equal("error type port_policy.ports[1].port", found(plain { port_policy = { ports = { { port = -1 } } } }))
    assert.equal("error missing port_policy.ports[2].port",
      found(plain { port_policy = { ports = { { port = 1, pp = true }, {} } } }))
    assert.equal("error type port_policy.ports[1]", found(plain { port_policy = { ports = { 80 } } }))
    assert.equal("", found(plain { port_policy = { note = 1 } }))
  end)

  it("knows what a release does not have yet, or any more", function()
    assert.equal("warning too-new swap_size", found(plain { swap_size = "1G" }, "0.5.4"))
    assert.equal("warning too-new event_log_version", found(plain { event_log_version = 2 }, OLD))
    assert.equal("warning too-new init_script", found(plain { init_script = 5 }, "0.5.4"))
    assert.equal("", found(plain { docker_config = { registry = "r" } }, "0.5.4"))
    assert.equal("warning gone docker_config", found(plain { docker_config = { registry = "r" } }, OLD))
    assert.equal("note deprecated features", found(plain { features = { "kms" } }))
  end)

  it("knows the runners", function()
    assert.equal("error runner runner", found(plain { runner = "podman" }, NEW))
    assert.equal("error runner runner", found(plain { runner = "nerdctl-compose" }, OLD))
    assert.equal("error nerdctl-manifest runner", found(plain { runner = "nerdctl-compose" }, NEW))
    assert.equal("error nerdctl-build docker_compose_file", found(plain { runner = "nerdctl-compose",
      manifest_version = "3", docker_compose_file = "services:\n  a:\n    build: .\n" }, NEW))
    assert.equal("error compose-file docker_compose_file", found(plain { docker_compose_file = dstack.null }))
    assert.equal("error compose-file docker_compose_file", found(plain():without "docker_compose_file"))
    assert.equal("error compose-file docker_compose_file", found(plain { docker_compose_file = " \n" }))
    assert.equal("error bash-script bash_script", found(plain { runner = "bash" }))
    assert.equal("error snapshotter snapshotter", found(plain { snapshotter = dstack.null }, NEW))
    assert.equal("", found(plain { runner = "nerdctl-compose", snapshotter = "stargz", manifest_version = "3" }, NEW))
  end)

  it("knows what scripts must be", function()
    assert.equal("error pre-launch-script pre_launch_script", found(plain { pre_launch_script = dstack.null }, OLD))
    assert.equal("", found(plain { pre_launch_script = "true" }, OLD))
    assert.equal("note pre-launch-strict pre_launch_script", found(plain { pre_launch_script = "true" }, NEW))
    assert.equal("warning type init_script", found(plain { init_script = { "a" } }, OLD))
    assert.equal("", found(plain { init_script = { "a" } }, NEW))
    assert.equal("error init-scripts-manifest init_script", found(plain { init_script = { "a", "b" } }, NEW))
    assert.equal("error type init_script",
      found(plain { init_script = { "a", "b", "c", "d", "e", "f" }, manifest_version = "3" }, NEW))
  end)

  it("knows requirements", function()
    local function of(requirements)
      return found(plain { requirements = requirements, manifest_version = "3" }, NEW)
    end
    assert.equal("error requirements-manifest requirements", found(plain { requirements = {} }, NEW))
    assert.equal("error unknown-member requirements.os", of { os = "x" })
    assert.equal("error unknown-member requirements.gpu_policy.strict", of { gpu_policy = { strict = true } })
    assert.equal("error no-platform requirements.platforms", of { platforms = dstack.empty_array })
    assert.equal("error type requirements.platforms", of { platforms = { "dstack-tdx", "sgx" } })
    assert.equal("error type requirements.launch_token_hash", of { launch_token_hash = "ab" })
    assert.equal("", of { launch_token_hash = ("ab"):rep(32), platforms = { "dstack-tdx" },
      gpu_policy = { rego = dstack.null } })
    for _, good in ipairs { ">=0.6.0", ">=0.6.0, <0.7.0", "0.6", "^0.6.0", "~0.6", "=0.6.0", "0.*", "*", "0.x",
      "> 0.5.9" } do
      assert.equal("", of { os_version = good }, good)
    end
    for _, bad in ipairs { "", "latest", ">=", "0.6.0.1", ">>0.6.0", ">=0.6.0 <0.7.0", "0.06", "x.6" } do
      assert.equal("error type requirements.os_version", of { os_version = bad }, bad)
    end
    for _, other in ipairs { "<0.6.0", ">=0.6.1", "^0.5.9", "~0.5", "=0.6.1", "0.7", ">=0.5.0, <0.6.0", ">0.6.0" } do
      assert.equal("error os-version requirements.os_version", of { os_version = other }, other)
    end
  end)

  it("knows key providers", function()
    assert.equal("error pinned-nobody key_provider_id", found(plain { key_provider_id = "ab" }))
    assert.equal("error pinned-nobody key_provider_id", found(plain { key_provider_id = "ab", key_provider = "tpm" }))
    assert.equal("", found(plain { key_provider_id = "ab", kms_enabled = true }))
    assert.equal("warning provider-contradicted key_provider",
      found(plain { key_provider = "tpm", kms_enabled = true }))
    assert.equal("warning provider-contradicted key_provider",
      found(plain { key_provider = "kms", local_key_provider_enabled = true }))
    assert.equal("warning envs-unreachable allowed_envs", found(plain { allowed_envs = { "A" } }))
    assert.equal("", found(plain { allowed_envs = { "A" }, key_provider = "kms" }))
  end)

  it("knows names of variables", function()
    local doc = plain { kms_enabled = true, allowed_envs = { "A", "1A", "A-B", "A", "" } }
    assert.equal("warning env-name allowed_envs[2]; warning env-name allowed_envs[3]; "
      .. "warning env-name allowed_envs[5]; note env-repeated allowed_envs[4]", found(doc))
  end)

  it("finds variables that would be empty", function()
    local text = "services:\n  a:\n    image: ${IMAGE:?none}\n    command: $$HOME $CMD ${OPT:-x}\n"
    local doc = plain { docker_compose_file = text }
    assert.equal("error env-fatal docker_compose_file; warning env-empty docker_compose_file; "
      .. "note env-default docker_compose_file", found(doc))
    local findings = assert(compose.check(doc))
    assert.matches("demands IMAGE in line 3,", findings[1].what, 1, true)
    assert.matches("uses CMD in line 4,", findings[2].what, 1, true)
    assert.equal("", found(assert(doc:with { kms_enabled = true, allowed_envs = { "IMAGE", "CMD", "OPT" } })))
    assert.equal("", found(assert(doc:with { pre_launch_script = "export IMAGE=a CMD=b\nOPT=c" }), OLD))
  end)

  it("knows volumes, sizes and names", function()
    local volume = { source = "a", verity_root = ("0"):rep(64), target = "/a" }
    assert.equal("error volume-target verity_volumes[2].target",
      found(plain { verity_volumes = { volume, volume } }, NEW))
    assert.equal("error type verity_volumes[1].target", found(plain { verity_volumes = {
      { source = "a", verity_root = ("0"):rep(64), target = "a" } } }, NEW))
    assert.equal("warning name-characters name", found(plain { name = "a/b" }))
    assert.equal("note size-cloud ", found(plain { docker_compose_file = ("#"):rep(205000) }))
    assert.equal("warning size-vmm ; note size-cloud ", found(plain { docker_compose_file = ("#"):rep(10486000) }))
  end)

  it("minds that secure_time is true when it is missing", function()
    assert.equal("warning secure-time secure_time", found(plain():without "secure_time"))
    assert.equal("", found(plain():without "secure_time", "0.4.2"))
  end)

  it("puts errors first", function()
    local last = 0
    local rank = { error = 1, warning = 2, note = 3 }
    for _, finding in ipairs(assert(compose.check '{"a":1,"salt":1,"runner":"x","name":1}')) do
      assert.is_true(rank[finding.severity] >= last)
      last = rank[finding.severity]
    end
    assert.equal(3, last)
  end)

  it("refuses what is no release or no document", function()
    local value, message, code = compose.check("{}", { os_version = "latest" })
    assert.same({ nil, 'os_version is no release such as "0.5.11": latest', "invalid" }, { value, message, code })
    assert.equal("invalid", (select(3, compose.check "[]")))
    assert.error_matches(function() compose.check() end, "a document or JSON text expected, got nil")
    assert.error_matches(function() compose.check("{}", { os = "1" }) end, "unknown option 'os'; there are: os_version")
    assert.error_matches(function() compose.check("{}", { os_version = 1 }) end, "string expected, got number")
  end)
end)

describe("docs/compose.md", function()
  local text = support.read "docs/compose.md"

  it("names every rule", function()
    for _, rule in ipairs(require "dstack.compose.rules") do
      assert.matches("`" .. rule[1] .. "`", text, 1, true)
    end
    for name in support.read "lua/dstack/compose/checker.lua":gmatch ':add%("%l+", "([%l-]+)"' do
      assert.matches("`" .. name .. "`", text, 1, true)
    end
    for name in support.read "lua/dstack/compose/check.lua":gmatch ':add%("%l+", "([%l-]+)"' do
      assert.matches("`" .. name .. "`", text, 1, true)
    end
  end)

  it("names every form and flavour", function()
    for _, form in ipairs(compose.forms) do
      assert.matches("\n| `" .. form .. "` |", text, 1, true)
    end
    for _, flavour in ipairs(compose.flavours) do
      assert.matches("| `js` | `python` | `go`, `go-1.21` |", text, 1, true)
      assert.matches("`" .. flavour .. "`", text, 1, true)
    end
  end)
end)

describe("Releases", function()
  it("compare as numbers", function()
    assert.is_true(fields.release "0.5.11" > fields.release "0.5.9")
    assert.is_true(fields.release "v0.6" > fields.release "0.5.11")
    assert.equal(fields.release "0.6.0", fields.release "0.6")
    for _, bad in ipairs { "", "1", "0.5.x", "0.5.11-dev", "0.5.1111111111111111" } do
      assert.is_nil(fields.release(bad))
    end
  end)
end)

describe("Variables of a docker-compose file", function()
  local function uses(text)
    local list = {}
    for i, use in ipairs(variables.uses(text)) do
      list[i] = ("%s:%d%s"):format(use.name, use.line, use.unset == "" and "" or " " .. use.unset)
    end
    return table.concat(list, ", ")
  end

  it("are found below an anchor", function()
    assert.equal("A:3, B:6", uses "x-env:\n  environment: &all\n    - A\ny:\n  environment: &b_1\n    B:\n    C: 1\n")
  end)

  it("are found in all forms, with what becomes of them when they are unset", function()
    assert.equal("A:1, B:1, C:2 default, D:2 default, E:3 fails, F:3 fails, G:4 default",
      uses "x: ${A} $B\ny: ${C:-c}${D-d}\nz: ${E:?e} ${F?}\nw: ${G:+g}\n")
  end)

  it("are not where they only look so", function()
    assert.equal("", uses "# ${A}\nx: $${B} $$C $1 ${} # $D\n")
    assert.equal("E:1", uses "x: '# $E'\n")
    assert.equal("", uses "x: $PATH ${HOME}\n")
  end)

  it("are told once, at their worst", function()
    assert.equal("A:2 fails", uses "x: ${A:-a}\ny: ${A:?}\nz: $A\n")
  end)

  it("are passed on by name under environment", function()
    assert.equal("A:4, B:5", uses("services:\n  x:\n    environment:\n      - A\n      - 'B'\n      - C=c\n"
      .. "    ports:\n      - D\n"))
    assert.equal("A:3", uses "x:\n  environment:\n    A:\n    B: b\n  other:\n")
    assert.equal("A:3", uses "x:\n  environment:\n  - A\n  ports:\n  - D\n")
  end)
end)
