-- An attestation endpoint: whoever asks with a nonce of their own gets a quote that binds it.
--
--   GET /attest?nonce=HEX    JSON: the quote, its event log, what this instance says of itself
--   GET /healthz             200 while the guest agent answers, 503 otherwise
--
--   dstack-lua app.lua [ADDRESS:PORT]     (default: 127.0.0.1:8080; port 0 takes a free one)
--
-- One connection carries one request. Clients are served by turns and cannot hold each other up:
-- each has its own time limit, and what it may send is bounded.

local cjson = require "cjson"
local dstack = require "dstack"
local socket = require "socket"

local NONCE_MIN, NONCE_MAX = 16, 64 -- bytes
local HEAD_MAX = 4096 -- bytes of request line and headers
local CLIENT_SECONDS = 5 -- for asking, and again for taking the reply
local CLIENTS_MAX = 64 -- at once; more wait in the listen queue

-- What is served ---------------------------------------------------------------------------------

-- A quote made here vouches for SHA-512 of this tag and the nonce's bytes. The tag keeps such
-- quotes apart from those that other programs of this app make for other ends.
local TAG = "dstack-lua example attest v1:"

local client = assert(dstack.DstackClient { timeout = 10 })

local function log(...)
  io.stderr:write(os.date "!%Y-%m-%dT%H:%M:%SZ ", ...)
  io.stderr:write "\n"
end

-- Returns the nonce's bytes, or nil and what is wrong with the query.
local function read_nonce(query)
  local text = query:match "^nonce=([^&]*)$"
  if not text then
    return nil, "ask for /attest?nonce=HEX, with nothing else behind the question mark"
  end
  local nonce, message = dstack.crypto.unhex(text)
  if not nonce then
    return nil, "nonce: " .. message
  elseif #nonce < NONCE_MIN or #nonce > NONCE_MAX then
    return nil, ("nonce: %d bytes; from %d to %d are taken, as hex"):format(#nonce, NONCE_MIN,
      NONCE_MAX)
  end
  return nonce
end

-- The agent's failure is our operator's to read in full; a stranger gets its code.
local function agent_failed(message, code)
  log("agent: ", message)
  local away = code == "connect" or code == "timeout" or code == "closed"
  return away and 503 or 502, { error = "the guest agent cannot serve this now", code = code }
end

local info -- does not change while the container runs

local function attest(query)
  local nonce, why = read_nonce(query)
  if not nonce then
    return 400, { error = why }
  end
  local quote, message, code = client:get_quote(dstack.crypto.sha512(TAG .. nonce))
  if not quote then
    return agent_failed(message, code)
  end
  if not info then
    info, message, code = client:info()
    if not info then
      return agent_failed(message, code)
    end
  end
  return 200, {
    tag = TAG, nonce = dstack.crypto.hex(nonce),
    quote = quote.quote, event_log = quote.event_log, vm_config = quote.vm_config,
    app_id = info.app_id, instance_id = info.instance_id, device_id = info.device_id,
    compose_hash = info.compose_hash, os_image_hash = info.os_image_hash,
  }
end

local function healthz()
  local good = client:is_reachable()
  return good and 200 or 503, { ok = good }
end

local routes = { ["/attest"] = attest, ["/healthz"] = healthz }

-- HTTP -------------------------------------------------------------------------------------------

local reasons = {
  [200] = "OK", [400] = "Bad Request", [404] = "Not Found", [405] = "Method Not Allowed",
  [431] = "Request Header Fields Too Large", [500] = "Internal Server Error",
  [502] = "Bad Gateway", [503] = "Service Unavailable",
}

local function answer(head)
  local method, target = head:match "^(%u+) (/[!-~]*) HTTP/1%.[01]\r\n"
  if not method then
    return 400, { error = "this is no HTTP/1.1 request" }
  end
  local path, query = target:match "^([^?]*)%??(.*)$"
  local serve = routes[path]
  if not serve then
    return 404, { error = "there are /attest?nonce=HEX and /healthz" }
  elseif method ~= "GET" then
    return 405, { error = "ask with GET" }
  end
  local good, status, body = pcall(serve, query)
  if not good then
    log("bug: ", status)
    return 500, { error = "internal error" }
  end
  return status, body
end

-- Returns the request's head, or nil and the status to refuse it with; nil alone when the client
-- has gone.
local function read_head(conn)
  local head = ""
  while true do
    local data, why, part = conn:receive(HEAD_MAX - #head)
    head = head .. (data or part)
    if head:find("\r\n\r\n", 1, true) then
      return head
    elseif #head == HEAD_MAX then
      return nil, 431
    elseif why == "closed" then
      return nil
    end
    coroutine.yield "read"
  end
end

local function send(conn, text)
  local sent = 0
  while sent < #text do
    local last, why, partly = conn:send(text, sent + 1)
    sent = last or partly
    if why == "timeout" then
      coroutine.yield "write"
    elseif why then
      return
    end
  end
end

-- Closing with unread bytes in the socket would reset the connection and could lose the reply, so
-- the client is given the time to close first.
local function linger(conn)
  conn:shutdown "send"
  repeat
    coroutine.yield "read" -- every time, as there may be no end to what it sends
    local _, why = conn:receive(HEAD_MAX)
  until why == "closed"
end

local function serve_client(conn)
  local head, refused = read_head(conn)
  if not head and not refused then
    return
  end
  local status, body
  if refused then
    status, body = refused, { error = ("a request's head has at most %d bytes"):format(HEAD_MAX) }
  else
    status, body = answer(head)
  end
  log(tostring(status), " ", head and head:match "^%u+ [%w/]*" or "-")
  coroutine.yield "again" -- the time limit starts anew
  local text = cjson.encode(body) .. "\n"
  send(conn, ("HTTP/1.1 %d %s\r\nContent-Type: application/json\r\nContent-Length: %d\r\n%s"
    .. "Cache-Control: no-store\r\nConnection: close\r\n\r\n%s"):format(status, reasons[status],
      #text, status == 405 and "Allow: GET\r\n" or "", text))
  linger(conn)
end

-- Taking turns -----------------------------------------------------------------------------------

local tasks, count = {}, 0 -- connection -> { routine =, wants = "read" or "write", deadline = }

local function drop(conn)
  conn:close()
  tasks[conn] = nil
  count = count - 1
end

local function resume(conn, task)
  local good, wants = coroutine.resume(task.routine, conn)
  if wants == "again" and good then
    task.deadline = socket.gettime() + CLIENT_SECONDS
    return resume(conn, task)
  elseif not good then
    log("bug: ", tostring(wants))
  end
  if coroutine.status(task.routine) == "dead" then
    drop(conn)
  else
    task.wants = wants
  end
end

local function accept(listener)
  local conn = listener:accept()
  if conn then
    conn:settimeout(0)
    tasks[conn] = {
      routine = coroutine.create(serve_client), wants = "read",
      deadline = socket.gettime() + CLIENT_SECONDS,
    }
    count = count + 1
  end
end

-- Whom to wait for, and for how long.
local function waiting(listener)
  local readers, writers, first = {}, {}, math.huge
  if count < CLIENTS_MAX then
    readers[1] = listener
  end
  for conn, task in pairs(tasks) do
    local list = task.wants == "read" and readers or writers
    list[#list + 1] = conn
    first = math.min(first, task.deadline)
  end
  return readers, writers, count > 0 and math.max(0, first - socket.gettime()) or nil
end

-- Those who are ready come before those whose time is up: a slow agent is not their fault.
local function turn(listener)
  local readable, writable = socket.select(waiting(listener))
  if readable[listener] then
    accept(listener)
  end
  for _, ready in ipairs { readable, writable } do
    for _, conn in ipairs(ready) do
      if tasks[conn] then
        resume(conn, tasks[conn])
      end
    end
  end
  local now = socket.gettime()
  for conn, task in pairs(tasks) do
    if task.deadline <= now then
      drop(conn)
    end
  end
end

local function main(where)
  local address, port = where:match "^(.+):(%d+)$"
  if not address then
    io.stderr:write("usage: dstack-lua app.lua [ADDRESS:PORT]\n")
    os.exit(2)
  end
  local listener = assert(socket.bind(address, tonumber(port), CLIENTS_MAX))
  listener:settimeout(0)
  print(("listening on http://%s:%d"):format(listener:getsockname()))
  io.stdout:flush()
  while true do
    turn(listener)
  end
end

main(arg[1] or "127.0.0.1:8080")
