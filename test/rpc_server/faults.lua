-- What a server may do wrong, done to an answer that is right. A fault gets the reply (a table),
-- the path and a function that writes JSON; it returns what is sent: {body =, status =, reason =,
-- type =, header = further lines, missing = bytes announced but not sent, delay = seconds}. What a
-- fault does to the chain itself, such as a transaction that fails, is in the chains' files.

local core = require "dstack.core"

local M = {}

local count = {} -- path -> requests so far

local function edited(edit)
  return function(reply, _, write)
    return { body = write(edit(reply) or reply) }
  end
end

local function refusal(reply, code, message)
  return { jsonrpc = "2.0", id = reply.id or core.null, error = { code = code, message = message } }
end

-- Every quantity or other text of a result, replaced.
local function result(value)
  return edited(function(reply) reply.result = value end)
end

-- Every id, replaced; those of a batch too.
local function ids(change)
  return edited(function(reply)
    for _, one in ipairs(reply[1] and reply or { reply }) do
      one.id = change(one.id)
    end
  end)
end

local faults = {
  wrong_id = ids(function(id) return id + 1000 end),
  text_id = ids(function(id) return ("%d"):format(id) end),
  no_version = edited(function(reply) reply.jsonrpc = nil end),
  old_version = edited(function(reply) reply.jsonrpc = "1.0" end),
  both = edited(function(reply) reply.error = { code = 1, message = "both" } end),
  neither = edited(function(reply) reply.result = nil end),
  bad_error = edited(function(reply) reply.result, reply.error = nil, "no object" end),
  array = edited(function(reply) return { reply } end),
  zeros_in_front = result "0x00ff",
  no_digits = result "0x",
  decimal = result "255",
  number = result(255),
  huge = result("0x" .. ("f"):rep(64)),
  too_huge = result("0x1" .. ("0"):rep(64)),
  null = result(core.null),
  word = result "0x20000000000001", -- 2^53 + 1
  no_batch = edited(function(reply)
    return reply[1] and refusal(reply, -32600, "batches are not taken") or reply
  end),
  batch_reversed = edited(function(reply)
    local turned = {}
    for i = #reply, 1, -1 do
      turned[#turned + 1] = reply[i]
    end
    return turned[1] and turned or reply
  end),
  batch_short = edited(function(reply) reply[#reply] = nil end),
  batch_twice = edited(function(reply) reply[#reply] = reply[1] end),
  batch_stranger = edited(function(reply) reply[1].id = 4711 end),
}

function faults.duplicate(reply, _, write)
  return { body = write(reply):gsub('"result":', '"result":"0x1","result":', 1) }
end

function faults.not_json(reply, _, write)
  return { body = write(reply):sub(1, -2) }
end

function faults.truncated(reply, _, write)
  return { body = write(reply), missing = 10 }
end

function faults.slow(reply, _, write)
  return { body = write(reply), delay = 1 }
end

function faults.status_503()
  return { status = 503, reason = "Service Unavailable", type = "text/html",
    body = "<html><head><title>503 Service Unavailable</title></head></html>" }
end

function faults.status_401()
  return { status = 401, reason = "Unauthorized", type = "text/plain", body = "invalid project id" }
end

function faults.status_429()
  return { status = 429, reason = "Too Many Requests", type = "text/plain", body = "slow down",
    header = "Retry-After: 1\r\n" }
end

-- Infura's and others': the error as JSON-RPC, with a status of HTTP.
function faults.limited(reply, _, write)
  return { status = 429, reason = "Too Many Requests", header = "Retry-After: 1\r\n",
    body = write(refusal(reply, -32005, "daily request count exceeded, request rate limited")) }
end

-- Every other request meets a gateway without a node behind it.
function faults.flaky(reply, path, write)
  count[path] = (count[path] or 0) + 1
  return count[path] % 2 == 1 and faults.status_503() or { body = write(reply) }
end

-- Repeats what it was asked for by, key and all.
function faults.echo(reply, path, write)
  return { status = 403, reason = "Forbidden",
    body = write(refusal(reply, -32000, "no access by " .. path .. "\27[2J")) }
end

-- The answer as it goes out.
function M.spoil(fault, reply, path, write)
  local spoil = faults[fault]
  return spoil and spoil(reply, path, write) or { body = write(reply) }
end

return M
