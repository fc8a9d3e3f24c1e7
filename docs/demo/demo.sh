# ./build.sh demo, read by build.sh. What it shows after a $ is exactly what it runs, so that it can be typed again.
# shellcheck shell=bash

readonly demo=artifacts/demo
readonly synthetic_rows=400000

demo_usage() {
    cat <<'TEXT'
usage: ./build.sh demo [--data FILE --format libffm|libsvm|csv|tsv [--validation FILE]] [-- OPTIONS]

Trains ffm, fm and lr, compares them, and scores the same rows from the command line, from C and from Python; then shows on four rows why
pairs matter. Without --data on a synthetic click log. Without --validation the last tenth of FILE is held out (one record a line).
OPTIONS go to ctr train as they are, for example: -- --label clicked --numeric age,price
TEXT
}

heading() { printf '\n== %s\n' "$1"; }

# run TEXT: shows a command line and runs it.
run() {
    printf '$ %s\n' "$1"
    eval "$1"
}

# quiet TEXT: the same, but what it says on stderr goes to a file, and is shown if it fails.
quiet() {
    printf '$ %s\n' "$1"
    if ! (eval "$1") 2>"$demo/stderr.txt"; then
        cat "$demo/stderr.txt" >&2
        return 1
    fi
}

# metric NAME FILE: a number that ctr evaluate printed.
metric() { awk -v name="$1" '$1 == name { print $2 }' "$2"; }

# nanoseconds: what the program that ran quietly said about a row.
nanoseconds() { sed -n 's/.* \([0-9]*\) ns per row.*/\1/p' "$demo/stderr.txt"; }

# Both of these set train, validation, test_rows (quoted for the shell), format, and optimum, the best possible logloss and AUC where known.

demo_synthetic() {
    heading "A click log of 39 fields whose true probabilities are known"
    train=$demo/train.ffm validation=$demo/validation.ffm test_rows=$demo/test.ffm format=libffm
    run "ctr synth --rows $synthetic_rows --train-out $train --validation-out $validation --test-out $test_rows | tee $demo/optimum.txt"
    optimum=$(awk -v file="$test_rows" '$1 == file { print $4, $5 }' "$demo/optimum.txt")
}

demo_own_data() {
    local data=$1 given=$2 header=0 lines held cut
    train=$(printf %q "$data") validation=$(printf %q "$given") optimum=
    if [ -z "$given" ]; then
        heading "The last tenth of the rows is held out"
        case $format in csv | tsv) header=1 ;; esac
        lines=$(zcat -f -- "$data" | wc -l)
        held=$(((lines - header) / 10)) cut=$((lines - (lines - header) / 10))
        if [ $held -le 0 ]; then
            echo "build.sh: $data has too few rows to hold out a tenth of them" >&2
            return 1
        fi
        validation=$demo/validation.$format
        run "zcat -f -- $train | sed -n '$([ $header = 0 ] || echo '1p;')$((cut + 1)),\$p' >$validation"
        run "zcat -f -- $train | sed -n '1,${cut}p' >$demo/train.$format"
        train=$demo/train.$format
    fi
    test_rows=$validation
}

# demo_train KIND... -- OPTION...: trains and measures every kind, then compares them.
demo_train() {
    local kind kinds=() more
    while [ "$1" != -- ]; do
        kinds+=("$1")
        shift
    done
    shift
    more=$([ $# = 0 ] || printf ' %q' "$@")
    for kind in "${kinds[@]}"; do
        heading "Train $kind, and measure it"
        run "ctr train --kind $kind --data $train --format $format --validation $validation --model $demo/$kind.ctr$more"
        quiet "ctr evaluate --model $demo/$kind.ctr --data $test_rows --format $format >$demo/$kind.txt"
    done

    heading "Which is best on $test_rows?"
    local loss row='%-8s %10s %10s'"${optimum:+ %14s}"'\n'
    # shellcheck disable=SC2059
    printf "$row" model logloss auc ${optimum:+'above optimum'}
    for kind in "${kinds[@]}"; do
        loss=$(metric logloss "$demo/$kind.txt")
        # shellcheck disable=SC2059
        printf "$row" "$kind" "$loss" "$(metric auc "$demo/$kind.txt")" ${optimum:+"$(awk "BEGIN { printf \"%.6f\", $loss - ${optimum% *} }")"}
    done
    if [ -n "$optimum" ]; then
        # shellcheck disable=SC2059
        printf "$row" optimum "${optimum% *}" "${optimum#* }" 0
        awk -v ffm="$(metric logloss $demo/ffm.txt)" -v lr="$(metric logloss $demo/lr.txt)" -v best="${optimum% *}" \
            'BEGIN { printf "ffm closes %.0f %% of the gap between lr and the optimum\n", 100 * (lr - ffm) / (lr - best) }'
    fi
}

# demo_score KIND: scores the test rows with three programs and compares every bit.
demo_score() {
    local model=$demo/$1.ctr rows=$test_rows features='' level managed python
    heading "The same rows, scored by three programs"
    # A level decides the bits of a score. Python cannot take one above that of the build that it has found, the others can take any below.
    level=$(PYTHONPATH=bindings/python python3 -c 'from ctr_runtime import version; print(version()[-1])')
    quiet "ctr score --model $model --data $test_rows --format $format --level v$level >$demo/ctr.txt"
    managed=$(nanoseconds)
    if [ "$format" != libffm ]; then
        # The C example reads libffm text only; Python has the library encode the columns, and leaves the result for it.
        rows=$demo/features.ffm features=" --features $demo/features.ffm"
    fi
    quiet "PYTHONPATH=bindings/python python3 bindings/python/examples/score_file.py $model $test_rows --format $format --level x86-64-v$level --repeat 20$features >$demo/python.txt"
    python=$(nanoseconds)
    quiet "$native/bin/ctr_score $model $rows --level $level --repeat 20 >$demo/c.txt"
    run "python3 docs/demo/same_bits.py $demo/ctr.txt $demo/c.txt $demo/python.txt"
    printf '\n%-40s %12s\n' "$1 at x86-64-v$level, rows in memory" 'ns per row'
    printf '%-40s %12s\n' 'ctr score (.NET)' "${managed:-too few rows}" 'C (libctr)' "$(nanoseconds)" 'Python (libctr)' "$python"
}

demo_textbook() {
    heading "When one column is not enough: two videos, shown to men and women"
    cat >"$demo/videos.csv" <<'TEXT'
gender,video,clicks,impressions
male,A,8,530
male,B,51,1520
female,A,201,2510
female,B,92,1010
TEXT
    run "cat $demo/videos.csv"
    echo "Men and women both click B more often; yet in total A has the higher rate, because it was mostly shown to women, who click more."
    local kind more scores=()
    for kind in lr poly2 fm ffm; do
        more=''
        if [ $kind = lr ]; then more=' --ignore gender'; elif [ $kind = poly2 ]; then more=' --pair-bits 10'; fi
        quiet "ctr train --kind $kind --data $demo/videos.csv --format csv --clicks clicks --impressions impressions --epochs 5000 --learning-rate 0.1 --l2 0 --linear-l2 0$more --model $demo/videos-$kind.ctr >$demo/train.txt"
        quiet "ctr score --model $demo/videos-$kind.ctr --data $demo/videos.csv --format csv >$demo/videos-$kind.txt"
        scores+=("$demo/videos-$kind.txt")
    done
    echo
    {
        echo 'gender video rate lr,video_alone poly2 fm ffm'
        paste -d, <(tail -n +2 "$demo/videos.csv") "${scores[@]}" | awk -F, '{ printf "%s %s %.4f %.4f %.4f %.4f %.4f\n", $1, $2, $3 / $4, $5, $6, $7, $8 }'
    } | awk '{ printf "%-8s %-6s %8s %16s %8s %8s %8s\n", $1, $2, $3, $4, $5, $6, $7 }'
    # Rows 1 and 2 are men's, 3 and 4 women's; A comes before B.
    paste -d, <(tail -n +2 "$demo/videos.csv") "${scores[@]}" | awk -F, '
        { rate[NR] = $3 / $4; for (k = 5; k <= 8; k++) score[NR, k] = $k }
        END {
            bad = score[1, 5] <= score[2, 5]
            for (k = 6; k <= 8; k++) {
                bad += score[2, k] <= score[1, k] || score[4, k] <= score[3, k]
                for (r = 1; r <= 4; r++) bad += (score[r, k] - rate[r]) ^ 2 > .002 ^ 2
            }
            if (bad) { print "the models do not say what they should" > "/dev/stderr"; exit 1 }
            print "The video alone ranks A first; every model of pairs ranks B first for both, at the true rates."
        }'
}

verb_demo() {
    local data='' given='' start=$SECONDS
    format=''
    while [ $# != 0 ]; do
        case $1 in
            --) shift; break ;;
            --data | --format | --validation)
                if [ $# = 1 ]; then demo_usage >&2; return 2; fi
                case $1 in
                    --data) data=$(cd "$from" && realpath -- "$2") ;;
                    --format) format=$2 ;;
                    --validation) given=$(cd "$from" && realpath -- "$2") ;;
                esac
                shift 2
                ;;
            --help | -h) demo_usage; return ;;
            *) demo_usage >&2; return 2 ;;
        esac
    done
    local file
    for file in "$data" "$given"; do
        if [ -n "$file" ] && [ ! -r "$file" ]; then
            echo "build.sh: $file cannot be read" >&2
            return 1
        fi
    done
    if { [ -n "$data" ] && [ -z "$format" ]; } || { [ -z "$data" ] && [ -n "$format$given" ]; }; then demo_usage >&2; return 2; fi

    need python3 python3 --version
    verb_tools
    verb_native
    mkdir -p "$demo"
    heading "Where the programs are"
    run "PATH=$PWD/$tools:\$PATH"
    local kinds=(ffm fm lr)
    # libsvm text has no fields.
    if [ "$format" = libsvm ]; then kinds=(fm lr); fi
    if [ -n "$data" ]; then demo_own_data "$data" "$given"; else demo_synthetic; fi
    demo_train "${kinds[@]}" -- "$@"
    demo_score "${kinds[0]}"
    demo_textbook
    printf '\nAll of it took %d s. Models and scores are in %s.\n' $((SECONDS - start)) "$demo"
}
