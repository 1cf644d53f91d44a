#!/usr/bin/env bash
# The packages that building and testing need, by the names of Debian 12, Debian 13 and Ubuntu 24.04; elsewhere the names
# of Debian 13 are printed. The one list for ./run, ./test, .ci/run, Dockerfile and .devcontainer/. To be sourced by bash, or
# run with "build", "package" or "test" to print a list.
# shellcheck shell=bash

# Empty where the names may be others.
# shellcheck disable=SC1091
distribution=$([ ! -r /etc/os-release ] || (. /etc/os-release && echo "${ID:-}${VERSION_ID:-}"))
case $distribution in
  debian12) boost=1.81 ;;
  debian13 | ubuntu24.04) boost=1.83 ;;
  *) boost=1.83 distribution= ;;
esac

build_packages=(
  build-essential cmake ninja-build ccache mold pkg-config git
  "libboost$boost-dev" "libboost-json$boost-dev" "libboost-url$boost-dev" # JSON, URLs, the HTTP server
  libssl-dev libsodium-dev                    # signatures, password hashes
  libsqlite3-dev                              # the embedded store
  libcli11-dev libtomlplusplus-dev libfmt-dev # command line, configuration, text
  libutf8proc-dev libidn2-dev                 # Unicode normalisation, international host names
  libunistring-dev                            # libidn2 needs it to be linked statically
  zlib1g-dev libbrotli-dev                    # compressed answers
  libcrypt-dev                                # imported bcrypt hashes
  ca-certificates                             # Amazon's root certificates are embedded
)

# OpenSSL's static archive calls it there, and libssl-dev does not bring it along.
[ "$distribution" != debian13 ] || build_packages+=(libzstd-dev)

# The pages are bundled by npm. Debian's packages are for who has no node of their own.
command -v node >/dev/null || build_packages+=(nodejs)
command -v npm >/dev/null || build_packages+=(npm)

# For scripts/package, which makes the zip for Lambda.
package_packages=(zip advancecomp) # a twentieth smaller than by zip alone
# For scripts/package --arm64: the compiler of the style checks compiles for any processor.
cross_packages=(clang-19 lld-19)

test_packages=(
  "${build_packages[@]}" "${package_packages[@]}"
  libgtest-dev libgmock-dev
  clang-19 clang-format-19 clang-tidy-19 libclang-rt-19-dev lld-19  # style checks, fuzzing
  nginx-light                                                       # a real peer: forward-auth
  python3 python3-venv curl openssl sqlite3 wrk
  apache2-bin libapache2-mod-auth-openidc caddy php-cli php-curl jq # sites that people sign in to
  exim4-daemon-light                                                # a real mail server
  faketime                                                          # a clock that jumps
  default-jre-headless maven                                        # DynamoDB Local
  mmdebstrap debian-archive-keyring                                 # clean roots: scripts/check_fresh
  qemu-user-static                                                  # runs the program for arm64
)
# Ubuntu's browser is a snap, which installs nothing by apt: tests that need one are skipped unless $CHROMIUM names it.
[ "$distribution" = ubuntu24.04 ] || test_packages+=(chromium)

if [ "${BASH_SOURCE[0]}" = "$0" ]; then
  case "${1:-}" in
    build) printf '%s\n' "${build_packages[@]}" ;;
    package) printf '%s\n' "${build_packages[@]}" "${package_packages[@]}" ;;
    test) printf '%s\n' "${test_packages[@]}" ;;
    *)
      echo "usage: scripts/packages.sh build|package|test" >&2
      exit 2
      ;;
  esac
fi
