-- The client of a JSON-RPC 2.0 server over HTTP: one request and its answer, or a batch. Ethereum's
-- provider and Solana's client stand on it. Reads as if blocking: the transport decides how to
-- wait.

local address = require "dstack.json_rpc.address"
local client = require "dstack.client"
local core = require "dstack.core"
local exchange = require("dstack.exchange").exchange
local json = require "dstack.json"
local option = require "dstack.options"
local reply = require "dstack.json_rpc.reply"
local transport = require "dstack.transport"

local M = {}

local REQUEST_BYTES = 10 * 1024 * 1024 -- as calls to agents

local JsonRpc = { __name = "JsonRpc" }
JsonRpc.__index = JsonRpc

-- Requests ---------------------------------------------------------------------------------------

-- A list that may be empty, by-name arguments, or nothing.
local function parameters(params)
  if params == nil or type(params) == "table" and next(params) == nil then
    return json.empty_array
  end
  return params
end

-- JSON text of a request or a list of them. What goes out is read once as the peer will: text that
-- is not UTF-8 does not pass.
local function encode(value)
  local text, message, code = json.encode(value)
  if not text then
    return nil, message, code
  elseif #text > REQUEST_BYTES then
    return nil, ("a request of %d bytes, at most %d allowed"):format(#text, REQUEST_BYTES),
      "too_large"
  end
  local good, problem = core.json_decode(text)
  if good == nil then
    return nil, "the request is no JSON: " .. problem, "invalid"
  end
  return text
end

local function number_requests(self, count)
  local first = self.next_id
  self.next_id = first + count
  return first
end

local function send(self, body, options)
  if self.closed then
    return nil, "the client is closed", "closed"
  end
  local deadline = transport.now() + (options.timeout or self.timeout)
  return exchange(self, {
    method = "POST", path = self.path, headers = self.lines, body = body,
    deadline = math.min(deadline, options.deadline or deadline),
    fresh = options.once, want_headers = true,
  })
end

-- Answers ----------------------------------------------------------------------------------------

-- What a caller gets to see of an answer that is a failure.
local function tell(self, what, answer)
  local details = answer.details
  if details and self.speaks.explain then
    local more = self.speaks.explain(details)
    answer.message = more and answer.message .. ": " .. more or answer.message
  end
  answer.message = ("%s at %s: %s"):format(what, self.endpoints[1].address, answer.message)
  return answer
end

local function failed(self, what, message, code)
  local at = self.settled and " at " .. self.settled.address or ""
  return { message = what .. at .. ": " .. message, code = code }
end

-- Asks once. options: timeout or deadline; once, for what must not happen twice. Returns an answer,
-- see dstack.json_rpc.reply.
function M.ask(self, method, params, options)
  local id = number_requests(self, 1)
  local body, message, code = encode {
    jsonrpc = "2.0", id = id, method = method, params = parameters(params),
  }
  local got
  if body then
    got, message, code = send(self, body, options)
  end
  if not got then
    return failed(self, method, message, code)
  end
  local answer = reply.one(got, id, self.voice)
  return answer.code and tell(self, method, answer) or answer
end

local function batch_body(first, calls)
  local list = {}
  for i, call in ipairs(calls) do
    list[i] = {
      jsonrpc = "2.0", id = first + i - 1, method = call.method, params = parameters(call.params),
    }
  end
  return encode(list)
end

-- Asks for several things at once: calls are {method =, params =}. Returns a list of answers, or
-- nil and one answer.
function M.ask_all(self, calls, options)
  local first = number_requests(self, #calls)
  local body, message, code = batch_body(first, calls)
  local got
  if body then
    got, message, code = send(self, body, options)
  end
  if not got then
    return nil, failed(self, "batch", message, code)
  end
  local answers, wrong = reply.batch(got, first, #calls, self.voice)
  if not answers then
    return nil, tell(self, "batch", wrong)
  end
  for i, answer in ipairs(answers) do
    if answer.code then
      tell(self, calls[i].method, answer)
    end
  end
  return answers
end

-- Methods ----------------------------------------------------------------------------------------

local request_options = { timeout = "number", repeatable = "boolean" }

local function check_self(self, name)
  if getmetatable(self) ~= JsonRpc then
    core.raise(name .. ": methods are called with a colon, as in client:" .. name .. "(...)")
  end
end

-- The options of a generic request, checked. What it does is unknown here, so it goes out once
-- unless it is said to be repeatable.
function M.request_options(what, options)
  options = require("dstack.octets").options(options, what, request_options)
  if options.timeout and not (options.timeout > 0 and options.timeout < math.huge) then
    return nil, what .. ": option 'timeout' is not a finite number above 0", "invalid"
  end
  return { timeout = options.timeout, once = not options.repeatable }
end

local function check_call(what, method, params)
  if type(method) ~= "string" then
    core.raise(("%s: method: string expected, got %s"):format(what, type(method)))
  elseif params ~= nil and type(params) ~= "table" then
    core.raise(("%s: params: a table expected, got %s"):format(what, type(params)))
  end
end

M.check_call = check_call

-- Asks one method. Returns its result, or nil, message, code, details. null is dstack.null.
function JsonRpc:request(method, params, options)
  check_self(self, "request")
  check_call("request", method, params)
  local how, message, code = M.request_options("request", options)
  if not how then
    return nil, message, code
  end
  local answer = M.ask(self, method, params, how)
  if answer.code then
    return nil, answer.message, answer.code, answer.details
  end
  return answer.result
end

-- Asks several: calls are {method, params}. Returns a list of {result =} or {message =, code =,
-- details =} in their order, or nil, message, code, details.
function JsonRpc:batch(calls, options)
  check_self(self, "batch")
  if type(calls) ~= "table" then
    core.raise("batch: a list of {method, params} expected, got " .. type(calls))
  elseif #calls == 0 then
    return nil, "batch: there is nothing in it", "invalid"
  end
  local list = {}
  for i, call in ipairs(calls) do
    if type(call) ~= "table" then
      core.raise(("batch: call %d: {method, params} expected, got %s"):format(i, type(call)))
    end
    check_call("batch: call " .. i, call[1], call[2])
    list[i] = { method = call[1], params = call[2] }
  end
  local how, message, code = M.request_options("batch", options)
  if not how then
    return nil, message, code
  end
  local answers, wrong = M.ask_all(self, list, how)
  if not answers then
    return nil, wrong.message, wrong.code, wrong.details
  end
  return answers
end

JsonRpc.close, JsonRpc.__close = client.close, client.close

-- As a text: which class, where, and nothing of the path.
function M.describe(self, class)
  return ("%s(%s%s)"):format(class, self.endpoints[1].address, self.closed and ", closed" or "")
end

function JsonRpc:__tostring()
  return M.describe(self, "JsonRpc")
end

-- Making -----------------------------------------------------------------------------------------

-- The options that other clients do not have: headers, and a class's own.
local function options_of(speaks)
  local types = { headers = "table" }
  for name, wanted in pairs(speaks.options or {}) do
    types[name] = wanted
  end
  return types
end

-- The endpoint, and what is sent there with every request. Returns true, or nil and what is wrong.
local function settle(self, options)
  if type(options.endpoint) ~= "string" or options.endpoint == "" then
    return nil, "which server? Give its URL, such as https://rpc.example/"
  end
  local endpoint, path, secrets = address.split(options.endpoint)
  if not endpoint then
    return nil, path
  end
  self.endpoints, self.path = { endpoint }, path
  self.voice = {
    peer = self.speaks.peer, clean = function(text) return address.redact(text, secrets) end,
  }
  local message
  self.lines, message = address.headers(options.headers, secrets)
  return self.lines ~= nil, message
end

-- Makes a client for a class of that name. speaks: peer and who, what is asked, in messages;
-- explain(details), which adds to the details of an error what it understands of them, and returns
-- words or nil; options, those of its own, with prepare(self), which judges them.
function M.new(class, options, speaks)
  if type(options) ~= "table" then
    options = { endpoint = options }
  end
  option.check(class, options, options_of(speaks))
  local self = { transports = {}, next_id = 1, speaks = speaks }
  for name, value in pairs(options) do
    self[name] = value
  end
  local good, message = option.complete(self)
  if good then
    good, message = settle(self, options)
  end
  if good and speaks.prepare then
    good, message = speaks.prepare(self)
  end
  if not good then
    return nil, class .. ": " .. message, "invalid"
  end
  self.endpoint, self.headers = nil, nil
  self.user_agent = self.user_agent or "dstack-sdk-lua/" .. require("dstack")._VERSION
  return setmetatable(self, JsonRpc)
end

local speaks = { peer = "server", who = "a server" }

function M.json_rpc(options)
  return M.new("JsonRpc", options, speaks)
end

M.JsonRpc = JsonRpc

return M
