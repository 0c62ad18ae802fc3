-- What both kinds of mutation do: change a file of a copy of the sources, run a command there, put
-- the file back. See tools/mutate.
local M = {}

function M.read(path)
  local file = assert(io.open(path, "rb"))
  local text = file:read "a"
  file:close()
  return text
end

function M.write(path, text)
  local file = assert(io.open(path, "wb"))
  assert(file:write(text))
  file:close()
end

-- Runs a command in the copy. Returns whether it went well, and what it said.
function M.run(copy, command, seconds)
  local line = "cd %s && timeout %d sh -c '%s' >%s/log 2>&1"
  local good = os.execute(line:format(copy, seconds, command, copy))
  return good == true, M.read(copy .. "/log")
end

-- Builds and runs a C test of the copy. Returns as M.run does, and whether it was built.
function M.run_test(copy, name)
  local built, said = M.run(copy,
    "make -j2 build/test/" .. name .. ' CFLAGS="-O1 -Wno-unused"', 600)
  if not built then
    return false, said, false
  end
  local good
  good, said = M.run(copy, "build/test/" .. name, 60)
  return good, said, true
end

-- Calls judge() while a file of the copy has another text. Returns what that returns.
function M.with(copy, path, text, judge)
  local whole = M.read(copy .. "/" .. path)
  M.write(copy .. "/" .. path, text)
  local verdict, more = judge()
  M.write(copy .. "/" .. path, whole)
  return verdict, more
end

return M
