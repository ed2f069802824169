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
set(CMAKE_C_FLAGS_RELEASE "-Os")
set(CMAKE_CXX_FLAGS_RELEASE "-Os") # no NDEBUG: assertions are active in what is shipped

# A release is compiled for size, but for what each heartbeat passes.
set(CONNLOG_QUICK_PATH
  core/base core/crypto core/wire core/watch core/agents
  storage/connection.cpp storage/statement.cpp storage/storage.cpp storage/writer.cpp
  storage/sqlcipher_mbedtls.cpp storage/watch/reading_log.cpp
  web/server web/api/agents/agent_protocol.cpp web/api/middleware/guard.cpp web/api/request_context.cpp)
# What lies there and no heartbeat passes: people's changes, and what is done at the start.
set(CONNLOG_NOT_QUICK
  core/crypto/keyring.cpp core/crypto/key_file.cpp core/crypto/recovery_key.cpp core/base/time_zone.cpp
  core/watch/rule_service.cpp core/watch/subject_service.cpp core/watch/subject_groups.cpp core/watch/subject_texts.cpp
  core/watch/subject_return.cpp core/watch/subject_parents.cpp core/watch/incident_service.cpp core/watch/watch_people.cpp
  core/watch/rule_drill.cpp core/watch/subject_filter.cpp core/watch/remote_acknowledgements.cpp
  core/watch/incident_announcements.cpp core/watch/load_directory.cpp core/watch/telling core/watch/quiet
  core/agents/agent_service.cpp core/agents/enrolment_keys.cpp core/agents/install_script.cpp core/agents/machine_letter.cpp
  core/base/secret_shapes.cpp core/base/secret_forms.cpp core/base/calendar_slots.cpp core/base/cron_slots.cpp
  core/base/time_slots.cpp core/base/markdown_text.cpp core/watch/rule.cpp core/watch/watch_incidents.cpp
  core/watch/watch_events.cpp core/watch/watch_rules.cpp core/watch/watch_resident.cpp core/watch/uptime.cpp
  web/server/certificates.cpp web/server/certificate_maker.cpp web/server/certificate_file.cpp web/server/own_names.cpp
  web/server/problem.cpp web/server/zip.cpp web/server/spool.cpp web/server/assets.cpp)

# The sources that a list of files and directories names, whole paths.
function(connlog_sources_at list_name out)
  set(found "")
  foreach(place IN LISTS ${list_name})
    if(IS_DIRECTORY ${CMAKE_SOURCE_DIR}/${place})
      file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/${place}/*.cpp)
      list(APPEND found ${sources})
    elseif(EXISTS ${CMAKE_SOURCE_DIR}/${place})
      list(APPEND found ${CMAKE_SOURCE_DIR}/${place})
    else()
      message(FATAL_ERROR "${list_name}: there is no ${place}")
    endif()
  endforeach()
  set(${out} ${found} PARENT_SCOPE)
endfunction()

if(CMAKE_BUILD_TYPE STREQUAL Release)
  connlog_sources_at(CONNLOG_QUICK_PATH quick_sources)
  connlog_sources_at(CONNLOG_NOT_QUICK not_quick)
  list(REMOVE_ITEM quick_sources ${not_quick})
  set_source_files_properties(${quick_sources} PROPERTIES COMPILE_OPTIONS -O2)
endif()

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
# No code asks for the type of an object while it runs; UBSan does.
if(NOT CONNLOG_SANITIZE)
  target_compile_options(connlog_options INTERFACE $<$<COMPILE_LANGUAGE:CXX>:-fno-rtti>)
endif()

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

# Archives that name their objects instead of copying them: the link map then says which file took the room.
set(CMAKE_CXX_ARCHIVE_CREATE "<CMAKE_AR> qcT <TARGET> <LINK_FLAGS> <OBJECTS>")
set(CMAKE_CXX_ARCHIVE_APPEND "<CMAKE_AR> qT <TARGET> <LINK_FLAGS> <OBJECTS>")

# core/base/stat_past_2038.cpp stands in for two calls of libstdc++.a.
function(connlog_past_2038 name)
  if(CONNLOG_TARGET STREQUAL armv7)
    target_link_options(${name} PRIVATE -Wl,--wrap=stat64,--wrap=lstat64,--undefined=__wrap_stat64)
  endif()
endfunction()

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
  # tests/size reads the map to name what is largest.
  target_link_options(${name} PRIVATE -s -Wl,--gc-sections,-Map=${CMAKE_BINARY_DIR}/${name}.map)
  if(CONNLOG_TARGET STREQUAL armv7)
    # Debian's armhf libc has no start file for static PIE.
    target_link_options(${name} PRIVATE -static -no-pie)
    connlog_past_2038(${name})
  else()
    target_link_options(${name} PRIVATE -static-pie)
  endif()
  if(CONNLOG_TARGET STREQUAL x86_64)
    # Relocations of tables as a bitmap: half a megabyte less. This binutils knows it for x86 alone. lld also keeps one of
    # several functions with the same code: another half. No code compares the addresses of functions.
    find_program(CONNLOG_LLD ld.lld)
    if(CONNLOG_LLD)
      target_link_options(${name} PRIVATE -fuse-ld=lld -Wl,--icf=all,--pack-dyn-relocs=relr)
    else()
      target_link_options(${name} PRIVATE -Wl,-z,pack-relative-relocs)
    endif()
  endif()
endfunction()

# A test or benchmark: dynamic, for it links quickly. Those for ARM are static: qemu needs no libraries of theirs, and
# on armv7 libstdc++ is as the product has it.
function(connlog_test_executable name)
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR})
  if(CONNLOG_TARGET STREQUAL x86_64)
    target_link_options(${name} PRIVATE -pie)
  else()
    set_target_properties(${name} PROPERTIES CXX_LINKER_LAUNCHER ${CMAKE_SOURCE_DIR}/cmake/link-static.sh)
    target_link_options(${name} PRIVATE -static -no-pie)
    connlog_past_2038(${name})
  endif()
endfunction()
