-- Text in lines.

local M = {}

-- Words in lines no longer than width, if they can be. In: first, what the first line begins with;
-- indent, what the others begin with. The words follow either as they are.
function M.wrap(text, width, first, indent)
  local lines, line, empty = {}, first, true
  for word in text:gmatch "%S+" do
    if not empty and #line + 1 + #word > width then
      lines[#lines + 1], line, empty = line, indent, true
    end
    line, empty = line .. (empty and "" or " ") .. word, false
  end
  lines[#lines + 1] = line:gsub(" +$", "")
  return table.concat(lines, "\n") .. "\n"
end

return M
