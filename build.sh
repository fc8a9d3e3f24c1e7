#!/usr/bin/env bash
# The one entry to building and testing. Each verb does all of its own set-up on a Debian machine that has the .NET SDK.
set -euo pipefail
readonly from=$PWD
cd "$(dirname "$0")"
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1

readonly results=artifacts/test-results

usage() {
    cat <<'TEXT'
usage: ./build.sh VERB

  tools    the command line: artifacts/bin/ctr/ctr
  native   the C library for every x86-64 level, with header and example: artifacts/native/linux-x64; also for arm64, in
           artifacts/native/linux-arm64, if there is a cross compiler: apt-get install gcc-aarch64-linux-gnu libc6-dev-arm64-cross
  demo     build both, train, compare and score from the command line, C and Python (see ./build.sh demo --help)
  bench    measure the kernels against C++ and against the memory, what a call costs, ranking, other libraries, and training (see ./build.sh bench kernels --help)
  test     build everything and run every test; ends with "N passed, N failed"

Several verbs may follow each other; demo and bench take whatever follows them as their options.
TEXT
}

# need PACKAGE COMMAND...: installs a Debian package unless COMMAND succeeds; without root, says what to type.
need() {
    local package=$1
    shift
    if "$@" >/dev/null 2>&1; then return; fi
    if [ "$(id -u)" != 0 ]; then
        echo "build.sh: $package is missing; run: sudo apt-get install -y $package" >&2
        exit 1
    fi
    echo "build.sh: installing $package" >&2
    apt-get install -y -qq "$package" >/dev/null 2>&1 || { apt-get update -qq && apt-get install -y -qq "$package"; } >&2
    "$@" >/dev/null 2>&1 || { echo "build.sh: $package is installed, but '$*' still fails" >&2; exit 1; }
}

# is_newer OUTPUT INPUT...: whether OUTPUT exists and no file of the inputs is newer.
is_newer() {
    local output=$1
    shift
    [ -e "$output" ] && [ -z "$(find "$@" -type f -newer "$output" -print -quit)" ]
}

readonly native=artifacts/native/linux-x64
readonly native_arm64=artifacts/native/linux-arm64
readonly tools=artifacts/bin/ctr

verb_tools() {
    if is_newer "$tools/ctr" src Directory.Build.props Directory.Packages.props global.json; then return; fi
    dotnet publish src/CtrRuntime.Cli -c Release -o "$tools" --nologo -v quiet
    touch "$tools/ctr"
}

# publish_library FOLDER RID COMPILER [LEVEL FOLDER]...: fills a folder with header, example and the build of each level.
publish_library() {
    local to=$1 rid=$2 compiler=$3 version
    shift 3
    if is_newer "$to/bin/ctr_score" src/CtrRuntime native Directory.Build.props Directory.Packages.props global.json; then return; fi
    rm -rf "$to"
    mkdir -p "$to/include" "$to/lib/pkgconfig" "$to/lib/cmake/ctr" "$to/bin"
    while [ $# != 0 ]; do
        mkdir -p "$to/$2"
        dotnet publish native -c Release -r "$rid" -p:CtrLevel="$1" -o "artifacts/publish/libctr-$1" --nologo -v quiet
        cp "artifacts/publish/libctr-$1/libctr.so" "$to/$2/libctr.so.1"
        ls -l "$to/$2/libctr.so.1" | awk '{ print $NF ": " $5 " bytes" }'
        shift 2
    done
    ln -s libctr.so.1 "$to/lib/libctr.so"
    cp native/include/ctr.h "$to/include/"
    cp native/cmake/ctr-config.cmake "$to/lib/cmake/ctr/"
    version=$(sed -n 's/.*<VersionPrefix>\(.*\)<.*/\1/p' Directory.Build.props)
    sed "s/@VERSION@/$version/" native/pkgconfig/ctr.pc.in >"$to/lib/pkgconfig/ctr.pc"
    sed "s/@VERSION@/$version/" native/cmake/ctr-config-version.cmake.in >"$to/lib/cmake/ctr/ctr-config-version.cmake"
    "$compiler" -std=c99 -O2 -Wall -Wextra -Wpedantic -Werror -I"$to/include" native/examples/ctr_score.c \
        -L"$to/lib" -lctr -Wl,-rpath,'$ORIGIN/../lib' -o "$to/bin/ctr_score"
}

# has_arm64_compiler: whether C programs for arm64 can be compiled and linked.
has_arm64_compiler() { aarch64-linux-gnu-gcc -x c -o /dev/null - <<<'int main(void) { return 0; }' 2>/dev/null; }

verb_native() {
    need gcc gcc --version
    publish_library "$native" linux-x64 gcc v2 lib v3 lib/glibc-hwcaps/x86-64-v3 v4 lib/glibc-hwcaps/x86-64-v4
    if has_arm64_compiler; then publish_library "$native_arm64" linux-arm64 aarch64-linux-gnu-gcc arm64 lib; fi
}

# shellcheck source=docs/demo/demo.sh
. docs/demo/demo.sh
# shellcheck source=benchmarks/bench.sh
. benchmarks/bench.sh

passed=0 failed=0 skipped=0

# tally SUITE PASSED FAILED SKIPPED: adds the counts of a suite; a suite that ran nothing has failed.
tally() {
    local suite=$1 p=$2 f=$3 s=$4
    if [ $((p + f)) = 0 ]; then
        echo "build.sh: $suite ran no test" >&2
        f=1
    fi
    passed=$((passed + p)) failed=$((failed + f)) skipped=$((skipped + s))
    echo "== $suite: $p passed, $f failed, $s skipped"
}

# test_project FOLDER: runs one built test project and counts what its report says.
test_project() {
    local name report counters total executed p
    name=$(basename "$1") report=$results/$name.trx
    rm -f "$report"
    local code=0
    dotnet test "$1" -c Release --no-build --results-directory "$results" --logger "trx;LogFileName=$name.trx" \
        --logger "console;verbosity=minimal" || code=$?
    counters=$(grep -o '<Counters [^>]*>' "$report" 2>/dev/null || true)
    count() { sed -n "s/.* $1=\"\([0-9]*\)\".*/\1/p" <<<"$counters"; }
    total=$(count total) executed=$(count executed) p=$(count passed)
    local f=$((${executed:-0} - ${p:-0})) s=$((${total:-0} - ${executed:-0}))
    # A run that broke off reports no failed test; it is a failure all the same.
    if [ $code != 0 ] && [ $f = 0 ]; then f=1; fi
    tally "$name" "${p:-0}" "$f" "$s"
}

# test_python NAME INTERPRETER START TOP: runs the unit tests below a folder and counts what they report.
test_python() {
    local log=$results/python.txt code=0 p=0 f=0 s=0
    "$2" tests/run_python.py "$3" "$4" 2>&1 | tee "$log" || code=$?
    read -r p f s < <(sed -n 's/^counts //p' "$log") || true
    # A run that broke off reports no failed test; it is a failure all the same.
    if [ $code != 0 ] && [ "${f:-0}" = 0 ]; then f=1; fi
    tally "$1" "${p:-0}" "${f:-0}" "${s:-0}"
}

# test_arm64: the tests of the kernels for arm64, in an emulator.
readonly arm64_packages='gcc-aarch64-linux-gnu libc6-dev-arm64-cross qemu-user'
test_arm64() {
    local program=artifacts/publish/tests-arm64/CtrRuntime.Tests log=$results/arm64.txt code=0 counts p f s
    if ! has_arm64_compiler || ! qemu-aarch64 --version >/dev/null 2>&1; then
        echo "build.sh: arm64 is not tested; for that: sudo apt-get install -y $arm64_packages" >&2
        skipped=$((skipped + 1))
        echo "== arm64 (qemu): skipped"
        return
    fi
    if ! is_newer $program src/CtrRuntime src/CtrRuntime.Trainer tests/CtrRuntime.Tests tests/Shared tests/hostile tests/arm64 native/Arm64.targets \
        tests/Directory.Build.props Directory.Build.props Directory.Packages.props global.json; then
        dotnet publish tests/arm64 -c Release -o "$(dirname $program)" --nologo -v quiet
    fi
    qemu-aarch64 -L /usr/aarch64-linux-gnu $program | tee "$log" || code=$?
    counts=$(sed -n 's/^\([0-9]*\) passed, \([0-9]*\) failed, \([0-9]*\) skipped$/\1 \2 \3/p' "$log")
    read -r p f s <<<"${counts:-0 0 0}"
    if [ $code != 0 ] && [ "$f" = 0 ]; then f=1; fi
    tally "arm64 (qemu)" "$p" "$f" "$s"
}

verb_test() {
    mkdir -p "$results"
    need g++ g++ --version
    need cmake cmake --version
    need pkg-config pkg-config --version
    need python3-numpy /usr/bin/python3 -c 'import numpy'
    verb_native
    verb_tools
    dotnet build CtrRuntime.sln -c Release
    local folder
    for folder in tests/CtrRuntime.*Tests; do
        if compgen -G "$folder/*.cs" >/dev/null; then test_project "$folder"; fi
    done
    local python
    for python in $(printf '%s\n' "$(command -v python3)" /usr/bin/python3 | sort -u); do
        test_python "python bindings ($python)" "$python" bindings/python/tests bindings/python
    done
    test_arm64
    PYTHONPATH=bindings/python test_python "README" /usr/bin/python3 tests/readme tests/readme

    if [ $skipped = 0 ]; then
        echo "$passed passed, $failed failed"
    else
        echo "$passed passed, $failed failed, $skipped skipped"
    fi
    [ $failed = 0 ]
}

if [ $# = 0 ]; then
    usage >&2
    exit 2
fi
while [ $# != 0 ]; do
    verb=$1
    shift
    case "$verb" in
        tools) verb_tools ;;
        native) verb_native ;;
        demo) verb_demo "$@"; exit ;;
        bench) verb_bench "$@"; exit ;;
        test) verb_test ;;
        *) usage >&2; exit 2 ;;
    esac
done
