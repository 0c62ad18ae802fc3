-- An nginx of the specs' own: its prefix is a new directory, it listens on a unix socket there, runs
-- Lua that a spec hands it, in a worker, and ends with the spec or by itself.

local source = require "spec.support.source"
local support = require "spec.support"
local transport = require "dstack.transport"

local M = {}

local MODULES = "/usr/lib/nginx/modules/"
local SECONDS = 30 -- that one run may take

-- The directives that load the Lua module, where it is not built in.
local function load_module()
  local file = io.open(MODULES .. "ngx_http_lua_module.so")
  if not file then
    return ""
  end
  file:close()
  return ("load_module %sndk_http_module.so;\nload_module %sngx_http_lua_module.so;\n"):format(MODULES, MODULES)
end

local template = [[
%(modules)
%(user)
%(main)
worker_processes %(workers);
daemon off;
pid %(prefix)/nginx.pid;
error_log %(prefix)/error.log notice;
events { worker_connections 1024; }
http {
  access_log off;
  client_body_temp_path %(prefix)/body; proxy_temp_path %(prefix)/proxy; fastcgi_temp_path %(prefix)/fastcgi;
  uwsgi_temp_path %(prefix)/uwsgi; scgi_temp_path %(prefix)/scgi;
  client_body_buffer_size 1m; client_max_body_size 1m;
  lua_package_path "%(root)/lua/?.lua;%(root)/lua/?/init.lua;%(root)/?.lua;%(root)/?/init.lua;;";
  lua_package_cpath "%(root)/%(build)/5.1/?.so;;";
  lua_socket_log_errors off;
  %(http)
  server {
    listen unix:%(prefix)/nginx.sock;
    location = /run { content_by_lua_block { require("spec.support.nginx_worker").run() } }
    %(server)
  }
  %(servers)
}
]]

-- In: parts of the configuration, by the names in the template, all optional; workers, 1 unless
-- given. Returns the configuration.
local function configuration(parts, prefix)
  local root = support.run "pwd":gsub("\n$", "")
  local values = {
    modules = load_module(), prefix = prefix, root = root, build = support.interpreter:match "^(.*)/",
    user = support.run "id -u" == "0\n" and "user root;" or "", workers = 1,
  }
  local function fill(text)
    return (text:gsub("%%%((%w+)%)", function(name) return fill(tostring(parts[name] or values[name] or "")) end))
  end
  return fill(template)
end

local Server = {}
Server.__index = Server

-- A command line that runs nginx for this server.
function Server:command()
  return ("%s%s PATH=$PATH:/usr/sbin:/usr/local/openresty/nginx/sbin timeout 300 "
    .. "nginx -p %s -c nginx.conf -e %s/error.log"):format(support.with_sanitizers(), self.environment, self.prefix,
    self.prefix)
end

function Server:log()
  return support.read(self.prefix .. "/error.log")
end

function Server:signal(number)
  support.run(("kill -%s $(cat %s/nginx.pid)"):format(number, self.prefix))
end

-- The processes of the workers, in no order.
function Server:workers()
  local list = {}
  local master = support.read(self.prefix .. "/nginx.pid"):match "%d+"
  for pid in support.run("grep -sl '^PPid:\t" .. master .. "$' /proc/[0-9]*/status"):gmatch "/proc/(%d+)/" do
    list[#list + 1] = pid
  end
  return list
end

function Server:stop()
  support.signal("TERM", self.pid)
  self.client:close()
  support.run("rm -rf " .. self.prefix)
end

-- One request to this nginx. Returns status, body, headers; fails when none came.
function Server:request(method, path, body, headers)
  local reply = assert(self.client:request {
    method = method, path = path, headers = headers or {}, body = body or "", want_headers = true,
    deadline = transport.now() + SECONDS,
  })
  return reply.status, reply.body, reply.headers
end

local ASK_MANY = [[
  local transport = require "dstack.transport"
  local socket, path, count = arg[1], arg[2], tonumber(arg[3])
  local out = {}
  for i = 1, count do
    local made = transport.choose { kind = "unix", address = socket }
    local reply, message = made:request { method = "GET", path = path .. i, headers = {}, body = "",
      deadline = transport.now() + 20 }
    out[i] = reply and reply.status .. " " .. reply.body or message .. "\n"
    made:close()
  end
  io.write(table.concat(out))
]]

-- Processes that each make so many requests, one after another, on a connection each: for path1, path2
-- and so on. Returns a pipe from which all they got is to be read: status, blank and body of each.
function Server:load(processes, path, count)
  support.write(self.prefix .. "/load.lua", ASK_MANY)
  local one = ("%s %s/load.lua %s %s %d"):format(support.interpreter, self.prefix, self.socket, path, count)
  return assert(io.popen(("for i in $(seq %d); do env -u LD_PRELOAD timeout 60 %s 2>&1 & done; wait"):format(processes,
    one)))
end

-- Runs Lua in a worker, in the phase content unless a path says another place; `arguments` is what
-- it is given there. Returns what it returns; an error there is one here.
function Server:run(code, arguments, path)
  local status, body = self:request("POST", path or "/run", ("local arguments = %s\n%s"):format(
    source(arguments), code))
  assert(status == 200, ("HTTP %d: %s\n%s"):format(status, body, self:log()))
  local results = assert((loadstring or load)(body))()
  if not results.good then
    error(results[1], 0)
  end
  return (unpack or table.unpack)(results, 1, results.n)
end

-- Starts nginx with these parts of a configuration, see the template, and this environment, such as
-- "NAME=value".
function M.start(parts)
  local prefix = support.directory()
  parts = parts or {}
  local self = setmetatable({
    prefix = prefix, socket = prefix .. "/nginx.sock", environment = parts.environment or "",
  }, Server)
  support.write(prefix .. "/nginx.conf", configuration(parts, prefix))
  self.pid = support.run(("%s >%s/out 2>&1 & echo $!"):format(self:command(), prefix)):match "%d+"
  local ready = support.run(("for i in $(seq 250); do [ -S %s ] && [ -s %s/nginx.pid ] && exit 0; "
    .. "kill -0 %s || break; sleep 0.02; done; cat %s/out %s/error.log"):format(self.socket, prefix, self.pid, prefix,
    prefix))
  assert(ready == "", ready)
  self.client = assert(transport.choose({ kind = "unix", address = self.socket }, { transport = "curl" }))
  return self
end

-- A client that lives in a worker of this server: its methods are called there, by those names. Returns
-- nil, message, code where the class does.
function M.remote(server, class, options)
  local id, message, code = server:run([[
    return require("spec.support.nginx_worker").client(arguments.class, arguments.options)]],
    { class = class, options = options })
  if not id then
    return nil, message, code
  end
  local self = { timeout = options.timeout, close = function() end }
  return setmetatable(self, {
    __index = function(_, method)
      return function(_, ...)
        return server:run([[return require("spec.support.nginx_worker").call(arguments)]],
          { id = id, method = method, timeout = self.timeout, n = select("#", ...), ... })
      end
    end,
  })
end

return M
