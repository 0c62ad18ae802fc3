-- Canonicalising 100 kB of JSON: what get_compose_hash does before it hashes, and writing a form,
-- beside lua-cjson's decode and encode of the same text.

local cjson = require "cjson"
local core = require "dstack.core"

-- As a deployer's document, with a large docker-compose file, and as many small members.
local function documents()
  local service = "  web%d:\n    image: registry.example/web@sha256:%s\n"
    .. "    command: [\"sh\", \"-c\", \"a && b\"]\n"
  local member = [["name%d":{"port":%d,"list":[1,2.5,true,null,"text %d"],"b":"\n"}]]
  local services, members = {}, {}
  for i = 1, 670 do
    services[i] = service:format(i, ("%064x"):format(i))
  end
  for i = 1, 1500 do
    members[i] = member:format(i * 7919 % 1500, i, i)
  end
  local text = cjson.encode("services:\n" .. table.concat(services))
  return {
    { "one text", '{"runner":"docker-compose","docker_compose_file":' .. text .. "}" },
    { "many members", '{"runner":"docker-compose","x":{' .. table.concat(members, ",") .. "}}" },
  }
end

-- Milliseconds of a call, the best of some.
local function time(call)
  local best = math.huge
  for _ = 1, 30 do
    local before = os.clock()
    call()
    best = math.min(best, os.clock() - before)
  end
  return best * 1000
end

for _, document in ipairs(documents()) do
  local name, text = document[1], document[2]
  local theirs = time(function() return cjson.encode(cjson.decode(text)) end)
  local ours = time(function() return assert(core.compose_canonical(text, "js")) end)
  local form = time(function() return assert(core.compose_write(text, "vmm-cli")) end)
  local line = "compose       %s, %.0f kB: canonical %.2f ms, a form %.2f ms, cjson %.2f ms;"
    .. " ratio %.2f and %.2f"
  print(line:format(name, #text / 1000, ours, form, theirs, ours / theirs, form / theirs))
end
