# The built-in mail templates become one C++ file that holds their text; see src/email/template_files.h. This file is
# both: included, it says how that is built; run as a script, it builds it.
if(NOT CMAKE_SCRIPT_MODE_FILE)
  file(GLOB template_sources CONFIGURE_DEPENDS src/email/templates/*/*)
  add_custom_command(
    OUTPUT ${CMAKE_BINARY_DIR}/assets/mail_templates.cpp
    COMMAND ${CMAKE_COMMAND} -DFOLDER=${CMAKE_SOURCE_DIR}/src/email/templates -DOUTPUT=${CMAKE_BINARY_DIR}/assets/mail_templates.cpp
            -P ${CMAKE_SOURCE_DIR}/cmake/templates.cmake
    DEPENDS ${template_sources} ${CMAKE_SOURCE_DIR}/cmake/templates.cmake
    COMMENT "Embedding the mail templates"
    VERBATIM)
  target_sources(voyages_core PRIVATE ${CMAKE_BINARY_DIR}/assets/mail_templates.cpp)
  set_source_files_properties(${CMAKE_BINARY_DIR}/assets/mail_templates.cpp PROPERTIES SKIP_PRECOMPILE_HEADERS ON)
  return()
endif()

file(GLOB files RELATIVE ${FOLDER} ${FOLDER}/*/*)
list(SORT files)
set(entries "")
foreach(name IN LISTS files)
  file(READ ${FOLDER}/${name} text)
  string(APPEND entries "    {\"${name}\", R\"~~~~(${text})~~~~\"},\n")
endforeach()
file(
  WRITE ${OUTPUT}
  "#include \"email/template_files.h\"\n\nnamespace voyages::email {\n\nstd::span<const BuiltInFile> built_in_files() {\n"
  "  static constexpr BuiltInFile files[] = {\n${entries}  };\n  return files;\n}\n\n}  // namespace voyages::email\n")
