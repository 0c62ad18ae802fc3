local cli = require "dstack.cli"
local dstack = require "dstack"
local input = require "dstack.cli.input"
local json = require "dstack.cli.json"
local output = require "dstack.cli.output"
local variables = require "dstack.cli.variables"

local M = {
  summary = "open an encrypted environment, given the application's secret key",
  usage = "FILE --key-file FILE [--compose app-compose.json] [--reveal] [options]",
  words = { "FILE" },
  options = cli.options({
    { names = { "--key-file" }, value = "FILE", key = "key_file",
      help = "the X25519 secret key (env_crypt_key), as hex or 32 bytes" },
    { names = { "--compose" }, value = "FILE", key = "compose",
      help = "app-compose.json: show what a guest makes of it, by its allowed_envs" },
    { names = { "--reveal" }, key = "reveal", help = "print the values" },
  }, output.options),
}

-- The bytes of a file, hex text of which may end in a line's end.
local function read_hex(path)
  local bytes, message, code = input.read(path)
  if not bytes then
    return nil, message, code
  end
  return bytes:match "^(%x+)%s*$" or bytes:match "^(0[xX]%x+)%s*$" or bytes
end

local function open(values, path)
  local key, message, code = read_hex(values.key_file)
  local sealed, allowed
  if key then
    sealed, message, code = read_hex(path)
  end
  if sealed and values.compose then
    allowed, message, code = variables.allowed(values.compose)
  end
  if not sealed or (values.compose and not allowed) then
    return nil, message, code
  end
  return dstack.decrypt_env_vars(sealed, key, { allowed_envs = allowed })
end

local function revealed(list)
  local out, lines = {}, {}
  for i, var in ipairs(list) do
    out[i] = json.object { { "key", var.key }, { "value", var.value } }
    lines[i] = var.key .. "=" .. var.value
  end
  return json.array(out), lines
end

function M.run(values, words)
  local good, message, code = output.check(values)
  if not good then
    return nil, message, code
  elseif not values.key_file then
    return nil, "--key-file is missing", "usage"
  end
  local list
  list, message, code = open(values, words[1])
  if not list then
    return nil, message, code
  end
  local summary = variables.summary(list)
  local env, lines
  if values.reveal then
    summary.text = ""
    env, lines = revealed(list)
  end
  return output.finish({ summary, { "env", env, style = "secret", text = lines or "" } }, nil,
    values)
end

return M
