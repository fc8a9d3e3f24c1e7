# ./build.sh bench: measures. Sourced by build.sh.

bench_usage() {
    cat <<'TEXT'
usage: ./build.sh bench kernels [--level v2|v3|v4] [--quick] [--filter TEXT] [--json FILE] [--seconds S] [--work FOLDER]
                                [--max-bytes N] [--cache-bytes N]

Measures the kernels of the library against the C++ reference (benchmarks/reference) and against touch, which only reads the same cache
lines: ns per row, the least of many turns, one thread. Model files of up to 3 GB are made in the work folder, one at a time, and deleted.

  --level        the level of library and reference; the best this processor has
  --quick        a few cases that stand for all: about a minute, once everything is built
  --filter       only cases whose name contains TEXT, such as "ffm k=4 f32"
  --json         writes the results there
  --seconds      for each case; 0.6
  --work         where model files go; artifacts/bench
  --max-bytes    models larger than this are left out and listed; 3 GB
  --cache-bytes  one core's share of the last-level cache; 32 MB
TEXT
}

readonly bench=artifacts/bench

# build_reference: compiles the C++ reference at every level, and its harness, to artifacts/bench/kernels.
build_reference() {
    if is_newer "$bench/kernels" benchmarks/reference native/include; then return; fi
    need g++ g++ --version
    local source=benchmarks/reference flags="-std=c++17 -O3 -Wall -Wextra -Werror" level objects=()
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
    mv "$bench/kernels.new" "$bench/kernels"
}

# build_maker: publishes the program that makes model files.
build_maker() {
    if is_newer "$bench/maker/CtrRuntime.Benchmarks" benchmarks/CtrRuntime.Benchmarks src Directory.Build.props global.json; then return; fi
    dotnet publish benchmarks/CtrRuntime.Benchmarks -c Release -o "$bench/maker" --nologo -v quiet
    touch "$bench/maker/CtrRuntime.Benchmarks"
}

# best_level: the highest x86-64 level that the loader lists as supported.
best_level() {
    /lib64/ld-linux-x86-64.so.2 --help | sed -n 's/^ *x86-64-\(v[234]\) (supported.*/\1/p' | head -1
}

bench_kernels() {
    local level='' work=$bench arguments=()
    while [ $# != 0 ]; do
        case "$1" in
            --help) bench_usage; return ;;
            --level) level=$2; shift 2 ;;
            --work) work=$2; shift 2 ;;
            --json) arguments+=(--json "$(cd "$from" && realpath -m "$2")"); shift 2 ;;
            --quick) arguments+=(--quick); shift ;;
            *) arguments+=("$1" "${2-}"); shift; [ $# = 0 ] || shift ;;
        esac
    done
    if [ -z "$level" ]; then level=$(best_level); fi
    verb_native
    build_reference
    build_maker
    mkdir -p "$work"
    local library=$native/lib/glibc-hwcaps/x86-64-$level/libctr.so.1
    if [ "$level" = v2 ]; then library=$native/lib/libctr.so.1; fi
    "$bench/kernels" --library "$library" --maker "$PWD/$bench/maker/CtrRuntime.Benchmarks" --work "$work" --level "$level" "${arguments[@]}"
}

verb_bench() {
    local what=${1-}
    if [ $# != 0 ]; then shift; fi
    case "$what" in
        kernels) bench_kernels "$@" ;;
        *) bench_usage >&2; exit 2 ;;
    esac
}
