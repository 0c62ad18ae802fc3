-- AppCompose, as the Python SDK has it: fields by name, others kept; what get_compose_hash takes.

local core = require "dstack.core"

local M = {}

-- In the order of Python's arguments.
local names = {
  "runner", "manifest_version", "name", "features", "docker_compose_file", "docker_config",
  "public_logs", "public_sysinfo", "public_tcbinfo", "kms_enabled", "gateway_enabled",
  "tproxy_enabled", "local_key_provider_enabled", "key_provider", "key_provider_id",
  "allowed_envs", "no_instance_id", "secure_time", "requirements", "bash_script",
  "pre_launch_script", "snapshotter",
}

local AppCompose = { __name = "AppCompose" }
AppCompose.__index = AppCompose

-- A table of the fields that have a value.
function AppCompose:to_dict()
  if getmetatable(self) ~= AppCompose then
    core.raise "AppCompose:to_dict: called without a colon"
  end
  local dict = {}
  for name, value in pairs(self) do
    dict[name] = value
  end
  return dict
end

local function make(fields)
  local self = setmetatable({}, AppCompose)
  for name, value in pairs(fields) do
    if type(name) ~= "string" then
      core.raise "AppCompose: fields are named, such as {runner = ...}"
    end
    rawset(self, name, value)
  end
  if rawget(self, "runner") == nil then
    core.raise "AppCompose: runner is missing"
  end
  return self
end

-- Of a table of fields, which stays as it is.
function AppCompose.from_dict(dict)
  if type(dict) ~= "table" then
    core.raise(("AppCompose.from_dict: a table expected, got %s"):format(type(dict)))
  end
  return make(dict)
end

function AppCompose:__tostring()
  return "AppCompose: " .. tostring(rawget(self, "name") or rawget(self, "runner"))
end

local function positional(...)
  local fields = {}
  for i = 1, select("#", ...) do
    if not names[i] then
      core.raise(("AppCompose: %d arguments at most"):format(#names))
    end
    fields[names[i]] = (select(i, ...))
  end
  return fields
end

M.AppCompose = setmetatable(AppCompose, {
  __call = function(_, first, ...)
    return make(type(first) == "table" and first or positional(first, ...))
  end,
  __tostring = function() return "dstack.AppCompose" end,
})

return M
