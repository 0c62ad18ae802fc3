-- Modules whose members are loaded when they are first asked for: so nothing happens at require.

local function load_part(name)
  local good, module = pcall(require, name)
  if not good then
    error(require("dstack.missing").explain(module), 0)
  end
  return module
end

-- Makes M such a module, and returns it. In: homes, member -> the module that has it; parts, member
-- -> the module that is it.
return function(M, homes, parts)
  return setmetatable(M, {
    __names = { homes, parts }, -- for who lists what there is
    __index = function(_, name)
      local value
      if parts[name] then
        value = load_part(parts[name])
      elseif homes[name] then
        value = load_part(homes[name])[name]
      end
      rawset(M, name, value)
      return value
    end,
  })
end
