-- 10^5 calls: one connection, flat memory. Once, in the interpreter, as it takes a while.

local support = require "spec.support"

local script = [[
  local calls = tonumber(arg[1])
  local client = assert(require("dstack").DstackClient())
  local function resident()
    collectgarbage() collectgarbage()
    for line in io.lines "/proc/self/status" do
      if line:match "^VmRSS" then return tonumber(line:match "%d+") end
    end
  end
  for _ = 1, 2000 do assert(client:get_key "warm up") end
  local handle, before, connections = client.transports[client.settled].made.curl.handle, resident(), 0
  for i = 1, calls do
    assert(client:get_key("path/" .. i % 100))
    if not handle:reused() then connections = connections + 1 end
  end
  print(connections, resident() - before)]]

describe("10^5 calls", function()
  if _VERSION ~= "Lua 5.4" then
    return
  end

  it("use one connection and no more memory", function()
    local sanitized = support.interpreter:find "asan"
    local directory = support.directory()
    support.write(directory .. "/long.lua", script)
    local out, status = support.run(("%s --simulator %s/long.lua %d"):format(support.interpreter,
      directory, sanitized and 2000 or 100000))
    support.run("rm -rf " .. directory)
    local connections, growth = out:match "^(%d+)\t(%-?%d+)\n$"
    assert.equal(0, status, out)
    assert.equal("0", connections)
    assert.is_true(sanitized ~= nil or tonumber(growth) < 1024, growth .. " KiB more")
  end)
end)
