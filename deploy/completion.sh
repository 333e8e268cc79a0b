# Tab completion of parquetpool, trainer and scorer: put `. FOLDER/completion.sh` into ~/.bashrc, or into ~/.zshrc behind compinit.
# The program itself says what may stand at the cursor; where it says nothing, file names are offered.
_parquetpool_offers() { # PROGRAM WORDS-BEHIND-IT
  set -- "${1/#\~/$HOME}" "${1##*/} $2"
  "$1" "[suggest:${#2}]" "$2" 2>/dev/null | grep -v -e '^/' -e '^-.$'
}
if [ -n "${ZSH_VERSION-}" ]; then
  _parquetpool() {
    local -a offers
    offers=(${(f)"$(_parquetpool_offers "$words[1]" "${(j: :)words[2,CURRENT-1]}${words[3]+ }$PREFIX")"})
    compset -P '*='
    compadd -a offers || _files
  }
  compdef _parquetpool parquetpool trainer scorer
else
  _parquetpool() {
    local IFS=$'\n' line=${COMP_LINE:0:COMP_POINT}
    COMPREPLY=($(compgen -W "$(_parquetpool_offers "${COMP_WORDS[0]}" "${line#* }")" -- "${line##*[ =]}"))
  }
  complete -o default -F _parquetpool parquetpool trainer scorer
fi
