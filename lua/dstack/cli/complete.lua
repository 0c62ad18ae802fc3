-- What may stand in the place of a command line's last word, found by the parser and the table that
-- the command line itself goes by. Shells ask through dstack-lua completion --words.

local cli = require "dstack.cli"
local interpreter = require "dstack.cli.interpreter"
local option = require "dstack.cli.option"

-- What the shell itself has to offer, by the first word of a placeholder.
local kinds = { FILE = ":file", DIR = ":directory", ADDR = ":file", VARIABLE = ":variable" }

-- A word that nobody types; in the last word's place it shows as what the parser takes that one.
local PROBE = "--\0"
local probe = { names = { PROBE }, key = PROBE }

-- Returns a table: values and words that stand before; options, whether an option may stand here;
-- option, the one whose value must. Returns nil when the line is wrong already.
local function locate(options, before, ahead)
  local arguments = {}
  for i, word in ipairs(before) do
    arguments[i] = word
  end
  arguments[#arguments + 1] = PROBE
  local values, words = option.parse(cli.options(options, { probe }), arguments, ahead)
  if not values then
    return nil
  end
  local here = { values = values, words = words, options = values[PROBE] }
  if words[#words] == PROBE then
    table.remove(words)
  end
  for _, one in ipairs(options) do
    local value = values[one.key]
    value = type(value) == "table" and value[#value] or value
    here.option = value == PROBE and one or here.option
  end
  return here
end

-- Candidates -------------------------------------------------------------------------------------

-- Adds lines to out: a candidate and its purpose, if it begins as the current word does. In: list,
-- names or {name, purpose}; prefix, what stands before them in the word.
local function add(out, current, list, prefix)
  for _, item in ipairs(list) do
    local name, purpose = item, nil
    if type(item) == "table" then
      name, purpose = item[1], item[2]
    end
    name = (prefix or "") .. name
    if name:sub(1, #current) == current then
      out[#out + 1] = purpose and name .. "\t" .. purpose or name
    end
  end
end

-- Adds what the shell has for a placeholder, behind a prefix that stands before it in the word.
local function add_kind(out, placeholder, prefix)
  local kind = kinds[placeholder:match "%u+"]
  if kind then
    out[#out + 1] = kind .. "\t" .. (prefix or "")
  end
end

local function add_values(out, current, one, prefix)
  local key = current:sub(#prefix + 1):match "^[%w_-]+="
  local behind = key and one.value:match "^%u+=(%u+)"
  local list = option.values(one)
  if kinds[behind] then -- of KIND=ADDR, say, KIND stands there already
    add_kind(out, behind, prefix .. key)
  elseif list then
    add(out, current, list, prefix)
  else
    add_kind(out, one.value, prefix)
  end
end

-- Options that were not given yet, or may be given again.
local function add_options(out, current, options, values)
  local list = {}
  for _, one in ipairs(options) do
    if values[one.key] == nil or one.list then
      for _, name in ipairs(one.names) do
        list[#list + 1] = { name, one.help }
        list[#list + 1] = one.optional and { name .. "=", one.help } or nil
      end
    end
  end
  add(out, current, list)
end

-- What stands in the word after words: names of commands, those of a group by its first word.
local function add_commands(out, current, group)
  local list, seen = {}, {}
  for _, name in ipairs(cli.commands) do
    local first, second = name:match "^(%S+) ?(%S*)$"
    local word = group == nil and first or group == first and second ~= "" and second
    if word and not seen[word] then
      seen[word] = true
      local members = group == nil and cli.group(first) or {}
      list[#list + 1] = { word, #members > 0 and table.concat(members, ", ")
        or cli.command(name).summary }
    end
  end
  add(out, current, list)
end

local function add_word(out, current, placeholder, words)
  local alternatives = option.alternatives(placeholder)
  if alternatives then
    add(out, current, alternatives)
  elseif placeholder:match "%u+" == "COMMAND" then
    add_commands(out, current, words[1])
  else
    add_kind(out, placeholder)
  end
end

-- Places -----------------------------------------------------------------------------------------

-- What an option or its value may be; whether that was it.
local function complete_option(out, current, options, here)
  local name, value = option.split(current)
  local one = value and here.options and option.find(options, name)
  if here.option then
    add_values(out, current, here.option, "")
  elseif one and one.value then
    add_values(out, current, one, current:sub(1, #current - #value))
  elseif here.options and current:find "^%-" then
    add_options(out, current, options, here.values)
  else
    return false
  end
  return true
end

-- The words of a command: the name of one, and what is behind it.
local function complete_command(out, current, name, rest)
  local command = cli.command(name)
  local options = cli.options_of(command)
  local here = locate(options, rest)
  if not here or complete_option(out, current, options, here) then
    return
  end
  local names = command.words or {}
  local placeholder = names[#here.words + 1]
    or (names[#names] or ""):find "%.%.%.$" and names[#names] or "[]"
  add_word(out, current, placeholder, here.words)
  if #out == 0 and current == "" and here.options and placeholder:find "^%[" then
    add_options(out, current, options, here.values)
  end
end

-- Where no script or command stands yet.
local function complete_first(out, current, here, dashes)
  if not (dashes or here.values.interactive) then
    add_commands(out, current)
  end
  out[#out + 1] = ":script\t"
end

-- Returns a list of lines: candidates, each with its purpose behind a tab where it has one, and
-- what the shell is to offer by itself, as ":file", ":directory", ":script" or ":variable" and,
-- behind a tab, what stands before it in the word. In: line, the words behind the program's name,
-- the last one being completed.
return function(line)
  local out, before = {}, {}
  local current = line[#line] or ""
  for i = 1, #line - 1 do
    before[i] = line[i]
  end
  local here = locate(interpreter.options, before, true)
  if not here or complete_option(out, current, interpreter.options, here) then
    return out
  end
  local words = here.words
  local dashes = before[#before - #words] == "--"
  local first, second = words[1], words[2]
  if not first then
    complete_first(out, current, here, dashes)
  elseif dashes or here.values.interactive or not cli.knows(first) then
    out[1] = ":file\t"
  elseif cli.command(first) then
    complete_command(out, current, table.remove(words, 1), words)
  elseif not second then
    add_commands(out, current, first)
  elseif cli.command(first .. " " .. second) then
    complete_command(out, current, table.remove(words, 1) .. " " .. table.remove(words, 1), words)
  end
  return out
end
