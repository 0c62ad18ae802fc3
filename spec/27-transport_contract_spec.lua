-- One contract, all transports: the same results and the same codes.

local contract = require "spec.support.transport_contract"
local support = require "spec.support"
local transport = require "dstack.transport"

for _, way in ipairs(support.ways) do
  contract(way.name, function(...)
    assert.equal(way.name, transport.name())
    return transport.choose(...)
  end, way.run)
end
