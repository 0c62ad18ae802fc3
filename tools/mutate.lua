-- Changes one check of the verifier after the other, builds, and runs its tests. See tools/mutate.
package.path = "tools/?.lua;" .. package.path
local mutation = require "mutation"

local copy = table.remove(arg, 1)

-- Groups of files, each with the tests that come with them; the quick ones first: the first that
-- fails has noticed the change.
local quote = {
  "src/attest/verify.c", "src/attest/verify_collateral.c", "src/attest/verify_quote.c",
  "src/attest/verify_tcb.c", "src/attest/tcb.c", "src/attest/pck.c", "src/attest/members.c",
  "src/attest/statement.c", "src/attest/collateral.c", "src/attest/quote.c",
  "src/crypto/signed.c", "src/crypto/der.c", "src/crypto/x509_path.c", "src/crypto/x509_read.c",
  "src/crypto/x509_read_crl.c", "src/crypto/x509_envelope.c", "src/crypto/x509_chain.c",
  "src/base/time.c",
  tests = { "attest_steps_test", "signed_test", "x509_path_test", "x509_read_test",
    "attest_statement_test", "attest_verify_flaws_test", "attest_quote_test", "verify_torture_test" },
}

local machine = {
  "src/attest/event.c", "src/attest/eventlog.c", "src/attest/eventlog_replay.c",
  "src/attest/eventlog_system.c", "src/attest/ccel.c", "src/attest/measure.c",
  "src/attest/report_data.c", "src/attest/tdx_lite.c", "src/attest/attested.c",
  "src/attest/attested_certificate.c", "src/attest/app_info.c",
  tests = { "attest_event_test", "attest_eventlog_test", "attest_ccel_test", "attest_formats_test",
    "attest_tdx_lite_test", "attest_attested_test", "attest_versioned_test", "attest_quote_test",
    "ratls_test", "attested_torture_test", "attest_log_torture_test" },
}

local groups = { quote, machine }

local function line_of(text, position)
  return select(2, text:sub(1, position):gsub("\n", "")) + 1
end

-- The pieces of an expression between operators that stand in no parentheses: first, last.
local function pieces(text, first, last, operator)
  local list, depth, from = {}, 0, first
  for at = first, last do
    local two, c = text:sub(at, at + 1), text:sub(at, at)
    depth = depth + (c == "(" and 1 or c == ")" and -1 or 0)
    if depth == 0 and two == operator then
      list[#list + 1] = { from, at - 1 }
      from = at + 2
    end
  end
  list[#list + 1] = { from, last }
  return list
end

-- Every `if (condition)` whose next statement returns something else than DS_OK or true is a check:
-- without it, or one of its alternatives, that never holds.
local function checks(text)
  local list, from = {}, 1
  while true do
    local first, last, open = text:find("%f[%w]if ()%b()", from)
    if not first then
      return list
    end
    local body = text:sub(last + 1):match "^%s*{?%s*(return [^;]*;)"
    if body and body ~= "return DS_OK;" and body ~= "return true;" then
      for _, piece in ipairs(pieces(text, open + 1, last - 1, "||")) do
        list[#list + 1] = { first = piece[1], last = piece[2], put = "0" }
      end
    end
    from = last + 1
  end
end

-- Every `return a && b`: without one of those that only compare.
local function operands(text)
  local list = {}
  for first, last in text:gmatch "%f[%w]return ()[^;]*();" do
    local found = pieces(text, first, last - 1, "&&")
    for _, piece in ipairs(#found > 1 and found or {}) do
      local what = text:sub(piece[1], piece[2])
      if not what:find "ds_der_%l+%(" and not what:find "take" and not what:find "read_" then
        list[#list + 1] = { first = piece[1], last = piece[2], put = " 1" }
      end
    end
  end
  return list
end

-- Every `return ds_something(...)` of a status: without it all is well.
local function calls(text)
  local list = {}
  for first, call, last in text:gmatch "return ()(ds_[%w_]+)%b()();" do
    if call ~= "ds_fail" and call ~= "ds_fail_memory" and call ~= "ds_slice_of" then
      list[#list + 1] = { first = first, last = last - 1, put = "DS_OK" }
    end
  end
  return list
end

-- Returns what judges by these tests: "noticed", "unnoticed" or "does not build".
local function judge_by(tests)
  return function()
    for _, name in ipairs(tests) do
      local good, _, built = mutation.run_test(copy, name)
      if not good then
        return built and "noticed" or "does not build"
      end
    end
    return "unnoticed"
  end
end

local function describe(path, text, change)
  local what = text:sub(change.first, change.last):gsub("%s+", " "):gsub("^ ", "")
  return ("%s:%d: %s"):format(path, line_of(text, change.first), what:sub(1, 70))
end

local survivors, count = {}, 0

-- Tries every change to a file, and prints a line for each.
local function try(path, judge)
  local text = mutation.read(copy .. "/" .. path)
  for _, find in ipairs { checks, operands, calls } do
    for _, change in ipairs(find(text)) do
      local whole = text:sub(1, change.first - 1) .. change.put .. text:sub(change.last + 1)
      local verdict, what = mutation.with(copy, path, whole, judge), describe(path, text, change)
      print(("%-14s %s"):format(verdict, what))
      io.flush()
      count = count + 1
      survivors[#survivors + 1] = verdict ~= "noticed" and verdict .. ": " .. what or nil
    end
  end
end

-- Those files of a group that were named; all when none was.
local function wanted(group)
  local list = {}
  for _, path in ipairs(group) do
    local named = #arg == 0
    for _, name in ipairs(arg) do
      named = named or name == path
    end
    list[#list + 1] = named and path or nil
  end
  return list
end

for _, group in ipairs(groups) do
  local judge, files = judge_by(group.tests), wanted(group)
  assert(#files == 0 or judge() == "unnoticed", "the tests do not pass as they are: see their output")
  for _, path in ipairs(files) do
    try(path, judge)
  end
end
assert(count > 0, "none of these files is known here")
print(("%d checks removed, %d of them unnoticed"):format(count, #survivors))
for _, what in ipairs(survivors) do
  print("  " .. what)
end
os.exit(#survivors == 0)
