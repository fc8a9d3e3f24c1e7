# ./build.sh bench: measures. Sourced by build.sh.

bench_usage() {
    cat <<'TEXT'
usage: ./build.sh bench kernels [--level v2|v3|v4] [--quick] [--filter TEXT] [--json FILE] [--seconds S] [--work FOLDER]
                                [--max-bytes N] [--cache-bytes N]
       ./build.sh bench calls [--level v2|v3|v4] [--json FILE] [--seconds S] [--work FOLDER]
       ./build.sh bench ranking [--level v2|v3|v4] [--filter TEXT] [--json FILE] [--seconds S] [--work FOLDER] [--max-bytes N] [--cache-bytes N]
       ./build.sh bench libraries [--json FILE] [--seconds S] [--work FOLDER]
       ./build.sh bench train [--rows N] [--epochs N] [--turns N] [--filter TEXT] [--json FILE] [--work FOLDER]

bench kernels measures the kernels of the library against the C++ reference (benchmarks/reference) and against touch, which only reads the same cache
lines: ns per row, the least of many turns, one thread. Model files of up to 3 GB are made in the work folder, one at a time, and deleted.

  --level        the level of library and reference; the best this processor has
  --quick        a few cases that stand for all: about a minute, once everything is built
  --filter       only cases whose name contains TEXT, such as "ffm k=4 f32"
  --json         writes the results there
  --seconds      for each case; 0.6
  --work         where model files go; artifacts/bench
  --max-bytes    models larger than this are left out and listed; 3 GB
  --cache-bytes  one core's share of the last-level cache; 32 MB

bench calls measures what one call costs: ns of one row through C, C# and Python, against the kernel itself, which is the library's scoring of that row
called from inside managed code compiled the same way, and against 256 rows as one batch. It is the same row again and again. "Python" scores a row that is
already in its buffer, "Python load" writes it there first; "C++ alone" is the reference without any library. C# is compiled ahead of time here.

bench ranking measures 500 candidates of 15 fields with a context of 24: preparing the context and ranking, against scoring the 500 whole rows as one batch; ns per
candidate, and how many times faster. Every request has a context and candidates of its own; both ways' logits are checked against the formula in double first.

bench libraries compares with libraries that anyone can install, over the same rows, one thread: ONNX Runtime (LR and FM as graphs) and ML.NET (FFM). They are
given the numbers of slots; ours looks them up in the exact index, or takes them as they are (direct).

bench train measures an epoch of ctr train over a synthetic log of 39 fields, with a table of weights in the cache and with one that is not; memory, parsing
included; and the time to a loss that all reach. Where LIBFFM_TRAIN or XLEARN_TRAIN name ffm-train or xlearn_train, these are run in turn with ctr.
TEXT
}

readonly bench=artifacts/bench

# build_reference: compiles the C++ reference at every level, and the programs that measure: kernels, calls and ranking in artifacts/bench.
build_reference() {
    if is_newer "$bench/kernels" benchmarks/reference native/include; then return; fi
    need g++ g++ --version
    local source=benchmarks/reference flags="-std=c++17 -O3 -Wall -Wextra -Werror" level program objects=()
    # GCC 12 warns of its own intrinsics (bug 105593), and of vectors as parameters, which are all inlined.
    flags+=" -Wno-uninitialized -Wno-maybe-uninitialized -Wno-psabi"
    mkdir -p "$bench"
    for level in 2 3 4; do
        # shellcheck disable=SC2086
        g++ $flags -march=x86-64-v$level -DCTR_LEVEL=$level -c "$source/score.cpp" -o "$bench/score_v$level.o"
        objects+=("$bench/score_v$level.o")
    done
    # shellcheck disable=SC2086
    g++ $flags -Inative/include "$source"/harness/*.cpp "$source/double_reference.cpp" "${objects[@]}" -ldl -o "$bench/kernels.new"
    "$bench/kernels.new" --self-check
    for program in calls ranking; do
        # shellcheck disable=SC2046,SC2086
        g++ $flags -Inative/include "$source/$program/main.cpp" $(ls "$source"/harness/*.cpp | grep -v /main.cpp) "$source/double_reference.cpp" "${objects[@]}" \
            -ldl -o "$bench/$program"
    done
    mv "$bench/kernels.new" "$bench/kernels"
}

# build_maker: publishes the program that makes model files.
build_maker() {
    if is_newer "$bench/maker/CtrRuntime.Benchmarks" benchmarks/CtrRuntime.Benchmarks src Directory.Build.props global.json; then return; fi
    dotnet publish benchmarks/CtrRuntime.Benchmarks -c Release -o "$bench/maker" --nologo -v quiet
    touch "$bench/maker/CtrRuntime.Benchmarks"
}

# build_calls LEVEL: publishes the library that scores from inside.
build_calls() {
    local to=$bench/calls_$1
    if is_newer "$to/CtrRuntime.Calls.so" benchmarks/CtrRuntime.Calls src/CtrRuntime Directory.Build.props global.json; then return; fi
    dotnet publish benchmarks/CtrRuntime.Calls -c Release -r linux-x64 -p:CtrLevel="$1" -o "$to" --nologo -v quiet
    touch "$to/CtrRuntime.Calls.so"
}

# build_libraries: publishes the program that compares libraries.
build_libraries() {
    if is_newer "$bench/libraries/CtrRuntime.Libraries" benchmarks/CtrRuntime.Libraries src/CtrRuntime Directory.Build.props Directory.Packages.props global.json; then
        return
    fi
    dotnet publish benchmarks/CtrRuntime.Libraries -c Release -o "$bench/libraries" --nologo -v quiet
    touch "$bench/libraries/CtrRuntime.Libraries"
}

# best_level: the highest x86-64 level that the loader lists as supported.
best_level() {
    /lib64/ld-linux-x86-64.so.2 --help | sed -n 's/^ *x86-64-\(v[234]\) (supported.*/\1/p' | head -1
}

# options_of ARGUMENT...: sets level, work, help and the array of the other options.
options_of() {
    level='' work=$bench help='' options=()
    while [ $# != 0 ]; do
        case "$1" in
            --help) help=1; shift ;;
            --level) level=$2; shift 2 ;;
            --work) work=$2; shift 2 ;;
            --json) options+=(--json "$(cd "$from" && realpath -m "$2")"); shift 2 ;;
            --quick) options+=(--quick); shift ;;
            *) options+=("$1" "${2-}"); shift; [ $# = 0 ] || shift ;;
        esac
    done
    if [ -z "$level" ]; then level=$(best_level); fi
    library=$PWD/$native/lib/glibc-hwcaps/x86-64-$level/libctr.so.1
    if [ "$level" = v2 ]; then library=$PWD/$native/lib/libctr.so.1; fi
    maker=$PWD/$bench/maker/CtrRuntime.Benchmarks
}

# bench_native PROGRAM OPTIONS...: kernels or ranking, which take the same options.
bench_native() {
    local program=$1 level work help options library maker
    shift
    options_of "$@"
    if [ -n "$help" ]; then bench_usage; return; fi
    verb_native
    build_reference
    build_maker
    mkdir -p "$work"
    "$bench/$program" --library "$library" --maker "$maker" --work "$work" --level "$level" "${options[@]}"
}

bench_calls() {
    local level work help options library maker
    options_of "$@"
    if [ -n "$help" ]; then bench_usage; return; fi
    verb_native
    build_reference
    build_maker
    build_calls "$level"
    mkdir -p "$work"
    PYTHONPATH=bindings/python "$bench/calls" --library "$library" --inside "$PWD/$bench/calls_$level/CtrRuntime.Calls.so" --maker "$maker" \
        --python "python3 benchmarks/calls.py" --work "$work" --level "$level" "${options[@]}"
}

bench_libraries() {
    local level work help options library maker
    options_of "$@"
    if [ -n "$help" ]; then bench_usage; return; fi
    build_maker
    build_libraries
    mkdir -p "$work"
    "$bench/libraries/CtrRuntime.Libraries" --maker "$maker" --work "$work" "${options[@]}"
}

bench_train() {
    local level work help options library maker
    options_of "$@"
    if [ -n "$help" ]; then bench_usage; return; fi
    verb_tools
    python3 benchmarks/train.py --ctr "$tools/ctr" --work "$work" "${options[@]}"
}

verb_bench() {
    local what=${1-}
    if [ $# != 0 ]; then shift; fi
    case "$what" in
        kernels | ranking) bench_native "$what" "$@" ;;
        calls) bench_calls "$@" ;;
        libraries) bench_libraries "$@" ;;
        train) bench_train "$@" ;;
        *) bench_usage >&2; exit 2 ;;
    esac
}
