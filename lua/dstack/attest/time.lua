-- Dates in texts as Unix seconds.

local M = {}

-- Days from 1970-01-01 in the Gregorian calendar, years beginning with March.
local function days(year, month, day)
  if month <= 2 then
    year, month = year - 1, month + 12
  end
  local leap = math.floor(year / 4) - math.floor(year / 100) + math.floor(year / 400)
  return 365 * year + leap + math.floor((153 * (month - 3) + 2) / 5) + day - 719469
end

-- Seconds of "2025-03-12" or "2025-03-12T00:00:00Z"; nil for anything else.
function M.seconds(text)
  local date, clock = text:match "^(%d%d%d%d%-%d%d%-%d%d)(.*)$"
  if not date then
    return nil
  end
  local year, month, day = date:match "(%d+)-(%d+)-(%d+)"
  local hour, minute, second = clock:match "^T(%d%d):(%d%d):(%d%d)Z$"
  if clock == "" then
    hour, minute, second = 0, 0, 0
  end
  year, month, day = tonumber(year), tonumber(month), tonumber(day)
  if not hour or month < 1 or month > 12 or day < 1 or day > 31 or tonumber(hour) > 23
    or tonumber(minute) > 59 or tonumber(second) > 60 then
    return nil
  end
  return days(year, month, day) * 86400 + hour * 3600 + minute * 60 + second
end

return M
