-- Events: what the app adds to RTMR3, and how a verifier finds it again.
--
--   dstack-lua --simulator examples/events.lua     (anywhere)
--   dstack-lua examples/events.lua                 (inside a dstack machine with dstack OS 0.5)
--
-- An event can never be taken back: RTMR3 is extended until the machine is started anew. Where data
-- should only be bound to one quote, put its hash into the report data instead.

local dstack = require "dstack"
local client = assert(dstack.DstackClient())

local function rtmr3()
  local quote = assert(client:get_quote "events example")
  return assert(quote:td_report()).rt_mr3, quote
end

print "1. Before"
local before = rtmr3()
print("   RTMR3  " .. before)

print "2. Two events"
local policy = '{"policy":"v2","limit":1000}'
local emitted, message, code = client:emit_event("policy-loaded", policy)
if code == "rpc" or code == "unsupported" then
  print("   this agent takes no events: " .. message)
  return -- dstack OS 0.6 reserves RTMR3 for itself
end
assert(emitted, message)
-- A payload is bytes, and public: it is in every event log from now on. Hash what should not be.
assert(client:emit_event("model", dstack.crypto.sha256 "the model's weights"))

print "3. After"
local after, quote = rtmr3()
print("   RTMR3  " .. after)
assert(after ~= before, "RTMR3 has not changed")

print "4. Replay: the log must lead to the quote's registers, or it is not what was measured"
local rtmrs = assert(quote:replay_rtmrs())
assert(rtmrs[3] == after, "the event log does not lead to RTMR3")
print("   RTMR3  " .. rtmrs[3] .. "  from the log")

-- The payload of the last event of a name that the app itself added: behind system-ready, as what
-- stands before that was measured at boot. Names and payloads count for runtime events only, whose
-- digests replay_rtmrs computes from them; an event of another type could claim any name.
local RUNTIME_EVENT = 134217729 -- 0x08000001

local function app_event(events, name)
  local payload
  local booted = false
  for _, event in ipairs(events) do
    if event.imr == 3 then
      assert(event.event_type == RUNTIME_EVENT, "RTMR3 holds an event that is no runtime event")
      if booted and event.event == name then
        payload = assert(dstack.crypto.unhex(event.event_payload))
      end
      booted = booted or event.event == "system-ready"
    end
  end
  return payload
end

print "5. Found in the log"
local events = assert(quote:decode_event_log())
assert(app_event(events, "policy-loaded") == policy)
assert(app_event(events, "model") == dstack.crypto.sha256 "the model's weights")
assert(app_event(events, "never-emitted") == nil)
print("   policy-loaded  " .. app_event(events, "policy-loaded"))
print("   model          sha256 " .. dstack.crypto.hex(app_event(events, "model")))

print "6. A log that was tampered with does not replay to the same register"
local text = quote.event_log:gsub('"policy%-loaded"', '"policy-loadeD"')
local forged = setmetatable({ event_log = text }, dstack.GetQuoteResponse)
local other = forged:replay_rtmrs()
assert(other == nil or other[3] ~= after)
print "   noticed"

client:close()
print "All checks passed."
