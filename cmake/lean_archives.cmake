# Copies of the libraries in C without the tables by which exceptions find their way through a function: C throws none, and
# what we let C call throws none. They would be a fifteenth of the program. A cross compiler's tools may know another
# processor, so there the libraries stay as they are.
if(CMAKE_CROSSCOMPILING OR NOT CMAKE_OBJCOPY)
  return()
endif()

set(lean_folder ${CMAKE_BINARY_DIR}/libraries)
file(MAKE_DIRECTORY ${lean_folder})
foreach(name crypto ssl sqlite3 z crypt)
  find_library(archive ${name} NO_CACHE REQUIRED)
  set(lean ${lean_folder}/lib${name}.a)
  if(${archive} IS_NEWER_THAN ${lean})
    execute_process(COMMAND ${CMAKE_OBJCOPY} --remove-section=.eh_frame --remove-section=.rela.eh_frame ${archive} ${lean}
                    COMMAND_ERROR_IS_FATAL ANY)
  endif()
  unset(archive)
endforeach()

# What is looked for from here on is found there first.
list(PREPEND CMAKE_LIBRARY_PATH ${lean_folder})
set(CMAKE_SKIP_RPATH ON)
link_directories(BEFORE ${lean_folder})
