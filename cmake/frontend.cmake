# The pages of frontend/ become one C++ file that holds them gzipped; see src/http/assets.h.
find_program(NODE NAMES node nodejs)
if(NOT NODE)
  message(FATAL_ERROR "The pages need Node.js 18 or newer with npm. Install it (Debian: nodejs npm) and configure again.")
endif()

file(GLOB_RECURSE frontend_bundled CONFIGURE_DEPENDS frontend/src/* frontend/messages/*)
file(GLOB frontend_sources CONFIGURE_DEPENDS frontend/*.* frontend/.npmrc frontend/home/* frontend/docs/*)
add_custom_command(
  OUTPUT ${CMAKE_BINARY_DIR}/assets/assets.cpp
  COMMAND ${NODE} ${CMAKE_SOURCE_DIR}/frontend/embed.mjs ${CMAKE_BINARY_DIR}/assets ${PROJECT_VERSION}
  DEPENDS ${frontend_sources} ${frontend_bundled}
  COMMENT "Embedding the pages"
  VERBATIM)
target_sources(voyages_core PRIVATE ${CMAKE_BINARY_DIR}/assets/assets.cpp)
set_source_files_properties(${CMAKE_BINARY_DIR}/assets/assets.cpp PROPERTIES SKIP_PRECOMPILE_HEADERS ON)
