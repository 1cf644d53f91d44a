#!/usr/bin/env bash
# The Debian 12 packages that building and testing need. The one list for ./run, ./test, .ci/run, Dockerfile and
# .devcontainer/. To be sourced by bash, or run with "build", "package" or "test" to print a list.
# shellcheck shell=bash

build_packages=(
  build-essential cmake ninja-build ccache mold pkg-config git
  libboost1.81-dev libboost-json1.81-dev libboost-url1.81-dev # JSON, URLs, the HTTP server
  libssl-dev libsodium-dev                                    # signatures, password hashes
  libsqlite3-dev                                              # the embedded store
  libcli11-dev libtomlplusplus-dev libfmt-dev                 # command line, configuration, text
  libutf8proc-dev libidn2-dev                                 # Unicode normalisation, international host names
  zlib1g-dev libcrypt-dev                                     # gzip, imported bcrypt hashes
  ca-certificates                                             # Amazon's root certificates are embedded
)

# The pages are bundled by npm. Debian's packages are for who has no node of their own.
command -v node >/dev/null || build_packages+=(nodejs)
command -v npm >/dev/null || build_packages+=(npm)

# For scripts/package, which makes the zip for Lambda.
package_packages=(
  libunistring-dev # libidn2 needs it to be linked statically
  zip advancecomp  # a twentieth smaller than by zip alone
)
# For scripts/package --arm64: the compiler of the style checks compiles for any processor.
cross_packages=(clang-19 lld-19)

test_packages=(
  "${build_packages[@]}" "${package_packages[@]}"
  libgtest-dev libgmock-dev
  clang-19 clang-format-19 clang-tidy-19 libclang-rt-19-dev lld-19 # style checks, fuzzing
  nginx-light chromium                                             # real peers: forward-auth, a browser
  python3 python3-venv curl openssl sqlite3 wrk
  apache2-bin libapache2-mod-auth-openidc caddy php-cli php-curl jq # sites that people sign in to
  exim4-daemon-light                                               # a real mail server
  faketime # a clock that jumps
  default-jre-headless maven                                       # DynamoDB Local
)

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
