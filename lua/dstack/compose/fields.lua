-- What guests know of app-compose.json, as data: each field's form, the first release of the guest
-- OS that honours it, and how that is said to people. In the order in which vmm-cli writes them,
-- the others behind.
--
-- kind names a function of kinds.lua. typed: the guest's parser checks the type, since that release
-- (true: since ever), and does not boot when it is wrong; others are read by shell scripts.
-- null: may be null. default: what compose.new writes when nothing is said.

local json = require "dstack.json"

local M = {}

M.newest_release = "0.5.11" -- of the guest OS; what is called 0.6.0 here is being developed

local function row(name, since, kind, more)
  local field = more or {}
  field.name, field.since, field.kind = name, since, kind
  if field.typed == nil then
    field.typed = true
  end
  return field
end

M.list = {
  row("manifest_version", "0.3.1", "manifest", { required = true, default = 2 }),
  row("name", "0.3.1", "string", { required = true }),
  row("runner", "0.3.1", "string", { required = true, default = "docker-compose" }),
  row("docker_compose_file", "0.3.1", "string", { null = true }),
  row("kms_enabled", "0.3.1", "boolean", { default = false }),
  row("gateway_enabled", "0.3.1", "boolean", { default = false }),
  row("local_key_provider_enabled", "0.3.1", "boolean", { default = false }),
  row("key_provider_id", "0.5.1", "hex", { default = "" }),
  row("public_logs", "0.3.3", "boolean", { default = false }),
  row("public_sysinfo", "0.3.3", "boolean", { default = false }),
  row("allowed_envs", "0.4.2", "strings", { default = json.empty_array }),
  row("no_instance_id", "0.4.2", "boolean", { default = false }),
  row("secure_time", "0.5.0", "boolean", { default = false }),
  row("key_provider", "0.5.0", "one_of",
    { null = true, words = { "none", "kms", "local", "tpm" } }),
  row("pre_launch_script", "0.4.0", "string", { typed = false }),
  row("swap_size", "0.5.5", "size"),
  row("event_log_version", "0.6.0", "event_log_version"),
  row("features", "0.3.0", "strings", { ends = "deprecated" }),
  row("snapshotter", "0.6.0", "one_of", { null = true, words = { "overlayfs", "stargz" } }),
  row("bash_script", "0.3.0", "string", { typed = false }),
  row("init_script", "0.5.5", "init_script", { typed = "0.6.0", null = true }),
  row("docker_config", "0.3.1", "object", { typed = false, until_release = "0.5.5" }),
  row("public_tcbinfo", "0.5.1", "boolean"),
  row("tproxy_enabled", "0.3.1", "boolean"),
  row("storage_fs", "0.5.5", "one_of", { null = true, words = { "zfs", "ext4" }, any_case = true }),
  row("port_policy", "0.5.9", "port_policy"),
  row("requirements", "0.6.0", "requirements", { null = true }),
  row("verity_volumes", "0.6.0", "volumes"),
}

-- What guests ignore, but who writes it knows why.
M.conventions = {
  launch_token_hash = "read by the application's own pre-launch script only",
  version = "added by Phala Cloud", salt = "added by Phala Cloud",
  env_pubkey = "added by Phala Cloud",
}

-- The members of nested objects, by the name of their kind. A closed one refuses all others.
M.nested = {
  requirements = { closed = true,
    row("os_version", "0.6.0", "requirement", { null = true }),
    row("platforms", "0.6.0", "platforms", { null = true }),
    row("tdx_measure_acpi_tables", "0.6.0", "boolean", { null = true }),
    row("launch_token_hash", "0.6.0", "hex", { bytes = 32, null = true }),
    row("gpu_policy", "0.6.0", "gpu_policy", { null = true }),
  },
  gpu_policy = { closed = true,
    row("attest_gpu", "0.6.0", "boolean"),
    row("rego", "0.6.0", "string", { null = true }),
    row("allow_devtools", "0.6.0", "boolean"),
    row("allow_debug", "0.6.0", "boolean"),
    row("allow_insecure_boot", "0.6.0", "boolean"),
  },
  port_policy = {
    row("ports", "0.5.9", "ports"),
    row("restrict_mode", "0.5.9", "boolean"),
  },
  port = {
    row("port", "0.5.9", "port", { required = true }),
    row("pp", "0.5.9", "boolean"),
  },
  volume = {
    row("source", "0.6.0", "file_name", { required = true }),
    row("verity_root", "0.6.0", "hex", { bytes = 32, required = true }),
    row("target", "0.6.0", "absolute_path", { required = true }),
  },
}

-- How a value of each kind is written.
M.forms = {
  manifest = 'write 2, or for guests from 0.6.0 on "3"',
  string = "write text in quotes", boolean = "write true or false, without quotes",
  strings = 'write a list of texts, such as ["A", "B"]', object = "write an object in braces",
  hex = "write hex digits in quotes, two a byte, without 0x",
  one_of = "write one of these words in quotes",
  size = 'write a number of bytes, or a size such as "2G"',
  event_log_version = "write 1 or 2",
  init_script = "write the script's text in quotes, or from guest OS 0.6.0 on a list of up to 5",
  requirements = 'write an object, such as {"os_version": ">=0.6.0"}',
  gpu_policy = 'write an object, such as {"attest_gpu": true}',
  port_policy = 'write an object, such as {"ports": [{"port": 443}]}',
  ports = 'write a list of objects, such as [{"port": 443}]',
  port = "write a number from 0 to 65535",
  volumes = 'write a list of objects {"source", "verity_root", "target"}',
  requirement = 'write a requirement such as ">=0.6.0"',
  platforms = 'write a list of these names, such as ["dstack-tdx"]',
  file_name = "write a file's name, without a directory",
  absolute_path = "write a path that begins with /",
}

M.platforms = {
  "dstack-tdx", "dstack-gcp-tdx", "dstack-amd-sev-snp", "dstack-nitro-enclave",
  "dstack-aws-nitro-tpm",
}

M.by_name = {}
for _, field in ipairs(M.list) do
  M.by_name[field.name] = field
end

-- Whether a field is a list, for whom a table without items is one.
function M.is_list(name)
  local field = M.by_name[name]
  return field ~= nil and (field.kind == "strings" or field.kind == "volumes")
end

-- Whether a field's numbers are whole: 2 * 1024 ^ 3, a float in newer Luas, is one of them.
function M.is_whole(name)
  local kind = M.by_name[name] and M.by_name[name].kind
  return kind == "size" or kind == "manifest" or kind == "event_log_version"
end

-- "0.5.11" as a number that compares, or nil.
function M.release(text)
  local major, minor, patch = text:match "^v?(%d+)%.(%d+)%.(%d+)$"
  if not major then
    major, minor = text:match "^v?(%d+)%.(%d+)$"
  end
  return major and #major + #minor + #(patch or "") < 12
    and (tonumber(major) * 10000 + tonumber(minor)) * 10000 + tonumber(patch or 0) or nil
end

-- What `release` made, as {major, minor, patch}.
function M.parts(release)
  local minor = math.floor(release / 10000)
  return { math.floor(minor / 10000), minor % 10000, release % 10000 }
end

return M
