# fish completion for dstack-lua, which says itself what may stand where.

function __dstack_lua_complete
    set -l words (commandline -opc)
    set -l typed (commandline -ct)
    # as it will be read: without escapes, or the quote that is still open
    set -l token (string unescape -- $typed; or string replace -r '^[\'"]' '' -- $typed)
    set -l program dstack-lua
    if command -q -- $words[1]
        set program $words[1]
    end
    for line in (command $program completion --words -- $words[2..-1] "$token" 2>/dev/null)
        set -l parts (string split -m 1 \t -- $line)
        set -l rest (string sub -s (math (string length -- "$parts[2]") + 1) -- "$typed")
        switch $line
            case ':variable*'
                string join \n -- $parts[2](set -nx)
            case ':*'
                # the completion of a command that has none of its own is by files
                set -l files (complete -C "'' $rest")
                switch $line
                    case ':directory*'
                        set files (string match -r '^.*/(?:\t.*)?$' -- $files)
                    case ':script*'
                        set files (string match -r '^.*(?:\.lua|/)(?:\t.*)?$' -- $files)
                end
                string join \n -- $parts[2]$files
            case '*'
                echo $line
        end
    end
end

complete -c dstack-lua -f -a '(__dstack_lua_complete)'
