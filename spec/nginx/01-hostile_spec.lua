-- The hostile agent's cases, in an nginx worker: the same results and codes over cosockets.

local hostile = require "spec.support.hostile"
local nginx = require "spec.support.nginx"
local support = require "spec.support"

local server, stage

-- Clients of one worker share the connections that nginx keeps, by the socket's name: each case gets a
-- name of its own.
local driver = {
  new = function(class, options) return nginx.remote(server, class, options) end,
  alias = function(socket, number)
    support.run(("ln -s %s %s.%d"):format(socket, socket, number))
    return ("%s.%d"):format(socket, number)
  end,
}

local function the_stage()
  return stage
end

describe("In nginx a hostile agent", function()
  setup(function()
    server = nginx.start()
    stage = hostile.stage(driver)
  end)
  teardown(function()
    stage:stop()
    server:stop()
  end)

  hostile.v0_cases(it, the_stage)
  hostile.wire_cases(it, the_stage)
  hostile.tappd_cases(it, the_stage)
  hostile.nobody_cases(it, driver)
end)
