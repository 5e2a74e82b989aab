# The TAB key for qcmd, in bash and zsh: a file to be sourced, or one of bash-completion's. qcmd help completion says where it goes.
# Names come from lists that qcmd showed before; nothing is started.

if [ -n "${ZSH_VERSION:-}" ]; then
    type compdef >/dev/null 2>&1 || { autoload -U +X compinit && compinit; }
    autoload -U +X bashcompinit && bashcompinit
fi

# What may follow these verbs. takes: each option with a value, and of which kind; args: the kind of each argument, a star for all that follow.
_qcmd_model() {
    case $1 in
MODEL
    esac
}

# All words of a kind: @name is a list that was kept, a target also a group, - anything.
_qcmd_kind() {
    case $1 in
        -) ;;
        @target) _qcmd_kind @minion && _qcmd_kind @group | sed 's/^/@/' ;;
        @*) cat "${XDG_CACHE_HOME:-$HOME/.cache}/qcmd/${1#@}" 2>/dev/null || : ;;
        *) printf '%s\n' "$1" | tr '|' '\n' ;;
    esac
}

_qcmd() {
    local cur=${COMP_WORDS[COMP_CWORD]} word wants= way= at=1 i verbs flags takes args
    COMPREPLY=()
    _qcmd_model ''
    for ((i = 1; i < COMP_CWORD; i++)); do
        word=${COMP_WORDS[i]}
        if [[ $word == = || $word == : ]]; then
            # bash breaks words here: what follows belongs to what came before.
            wants=${wants:--}
        elif [[ -n $wants ]]; then
            wants=
        elif [[ $word == -- ]]; then
            return 0
        elif [[ $word == -* ]]; then
            if [[ " $takes" == *" $word:"* ]]; then
                wants=${takes#*"$word:"}
                wants=${wants%% *}
            fi
        elif [[ " $verbs " == *" $word "* ]]; then
            way="$way $word"
            at=1
            _qcmd_model "${way# }"
        else
            at=$((at + 1))
        fi
    done
    if [[ $cur == = || $cur == : ]]; then
        wants=${wants:--}
        cur=
    fi
    while IFS= read -r word; do
        if [[ -n $word && $word == "$cur"* ]]; then COMPREPLY+=("$word"); fi
    done < <(
        if [[ -n $wants ]]; then
            _qcmd_kind "$wants"
        elif [[ $cur == -* ]]; then
            printf '%s\n' $flags
            for word in $takes; do printf '%s\n' "${word%%:*}"; done
        else
            printf '%s\n' $verbs
            i=1
            for word in $args; do
                if [[ $i == "$at" || ( $i < $at && $word == *'*' ) ]]; then _qcmd_kind "${word%'*'}"; fi
                i=$((i + 1))
            done
        fi
    )
}

complete -o default -F _qcmd qcmd
