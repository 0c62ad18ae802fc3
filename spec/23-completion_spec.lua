-- Completion of command lines: what is offered, and what comes of the tabulator in real shells.

local support = require "spec.support"

if _VERSION ~= "Lua 5.4" then
  return -- it is all the interpreter's
end

local interpreter = support.run("realpath " .. support.interpreter):gsub("\n", "")

-- What may stand for the last of the words, without purposes.
local function offered(words)
  local out, status = support.run(interpreter .. " completion --words -- " .. words)
  assert.equal(0, status, out)
  return (out:gsub("\t[^\n]*", ""):gsub("\n", " "):gsub(" $", ""))
end

describe("completion", function()
  it("knows what may stand where", function()
    for words, expected in pairs {
      ["compose ''"] = "hash new check diff fmt", ["compose h"] = "hash", ["nonsense ''"] = ":file",
      ["--simulator env ''"] = "encrypt check decrypt",
      ["help kms ''"] = "env-key meta", ["help hash ''"] = "--man --help -h",
      ["compose hash ''"] = ":file", ["compose diff a ''"] = ":file", ["hash a b ''"] = ":file",
      ["compose hash a --flavour ''"] = "js python go go-1.21", ["key --api=''"] = "--api=v0 --api=v1",
      ["info --color a"] = "always auto", ["hash -akeccak3"] = "-akeccak384", ["hash -a sha3-5"] = "sha3-512",
      ["key -a ''"] = "secp256k1 ed25519", ["compose fmt --form c"] = "compact-sorted compact",
      ["tls-key -o ''"] = ":directory", ["tls-key --key-out ''"] = ":file", ["info --endpoint ''"] = ":file",
      ["env encrypt --from-env ''"] = ":variable", ["key ''"] = "", ["key --purpose ''"] = "", ["-e ''"] = "",
      ["simulator --listen ''"] = "agent= tappd= external= kms= pccs=", ["simulator --listen kms=a"] = ":file",
      ["simulator -C ''"] = ":directory", ["--simulator=''"] = ":directory",
      ["--os-version 0.5."] = "0.5.5 0.5.6 0.5.11",
      ["--fault '*=c'"] = "*=cut *=content-type", ["-l cj"] = "cjson cjson.safe", ["completion ''"] = "bash zsh fish",
      ["compose new --set re"] = "requirements=", ["compose new --storage-fs ''"] = "zfs ext4",
      ["x.lua ''"] = ":file", ["x.lua --js"] = ":file", ["-- ''"] = ":script", ["-- hash ''"] = ":file",
      ["-i ''"] = ":script", ["hash -- --js"] = ":file", ["./hash --js"] = ":file", ["--"] = "-- --simulator "
        .. "--simulator= --app-id --os-version --fault --attest-fault --quote --version --help",
    } do
      assert.equal(expected, offered(words), words)
    end
  end)

  it("names commands, or files with scripts, where neither stands yet", function()
    local out = offered "''"
    assert.matches("^help completion simulator info ", out)
    assert.matches(" hash :script$", out)
    assert.is_nil(out:find " %-")
  end)

  it("offers options when told to, or when nothing else may stand there", function()
    assert.equal("--events --endpoint", offered "info --e")
    assert.matches("^%-%-events %-%-api ", offered "info ''")
    assert.equal("", offered "kms env-key ''")
    assert.matches("^%-%-kms%-root ", (offered "kms env-key 00 ''":gsub("^%-o %-%-raw ", "")))
  end)

  it("does not offer again what was given, but what repeats", function()
    assert.equal("", offered "info --json --j")
    assert.equal("", offered "info -q --qui")
    assert.equal("--env --env-file", offered "compose new --env A --env")
    assert.equal("--json", offered "info --api v1 --endpoint --json --j")
  end)

  it("says nothing where a line is wrong already", function()
    assert.equal("", offered "info --nonsense ''")
    assert.equal("", offered "--nonsense ''")
    assert.equal("", offered "compose nonsense ''")
  end)

  it("offers every option that help shows", function()
    local listed = support.run(interpreter .. " help"):match "\ncommands:\n(.*)$"
    for name in listed:gmatch "  (%l[%l -]-)  +" do
      local has = " " .. offered(name .. " -") .. " "
      for names in support.run(interpreter .. " help " .. name):gmatch "\n  (%-[^\n]-)  " do
        for option in (names .. " "):gmatch "(%-%-?[%w-]+)[ ,]" do
          assert.is_truthy(has:find(" " .. option .. " ", 1, true), name .. " " .. option)
        end
      end
    end
  end)

  it("knows the interpreter's own options as src/host/options.c does", function()
    local has = offered "-"
    for option in has:gmatch "%S+" do
      local out = support.run(("%s %s </dev/null"):format(interpreter, option))
      assert.is_nil(out:find("unknown option", 1, true), out)
    end
    for option in support.read("src/host/options.c"):gmatch '"(%-%-%l[%l-]*)"' do
      assert.is_truthy((has .. " "):find(option .. " ", 1, true), option)
    end
    for letter in ("elivEWh"):gmatch "." do
      assert.is_truthy((has .. " "):find("-" .. letter .. " ", 1, true), letter)
    end
  end)

  it("wants the name of a shell", function()
    for _, words in ipairs { "", "tcsh", "bash zsh" } do
      local out, status = support.run(interpreter .. " completion " .. words)
      assert.equal(2, status)
      assert.equal("dstack-lua: completion: one of these is wanted: bash, zsh, fish; "
        .. "see dstack-lua help completion\n", out)
    end
  end)
end)

-- In real shells ---------------------------------------------------------------------------------

-- How to start each, with a function in the program's place that writes down the words it gets.
local shells = {
  bash = {
    start = "bash --noprofile --rcfile rc -i",
    rc = [[PS1='$ '; source <(dstack-lua completion bash)
      dstack-lua() { printf '<%s>' "$@" >>words; echo >>words; }]],
  },
  zsh = {
    start = "ZDOTDIR=. zsh -i", file = ".zshrc",
    rc = [[PS1='$ '; autoload -Uz compinit; compinit -u -D; source <(command dstack-lua completion zsh)
      dstack-lua() { printf '<%s>' "$@" >>words; echo >>words; }]],
  },
  ["zsh, as installed,"] = {
    command = "zsh", start = "ZDOTDIR=. zsh -i", file = ".zshrc",
    rc = [[PS1='$ '; mkdir functions; command dstack-lua completion zsh >functions/_dstack-lua
      fpath=(functions $fpath); autoload -Uz compinit; compinit -u -D
      dstack-lua() { printf '<%s>' "$@" >>words; echo >>words; }]],
  },
  fish = {
    start = "XDG_CONFIG_HOME=$PWD XDG_DATA_HOME=$PWD fish -i -C 'source rc'",
    rc = [[dstack-lua completion fish | source
      function dstack-lua; printf '<%s>' $argv >>words; echo >>words; end]],
  },
}

-- What is typed, and the words that its tabulators lead to, in which + is a blank.
local typed = {
  { "compo\tfm\t--form ph\tapp-c\t", "compose fmt --form phala-0.3 app-compose.json" },
  { "compose fmt --form=pre\t-o emp\t", "compose fmt --form=pretty-sorted -o empty.txt" },
  { "env enc\t--from-env DSTACK_SPEC_\tapp.\t", "env encrypt --from-env DSTACK_SPEC_VALUE app.env" },
  { "qui\t", "quick.lua" }, { "./qui\t", "./quick.lua" }, { "-- qui\t", "-- quick.lua" }, { "a\\ b\t", "a+b.lua" },
  { "fold\\ e\tin\t", "fold+er/inner.lua" }, { '"fold er"/in\t', "fold+er/inner.lua" },
  { "quick.lua app.\t", "quick.lua app.env" }, { "-l dstack.cr\tqui\t", "-l dstack.crypto quick.lua" },
  { "--simulator=ide\t", "--simulator=identity" }, { "tls-key -o ide\t", "tls-key -o identity" },
  { "--simulator --os-version 0.5.1\tinfo --jso\t", "--simulator --os-version 0.5.11 info --json" },
  { "simulator --listen ag\t./x --listen=kms=app.\t", "simulator --listen agent=./x --listen=kms=app.env" },
  { "hash -asha3-2\tapp.e\t", "hash -asha3-256 app.env" }, { "hash a\\ b\t", "hash a+b.lua" },
  { "hash 'app.e\t", "hash app.env" }, { "hash ~/app.e\t", "hash HOME/app.env" },
  { "env check --compose=fold\\ er/in\t", "env check --compose=fold+er/inner.lua" },
  { "info --json --jso\t", "info --json --jso" }, { "help kms me\t", "help kms meta" },
  { "info 2>err --js\t", "info --json" },
}

local function expected()
  local lines = {}
  for i, line in ipairs(typed) do
    lines[i] = "<" .. line[2]:gsub(" ", "><"):gsub("%+", " ") .. ">\n"
  end
  return table.concat(lines)
end

-- The words that a shell passes for what is typed, a line each. A folder may lose its slash.
local function type_into(shell)
  local directory, keys = support.directory(), {}
  for i, line in ipairs(typed) do
    keys[i] = "dstack-lua " .. line[1] .. "\n"
  end
  support.write(directory .. "/keys", table.concat(keys) .. "exit\n")
  support.write(directory .. "/" .. (shell.file or "rc"), shell.rc)
  local out = support.run(([[cd %s && mkdir identity 'fold er' && ln -s %s dstack-lua &&
    touch 'a b.lua' quick.lua app.env app-compose.json empty.txt 'fold er/inner.lua'
    export HOME=$PWD PATH=$PWD:$PATH DSTACK_SPEC_VALUE=1 TERM=xterm
    cat keys | script -qec %s /dev/null]]):format(directory, interpreter, support.quote(shell.start)))
  local file = io.open(directory .. "/words")
  local words = file and file:read "*a"
  assert(file, out):close()
  support.run("rm -rf " .. directory)
  return (words:gsub(directory:gsub("%p", "%%%0"), "HOME"):gsub("/>", ">"))
end

describe("the tabulator", function()
  for name, shell in pairs(shells) do
    it("in " .. name .. " leads to the words that are meant", function()
      if select(2, support.run("command -v " .. (shell.command or name))) ~= 0 then
        pending(name .. " is not installed")
        return
      end
      assert.equal(expected(), type_into(shell))
    end)
  end
end)

describe("the candidates", function()
  it("of bash are those that stand behind its last cut", function()
    local function reply(line, last, words)
      return (support.run(("PATH=%s:$PATH bash -c %s 2>/dev/null"):format(interpreter:match "^(.*)/",
        support.quote(([[source <(dstack-lua completion bash); COMP_LINE=%s; COMP_WORDS=(%s)
          COMP_POINT=${#COMP_LINE} COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
          _dstack_lua dstack-lua %s; printf '%%s\n' "${COMPREPLY[@]}"]]):format(support.quote(line), words,
          support.quote(last))))))
    end
    assert.equal("hash\nnew\ncheck\ndiff\nfmt\n", reply("dstack-lua compose ", "", "dstack-lua compose ''"))
    assert.equal("pretty-sorted\nphala-0.3\n", reply("dstack-lua compose fmt --form=p", "p",
      "dstack-lua compose fmt --form = p"))
    assert.equal("v0\nv1\n", reply("dstack-lua key --api=", "", "dstack-lua key --api ="))
    assert.equal("\n", reply("dstack-lua hash ", "", "dstack-lua hash ''"))
  end)

  it("of fish come with their purposes", function()
    if select(2, support.run "command -v fish") ~= 0 then
      pending "fish is not installed"
      return
    end
    local out = support.run(("PATH=%s:$PATH fish -N -c %s"):format(interpreter:match "^(.*)/", support.quote
      "dstack-lua completion fish | source; complete -C 'dstack-lua compose fmt --form p'"))
    assert.equal("phala-0.3\tPhala Cloud in the days of 0.3\npretty-sorted\tdstack deploy, dstackup\n", out)
  end)
end)
