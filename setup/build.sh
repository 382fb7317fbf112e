# Sourced by ./run and ./test, which set `root`. Builds in build/release; says nothing but that it begins, the first time, unless it fails
# (on a terminal ninja shows its progress). Everything goes to standard error: standard output belongs to the program.

build_dir=$root/build/release

# quietly LOG COMMAND...: on a terminal the command speaks for itself; elsewhere it is heard only if it fails.
quietly() {
    quiet_log=$1
    shift
    if [ -t 2 ]; then
        "$@" </dev/null >&2
    else
        "$@" </dev/null >"$quiet_log" 2>&1 || {
            quiet_status=$?
            cat "$quiet_log" >&2
            return "$quiet_status"
        }
    fi
}

# configure ON|OFF: with or without tests. ON is kept when it was ON; configures only when something would change.
configure() {
    if [ -f "$build_dir/build.ninja" ]; then
        [ "$1" = ON ] || return 0
        ! grep -q '^LPC_BUILD_TESTS:BOOL=OFF' "$build_dir/CMakeCache.txt" || set -- ON changed
        [ $# -eq 2 ] || return 0
    fi
    mkdir -p "$build_dir"
    [ -f "$build_dir/build.ninja" ] || echo "building in $build_dir: 5 to 10 minutes the first time" >&2
    quietly "$build_dir/configure.log" cmake -S "$root" --preset release -DLPC_BUILD_TESTS="$1" -Wno-dev || {
        echo "configuring failed (see above)" >&2
        exit 3
    }
}

# build TARGET...
build() {
    quietly "$build_dir/build.log" cmake --build "$build_dir" --target "$@" || {
        echo "the build failed (see above)" >&2
        exit 3
    }
}
