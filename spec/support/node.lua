-- What specs of a node's clients share.

local assert = require "luassert"
local core = require "dstack.core"
local support = require "spec.support"

local M = {}

-- A transport to a node that answers with these results, JSON texts, one after the other.
function M.answering(...)
  local answers = {}
  for i, text in ipairs { ... } do
    answers[i] = { body = ('{"jsonrpc":"2.0","id":%d,"result":%s}'):format(i, text) }
  end
  return support.transport(answers)
end

-- What was sent as params.
function M.params(transport, n)
  return assert(core.json_decode(transport.requests[n or 1].body)).params
end

-- That a call failed so; returns its details.
function M.fails(wanted, words, value, message, code, details)
  assert.is_nil(value)
  assert.matches(words, message)
  assert.equal(wanted, code)
  return details
end

return M
