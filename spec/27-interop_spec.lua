-- Our half of the comparisons in spec/interop, whose other half wants the network: every kind of case can be made,
-- the same for the same seed, and is answered.

local support = require "spec.support"

local function program(file, arguments)
  return support.run(("LUA_PATH='./?.lua;;' %s spec/interop/%s.lua %s"):format(support.interpreter, file, arguments))
end

local function lines_of(text)
  local list = {}
  for line in text:gmatch "[^\n]+" do
    list[#list + 1] = line
  end
  return list
end

describe("The comparisons with other programs", function()
  local run = support.read "spec/interop/run"

  for _, file in ipairs { "ethereum", "abi", "typed_data", "solana" } do
    it("have cases and answers of every kind: " .. file, function()
      local kinds = lines_of((program(file, "kinds")))
      assert.is_true(#kinds > 0)
      for _, kind in ipairs(kinds) do
        assert.matches("%f[%w_]" .. kind .. "%f[^%w_]", run)
        local both = ("make %s 10 7 | LUA_PATH='./?.lua;;' %s spec/interop/%s.lua answer sorted"):format(kind,
          support.interpreter, file)
        local out, status = program(file, both)
        assert.equal(0, status, out)
        assert.equal(10, #lines_of(out), out)
        assert.equal(out, (program(file, both))) -- members of JSON come in any order, answers do not
        assert.is_nil(out:find(" then ", 1, true)) -- what was read and made again is the same
      end
    end)
  end

  it("have quotes, answers to them, and reasons why a peer may judge otherwise", function()
    local cases, ours, theirs = os.tmpname(), os.tmpname(), os.tmpname()
    for _, set in ipairs { "changed 12", "merged 30" } do
      local _, status = program("attest", ("make %s 7 > %s"):format(set, cases))
      assert.equal(0, status)
      local out = program("attest", "answer detail < " .. cases)
      assert.equal(set == "changed 12" and 12 or 3, #lines_of(out), out)
    end
    for _, row in ipairs {
      { "UpToDate", "UpToDate", 0, "2 equal, 0 refused by both, 0 for a known reason, 0 different" },
      { "OutOfDate A", "OutOfDateConfigurationNeeded A", 0, "1 otherwise there: of two statuses the worse one counts" },
      { "OutOfDate A", "SWHardeningNeeded A", 1, "1 different" },
      { "UpToDate", "refused for another reason", 1, "different: ours a: UpToDate\n *theirs a: refused" },
      { "refused qe_tcb (low)", "UpToDate", 1, "1 different" },
    } do
      support.write(ours, ("a: %s\nb: UpToDate\n"):format(row[1]))
      support.write(theirs, ("a: %s\nb: UpToDate\n"):format(row[2]))
      local out, status = program("attest", ("compare title %s %s dcap-qvl"):format(ours, theirs))
      assert.equal(row[3], status, out)
      assert.matches(row[4], out)
    end
    for _, name in ipairs { cases, ours, theirs } do
      os.remove(name)
    end
  end)

  it("say how they are called", function()
    local out, status = support.run "sh spec/interop/run nothing"
    assert.equal(2, status)
    assert.matches("usage: spec/interop/run KIND", out, 1, true)
  end)
end)
