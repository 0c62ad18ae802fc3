-- Resident memory over 10^5 sequential calls on one connection.

local dstack = require "dstack"

local function resident()
  collectgarbage()
  collectgarbage()
  for line in io.lines "/proc/self/status" do
    local kib = line:match "^VmRSS:%s*(%d+)"
    if kib then
      return tonumber(kib)
    end
  end
end

local client = assert(dstack.DstackClient())
for _ = 1, 2000 do
  assert(client:get_key "warm up")
end
local before = resident()
for i = 1, 100000 do
  assert(client:get_key("path/" .. i % 100))
end
print(("memory        %d KiB before, %d KiB after 10^5 calls"):format(before, resident()))
