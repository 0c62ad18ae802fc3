-- HTTP/1.1 over any stream of bytes that has
--
--   stream:send(bytes, deadline)    -> true | nil, word
--   stream:receive(most, deadline)  -> at least one byte | nil, word
--   stream:close()
--
-- where the word is "timeout", "closed" for an orderly end, or the system's text for another one.
-- Either may yield. Deadlines are on the clock of dstack.core's now().

local core = require "dstack.core"

local M = {}

local READ_BYTES = 64 * 1024

-- Bodies go in pieces, each with the time that is then left: a peer that takes some bytes now and
-- again makes a stream's own timeout begin anew.
local SEND_BYTES = 16 * 1024

-- The head of a request to a target: {host=, prefix=, user_agent=}. Returns nil, message, code when
-- the request cannot be.
function M.head(target, request)
  return core.http_request {
    method = request.method, prefix = target.prefix, path = request.path, host = target.host,
    user_agent = target.user_agent, headers = request.headers, body_length = #request.body,
  }
end

local function send(stream, head, request)
  local body = request.body
  local good, word = stream:send(head .. body:sub(1, SEND_BYTES), request.deadline)
  for at = SEND_BYTES + 1, #body, SEND_BYTES do
    if not good then
      break
    end
    good, word = stream:send(body:sub(at, at + SEND_BYTES - 1), request.deadline)
  end
  return good, word
end

-- One exchange, with a head that M.head made. context: max_body, started (a time, for messages),
-- and whether the stream has served a request before (used).
-- Returns the reply and whether the stream can serve another request; or nil, message, code, and
-- whether the stream ended before any byte came.
function M.exchange(stream, head, request, context)
  local reader = core.http_reader(context.max_body, request.method == "HEAD")
  local sent, sending = send(stream, head, request)
  while true do
    local bytes, word, done, message, code
    if not sent and (context.used or sending == "timeout") then
      word = sending
    else -- who refuses a request may have hung up before it was sent, after a reply
      bytes, word = stream:receive(READ_BYTES, request.deadline)
    end
    if bytes then
      done, message, code = reader:feed(bytes)
      if done == nil then
        return nil, message, code
      end
    elseif word == "timeout" then
      return core.http_late(core.now() - context.started, reader)
    else
      word = sending or word
      done, message, code = reader:finish(word ~= "closed" and word or nil)
      if not done then
        return nil, message, code, not reader:heard()
      end
    end
    if done then
      return reader:reply(request.want_headers)
    end
  end
end

return M
