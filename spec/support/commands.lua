-- Runs dstack-lua's commands against a simulator.

local core = require "dstack.core"
local support = require "spec.support"

local M = {
  app_id = "9b03ddc97765307811009aa8f7948349e602ba31", -- the built-in identity's
}

function M.start()
  M.simulator = support.simulator()
end

function M.stop()
  M.simulator.stop()
end

-- What stands before a command so that it finds the simulator and no word about colour.
function M.environment()
  return "env -u NO_COLOR -u CLICOLOR_FORCE DSTACK_SIMULATOR_ENDPOINT=" .. M.simulator.endpoint .. " "
end

-- Runs a command. Returns both streams' text and the exit status.
function M.run(arguments, before)
  return support.run((before or "") .. M.environment() .. support.interpreter .. " " .. arguments)
end

-- The data of a command that must succeed and has nothing to say.
function M.data(arguments)
  local out, status = M.run(arguments)
  assert(status == 0 and not out:find("dstack-lua: ", 1, true), out)
  return out
end

function M.decoded(arguments)
  return assert(core.json_decode(M.data(arguments)))
end

-- label -> value, of one line each
function M.listed(arguments)
  local rows = {}
  for label, value in M.data(arguments):gmatch "(%w[%w ]-)  +([^\n]+)\n" do
    rows[label] = value
  end
  return rows
end

-- Runs a command against an agent whose replies are edited on their way: `edit` is Lua code over
-- path, status and body.
function M.tampered(edit, ...)
  local words = {}
  for i = 1, select("#", ...) do
    words[i] = ("%q"):format((select(i, ...)))
  end
  local script = ([[
    local dstack, transport = require "dstack", require "dstack.transport"
    local function edited()
      local real = assert(transport.choose({ kind = "unix", address = os.getenv "DSTACK_SIMULATOR_ENDPOINT" },
        { connect_timeout = 10, max_response_bytes = 2 ^ 24 }))
      return { close = function() real:close() end, request = function(_, request)
        local reply = assert(real:request(request))
        local path, status, body = request.path, reply.status, reply.body
        %s
        return { status = status, body = body, headers = {} }
      end }
    end
    for _, name in ipairs { "DstackClient", "DstackClientV1" } do
      local new = dstack[name]
      dstack[name] = function(options)
        options.transport = edited()
        return new(options)
      end
    end
    os.exit(require("dstack.cli").run(%s), true)]]):format(edit, table.concat(words, ", "))
  return M.run("-e " .. support.quote(script))
end

return M
