local cli = require "dstack.cli"
local compose = require "dstack.compose"
local compose_file = require "dstack.cli.compose_file"
local core = require "dstack.core"
local fields = require "dstack.compose.fields"
local input = require "dstack.cli.input"
local json = require "dstack.json"
local output = require "dstack.cli.output"
local variables = require "dstack.cli.variables"

-- What is taken as it was given: option, field, placeholder (none: a switch), help, what to offer
-- (else the words that the field may be).
local plain = {
  { "--name", "name", "NAME", "the application's name" },
  { "--runner", "runner", "NAME",
    "what starts it (default: docker-compose); bash runs FILE, a script",
    { "docker-compose", "nerdctl-compose", "bash" } },
  { "--kms", "kms_enabled", nil, "keys come from a KMS" },
  { "--gateway", "gateway_enabled", nil, "reachable through the gateway" },
  { "--local-key-provider", "local_key_provider_enabled", nil, "keys come from the host" },
  { "--key-provider", "key_provider", "NAME", "goes before the two above" },
  { "--key-provider-id", "key_provider_id", "HEX", "the only key provider that will do" },
  { "--public-logs", "public_logs", nil, "anybody may read the containers' logs" },
  { "--public-sysinfo", "public_sysinfo", nil, "anybody may read what the system is" },
  { "--no-instance-id", "no_instance_id", nil, "instances have no id of their own" },
  { "--secure-time", "secure_time", nil, "do not boot before the time is known" },
  { "--swap-size", "swap_size", "SIZE", "bytes, or a size such as 2G" },
  { "--storage-fs", "storage_fs", "NAME", "the file system of the disk" },
}

-- Fields that --set leaves to others: what each is given by.
local own = {
  allowed_envs = "--env", pre_launch_script = "--pre-launch-script", init_script = "--init-script",
  docker_compose_file = "FILE", bash_script = "FILE",
}
for _, row in ipairs(plain) do
  own[row[2]] = row[1]
end

local function plain_options()
  local list = {}
  for i, row in ipairs(plain) do
    local offers = row[5] or fields.by_name[row[2]].words
    list[i] = { names = { row[1] }, key = row[2], value = row[3], help = row[4], offers = offers }
  end
  return list
end

-- The fields that no option above sets.
local function other_fields()
  local list, taken = {}, { docker_compose_file = true, bash_script = true, allowed_envs = true,
    pre_launch_script = true, init_script = true, manifest_version = true }
  for _, row in ipairs(plain) do
    taken[row[2]] = true
  end
  for _, field in ipairs(fields.list) do
    if not taken[field.name] then
      list[#list + 1] = field.name .. "="
    end
  end
  return list
end

local M = {
  summary = "make an app-compose.json of a docker-compose file",
  usage = "--name NAME FILE [-o FILE] [options]",
  words = { "FILE" },
  options = cli.options(plain_options(), {
    { names = { "--env" }, value = "NAME", key = "envs", list = true,
      help = "a variable that may be sent encrypted; repeatable" },
    { names = { "--env-file" }, value = "FILE", key = "env_file",
      help = "all names of a file of variables, as by --env; its values are not looked at" },
    { names = { "--pre-launch-script" }, value = "FILE", key = "pre_launch",
      help = "a script for the moment before the containers start" },
    { names = { "--init-script" }, value = "FILE", key = "init", list = true,
      help = "a script for the moment before docker starts; repeatable from guest OS 0.6 on" },
    { names = { "--set" }, value = "FIELD=JSON", key = "set", list = true,
      offers = other_fields,
      help = "any other field, such as requirements={\"platforms\":[\"dstack-tdx\"]}; repeatable" },
    compose_file.form_option "vmm-cli",
    compose_file.out_option,
  }, output.options),
}

-- A field of --set and its JSON; or nil and what is wrong.
local function parse_set(text)
  local name, value = text:match "^([^=]+)=(.*)$"
  if not name then
    return nil, "FIELD=JSON is wanted"
  elseif own[name] then
    return nil, own[name] .. " gives that field"
  end
  local good, message = core.json_tree(value)
  return good and name, message or value
end

-- Fields from --set into fields and what is none. Returns true, or nil, message, code.
local function set_fields(given, list)
  for _, text in ipairs(list or {}) do
    local name, value = parse_set(text)
    if not name then
      return nil, ("--set %s: %s"):format(text, value), "usage"
    end
    local place = fields.by_name[name] and given or given.extra
    place[name] = json.literal(value)
  end
  return true
end

-- A size that is a number of bytes is one in the document too.
local function size_of(text)
  return text and text:find "^%d+$" and #text < 16 and math.floor(tonumber(text)) or text
end

-- Texts of files, for the fields that hold scripts. Returns true, or nil, message, code.
local function read_scripts(given, values, path)
  local inits = values.init or {}
  local scripts = { { given.runner == "bash" and "bash_script" or "docker_compose_file", path } }
  if values.pre_launch then
    scripts[2] = { "pre_launch_script", values.pre_launch }
  end
  for _, script in ipairs(scripts) do
    local text, message, code = input.read(script[2])
    if not text then
      return nil, message, code
    end
    given[script[1]] = text
  end
  local list = {}
  for i, file in ipairs(inits) do
    local text, message, code = input.read(file)
    if not text then
      return nil, message, code
    end
    list[i] = text
  end
  if #list > 0 then
    given.init_script = #list == 1 and list[1] or list
  end
  return true
end

-- Names from --env and --env-file, each once; nil without any. Returns false, message, code when
-- the file is wrong.
local function names_of(values)
  local names, seen = {}, {}
  local list, message, code = variables.read_file(values.env_file, { allow_duplicates = true })
  if not list then
    return false, message, code
  end
  for i, name in ipairs(values.envs or {}) do
    names[i], seen[name] = name, true
  end
  for _, var in ipairs(list) do
    names[#names + 1] = not seen[var.key] and var.key or nil
    seen[var.key] = true
  end
  return #names > 0 and names or nil
end

local function fields_of(values, path)
  local names, message, code = names_of(values)
  if names == false then
    return nil, message, code
  end
  local given = { form = values.form, allowed_envs = names, extra = {} }
  for _, row in ipairs(plain) do
    given[row[2]] = values[row[2]]
  end
  given.swap_size = size_of(given.swap_size)
  local good
  good, message, code = read_scripts(given, values, path)
  if good then
    good, message, code = set_fields(given, values.set)
  end
  return good and given, message, code
end

local function check(values)
  if not values.name then
    return nil, "--name is missing", "usage"
  end
  return compose_file.check(values)
end

function M.run(values, words)
  local given, doc
  local good, message, code = check(values)
  if good then
    given, message, code = fields_of(values, words[1])
  end
  if given then
    doc, message, code = compose.new(given)
  end
  if not doc then
    return nil, message, code
  end
  cli.note("the compose hash is " .. doc.hash)
  return compose_file.finish(doc, {
    { "form", values.form or "vmm-cli" },
    { "compose_hash", doc.hash },
    { "app_id", doc.app_id },
  }, values)
end

return M
