# Sourced by Scripts/vocoder and Scripts/test, with $root set: what both need before they can build or run.
# All messages go to standard error. It needs Bash 3.2, the version of macOS.

say() { printf 'vocoder: %s\n' "$*" >&2; }

unavailable=69 # EX_UNAVAILABLE of sysexits.h

# logged NAME COMMAND...: runs the command with its output in .build/set-up/NAME.log; a terminal shows how far a build is. Where it fails
# the end of the log is printed.
logged() {
    local log=$root/.build/set-up/$1.log line status
    shift
    if ! mkdir -p "${log%/*}" || ! : >"$log"; then
        say "cannot create $log."
        exit 73
    fi
    "$@" 2>&1 | while IFS= read -r line; do
        printf '%s\n' "$line" >>"$log"
        [[ -t 2 && $line == \[*/*\]* ]] && printf '\r\033[Kvocoder: %s]' "${line%%\]*}" >&2
    done
    status=${PIPESTATUS[0]}
    [[ -t 2 ]] && printf '\r\033[K' >&2
    ((status == 0)) && return 0
    { grep -E 'error:|^E:' "$log" | tail -n 10; tail -n 15 "$log"; } >&2
    say "all of it is in $log."
    return "$status"
}

# A header of each library, and the packages that bring it. Looking for a file takes no process, unlike asking a package manager.
headers=(fftw3.h sndfile.h soxr.h dnnl.h minizip/unzip.h png.h espeak-ng/speak_lib.h)
apt_packages=(libfftw3-dev libsndfile1-dev libsoxr-dev libdnnl-dev libminizip-dev libpng-dev libespeak-ng-dev)
brew_packages=(fftw libsndfile libsoxr onednn minizip libpng espeak-ng)
# This library is part of macOS.
if [[ $OSTYPE != darwin* ]]; then
    headers+=(expat.h)
    apt_packages+=(libexpat1-dev)
fi

include_folders=(/usr/include /usr/local/include)
[[ $OSTYPE == darwin* ]] && include_folders=("${HOMEBREW_PREFIX:-/opt/homebrew}/include" /usr/local/include)
[[ -n ${CPATH:-} ]] && IFS=: read -r -a more_folders <<<"$CPATH" && include_folders+=("${more_folders[@]}")

has_header() {
    local folder
    for folder in "${include_folders[@]}"; do [[ -e $folder/$1 ]] && return 0; done
    return 1
}

# Fills `missing` with the indices of libraries that are not there.
find_missing() {
    missing=()
    local index
    for index in "${!headers[@]}"; do has_header "${headers[index]}" || missing+=("$index"); done
}

install_libraries() {
    find_missing
    ((${#missing[@]} == 0)) && return
    local index packages=()
    if [[ $OSTYPE == darwin* ]]; then
        for index in "${missing[@]}"; do packages+=("${brew_packages[index]}"); done
        say "libraries are missing; install them with: brew install ${packages[*]}"
        exit $unavailable
    fi
    for index in "${missing[@]}"; do packages+=("${apt_packages[index]}"); done
    # SwiftPM asks pkg-config for the flags of the libraries.
    command -v pkg-config >/dev/null || packages+=(pkg-config)
    if ! command -v apt-get >/dev/null; then
        say "libraries are missing; install your system's packages for ${packages[*]} (Debian's names)."
        exit $unavailable
    fi
    local as_root=()
    if ((EUID != 0)); then
        if ! command -v sudo >/dev/null; then
            say "libraries are missing; as root, run: apt-get install ${packages[*]}"
            exit $unavailable
        fi
        as_root=(sudo)
    fi
    say "installing ${packages[*]} with apt-get (once)."
    local install=(${as_root[@]+"${as_root[@]}"} env DEBIAN_FRONTEND=noninteractive apt-get -q -y)
    if ! { logged apt-get-update "${install[@]}" update && logged apt-get "${install[@]}" install --no-install-recommends "${packages[@]}"; }; then
        say "apt-get could not install ${packages[*]}; its messages above say why."
        exit $unavailable
    fi
    find_missing
    if ((${#missing[@]} > 0)); then
        say "${headers[missing[0]]} is in none of ${include_folders[*]}, though ${apt_packages[missing[0]]} is installed; set CPATH to where it is."
        exit $unavailable
    fi
}

require_swift() {
    local version
    version=$(swift --version 2>/dev/null)
    if [[ ! $version =~ Swift\ version\ ([0-9]+)\.([0-9]+) ]]; then
        say "there is no Swift on this machine; get version 6.1 or later from https://www.swift.org/install and run this again."
        exit $unavailable
    fi
    # Of 6.0 the package manager knows no traits.
    if ((BASH_REMATCH[1] * 100 + BASH_REMATCH[2] < 601)); then
        say "this machine has Swift ${BASH_REMATCH[1]}.${BASH_REMATCH[2]}; get version 6.1 or later from https://www.swift.org/install and run this again."
        exit $unavailable
    fi
}

# What the compiler may use of this machine's processor. Swift takes it from the C compiler's flags.
build_flags=(-c release -Xcc -march=native)
[[ $HOSTTYPE == x86_64 ]] || build_flags=(-c release -Xcc -mcpu=native)
if [[ $OSTYPE == darwin* ]]; then
    build_flags+=(-Xcc "-I${include_folders[0]}" -Xlinker "-L${include_folders[0]%include}lib")
fi

# Puts into `processor` what the compiler may depend on. Reading the file takes no process.
identify_processor() {
    processor=
    local line
    if [[ -r /proc/cpuinfo ]]; then
        while IFS= read -r line && [[ -n $line ]]; do
            case $line in "model name"* | flags* | Features* | "CPU part"*) processor+=$line$'\n' ;; esac
        done </proc/cpuinfo
    else
        processor=$(sysctl -n machdep.cpu.brand_string)
    fi
    processor=${processor%$'\n'}
}

# Puts into `sources` the names, sizes and times of change of the files below the paths given. They are compared for
# equality, so that a removed file, or an older one in its place, counts as a change too.
list_sources() {
    if [[ $OSTYPE == darwin* ]]; then
        sources=$(cd "$root" && find "$@" -type f -exec stat -f '%N %z %Fm' {} +)
    else
        sources=$(cd "$root" && exec find "$@" -type f -printf '%p %s %T@\n')
    fi
}

# Keeps other processes from building in `scratch` at the same time, if the system has flock; SwiftPM has a lock of its own.
lock() {
    command -v flock >/dev/null || return 0
    exec 9>"$1"
    if ! flock -n 9; then
        say "another build is under way; waiting for it."
        flock 9
    fi
}

unlock() { exec 9>&-; }

# build_if_changed SCRATCH "PATHS" ARGUMENTS...: builds in the folder SCRATCH unless what is there was built from just
# these PATHS (relative to $root) on just this processor.
build_if_changed() {
    local scratch=$1 paths=$2 stamp=$1/built
    shift 2
    identify_processor
    # shellcheck disable=SC2086 # paths are words
    list_sources $paths
    is_built && return
    if ! mkdir -p "$scratch"; then
        say "cannot create $scratch to build in."
        exit 73
    fi
    lock "$scratch/lock"
    is_built || build "$@"
    unlock
}

is_built() { [[ -r $stamp && $(<"$stamp") == "$processor"$'\n'"$sources" ]]; }

build() {
    require_swift
    # SwiftPM does not see that `native` has come to mean another processor.
    if [[ -r $scratch/processor && $(<"$scratch/processor") != "$processor" ]]; then
        say "$scratch was built for another processor; building again."
        swift package --package-path "$root" --scratch-path "$scratch" clean >&2
    fi
    say "building in $scratch; the first time takes minutes."
    rm -f "$stamp"
    printf '%s\n' "$processor" >"$scratch/processor"
    local suffix=${scratch#"$root/.build"}
    if ! logged "build${suffix//\//-}" swift build --package-path "$root" --scratch-path "$scratch" "${build_flags[@]}" "$@"; then
        say "the build failed; its messages above say why."
        exit 70 # EX_SOFTWARE
    fi
    # It is renamed into place, so that no process reads half of it.
    printf '%s\n%s\n' "$processor" "$sources" >"$stamp.new" && mv "$stamp.new" "$stamp"
}
