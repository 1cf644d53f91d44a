if(VOYAGES_STATIC)
  set(CMAKE_FIND_LIBRARY_SUFFIXES .a)
  set(PKG_CONFIG_ARGN --static)
  set(OPENSSL_USE_STATIC_LIBS ON)
  set(Boost_USE_STATIC_LIBS ON)
  include(${CMAKE_CURRENT_LIST_DIR}/lean_archives.cmake)
endif()

find_package(Threads REQUIRED)
find_package(PkgConfig REQUIRED)
find_package(Boost 1.81 REQUIRED COMPONENTS json url)
find_package(OpenSSL 3 REQUIRED)
find_package(SQLite3 REQUIRED)
find_package(ZLIB REQUIRED)
find_package(CLI11 REQUIRED)
pkg_check_modules(sodium REQUIRED IMPORTED_TARGET libsodium)
pkg_check_modules(utf8proc REQUIRED IMPORTED_TARGET libutf8proc)
pkg_check_modules(idn2 REQUIRED IMPORTED_TARGET libidn2)
pkg_check_modules(brotli REQUIRED IMPORTED_TARGET libbrotlidec)
# Debian has no archives of these two, so they are compiled along: src/base/fmt.cpp, src/app/config_file.cpp.
pkg_check_modules(fmt REQUIRED fmt)
pkg_check_modules(tomlplusplus REQUIRED tomlplusplus)

# Headers of others are system headers: their warnings are not ours to fix.
add_library(voyages_dependencies INTERFACE)
target_link_libraries(
  voyages_dependencies INTERFACE Boost::json Boost::url OpenSSL::SSL OpenSSL::Crypto SQLite::SQLite3 ZLIB::ZLIB CLI11::CLI11 PkgConfig::sodium
                                 PkgConfig::utf8proc PkgConfig::idn2 PkgConfig::brotli crypt Threads::Threads)
