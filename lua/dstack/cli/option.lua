-- Options, as the command table has them (see init.lua): finding, reading and checking them.

local M = {}

-- The values that a placeholder with bars names, such as "v0|v1" or "[bash|zsh]...", or nil.
function M.alternatives(placeholder)
  local list = {}
  for name in (placeholder or ""):gsub("^%[", ""):gsub("%]%.*$", ""):gmatch "[^|]+" do
    list[#list + 1] = name
  end
  return #list > 1 and list or nil
end

-- The names in a list of names and {name, purpose}.
function M.names(list)
  local names = {}
  for i, item in ipairs(list) do
    names[i] = type(item) == "table" and item[1] or item
  end
  return names
end

-- The values there are for an option, or nil when others are taken too.
local function choices_of(option)
  return option.choices or M.alternatives(option.value)
end

-- The values worth offering for an option, or nil.
function M.values(option)
  local offers = option.offers
  return choices_of(option) or (type(offers) == "function" and offers() or offers)
end

-- The option of that name, or nil.
function M.find(options, name)
  for _, option in ipairs(options) do
    for _, own in ipairs(option.names) do
      if own == name then
        return option
      end
    end
  end
end

-- How an option is written: "--name, -n VALUE".
function M.form(option)
  local names = table.concat(option.names, ", ")
  if option.form or not option.value then
    return option.form or names
  end
  return names .. (option.optional and "[=%s]" or " %s"):format(option.value)
end

-- The values that an option has a list of, which its placeholder does not show: as rows
-- {name, purpose} when a name has one, else as a text, else nil.
function M.list(option)
  local list = option.choices or type(option.offers) == "table" and option.offers or {}
  local rows, explained = {}, false
  for i, item in ipairs(list) do
    rows[i] = type(item) == "table" and item or { item, "" }
    explained = explained or rows[i][2] ~= ""
  end
  return explained and rows or #list > 0 and table.concat(list, ", ") or nil
end

-- Name and value, if there is one, of "--name=value", "--name", "-Nvalue", "-N".
function M.split(word)
  local name, value = word:match("^(%-%-[^=]+)=(.*)$")
  if name then
    return name, value
  elseif word:match("^%-[^-].") then
    return word:sub(1, 2), word:sub(3)
  end
  return word
end

-- Reads the option at arguments[i] into values. Returns the index of the last word it took, or nil
-- and what is wrong, and the option's name when it is unknown.
local function read_option(options, arguments, i, values)
  local name, value = M.split(arguments[i])
  local option = M.find(options, name)
  if not option then
    return nil, "unknown option " .. name, name
  elseif not option.value or (option.optional and value == nil) then
    values[option.key] = true
    return value == nil and i or nil, name .. " takes no value"
  elseif value == nil then
    i = i + 1
    value = arguments[i]
  end
  if value == nil then
    return nil, name .. " needs a value"
  elseif option.list then
    values[option.key] = values[option.key] or {}
    table.insert(values[option.key], value)
  else
    values[option.key] = value
  end
  return i
end

-- Returns values (by the option's key) and the words that are no options, or nil and what is wrong,
-- and the name of an unknown option. In: ahead, whether options end where the first word is.
function M.parse(options, arguments, ahead)
  local values, words = {}, {}
  local i, only_words = 1, false
  while i <= #arguments do
    local word = arguments[i]
    if only_words or not word:match("^%-.") then
      words[#words + 1] = word
      only_words = only_words or ahead
    elseif word == "--" then
      only_words = true
    else
      local last, problem, unknown = read_option(options, arguments, i, values)
      if not last then
        return nil, problem, unknown
      end
      i = last
    end
    i = i + 1
  end
  return values, words
end

local function is_one_of(value, names)
  for _, name in ipairs(names) do
    if name == value then
      return true
    end
  end
  return false
end

-- Returns nil and what is wrong when an option has another value than those there are.
function M.check(options, values)
  for _, option in ipairs(options) do
    local given, choices = values[option.key], choices_of(option)
    local names = M.names(choices or {})
    for _, value in ipairs(type(given) == "table" and given or { given }) do
      if choices and not is_one_of(value, names) then
        return nil, ("%s: there is no %s; there are: %s"):format(option.names[1], value,
          table.concat(names, ", "))
      end
    end
  end
  return true
end

return M
