-- What fails says nothing of a secret that came in: the KMS's client and its replies, compose documents, sealed
-- environments that open to something wrong. Others: spec/19-crypto_failures_spec.lua, spec/20-env_spec.lua.

local core = require "dstack.core"
local dstack = require "dstack"
local silence = require "spec.support.silence"
local support = require "spec.support"

local SECRET = "correct-horse-battery-staple-key" -- 32 bytes, as keys are
local silent = silence.of(SECRET)
local as_hex = core.hex(SECRET)

-- A value's place in JSON text, marked by @, with something wrong there that holds the secret.
local wrongs = {
  '["' .. SECRET .. '"]', '{"' .. SECRET .. '":"' .. SECRET .. '"}', '"' .. SECRET .. "\\q", '"' .. SECRET .. "\1\"",
  '"' .. SECRET .. "\255\"", '"' .. SECRET .. '\\ud800"', SECRET, '"' .. SECRET, '"' .. as_hex .. "\n",
}

local function spoil(text, calls)
  for _, wrong in ipairs(calls) do
    local at = 0
    repeat
      at = text:find("@", at + 1, true)
      if at then
        coroutine.yield((text:sub(1, at - 1) .. wrong .. text:sub(at + 1)):gsub("@", "null"))
      end
    until not at
  end
end

-- Every text that comes of putting each of `calls` at each @.
local function spoilt(text, calls)
  return coroutine.wrap(function() spoil(text, calls) end)
end

-- A client whose KMS answers with this body.
local function answering(body)
  return assert(dstack.kms { endpoint = "https://kms.example", transport = support.transport { { body = body } } })
end

describe("A KMS's secrets:", function()
  local replies = {
    get_temp_ca_cert = '{"temp_ca_cert":@,"temp_ca_key":@,"ca_cert":@}',
    get_app_key = '{"ca_cert":@,"disk_crypt_key":@,"env_crypt_key":@,"k256_key":@,"k256_signature":@}',
    get_kms_key = '{"temp_ca_key":@,"keys":[{"ca_key":@,"k256_key":@}]}',
    get_meta = '{"ca_cert":@,"k256_pubkey":@,"bootstrap_info":@}',
    get_app_env_encrypt_pub_key = '{"public_key":@,"signature":@,"timestamp":@,"signature_v1":@}',
  }

  for name, reply in pairs(replies) do
    it("a reply to " .. name .. " that breaks the contract", function()
      local count = 0
      for body in spoilt(reply, wrongs) do
        count = count + 1
        local kms = answering(body)
        silent(kms[name], kms, name:find "app_env" and ("00"):rep(20) or nil)
      end
      assert.is_true(count >= 27, count)
    end)
  end

  it("keys of another length or no hex, and what surrounds them", function()
    local good = '"' .. as_hex .. '"'
    for _, key in ipairs { '"' .. as_hex .. as_hex .. '"', '"' .. as_hex:sub(1, 60) .. '"',
      '"' .. as_hex:sub(1, 63) .. 'g"', '"' .. SECRET .. '"', good .. ',"k256_key":' .. good,
      good .. ',"ca_cert":""}' .. SECRET } do
      local kms = answering(('{"ca_cert":"","disk_crypt_key":%s,"env_crypt_key":%s,"k256_key":%s}'):format(good, good,
        key))
      silent(kms.get_app_key, kms)
    end
  end)

  it("what a caller gives", function()
    local kms = assert(dstack.kms { endpoint = "https://kms.example", transport = support.transport {} })
    local id = ("00"):rep(20)
    for _, wrong in ipairs { SECRET, as_hex, SECRET .. "\0", { SECRET }, { [1] = { SECRET } } } do
      silent(kms.get_app_env_encrypt_pub_key, kms, wrong)
      silent(kms.env_encrypt_key, kms, wrong, { signer = ("02"):rep(33) })
      silent(kms.env_encrypt_key, kms, id, { signer = wrong })
      silent(kms.env_encrypt_key, kms, id, { signer = ("02"):rep(33), max_age = wrong })
      silent(kms.get_app_key, kms, wrong, "{}")
      silent(kms.get_kms_key, kms, { vm_config = { wrong } })
      silent(kms.sign_cert, kms, 1, { wrong }, "s")
      silent(kms.sign_cert, kms, wrong, "csr", "s")
      silent(dstack.verify_env_encrypt_public_key, wrong, ("0"):rep(130), id)
    end
    silent(kms.get_kms_key, kms, "\255" .. SECRET)
    silent(kms.onboard, kms, "\255" .. SECRET, SECRET)
    silent(kms.onboard_bootstrap, kms, SECRET .. "\255")
    silent(kms.clear_image_cache, kms, SECRET .. "\255", SECRET)
  end)

  it("a password in a URL", function()
    for _, url in ipairs { "https://user:%s@kms.example", "https://user:%s@kms.example/prpc",
      "https://%s@kms.example:99999", "ftp://user:%s@kms.example", "https://user:%s@", "http://user:%s@127.0.0.1:1" } do
      local kms, message = dstack.kms(url:format(SECRET))
      if kms then
        silence.check(SECRET, kms, url)
        silent(kms.get_meta, kms)
        kms:close()
      else
        silence.check(SECRET, message, url)
        assert.is_true(not message:find("neither the path", 1, true) or message:find("'@kms.example'", 1, true) ~= nil)
      end
    end
  end)
end)

local vectors = support.vectors "env"
local secret, recipient = vectors.sealed[1].recipient_private, vectors.sealed[1].recipient_public

-- Seals a text, which need be no environment.
local function seal(text)
  local x25519, ours, nonce = dstack.crypto.x25519, ("k"):rep(32), ("n"):rep(12)
  local shared = assert(x25519.shared_secret(ours, core.unhex(recipient)))
  return x25519.public_key(ours) .. nonce .. assert(dstack.crypto.aes256_gcm.seal(shared, nonce, text))
end

describe("A sealed environment's secrets:", function()
  it("what opens to no environment", function()
    assert.equal("A", dstack.decrypt_env_vars(seal '{"env":[{"key":"A","value":"b"}]}', secret)[1].key)
    for text in spoilt('{"env":[{"key":@,"value":@}]}', wrongs) do
      silent(dstack.decrypt_env_vars, seal(text), secret)
    end
    for _, text in ipairs { SECRET, '"' .. SECRET .. '"', '["' .. SECRET .. '"]', '{"env":"' .. SECRET .. '"}',
      '{"env":["' .. SECRET .. '"]}', '{"env":[]}' .. SECRET,
      '{"env":[{"key":"A","value":"' .. SECRET .. '"}],"env":[]}' } do
      silent(dstack.decrypt_env_vars, seal(text), secret)
    end
  end)

  it("what would stop a guest's boot", function()
    for _, case in ipairs { { SECRET, "" }, { SECRET .. " ", SECRET }, { "A", SECRET:rep(5000) },
      { SECRET:rep(9), "" } } do
      local text = ('{"env":[{"key":"%s","value":"%s"}]}'):format(case[1], case[2])
      silent(dstack.decrypt_env_vars, seal(text), secret, { allowed_envs = { case[1] } })
    end
  end)
end)

describe("A compose document's secrets:", function()
  local compose = dstack.compose
  local document = '{"runner":"docker-compose","docker_config":{"token_key":@},"docker_compose_file":@,'
    .. '"pre_launch_script":@}'
  -- Those that make no JSON.
  local broken = { wrongs[3], wrongs[4], wrongs[5], wrongs[7], wrongs[8], wrongs[9] }

  it("text that is no JSON", function()
    for text in spoilt(document, broken) do
      silent(compose.parse, text)
      silent(compose.check, text)
      silent(compose.diff, text, "{}")
      silent(compose.diff, "{}", text)
      silent(compose.canonical, text)
      for _, flavour in ipairs(compose.flavours) do
        silent(dstack.get_compose_hash, text, true, { flavour = flavour })
      end
    end
    for _, text in ipairs { SECRET, '"' .. SECRET .. '"', '["' .. SECRET .. '"]', '{"a":1}' .. SECRET } do
      silent(compose.parse, text)
      silent(compose.get_compose_hash, text)
    end
  end)

  it("values that have no JSON form", function()
    local looped = { SECRET }
    looped[2] = looped
    for _, wrong in ipairs { "\255" .. SECRET, { SECRET, [3] = SECRET }, { SECRET, a = SECRET }, looped,
      { SECRET, print }, { a = { SECRET .. "\255" } }, { [print] = SECRET }, { SECRET, 0 / 0 } } do
      silent(compose.canonical, { runner = "r", docker_config = wrong }, false, { flavour = "go" })
      silent(compose.new, { name = "n", docker_compose_file = wrong })
      silent(compose.parse("{}").with, compose.parse "{}", { pre_launch_script = wrong }, "vmm-cli")
    end
  end)

  it("fields of another type", function()
    local text = '{"docker_compose_file":"' .. SECRET .. '","a":"' .. SECRET .. '","a":1}'
    local doc = assert(compose.parse(text))
    silent(doc.get, doc, "a")
    silent(doc.with, doc, { name = "n" })
    silent(doc.without, doc, { "name" })
    for _, call in ipairs { "parse", "load", "check", "canonical", "get_compose_hash", "new" } do
      silent(compose[call], call == "load" and { SECRET } or print)
    end
    silent(compose.new, { name = { SECRET } })
    silent(compose.new, { name = "n", docker_compose_file = { SECRET } })
    silent(compose.new, { name = "n", runner = { SECRET } })
    silent(compose.new, { name = "n", from = { SECRET } })
  end)
end)

describe("Commands' secrets:", function()
  local directory = support.directory()

  teardown(function() support.run("rm -rf " .. directory) end)

  -- In arguments, @ stands for a path in the directory.
  local function fails(arguments, before)
    arguments = arguments:gsub("@", directory .. "/")
    local out, status = support.run(("%s %s %s"):format(before or "", support.interpreter, arguments))
    assert.is_true(status > 0 and status < 100, arguments .. ": " .. out)
    assert.matches("^dstack%-lua: ", out)
    silence.check(SECRET, out, arguments)
  end

  local function write(name, text)
    support.write(directory .. "/" .. name, text)
  end

  it("compose files that are no JSON", function()
    write("good.json", "{}")
    for _, text in ipairs { SECRET, '{"a":"' .. SECRET .. "\\q", '{"a":"' .. SECRET .. '"} ' .. SECRET,
      '["' .. SECRET .. '"]', '{"docker_config":{"token_key":' .. SECRET .. "}}" } do
      write("bad.json", text)
      for _, arguments in ipairs { "hash @bad.json", "check @bad.json", "fmt @bad.json --form jq",
        "diff @bad.json @good.json", "diff @good.json @bad.json" } do
        fails("compose " .. arguments)
      end
      write("a.env", "A=" .. SECRET)
      fails("env check @a.env --compose @bad.json")
    end
  end)

  it("environments that do not open, and their keys", function()
    write("key", secret)
    write("sealed", seal('{"env":[{"key":"A","value":["' .. SECRET .. '"]}]}'))
    fails "env decrypt @sealed --key-file @key"
    write("sealed", SECRET)
    fails "env decrypt @sealed --key-file @key"
    write("sealed", seal '{"env":[]}')
    for _, key in ipairs { SECRET, SECRET .. SECRET, as_hex .. "0", "\255" .. SECRET } do
      write("bad-key", key)
      fails "env decrypt @sealed --key-file @bad-key"
    end
  end)

  it("passwords in an endpoint", function()
    for _, url in ipairs { "https://u:%s@kms.example", "ftp://u:%s@kms.example", "u:%s@kms.example:8000" } do
      local before = "DSTACK_KMS_ENDPOINT=" .. url:format(SECRET)
      fails("kms meta", before)
      fails("kms env-key --kms-root " .. ("02"):rep(33) .. " " .. ("00"):rep(20), before)
    end
  end)
end)
