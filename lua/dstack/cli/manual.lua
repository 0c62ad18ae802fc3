-- The manual page of dstack-lua, in the macros of man(7), from the table of commands.

local cli = require "dstack.cli"
local dstack = require "dstack"
local interpreter = require "dstack.cli.interpreter"
local option = require "dstack.cli.option"
local text = require "dstack.cli.text"

-- It has no date: the same version makes the same page.
local HEAD = [[
.\" Made by dstack-lua help --man: do not edit.
.TH DSTACK\-LUA 1 "" "dstack\-lua %s" "User Commands"
.nh
.ad l
]]
local WIDTH = 72 -- of a line of the source, before what roff wants is escaped

-- Text as roff shows it: no escapes, no hyphens in place of dashes, no macro at a line's start.
local function plain(words)
  words = words:gsub("\\", "\\e"):gsub("%-", "\\-"):gsub("\n", " ")
  return (words:gsub("^([.'])", "\\&%1"))
end

-- Text to be filled: a sentence begins a line, and no line is long.
local function filled(words)
  local out = {}
  for sentence in (words .. "\n"):gsub("([.;:]) +(%u)", "%1\n%2"):gmatch "[^\n]+" do
    for line in text.wrap(sentence, WIDTH, "", ""):gmatch "[^\n]+" do
      out[#out + 1] = plain(line) .. "\n"
    end
  end
  return table.concat(out)
end

local function bold(words)
  return "\\fB" .. plain(words) .. "\\fR"
end

-- A form such as "--app-id HEX": bold up to the first blank or "[" that a value follows.
local function form(words)
  local parts = {}
  for part in (words .. ", "):gmatch "(.-), " do
    local name, rest = part:match "^(%-[%w-]*)(.*)$"
    parts[#parts + 1] = name and bold(name) .. plain(rest) or plain(part)
  end
  return table.concat(parts, ", ")
end

local function item(title, words)
  return (".TP\n%s\n%s"):format(title, filled(words))
end

-- Rows {title, text}.
local function items(rows)
  local out = {}
  for i, row in ipairs(rows) do
    out[i] = item(bold(row[1]), row[2])
  end
  return table.concat(out)
end

-- Lines that stay as they are.
local function verbatim(lines)
  return (".PP\n.nf\n.RS 4\n%s.RE\n.fi\n"):format((lines:gsub("[^\n]*\n", function(line)
    return plain(line:sub(1, -2)) .. "\n"
  end)))
end

local function section(title, ...)
  return (".SH %s\n%s"):format(title, table.concat { ... })
end

-- Commands ---------------------------------------------------------------------------------------

local MANY = 3 -- an option of so many commands is explained once

-- Options that several commands share, which are the same rows of the table: as a set, and listed.
local function shared_options()
  local counts, list = {}, {}
  for _, name in ipairs(cli.commands) do
    for _, one in ipairs(cli.command(name).options) do
      counts[one] = (counts[one] or 0) + 1
      if counts[one] == MANY then
        list[#list + 1] = one
      end
    end
  end
  return counts, list
end

-- An option, and below it the values it has a list of.
local function option_item(one)
  local list = option.list(one)
  local out = { item(form(option.form(one)), one.help) }
  if type(list) == "table" then
    out[2] = ".RS\n" .. items(list) .. ".RE\n"
  elseif list then
    out[2] = ".br\n" .. filled(one.value .. ": " .. list)
  end
  return table.concat(out)
end

local function option_items(options)
  local out = {}
  for i, one in ipairs(options) do
    out[i] = option_item(one)
  end
  return table.concat(out)
end

-- Each way of calling a command, a paragraph of its own.
local function usages(name, usage)
  local out = {}
  for line in ("dstack-lua %s %s\n"):format(name, usage):gmatch "%s*(.-)\n" do
    local program, rest = line:match("^(dstack%-lua " .. name:gsub("%-", "%%-") .. ")(.*)$")
    if program then
      out[#out + 1] = ".PP\n" .. bold(program) .. plain(rest) .. "\n"
    else
      out[#out + 1] = plain(line) .. "\n"
    end
  end
  return table.concat(out)
end

local function describe(name, counts)
  local command, own, others = cli.command(name), {}, {}
  for _, one in ipairs(command.options) do
    if counts[one] >= MANY then
      others[#others + 1] = bold(one.names[1])
    else
      own[#own + 1] = one
    end
  end
  local also = #others > 0 and (".PP\nAlso %s: see OPTIONS.\n"):format(table.concat(others, ",\n"))
  local details = command.details and verbatim(command.details():gsub("^\n", "") .. "\n")
  return table.concat {
    (".SS %s\n%s"):format(plain(name), filled(cli.sentence(command.summary) .. ".")),
    usages(name, command.usage), option_items(own), details or "", also or "",
  }
end

local function commands(counts)
  local out = { filled(interpreter.command_words) }
  for _, name in ipairs(cli.commands) do
    out[#out + 1] = describe(name, counts)
  end
  return table.concat(out)
end

-- The rest ---------------------------------------------------------------------------------------

local function synopsis()
  local out = {}
  for i, usage in ipairs(interpreter.usages) do
    out[i] = (i > 1 and ".br\n" or "") .. bold "dstack-lua" .. " " .. plain(usage) .. "\n"
  end
  return table.concat(out)
end

local function statuses()
  local rows = {}
  for status = 0, #cli.meanings do
    rows[status + 1] = { tostring(status), cli.meanings[status] }
  end
  return ("Of commands:\n%s.PP\n%s"):format(items(rows), filled(interpreter.status))
end

local function examples()
  local out = {}
  for i, example in ipairs(interpreter.examples) do
    out[i] = (i > 1 and ".PP\n" or "") .. filled(example[1] .. ":")
      .. verbatim(example[2] .. "\n")
  end
  return table.concat(out)
end

-- Returns the page.
return function()
  local counts, shared = shared_options()
  return table.concat {
    HEAD:format(plain(dstack._VERSION)),
    section("NAME", filled("dstack-lua - " .. interpreter.summary)),
    section("SYNOPSIS", synopsis()),
    section("DESCRIPTION", filled(cli.sentence(interpreter.summary) .. "."),
      filled(interpreter.details)),
    section("COMMANDS", commands(counts)),
    section("OPTIONS", "Those of dstack\\-lua itself stand before a script or a command.\n",
      ".SS As of lua 5.4\n", option_items(interpreter.lua_options),
      ".SS Of its own\n", option_items(interpreter.own_options),
      ".SS Of several commands\n", option_items(shared)),
    section("ENVIRONMENT", items(interpreter.environment)),
    section("EXIT STATUS", statuses()),
    section("FILES", items(interpreter.files())),
    section("EXAMPLES", examples()),
    section("SEE ALSO", ".BR lua (1)\n"),
  }
end
