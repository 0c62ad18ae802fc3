-- Several calls at once: tasks, gather, a timeout, and what becomes of failures.
--
--   dstack-lua --simulator examples/concurrent.lua     (anywhere)
--   dstack-lua examples/concurrent.lua                 (inside a dstack machine)

local dstack = require "dstack"
local now = require("dstack.transport").now

local client = assert(dstack.AsyncDstackClient()) -- refuses to block; a DstackClient will do, too

local function title(text)
  print("\n" .. text)
end

local function key_of(path)
  return function() return client:get_key(path) end
end

local function main()
  title "gather{...}: three calls in the time of one"
  local got = assert(dstack.gather {
    key_of "wallet/ethereum", key_of "wallet/solana", function() return client:info() end,
  })
  print(("   %s: %s"):format(got[3].app_name, got[1]))
  assert(got[1].key ~= got[2].key)

  title "gather(list, {concurrency = 20}): a thousand calls, twenty at once"
  local list, start = {}, now()
  for i = 1, 1000 do
    list[i] = key_of("account/" .. i)
  end
  local keys = assert(dstack.gather(list, { concurrency = 20 }))
  print(("   %d keys in %.2f s"):format(keys.n, now() - start))

  title "spawn(): work beside this one"
  local task = dstack.spawn(client.get_key, client, "background")
  local quote = assert(client:get_quote "meanwhile")
  print("   quote: " .. #quote:decode_quote() .. " bytes, key: " .. tostring(assert(task:await())))

  title "timeout(): no longer than that"
  local value, message, code = dstack.timeout(0.05, dstack.sleep, 10)
  print(("   %s (%s)"):format(message, code))
  assert(value == nil and code == "timeout")

  title "The first failure cancels the rest ..."
  value, message, code = dstack.gather {
    function() dstack.sleep(10) end, function() return client:get_quote(("x"):rep(65)) end,
  }
  print(("   %s (%s)"):format(message:match "^[^;]*", code))
  assert(value == nil and code == "invalid")

  title "... unless all are to end: settle = true"
  local outcomes = dstack.gather({ key_of "good", function() error("a bug", 0) end },
    { settle = true })
  for i, outcome in ipairs(outcomes) do
    local what = outcome.ok and tostring(outcome.value) or outcome.message:match "[^\n]*"
    print(("   %d: %s"):format(i, what))
  end
  return "All checks passed."
end

print("\n" .. assert(dstack.run(main)))
client:close()
