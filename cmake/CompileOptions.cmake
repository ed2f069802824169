# Languages, warnings, hardening, and how an executable is linked.

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE Dev CACHE STRING "" FORCE)
endif()
set(CMAKE_C_FLAGS_DEV "-Og -g1")
set(CMAKE_CXX_FLAGS_DEV "-Og -g1")
set(CMAKE_C_FLAGS_RELEASE "-O2")
set(CMAKE_CXX_FLAGS_RELEASE "-O2") # no NDEBUG: assertions are active in what is shipped

find_program(CCACHE_PROGRAM ccache)
if(CCACHE_PROGRAM)
  # One cache for all work trees, whatever directory they lie in.
  set(launcher ${CMAKE_COMMAND} -E env CCACHE_BASEDIR=${CMAKE_SOURCE_DIR} CCACHE_NOHASHDIR=1
      CCACHE_SLOPPINESS=pch_defines,time_macros ${CCACHE_PROGRAM})
  set(CMAKE_C_COMPILER_LAUNCHER ${launcher})
  set(CMAKE_CXX_COMPILER_LAUNCHER ${launcher})
endif()

find_package(Threads REQUIRED)

add_library(connlog_options INTERFACE)
target_include_directories(connlog_options INTERFACE ${CMAKE_SOURCE_DIR})
target_link_libraries(connlog_options INTERFACE Threads::Threads)
target_compile_definitions(connlog_options INTERFACE CONNLOG_VERSION="${PROJECT_VERSION}" CONNLOG_TARGET="${CONNLOG_TARGET}")
target_compile_options(connlog_options INTERFACE
  $<$<COMPILE_LANGUAGE:CXX>:-Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wnon-virtual-dtor -Woverloaded-virtual -Werror>
  -ffile-prefix-map=${CMAKE_SOURCE_DIR}/=)

if(CONNLOG_SANITIZE)
  if(CONNLOG_SANITIZE STREQUAL address)
    set(sanitize -fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer)
  else()
    set(sanitize -fsanitize=${CONNLOG_SANITIZE} -fno-omit-frame-pointer)
  endif()
  target_compile_options(connlog_options INTERFACE ${sanitize})
  target_link_options(connlog_options INTERFACE ${sanitize})
endif()

# The product's own code; tests are compiled without, for they only wait for it.
add_library(connlog_hardening INTERFACE)
target_compile_options(connlog_options INTERFACE -fPIE)
if(CMAKE_BUILD_TYPE STREQUAL Release)
  target_compile_options(connlog_hardening INTERFACE
    -fstack-protector-strong -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2 -ffunction-sections -fdata-sections)
endif()

# Linking is most of the wait after touching one file.
find_program(MOLD_PROGRAM mold NO_CMAKE_FIND_ROOT_PATH)
if(MOLD_PROGRAM AND NOT CMAKE_BUILD_TYPE STREQUAL Release)
  add_link_options(-fuse-ld=mold)
endif()

# The product itself: CONNLOG_STATIC makes it what is shipped.
function(connlog_product name)
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR})
  target_link_libraries(${name} PRIVATE connlog_hardening)
  target_link_options(${name} PRIVATE -Wl,-z,relro,-z,now,-z,noexecstack)
  if(NOT CONNLOG_STATIC)
    target_link_options(${name} PRIVATE -pie)
    return()
  endif()
  set_target_properties(${name} PROPERTIES CXX_LINKER_LAUNCHER ${CMAKE_SOURCE_DIR}/cmake/link-static.sh)
  target_link_options(${name} PRIVATE -s -Wl,--gc-sections)
  if(CONNLOG_TARGET STREQUAL armv7)
    # Debian's armhf libc has no start file for static PIE.
    target_link_options(${name} PRIVATE -static -no-pie)
  else()
    target_link_options(${name} PRIVATE -static-pie)
  endif()
endfunction()

# A test or benchmark: always dynamic, and links quickly.
function(connlog_test_executable name)
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR})
  target_link_options(${name} PRIVATE -pie)
endfunction()
