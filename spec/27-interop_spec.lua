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

  it("say how they are called", function()
    local out, status = support.run "sh spec/interop/run nothing"
    assert.equal(2, status)
    assert.matches("usage: spec/interop/run KIND", out, 1, true)
  end)
end)
