set(CMAKE_CXX_STANDARD 23)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
if(VOYAGES_STATIC)
  # Placed anywhere by the kernel, yet linked into one piece: nobody from outside can stand in for a function of ours.
  add_compile_options(-fPIE)
else()
  set(CMAKE_POSITION_INDEPENDENT_CODE ON)
endif()

find_program(CCACHE ccache)
if(CCACHE)
  # A precompiled header's time stamp would otherwise make every file look changed.
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime
                                  ${CCACHE})
endif()

add_library(voyages_options INTERFACE)
target_compile_options(voyages_options INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wnon-virtual-dtor
                                                 -Woverloaded-virtual -Wimplicit-fallthrough -Werror)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # ccache can only trust a precompiled header that names the macros it was made with.
  # GCC 12 with optimisation believes that an empty std::optional is read, and that a short std::string overflows (PR 105562, 105329).
  target_compile_options(voyages_options INTERFACE -fpch-preprocess -Wno-maybe-uninitialized -Wno-array-bounds -Wno-restrict
                                                   -Wno-stringop-overflow -Wno-stringop-overread)
endif()

if(CMAKE_CXX_COMPILER_ID MATCHES "Clang")
  # http/codec.h fills a struct from the flat list of its members, those of its base among them.
  target_compile_options(voyages_options INTERFACE -Wno-missing-braces)
endif()

if(VOYAGES_SANITIZE)
  target_compile_options(voyages_options INTERFACE -fsanitize=${VOYAGES_SANITIZE} -fno-omit-frame-pointer
                                                   -fno-sanitize-recover=all)
  target_link_options(voyages_options INTERFACE -fsanitize=${VOYAGES_SANITIZE})
  if(VOYAGES_SANITIZE MATCHES thread)
    # The thread sanitizer does not understand fences, and g++ refuses them under it.
    target_compile_definitions(voyages_options INTERFACE BOOST_ASIO_DISABLE_FENCED_BLOCK)
  endif()
else()
  target_compile_options(voyages_options INTERFACE $<$<CONFIG:Release>:-D_FORTIFY_SOURCE=2 -fstack-protector-strong>)
endif()
target_link_options(voyages_options INTERFACE -Wl,-z,relro,-z,now $<$<CONFIG:Release>:-Wl,--gc-sections,--as-needed>)
target_compile_options(voyages_options INTERFACE $<$<CONFIG:Release>:-ffunction-sections -fdata-sections>)

find_program(MOLD mold)
if(MOLD AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  target_link_options(voyages_options INTERFACE -fuse-ld=mold)
endif()
