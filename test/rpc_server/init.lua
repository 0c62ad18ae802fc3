-- A JSON-RPC server for specs and examples: nodes of Ethereum and of Solana that answer with the
-- shapes of real ones, and remember enough that a transaction gets a nonce, is mined and has a
-- receipt. Nothing depends on the clock or on chance.
--
--     dstack-lua test/rpc_server/init.lua [SECONDS]     wants LuaSocket
--
-- It listens on 127.0.0.1, prints "ETH_RPC_URL=http://127.0.0.1:PORT/ethereum" and the same for
-- SOLANA_RPC_URL, and ends after SECONDS (300) or when it is killed. Every path is a chain of its
-- own: /solana and what is below it Solana's, all others Ethereum's. A part fault=NAME of the path,
-- as in /ethereum/fault=wrong_id, spoils its answers: test/rpc_server/faults.lua has the names.

local core = require "dstack.core"
local faults = require "test.rpc_server.faults"
local json = require "dstack.json"
local socket = require "socket"

local LIFE_SECONDS = tonumber(arg and arg[1]) or 300

-- Answers ----------------------------------------------------------------------------------------

local chains = {}

local function chain_of(path)
  local kind = path:find "^/solana" and "solana" or "ethereum"
  local fault = path:match "fault=([%w_]+)"
  chains[path] = chains[path] or require("test.rpc_server." .. kind)(fault)
  return chains[path], fault
end

local function envelope(id, result, err)
  return { jsonrpc = "2.0", id = id == nil and core.null or id, result = result, error = err }
end

local function answer_one(chain, request)
  if type(request) ~= "table" or type(request.method) ~= "string" then
    return envelope(core.null, nil, { code = -32600, message = "invalid request" })
  end
  local method = chain.methods[request.method]
  if not method then
    return envelope(request.id, nil, { code = -32601,
      message = ("the method %s does not exist/is not available"):format(request.method) })
  end
  local good, result, err = pcall(method, request.params or {}, chain)
  if not good then -- params that no spec should send
    return envelope(request.id, nil, { code = -32603, message = "internal error: " .. result })
  elseif err then
    return envelope(request.id, nil, err)
  end
  return envelope(request.id, result == nil and core.null or result)
end

-- Body and status of the answer to a body.
local function answer(path, body)
  local chain, fault = chain_of(path)
  local request = core.json_decode(body)
  local reply
  if request == nil then
    reply = envelope(core.null, nil, { code = -32700, message = "parse error" })
  elseif type(request) == "table" and request[1] ~= nil then
    reply = {}
    for i, one in ipairs(request) do
      reply[i] = answer_one(chain, one)
    end
  else
    reply = answer_one(chain, request)
  end
  return faults.spoil(fault, reply, path, function(value) return assert(json.encode(value)) end)
end

-- HTTP -------------------------------------------------------------------------------------------

-- Takes one request out of what has come. Returns path, body, or nil when it is not whole yet.
local function take_request(connection)
  local head, behind = connection.text:match "^(.-)\r\n\r\n()"
  local length = head and tonumber(head:lower():match "\r\ncontent%-length: *(%d+)" or 0)
  if not head or #connection.text < behind + length - 1 then
    return nil
  end
  local body = connection.text:sub(behind, behind + length - 1)
  connection.text = connection.text:sub(behind + length)
  return head:match "^%u+ (%S+)", body
end

local function http_text(spoiled)
  local head = ("HTTP/1.1 %d %s\r\nContent-Type: %s\r\nContent-Length: %d\r\n"):format(
    spoiled.status or 200, spoiled.reason or "OK", spoiled.type or "application/json",
    #spoiled.body + (spoiled.missing or 0))
  return head .. (spoiled.header or "") .. "\r\n" .. spoiled.body
end

local waiting = {} -- what is sent later

local function send(connection, spoiled)
  connection.socket:settimeout(5)
  connection.socket:send(http_text(spoiled))
  if spoiled.missing then
    connection.closed = true
  end
end

local function serve(connection)
  connection.socket:settimeout(0)
  local text, problem, part = connection.socket:receive(65536)
  connection.text = connection.text .. (text or part or "")
  connection.closed = problem == "closed"
  local path, body = take_request(connection)
  while path do
    local spoiled = answer(path, body)
    if spoiled.delay then
      waiting[#waiting + 1] = { socket.gettime() + spoiled.delay, connection, spoiled }
    else
      send(connection, spoiled)
    end
    path, body = take_request(connection)
  end
end

local function send_late()
  for i = #waiting, 1, -1 do
    if waiting[i][1] <= socket.gettime() then
      send(waiting[i][2], waiting[i][3])
      table.remove(waiting, i)
    end
  end
end

-- The loop ---------------------------------------------------------------------------------------

local listener = assert(socket.bind("127.0.0.1", 0))
local connections = {} -- socket -> {socket =, text =}

local function readable()
  local list = { listener }
  for client in pairs(connections) do
    list[#list + 1] = client
  end
  return (socket.select(list, nil, 0.05))
end

local function step()
  for _, client in ipairs(readable()) do
    if client == listener then
      local accepted = listener:accept()
      if accepted then
        connections[accepted] = { socket = accepted, text = "" }
      end
    else
      serve(connections[client])
    end
  end
  send_late()
  for client, connection in pairs(connections) do
    if connection.closed then
      client:close()
      connections[client] = nil
    end
  end
end

local _, port = listener:getsockname()
for name, path in pairs { ETH_RPC_URL = "ethereum", SOLANA_RPC_URL = "solana" } do
  print(("%s=http://127.0.0.1:%d/%s"):format(name, port, path))
end
io.stdout:flush()

local ends = socket.gettime() + LIFE_SECONDS
while socket.gettime() < ends do
  step()
end
