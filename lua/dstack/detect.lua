-- Which surfaces an agent has, and which release it is.

local client = require "dstack.client"
local core = require "dstack.core"
local transport = require "dstack.transport"

local M = {}

-- The newest release without Version, and the first with v1.
local MUTE, FIRST = "0.5.6", "0.6"

-- What the frozen surface's Version says. Returns version, rev; version alone where it is told by
-- the lack of that method; or nil, message, code.
local function ask_frozen(self, surface, deadline)
  local members, message, code, spoke = client.call(self, surface, "Version", {}, deadline)
  if members then
    return members.version, members.rev
  elseif spoke and code == "unsupported" then
    return MUTE .. " or older"
  end
  return nil, message, code
end

-- Explains why nothing answered to a method that FIRST brought: with the agent's release, asked
-- once on the frozen surface, and the cure; cures has those of methods that have one of their own.
-- Says nothing where the release cannot be known.
function M.explain(frozen, cure, cures)
  return function(self, surface, method, deadline)
    if surface == frozen then
      return nil
    end
    self.older = self.older or ask_frozen(self, frozen, deadline)
    if not self.older then
      return nil
    end
    local version = self.older:sub(1, 40):gsub("[^%w%p ]", ".")
    return ("this agent (dstack OS %s) has no v1, which came with %s: %s"):format(version, FIRST,
      cures and cures[method] or cure)
  end
end

-- For the client that says so.
local function detect(self)
  local deadline = transport.now() + self.timeout
  local members, message, code, spoke, reply = client.call(self, "v1", "Version", {}, deadline)
  if members then
    return { v0 = true, v1 = true, version = members.version, rev = members.rev }
  end
  local v1 = reply and core.detect_v1(code, spoke, reply.status, reply.body)
  if v1 == nil then
    return nil, message, code
  end
  local version, rev
  version, rev, code = ask_frozen(self, "v0", deadline)
  if not version then
    return nil, rev, code
  end
  return { v0 = true, v1 = v1, version = rev and version, rev = rev }
end

function M.detect(endpoint)
  local self, message, code = require("dstack.v1").DstackClientV1(endpoint)
  if not self then
    return nil, message, code
  end
  local found
  found, message, code = detect(self)
  self:close()
  return found, message, code
end

return M
