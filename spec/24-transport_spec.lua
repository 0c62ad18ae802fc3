-- What is promised of transports, of the one that blocks; for nginx's, spec/nginx.

local cases = require "spec.support.transport_cases"
local transport = require "dstack.transport"

local made = {}

-- The transport to that endpoint with those options.
local function transport_to(endpoint, options)
  local key = { endpoint.address }
  for name, value in pairs(options) do
    key[#key + 1] = name .. "=" .. tostring(value)
  end
  key = table.concat(key, " ")
  made[key] = made[key] or assert(transport.choose(endpoint, options))
  return made[key]
end

describe("The transport curl", function()
  cases.cases(it, {
    request = function(endpoint, options, request)
      local reply, message, code = transport_to(endpoint, options):request(request)
      return reply, message, code
    end,
  })

  teardown(function()
    for _, one in pairs(made) do
      one:close()
      one:close()
    end
  end)
end)
