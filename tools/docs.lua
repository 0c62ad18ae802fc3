-- Writes the reference of the API in Markdown, from the annotations.
--   usage: dstack-lua tools/docs.lua types/*.lua >api.md

local annotations = require "dstack.repl.annotations"

local model = assert(annotations.load(arg), "usage: dstack-lua tools/docs.lua types/*.lua >api.md")

-- Pieces -----------------------------------------------------------------------------------------

local function write(text, ...)
  io.write(select("#", ...) > 0 and text:format(...) or text, "\n")
end

-- A line such as "Errors: ..." begins a paragraph of its own.
local function paragraph(text)
  if text ~= "" then
    write("%s\n", (text:gsub("\n(%u%l+: )", "\n\n%1")))
  end
end

-- As hosts of Markdown make it from a heading.
local function anchor(heading)
  return heading:lower():gsub("[^%w%s_-]", ""):gsub("%s", "-")
end

-- Text within a cell of a table.
local function cell(text)
  return (text:gsub("|", "\\|"):gsub("\n", " "))
end

-- A type, with links to what is described here.
local function linked(kind)
  local described = model.classes[kind:match "^[%w_.]+"] or model.aliases[kind:match "^[%w_.]+"]
  if described and kind:find "^[%w_.]+[%[%]?]*$" then
    return ("[`%s`](#%s)"):format(kind, anchor(described.name))
  end
  return "`" .. kind .. "`"
end

local function label(item)
  return item.name and "`" .. annotations.label(item) .. "`" or ""
end

local function rows(title, list)
  if #list == 0 then
    return
  end
  write("| %s | type | |\n|---|---|---|", title)
  for _, item in ipairs(list) do
    write("| %s | %s | %s |", label(item), cell(linked(item.type)), cell(item.text))
  end
  write ""
end

-- Chapters ---------------------------------------------------------------------------------------

local function write_function(fun)
  write("### %s\n", annotations.full_name(fun))
  local forms = { annotations.signature(fun) }
  for _, overload in ipairs(fun.overloads) do
    forms[#forms + 1] = "-- or: " .. overload.type
  end
  write("```lua\n%s\n```\n", table.concat(forms, "\n"))
  paragraph(fun.deprecated or "")
  paragraph(fun.text)
  rows("parameter", fun.params)
  rows("returns", fun.returns)
end

local function write_class(class)
  write("## %s\n", class.name)
  local parents = {}
  for i, parent in ipairs(class.parents) do
    parents[i] = linked(parent)
  end
  paragraph(class.deprecated or "")
  paragraph(#parents > 0 and "Has what " .. table.concat(parents, ", ") .. " has." or "")
  paragraph(class.text)
  for _, constructor in ipairs(annotations.constructors(model, class)) do
    write("```lua\n%s\n```\n", constructor)
  end
  for _, overload in ipairs(class.overloads) do
    write("Called as `%s`.\n", overload.type)
  end
  rows("member", class.fields)
  for _, fun in ipairs(class.functions) do
    write_function(fun)
  end
end

local function write_alias(alias)
  write("## %s\n", alias.name)
  paragraph(alias.text)
  paragraph(alias.type ~= "" and linked(alias.type) or "")
  if #alias.values > 0 then
    write "| value | meaning |\n|---|---|"
    for _, item in ipairs(alias.values) do
      write("| " .. cell("`" .. item.value .. "`") .. " | " .. cell(item.text) .. " |")
    end
    write ""
  end
end

write "# Reference\n"
write("Made by `make docs` from `%s`: edit that.\n", table.concat(arg, "`, `"))
for _, list in ipairs { model.classes, model.aliases } do
  for _, item in ipairs(list) do
    write("- [%s](#%s)", item.name, anchor(item.name))
  end
end
write ""
for _, class in ipairs(model.classes) do
  write_class(class)
end
for _, alias in ipairs(model.aliases) do
  write_alias(alias)
end
