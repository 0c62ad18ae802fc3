std = "max"
codes = true
max_line_length = 100
files["spec"] = { std = "+busted", max_line_length = 120 }
files["*.rockspec"] = { std = "+rockspec" }
