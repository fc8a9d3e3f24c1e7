#!/usr/bin/env bash
# The one entry to building and testing. Each verb does all of its own set-up on a Debian machine that has the .NET SDK.
set -euo pipefail
cd "$(dirname "$0")"
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1

readonly results=artifacts/test-results

usage() {
    cat <<'TEXT'
usage: ./build.sh VERB

  test     build everything and run every test; ends with "N passed, N failed"
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

verb_test() {
    mkdir -p "$results"
    dotnet build CtrRuntime.sln -c Release
    local folder
    for folder in tests/CtrRuntime.*Tests; do
        if compgen -G "$folder/*.cs" >/dev/null; then test_project "$folder"; fi
    done

    if [ $skipped = 0 ]; then
        echo "$passed passed, $failed failed"
    else
        echo "$passed passed, $failed failed, $skipped skipped"
    fi
    [ $failed = 0 ]
}

case "${1:-}" in
    test) verb_test ;;
    *) usage >&2; exit 2 ;;
esac
