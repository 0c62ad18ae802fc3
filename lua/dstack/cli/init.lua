-- The command line: one table of commands, one parser, one help, one way to end.

local host = require "dstack.host"

local M = {}

-- Exit codes of every command.
M.status = { ok = 0, internal = 1, usage = 2, verify = 3, policy = 4, network = 5, expired = 6 }

-- What each code of a failed call is as an exit code; "usage" is the commands' own.
M.failures = {
  usage = M.status.usage, invalid = M.status.usage,
  verify = M.status.verify, no_kms = M.status.verify,
  connect = M.status.network, timeout = M.status.network, closed = M.status.network,
  http = M.status.network, rpc = M.status.network, unsupported = M.status.network,
  reply = M.status.network, too_large = M.status.network,
  memory = M.status.internal, internal = M.status.internal,
}

-- A command has summary, usage, options and run(values, words) -> exit status, or nil, message,
-- code. It may name its words, those in brackets optional: {"PATH", "[FILE]"}; say in not_v1 why v1
-- has nothing like it; and have details(), which returns more text for its help. An option has its
-- names, the placeholder of its value (none: a switch), whether it repeats, and one line of help.
-- "a b" lies in dstack/cli/a_b.lua.
M.commands = {
  "help", "simulator", "info", "key", "quote", "attest", "sign", "tls-key", "events list",
  "events emit",
  "compose hash", "compose new", "compose check", "compose diff", "compose fmt",
  "env encrypt", "env check", "env decrypt", "kms env-key", "kms meta", "hash",
}

local cache = {}

-- The command of that name, or nil.
function M.command(name)
  for _, known in ipairs(M.commands) do
    if known == name then
      cache[name] = cache[name] or require("dstack.cli." .. name:gsub("[ -]", "_"))
      return cache[name]
    end
  end
end

-- The names of the commands that begin with this word, as "events emit" does with "events".
function M.group(word)
  local names = {}
  for _, known in ipairs(M.commands) do
    if known:sub(1, #word + 1) == word .. " " then
      names[#names + 1] = known
    end
  end
  return names
end

-- Whether a word on the command line is a command or begins one, and is no script's name.
function M.knows(word)
  return M.command(word) ~= nil or #M.group(word) > 0
end

-- Options ----------------------------------------------------------------------------------------

-- One list of several.
function M.options(...)
  local all = {}
  for _, list in ipairs { ... } do
    for _, option in ipairs(list) do
      all[#all + 1] = option
    end
  end
  return all
end

M.help_option = { names = { "--help", "-h" }, key = "help", help = "this text" }

local function find_option(options, name)
  for _, option in ipairs(M.options(options, { M.help_option })) do
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

-- Reads the option at arguments[i] into values. Returns the index of the last word it took, or nil
-- and what is wrong, and the option's name when it is unknown.
local function read_option(options, arguments, i, values)
  local name, value = split(arguments[i])
  local option = find_option(options, name)
  if not option then
    return nil, "unknown option " .. name, name
  elseif not option.value then
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
-- and the name of an unknown option.
function M.parse(options, arguments)
  local values, words = {}, {}
  local i, only_words = 1, false
  while i <= #arguments do
    local word = arguments[i]
    if only_words or not word:match("^%-.") then
      words[#words + 1] = word
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

-- Returns nil and what is wrong when a command gets too many words or too few.
local function check_words(names, words)
  for i, name in ipairs(names or {}) do
    if not words[i] and not name:find "^%[" then
      return nil, name .. " is missing"
    end
  end
  if names and #words > #names then
    return nil, "unexpected argument: " .. words[#names + 1]
  end
  return true
end

-- Running ----------------------------------------------------------------------------------------

-- Talk goes to stderr, data to stdout. One write, so that nobody else's text gets into the line.
function M.say(text)
  io.stderr:write("dstack-lua: " .. host.printable(text) .. "\n")
end

-- Talk that --quiet silences.
function M.note(text)
  if not M.quiet then
    M.say(text)
  end
end

-- Says why a command failed; not twice what failed, as in "info: Info: ...". Returns its exit code.
local function fail(name, message, code)
  local prefix = name .. ": "
  if code == "usage" then
    message = ("%s; see dstack-lua help %s"):format(message, name)
  elseif message:sub(1, #prefix):lower() == prefix then
    message = message:sub(#prefix + 1)
  end
  M.say(prefix .. message)
  return M.failures[code] or M.status.internal
end

-- What an error becomes, where it was raised: Ctrl-C is no bug of ours to be traced.
local function explain(problem)
  local text = tostring(problem)
  return text:find "interrupted!$" and "interrupted" or debug.traceback(text, 2)
end

-- Options of dstack-lua itself, and how they are written.
local ahead = {
  ["--simulator"] = "--simulator", ["--fault"] = "--simulator --fault METHOD=KIND",
  ["--os-version"] = "--simulator --os-version VERSION",
}

-- Where an option that the command does not know should stand, or "".
local function place(option, name)
  return ahead[option]
    and ("; it stands before the command: dstack-lua %s %s"):format(ahead[option], name) or ""
end

local function run(name, arguments)
  local chosen = M.command(name)
  local values, words, unknown = M.parse(chosen.options, arguments)
  if not values then
    return fail(name, words .. place(unknown, name), "usage")
  elseif values.help then
    return M.command("help").run({}, { name })
  end
  local fits, problem = check_words(chosen.words, words)
  if not fits then
    return fail(name, problem, "usage")
  end
  if values.api == "v1" and chosen.not_v1 then
    return fail(name, chosen.not_v1, "unsupported")
  end
  M.quiet = values.quiet
  io.stdout:setvbuf "no" -- what cannot be written is known at once, and no key stays in a buffer
  local good, status, message, code = xpcall(chosen.run, explain, values, words)
  if not good then
    io.stderr:write("dstack-lua: ", name, ": ", status, "\n")
    return M.status.internal
  end
  return status or fail(name, message, code)
end

-- Runs a command; nil when there is none of that name.
function M.run(name, ...)
  local arguments = { ... }
  local first = arguments[1]
  if not M.knows(name) then
    return nil
  elseif M.command(name) then
    return run(name, arguments)
  elseif first and M.command(name .. " " .. first) then
    return run(name .. " " .. table.remove(arguments, 1), arguments)
  elseif first == "--help" or first == "-h" then
    return M.command("help").run({}, { name })
  end
  return fail(name, "one of these is wanted: " .. table.concat(M.group(name), ", "), "usage")
end

return M
