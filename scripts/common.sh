# What ./run, ./test and .ci/run share. To be sourced by bash in the project's root folder.
# shellcheck shell=bash

# shellcheck source=scripts/packages.sh
. scripts/packages.sh

# fail WHAT NEXT: the last line says what to do next.
fail() {
  printf '\n%s\n%s\n' "$1" "$2" >&2
  exit 1
}

# become_root PACKAGE...: sets `as_root` to what a command of root's begins with.
become_root() {
  as_root=()
  [ "$(id -u)" != 0 ] || return 0
  command -v sudo >/dev/null || fail "Packages are missing, and you are neither root nor have sudo." "As root, run: apt-get install $*"
  as_root=(sudo)
  # Without a terminal, sudo could not ask for a password.
  sudo -n true 2>/dev/null && return
  (: </dev/tty) 2>/dev/null ||
    fail "Packages are missing; sudo needs your password, and there is no terminal to ask for it." "In a terminal, run: sudo apt-get install $*"
  sudo true || fail "Packages are missing, and sudo refused to install them." "As root, run: apt-get install $*"
}

# apt_get WORD...: silent unless it fails; then it shows apt's words. Waits for the updates that a fresh system starts.
apt_get() {
  local log
  log=$(mktemp)
  if ! "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
    apt-get -q -o Dpkg::Use-Pty=0 -o DPkg::Lock::Timeout=300 "$@" </dev/null >"$log" 2>&1; then
    tail -n 40 "$log" >&2
    rm -f "$log"
    return 1
  fi
  rm -f "$log"
}

# install_packages WHY PACKAGE...: asks dpkg first, so that nothing happens when nothing is missing.
install_packages() {
  local why=$1
  shift
  if [ -z "$distribution" ]; then
    require_tools "$@"
    return
  fi
  local missing
  missing=$(comm -23 <(printf '%s\n' "$@" | sort -u) \
    <(dpkg-query -W -f '${db:Status-Status} ${Package}\n' "$@" 2>/dev/null | sed -n 's/^installed //p' | sort -u))
  [ -n "$missing" ] || return 0
  # shellcheck disable=SC2086 # a list of words
  set -- $missing
  local as_root
  become_root "$@"
  echo "Installing $# packages $why, which takes a few minutes: $*"
  apt_get update || echo "The package lists could not be refreshed, see apt's words above; trying the old ones." >&2
  (
    # Debian would start the servers among them at once, on port 80; the tests start their own.
    policy=/usr/sbin/policy-rc.d
    if [ ! -e $policy ]; then
      trap '"${as_root[@]}" rm -f $policy' EXIT
      printf '#!/bin/sh\nexit 101\n' | "${as_root[@]}" install -m 755 /dev/stdin $policy
    fi
    apt_get install --yes --no-install-recommends "$@"
  ) ||
    fail "Installing packages failed." "See apt's words above, then run: ${as_root:+sudo }apt-get install $*"
}

# Elsewhere the packages have other names: only say what is needed.
require_tools() {
  local tool missing=()
  for tool in c++ cmake ninja pkg-config node npm; do
    command -v "$tool" >/dev/null || missing+=("$tool")
  done
  [ ${#missing[@]} = 0 ] && return
  cat >&2 <<END
This is none of Debian 12, Debian 13 and Ubuntu 24.04, so nothing is installed for you. Building needs a C++23 compiler
(GCC 12, clang 19 or newer), CMake 3.25, Ninja, pkg-config, Node.js 18 with npm, and these libraries with their headers and
static archives: Boost 1.81 (headers, JSON, URL), OpenSSL 3, libsodium, SQLite 3, CLI11, toml++, fmt, utf8proc, libidn2,
libunistring, zlib, Brotli, libcrypt. On Debian 13 the packages $why would be:
END
  printf '  %s\n' "$*" | fold -s -w 100 >&2
  fail "Missing here: ${missing[*]}." "Install them and the libraries above with your package manager, or use Docker: docker compose up"
}

# One compiler a core, but never more than memory holds: one takes up to 1 GB.
build_jobs() {
  local cores memory_gb
  cores=$(nproc)
  memory_gb=$(awk '/^MemAvailable/ {print int($2 / 1048576)}' /proc/meminfo 2>/dev/null || echo "$cores")
  [ "$memory_gb" -ge 1 ] || memory_gb=1
  echo $((cores < memory_gb ? cores : memory_gb))
}

# build PRESET [-DOPTION=VALUE]... [TARGET]...: configures where that has not happened so, then builds what changed.
build() {
  local preset=$1 folder="build/$1" word options=() targets=()
  shift
  for word in "$@"; do
    case $word in
      -D*) options+=("$word") ;;
      *) targets+=("$word") ;;
    esac
  done
  # An interrupted or moved folder is begun anew; what a good one holds is kept.
  if [ ! -f "$folder/build.ninja" ] || ! grep -qxF "CMAKE_HOME_DIRECTORY:INTERNAL=$PWD" "$folder/CMakeCache.txt"; then
    configure "$preset" --fresh "${options[@]}"
  else
    for word in "${options[@]}"; do
      word=${word#-D}
      grep -qxF "${word%%=*}:BOOL=${word#*=}" "$folder/CMakeCache.txt" || configure "$preset" "-D$word"
    done
  fi
  CMAKE_BUILD_PARALLEL_LEVEL=${CMAKE_BUILD_PARALLEL_LEVEL:-$(build_jobs)} \
    cmake --build --preset "$preset" ${targets[@]:+--target "${targets[@]}"} ||
    fail "Building failed." "See the first error above. After mending it, the same command goes on where it stopped."
}

configure() {
  cmake --preset "$@" ||
    fail "Configuring failed." "See CMake's words above; what it misses is named in scripts/packages.sh."
}
