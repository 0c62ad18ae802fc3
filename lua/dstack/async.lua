-- The clients that never block: those of the same names without Async, but that they refuse to be
-- called outside dstack.run.

local client = require "dstack.client"
local deprecation = require "dstack.deprecation"
local tappd = require "dstack.tappd"
local v0 = require "dstack.v0"
local v1 = require "dstack.v1"

local M = {}

M.AsyncDstackClient = client.never_blocking("AsyncDstackClient", v0.DstackClient, "DstackClient")
M.AsyncDstackClientV0 = M.AsyncDstackClient
M.AsyncDstackClientV1 =
  client.never_blocking("AsyncDstackClientV1", v1.DstackClientV1, "DstackClientV1")
M.AsyncTappdClient = client.never_blocking("AsyncTappdClient", tappd.TappdClient, "TappdClient",
  function()
    deprecation.notice("AsyncTappdClient", "use AsyncDstackClient, and mount /var/run/dstack.sock")
  end)

return M
