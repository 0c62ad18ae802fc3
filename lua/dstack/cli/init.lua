-- The command line: one table of commands, one parser, one help.

local M = {}

-- Exit codes of every command.
M.status = { ok = 0, internal = 1, usage = 2, verify = 3, policy = 4, network = 5, expired = 6 }

-- A command has summary, usage, options and run(values, words) -> exit status, and may have
-- details() -> more text for its help. An option has its names, the placeholder of its value (none:
-- a switch), whether it repeats, and one line of help.
M.commands = { "help", "simulator" }

local cache = {}

-- The command of that name, or nil.
function M.command(name)
  for _, known in ipairs(M.commands) do
    if known == name then
      cache[name] = cache[name] or require("dstack.cli." .. name)
      return cache[name]
    end
  end
end

local function find_option(options, name)
  for _, option in ipairs(options) do
    for _, own in ipairs(option.names) do
      if own == name then
        return option
      end
    end
  end
end

-- "--name=value", "--name value", "-Nvalue", "-N value".
local function split(word)
  local name, value = word:match("^(%-%-[^=]+)=(.*)$")
  if name then
    return name, value
  elseif word:match("^%-[^-].") then
    return word:sub(1, 2), word:sub(3)
  end
  return word
end

-- Returns values (by the option's key) and the words that are no options, or nil and what is wrong.
function M.parse(options, arguments)
  local values, words = {}, {}
  local i = 1
  while i <= #arguments do
    local word = arguments[i]
    if word == "--" then
      for rest = i + 1, #arguments do
        words[#words + 1] = arguments[rest]
      end
      break
    elseif word:match("^%-.") then
      local name, value = split(word)
      local option = find_option(options, name)
      if not option then
        return nil, "unknown option " .. name
      elseif option.value and value == nil then
        i = i + 1
        value = arguments[i]
        if value == nil then
          return nil, name .. " needs a value"
        end
      elseif not option.value and value ~= nil then
        return nil, name .. " takes no value"
      end
      if option.list then
        values[option.key] = values[option.key] or {}
        table.insert(values[option.key], value)
      else
        values[option.key] = option.value and value or true
      end
    else
      words[#words + 1] = word
    end
    i = i + 1
  end
  return values, words
end

-- Talk goes to stderr, data to stdout.
function M.say(text)
  io.stderr:write("dstack-lua: ", text, "\n")
end

-- Runs a command; nil when there is none of that name.
function M.run(name, ...)
  local chosen = M.command(name)
  if not chosen then
    return nil
  end
  for _, word in ipairs { ... } do
    if word == "--help" or word == "-h" then
      return M.command("help").run({}, { name })
    end
  end
  local values, words = M.parse(chosen.options, { ... })
  if not values then
    M.say(("%s: %s; see dstack-lua help %s"):format(name, words, name))
    return M.status.usage
  end
  return chosen.run(values, words)
end

return M
