-- Calling a contract's function by its signature: nothing is sent that changes the chain.

local abi = require "dstack.ethereum.abi"
local client = require "dstack.client"
local core = require "dstack.core"

local names = { "to", "signature", "args" }

-- Those of `call` besides, and signatures of the contract's own errors.
local further = { block = true, from = true, value = true, gas_limit = true, errors = true }

local function take_arguments(call, ...)
  local arguments = client.named(call, names, ...)
  for name in pairs(arguments) do
    if name ~= "to" and name ~= "signature" and name ~= "args" and not further[name] then
      core.raise(("%s: unknown argument '%s'"):format(call, tostring(name)))
    end
  end
  if type(arguments.signature) ~= "string" then
    core.raise(("%s: signature: string expected, got %s"):format(call, type(arguments.signature)))
  elseif arguments.args ~= nil and type(arguments.args) ~= "table" then
    core.raise(("%s: args: a list expected, got %s"):format(call, type(arguments.args)))
  elseif arguments.to == nil then
    core.raise(call .. ": to: the contract's address expected, got nothing")
  end
  return arguments
end

-- The contract's own error, where its signature is given.
local function explain(message, details, errors)
  local data = errors and details and not details.revert and details.revert_data
  if data then
    details.revert = abi.decode_error(data, errors, { lenient = true })
  end
  return details and details.revert and data and message .. ": " .. details.revert.signature
    or message
end

-- Returns a list of what the function returns, or nil, message, code, details.
return function(self, ...)
  local call = "call_function"
  local arguments = take_arguments(call, ...)
  local data, message, code = abi.encode_call(arguments.signature, arguments.args)
  if not data then
    return nil, call .. ": " .. message, code
  end
  local result, details
  result, message, code, details = self:call {
    to = arguments.to, data = data, block = arguments.block,
    from = arguments.from, value = arguments.value, gas_limit = arguments.gas_limit,
  }
  if not result then
    return nil, explain(message, details, arguments.errors), code, details
  end
  local values
  values, message, code = abi.decode_result(arguments.signature, result)
  if values then
    return values
  end
  local nothing = result == "0x" and "nothing came back: is there such a contract at " ..
    arguments.to .. "?"
  return nil, ("%s at %s: %s"):format(call, self.rpc.endpoints[1].address, nothing or message),
    nothing and "reply" or code == "invalid" and "reply" or code
end
