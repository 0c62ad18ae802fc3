-- types/resty.lua says what there is: `make lint` cannot ask, as these modules need nginx.

local annotations = require "dstack.repl.annotations"
local nginx = require "spec.support.nginx"

local model = assert(annotations.load { "types/resty.lua" })

-- class -> Lua that gives what it describes
local made = {
  ["resty.dstack.tls"] = [[require "resty.dstack.tls"]],
  ["resty.dstack.keys"] = [[require "resty.dstack.keys"]],
  ["resty.dstack.Certificate"] = [[require("resty.dstack.tls").new()]],
  ["resty.dstack.Keys"] = [[require("resty.dstack.keys").new()]],
}

describe("types/resty.lua", function()
  local server
  setup(function() server = nginx.start() end)
  teardown(function() server:stop() end)

  for name, code in pairs(made) do
    it("describes all of " .. name, function()
      local there = server:run(([[
        local value, names = %s, {}
        for name, member in pairs(getmetatable(value) and getmetatable(value).__index or value) do
          names[name] = type(member) == "function" or nil
        end
        return names]]):format(code))
      for _, fun in ipairs(model.classes[name].functions) do
        assert.is_true(there[fun.name], fun.name)
        there[fun.name] = nil
      end
      assert.is_nil((next(there)))
    end)
  end

  for _, module in ipairs { "resty.dstack.tls", "resty.dstack.keys" } do
    it("describes the options of " .. module, function()
      for _, field in ipairs(model.classes[module .. ".Options"].fields) do
        local good, message = server:run([[
          return pcall(require(arguments.module).new, { [arguments.option] = print })]],
          { module = module, option = field.name })
        assert.is_false(good)
        assert.matches(("option '%s' wants a "):format(field.name), message, 1, true)
      end
    end)
  end
end)
