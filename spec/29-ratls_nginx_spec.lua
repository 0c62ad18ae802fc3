-- The recipe for nginx in docs/ratls.md, as it stands there but for paths, ports and the root, in a
-- real nginx.
local core = require "dstack.core"
local dstack = require "dstack"
local socket = require "socket"
local docs = require "spec.support.docs"
local support = require "spec.support"

local known = support.vectors "ratls"
local MODULES = "/usr/lib/nginx/modules/"

local frame = [[
load_module MODULES/ndk_http_module.so;
load_module MODULES/ngx_http_lua_module.so;
USER
daemon off;
pid DIR/nginx.pid;
error_log DIR/error.log warn;
events { worker_connections 64; }
http {
  access_log off;
  client_body_temp_path DIR/body; proxy_temp_path DIR/proxy; fastcgi_temp_path DIR/fastcgi;
  uwsgi_temp_path DIR/uwsgi; scgi_temp_path DIR/scgi;
  lua_package_path "ROOT/lua/?.lua;ROOT/lua/?/init.lua;;";
  lua_package_cpath "ROOT/BUILD/5.1/?.so;;";
  server {
    listen unix:DIR/backend.sock;
    location / { content_by_lua_block { ngx.say("app " .. (ngx.req.get_headers()["X-App-Id"] or "none")) } }
  }
RECIPE
}
]]

local function exists(path)
  local file = io.open(path)
  return file and file:close() and true or false
end

-- The text with each word replaced, all of which must be there.
local function filled(text, values)
  for word, value in pairs(values) do
    local at = assert(text:find(word, 1, true), word)
    while at do
      text = text:sub(1, at - 1) .. value .. text:sub(at + #word)
      at = text:find(word, at + #value, true)
    end
  end
  return text
end

-- A port that was free a moment ago.
local function free_port()
  local listener = assert(socket.bind("127.0.0.1", 0))
  local _, number = listener:getsockname()
  listener:close()
  return tonumber(number)
end

describe("the recipe for nginx", function()
  local directory, pid, port

  local function start()
    directory, port = support.directory(), free_port()
    local recipe = filled(docs.block("docs/ratls.md", "nginx", 1), {
      ["/etc/nginx"] = directory,
      ["listen 8443 ssl"] = ("listen unix:%s/tls.sock ssl; listen 127.0.0.1:%d ssl"):format(directory, port),
      ["http://127.0.0.1:8080"] = "http://unix:" .. directory .. "/backend.sock",
      ["remember = 300,"] = ('remember = 300, now = %d, root = io.open("%s/root", "rb"):read("*a"),')
        :format(known.now, directory),
    })
    support.write(directory .. "/nginx.conf", filled(frame, {
      MODULES = MODULES, DIR = directory, BUILD = support.interpreter:match "^(.*)/",
      ROOT = support.run "pwd":gsub("\n$", ""), RECIPE = recipe,
      USER = support.run "id -u" == "0\n" and "user root;" or "",
    }))
    support.write(directory .. "/root", core.unhex(known.root))
    support.write(directory .. "/collateral.json", known.collateral)
    support.write(directory .. "/policy.json", ('{"app_id":"%s","any_os":true}'):format(known.app_id))
    support.write(directory .. "/server.pem", known.certificates[1].chain)
    support.write(directory .. "/server.key", known.certificates[1].key)
    support.write(directory .. "/client.pem", known.certificates[3].chain)
    support.write(directory .. "/client.key", known.certificates[3].key)
    support.run(("cd %s; openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes "
      .. "-keyout other.key -out other.pem -days 2 -subj /CN=test"):format(directory))
    pid = support.run(("%sPATH=$PATH:/usr/sbin timeout 60 nginx -p %s -c nginx.conf >%s/out 2>&1 & echo $!")
      :format(support.with_sanitizers(), directory, directory)):match "%d+"
    local ready = support.run(("for i in $(seq 250); do [ -S %s/tls.sock ] && exit 0; sleep 0.02; done; cat %s/*out "
      .. "%s/error.log"):format(directory, directory, directory))
    assert(ready == "", ready)
  end

  -- What a client with that certificate, or none, is answered.
  local function ask(name)
    local own = name and (" -cert %s.pem -key %s.key"):format(name, name) or ""
    local request = "printf 'GET / HTTP/1.0\\r\\n\\r\\n'"
    return (support.run(("cd %s; %s | openssl s_client -quiet -ign_eof -unix tls.sock%s"):format(directory, request,
      own)))
  end

  teardown(function()
    if pid then
      support.signal("TERM", pid)
      support.run("rm -rf " .. directory)
    end
  end)

  it("lets in who shows evidence, and nobody else", function()
    if not exists(MODULES .. "ngx_http_lua_module.so") then
      return pending "nginx or its Lua module is not here"
    end
    start()
    for _ = 1, 2 do
      assert.matches("app " .. known.app_id, ask "client", 1, true)
    end
    assert.matches("403 Forbidden", ask "other", 1, true)
    assert.matches("403 Forbidden", ask(nil), 1, true)
    local log = support.read(directory .. "/error.log")
    assert.matches("verify: certificate: it carries no attestation", log, 1, true)
  end)

  -- What ratls.connect is answered, with that certificate or none.
  local function connect(own)
    local options = { collateral = known.collateral, root = core.unhex(known.root), now = known.now,
      policy = { app_id = known.app_id, any_os = true }, timeout = 60 }
    if own then
      options.certificate, options.key = own.chain, own.key
    end
    local connection = assert(dstack.ratls.connect("127.0.0.1", port, options))
    local reply = assert(connection:request { method = "GET", path = "/", headers = {}, body = "",
      deadline = core.now() + 60 })
    connection:close()
    return reply
  end

  it("and ratls.connect judge each other", function()
    if not pid then
      return pending "nginx or its Lua module is not here"
    end
    assert.equal("app " .. known.app_id .. "\n", connect(known.certificates[3]).body)
    assert.equal(403, connect().status)
    local reply = dstack.run(connect, known.certificates[2])
    assert.equal(200, reply.status)
  end)
end)
