-- dstack-lua's commands: what each prints and writes, and what it never shows.

local core = require "dstack.core"
local dstack = require "dstack"
local support = require "spec.support"
local commands = require "spec.support.commands"

local run, data, decoded = commands.run, commands.data, commands.decoded
local listed, tampered = commands.listed, commands.tampered
local app_id = commands.app_id

local client, directory

setup(function()
  commands.start()
  directory = support.directory()
  client = assert(dstack.DstackClient(commands.simulator.endpoint))
end)

teardown(function()
  commands.stop()
  support.run("rm -rf " .. directory)
end)

local function kms_root()
  return (commands.simulator.output():match "DSTACK_SIMULATOR_KMS_ROOT=(%x+)")
end

describe("info", function()
  it("for people", function()
    local info, rows = client:info(), listed "info"
    assert.equal(info.app_name, rows["app name"])
    assert.equal(info.app_id, rows["app id"])
    assert.equal(info.compose_hash, rows["compose hash"])
    assert.equal(info.tcb_info.mrtd, rows.MRTD)
    assert.equal(info.tcb_info.rtmr3, rows.RTMR3)
    assert.matches("^kms %x+$", rows["key provider"])
    assert.equal(#info.tcb_info.event_log .. " (--events lists them)", rows.events)
    assert.matches('\n +RTMR3  storage%-fs +"zfs"\n', data "info --events")
  end)

  it("as JSON", function()
    local info, got = client:info(), decoded "info --json"
    for _, name in ipairs {
      "app_name", "app_id", "instance_id", "compose_hash", "os_image_hash", "device_id", "mr_aggregated",
      "key_provider_info", "cloud_vendor", "cloud_product", "vm_config", "app_cert",
    } do
      assert.equal(info[name], got[name])
    end
    assert.equal(client:version().version, got.version.version)
    assert.equal(info.tcb_info.app_compose, got.tcb_info.app_compose)
    assert.equal(#info.tcb_info.event_log, #got.tcb_info.event_log)
  end)

  it("of an agent that hides its measurements and does not know its version", function()
    local edit = [[if path:find "Info" then
        body = body:gsub('"tcb_info":".-[^\\]"', '"tcb_info":""')
      else status, body = 404, '{"error":"Service not found: Version"}' end]]
    local out, status = tampered(edit, "info", "--json")
    assert.equal(0, status, out)
    local got = assert(core.json_decode(out))
    assert.equal(core.null, got.tcb_info)
    assert.equal(core.null, got.version)
    out, status = tampered(edit, "info", "--events")
    assert.equal(0, status, out)
    assert.is_nil(out:find "RTMR")
    out, status = tampered(edit, "events", "list")
    assert.equal(5, status)
    assert.equal("dstack-lua: events list: this agent does not show its event log\n", out)
  end)

  it("shows an agent's words without obeying them", function()
    local edit = [[body = body:gsub('"app_name":".-"', '"app_name":"a\\u001b[31m\194\155b\226\128\174\\nc"')]]
    local out, status = tampered(edit, "info")
    assert.equal(0, status, out)
    assert.matches("app name       a.[31m.b..c\n", out, 1, true)
    out = tampered(edit, "info", "--json")
    assert.matches('"app_name": "a\\u001b[31m\\u009bb\\u202e\\nc"', out, 1, true)
  end)

  it("fails when the version cannot be learnt for another reason", function()
    local out, status = tampered("if path:find 'Version' then status, body = 500, 'x' end", "info")
    assert.equal(5, status)
    assert.matches("^dstack%-lua: info: Version.*500", out)
  end)
end)

describe("key", function()
  it("shows the public half and the chain", function()
    local key = client:get_key("a/b", "p")
    local out = data "key a/b --purpose p"
    assert.matches("public key       " .. key:public_key(), out, 1, true)
    assert.matches("signature chain  " .. key.signature_chain[1] .. "\n                 " .. key.signature_chain[2],
      out, 1, true)
    local got = decoded "key a/b -p p --json"
    assert.same({ "a/b", "p", "secp256k1" }, { got.path, got.purpose, got.algorithm })
    assert.same(key.signature_chain, got.signature_chain)
    assert.equal(client:get_key("a", "", "ed25519"):public_key(), decoded("key a -aed25519 --json").public_key)
    assert.equal("", decoded("key '' --json").path)
    assert.equal("-x", decoded("key --json -- -x").path)
  end)

  it("shows the private half when told to only", function()
    local key = client:get_key("a")
    for _, arguments in ipairs { "key a", "key a --json", "key a --color=always" } do
      assert.is_nil(data(arguments):find(key.key, 1, true))
    end
    assert.equal(core.null, decoded("key a --json").key)
    assert.equal(key.key, decoded("key a --json --reveal").key)
    assert.equal(key.key, listed("key a --reveal")["private key"])
    assert.equal(key:decode_key(), data "key a --raw --reveal")
    local out, status = run "key a --raw"
    assert.equal(2, status)
    assert.matches("add --reveal, or -o FILE", out, 1, true)
  end)

  it("writes the private half to its owner's file", function()
    local key, file = client:get_key("a"), directory .. "/a.key"
    support.write(file, "what was there before")
    local out, status = run("key a -o " .. file)
    assert.equal(0, status, out)
    assert.matches("^dstack%-lua: wrote " .. file:gsub("%p", "%%%0") .. "\npath ", out)
    assert.is_nil(out:find(key.key, 1, true))
    assert.equal(key.key .. "\n", support.read(file))
    assert.equal("600\n", (support.run("stat -c %a " .. file)))
    assert.is_nil(data("key a --quiet --raw --json -o " .. file):find(key.key, 1, true))
    assert.equal(key:decode_key(), support.read(file))
  end)

  it("checks the chain against the user's anchors", function()
    local good = ("key a --app-id %s --kms-root "):format(app_id)
    assert.matches("^verified, %x+$", listed(good .. kms_root())["app root"])
    local root = decoded(good .. "0x" .. kms_root() .. " --json").app_root
    assert.equal(client:get_key("a"):verify_chain { app_id = app_id, kms_root = kms_root() }, root)
    local out, status = run("key a --verify --app-id " .. app_id, "DSTACK_SIMULATOR_KMS_ROOT=" .. kms_root() .. " ")
    assert.equal(0, status, out)
    local file = directory .. "/never"
    out, status = run(("key a --reveal -o %s --app-id %s --kms-root %s"):format(file, app_id, root))
    assert.equal(3, status)
    assert.matches("^dstack%-lua: key: [^\n]+\n$", out)
    assert.equal(1, (select(2, support.run("test -e " .. file))))
    out, status = tampered([[body = body:gsub(',"%x+"]', ',""]')]], "key", "a", "--app-id", app_id, "--kms-root", root)
    assert.equal(3, status)
    assert.matches("KMS", out, 1, true)
  end)

  it("wants both anchors, and from the user", function()
    for arguments, wanted in pairs {
      ["--verify"] = "--verify wants --kms-root HEX", ["--app-id 00"] = "--app-id wants --kms-root HEX",
      ["--kms-root 00"] = "--kms-root wants --app-id HEX",
      ["--verify --kms-root 00"] = "--verify wants --app-id HEX",
      ["--kms-root 00 --app-id 0x0"] = "--app-id: an odd number",
      ["--kms-root xx --app-id " .. app_id] = "kms_root: not hex",
      ["--kms-root 02 --app-id " .. app_id] = "kms", ["--app-id 00 --kms-root 02"] = "app",
    } do
      local out, status = run("key a " .. arguments, "env -u DSTACK_SIMULATOR_KMS_ROOT ")
      assert.equal(2, status, out)
      assert.matches(wanted, out, 1, true)
    end
  end)
end)

describe("quote", function()
  it("for people", function()
    local rows = listed "quote 616263"
    local report = client:get_quote("abc"):td_report()
    assert.equal(report.report_data, rows["report data"])
    assert.equal(report.mr_td, rows.MRTD)
    for i = 0, 3 do
      assert.equal(report["rt_mr" .. i], rows["RTMR" .. i])
    end
    assert.matches("not the quote's signature", rows.checked, 1, true)
  end)

  it("as JSON and as bytes", function()
    local got = decoded "quote --text abc --json"
    local quote = client:get_quote("abc")
    assert.equal(quote.report_data, got.report_data)
    assert.same(quote:td_report(), got.td_report)
    assert.equal(got.td_report.rt_mr3, got.rtmrs[4])
    assert.equal(#quote:decode_event_log(), #got.event_log)
    assert.equal(quote.vm_config, got.vm_config)
    local file = directory .. "/quote"
    assert.equal(got.td_report.mr_td, decoded("quote 616263 --raw --quiet --json -o " .. file).td_report.mr_td)
    assert.equal(#quote.quote / 2, #support.read(file))
    assert.equal("644\n", (support.run("stat -c %a " .. file)))
    assert.equal(#quote.quote / 2, #data "quote 616263 --raw")
  end)

  it("hashes files and the standard input", function()
    support.write(directory .. "/document", ("x"):rep(1000))
    local hash = core.hex(dstack.crypto.sha512(("x"):rep(1000)))
    assert.equal(hash, decoded("quote --json --sha512 " .. directory .. "/document").report_data)
    assert.equal(hash, decoded("quote --json --sha512 - <" .. directory .. "/document").report_data)
  end)

  it("refuses a quote for other data, and one that its event log does not lead to", function()
    local file = directory .. "/never"
    local out, status = tampered([[body = body:gsub('("quote":"' .. ("%x"):rep(1136) .. ')%x%x', "%1ff")]],
      "quote", "6162", "-o", file)
    assert.equal(3, status)
    assert.matches("quote: it is for other report data: ff62", out, 1, true)
    out, status = tampered([[body = body:gsub('system%-ready', 'system-steady')]], "quote", "6162", "-o", file)
    assert.equal(3, status)
    assert.matches("^dstack%-lua: quote: RTMR3: the event log leads to %x+, but the quote has %x+\n$", out)
    out, status = tampered([[body = body:gsub('"event_log":"', '%0x')]], "quote", "6162", "-o", file)
    assert.equal(5, status)
    assert.matches("event_log", out, 1, true)
    out, status = tampered([[body = body:gsub('("quote":")....', '%10600')]], "quote", "6162", "-o", file)
    assert.equal(5, status)
    assert.matches("version 6", out, 1, true)
    assert.equal(1, (select(2, support.run("test -e " .. file))))
  end)
end)

describe("sign", function()
  it("signs files, the standard input and hex", function()
    support.write(directory .. "/message", "hello\0world")
    local signed = client:sign("ed25519", "hello\0world")
    local rows = listed("sign -a ed25519 " .. directory .. "/message")
    assert.equal(signed.signature, rows.signature)
    assert.equal(signed.public_key, rows["public key"])
    for _, source in ipairs { " <", " - <" } do
      local got = decoded("sign --algorithm=ed25519 --json" .. source .. directory .. "/message")
      assert.equal(signed.signature, got.signature)
      assert.same(signed.signature_chain, got.signature_chain)
      assert.equal("ed25519", got.algorithm)
    end
    local digest = core.hex(dstack.crypto.sha256 "x")
    assert.equal(client:sign("secp256k1", "x").signature,
      decoded("sign -a secp256k1_prehashed --json --hex " .. digest).signature)
    assert.equal(signed:decode_signature(), data("sign -a ed25519 --raw <" .. directory .. "/message"))
    local file = directory .. "/signature"
    data("sign -q -a ed25519 -o " .. file .. " " .. directory .. "/message")
    assert.equal(signed.signature .. "\n", support.read(file))
  end)

  it("says what the agent refused", function()
    local out, status = run "sign -a rot13 --hex 00"
    assert.equal(5, status)
    assert.matches("^dstack%-lua: sign: Sign at .*Unsupported algorithm", out)
  end)
end)

describe("tls-key", function()
  local function verify(key, cert)
    local out = support.run(("openssl pkey -in %s -pubout; openssl x509 -in %s -noout -pubkey"):format(key, cert))
    local half = out:sub(1, #out / 2)
    assert.equal(half .. half, out)
  end

  it("writes key and certificates", function()
    local key, cert = directory .. "/key.pem", directory .. "/cert.pem"
    assert.equal("", data(("tls-key -q -o %s --subject name --alt-name a.example --alt-name 127.0.0.1 --client-auth")
      :format(directory)))
    verify(key, cert)
    assert.equal("600\n644\n", (support.run(("stat -c %%a %s %s"):format(key, cert))))
    local text = support.run(("openssl x509 -noout -text -in %s"):format(cert))
    assert.matches("CN ?= ?name", text)
    assert.matches("DNS:a.example, IP Address:127.0.0.1", text, 1, true)
    assert.matches("TLS Web Server Authentication, TLS Web Client Authentication", text, 1, true)
    assert.equal(2, select(2, support.read(cert):gsub("BEGIN CERTIFICATE", "")))
  end)

  it("passes times, usages and app info on", function()
    local out = data("tls-key --reveal --no-server-auth --ra-tls --with-app-info"
      .. " --not-before 1600000000 --not-after 4102444800")
    support.write(directory .. "/bundle", out)
    local text = support.run(("openssl x509 -noout -text -in %s/bundle"):format(directory))
    assert.matches("Not Before: Sep 13 12:26:40 2020 GMT", text, 1, true)
    assert.matches("Not After : Jan  1 00:00:00 2100 GMT", text, 1, true)
    assert.is_nil(text:find("TLS Web Server Authentication", 1, true))
    assert.matches("1.3.6.1.4.1.62397.1", text, 1, true)
    verify(directory .. "/bundle", directory .. "/bundle")
  end)

  it("prints what goes to no file, the key when told to only", function()
    local file = directory .. "/only.pem"
    local out = data("tls-key --quiet --key-out " .. file)
    assert.matches("^%-%-%-%-%-BEGIN CERTIFICATE", out)
    assert.is_nil(out:find("PRIVATE KEY", 1, true))
    local got = decoded("tls-key --quiet --json --key-out " .. file)
    assert.same({ core.null, file, core.null }, { got.key, got.key_file, got.certificate_file })
    assert.equal(2, #got.certificate_chain)
    assert.matches("^%-%-%-%-%-BEGIN PRIVATE KEY", decoded("tls-key --json --reveal").key)
  end)

  it("writes both files or none", function()
    local fresh = support.directory()
    local out, status = run(("tls-key --key-out %s/key --cert-out %s/no/cert"):format(fresh, fresh))
    assert.equal(2, status)
    assert.matches("cannot write .*/no/cert: No such file or directory", out)
    out, status = run(("tls-key -o %s"):format(fresh), "trap '' XFSZ; ulimit -f 0; ")
    assert.equal(1, status)
    assert.matches("cannot write .*/key.pem: File too large", out)
    assert.equal("", (support.run("ls -A " .. fresh)))
    support.run("rmdir " .. fresh)
  end)
end)

describe("events", function()
  it("emit extends RTMR3, list shows and replays it", function()
    local before = decoded "events list --json"
    local out, status = run "events emit mine --payload 'some text'"
    assert.equal(0, status)
    assert.equal("dstack-lua: RTMR3 is extended, for good\nevent    mine\npayload  736f6d652074657874\n", out)
    local got = decoded "events emit mine --json -q --payload-hex 0x00FF"
    assert.same({ "mine", "00ff" }, { got.event, got.payload })
    support.write(directory .. "/payload", "file")
    data("events emit -q mine --payload-file " .. directory .. "/payload")
    data("events emit -q mine --payload-file - <" .. directory .. "/payload")
    data "events emit -q mine"
    local after = decoded "events list --json"
    assert.equal(#before.event_log + 5, #after.event_log)
    assert.equal(before.rtmrs[3], after.rtmrs[3])
    assert.not_equal(before.rtmrs[4], after.rtmrs[4])
    assert.equal(client:info().tcb_info.rtmr3, after.rtmrs[4])
    local payloads = {}
    for i = 1, 5 do
      payloads[i] = after.event_log[#before.event_log + i].event_payload
    end
    assert.same({ "736f6d652074657874", "00ff", "66696c65", "66696c65", "" }, payloads)
    assert.matches('RTMR3  mine +"some text"\n +RTMR3  mine +00ff\n', data "events list")
    assert.equal(after.rtmrs[4], listed("events list").RTMR3)
  end)

  it("list refuses a log that does not lead to the registers", function()
    for edit, reason in pairs {
      [ [[body = body:gsub('\\"event_payload\\": \\"7a6673\\"', '\\"event_payload\\": \\"7a6674\\"')]] ] = "digest",
      [ [[body = body:gsub('(rtmr2\\": \\")..', '%1ee')]] ] = "RTMR2: the event log leads to",
    } do
      local out, status = tampered(edit, "events", "list")
      assert.equal(3, status, out)
      assert.matches(reason, out, 1, true)
    end
    for _, imr in ipairs { "{}", "1e300" } do
      local edit = ([[body = body:gsub('\\"imr\\": 0', '\\"imr\\": %s', 1)]]):format(imr)
      local out, status = tampered(edit, "events", "list")
      assert.equal(5, status, out)
      assert.matches("entry 1: member 'imr' must be", out, 1, true)
    end
  end)
end)
