-- Names, as far as several parts of the conversation ask about them.

local M = {}

M.keywords = {
  "and", "break", "do", "else", "elseif", "end", "false", "for", "function", "goto", "if", "in",
  "local", "nil", "not", "or", "repeat", "return", "then", "true", "until", "while",
}

local is_keyword = {}
for _, word in ipairs(M.keywords) do
  is_keyword[word] = true
end

function M.is_name(value)
  return type(value) == "string" and value:find "^[%a_][%w_]*$" ~= nil and not is_keyword[value]
end

-- A member of a value's metatable, or nil.
function M.meta(value, name)
  local meta = debug.getmetatable(value)
  return type(meta) == "table" and rawget(meta, name) or nil
end

-- The names that a module would load at their first use (lua/dstack/init.lua), sorted.
function M.unloaded(module)
  local names = {}
  for _, list in ipairs(M.meta(module, "__names") or {}) do
    for name in pairs(list) do
      if rawget(module, name) == nil then
        names[#names + 1] = name
      end
    end
  end
  table.sort(names)
  return names
end

return M
