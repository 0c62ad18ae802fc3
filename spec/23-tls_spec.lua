-- https: a client and whom it believes, against the simulator with --tls.

local core = require "dstack.core"
local dstack = require "dstack"
local support = require "spec.support"

local app_id = "9b03ddc97765307811009aa8f7948349e602ba31"
local OTHERS = "sha256//AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="

local simulator, directory, agent, kms, ca_file, pin, root

-- What the simulator's output says behind these words.
local function said(words)
  return assert(simulator.output():match(words .. "(%S+)"), words)
end

setup(function()
  simulator = support.simulator "--tls --listen agent=127.0.0.1:0 --listen kms=127.0.0.1:0"
  directory = simulator.directory
  agent, kms = said "# also at ", said "DSTACK_KMS_ENDPOINT="
  ca_file, pin, root = said "DSTACK_SIMULATOR_CA_FILE=", said "# pin of the key that https shows: ",
    said "DSTACK_SIMULATOR_KMS_ROOT="
  local out = support.run(("cd %s; openssl s_client -connect %s </dev/null 2>&1 | openssl x509 >leaf.pem; "
    .. "openssl x509 -in leaf.pem -pubkey -noout >key.pem; cat %s leaf.pem >both.pem"):format(directory,
    kms:match "//(.*)", ca_file))
  assert(out == "", out)
end)

teardown(function() simulator.stop() end)

-- Fails with these words and this code, and says where.
local function refuses(options, words, code)
  local client = assert(dstack.kms(options))
  local meta, message, got = client:get_meta()
  client:close()
  assert.is_nil(meta)
  assert.matches(words, message, 1, true)
  assert.matches("^GetMeta", message)
  assert.equal(code, got)
end

local function takes(options)
  local client = assert(dstack.kms(options))
  local meta = assert(client:get_meta())
  client:close()
  assert.equal(root, meta.k256_pubkey)
end

describe("a client over https", function()
  it("takes a server whose CA it was given", function()
    takes { endpoint = kms, ca_file = ca_file }
    takes { endpoint = kms:gsub("127%.0%.0%.1", "localhost"), ca_file = ca_file }
    takes { endpoint = kms .. "/prpc", ca_file = ca_file }
  end)

  it("takes no other", function()
    refuses({ endpoint = kms }, "certificate problem: self-signed certificate in certificate chain", "connect")
    refuses({ endpoint = kms, ca_file = directory .. "/none.pem" }, "none.pem", "connect")
  end)

  it("takes a server whose key is pinned, in each form of a pin", function()
    takes { endpoint = kms, pinned_certificate = pin }
    takes { endpoint = kms, pinned_certificate = OTHERS .. ";" .. pin }
    for _, name in ipairs { "leaf.pem", "key.pem", "both.pem" } do
      takes { endpoint = kms, pinned_certificate = directory .. "/" .. name }
    end
    takes { endpoint = kms, pinned_certificate = pin, ca_file = ca_file }
    assert.is_table(assert(dstack.DstackClient { endpoint = agent, pinned_certificate = pin }):get_key "a")
  end)

  it("takes no server with another key, whatever else vouches for it", function()
    local words = "certificate problem: the server's key is not the pinned one"
    refuses({ endpoint = kms, pinned_certificate = OTHERS }, words, "connect")
    refuses({ endpoint = kms, pinned_certificate = ca_file }, words, "connect")
    refuses({ endpoint = kms, pinned_certificate = OTHERS, ca_file = ca_file }, words, "connect")
  end)

  it("wants all that it was told when it was given both", function()
    refuses({ endpoint = kms, pinned_certificate = pin, ca_file = directory .. "/none.pem" }, "none.pem", "connect")
    -- Another CA: the name is right and the key too.
    support.run(("cd %s; openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout o.key "
      .. "-out o.pem -days 2 -subj /CN=o"):format(directory))
    refuses({ endpoint = kms, pinned_certificate = pin, ca_file = directory .. "/o.pem" },
      "certificate problem: self-signed certificate in certificate chain", "connect")
  end)

  it("says which pin is none", function()
    support.write(directory .. "/prose.txt", "no certificate\n")
    support.write(directory .. "/private.pem", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n")
    support.write(directory .. "/large.pem", ("x"):rep(2 ^ 20 + 1))
    for given, words in pairs {
      ["sha256//AAAA"] = "not a pin: ", [pin .. ";"] = "not a pin: ",
      [""] = "pinned_certificate: cannot read ",
      [directory] = "pinned_certificate: cannot read " .. directory .. ": Is a directory",
      [directory .. "/none.pem"] = "none.pem: No such file or directory",
      [directory .. "/prose.txt"] = "prose.txt: no PEM block",
      [directory .. "/private.pem"] = "private.pem: a PEM block is neither a CERTIFICATE nor a PUBLIC KEY",
      [directory .. "/large.pem"] = "large.pem: more than 1048576 bytes",
    } do
      refuses({ endpoint = kms, pinned_certificate = given }, words, "invalid")
    end
  end)

  it("does not drop a pin that nothing would look at", function()
    for _, endpoint in ipairs { "http://127.0.0.1:1", simulator.endpoint } do
      refuses({ endpoint = endpoint, pinned_certificate = pin }, "a pinned certificate needs an https endpoint",
        "invalid")
    end
    local client, message, code = dstack.DstackClient { pinned_certificate = pin, transport = support.transport {} }
    assert.is_nil(client)
    assert.matches("DstackClient: option 'pinned_certificate' means nothing to a transport of your own", message)
    assert.equal("invalid", code)
    client, message, code = dstack.DstackClient { endpoint = agent, pinned_certificate = "a\nb" }
    assert.is_nil(client)
    assert.matches("option 'pinned_certificate' contains a control character", message)
    assert.equal("invalid", code)
  end)

  it("pins on a transport without a client", function()
    local transport = require "dstack.transport"
    local function request(pinned)
      local made = assert(transport.choose({ kind = "url", address = kms }, { pinned_certificate = pinned }))
      local reply, message, code = made:request {
        method = "POST", path = "/prpc/GetMeta", headers = { "Content-Type: application/json" }, body = "{}",
        deadline = transport.now() + 20,
      }
      made:close()
      return reply and reply.status, message, code
    end
    assert.equal(200, request(pin))
    assert.equal("connect", (select(3, request(OTHERS))))
  end)
end)

-- Runs a command with these variables alone saying where to ask and whom to believe.
local function run(variables, command)
  return support.run(("cd %s; env -u DSTACK_KMS_ENDPOINT -u DSTACK_SIMULATOR_ENDPOINT -u DSTACK_SIMULATOR_CA_FILE "
    .. "DSTACK_SIMULATOR_KMS_ROOT=%s %s %s %s"):format(directory, root, variables,
    support.run("realpath " .. support.interpreter):match "%S+", command))
end

describe("commands over https", function()
  local function succeeds(variables, command, shows)
    local out, status = run(variables, command)
    assert.equal(0, status, out)
    assert.matches(shows, out, 1, true)
  end

  it("take the CA's file and the pin", function()
    for _, belief in ipairs { "--ca-file " .. ca_file, "--pinned-certificate " .. support.quote(pin),
      "--pinned-certificate leaf.pem", "--pinned-certificate leaf.pem --ca-file " .. ca_file } do
      succeeds("", ("kms meta --kms %s %s"):format(kms, belief), root)
      succeeds("", ("kms env-key %s --kms %s %s"):format(app_id, kms, belief), "verified, " .. root)
      succeeds("TOKEN=swordfish",
        ("env encrypt --from-env TOKEN --app-id %s --kms %s %s"):format(app_id, kms, belief), "verified, " .. root)
      succeeds("", ("info --endpoint %s %s"):format(agent, belief), app_id)
    end
  end)

  it("fail with exit code 5 without, and with another pin", function()
    for belief, words in pairs { [""] = "self-signed", ["--pinned-certificate " .. OTHERS] = "not the pinned one" } do
      for _, command in ipairs { "kms meta --kms " .. kms, "info --endpoint " .. agent } do
        local out, status = run("DSTACK_SIMULATOR_CA_FILE=" .. ca_file, command .. " " .. belief)
        assert.equal(5, status, out)
        assert.matches(words, out, 1, true)
      end
    end
    local out, status = run("", "kms meta --pinned-certificate none.pem --kms " .. kms)
    assert.equal(2, status, out)
    assert.matches("cannot read none.pem", out, 1, true)
  end)

  it("believe what the environment names along with the endpoint", function()
    local variables = ("DSTACK_KMS_ENDPOINT=%s DSTACK_SIMULATOR_ENDPOINT=%s "):format(kms, agent)
    local both = variables .. "DSTACK_SIMULATOR_CA_FILE=" .. ca_file
    succeeds(both, "kms meta", root)
    succeeds(both, "info", app_id)
    for _, command in ipairs { "kms meta", "info" } do
      assert.equal(5, (select(2, run(variables .. "DSTACK_SIMULATOR_CA_FILE=", command))))
      assert.equal(5, (select(2, run(both, command .. " --ca-file leaf-of-another.pem"))))
      assert.equal(5, (select(2, run(both, command .. " --pinned-certificate " .. OTHERS))))
    end
  end)
end)

describe("a deployment over https", function()
  it("seals for a KMS what the guest opens", function()
    local compose = '{"manifest_version":2,"name":"x","runner":"bash","bash_script":"true","kms_enabled":true,'
      .. '"allowed_envs":["TOKEN"]}'
    support.run("mkdir " .. directory .. "/app")
    support.write(directory .. "/app/app-compose.json", compose)
    local id = core.hex(dstack.crypto.sha256(compose)):sub(1, 40)
    local client = assert(dstack.kms { endpoint = kms, pinned_certificate = pin })
    local key = assert(client:env_encrypt_key(id, { signer = root }))
    support.write(directory .. "/sealed", assert(dstack.encrypt_env_vars({ TOKEN = "swordfish" }, key.public_key)))
    local out = support.run(("timeout 2 %s simulator -C %s/app --encrypted-env %s/sealed --tls "
      .. "--listen agent=127.0.0.1:0"):format(support.interpreter, directory, directory))
    assert.matches("\n# encrypted environment: TOKEN, 9 bytes\n", out)
    assert.matches("\nexport DSTACK_SIMULATOR_ENDPOINT=https://", out)
    assert.is_nil(out:find("swordfish", 1, true))
  end)
end)

describe("simulator --tls", function()
  it("is refused where nothing would speak it", function()
    local out, status = run("", "simulator --tls --listen agent=./no.sock")
    assert.equal(2, status)
    assert.matches("simulator: tls: socket files go without it, and there is no listener at a port", out, 1, true)
    assert.equal("", support.run("ls " .. directory .. "/no.sock 2>/dev/null"))
  end)

  it("says so on the export lines alone when quiet, and takes its file away", function()
    local out = support.run(("TMPDIR=%s timeout 2 %s simulator --quiet --tls --listen agent=127.0.0.1:0")
      :format(directory, support.interpreter))
    for line in out:gmatch "[^\n]+" do
      assert.matches("^export ", line)
    end
    local file = assert(out:match "DSTACK_SIMULATOR_CA_FILE=(%S+)")
    assert.equal(directory, file:match "^(.*)/")
    assert.is_nil(io.open(file))
  end)

  it("has one pin for the built-in identity, the one that the documents show", function()
    for _, name in ipairs { "simulator", "deploy" } do
      assert.matches(pin, support.read("docs/" .. name .. ".md"), 1, true)
    end
  end)

  it("keeps the key to itself", function()
    local text = support.read(ca_file)
    assert.equal(1, select(2, text:gsub("BEGIN", "")))
    assert.matches("^%-%-%-%-%-BEGIN CERTIFICATE%-%-%-%-%-\n", text)
    assert.equal(text, assert(dstack.kms { endpoint = kms, ca_file = ca_file }):get_meta().ca_cert)
  end)
end)
