std = "max"
codes = true
max_line_length = 100
files["spec"] = { std = "+busted", max_line_length = 120 }
for _, path in ipairs { "lua/resty", "lua/dstack/transport/cosocket.lua", "lua/dstack/loop/nginx.lua" } do
  files[path] = { std = "+ngx_lua" }
end
files["spec/support/nginx_worker.lua"] = { std = "+ngx_lua" }
files["*.rockspec"] = { std = "+rockspec" }
