local complete = require "dstack.cli.complete"
local option = require "dstack.cli.option"
local output = require "dstack.cli.output"

-- Where each shell's user puts what.
local shells = {
  { "bash", "source <(dstack-lua completion bash)    in ~/.bashrc" },
  { "zsh", "source <(dstack-lua completion zsh)     in ~/.zshrc, behind compinit" },
  { "fish", "dstack-lua completion fish | source     in ~/.config/fish/config.fish" },
}

local names = table.concat(option.names(shells), "|")

local M = {
  summary = "print a script that lets a shell complete command lines",
  usage = names .. "\n       dstack-lua completion --words -- WORD...",
  words = { "[" .. names .. "]..." },
  options = {
    { names = { "--words" }, key = "words",
      help = "what the scripts ask: print what the last WORD of a line may be" },
  },
}

function M.details()
  local lines = { "\nto have it in every shell (make install does that for all users):" }
  for _, shell in ipairs(shells) do
    lines[#lines + 1] = ("  %-6s%s"):format(shell[1], shell[2])
  end
  return table.concat(lines, "\n")
end

function M.run(values, words)
  if values.words then
    local lines = complete(words)
    return output.write(#lines > 0 and table.concat(lines, "\n") .. "\n" or "")
  end
  for _, shell in ipairs(shells) do
    if #words == 1 and words[1] == shell[1] then
      return output.write(require("dstack.cli.completion." .. shell[1]))
    end
  end
  return nil, "one of these is wanted: " .. table.concat(option.names(shells), ", "), "usage"
end

return M
