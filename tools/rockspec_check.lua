-- Compares the rockspec's lists with the files that are there.

local spec = setmetatable({}, { __index = { } })
assert(loadfile("dstack-scm-1.rockspec", "t", spec))()

local function listed(command)
  local set, pipe = {}, io.popen(command)
  for path in pipe:lines() do
    set[path] = true
  end
  pipe:close()
  return set
end

local function compare(what, named, there)
  local set = {}
  for _, path in pairs(named) do
    set[path] = true
    if not there[path] then
      print(("rockspec: %s names %s, which does not belong to it"):format(what, path))
    end
  end
  for path in pairs(there) do
    if not set[path] then
      print(("rockspec: %s does not name %s"):format(what, path))
    end
  end
end

local modules, lua = spec.build.modules, {}
for name, module in pairs(modules) do
  if type(module) == "string" then
    lua[name] = module
  end
end

compare("dstack.core", modules["dstack.core"].sources, listed
  "ls src/base/*.c src/crypto/*.c src/rpc/*.c src/guest/*.c src/attest/*.c src/deploy/*.c src/ethereum/*.c src/solana/*.c src/http1/*.c src/lua/*.c 2>/dev/null | grep -v -e m_http -e libcrypto_dlopen")
compare("dstack.http", modules["dstack.http"].sources, listed
  [[ls src/base/*.c src/http1/*.c src/http/*.c src/lua/box.c src/lua/compat.c src/lua/headers.c src/lua/m_http.c | grep -v curl_dlopen]])
compare("the Lua modules", lua, listed
  "find lua -name '*.lua' -not -path 'lua/dstack/cli/*' -not -path 'lua/dstack/repl/*'")
