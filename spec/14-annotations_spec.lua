-- types/dstack.lua as a source: its parser, the reference made from it, and the check that compares it
-- with the module, which must find what it is for.

local support = require "spec.support"

if _VERSION ~= "Lua 5.4" then
  return -- once is enough: these are tools of the build
end

local annotations = require "dstack.repl.annotations"
local scan = require "dstack.repl.annotations_scan"

local files = {}
for path in support.run("ls types/*.lua"):gmatch "[^\n]+" do
  files[#files + 1] = path
end

local function reference()
  local out, status = support.run(support.interpreter .. " tools/docs.lua " .. table.concat(files, " "))
  assert(status == 0, out)
  return out
end

describe("types", function()
  for text, expected in pairs {
    ["string words"] = { "string", "words" },
    ["string"] = { "string", "" },
    ["string? # words"] = { "string?", "words" },
    ["string[]?  words"] = { "string[]?", "words" },
    ['"a"|"b" words'] = { '"a"|"b"', "words" },
    ['"a" | nil words'] = { '"a" | nil', "words" },
    ["fun(a: string, b?: integer): string?, string? words"] =
      { "fun(a: string, b?: integer): string?, string?", "words" },
    ["fun(a: fun(b: string)) words"] = { "fun(a: fun(b: string))", "words" },
    ["table<string, integer[]> words"] = { "table<string, integer[]>", "words" },
    ["{a: string, b?: {c: integer}}[] words"] = { "{a: string, b?: {c: integer}}[]", "words" },
    ["(string|integer)[] words"] = { "(string|integer)[]", "words" },
    ["dstack.Transport|string, words"] = {},
    ["|"] = {}, ["fun(a"] = {}, [""] = {},
  } do
    it(text, function()
      local kind, words = scan.type_and_text(text)
      assert.same(expected, { kind, words })
    end)
  end

  it("of returns have names, and words behind the last", function()
    assert.same({
      { type = "string?", name = "hex", text = "" }, { type = "string?", text = "" },
      { type = "dstack.code?", name = "code", text = "one of them" },
    }, scan.returns "string? hex, string?, dstack.code? code one of them")
    assert.is_nil(scan.returns "string a, |")
  end)

  it("of functions have arguments", function()
    assert.same({ "a", "b" }, scan.arguments "fun(a: {x: string, y: integer}, b?: string): string")
    assert.same({}, scan.arguments "fun()")
    assert.same({ "self", "..." }, scan.arguments "fun(self, ...: any)")
    assert.is_nil(scan.arguments "string")
  end)
end)

describe("annotations", function()
  local text = [==[
---@meta demo

---What it is.
---@class demo
---@field name string words
---More words
---@field private path? integer
local demo = {}

---@alias demo.mode
---| "r" # reading
---| "w" # writing

---Opens.
---In two lines.
---@param mode demo.mode how
---@param size? integer
---@return string? text, string? message why not
---@overload fun(options: table): string?
---@deprecated use another
function demo:open(mode, size) end

---@class demo.Child: demo, other

---@type demo.Child
demo.child = child
return demo
]==]

  it("are classes, fields, functions and aliases", function()
    local model = annotations.parse(text, "demo.lua")
    local demo = model.classes.demo
    assert.equal("What it is.", demo.text)
    assert.same({ name = "name", type = "string", optional = false, text = "words", at = "demo.lua:5" }, demo.fields[1])
    assert.same({ name = "path", type = "integer", optional = true, text = "More words", at = "demo.lua:7" },
      demo.fields[2])
    assert.equal("demo.Child", demo.fields.child.type)
    assert.same({ "demo", "other" }, model.classes["demo.Child"].parents)
    assert.same({ { value = '"r"', text = "reading" }, { value = '"w"', text = "writing" } },
      model.aliases["demo.mode"].values)
    local open = demo.functions.open
    assert.equal("demo:open(mode, size?)", annotations.signature(open))
    assert.equal("Opens.\nIn two lines.", open.text)
    assert.equal("why not", open.returns[2].text)
    assert.equal("fun(options: table): string?", open.overloads[1].type)
    assert.equal("Deprecated. use another", open.deprecated)
  end)

  it("of one class may stand in several files", function()
    local model = annotations.parse(text, "demo.lua")
    local more = "---@class demo\n---@field late boolean\nlocal again = {}\n\nfunction again.f() end\n"
    annotations.parse(more, "more.lua", model)
    assert.equal("more.lua:2", model.classes.demo.fields.late.at)
    assert.equal("demo.f()", annotations.signature(model.classes.demo.functions.f))
    assert.equal(2, #model.classes)
  end)

  for line, problem in pairs {
    ["---@clas demo"] = "unknown tag @clas", ["---@class"] = "a class has no name",
    ["---@field name"] = "a field wants", ["---@param name |"] = "a param wants", ["---@return |"] = "a return wants",
    ["---@overload string"] = "an overload is", ["---@alias"] = "an alias has no name", ["---@type"] = "a type",
    ["function other:f() end"] = "nothing is known of other", ["x = 1 + 1"] = "not understood",
    ["demo.x = 1"] = "what is demo.x", ["function demo:f()"] = "not understood",
  } do
    it("that are not understood are refused: " .. line, function()
      local good, message = pcall(annotations.parse, "---@class demo\nlocal demo = {}\n\n" .. line .. "\n", "demo.lua")
      assert.is_false(good)
      assert.matches("demo.lua:4: " .. problem, message, 1, true)
    end)
  end
end)

describe("the check of the documentation", function()
  -- Findings for the annotations after changes of theirs: patterns and what is put there.
  local function check(...)
    local directory, changes, found = support.directory(), { ... }, {}
    for _, path in ipairs(files) do
      local text = support.read(path)
      for i = 1, #changes, 2 do
        found[i] = found[i] or text:find(changes[i])
        text = text:gsub(changes[i], changes[i + 1])
      end
      support.write(directory .. "/" .. path:match "[^/]*$", text)
    end
    for i = 1, #changes, 2 do
      assert(found[i], changes[i] .. ": nowhere in types")
    end
    return support.run(("%s tools/docs_check.lua %s/*.lua; s=$?; rm -r %s; exit $s"):format(support.interpreter,
      directory, directory))
  end

  it("is content", function()
    local out, status = check()
    assert.equal("", out)
    assert.equal(0, status)
  end)

  it("takes what a class inherits for documented", function()
    local out, status = check("%-%-%-@class DstackClient\n", "---@class DstackClient: dstack.Base\n",
      "%-%-%-@class dstack\n", "---@class dstack.Base\n---@field attest fun()\n\n%0",
      "function DstackClient:attest%([^\n]*\n", "")
    assert.equal("", out)
    assert.equal(0, status)
  end)

  for name, case in pairs {
    ["a method under another name"] = { "function DstackClient:attest%(", "function DstackClient:atest(",
      "DstackClient.attest is not documented", "DstackClient:atest is documented, but does not exist" },
    ["a parameter without a line"] = { "DstackClient:get_quote%(report_data", "%0, more",
      "@param has (report_data), the function (report_data, more)" },
    ["a parameter too many"] = { "function GetKeyResponse:decode_key%(", "---@param way string\n%0way",
      "GetKeyResponse:decode_key is documented with 2 parameters, it has 1" },
    ["a parameter too few"] = { "GetKeyResponse:verify_chain%(options%)", "GetKeyResponse:verify_chain()",
      "GetKeyResponse:verify_chain is documented with 1 parameters, it has 2" },
    ["a member of the module that is not there"] = { "%-%-%-@class dstack\n", "%0---@field nothing string\n",
      "dstack.nothing is documented, but does not exist" },
    ["an export under another name"] = { "function dstack.codes%(", "function dstack.kodes(",
      "dstack.codes is not documented", "dstack.kodes is documented, but does not exist" },
    ["a class that is not there"] = { "%-%-%-@class SignResponse", "---@class SingResponse",
      "SingResponse is documented, but the module has no such member" },
    ["an option that is missing"] = { "%-%-%-@field ca_file%?[^\n]*\n", "",
      "DstackClientOptions has no option ca_file, which DstackClient takes" },
    ["an option that is not there"] = { "%-%-%-@field ca_file%?[^\n]*\n", "%0---@field ca_files? string\n",
      "DstackClientOptions: option ca_files does not exist" },
    ["a code that is missing"] = { '%-%-%-| "no_kms"[^\n]*\n', "", 'code "no_kms" is not documented' },
    ["a code with another meaning"] = { '(|%s*"timeout"%s+#%s)', "%1no longer ",
      "code \"timeout\" is documented as 'no longer the time given for the call ran out', the module says" },
    ["a function that does not say what it returns"] = { "(%-%-%-Errors: [^\n]*\n%-%-%-@return boolean there)",
      "---@return boolean there", "DstackClient:is_reachable has no line 'Errors:'" },
    ["an error that is none"] = { "(%-%-%-Errors: )rpc", "%1refused",
      "Errors: 'refused' is no code" },
    ["a type that nothing describes"] = { "InfoResponse%?", "InfoReponse?",
      "type InfoReponse is not described" },
    ["a tag that nobody knows"] = { "@param payload", "@parm payload", "unknown tag @parm" },
  } do
    it("finds " .. name, function()
      local out, status = check(case[1], case[2])
      assert.equal(1, status, out)
      for i = 3, #case do
        assert.matches(case[i], out, 1, true)
      end
    end)
  end
end)

describe("the reference", function()
  it("has every class, function, field and code", function()
    local out, model = reference(), annotations.load(files)
    for _, class in ipairs(model.classes) do
      assert.matches("\n## " .. class.name .. "\n", out, 1, true)
      for _, fun in ipairs(class.functions) do
        local heading = "\n### " .. annotations.full_name(fun) .. "\n\n"
        assert.matches(heading .. "```lua\n" .. annotations.signature(fun), out, 1, true)
      end
      for _, field in ipairs(class.fields) do
        assert.matches("| `" .. annotations.label(field) .. "` | ", out, 1, true)
      end
    end
    for _, item in ipairs(model.aliases["dstack.code"].values) do
      assert.matches("| `" .. item.value .. "` | " .. item.text .. " |", out, 1, true)
    end
  end)

  it("links only to what it has", function()
    local out = reference()
    local there = {}
    for heading in out:gmatch "\n##+ ([^\n]+)" do
      there[heading:lower():gsub("[^%w%s_-]", "")] = true
    end
    local count = 0
    for target in out:gmatch "%]%(#([^)]+)%)" do
      count = count + 1
      assert.is_true(there[target], target)
    end
    assert.is_true(count > 20)
  end)
end)
