local agent = require "dstack.cli.agent"
local cli = require "dstack.cli"
local host = require "dstack.host"
local json = require "dstack.cli.json"
local output = require "dstack.cli.output"

local M = {
  summary = "get a fresh TLS key and its certificate chain",
  usage = "-o DIR | --key-out FILE [--cert-out FILE] | --reveal [options]",
  words = {},
  options = cli.options({
    { names = { "-o" }, value = "DIR", key = "dir", help = "write DIR/key.pem and DIR/cert.pem" },
    { names = { "--key-out" }, value = "FILE", key = "key_out",
      help = "write the private key to FILE, for its owner only" },
    { names = { "--cert-out" }, value = "FILE", key = "cert_out",
      help = "write the certificate chain to FILE; else it is printed" },
    { names = { "--reveal" }, key = "reveal", help = "print the private key" },
    { names = { "--subject" }, value = "NAME", key = "subject", help = "common name" },
    { names = { "--alt-name" }, value = "NAME", key = "alt_names", list = true,
      help = "DNS name or IP address; repeatable" },
    { names = { "--ra-tls" }, key = "ra_tls", help = "embed an attestation" },
    { names = { "--server-auth" }, key = "server_auth", help = "for servers (the default)" },
    { names = { "--no-server-auth" }, key = "no_server_auth", help = "not for servers" },
    { names = { "--client-auth" }, key = "client_auth", help = "for clients" },
    { names = { "--not-before" }, value = "TIME", key = "not_before", help = "Unix seconds" },
    { names = { "--not-after" }, value = "TIME", key = "not_after", help = "Unix seconds" },
    { names = { "--with-app-info" }, key = "app_info",
      help = "embed app id, compose hash and the like" },
  }, agent.options, output.options),
}

-- Where the two halves go; nil for one that goes to no file. Returns nil, message, code when the
-- private key has no place.
local function places_of(values)
  local dir = values.dir
  local places = {
    key = values.key_out or dir and dir .. "/key.pem",
    cert = values.cert_out or dir and dir .. "/cert.pem",
  }
  if not (places.key or values.reveal) then
    return nil, "the private key needs a place: -o DIR, --key-out FILE, or --reveal to print it",
      "usage"
  elseif places.key == "-" or places.cert == "-" then
    return nil, "--key-out and --cert-out want files; --reveal prints", "usage"
  elseif places.key and places.cert and host.same_place(places.key, places.cert) then
    return nil, "key and certificates cannot go to one file", "usage"
  end
  return places
end

local function check_times(values)
  for option, text in pairs {
    ["--not-before"] = values.not_before, ["--not-after"] = values.not_after,
  } do
    if not text:find "^%d+$" then
      return nil, option .. ": not a time in Unix seconds: " .. text, "usage"
    end
  end
  return true
end

local function check(values)
  if values.server_auth and values.no_server_auth then
    return nil, "--server-auth and --no-server-auth exclude each other", "usage"
  end
  return check_times(values)
end

-- One PEM text of several.
local function join(list)
  return (table.concat(list, "\n"):gsub("\n*$", "\n"):gsub("\n\n+", "\n"))
end

local function product_of(tls, places, values)
  local key, chain = join { tls.key }, join(tls.certificate_chain)
  local files = {}
  if places.key then
    files[1] = { path = places.key, bytes = key, mode = output.PRIVATE }
  end
  if places.cert then
    files[#files + 1] = { path = places.cert, bytes = chain, mode = output.PUBLIC }
  end
  return { files = files, text = (values.reveal and key or "") .. (places.cert and "" or chain) }
end

local methods = { v0 = "get_tls_key", v1 = "issue_cert" }

local function get(client, values, places)
  local tls, message, code = client[methods[values.api or "v0"]](client, {
    subject = values.subject, alt_names = values.alt_names, usage_ra_tls = values.ra_tls,
    usage_server_auth = not values.no_server_auth, usage_client_auth = values.client_auth,
    not_before = tonumber(values.not_before), not_after = tonumber(values.not_after),
    with_app_info = values.app_info,
  })
  if not tls then
    return nil, message, code
  end
  return {
    { "key", values.reveal and tls.key },
    { "certificate_chain", json.array(tls.certificate_chain) },
    { "key_file", places.key and host.printable(places.key) },
    { "certificate_file", places.cert and host.printable(places.cert) },
  }, product_of(tls, places, values)
end

function M.run(values)
  local places, message, code = places_of(values)
  if not places then
    return nil, message, code
  end
  local good
  good, message, code = check(values)
  if not good then
    return nil, message, code
  end
  return agent.run(values, get, places)
end

return M
