-- What a JSON-RPC 2.0 server answered (jsonrpc.org/specification, 5 and 6), read strictly. An
-- answer is a table: {result =} or {message =, code =, details =}. A `voice` says who is asked, its
-- `peer`, and has the function `clean`, which takes secrets out of what the peer says.

local core = require "dstack.core"

local M = {}

local METHOD_NOT_FOUND = -32601

-- Of a page that is not JSON-RPC's: how far it is read, and how much of it is told.
local PAGE_BYTES, WORDS_BYTES = 4096, 200

local function failure(code, message, details)
  return { message = message, code = code, details = details }
end

local function bad(text, ...)
  return failure("reply", text:format(...))
end

-- HTTP's refusals ---------------------------------------------------------------------------------

-- Seconds to wait, where the server says so in seconds.
local function retry_after(reply)
  local text = reply.headers and reply.headers["retry-after"]
  local seconds = text and text:match "^%d+$"
  return seconds and #seconds < 10 and tonumber(seconds) or nil
end

local cures = {
  [401] = ": does it want a key, in the URL or in option headers?",
  [403] = ": does it want a key, in the URL or in option headers?",
  [429] = ": too many requests",
}

local function http_failure(reply, voice)
  local page = voice.clean(reply.body:sub(1, PAGE_BYTES))
  local words = core.excerpt((page:match "<title>(.-)</title>" or page):sub(1, WORDS_BYTES))
  local after = retry_after(reply)
  local text = ("HTTP status %d%s%s%s"):format(reply.status, cures[reply.status] or "",
    words ~= "" and ": " .. words or "",
    after and ("; it asks to wait %d s"):format(after) or "")
  return failure("http", text, { status = reply.status, retry_after = after })
end

-- Envelopes --------------------------------------------------------------------------------------

local function is_whole(value)
  return type(value) == "number" and value % 1 == 0
end

-- All texts in a value, cleaned in place.
local function clean_all(value, voice)
  if type(value) == "string" then
    return voice.clean(value)
  elseif type(value) == "table" then
    for key, member in pairs(value) do
      value[key] = clean_all(member, voice)
    end
  end
  return value
end

-- The member "error": its code, message and data.
local function refusal(err, voice, reply)
  if type(err) ~= "table" or not is_whole(err.code) or type(err.message) ~= "string" then
    return bad "error: not an object with a whole number `code` and a string `message`"
  end
  local details = {
    code = err.code, message = voice.clean(err.message), data = clean_all(err.data, voice),
    status = reply.status ~= 200 and reply.status or nil, retry_after = retry_after(reply),
  }
  if details.data == core.null then
    details.data = nil
  end
  local text = ("the %s refused: %s (code %d%s)"):format(voice.peer, core.excerpt(details.message),
    err.code, details.status and ", HTTP " .. details.status or "")
  return failure(err.code == METHOD_NOT_FOUND and "unsupported" or "rpc", text, details)
end

local function check_envelope(value)
  if type(value) ~= "table" or value[1] ~= nil then
    return bad "no JSON-RPC object"
  elseif value.jsonrpc ~= "2.0" then
    return bad 'jsonrpc: not "2.0"'
  elseif (value.result == nil) == (value.error == nil) then
    return bad "not one of result and error"
  end
end

-- An envelope whose id is known to be right, or that only tells an error.
local function open(value, voice, reply)
  if value.error ~= nil then
    return refusal(value.error, voice, reply)
  elseif reply.status ~= 200 then
    return bad("a result with HTTP status %d", reply.status)
  end
  return { result = value.result }
end

-- The body as a value, or nil and the answer: what is no JSON-RPC and has a status of its own is
-- HTTP's failure. Some servers send their errors with such a status.
local function decode(reply, voice)
  local value, message, code = core.json_decode(reply.body, true)
  if value ~= nil and (type(value) == "table" and value.jsonrpc ~= nil or reply.status == 200
    or type(value) == "table" and value[1] ~= nil) then
    return value
  elseif reply.status ~= 200 then
    return nil, http_failure(reply, voice)
  end
  return nil, failure(code == "invalid" and "reply" or code, message)
end

-- The answer to one request.
function M.one(reply, id, voice)
  local value, answer = decode(reply, voice)
  if value == nil then
    return answer
  end
  answer = check_envelope(value)
  if answer then
    return answer
  elseif value.id ~= id and not (value.id == core.null and value.error ~= nil) then
    return bad "id: not that of the request"
  end
  return open(value, voice, reply)
end

-- Batches ----------------------------------------------------------------------------------------

-- Puts one element of a batch's reply into its place: id -> answer. Returns what is wrong, or nil.
local function place(answers, element, first, count, voice, reply)
  local wrong = check_envelope(element)
  if wrong then
    return wrong
  end
  local id = element.id
  if not is_whole(id) or id < first or id >= first + count then
    return bad "id: not that of a request in this batch"
  elseif answers[id - first + 1] then
    return bad "id: two answers to one request"
  end
  answers[id - first + 1] = open(element, voice, reply)
end

-- The answers to a batch of `count` requests with ids from `first` on, in their order. Returns a
-- list, or nil and one answer when the batch as a whole was not taken.
function M.batch(reply, first, count, voice)
  local value, wrong = decode(reply, voice)
  if value == nil then
    return nil, wrong
  elseif type(value) == "table" and value.jsonrpc ~= nil then
    wrong = check_envelope(value) or open(value, voice, reply)
    return nil, wrong.code and wrong or bad "one object instead of a list"
  elseif type(value) ~= "table" or value[1] == nil then
    return nil, bad "not a list of answers"
  end
  local answers = {}
  for i, element in ipairs(value) do
    wrong = place(answers, element, first, count, voice, reply)
    if wrong then
      wrong.message = ("answer %d: %s"):format(i, wrong.message)
      return nil, wrong
    end
  end
  for i = 1, count do
    if not answers[i] then
      return nil, bad("no answer to request %d of the batch", i)
    end
  end
  return answers
end

return M
