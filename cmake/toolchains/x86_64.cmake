# The machine's own compiler, named like the cross ones so that the dependency
# recipe treats every target alike: nothing of the host's libraries is found.
set(CMAKE_SYSTEM_NAME Linux)
set(CMAKE_SYSTEM_PROCESSOR x86_64)
set(CMAKE_C_COMPILER gcc)
set(CMAKE_CXX_COMPILER g++)
set(CONNLOG_TARGET x86_64)
include(${CMAKE_CURRENT_LIST_DIR}/isolate.cmake)
