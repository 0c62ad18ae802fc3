-- dstack.compose: documents, what helpers hash, and what has no JSON form.

local core = require "dstack.core"
local dstack = require "dstack"
local support = require "spec.support"

local compose = dstack.compose
local vectors = support.vectors "compose"

local function sha256(text)
  return dstack.crypto.hex(dstack.crypto.sha256(text))
end

-- A call that must fail with `invalid`; returns its message.
local function refused(value, message, code)
  assert.is_nil(value)
  assert.equal("invalid", code)
  return message
end

describe("get_compose_hash", function()
  for _, case in ipairs(vectors.cases) do
    for _, flavour in ipairs(compose.flavours) do
      for kind, wanted in pairs(case[flavour]) do
        it(("%s, %s, %s"):format(case.name, flavour, kind), function()
          local hash, message, code = dstack.get_compose_hash(case.text, kind == "normalized",
            { flavour = flavour })
          if wanted.error or case.name == "lone_surrogate" then -- text must be UTF-8
            refused(hash, message, code)
          else
            assert.equal(wanted.sha256, hash, message)
            assert.equal(wanted.text, compose.canonical(case.text, kind == "normalized", { flavour = flavour }))
          end
        end)
      end
    end
  end

  for _, case in ipairs(vectors.helpers) do
    it("of " .. case.name .. " is that of the SDKs", function()
      for _, flavour in ipairs { "js", "python", "go" } do
        assert.equal(case[flavour], dstack.get_compose_hash(case.text, case.normalize, { flavour = flavour }))
      end
      assert.equal(case.js, dstack.get_compose_hash(case.text, case.normalize))
    end)

    it("of the table of " .. case.name .. " is that of its text", function()
      local value = assert(core.json_decode(case.text))
      assert.equal(case.js, dstack.get_compose_hash(value, case.normalize))
    end)
  end

  it("takes an AppCompose, a document, a table, and leaves them as they are", function()
    local config = { registry = "r" }
    local table_of = { runner = "bash", bash_script = "s", docker_compose_file = "y", docker_config = config }
    local hash = assert(dstack.get_compose_hash(table_of, true, { flavour = "python" }))
    assert.equal(hash, dstack.get_compose_hash(table_of, true, { flavour = "python" }))
    assert.equal(config, table_of.docker_config)
    assert.equal("y", table_of.docker_compose_file)
    local app = dstack.AppCompose.from_dict(table_of)
    assert.equal(hash, dstack.get_compose_hash(app, true, { flavour = "python" }))
    local doc = assert(compose.parse '{"runner":"bash"}')
    assert.equal(doc.hash, dstack.get_compose_hash(doc))
  end)

  it("raises for misuse", function()
    assert.error_matches(function() dstack.get_compose_hash() end, "a table or JSON text expected, got nil")
    assert.error_matches(function() dstack.get_compose_hash({}, 1) end, "normalize: boolean expected, got number")
    assert.error_matches(function() dstack.get_compose_hash({}, nil, { flavour = "rust" }) end,
      "no flavour is named rust; there are: js, python, go, go%-1%.21")
    assert.error_matches(function() dstack.get_compose_hash({}, nil, { flavor = "js" }) end, "unknown option 'flavor'")
    assert.error_matches(function() dstack.get_compose_hash({}, nil, "js") end, "options: table expected")
  end)
end)

describe("A table as JSON", function()
  local function text(value, flavour)
    local out, message = compose.canonical({ runner = "r", x = value }, false, { flavour = flavour })
    return assert(out, message):match '^{"runner":"r","x":(.*)}$'
  end

  it("tells arrays from objects", function()
    assert.equal("{}", text {})
    assert.equal("[]", text(dstack.empty_array))
    assert.equal('[1,[],{"a":{}}]', text { 1, dstack.empty_array, { a = {} } })
    assert.equal("[null,1]", text { dstack.null, 1 })
    assert.equal("null", text(dstack.null))
  end)

  it("takes the fields that are lists for lists", function()
    assert.equal('{"allowed_envs":[],"features":[],"runner":"r"}',
      compose.canonical { runner = "r", allowed_envs = {}, features = {} })
  end)

  it("takes lua-cjson's marks", function()
    local cjson = require "cjson"
    assert.equal("null", text(cjson.null))
    local fake = { empty_array = {}, array_mt = {}, empty_array_mt = {} }
    package.loaded.cjson = fake
    local good, problem = pcall(function()
      assert.equal("[]", text(fake.empty_array))
      assert.equal("[]", text(setmetatable({}, fake.array_mt)))
      assert.equal("[1]", text(setmetatable({ 1 }, fake.empty_array_mt)))
    end)
    package.loaded.cjson = cjson
    assert(good, problem)
  end)

  it("keeps integers and prints floats as JavaScript does", function()
    assert.equal("[0,-1,9007199254740991]", text { 0, -1, 9007199254740991 })
    assert.equal("[2,0.1,1e+21,1e-7,0]", text { 2.0, 0.1, 1e21, 1e-7, -0.0 })
    if math.type then
      local large = math.maxinteger
      assert.equal("9223372036854775807", text(large, "python"))
      assert.equal("2.0", text(2.0, "python"))
      assert.equal("9223372036854776000", text(large))
    end
  end)

  it("has numbers that are not finite as each flavour has them", function()
    for _, value in ipairs { 0 / 0, 1 / 0, -1 / 0 } do
      assert.equal("[null]", text { value })
      assert.equal("[null]", text({ value }, "python"))
      assert.matches("not finite", refused(dstack.get_compose_hash({ runner = "", manifest_version = value },
        false, { flavour = "go" })))
    end
  end)

  it("is refused where there is none, with the place", function()
    local loop = {}
    loop.loop = loop
    for _, case in ipairs {
      { { 1, nil, 3 }, "x: a list with holes" }, { { [2] = 1 }, "x: a list with holes" },
      { { [0.5] = 1 }, "x: a list with holes" }, { { [0] = 1 }, "x: a list with holes" },
      { { 1, a = 2 }, "x: a table with both list items and names" },
      { { a = { { b = print } } }, "x.a[1].b: a function has no JSON form" },
      { io.stdout, "x: a userdata has no JSON form" }, { { [true] = 1 }, "x: a boolean as a key" },
      { coroutine.create(function() end), "x: a thread has no JSON form" },
      { loop, "nested too deep, or a table that holds itself" }, { "\255", "utf8: not UTF-8" },
      { { ["\255"] = 1 }, "utf8: not UTF-8" },
    } do
      assert.matches(case[2], refused(dstack.get_compose_hash { runner = "r", x = case[1] }), 1, true)
    end
    assert.matches("no object", refused(dstack.get_compose_hash { 1, 2 }), 1, true)
    assert.matches("no object", refused(dstack.get_compose_hash "[]"), 1, true)
    assert.matches("^json: ", refused(dstack.get_compose_hash "{"))
  end)

  it("has strings escaped", function()
    local all = {}
    for i = 0, 127 do
      all[i + 1] = string.char(i)
    end
    local whole = table.concat(all)
    assert.equal(whole, core.json_decode(text(whole)))
    assert.matches([["\u0000\u0001.-\b\t\n\u000b\f\r.- !\"#.-[\\].-]] .. '\127"$', text(whole))
  end)

  it("cannot change the mark of a list without items", function()
    assert.error_matches(function() dstack.empty_array[1] = 1 end, "is a constant")
    assert.equal("dstack.empty_array", tostring(dstack.empty_array))
  end)
end)

describe("A document", function()
  for _, form in ipairs(vectors.forms) do
    it("in the form of " .. form.form .. " keeps its bytes", function()
      local doc = assert(compose.parse(form.text))
      assert.equal(form.text, doc.bytes)
      assert.equal(form.sha256, doc.hash)
      assert.equal(form.app_id, doc.app_id)
      assert.equal(form.form, doc:form())
      for _, other in ipairs(compose.forms) do
        local written = assert(doc:to(other))
        assert.equal(other == "compact" and doc:to "compact-sorted".bytes == written.bytes and "compact-sorted"
          or other, written:form())
        assert.equal(doc.hash, written.previous_hash)
        assert.equal(written.bytes, written:to(other).bytes)
        assert.same(core.json_decode(doc.bytes), core.json_decode(written.bytes))
      end
    end)
  end

  it("gives its fields", function()
    local doc = assert(compose.parse('{"name":"n","a":null,"b":[1,{"c":false}],"d":{},'
      .. '"n":12345678901234567890,"b2":1,"b2":2}'))
    assert.equal("n", doc:get "name")
    assert.equal(dstack.null, doc:get "a")
    assert.same({ 1, { c = false } }, doc:get "b")
    assert.same({}, doc:get "d")
    assert.equal("12345678901234567890", doc:get "n")
    assert.is_nil(doc:get "nothing")
    assert.matches("b2: is there twice", refused(doc:get "b2"))
    assert.error_matches(function() doc:get(1) end, "a field's name expected, got number")
    assert.error_matches(function() doc.get "name" end, "called without a colon")
  end)

  it("is edited into another one, in the form it has", function()
    local doc = assert(compose.parse(vectors.forms[1].text))
    local edited = assert(doc:with { name = "other", zzz = { 1 }, key_provider = "kms", pre_launch_script = "x" })
    assert.equal("vmm-cli", edited:form())
    assert.equal(doc.hash, edited.previous_hash)
    assert.not_equal(doc.hash, edited.hash)
    assert.matches('"secure_time": false,\n    "key_provider": "kms",\n    "pre_launch_script": "x",\n    "zzz": %[\n',
      edited.bytes)
    assert.equal(vectors.forms[1].text, doc.bytes)
    local back = assert(edited:without { "zzz", "key_provider", "pre_launch_script" }:with { name = "demo" })
    assert.equal(doc.bytes, back.bytes)
    assert.matches("^dstack.Compose: hash %x+, was %x+$", tostring(back))
    assert.equal("dstack.Compose: hash " .. doc.hash, tostring(doc))
    assert.equal('{"allowed_envs":[],"name":null}',
      assert(compose.parse "{}"):with({ name = dstack.null, allowed_envs = {} }, "compact-sorted").bytes)
  end)

  it("needs the name of a form when it has none", function()
    local doc = assert(compose.parse '{ "name" : "n" }')
    assert.is_nil(doc:form())
    assert.matches("no form that is known; name one: compact%-sorted, vmm%-cli", refused(doc:with { name = "m" }))
    assert.equal('{"name":"m"}', doc:with({ name = "m" }, "compact").bytes)
    assert.equal("{}", doc:without("name", "compact").bytes)
    assert.error_matches(function() doc:to "yaml" end, "no form is named yaml; there are: compact%-sorted")
    assert.error_matches(function() doc:with "a" end, "a table of changes expected, got string")
    assert.error_matches(function() doc:with { 1 } end, "changes are named")
    assert.error_matches(function() doc:without() end, "a list of names expected, got nil")
    assert.error_matches(function() doc:without { "a", 1 } end, "got a list with a number")
    assert.matches("^name: a function has no JSON form", refused(doc:with({ name = print }, "compact")))
  end)

  it("does not change", function()
    local doc = assert(compose.parse '{"name":"a"}')
    assert.error_matches(function() doc.kms_enabled = true end, "does not change: doc:with%({kms_enabled = ...}%)")
    assert.error_matches(function() doc.bytes = "{}" end, "a document does not change")
    assert.equal('{"name":"a"}', doc.bytes)
    assert.is_nil(doc.kms_enabled)
    assert.equal("dstack.Compose: hash " .. doc.hash, tostring(doc))
  end)

  it("with a member twice is read, and not written again", function()
    local doc = assert(compose.parse '{"name":"a","name":"b"}')
    assert.equal(sha256 '{"name":"a","name":"b"}', doc.hash)
    assert.matches("two members of one name, in member 'name'", refused(doc:to "compact"))
  end)

  it("is made of JSON objects only", function()
    assert.matches("no object but of type array", refused(compose.parse "[]"))
    assert.matches("^app%-compose: json: ", refused(compose.parse ""))
    assert.matches("^app%-compose: trailing: ", refused(compose.parse "{}x"))
    assert.error_matches(function() compose.parse {} end, "compose.parse: string expected, got table")
  end)

  it("comes from a file", function()
    local directory = support.directory()
    local path = directory .. "/app-compose.json"
    support.write(path, vectors.forms[1].text)
    assert.equal(vectors.forms[1].sha256, compose.load(path).hash)
    local message = refused(compose.load(directory .. "/none"))
    assert.matches("cannot read " .. directory .. "/none: No such file", message, 1, true)
    support.run("rm -rf " .. directory)
  end)
end)

describe("compose.new", function()
  it("writes what vmm-cli writes", function()
    for _, form in ipairs { vectors.forms[1], vectors.forms[#vectors.forms] } do
      local fields = assert(core.json_decode(form.text))
      assert.equal(form.text, assert(compose.new(fields)).bytes)
    end
  end)

  it("has defaults, a file, and members of other names", function()
    local path = support.directory()
    support.write(path .. "/docker-compose.yml", "services: {}\n")
    local doc = assert(compose.new { name = "n", from = path .. "/docker-compose.yml", form = "compact",
      extra = { salt = "s" }, requirements = {} })
    assert.equal('{"manifest_version":"3","name":"n","runner":"docker-compose","docker_compose_file":"services: {}\\n",'
      .. '"kms_enabled":false,"gateway_enabled":false,"local_key_provider_enabled":false,"key_provider_id":"",'
      .. '"public_logs":false,"public_sysinfo":false,"allowed_envs":[],"no_instance_id":false,"secure_time":false,'
      .. '"requirements":{},"salt":"s"}', doc.bytes)
    assert.matches("cannot read .*/none: No such file", refused(compose.new { name = "n", from = path .. "/none" }))
    support.run("rm -rf " .. path)
  end)

  it("states manifest_version 3 where it is needed, as text", function()
    for _, fields in ipairs { { runner = "nerdctl-compose" }, { init_script = { "a", "b" } } } do
      fields.name = "n"
      assert.equal("3", compose.new(fields):get "manifest_version")
    end
    assert.equal(2, compose.new { name = "n", init_script = "a" }:get "manifest_version")
  end)

  it("takes whole numbers as Lua computes them", function()
    local doc = assert(compose.new { name = "n", swap_size = 2 * 1024 ^ 3, manifest_version = 4 / 2, form = "compact" })
    assert.matches('"swap_size":2147483648}$', doc.bytes)
    assert.matches('^{"manifest_version":2,', doc.bytes)
    assert.matches('"swap_size": 1024\n', doc:with({ swap_size = 2 ^ 10 }, "vmm-cli").bytes)
    assert.matches("^swap_size is no whole number", refused(compose.new { name = "n", swap_size = 0.5 }))
    assert.matches("^swap_size is no whole number", refused(compose.new { name = "n", swap_size = -1 }))
  end)

  it("refuses values of another form, with the place", function()
    for _, case in ipairs {
      { { kms_enabled = "true" }, "kms_enabled is a string, a boolean is wanted" },
      { { allowed_envs = "A" }, "allowed_envs is a string, an array is wanted" },
      { { allowed_envs = { "A", 1 } }, "allowed_envs has a number as item 2" },
      { { key_provider_id = "0xab" }, "key_provider_id begins with 0x" },
      { { key_provider = "vault" }, "key_provider is \"vault\"; there are: \"none\", \"kms\"" },
      { { requirements = { platforms = { "sgx" } } }, "requirements.platforms is \"sgx\"" },
      { { requirements = { gpu_policy = { attest = true } } }, "requirements.gpu_policy.attest is not known there" },
      { { port_policy = { ports = { { pp = true } } } }, "port_policy.ports[1].port is missing" },
      { { port_policy = { ports = { { port = 65536 } } } }, "port_policy.ports[1].port is no port number" },
      { { verity_volumes = { { source = "a/b", target = "/a", verity_root = ("0"):rep(64) } } },
        "verity_volumes[1].source is no bare file name" },
    } do
      case[1].name = "n"
      assert.matches(case[2], refused(compose.new(case[1])), 1, true)
    end
  end)

  it("raises for misuse", function()
    assert.error_matches(function() compose.new {} end, "name is missing")
    assert.error_matches(function() compose.new "n" end, "a table of fields expected")
    assert.error_matches(function() compose.new { name = "n", kms = true } end, "unknown field 'kms'; there are: al")
    assert.error_matches(function() compose.new { name = "n", form = 1 } end, "form: string expected, got number")
    assert.error_matches(function() compose.new { name = "n", form = "yaml" } end, "no form is named yaml")
    assert.error_matches(function() compose.new { name = "n", from = "a", docker_compose_file = "b" } end, "exclude")
    assert.error_matches(function() compose.new { name = "n", extra = { runner = "b" } } end, "'runner' is a field")
  end)
end)

describe("AppCompose", function()
  it("is Python's", function()
    local app = dstack.AppCompose("docker-compose", 2, "n")
    assert.same({ runner = "docker-compose", manifest_version = 2, name = "n" }, app:to_dict())
    assert.equal("AppCompose: n", tostring(app))
    local named = dstack.AppCompose { runner = "bash", own = { 1 } }
    assert.same({ runner = "bash", own = { 1 } }, named:to_dict())
    assert.equal(dstack.get_compose_hash { runner = "bash", own = { 1 } }, dstack.get_compose_hash(named))
    assert.equal(dstack.AppCompose, compose.AppCompose)
  end)

  it("raises without a runner", function()
    assert.error_matches(function() dstack.AppCompose {} end, "runner is missing")
    assert.error_matches(function() dstack.AppCompose { 1, runner = "a" } end, "fields are named")
    assert.error_matches(function() dstack.AppCompose.from_dict "a" end, "a table expected, got string")
    assert.error_matches(function() dstack.AppCompose { runner = "a" }.to_dict {} end, "called without a colon")
  end)
end)

describe("compose.diff", function()
  local function diff(a, b)
    return assert(compose.diff(a, b))
  end

  it("says whether values, order or bytes differ", function()
    assert.same({ true, "same" }, { diff("{}", "{}").equal, diff("{}", "{}").reason })
    local one = assert(compose.parse(vectors.forms[1].text))
    local bytes = diff(one, one.bytes .. "\n")
    assert.equal("bytes", bytes.reason)
    assert.same({}, bytes.values)
    assert.equal(#one.bytes, bytes.bytes.offset)
    assert.same({ "", "\n" }, { bytes.bytes.a, bytes.bytes.b })
    local order = diff(one, one:to "pretty-sorted")
    assert.equal("order", order.reason)
    assert.same({ "" }, order.order)
    assert.same({ "vmm-cli", "pretty-sorted" }, { order.form_a, order.form_b })
    assert.same({ one.hash, one:to "pretty-sorted".hash }, { order.hash_a, order.hash_b })
  end)

  it("lists values with their paths", function()
    local found = diff('{"a":1,"b":{"x":[1,2]},"c":"s","d":1,"d":2}',
      '{"a":1.0,"b":{"x":[1,3,4],"y":null},"d":1,"d":3}')
    assert.equal("values", found.reason)
    local lines = {}
    for i, value in ipairs(found.values) do
      lines[i] = ("%s %s %s %s"):format(value.kind, value.path, tostring(value.a), tostring(value.b))
    end
    assert.same({ "changed a 1 1.0", "changed b.x[2] 2 3", "added b.x[3] nil 4", "added b.y nil null",
      'removed c "s" nil', "changed d (2) 2 3" }, lines)
    assert.same({}, found.order)
  end)

  it("shows whole characters where the bytes part", function()
    local bytes = diff('{"name":"\195\169"}', '{"name":"\195\168' .. ("\226\130\172"):rep(9) .. '"}').bytes
    assert.same({ offset = 9, line = 1, a = '\195\169"}', b = "\195\168" .. ("\226\130\172"):rep(8) }, bytes)
  end)

  it("finds order within, among members that both have", function()
    local found = diff('{"a":{"x":1,"y":2,"z":3},"b":[{"p":1,"q":2}]}', '{"a":{"y":2,"x":1},"b":[{"q":2,"p":1}]}')
    assert.same({ "a", "b[1]" }, found.order)
    assert.equal("values", found.reason)
  end)

  it("takes documents and text only", function()
    assert.error_matches(function() compose.diff({}, "{}") end, "a document or JSON text expected, got table")
    refused(compose.diff("{}", "["))
  end)
end)

describe("Documents of all kinds", function()
  local seed = 1

  local function random(n)
    seed = (seed * 16807) % 2147483647
    return seed % n
  end

  local words = { "a", "B", "9", "10", "01", "", "é", "\240\159\154\128", "\239\191\191", "_x", "name", "\127", "\\n",
    "__proto__", "constructor" }
  local scalars = { "null", "true", "false", "0", "-0", "1.50", "1e3", "-2.5E-9", "12345678901234567890", '"\\u00e9<&"',
    '"\\ud83d\\ude80"', '"\\u2028/\\/"', '""' }

  local function build(depth)
    local kind = depth > 3 and 0 or random(4)
    if kind < 2 then
      return scalars[random(#scalars) + 1]
    end
    local items, used = {}, {}
    for _ = 1, random(6) do
      local word = words[random(#words) + 1]
      if kind == 2 then
        items[#items + 1] = build(depth + 1)
      elseif not used[word] then
        used[word] = true
        items[#items + 1] = ('"%s" : %s'):format(word, build(depth + 1))
      end
    end
    local list = table.concat(items, " ,\n")
    return kind == 2 and "[" .. list .. " ]" or "{ " .. list .. "}"
  end

  it("stay the same when they are formatted twice, and keep their values", function()
    for _ = 1, 300 do
      local doc = assert(compose.parse('{"x":' .. build(0) .. "}"))
      for _, form in ipairs(compose.forms) do
        local once = assert(doc:to(form))
        assert.equal(once.bytes, once:to(form).bytes)
        assert.same(core.json_decode(doc.bytes), core.json_decode(once.bytes))
      end
      local sorted = doc:to "compact-sorted"
      for _, flavour in ipairs { "python", "go" } do
        local text = compose.canonical(doc, false, { flavour = flavour })
        assert.equal(text, compose.canonical(sorted, false, { flavour = flavour }))
      end
    end
  end)
end)
