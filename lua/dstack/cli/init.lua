-- The command line: one table of commands, one parser, one help, one way to end.

local host = require "dstack.host"
local option = require "dstack.cli.option"

local M = {}

-- Exit codes of every command.
M.status = { ok = 0, internal = 1, usage = 2, verify = 3, policy = 4, network = 5, expired = 6 }

-- What they mean, from 0 on.
M.meanings = {
  [0] = "done",
  "something failed on this side, such as a full disk",
  "used wrongly: an option, an argument, a file that cannot be read or placed",
  "a signature, digest or measurement does not check out, or two hashes differ",
  "a policy is not met",
  "no agent or KMS there, or it does not do what it should",
  "collateral has expired",
}

-- What each code of a failed call is as an exit code; "usage" is the commands' own.
M.failures = {
  usage = M.status.usage, invalid = M.status.usage,
  verify = M.status.verify, no_kms = M.status.verify, expired = M.status.expired,
  policy = M.status.policy,
  connect = M.status.network, timeout = M.status.network, closed = M.status.network,
  cancelled = M.status.network,
  http = M.status.network, rpc = M.status.network, unsupported = M.status.network,
  reply = M.status.network, too_large = M.status.network,
  memory = M.status.internal, internal = M.status.internal,
}

-- A command has summary, usage, options and run(values, words) -> exit status, or nil, message,
-- code. It may name its words, those in brackets optional, the last one with dots when it repeats:
-- {"PATH", "[FILE]..."}; say in not_v1 why v1 has nothing like it; and have details(), which
-- returns more text for its help. An option has its names, the placeholder of its value (none: a
-- switch), whether it repeats (list), and one line of help. A placeholder with bars, "v0|v1", is
-- all the values there are; a longer list of them is in choices. In offers are values worth
-- offering where others are taken too. Both hold names, or {name, purpose}; offers may be a
-- function that returns them. "a b" lies in dstack/cli/a_b.lua. Help, shells' completion and the
-- manual page all show what is here.
M.commands = {
  "help", "completion", "simulator", "info", "key", "quote", "attest", "sign", "tls-key",
  "events list", "events emit", "events replay", "verify", "inspect", "collateral fetch",
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

-- A summary as the beginning of a sentence.
function M.sentence(summary)
  return summary:sub(1, 1):upper() .. summary:sub(2)
end

-- Whether a word on the command line is a command or begins one, and is no script's name.
function M.knows(word)
  return M.command(word) ~= nil or #M.group(word) > 0
end

-- One list of several.
function M.options(...)
  local all = {}
  for _, list in ipairs { ... } do
    for _, one in ipairs(list) do
      all[#all + 1] = one
    end
  end
  return all
end

M.help_option = { names = { "--help", "-h" }, key = "help", help = "this text" }

-- All options of a command.
function M.options_of(command)
  return M.options(command.options, { M.help_option })
end

-- Returns nil and what is wrong when a command gets too many words or too few.
local function check_words(names, words)
  for i, name in ipairs(names or {}) do
    if not words[i] and not name:find "^%[" then
      return nil, name .. " is missing"
    end
  end
  local repeats = not names or (names[#names] or ""):find "%.%.%.$"
  if not repeats and #words > #names then
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

-- Where an option that the command does not know should stand, or "".
local function place(unknown, name)
  local own = unknown and option.find(require("dstack.cli.interpreter").simulator_options, unknown)
  if not own then
    return ""
  end
  local form = own.optional and own.names[1] or "--simulator " .. option.form(own)
  return ("; it stands before the command: dstack-lua %s %s"):format(form, name)
end

local function run(name, arguments)
  local chosen = M.command(name)
  local values, words, unknown = option.parse(M.options_of(chosen), arguments)
  if not values then
    return fail(name, words .. place(unknown, name), "usage")
  elseif values.help then
    return M.command("help").run({}, { name })
  end
  local fits, problem = check_words(chosen.words, words)
  if fits then
    fits, problem = option.check(chosen.options, values)
  end
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
