# What ./run, ./test and .ci/run share. To be sourced by bash in the project's root folder.
# shellcheck shell=bash

# shellcheck source=scripts/packages.sh
. scripts/packages.sh

# fail WHAT NEXT: the last line says what to do next.
fail() {
  printf '\n%s\n%s\n' "$1" "$2" >&2
  exit 1
}

is_debian_12() {
  # shellcheck disable=SC1091
  [ -r /etc/os-release ] && (. /etc/os-release && [ "${ID:-}" = debian ] && [ "${VERSION_ID:-}" = 12 ])
}

# install_packages WHY PACKAGE...: asks dpkg first, so that nothing happens when nothing is missing.
install_packages() {
  local why=$1
  shift
  if ! is_debian_12; then
    require_tools "$@"
    return
  fi
  local missing
  missing=$(comm -23 <(printf '%s\n' "$@" | sort -u) \
    <(dpkg-query -W -f '${db:Status-Status} ${Package}\n' "$@" 2>/dev/null | sed -n 's/^installed //p' | sort -u))
  [ -n "$missing" ] || return 0
  # shellcheck disable=SC2086 # a list of words
  set -- $missing
  local as_root=()
  if [ "$(id -u)" != 0 ]; then
    command -v sudo >/dev/null ||
      fail "Missing Debian packages, and neither root nor sudo to install them." "As root, run: apt-get install $*"
    as_root=(sudo)
  fi
  echo "Installing $# Debian packages $why: $*"
  "${as_root[@]}" apt-get -qq update </dev/null || echo "The package lists could not be refreshed; trying the old ones." >&2
  (
    # Debian would start the servers among them at once, on port 80; the tests start their own.
    policy=/usr/sbin/policy-rc.d
    if [ ! -e $policy ]; then
      trap '"${as_root[@]}" rm -f $policy' EXIT
      printf '#!/bin/sh\nexit 101\n' | "${as_root[@]}" install -m 755 /dev/stdin $policy
    fi
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
      apt-get -qq -o Dpkg::Use-Pty=0 install --yes --no-install-recommends "$@" </dev/null >/dev/null
  ) ||
    fail "Installing Debian packages failed." "See apt's words above, then run: apt-get install $*"
}

# Elsewhere than on Debian 12 the packages have other names: only say what is needed.
require_tools() {
  local tool missing=()
  for tool in c++ cmake ninja pkg-config node npm; do
    command -v "$tool" >/dev/null || missing+=("$tool")
  done
  [ ${#missing[@]} = 0 ] && return
  echo "This is not Debian 12, so nothing is installed for you. On Debian 12 the packages would be:" >&2
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
    fail "Configuring failed." "See CMake's words above; what it misses is a package in scripts/packages.sh."
}
