# The TAB key for qcmd, in fish: qcmd completion fish > ~/.config/fish/completions/qcmd.fish
# Names come from lists that qcmd showed before; nothing is started.

# What may follow these verbs. takes: each option with a value, and of which kind; args: the kind of each argument, a star for all that follow.
function __qcmd_model --no-scope-shadowing
    switch $argv[1]
MODEL
    end
end

# All words of a kind: @name is a list that was kept, a target also a group, - anything.
function __qcmd_kind
    switch $argv[1]
        case -
            __fish_complete_path (commandline -ct)
        case @target
            __qcmd_kind @minion
            __qcmd_kind @group | string replace -r '^' @
        case '@*'
            set -l cache ~/.cache
            set -q XDG_CACHE_HOME; and set cache $XDG_CACHE_HOME
            set -l file $cache/qcmd/(string sub -s 2 -- $argv[1])
            test -r $file; and cat $file
        case '*'
            string split '|' -- $argv[1]
    end
end

function __qcmd_complete
    set -l verbs
    set -l flags
    set -l takes
    set -l args
    set -l path
    set -l wants
    set -l at 1
    set -l words (commandline -opc)
    __qcmd_model ''
    for word in $words[2..-1]
        if test -n "$wants"
            set wants
        else if test "$word" = --
            __fish_complete_path (commandline -ct)
            return
        else if string match -q -- '-*' $word
            for each in $takes
                set -l pair (string split -m 1 : -- $each)
                test $pair[1] = "$word"; and set wants $pair[2]
            end
        else if contains -- $word $verbs
            set path $path $word
            set at 1
            __qcmd_model "$path"
        else
            set at (math $at + 1)
        end
    end
    if test -n "$wants"
        __qcmd_kind $wants
    else if string match -q -- '-*' (commandline -ct)
        printf '%s\n' $flags
        for each in $takes
            string split -m 1 : -- $each | head -n 1
        end
    else
        printf '%s\n' $verbs
        set -l i 1
        for each in $args
            if test $i -eq $at
                __qcmd_kind (string trim -r -c '*' -- $each)
            else if test $i -lt $at; and string match -q -- '*\*' $each
                __qcmd_kind (string trim -r -c '*' -- $each)
            end
            set i (math $i + 1)
        end
    end
end

complete -c qcmd -f -a '(__qcmd_complete)'
