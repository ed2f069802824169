# Libraries and headers come from the dependency prefix alone: what happens to
# be installed on the building machine must not slip into the executable.
if(DEFINED ENV{CONNLOG_DEPS_PREFIX})
  set(CMAKE_FIND_ROOT_PATH $ENV{CONNLOG_DEPS_PREFIX})
else()
  set(CMAKE_FIND_ROOT_PATH /nonexistent)
endif()
set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)
set(CMAKE_FIND_ROOT_PATH_MODE_LIBRARY ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_INCLUDE ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_PACKAGE ONLY)
