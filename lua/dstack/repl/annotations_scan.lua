-- Where a type ends and words begin: types have blanks of their own, as in `fun(a: T, b?: U): V`,
-- `{a: T, b?: U}` or `"x" | "y"`.

local M = {}

local scan_type

-- fun(...) and what it returns, up to the end of the last type.
local function scan_function(text, at)
  local after = text:match("^fun%b()()", at)
  local position = after and text:match("^%s*:%s*()", after)
  while position do
    local stop = scan_type(text, position)
    if not stop then
      return nil
    end
    after = stop
    position = text:match("^,%s*()", after)
  end
  return after
end

local function scan_unit(text, at)
  if text:find("^fun%(", at) then
    return scan_function(text, at)
  end
  return text:match('^"[^"]*"()', at) or text:match("^'[^']*'()", at) or text:match("^%b{}()", at)
    or text:match("^%b()()", at) or text:match("^%b[]()", at) or text:match("^[%w_.]+%b<>()", at)
    or text:match("^%-?[%w_.]+()", at)
end

-- Returns the position behind the type at `at`, or nil.
function scan_type(text, at)
  local stop = scan_unit(text, at)
  while stop do
    local longer = text:match("^%[%]()", stop) or text:match("^%?()", stop)
    local next_one = text:match("^%s*|%s*()", stop)
    if longer then
      stop = longer
    elseif next_one then
      stop = scan_unit(text, next_one)
    else
      return stop
    end
  end
end

-- Returns the type at the beginning and the words behind it, or nil.
function M.type_and_text(text)
  local stop = text and scan_type(text, 1)
  if not stop or text:find("^[^%s]", stop) then
    return nil
  end
  return text:sub(1, stop - 1), (text:sub(stop):gsub("^%s*#?%s*", ""))
end

-- The arguments of a type "fun(a: T, b?: U): V": {"a", "b"}; nil for other types.
function M.arguments(kind)
  local inside = kind:match "^fun(%b())"
  if not inside then
    return nil
  end
  local list, at = {}, 2
  while at do
    local name, behind = inside:match("^%s*([%w_.]+)%??()", at)
    if not name then
      break
    end
    list[#list + 1] = name
    local position = inside:match("^:%s*()", behind)
    at = inside:match("^%s*,()", position and scan_type(inside, position) or behind)
  end
  return list
end

-- "T name, T name, T name words" -> {{type, name, text}, ...}, or nil.
function M.returns(text)
  local list, at = {}, 1
  while at do
    local stop = scan_type(text, at)
    if not stop then
      return nil
    end
    local item = { type = text:sub(at, stop - 1), text = "" }
    local name, behind = text:match("^%s+([%a_][%w_]*)()", stop)
    if name then
      item.name, stop = name, behind
    end
    list[#list + 1] = item
    at = text:match("^%s*,%s*()", stop)
    if not at then
      item.text = text:sub(stop):gsub("^%s*#?%s*", "")
    end
  end
  return list
end

return M
