-- What else guests make of a document, a row a rule:
--   {name, severity, from =, before =, path =, test =, what =, boot =, cure =}
-- from and before are releases of the guest OS, the second the first that does not do so. test
-- takes a checker and says whether the rule strikes: true, or words for the %s of `what`, or a list
-- of {path =, words}, for a finding each.

local fields = require "dstack.compose.fields"
local requirement = require "dstack.compose.requirement"
local variables = require "dstack.compose.variables"

local function is_composed(check)
  local runner = check:text "runner"
  return runner == "docker-compose" or runner == "nerdctl-compose"
end

local function is_runner(...)
  local known = {}
  for _, name in ipairs { ... } do
    known[name] = true
  end
  return function(check)
    local runner = check:text "runner"
    return runner ~= nil and not known[runner] and ("%q"):format(runner)
  end
end

local function is_no_string(name)
  return function(check)
    local node = check:member(name)
    return node ~= nil and node.kind ~= "string"
  end
end

local function lacks_manifest_3(check)
  return check:manifest() < 3
end

-- Names that allowed_envs lists and no guest will ever take, or lists again.
local function bad_names(check)
  local list = {}
  for i, name in ipairs(check:strings "allowed_envs") do
    if not name:find "^[%a_][%w_]*$" or #name > 255 then
      list[#list + 1] = { path = ("allowed_envs[%d]"):format(i), ("%q"):format(name) }
    end
  end
  return list
end

local function repeated_names(check)
  local list, seen = {}, {}
  for i, name in ipairs(check:strings "allowed_envs") do
    if seen[name] then
      list[#list + 1] = { path = ("allowed_envs[%d]"):format(i), ("%q"):format(name) }
    end
    seen[name] = true
  end
  return list
end

-- Variables that the docker-compose file uses so, and nothing sets.
local function uncovered(unset)
  return function(check)
    local list, allowed = {}, {}
    for _, name in ipairs(check:strings "allowed_envs") do
      allowed[name] = true
    end
    local script = check:text "pre_launch_script" or ""
    local text = is_composed(check) and check:text "docker_compose_file" or ""
    for _, use in ipairs(variables.uses(text)) do
      if use.unset == unset and not allowed[use.name]
        and not variables.is_set_by(script, use.name) then
        list[#list + 1] = { ("%s in line %d"):format(use.name, use.line) }
      end
    end
    return list
  end
end

-- key_provider says one thing, one of the older switches another.
local function contradicted(check)
  local stated = check:text "key_provider"
  if stated and stated ~= "kms" and check:is_true "kms_enabled" then
    return "kms_enabled"
  end
  return stated and stated ~= "local" and check:is_true "local_key_provider_enabled"
    and "local_key_provider_enabled"
end

local function doubled_targets(check)
  local list, seen = {}, {}
  local volumes = check:node "verity_volumes"
  for i, volume in ipairs(volumes and volumes.items or {}) do
    for _, member in ipairs(volume.items or {}) do
      if member.name == "target" and seen[member.value] then
        list[#list + 1] = { path = ("verity_volumes[%d].target"):format(i) }
      end
      if member.name == "target" and member.value then
        seen[member.value] = true
      end
    end
  end
  return list
end

-- A member of the requirements, or nil.
local function required(check, name)
  for _, member in ipairs((check:node "requirements" or {}).items or {}) do
    if member.name == name then
      return member
    end
  end
end

-- Whether the guest's release is none of those demanded. What cannot be read is told elsewhere.
local function is_other_release(check)
  local node = required(check, "os_version")
  local list = node and node.kind == "string" and requirement.parse(node.value)
  if list and not requirement.is_met(list, fields.parts(check.release)) then
    return ("%q"):format(node.value)
  end
end

local function is_larger(bytes)
  return function(check)
    return #check.doc.bytes > bytes and ("%d bytes"):format(#check.doc.bytes)
  end
end

local APP_FAILS = "the machine runs, but the application service fails and no container starts"
local REFUSED = "the guest stops before it asks for keys"

return {
  { "runner", "error", before = "0.6.0", path = "runner",
    test = is_runner("docker-compose", "bash"),
    what = "is %s, which this guest does not have", boot = APP_FAILS,
    cure = 'use "docker-compose" or "bash"' },
  { "runner", "error", from = "0.6.0", path = "runner",
    test = is_runner("docker-compose", "bash", "nerdctl-compose"),
    what = "is %s, which no guest has", boot = APP_FAILS,
    cure = 'use "docker-compose", "nerdctl-compose" or "bash"' },
  { "compose-file", "error", path = "docker_compose_file",
    test = function(check) return is_composed(check) and not check:node "docker_compose_file" end,
    what = "is missing or null", boot = 'docker-compose.yaml is the word "null". ' .. APP_FAILS,
    cure = "put the text of the docker-compose file there" },
  { "compose-file", "error", path = "docker_compose_file",
    test = function(check)
      local text = is_composed(check) and check:text "docker_compose_file"
      return text and text:find "%S" == nil
    end,
    what = "is empty", boot = "there is nothing to start. " .. APP_FAILS,
    cure = "put the text of the docker-compose file there" },
  { "bash-script", "error", path = "bash_script",
    test = function(check)
      return check:text "runner" == "bash" and not check:text "bash_script"
    end,
    what = "is missing or no text", boot = 'the command "null" is run. ' .. APP_FAILS,
    cure = "put the script's text there" },
  { "pre-launch-script", "error", from = "0.4.0", path = "pre_launch_script",
    test = is_no_string "pre_launch_script", what = "is there and no text",
    boot = 'the word "null", or JSON, is run as a script. ' .. APP_FAILS, cure = "leave it out" },
  { "pre-launch-strict", "note", from = "0.6.0", path = "pre_launch_script",
    test = function(check) return check:text "pre_launch_script" end,
    what = "runs under `set -euo pipefail`",
    boot = "an unset variable or a failing command in it ends the start",
    cure = "write ${NAME:-} where a variable may be unset" },
  { "snapshotter", "error", from = "0.6.0", path = "snapshotter",
    test = function(check)
      return check:text "runner" == "docker-compose" and check:member "snapshotter" ~= nil
    end,
    what = "is there, if only as null, and the runner is docker-compose", boot = APP_FAILS,
    cure = "leave it out, or use nerdctl-compose" },
  { "nerdctl-manifest", "error", from = "0.6.0", path = "runner",
    test = function(check)
      return check:text "runner" == "nerdctl-compose" and lacks_manifest_3(check)
    end,
    what = "nerdctl-compose needs manifest_version 3", boot = REFUSED,
    cure = 'state manifest_version "3", as text' },
  { "nerdctl-build", "error", from = "0.6.0", path = "docker_compose_file",
    test = function(check)
      local text = "\n" .. (check:text "docker_compose_file" or "")
      return check:text "runner" == "nerdctl-compose" and text:find "\n%s+build:" ~= nil
    end,
    what = "has a build section, which nerdctl-compose does not take", boot = APP_FAILS,
    cure = "publish the image and name it" },
  { "requirements-manifest", "error", from = "0.6.0", path = "requirements",
    test = function(check) return check:node "requirements" ~= nil and lacks_manifest_3(check) end,
    what = "needs manifest_version 3", boot = REFUSED,
    cure = 'state manifest_version "3", as text' },
  { "init-scripts-manifest", "error", from = "0.6.0", path = "init_script",
    test = function(check)
      local node = check:node "init_script"
      return node ~= nil and #(node.items or {}) > 1 and lacks_manifest_3(check)
    end,
    what = "has several scripts, which needs manifest_version 3", boot = REFUSED,
    cure = 'state manifest_version "3", as text' },
  { "no-platform", "error", from = "0.6.0", path = "requirements.platforms",
    test = function(check)
      local platforms = required(check, "platforms")
      return platforms ~= nil and platforms.kind == "array" and #platforms.items == 0
    end,
    what = "is an empty list, which allows none", boot = REFUSED,
    cure = "leave it out to allow all, or name some" },
  { "os-version", "error", from = "0.6.0", path = "requirements.os_version",
    test = is_other_release, what = "demands %s, which this guest is not", boot = REFUSED,
    cure = "use another guest, or demand less" },
  { "manifest-number", "warning", before = "0.6.0", path = "manifest_version",
    test = function(check) return check:manifest() >= 3 end,
    what = "is a number above 2",
    boot = "this guest boots and ignores what 3 stands for; guests from 0.6.0 on refuse the number",
    cure = 'write 2, or "3" as text, which older guests refuse' },
  { "secure-time", "warning", from = "0.5.0", path = "secure_time",
    test = function(check) return check:member "secure_time" == nil end,
    what = "is missing, and so true",
    boot = "the guest waits 3 seconds for the time from a server, and stops when none comes",
    cure = "state false, as vmm-cli does, or true" },
  { "pinned-nobody", "error", from = "0.5.6", path = "key_provider_id",
    test = function(check)
      local provider = check:provider()
      return (provider == "none" or provider == "tpm")
        and (check:text "key_provider_id" or "") ~= "" and provider
    end,
    what = "pins a key provider, but the provider is %s", boot = REFUSED,
    cure = 'state "", or a key provider that has an identity' },
  { "provider-contradicted", "warning", from = "0.5.6", path = "key_provider",
    test = contradicted,
    what = "says another provider than %s", boot = "key_provider counts, the other does not",
    cure = "let them agree" },
  { "envs-unreachable", "warning", from = "0.4.2", path = "allowed_envs",
    test = function(check)
      return #check:strings "allowed_envs" > 0 and check:provider() ~= "kms" and check:provider()
    end,
    what = "lists variables, but the key provider is %s",
    boot = "the encrypted environment is ignored without a word; the variables never arrive",
    cure = "use the key provider kms" },
  { "env-name", "warning", from = "0.4.2", path = "allowed_envs", test = bad_names,
    what = "%s is no name of a variable",
    boot = "the guest stops when the encrypted environment has it",
    cure = "letters, digits and _, no digit first, up to 255 of them" },
  { "env-repeated", "note", from = "0.4.2", path = "allowed_envs", test = repeated_names,
    what = "%s is listed before", boot = "nothing, but the hash is another",
    cure = "list it once" },
  { "env-fatal", "error", from = "0.4.2", path = "docker_compose_file",
    test = uncovered "fails",
    what = "demands %s, which is not in allowed_envs", boot = APP_FAILS,
    cure = "list it in allowed_envs" },
  { "env-empty", "warning", from = "0.4.2", path = "docker_compose_file",
    test = uncovered "",
    what = "uses %s, which is not in allowed_envs", boot = "it is empty, whatever was sent",
    cure = "list it in allowed_envs, or write ${NAME:-default}; $$ stands for a $" },
  { "env-default", "note", from = "0.4.2", path = "docker_compose_file",
    test = uncovered "default",
    what = "uses %s, which is not in allowed_envs", boot = "it has its default, whatever was sent",
    cure = "list it in allowed_envs where it is to be set" },
  { "volume-target", "error", from = "0.6.0", path = "verity_volumes", test = doubled_targets,
    what = "is a target for the second time", boot = REFUSED, cure = "mount them apart" },
  { "name-characters", "warning", path = "name",
    test = function(check)
      return (check:text "name" or ""):find "[^%w%-_. @~!$^()]" ~= nil
    end,
    what = "has characters that a VMM does not take for a name", boot = "it may refuse the machine",
    cure = "use letters, digits, blanks and - _ . @ ~ ! $ ^ ( )" },
  { "size", "error", path = "", test = is_larger(50 * 2 ^ 20), what = "has %s",
    boot = "the guest copies 50 MiB at most and stops", cure = "shorten it" },
  { "size-vmm", "warning", path = "", test = is_larger(10 * 2 ^ 20), what = "has %s",
    boot = "a VMM takes requests of 10 MiB at most", cure = "shorten it" },
  { "size-cloud", "note", path = "", test = is_larger(200 * 2 ^ 10), what = "has %s",
    boot = "Phala Cloud takes 200 KiB at most", cure = "shorten it when it is to run there" },
}
