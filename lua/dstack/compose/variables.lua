-- Which variables a docker-compose file takes from its environment, as far as the text tells:
-- ${NAME} and its forms, $NAME, and names under `environment:` that have no value.

local M = {}

-- Always there, whatever the application is sent.
local ambient = { PATH = true, HOME = true, PWD = true }

-- Without what is a comment; a "#" in a line with quotes may be none.
local function strip_comment(line)
  if line:find "^%s*#" then
    return ""
  elseif line:find "[\"']" then
    return line
  end
  return (line:gsub("%s#.*$", ""))
end

-- What becomes of an unset variable, by the operator behind its name: "" for an empty text,
-- "default" and "fails". Only :? and ? stop.
local function fate(operator)
  if operator:find "%?" then
    return "fails"
  end
  return operator == "" and "" or "default"
end

local function interpolations(line, found)
  line = line:gsub("%$%$", "")
  for name, operator in line:gmatch "%${([%a_][%w_]*)(:?[-+?]?)" do
    found(name, fate(operator))
  end
  for name in line:gmatch "%$([%a_][%w_]*)" do
    found(name, "")
  end
end

-- Follows the block under `environment:`, be it anchored: the lines that are indented further, and
-- list items.
local function block_follower()
  local margin
  return function(line)
    local indent, rest = line:match "^(%s*)(.*)$"
    if rest == "" then
      return nil
    elseif margin and (#indent > margin or #indent == margin and rest:find "^%-") then
      return rest
    end
    margin = (rest:find "^environment:%s*$" or rest:find "^environment:%s+&%S+%s*$") and #indent
  end
end

-- The name that an item of `environment:` passes on as it is: "- NAME" or "NAME:".
local function passed_on(item)
  return item:match '^%-%s*["\']?([%a_][%w_]*)["\']?%s*$' or item:match "^([%a_][%w_]*):%s*$"
end

-- Returns a list of {name =, line =, unset = "", "default" or "fails"}, a name once: its worst use.
function M.uses(text)
  local list, by_name, number = {}, {}, 0
  local rank = { default = 1, [""] = 2, fails = 3 }
  local function found(name, unset)
    local use = by_name[name]
    if not use and not ambient[name] then
      use = { name = name, line = number, unset = unset }
      by_name[name], list[#list + 1] = use, use
    elseif use and rank[unset] > rank[use.unset] then
      use.unset, use.line = unset, number
    end
  end
  local follow = block_follower()
  for line in (text .. "\n"):gmatch "(.-)\r?\n" do
    number = number + 1
    line = strip_comment(line)
    interpolations(line, found)
    local item = follow(line)
    local name = item and passed_on(item)
    if name then
      found(name, "")
    end
  end
  return list
end

-- Whether a shell script gives that variable a value itself.
function M.is_set_by(script, name)
  return ("\n" .. script):find("[%s;&]" .. name .. "=") ~= nil
end

return M
