-- Lets one step of the verification after the other pass whatever it finds, and runs the tests
-- until one fails. See tools/mutate.
package.path = "tools/?.lua;" .. package.path
local mutation = require "mutation"

local copy = arg[1]

-- The quick ones first.
local tests = { "attest_verify_flaws_test", "attest_steps_test" }
local specs = { "28-attest_spec", "28-attest_image_spec", "28-attest_faults_spec", "29-ratls_spec" }

-- A step has a name, the file that a change belongs in, and change(text), which makes it.

-- The quote's own steps are run by one function.
local RUN = "ds_status status = functions[step](v);\n"

local function quote_steps()
  local list, header = {}, mutation.read(copy .. "/src/attest/verify.h")
  for id, word in header:gmatch '\n    X%(([%u_]+), "([%l_]+)"' do
    list[#list + 1] = {
      name = word, path = "src/attest/verify.c",
      change = function(text)
        local _, last = text:find(RUN, 1, true)
        return ("%s    if (step == DS_STEP_%s)\n        status = DS_OK;\n%s"):format(
          text:sub(1, assert(last, "verify.c runs its steps in another way")), id, text:sub(last + 1))
      end,
    }
  end
  return list
end

-- The others are rows of modules; in the copy, a row's function is wrapped.
local WRAPPED = [[
for _, row in ipairs(M.rows) do
  local judge = row[3]
  if row[1] == %q then
    row[3] = function(check)
      local state, reason = judge(check)
      return state == "failed" and "passed" or state, reason
    end
  end
end
return M
]]

local function rows_of(path)
  local list = {}
  local module = path:match "^lua/(.*)%.lua$":gsub("/", ".")
  local command = 'lua5.4 -e "for _, row in ipairs(require([[%s]]).rows) do print(row[1]) end"'
  local good, said = mutation.run(copy, command:format(module), 60)
  assert(good, said)
  for name in said:gmatch "[^\n]+" do
    list[#list + 1] = {
      name = name, path = path,
      change = function(text)
        return (text:gsub("return M\n$", function() return WRAPPED:format(name) end))
      end,
    }
  end
  return list
end

-- Judges ------------------------------------------------------------------------------------------

-- Returns the first test that fails and what it was about, or nil.
local function failing_test()
  for _, name in ipairs(tests) do
    local good, said, built = mutation.run_test(copy, name)
    if not good then
      local what = said:match "not ok: [^\n]-:%d+: ([^\n]*)"
      return assert(built, said) and name, what or "it does not end well"
    end
  end
end

local function failing_spec()
  for _, name in ipairs(specs) do
    local good, said = mutation.run(copy, "busted --lua=/usr/bin/lua5.4 spec/" .. name .. ".lua", 120)
    if not good then
      local what = said:match "\nFailure[^\n]*\n([^\n]*)" or said:match "\nError[^\n]*\n([^\n]*)"
      return name, what or "it does not end well"
    end
  end
end

-- Prints a line for each. Returns how many there are, and the names of those that nothing noticed.
local function try(steps, judge, unnoticed)
  for _, step in ipairs(steps) do
    local changed = step.change(mutation.read(copy .. "/" .. step.path))
    local where, what = mutation.with(copy, step.path, changed, judge)
    print(("%-26s %s"):format(step.name, where and where .. ": " .. what or "UNNOTICED"))
    io.flush()
    unnoticed[#unnoticed + 1] = not where and step.name or nil
  end
  return #steps
end

for _, judge in ipairs { failing_test, failing_spec } do
  local where, what = judge()
  assert(not where, ("%s does not pass as it is: %s"):format(where, what))
end
local unnoticed = {}
local count = try(quote_steps(), failing_test, unnoticed)
count = count + try(rows_of "lua/dstack/attest/steps.lua", failing_spec, unnoticed)
count = count + try(rows_of "lua/dstack/attest/rules.lua", failing_spec, unnoticed)
print(("%d steps removed, %d of them unnoticed"):format(count, #unnoticed))
os.exit(#unnoticed == 0)
