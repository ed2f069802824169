# The toolchain of the machine that builds, whichever of the three it is.
if(CMAKE_HOST_SYSTEM_PROCESSOR MATCHES "^(aarch64|arm64)$")
  include(${CMAKE_CURRENT_LIST_DIR}/aarch64.cmake)
elseif(CMAKE_HOST_SYSTEM_PROCESSOR MATCHES "^arm")
  include(${CMAKE_CURRENT_LIST_DIR}/armv7.cmake)
else()
  include(${CMAKE_CURRENT_LIST_DIR}/x86_64.cmake)
endif()
