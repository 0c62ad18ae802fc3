-- Compares get_compose_hash with an SDK's, over documents of our making; see sdk.lua.
--
-- A document is what a deployer might write, with whatever makes SDKs differ strewn in: empties, nulls,
-- numbers of all sizes, names that sort differently, escapes, members twice, types that are wrong. Left
-- out is what the SDKs' development has and no release yet: requirements, nerdctl-compose, a manifest_version
-- that is text.

local dstack = require "dstack"
local sdk = require "spec.interop.sdk"
local pick, random = sdk.pick, sdk.random

local texts = {
  "", "a", "docker-compose", "services:\\n  web:\\n    image: nginx\\n", "a && b <c> \\u0026", "\\ud83d\\ude80 é 中",
  "\\u2028\\u2029\\u007f", "\\b\\f\\n\\r\\t\\u0000\\u001f\\\"\\\\\\/", "echo ${A:-b}", "\127", "\\uffff",
}
local numbers = {
  "0", "-0", "1", "2", "-42", "9007199254740991", "9007199254740993", "12345678901234567890", "1.0", "-0.0", "0.1",
  "1e10", "1e16", "1E21", "1e-5", "1e-7", "5e-324", "1.7976931348623157e308", "123456789.123456789", "1e400", "-1e999",
  "3.14159", "100000000000000000000000", "4.35", "2.5e-8", "1e-400",
}
local names = {
  "a", "b", "B", "_", "", "10", "9", "01", "4294967295", "4294967294", "é", "\\ue000", "\\ud83d\\ude00", "\\uffff",
  "__proto__", "constructor", "to_dict", "_note", "from_dict", "self", "a\\u0000b", "version", "salt", "Name", "RUNNER",
}

local value

local function random_number()
  if random(2) == 1 then
    return pick(numbers)
  end
  local double = string.unpack("<d", sdk.bytes(8))
  return double - double == 0 and ("%.17g"):format(double) or "7"
end

local function list(depth)
  local items = {}
  for i = 1, random(4) - 1 do
    items[i] = value(depth + 1)
  end
  return "[" .. table.concat(items, ",") .. "]"
end

local function object(depth)
  local items = {}
  for i = 1, random(5) - 1 do
    items[i] = ('"%s":%s'):format(pick(names), value(depth + 1))
  end
  return "{" .. table.concat(items, ",") .. "}"
end

function value(depth)
  local kind = random(depth > 4 and 4 or 6)
  if kind == 1 then
    return pick { "null", "true", "false" }
  elseif kind == 2 then
    return random_number()
  elseif kind < 5 then
    return '"' .. pick(texts) .. '"'
  end
  return kind == 5 and list(depth) or object(depth)
end

-- What fields may hold: mostly the right type.
local kinds = {
  text = function() return '"' .. pick(texts) .. '"' end,
  flag = function() return pick { "true", "false", "true", "false", "null" } end,
  texts = function() return pick { "[]", '["A"]', '["Z","A"]', '["A",null]', "null", '["' .. pick(texts) .. '"]' } end,
  version = function() return pick { "1", "2", "3", "null" } end,
  runner = function() return pick { '"docker-compose"', '"bash"', '"docker-compose"', '"x"' } end,
  script = function() return pick { '""', '"echo"', "null", '"' .. pick(texts) .. '"' } end,
  config = function()
    return pick { "{}", '{"username":"u","registry":"r","token_key":null}', '{"registry":""}', '{"token_key":"t"}',
      random(4) == 1 and '{"password":"p"}' or "{}", random(4) == 1 and "null" or "{}" }
  end,
}

local fields = {
  { "runner", "runner" }, { "manifest_version", "version" }, { "name", "text" }, { "features", "texts" },
  { "docker_compose_file", "text" }, { "docker_config", "config" }, { "public_logs", "flag" },
  { "public_sysinfo", "flag" }, { "public_tcbinfo", "flag" }, { "kms_enabled", "flag" }, { "gateway_enabled", "flag" },
  { "tproxy_enabled", "flag" }, { "local_key_provider_enabled", "flag" }, { "key_provider", "text" },
  { "key_provider_id", "text" }, { "allowed_envs", "texts" }, { "no_instance_id", "flag" }, { "secure_time", "flag" },
  { "bash_script", "text" }, { "pre_launch_script", "script" },
}

-- What stops a helper, and so is rare at the top.
local stoppers = { to_dict = true, self = true, Name = true, RUNNER = true }

-- Python's str() of a runner that is a list or dict is no text that we make, see docs/compose.md.
local function wrong_value(name)
  return name == "runner" and pick { "5", "true", "null", "1.50" } or value(2)
end

local function document()
  local members = {}
  local function add(name, text)
    table.insert(members, random(#members + 1), ('"%s":%s'):format(name, text))
  end
  for i, field in ipairs(fields) do
    if random(i == 1 and 30 or 3) > 1 then
      local wrong = random(150) == 1 and field[1] ~= "manifest_version"
      add(field[1], wrong and wrong_value(field[1]) or kinds[field[2]]())
    end
  end
  for _ = 1, random(4) - 1 do
    local name = pick(names)
    add(stoppers[name] and random(8) > 1 and "x" or name, value(1))
  end
  if random(10) == 1 then
    members[#members + 1] = '"name":"twice"'
  end
  return "{" .. table.concat(members, ",") .. "}"
end

local lines = {}
for i = 1, sdk.count do
  lines[i] = ("compose %d %s"):format(i % 2, document())
end

local tally = sdk.tally("compose", "hashes equal")
for i, theirs in ipairs(sdk.ask(lines)) do
  local normalize, text = lines[i]:match "^compose (%d) (.*)$"
  local ours = dstack.get_compose_hash(text, normalize == "1", { flavour = sdk.flavour }) or "error"
  local outcome = ours == "error" and "refused" or "equal"
  tally:add(ours == theirs and outcome or nil, ("theirs %s, ours %s: %s"):format(theirs, ours, lines[i]))
end
os.exit(tally:done())
