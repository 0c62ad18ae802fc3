-- Prints how long functions and files are, and fails where a limit is broken. C functions are found
-- by their braces in column 1, which clang-format guarantees.

local function files(pattern)
  local list, pipe = {}, io.popen("find " .. pattern .. " | sort")
  for path in pipe:lines() do
    list[#list + 1] = path
  end
  pipe:close()
  return list
end

local function lines_of(path)
  local list = {}
  for line in io.lines(path) do
    list[#list + 1] = line
  end
  return list
end

local bad = false
local function broken(text, ...)
  print("lint: " .. text:format(...))
  bad = true
end

local function c_functions(path, lines, found)
  local begin
  for i, line in ipairs(lines) do
    if line == "{" then
      begin = i
    elseif line == "}" and begin then
      found[#found + 1] = i - begin - 1
      if i - begin - 1 > 80 then
        broken("%s:%d: a function of %d lines", path, begin, i - begin - 1)
      end
      begin = nil
    end
  end
end

-- Functions that begin at column 1 and end with `end` at column 1.
local function lua_functions(path, lines, found)
  local begin
  for i, line in ipairs(lines) do
    if line:match "^local function" or line:match "^function" or line:match "^[%w_.]+ = function" then
      begin = not line:match "end%)?$" and i or nil
    elseif line:match "^end" and begin then
      found[#found + 1] = i - begin - 1
      if i - begin - 1 > 60 then
        broken("%s:%d: a function of %d lines", path, begin, i - begin - 1)
      end
      begin = nil
    end
  end
end

local function summary(name, list)
  table.sort(list)
  if #list > 0 then
    print(("sizes: %-14s %4d, median %d, 9 of 10 up to %d, longest %d"):format(name, #list,
      list[(#list + 1) // 2], list[math.ceil(#list * 0.9)], list[#list]))
  end
end

local function measure(name, pattern, functions)
  local in_functions, in_files = {}, {}
  for _, path in ipairs(files(pattern)) do
    local lines = lines_of(path)
    in_files[#in_files + 1] = #lines
    if #lines > 500 then
      broken("%s: %d lines", path, #lines)
    end
    functions(path, lines, in_functions)
  end
  summary(name .. " functions", in_functions)
  summary(name .. " files", in_files)
  return in_functions
end

local c = measure("C", "src -name '*.[ch]'", c_functions)
measure("Lua", "lua -name '*.lua'", lua_functions)
if c[(#c + 1) // 2] > 12 or c[math.ceil(#c * 0.9)] > 40 then
  broken "C functions: the median is over 12 lines, or one in ten over 40"
end
os.exit(not bad)
