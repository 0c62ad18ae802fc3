-- ratls.connect with a certificate of its own, for peers that ask for one.
local core = require "dstack.core"
local dstack = require "dstack"
local silence = require "spec.support.silence"
local support = require "spec.support"
local tls = require "spec.support.tls"

local ratls = dstack.ratls
local known = support.vectors "ratls"
local newest, other = known.certificates[3], known.certificates[2]

-- Machines that test stand still at times: for what is to succeed.
local PATIENCE = 60

local function options(more)
  local all = { collateral = known.collateral, root = core.unhex(known.root), now = known.now, timeout = PATIENCE }
  for name, value in pairs(more or {}) do
    all[name] = value
  end
  return all
end

-- The blocks of a PEM text, as a list.
local function list_of(chain)
  local list = {}
  for block in chain:gmatch "%-%-%-%-%-BEGIN.-%-%-%-%-%-END CERTIFICATE%-%-%-%-%-\n" do
    list[#list + 1] = block
  end
  return list
end

describe("ratls.connect with a certificate", function()
  local server, directory

  setup(function()
    server = tls.serve(newest.chain, newest.key, "-Verify 3")
    directory = support.directory()
    support.write(directory .. "/key", other.key)
    support.run(("cd %s; openssl ec -in key -out sec1; openssl pkcs8 -topk8 -in key -out sealed -passout pass:secret; "
      .. "openssl pkcs8 -topk8 -nocrypt -in key -outform DER -out der"):format(directory))
  end)

  teardown(function()
    server.stop()
    support.run("rm -rf " .. directory)
  end)

  -- What the server answers, with what is shown to it.
  local function answer(certificate, key)
    local connection = assert(ratls.connect("127.0.0.1", server.port, options { certificate = certificate, key = key }))
    local good, message, code = connection:send "olleh\n"
    if good then
      good, message, code = connection:receive()
    end
    connection:close()
    return good, message, code
  end

  it("shows it to a peer that asks for one", function()
    assert.equal("hello\n", answer(other.chain, other.key))
    assert.equal("hello\n", answer(list_of(other.chain), other.key))
    assert.equal("hello\n", answer(list_of(other.chain)[1], other.key))
    local output = server.output()
    assert.matches("depth=0", output, 1, true)
    -- TLS 1.3 seals it; the server dumps what it has opened
    local der = core.pem_to_der(list_of(other.chain)[1], "CERTIFICATE")
    local dumped = output:gsub("%s+", ""):lower()
    assert.matches(core.hex(der:sub(1, 64)), dumped, 1, true)
  end)

  it("does so in a task", function()
    assert.equal("hello\n", dstack.run(answer, other.chain, other.key))
  end)

  it("is refused without, when it sends", function()
    local bytes, message, code = answer()
    assert.is_nil(bytes)
    assert.equal("closed", code)
    assert.matches("certificate required", message, 1, true)
  end)

  it("shows nothing to a peer that does not ask", function()
    local plain = tls.serve(newest.chain, newest.key)
    local connection = assert(ratls.connect("127.0.0.1", plain.port,
      options { certificate = other.chain, key = other.key }))
    assert(connection:send "ba\n")
    assert.equal("ab\n", connection:receive())
    connection:close()
    assert.is_nil(plain.output():find("depth=0", 1, true))
    plain.stop()
  end)

  it("refuses what is no pair before it connects, and says nothing of the key", function()
    local silent = silence.of(other.key:match "\n(.*)\n%-")
    local function refuses(words, certificate, key)
      local given = options { certificate = certificate, key = key }
      local connection, message, code = ratls.connect("127.0.0.1", 1, given)
      assert.is_nil(connection)
      assert.equal("invalid", code)
      assert.matches(words, message, 1, true)
      silent(ratls.connect, "127.0.0.1", 1, given)
    end
    local together = "ratls.connect: the options 'certificate' and 'key' go together"
    refuses(together, other.chain)
    refuses(together, nil, other.key)
    refuses("the certificate is not for this private key", newest.chain, other.key)
    refuses("key as PKCS#8 without a pass phrase", other.key, other.key)
    refuses("PEM CERTIFICATE", "", other.key)
    refuses("PEM CERTIFICATE", {}, other.key)
    for _, form in ipairs { "sec1", "sealed", "der" } do
      refuses("PEM PRIVATE KEY", other.chain, support.read(directory .. "/" .. form))
    end
    refuses("PEM PRIVATE KEY", other.chain, other.key .. other.key)
  end)

  it("wants texts", function()
    assert.has_error(function() ratls.connect("127.0.0.1", 1, options { certificate = 7, key = other.key }) end)
    assert.has_error(function() ratls.connect("127.0.0.1", 1, options { certificate = { 7 }, key = other.key }) end)
    assert.has_error(function() ratls.connect("127.0.0.1", 1, options { certificate = other.chain, key = 7 }) end)
  end)
end)
