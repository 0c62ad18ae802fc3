#compdef dstack-lua
# zsh completion for dstack-lua, which says itself what may stand where. To be sourced, or the file
# of an autoloaded function.

_dstack-lua() {
  local line name program=${~words[1]}
  local -a candidates open asked
  (( $+commands[$program] )) || [[ -x $program ]] || program=dstack-lua
  asked=("${(@Q)words[2,CURRENT-1]}" "${(Q)PREFIX}")
  for line in "${(@f)$(command $program completion --words -- "${(@)asked}" 2>/dev/null)}"; do
    name=${line%%$'\t'*}
    case $line in
      :*) compset -P "${(b)line#*$'\t'}"
        case $name in
          :file) _files ;;
          :directory) _files -/ ;;
          :script) _files -g '*.lua' ;;
          :variable) _parameters -g '*export*' ;;
        esac ;;
      ?*)
        line=${line#$name}
        name=${name//:/\\:}${line:+:${line#$'\t'}}
        if [[ ${name%%:*} == *= ]]; then open+=("$name"); else candidates+=("$name"); fi ;;
    esac
  done
  _describe -t values 'dstack-lua' candidates -- open -S ''
}

if [[ $funcstack[1] == _dstack-lua ]]; then
  _dstack-lua "$@"
else
  compdef _dstack-lua dstack-lua
fi
