find_package(Threads REQUIRED)
find_package(PkgConfig REQUIRED)
find_package(Boost 1.81 REQUIRED COMPONENTS json url)
find_package(OpenSSL 3 REQUIRED)
find_package(SQLite3 REQUIRED)
find_package(ZLIB REQUIRED)
find_package(fmt REQUIRED)
find_package(CLI11 REQUIRED)
pkg_check_modules(sodium REQUIRED IMPORTED_TARGET libsodium)
pkg_check_modules(tomlplusplus REQUIRED IMPORTED_TARGET tomlplusplus)
pkg_check_modules(utf8proc REQUIRED IMPORTED_TARGET libutf8proc)
pkg_check_modules(idn2 REQUIRED IMPORTED_TARGET libidn2)
# Its header alone: src/email/curl_library.h says why.
pkg_check_modules(curl REQUIRED libcurl)

# Headers of others are system headers: their warnings are not ours to fix.
add_library(voyages_dependencies INTERFACE)
target_link_libraries(
  voyages_dependencies
  INTERFACE Boost::json Boost::url OpenSSL::SSL OpenSSL::Crypto SQLite::SQLite3 ZLIB::ZLIB fmt::fmt CLI11::CLI11 PkgConfig::sodium
            PkgConfig::tomlplusplus PkgConfig::utf8proc PkgConfig::idn2 crypt Threads::Threads)
