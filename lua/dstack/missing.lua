-- What to do when a part of the SDK cannot be loaded. Lua and the system's loader say what they did
-- not find, at best.

local M = {}

-- library -> the packages that bring it; %s is the number behind its file's name
local packages = {
  libcrypto = "libssl%s (Debian, Ubuntu), libcrypto%s (Alpine) or openssl-libs (Fedora)",
  libcurl = "libcurl%s (Debian, Ubuntu) or libcurl (Alpine, Fedora)",
  libsecp256k1 = "libsecp256k1-%s (Debian, Ubuntu) or libsecp256k1 (Alpine, Fedora)",
}

-- A library that is not there, in the words of glibc's loader or musl's.
local function no_library(message)
  local name, number = message:match "(lib%w+)%.so%.(%d+)[^\n]*No such file"
  if packages[name] then
    local brought_by = packages[name]:gsub("%%s", number)
    return ("dstack needs the library %s: install %s"):format(name, brought_by)
  end
end

local function this_lua()
  return rawget(_G, "jit") and "LuaJIT" or _VERSION, _VERSION:match "%d.*"
end

local function other_lua(message)
  if message:find "undefined symbol: luaL?_" or message:find "luaL?_%w+: symbol not found"
    or message:find "version mismatch" then
    local name, version = this_lua()
    return ("that file was built for another Lua than this one, %s: package.cpath has to name "
      .. "a build for %s first"):format(name, version)
  end
end

local function no_recovery(message)
  if message:find("secp256k1_ecdsa_recover", 1, true) or message:find("_recoverable_", 1, true) then
    return "dstack needs a libsecp256k1 that was built with its recovery module"
  end
end

-- The rock without libcurl has all of the module but dstack.http.
local function no_module(message)
  local name = message:match "module 'dstack%.(%a+)' not found"
  if name == "core" or name == "http" then
    local _, version = this_lua()
    local rock = name == "http" and "; the rock lua-resty-dstack comes without it" or ""
    return ("dstack/%s.so is in no place that package.cpath names. A build tree has it in build/%s,"
      .. " an installation in lib/lua/%s, 'luarocks path' tells a rock's%s"):format(
      name, version, version, rock)
  end
end

-- The message of a failed require, with the cure behind it where there is one.
function M.explain(message)
  if type(message) ~= "string" then
    return message
  end
  local cure = no_library(message) or other_lua(message) or no_recovery(message)
    or no_module(message)
  return cure and message .. "\n" .. cure or message
end

return M
