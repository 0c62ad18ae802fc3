-- Where a JSON-RPC server is, and what of that must stay unseen. Services put the customer's key
-- into the path or the query of their URL: messages and log show scheme, host and port only.

local core = require "dstack.core"

local M = {}

-- Shorter ones are words such as "v3" or "mainnet", and would spoil messages that have them.
local SECRET_BYTES = 12

local function add_secret(secrets, text)
  if #text >= SECRET_BYTES then
    secrets[#secrets + 1] = text
  end
end

local no_endpoint = "endpoint: neither an http or https URL (in small letters; WebSockets are not "
  .. "spoken) nor the absolute path of a socket"

-- The part of an URL that is connected to, and the rest; or nil and what is wrong. What is no URL
-- may be one that lacks its beginning, key and all, so nothing of it is shown.
local function split_url(text)
  local base, rest = text:match "^(https?:/[/][^/?#]*)(.*)$"
  if base and base:find("@", 1, true) then
    return nil, "endpoint: user and password have no place in the URL: give them as headers = "
      .. '{ authorization = "Basic " .. dstack.crypto.base64("user:password") }'
  elseif base and (base .. rest):find "[#\\%c\128-\255 ]" then
    return nil, "endpoint: it has a blank, a control character, '#', a backslash or a character "
      .. "that is not ASCII"
  elseif not base and not text:find "^/" and not text:find "^unix:" then
    local has_port = text:find "^[%w.-]+:%d+" and "; is http:// missing in front of it?" or ""
    return nil, no_endpoint .. has_port
  end
  return base or text, rest or ""
end

-- Out of an URL: what a transport connects to and the path it asks for. Returns endpoint, path,
-- secrets, or nil and what is wrong.
function M.split(text)
  local base, path = split_url(text)
  if not base then
    return nil, path
  end
  local kind, address = core.endpoint(base)
  if not kind then
    return nil, address
  end
  local secrets = {}
  for part in path:gmatch "[^/?&=]+" do
    add_secret(secrets, part)
  end
  path = path:find "^/" and path or "/" .. path
  return { kind = kind, address = address }, path, secrets
end

local token = "^[%w!#$%%&'*+.^_`|~-]+$"

-- {name = value} as header lines; adds to secrets. Returns lines, or nil and what is wrong, which
-- shows no value.
function M.headers(map, secrets)
  local lines = { "Content-Type: application/json" }
  for name, value in pairs(map or {}) do
    if type(name) ~= "string" or type(value) ~= "string" then
      core.raise(("option 'headers': {name = value} of strings expected; it has a %s that leads to "
        .. "a %s"):format(type(name), type(value)))
    elseif not name:find(token) or name:lower() == "content-type" then
      return nil, ("option 'headers': %s cannot be set"):format(core.excerpt(name))
    elseif value == "" or value:find "%c" then
      return nil, ("option 'headers': the value of %s is empty or has a control character"):format(
        name)
    end
    lines[#lines + 1] = name .. ": " .. value
    add_secret(secrets, value)
    add_secret(secrets, value:match "%S+$" or "")
  end
  table.sort(secrets, function(a, b) return #a > #b end) -- one may hold another
  return lines
end

-- A text without these secrets, should a server have repeated one.
function M.redact(text, secrets)
  for _, secret in ipairs(secrets) do
    text = text:gsub(secret:gsub("%p", "%%%0"), "<secret>")
  end
  return text
end

return M
