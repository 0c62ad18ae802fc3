# bash completion for dstack-lua, which says itself what may stand where.

# The line's words up to the cursor into `words`. bash cuts them also at "=" and ":": what no blank
# divides is put together again. Redirections are no words of the command; returns false in one.
_dstack_lua_words()
{
    local i word glued redirected= rest=$COMP_LINE
    words=()
    for ((i = 0; i <= COMP_CWORD; i++)); do
        word=${COMP_WORDS[i]} glued=
        [[ $i -gt 0 && $rest == [![:blank:]]* ]] && glued=1
        rest=${rest#"${rest%%[![:blank:]]*}"}
        rest=${rest#"$word"}
        if [[ $word =~ ^[\<\>]+$ ]]; then
            [[ $glued && ${words[-1]} =~ ^[0-9]+$ ]] && unset 'words[-1]'
            redirected=1
        elif [[ $redirected && $i -lt COMP_CWORD ]]; then
            redirected=
        elif [[ $glued && ! $redirected ]]; then
            words[-1]+=$word
        else
            words+=("$word")
        fi
    done
    [[ ! $redirected ]]
}

# Scripts that begin so, and folders on the way to them.
_dstack_lua_scripts()
{
    local name
    while IFS= read -r name; do
        printf '%q\n' "$name"
    done < <(compgen -f -X '!*.lua' -- "$1"; compgen -d -S / -- "$1")
}

# Of a candidate, what stands behind bash's last cut is the reply: $2 is what stands there now. Files
# are left to readline, which knows how to quote them.
_dstack_lua()
{
    local words word line program=${1/#\~\//"$HOME"/}
    COMPREPLY=()
    _dstack_lua_words || { compopt -o default; return; }
    type -P "$program" >/dev/null || program=dstack-lua
    word=${words[-1]}
    while IFS= read -r line; do
        case $line in
        :file*) compopt -o default ;;
        :directory*) compopt -o dirnames ;;
        :variable*) COMPREPLY+=($(compgen -e -- "$2")) ;;
        :script*) mapfile -t -O ${#COMPREPLY[@]} COMPREPLY < <(_dstack_lua_scripts "$2") ;;
        *)
            line=${line%%$'\t'*}
            COMPREPLY+=("${line#"${word%"$2"}"}")
            ;;
        esac
    done < <(command "$program" completion --words -- "${words[@]:1}" 2>/dev/null)
    [[ ${#COMPREPLY[@]} -eq 1 && ${COMPREPLY[0]} == *[=/] ]] && compopt -o nospace
}

complete -F _dstack_lua dstack-lua
