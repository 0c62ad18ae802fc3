-- The rockspecs' lists of files, from the Makefile's. A list is the lines between one that says
-- `make rockspecs: NAME` and the closing brace.
--   usage: rockspec.lua write SPEC...         puts the lists in their places
--          rockspec.lua check SPEC...         prints a line for each that is not as it would be
--          rockspec.lua release DIR SPEC...   writes those of VERSION, fetched from SOURCE, to DIR
-- In: CORE, HTTP, MODULES, the names of files; run by make, which knows them.

local WIDTH = 100

local function words(name)
  local list = {}
  for word in (os.getenv(name) or ""):gmatch "%S+" do
    list[#list + 1] = word
  end
  assert(#list > 0, "rockspec.lua: no files in " .. name .. "; it is run by make rockspecs")
  return list
end

local function read(path)
  local file = assert(io.open(path))
  local text = file:read "*a"
  file:close()
  return text
end

local function write(path, text)
  local file = assert(io.open(path, "w"))
  file:write(text)
  assert(file:close())
end

-- Quoted names in lines that are as long as may be.
local function sources(names, indent)
  local lines, line = {}, indent
  for _, name in ipairs(names) do
    local item = ('%s"%s",'):format(line == indent and "" or " ", name)
    if #line + #item > WIDTH then
      lines[#lines + 1], line, item = line, indent, item:gsub("^ ", "")
    end
    line = line .. item
  end
  lines[#lines + 1] = line
  return table.concat(lines, "\n")
end

local function modules(names, indent)
  local lines = {}
  for i, name in ipairs(names) do
    local module = name:gsub("%.lua$", ""):gsub("/", "."):gsub("%.init$", "")
    lines[i] = ('%s["%s"] = "lua/%s",'):format(indent, module, name)
  end
  return table.concat(lines, "\n")
end

local lists = {
  core = function(indent) return sources(words "CORE", indent) end,
  http = function(indent) return sources(words "HTTP", indent) end,
  modules = function(indent) return modules(words "MODULES", indent) end,
}

-- A rockspec's text with its lists as they should be.
local function filled(text)
  local list = "(\n( *)[^\n]*%-%- make rockspecs: (%a+)).-(\n *})"
  return (text:gsub(list, function(head, indent, name, brace)
    return head .. "\n" .. lists[name](head:find "{" and indent .. "  " or indent) .. brace
  end))
end

-- One replacement, which must be possible: a release rockspec with "scm" left in it would lie.
local function replace(text, old, new)
  local from, to = text:find(old, 1, true)
  assert(from, "rockspec.lua: the rockspec has no line " .. old)
  return text:sub(1, from - 1) .. new .. text:sub(to + 1)
end

-- Where a release is fetched from: the tag of a repository, or an archive with one directory in it.
local function source_of(version)
  local url = os.getenv "SOURCE"
  if not url or url == "" then
    io.stderr:write(("release-rockspecs: say where the release is fetched from: "
      .. "SOURCE=git+https://HOST/PATH.git (its tag v%s), or the URL of an archive of a directory "
      .. "dstack-%s\n"):format(version, version))
    os.exit(2)
  end
  local place = url:match "^git" and 'tag = "v' or 'dir = "dstack-'
  return ('source = { url = "%s", %s%s" }'):format(url, place, version)
end

local function release(directory, path)
  local version, text = os.getenv "VERSION", read(path)
  text = replace(text, 'version = "scm-1"', ('version = "%s-1"'):format(version))
  text = replace(text, 'DS_VERSION="scm"', ('DS_VERSION="%s"'):format(version))
  text = text:gsub("\n%-%- For `luarocks make` in a checkout[^\n]*", "")
  text = replace(text, 'source = { url = "git+file://." }', source_of(version))
  write(directory .. "/" .. path:gsub("scm%-1", version .. "-1"), text)
end

local differs = false
local commands = {
  write = function(path)
    write(path, filled(read(path)))
  end,
  check = function(path)
    if filled(read(path)) ~= read(path) then
      print(path .. ": its lists of files are not the Makefile's: run make rockspecs")
      differs = true
    end
  end,
}

if arg[1] == "release" then
  for i = 3, #arg do
    release(arg[2], arg[i])
  end
else
  local command = assert(commands[arg[1]], "rockspec.lua: write, check or release")
  for i = 2, #arg do
    command(arg[i])
  end
end
os.exit(not differs)
