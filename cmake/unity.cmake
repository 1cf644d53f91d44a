# Neighbours are compiled together: the headers that they share, and the templates that they instantiate alike, are then
# worked through once. Less than half the seconds of a build from scratch.

# compile_together(TARGET SIZE): its sources in batches of up to SIZE files of one folder. The more, the fewer seconds in all;
# the fewer, the sooner one changed file is compiled. Sources with definitions of their own, without the precompiled
# header, or with SKIP_UNITY_BUILD_INCLUSION stay alone.
function(compile_together target size)
  if(NOT VOYAGES_UNITY)
    return()
  endif()
  get_target_property(sources ${target} SOURCES)
  get_target_property(folder ${target} SOURCE_DIR)
  list(SORT sources)
  foreach(source IN LISTS sources)
    get_filename_component(path ${source} ABSOLUTE BASE_DIR ${folder})
    get_source_file_property(definitions ${path} COMPILE_DEFINITIONS)
    get_source_file_property(own_header ${path} SKIP_PRECOMPILE_HEADERS)
    get_source_file_property(alone ${path} SKIP_UNITY_BUILD_INCLUSION)
    if(definitions OR own_header OR alone)
      continue()
    endif()
    get_filename_component(place ${path} DIRECTORY)
    file(RELATIVE_PATH room ${CMAKE_SOURCE_DIR} ${place})
    string(REPLACE "/" "_" room ${room})
    # Sorted by path, the files of a folder stand on both sides of its folders: each room counts its own.
    list(APPEND files_${room} ${path})
    list(LENGTH files_${room} number)
    math(EXPR batch "(${number} - 1) / ${size}")
    set_source_files_properties(${path} PROPERTIES UNITY_GROUP ${room}_${batch})
  endforeach()
  set_target_properties(${target} PROPERTIES UNITY_BUILD ON UNITY_BUILD_MODE GROUP)
endfunction()
