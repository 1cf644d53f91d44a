# Amazon Trust Services' root certificates become one C++ file that holds their PEM; see src/http/client/trust.h. They
# are taken from Debian's package ca-certificates; tests/http/client/trust_test.cpp knows their fingerprints. This file
# is both: included, it says how that is built; run as a script, it builds it.
set(roots Amazon_Root_CA_1 Amazon_Root_CA_2 Amazon_Root_CA_3 Amazon_Root_CA_4 Starfield_Services_Root_Certificate_Authority_-_G2)

if(NOT CMAKE_SCRIPT_MODE_FILE)
  find_path(VOYAGES_CA_CERTIFICATES Amazon_Root_CA_1.crt PATHS /usr/share/ca-certificates/mozilla NO_DEFAULT_PATH)
  if(NOT VOYAGES_CA_CERTIFICATES)
    message(FATAL_ERROR "Amazon's root certificates are embedded in the program. Install them (Debian: ca-certificates) and configure "
                        "again, or name the folder that has Amazon_Root_CA_1.crt with -DVOYAGES_CA_CERTIFICATES=FOLDER.")
  endif()
  list(TRANSFORM roots PREPEND ${VOYAGES_CA_CERTIFICATES}/ OUTPUT_VARIABLE root_files)
  list(TRANSFORM root_files APPEND .crt)
  add_custom_command(
    OUTPUT ${CMAKE_BINARY_DIR}/assets/amazon_roots.cpp
    COMMAND ${CMAKE_COMMAND} -DFOLDER=${VOYAGES_CA_CERTIFICATES} -DOUTPUT=${CMAKE_BINARY_DIR}/assets/amazon_roots.cpp -P
            ${CMAKE_SOURCE_DIR}/cmake/amazon_roots.cmake
    DEPENDS ${root_files} ${CMAKE_SOURCE_DIR}/cmake/amazon_roots.cmake
    COMMENT "Embedding Amazon's root certificates"
    VERBATIM)
  target_sources(voyages_core PRIVATE ${CMAKE_BINARY_DIR}/assets/amazon_roots.cpp)
  set_source_files_properties(${CMAKE_BINARY_DIR}/assets/amazon_roots.cpp PROPERTIES SKIP_PRECOMPILE_HEADERS ON)
  return()
endif()

set(entries "")
foreach(name IN LISTS roots)
  file(READ ${FOLDER}/${name}.crt pem)
  string(APPEND entries "    R\"(${pem})\",\n")
endforeach()
file(
  WRITE ${OUTPUT}
  "#include \"http/client/trust.h\"\n\nnamespace voyages::http::client {\n\nstd::span<const std::string_view> amazon_roots() {\n"
  "  static constexpr std::string_view roots[] = {\n${entries}  };\n  return roots;\n}\n\n}  // namespace voyages::http::client\n")
