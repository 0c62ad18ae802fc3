-- Checks a reply of /attest: is it for my nonce, from a machine without debugging, does its log
-- lead to the quote's registers, and was it my app-compose.json that was started?
--
--   nonce=$(openssl rand -hex 32)
--   curl -s "http://HOST:8080/attest?nonce=$nonce" >reply.json
--   dstack-lua verify.lua "$nonce" app-compose.json <reply.json
--
-- What it does not check is Intel's signature on the quote: see README.md beside this script.
-- Exit status: 0 all checks passed, 2 wrong usage, 3 a check failed.

local cjson = require "cjson"
local dstack = require "dstack"

-- Known to the verifier, not taken from the reply.
local TAG = "dstack-lua example attest v1:"
local RUNTIME_EVENT = 134217729 -- 0x08000001

local function fail(text)
  io.stderr:write("FAILED: ", text, "\n")
  os.exit(3)
end

local function read(path)
  local file, message = io.open(path, "rb")
  local text
  if file then
    text, message = file:read "a" -- nil for a directory
    file:close()
  end
  if not text then
    io.stderr:write("cannot read app-compose.json: ", message, "\n")
    os.exit(2)
  end
  return text
end

-- The payload of a boot-time event, as hex. What the app itself may add to the log comes after
-- system-ready. Names and payloads count for runtime events only, whose digests are computed from
-- them; an event of another type could claim any name, and so hide a true one.
local function boot_event(events, name)
  for _, event in ipairs(events) do
    if event.imr == 3 and event.event_type ~= RUNTIME_EVENT then
      fail "the event log has an event in RTMR3 that is no runtime event"
    elseif event.imr == 3 and event.event == name then
      return event.event_payload
    elseif event.imr == 3 and event.event == "system-ready" then
      break
    end
  end
  fail("the event log has no boot event " .. name)
end

local function check_binding(report, nonce)
  if report.report_data ~= dstack.crypto.hex(dstack.crypto.sha512(TAG .. nonce)) then
    fail "report data: the quote was not made for this nonce"
  end
  print "report data    binds the nonce"
end

-- Bit 0 of the TD's attributes: its host may look into it and change it.
local function check_debug(report)
  if tonumber(report.td_attributes:sub(1, 2), 16) % 2 ~= 0 then
    fail "the machine runs under debug: it keeps no secret from its host"
  end
  print "debug          off"
end

local function check_registers(quote, report)
  local rtmrs, message = quote:replay_rtmrs()
  if not rtmrs then
    fail(message)
  end
  for i = 0, 3 do
    if rtmrs[i] ~= report["rt_mr" .. i] then
      fail(("RTMR%d: the event log does not lead to the quote's value"):format(i))
    end
  end
  print "registers      the event log leads to RTMR0 to RTMR3"
end

local function check_compose(events, compose)
  local hash = dstack.crypto.hex(dstack.crypto.sha256(compose))
  local measured = boot_event(events, "compose-hash")
  if measured ~= hash then
    fail(("compose hash: measured %s, the file given has %s"):format(measured, hash))
  end
  print("compose hash   " .. hash)
  print("app id         " .. boot_event(events, "app-id") .. "  (compare with the one you mean)")
end

-- What the reply holds gets the methods that replies of an agent have.
local function read_reply(text)
  local good, reply = pcall(cjson.decode, text)
  if not good or type(reply) ~= "table" then
    fail "the reply is no JSON object"
  elseif reply.error then
    fail("the endpoint refused: " .. tostring(reply.error))
  elseif type(reply.quote) ~= "string" or type(reply.event_log) ~= "string" then
    fail "the reply has no quote or no event log"
  end
  return setmetatable({ quote = reply.quote, event_log = reply.event_log }, dstack.GetQuoteResponse)
end

local function main(nonce_hex, compose_path)
  local nonce = nonce_hex and dstack.crypto.unhex(nonce_hex)
  if not nonce or not compose_path then
    io.stderr:write "usage: dstack-lua verify.lua NONCE-HEX app-compose.json <reply.json\n"
    os.exit(2)
  end
  local compose = read(compose_path)
  local quote = read_reply(io.read "a")
  local report, message = quote:td_report()
  if not report then
    fail(message)
  end
  check_binding(report, nonce)
  check_debug(report)
  check_registers(quote, report)
  local events
  events, message = quote:decode_event_log()
  if not events then
    fail(message)
  end
  check_compose(events, compose)
  print("MRTD           " .. report.mr_td .. "  (compare with your OS image's)")
  print "NOT checked    Intel's signature on the quote: have a DCAP verifier do that"
end

main(arg[1], arg[2])
