-- The code that documents show, for specs that run it.

local support = require "spec.support"

local M = {}

-- The code blocks of a document, in order: {info =, code =, line =}. info is what stands behind the
-- opening fence, line the number of the block's first line.
function M.blocks(path)
  local list, open, number = {}, nil, 0
  for line in support.read(path):gmatch "([^\n]*)\n" do
    number = number + 1
    local indent, info = line:match "^( *)```(.*)$"
    if open and indent == open.indent and info == "" then
      open.code = table.concat(open.lines, "\n") .. "\n"
      list[#list + 1], open = open, nil
    elseif open then
      open.lines[#open.lines + 1] = line:sub(#open.indent + 1)
    elseif indent then
      open = { indent = indent, info = info, line = number + 1, lines = {} }
    end
  end
  assert(not open, path .. ": a code block is not closed")
  return list
end

-- The nth code block with that info.
function M.block(path, info, n)
  for _, block in ipairs(M.blocks(path)) do
    n = block.info == info and n - 1 or n
    if n == 0 then
      return block.code
    end
  end
  error(("%s has too few blocks of %s"):format(path, info))
end

-- All that a document shows as `lua`, as one script: blocks go on where those before them ended.
-- The rest of the document is empty lines, so that an error names the document's line. nil when
-- there is nothing. A block that is no part of it says `lua sketch`.
function M.script(path)
  local lines = {}
  for _, block in ipairs(M.blocks(path)) do
    if block.info == "lua" then
      while #lines < block.line - 1 do
        lines[#lines + 1] = ""
      end
      for _, line in ipairs(block.lines) do
        lines[#lines + 1] = line
      end
    end
  end
  return #lines > 0 and table.concat(lines, "\n") .. "\n" or nil
end

-- Runs a document's script on a simulator of its own, and with nodes where it asks for any. Returns
-- output and exit status.
function M.run(path, directory)
  local file = directory .. "/" .. path:match "[^/]*$" .. ".lua"
  local script = M.script(path)
  support.write(file, script)
  local nodes = script:find("_RPC_URL", 1, true) and "test/rpc_server/run " or ""
  return support.run(("%s%s --simulator %s"):format(nodes, support.interpreter, file))
end

return M
