-- Changes one check of the verifier after the other, builds, and runs its tests. See tools/mutate.
local copy = table.remove(arg, 1)

local files = #arg > 0 and arg or {
  "src/attest/verify.c", "src/attest/verify_collateral.c", "src/attest/verify_quote.c",
  "src/attest/verify_tcb.c", "src/attest/tcb.c", "src/attest/pck.c", "src/attest/members.c",
  "src/attest/statement.c", "src/attest/collateral.c", "src/attest/quote.c",
  "src/crypto/signed.c", "src/crypto/der.c", "src/crypto/x509_path.c", "src/crypto/x509_read.c",
  "src/crypto/x509_read_crl.c", "src/crypto/x509_chain.c", "src/base/time.c",
}
local tests = { "attest_steps_test", "attest_statement_test", "x509_path_test",
  "attest_verify_flaws_test", "attest_quote_test", "verify_torture_test" }

local function read(path)
  local file = assert(io.open(path, "rb"))
  local text = file:read "a"
  file:close()
  return text
end

local function write(path, text)
  local file = assert(io.open(path, "wb"))
  assert(file:write(text))
  file:close()
end

local function line_of(text, position)
  return select(2, text:sub(1, position):gsub("\n", "")) + 1
end

-- Every `if (condition)` whose next statement returns something else than DS_OK is a check; without
-- it the condition never holds.
local function checks(text)
  local list, from = {}, 1
  while true do
    local first, last, condition = text:find("%f[%w]if (%b())", from)
    if not first then
      return list
    end
    local body = text:sub(last + 1):match "^%s*{?%s*(%l+ [^;]*;)"
    if body and body:match "^return" and not body:match "^return DS_OK;" then
      local put = "if (0 && " .. condition .. ")"
      list[#list + 1] = { at = first, last = last, put = put, what = condition }
    end
    from = last + 1
  end
end

-- Every line `return ds_verifier_signed(...)` and its kin: without it all is well.
local function calls(text)
  local list = {}
  for first, call, last in text:gmatch "()return (ds_[%w_]+)%b();()" do
    if call ~= "ds_fail" and call ~= "ds_fail_memory" then
      local what = call .. "(...)"
      list[#list + 1] = { at = first, last = last - 1, put = "return DS_OK;", what = what }
    end
  end
  return list
end

local function run(command)
  return (os.execute(("cd %s && timeout 300 sh -c '%s' >%s/log 2>&1"):format(copy, command, copy)))
end

local function build()
  local names = {}
  for _, name in ipairs(tests) do
    if io.open("test/" .. name .. ".c") then
      names[#names + 1] = "build/test/" .. name
    end
  end
  return run("make -j2 " .. table.concat(names, " ") .. ' CFLAGS="-O1 -Wno-unused"'), names
end

-- Returns "noticed", "unnoticed" or "does not build".
local function try(path, text, change)
  write(copy .. "/" .. path, text:sub(1, change.at - 1) .. change.put .. text:sub(change.last + 1))
  local built, names = build()
  local verdict = not built and "does not build" or "unnoticed"
  for _, name in ipairs(built and names or {}) do
    if not run(name) then
      verdict = "noticed"
      break
    end
  end
  write(copy .. "/" .. path, text)
  return verdict
end

local function describe(path, text, change)
  local what = change.what:gsub("%s+", " "):sub(1, 70)
  return ("%s:%d: %s"):format(path, line_of(text, change.at), what)
end

assert(build(), "the tests do not build as they are: see their output")
local count, survivors = 0, {}
for _, path in ipairs(files) do
  local text = read(path)
  for _, find in ipairs { checks, calls } do
    for _, change in ipairs(find(text)) do
      local verdict, what = try(path, text, change), describe(path, text, change)
      print(("%-14s %s"):format(verdict, what))
      io.flush()
      count = count + 1
      if verdict ~= "noticed" then
        survivors[#survivors + 1] = what
      end
    end
  end
end
print(("%d checks removed, %d of them unnoticed"):format(count, #survivors))
for _, what in ipairs(survivors) do
  print("  " .. what)
end
os.exit(#survivors == 0)
