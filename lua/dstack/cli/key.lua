local agent = require "dstack.cli.agent"
local cli = require "dstack.cli"
local core = require "dstack.core"
local input = require "dstack.cli.input"
local json = require "dstack.cli.json"
local kms = require "dstack.cli.kms"
local output = require "dstack.cli.output"

local M = {
  summary = "derive a key: show its public half and what vouches for it",
  usage = "PATH [--purpose TEXT] [--algorithm NAME] [--app-id HEX --kms-root HEX] [options]\n"
    .. "       dstack-lua key DOMAIN --api v1 --algorithm NAME [...]",
  words = { "PATH" },
  options = cli.options({
    { names = { "--purpose", "-p" }, value = "TEXT", key = "purpose",
      help = "v0: goes into the signature chain, not into the key (default: empty)" },
    { names = { "--algorithm", "-a" }, value = "NAME", key = "algorithm",
      offers = { "secp256k1", "ed25519" },
      help = "v0: secp256k1 by default; v1: it makes the key another one" },
    { names = { "--verify" }, key = "verify",
      help = "check the signature chain; so do the two options below" },
    { names = { "--app-id" }, value = "HEX", key = "app_id", help = "the app you mean" },
    kms.root_option,
    { names = { "--reveal" }, key = "reveal", help = "print the private key" },
  }, output.file_options, agent.options, output.options),
}

-- What a chain is checked against comes from the user: an agent could vouch for itself. Returns a
-- table, false when no check is wanted, or nil, message, code.
local function anchors_of(values)
  if not (values.verify or values.app_id or values.kms_root) then
    return false
  end
  local given = values.verify and "--verify" or values.app_id and "--app-id" or "--kms-root"
  local root = kms.root_text(values)
  if not root then
    return nil, given .. " wants --kms-root HEX, from a source you trust: the KMS's contract, say",
      "usage"
  elseif not values.app_id then
    return nil, given .. " wants --app-id HEX, the app you mean, not what the agent says it is",
      "usage"
  end
  local app_id, message, code = input.unhex(values.app_id, "--app-id")
  if not app_id then
    return nil, message, code
  end
  return { app_id = values.app_id, kms_root = root }
end

-- How a surface derives the key, which names it has for that, and where the public half is.
local ways = {
  v0 = {
    names = { "path", "purpose" },
    get = function(client, path, values)
      return client:get_key(path, values.purpose, values.algorithm)
    end,
    public_key = function(key) return key:public_key() end,
  },
  v1 = {
    names = { "domain" },
    get = function(client, domain, values) return client:get_key(domain, values.algorithm) end,
    public_key = function(key) return key.public_key end,
  },
}

local function describe(key, values, app_root, way)
  local public, message, code = way.public_key(key)
  if not public then
    return nil, message, code
  end
  local rows = {}
  for i, name in ipairs(way.names) do
    rows[i] = { name, key.request[name] }
  end
  for _, row in ipairs {
    { "algorithm", key.request.algorithm },
    { "public_key", public },
    { "signature_chain", json.array(key.signature_chain) },
    { "app_root", app_root, text = app_root and "verified, " .. app_root, style = "good" },
    { "key", values.reveal and key.key, label = "private key", style = "secret" },
  } do
    rows[#rows + 1] = row
  end
  return rows
end

local function derive(client, values, name, anchors)
  local way = ways[values.api or "v0"]
  local key, message, code = way.get(client, name, values)
  if not key then
    return nil, message, code
  end
  local app_root
  if anchors then
    app_root, message, code = key:verify_chain(anchors)
    if not app_root then
      return nil, message, code
    end
  end
  local document
  document, message, code = describe(key, values, app_root, way)
  if not document then
    return nil, message, code
  end
  return document, { bytes = core.unhex(key.key), mode = output.PRIVATE }
end

-- On v1 the algorithm is part of the key, so there is no default that could change.
local function check_api(values)
  if values.api ~= "v1" then
    return true
  elseif values.purpose then
    return nil, "--purpose goes with v0 only: v1's chain speaks for domain and algorithm", "usage"
  elseif not values.algorithm then
    return nil, "--algorithm is missing: on v1 it makes the key another one", "usage"
  end
  return true
end

function M.run(values, words)
  local good, message, code = check_api(values)
  if not good then
    return nil, message, code
  end
  local anchors
  anchors, message, code = anchors_of(values)
  if anchors == nil then
    return nil, message, code
  elseif values.raw and not values.out and not values.reveal then
    return nil, "--raw would print the private key: add --reveal, or -o FILE", "usage"
  end
  return agent.run(values, derive, words[1], anchors)
end

return M
