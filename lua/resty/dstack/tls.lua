-- resty.dstack.tls: nginx serves TLS with a certificate of the guest agent's.
--
-- The certificate and its key are asked for once, by one worker, and kept in a shared dict, from
-- where each worker takes them and keeps them in parsed form. A timer in each worker looks when
-- they are to be renewed; who gets the lock asks, and until the answer is here the old one is
-- served.

local client = require "dstack.client"
local core = require "dstack.core"
local option = require "resty.dstack.options"
local ssl = require "ngx.ssl"
local store = require "resty.dstack.store"

local M = {}

local Tls = {}
Tls.__index = Tls

local LOCKED = {}

local WAIT_SECONDS = 0.02 -- between two looks at what another one is asking for
local LOCKED_SECONDS = 1 -- likewise, when there is an old one to serve

local PATIENCE_SECONDS = 30 -- with a call, of a client that does not say

-- Of its life, what is used before it is renewed.
local PART_OF_LIFE = 2 / 3

local option_types = {
  client = "table", certificate = "table", shared_dict = "string", max_age = "number",
  retry = "number",
}

local defaults = { max_age = 24 * 3600, retry = 5 }

-- What is wrong with the arguments of get_tls_key comes out now, and not in a timer. Raises, or
-- returns true, or nil, err, code.
local function check_certificate(arguments)
  local asked, err, code = core.call("v0", "GetTlsKey",
    client.tls_arguments("resty.dstack.tls: certificate", arguments))
  if not asked then
    return nil, "resty.dstack.tls: certificate: " .. err, code
  end
  return true
end

-- Makes one, in any phase: new{client=, certificate=, shared_dict=, max_age=, retry=}. Returns nil,
-- err, code when a value is wrong.
function M.new(options)
  local code
  local taken, err = option.take("resty.dstack.tls", options, option_types, defaults)
  if not taken then
    return nil, err, "invalid"
  end
  taken.client, err, code = option.client(taken.client)
  if not taken.client then
    return nil, err, code
  end
  taken.store, err = store.new(taken.shared_dict)
  if not taken.store then
    return nil, "resty.dstack.tls: " .. err, "invalid"
  end
  taken.certificate = taken.certificate or {}
  taken.patience = taken.client.timeout or PATIENCE_SECONDS
  local good
  good, err, code = check_certificate(taken.certificate)
  if not good then
    return nil, err, code
  end
  return setmetatable(taken, Tls)
end

-- One certificate ---------------------------------------------------------------------------------

-- As one text, for the store: when to renew it, the key, then the chain, leaf first.
local function pack(reply, renew_at)
  return ("%.3f %d\n%s%s"):format(renew_at, #reply.key, reply.key,
    table.concat(reply.certificate_chain, "\n"))
end

-- The certificate of such a text, in the form that nginx takes, or nil, err.
local function unpack_text(text, version)
  local renew_at, size, at = text:match "^(%S+) (%d+)\n()"
  local key_end = at + tonumber(size)
  local chain, err = ssl.parse_pem_cert(text:sub(key_end))
  if not chain then
    return nil, "nginx cannot read the agent's certificate: " .. err
  end
  local key
  key, err = ssl.parse_pem_priv_key(text:sub(at, key_end - 1))
  if not key then
    return nil, "nginx cannot read the agent's key: " .. err
  end
  return { version = version, renew_at = tonumber(renew_at), chain = chain, key = key }
end

local function renewal_time(self, reply)
  local now = ngx.now()
  local _, not_after = core.certificate_times(reply.certificate_chain[1])
  local life = not_after and not_after - now or 0
  if life <= 0 then -- one of the two clocks is wrong
    return now + self.retry
  end
  return now + math.min(self.max_age, life * PART_OF_LIFE)
end

-- Asks the agent, and keeps what it says. Returns true, or nil, err, code.
local function ask(self)
  local reply, err, code = self.client:get_tls_key(self.certificate)
  if not reply then
    return nil, err, code
  end
  local text = pack(reply, renewal_time(self, reply))
  local version = ("%.3f %d"):format(ngx.now(), ngx.worker.pid())
  local current
  current, err = unpack_text(text, version)
  if not current then
    return nil, err, "reply"
  end
  self.current = current
  local good
  good, err = self.store:set("certificate", text)
  if good then
    good, err = self.store:set("version", version)
  end
  if not good then
    ngx.log(ngx.ERR, "resty.dstack.tls: each worker keeps its own certificate: ", err)
  end
  return true
end

-- Takes what another worker has asked for.
local function look(self)
  local version = self.store:get "version"
  if not version or self.current and self.current.version == version then
    return
  end
  local text = self.store:get "certificate"
  local current, err
  if text then
    current, err = unpack_text(text, version)
  end
  if current then
    self.current = current
  elseif err then
    ngx.log(ngx.ERR, "resty.dstack.tls: ", err)
  end
end

local function is_due(self)
  return not self.current or self.current.renew_at <= ngx.now()
end

-- Asks, unless somebody does already: then returns nil, LOCKED. A failure is remembered for a
-- while, so that not every handshake asks an agent that is in trouble.
local function renew(self)
  if not self.store:add("lock", tostring(ngx.worker.pid()), 2 * self.patience + 1) then
    return nil, LOCKED
  end
  look(self)
  local good, err, code = true, nil, nil
  if is_due(self) then
    good, err, code = ask(self)
  end
  if not good then
    self.store:set("failure", code .. " " .. err, self.retry)
    ngx.log(ngx.ERR, "resty.dstack.tls: ", err)
  end
  self.store:delete "lock"
  return good, err, code
end

-- The timer ---------------------------------------------------------------------------------------

local arm

local function tick(self)
  look(self)
  local good, err = true, nil
  if is_due(self) then
    good, err = renew(self)
  end
  if good then
    arm(self, math.max(0, self.current.renew_at - ngx.now()))
  else
    arm(self, err == LOCKED and LOCKED_SECONDS or self.retry)
  end
end

function arm(self, seconds)
  if self.armed then
    return
  end
  local good, err = ngx.timer.at(seconds, function(premature)
    self.armed = false
    if not premature then
      tick(self)
    end
  end)
  self.armed = good
  if not good then
    ngx.log(ngx.ERR, "resty.dstack.tls: no timer to renew the certificate with: ", err)
  end
end

-- The certificate that there is, if need be after asking or waiting for who asks. Returns it, or
-- nil, err, code.
local function get(self)
  look(self)
  local deadline = core.now() + self.patience
  while not self.current do
    local failure = self.store:get "failure"
    if failure then
      local code, err = failure:match "^(%S+) (.*)$"
      return nil, err, code
    end
    local good, err, code = renew(self)
    if not good and err ~= LOCKED then
      return nil, err, code
    elseif not good and core.now() > deadline then
      return nil, "another worker has been asking the agent for too long", "timeout"
    elseif not good then
      ngx.sleep(WAIT_SECONDS)
      look(self)
    end
  end
  arm(self, math.max(0, self.current.renew_at - ngx.now()))
  return self.current
end

-- In nginx's phases -------------------------------------------------------------------------------

-- For init_worker_by_lua: asks as soon as the worker runs, so that no handshake has to wait.
-- Without it, the first one asks.
function Tls:init_worker()
  arm(self, 0)
  return true
end

-- For ssl_certificate_by_lua: gives this handshake the certificate. Returns true, or nil, err,
-- code.
function Tls:set_certificate()
  local current, err, code = get(self)
  if not current then
    return nil, err, code
  end
  local good
  good, err = ssl.clear_certs()
  if good then
    good, err = ssl.set_cert(current.chain)
  end
  if good then
    good, err = ssl.set_priv_key(current.key)
  end
  if not good then
    return nil, "nginx takes no certificate here: " .. err, "internal"
  end
  return true
end

-- The same, but ends the handshake where there is none: better than the one in nginx.conf, which is
-- there because nginx wants one.
function Tls:ssl_certificate()
  local good, err = self:set_certificate()
  if not good then
    ngx.log(ngx.ERR, "resty.dstack.tls: the handshake ends without a certificate: ", err)
    return ngx.exit(ngx.ERROR)
  end
  return true
end

return M
