-- Prints app-compose.json for the docker-compose.yml beside this script, and on stderr what it will
-- be measured as. A single byte more or less is another application.
--
--   dstack-lua app_compose.lua >app-compose.json

local cjson = require "cjson"
local dstack = require "dstack"

local file = assert(io.open((arg[0]:match "^.*/" or "") .. "docker-compose.yml", "rb"))
local docker_compose = file:read "a"
file:close()

-- In this order, which is a part of the bytes.
local members = {
  { "manifest_version", 2 },
  { "name", "attest" },
  { "runner", "docker-compose" },
  { "docker_compose_file", docker_compose },
  { "kms_enabled", true },
  { "gateway_enabled", true },
  { "public_logs", false },
  { "public_sysinfo", false },
  { "public_tcbinfo", true },
  { "allowed_envs", {} },
  { "no_instance_id", false },
  { "secure_time", true },
}

local function json(value)
  if type(value) == "table" then
    return "[]" -- the only list here
  end
  return (cjson.encode(value):gsub("\\/", "/"))
end

local lines = {}
for i, member in ipairs(members) do
  lines[i] = ("  %s: %s"):format(json(member[1]), json(member[2]))
end
local text = "{\n" .. table.concat(lines, ",\n") .. "\n}\n"
io.write(text)

local hash = dstack.crypto.hex(dstack.crypto.sha256(text))
io.stderr:write("compose hash  ", hash, "\n")
io.stderr:write("app id        ", hash:sub(1, 40), "  (unless the deployment gives one)\n")
