-- Methods of a server as rows, and classes whose methods they are. A row has
--
--   method     its name on the wire
--   names      its arguments, in order; `further` are those that have to be named
--   params     function(arguments, name, client) -> the list that is sent, or nil and what is
--              wrong; raises for a wrong Lua type
--   read       function(result, arguments) -> what the caller gets, or nil and what is wrong, or
--              false and why there is nothing
--   once       whether it has an effect that must not happen twice
--   sent       where it sends a transaction, function(arguments) -> the name that it has in
--              details, its hash or nil, and how to find out what became of it
--
-- One row serves a call of its own and a place in a batch.

local client = require "dstack.client"
local core = require "dstack.core"
local json_rpc = require "dstack.json_rpc"

local M = {}

local unpack = table.unpack or unpack

-- From arguments to a call ------------------------------------------------------------------------

local function check_names(name, row, arguments)
  local known = {}
  for _, list in ipairs { row.names, row.further or {} } do
    for _, argument in ipairs(list) do
      known[argument] = true
    end
  end
  for argument in pairs(arguments) do
    if not known[argument] then
      core.raise(("%s: unknown argument '%s'"):format(name, tostring(argument)))
    end
  end
end

-- Arguments by their names. One table has them all, unless it is a list or an object: that is the
-- first of them.
local function take_names(name, row, ...)
  local first = ...
  if select("#", ...) == 1 and type(first) == "table"
    and (first[1] ~= nil or getmetatable(first)) then
    return { [row.names[1] or 1] = first }
  end
  return client.named(name, row.names, ...)
end

-- A call that can be asked: {name =, method =, params =, once =, row =, arguments =}, or nil,
-- message, code.
local function prepare(self, name, row, ...)
  local arguments = take_names(name, row, ...)
  check_names(name, row, arguments)
  local params, problem = row.params(arguments, name, self)
  if not params then
    return nil, name .. ": " .. problem, "invalid"
  end
  return {
    name = name, method = row.method, params = params, once = row.once, row = row,
    arguments = arguments,
  }
end

local function as_it_came(result)
  return result
end

-- The generic request, as a row made for it.
local function prepare_generic(method, params)
  json_rpc.check_call("request", method, params)
  return {
    name = "request", method = method, params = params, once = true, row = { read = as_it_came },
  }
end

-- From an answer to what the caller gets ---------------------------------------------------------

local function read(self, call, result)
  local value, why = call.row.read(result, call.arguments)
  if not why then
    return { result = value }
  end
  local message = ("%s at %s: %s"):format(call.method, self.rpc.endpoints[1].address, why)
  if value == false then
    return { result = false, message = message }
  end
  return { message = message, code = "reply" }
end

-- After these, nothing was sent or the server said no; after all others it may have what was sent.
local certain = { connect = true, invalid = true, rpc = true, unsupported = true }

-- Adds to a failure which transaction it was, and that it may be on its way.
local function tell_sent(call, answer)
  local name, hash, advice = call.row.sent(call.arguments)
  if not hash then
    return
  end
  answer.details = answer.details or {}
  answer.details[name] = hash
  if not certain[answer.code] then
    answer.details.maybe_sent = true
    answer.message = ("%s; the transaction %s may have been sent: %s"):format(answer.message, hash,
      advice)
  end
end

-- Turns an answer into {result =}, {result = false, message =} or {message =, code =, details =}.
local function judge(self, call, answer)
  if not answer.code then
    answer = read(self, call, answer.result)
  end
  if answer.code and call.row.sent then
    tell_sent(call, answer)
  end
  return answer
end

local function results(answer)
  if answer.code then
    return nil, answer.message, answer.code, answer.details
  elseif answer.message then
    return answer.result, answer.message
  end
  return answer.result
end

-- Calls a row. deadline: on the clock of transport.now(), or nil for the client's own time limit.
function M.call(self, rows, deadline, name, ...)
  local call, message, code = prepare(self, name, rows[name], ...)
  if not call then
    return nil, message, code
  end
  return results(judge(self, call, json_rpc.ask(self.rpc, call.method, call.params,
    { once = call.once, deadline = deadline })))
end

-- Several at once --------------------------------------------------------------------------------

local function prepare_all(self, rows, list)
  local calls = {}
  for i, item in ipairs(list) do
    local name = type(item) == "table" and item[1]
    local call, message, code
    if name == "request" then
      call, message, code = prepare_generic(item[2], item[3])
    elseif rows[name] then
      call, message, code = prepare(self, name, rows[name], unpack(item, 2))
    else
      core.raise(("batch: call %d: {method's name, arguments...} expected; there is no %s"):format(
        i, tostring(name)))
    end
    if not call then
      return nil, ("batch: call %d: %s"):format(i, message), code
    end
    calls[i] = call
  end
  return calls
end

local function any_once(calls)
  for _, call in ipairs(calls) do
    if call.once then
      return true
    end
  end
  return false
end

local function judge_all(self, calls, answers)
  local judged = {}
  for i, answer in ipairs(answers) do
    judged[i] = judge(self, calls[i], answer)
  end
  return judged
end

-- A list of {name, arguments...} as one batch. Returns a list of {result =} or {message =, code =,
-- details =}, or nil, message, code, details.
function M.batch(self, rows, list)
  if type(list) ~= "table" then
    core.raise("batch: a list of {method's name, arguments...} expected, got " .. type(list))
  elseif #list == 0 then
    return nil, "batch: there is nothing in it", "invalid"
  end
  local calls, message, code = prepare_all(self, rows, list)
  if not calls then
    return nil, message, code
  end
  local answers, wrong = json_rpc.ask_all(self.rpc, calls, { once = any_once(calls) })
  if not answers then
    return nil, wrong.message, wrong.code, wrong.details
  end
  return judge_all(self, calls, answers)
end

local refuses_batches = { rpc = true, unsupported = true, http = true, reply = true }

-- The results of such a list, none of which has an effect: by a batch, and one by one where the
-- server takes none. Returns a list, or nil, message, code, details of the first that failed, and
-- the results before that.
function M.gather(self, rows, list)
  local answers, message, code = M.batch(self, rows, list)
  if not answers and not refuses_batches[code] then
    return nil, message, code
  end
  local out = {}
  for i, item in ipairs(list) do
    local answer = answers and answers[i]
    local value, details
    if answer then
      value, message, code, details = results(answer)
    else
      value, message, code, details = M.call(self, rows, nil, unpack(item))
    end
    if value == nil then
      return nil, message, code, details, out
    end
    out[i] = value
  end
  return out
end

-- Classes ----------------------------------------------------------------------------------------

local function check_self(class, self, name)
  if getmetatable(self) ~= class then
    core.raise(("%s:%s: methods are called with a colon, as in object:%s(...)"):format(
      class.__name, name, name))
  end
end

-- Guards a method: called without a colon, it raises at the script's line.
function M.method(class, name, method)
  class[name] = function(self, ...)
    check_self(class, self, name)
    return method(self, ...)
  end
end

local function add_common(class, rows)
  M.method(class, "batch", function(self, list) return M.batch(self, rows, list) end)
  M.method(class, "request", function(self, ...) return self.rpc:request(...) end)
  M.method(class, "close", function(self) self.rpc:close() end)
  class.__close = class.close
  function class:__tostring()
    return json_rpc.describe(self.rpc, class.__name)
  end
end

-- Makes a class, and the function that makes its clients. rows: name -> row; speaks: see
-- dstack.json_rpc.
function M.class(name, rows, speaks)
  local class = { __name = name }
  class.__index = class
  for method in pairs(rows) do
    M.method(class, method, function(self, ...) return M.call(self, rows, nil, method, ...) end)
  end
  add_common(class, rows)
  return class, function(options)
    local rpc, message, code = json_rpc.new(name, options, speaks)
    if not rpc then
      return nil, message, code
    end
    return setmetatable({ rpc = rpc }, class)
  end
end

return M
