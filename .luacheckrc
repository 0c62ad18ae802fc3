std = "max"
codes = true
max_line_length = 100
files["spec"] = { std = "+busted" }
files["*.rockspec"] = { std = "+rockspec" }
