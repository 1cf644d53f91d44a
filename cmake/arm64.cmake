# Builds for arm64 on another processor, with the libraries that scripts/arm64_sysroot fetched. Clang is a cross compiler as
# it is; Debian's GCC would be another package.
set(CMAKE_SYSTEM_NAME Linux)
set(CMAKE_SYSTEM_PROCESSOR aarch64)
set(CMAKE_LIBRARY_ARCHITECTURE aarch64-linux-gnu)
set(CMAKE_SYSROOT ${CMAKE_CURRENT_LIST_DIR}/../build/sysroot-arm64)

set(CMAKE_CXX_COMPILER clang++-19)
set(CMAKE_CXX_COMPILER_TARGET aarch64-linux-gnu)
set(CMAKE_EXE_LINKER_FLAGS_INIT -fuse-ld=lld)
# LLVM's own may be of another version than the compiler; lld needs no index of what is in an archive.
set(CMAKE_CXX_COMPILER_AR /usr/bin/ar)
set(CMAKE_CXX_COMPILER_RANLIB /usr/bin/ranlib)

set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)
set(CMAKE_FIND_ROOT_PATH_MODE_LIBRARY ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_INCLUDE ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_PACKAGE ONLY)
set(ENV{PKG_CONFIG_SYSROOT_DIR} ${CMAKE_SYSROOT})
set(ENV{PKG_CONFIG_LIBDIR} ${CMAKE_SYSROOT}/usr/lib/aarch64-linux-gnu/pkgconfig:${CMAKE_SYSROOT}/usr/share/pkgconfig)
# Certificates are the same for every processor.
set(VOYAGES_CA_CERTIFICATES /usr/share/ca-certificates/mozilla CACHE PATH "The folder that has Amazon_Root_CA_1.crt")
