# connlog_embedded: the user interface, the migrations, the list of libraries, the time zones and
# the texts of packaging/, core/**/*.txt, storage/development/*.sql and web/api/**/schemas.json, as read-only data. See core/base/embedded.h.

set(embedded_dir ${CMAKE_BINARY_DIR}/embedded)
set(ui_dir ${CMAKE_SOURCE_DIR}/web/ui)
set(ui_stamp ${embedded_dir}/ui.stamp)
file(MAKE_DIRECTORY ${embedded_dir})

if(CONNLOG_UI_DIST)
  get_filename_component(ui_dist ${CONNLOG_UI_DIST} ABSOLUTE BASE_DIR ${CMAKE_SOURCE_DIR})
  file(GLOB_RECURSE ui_files CONFIGURE_DEPENDS ${ui_dist}/*)
  if(NOT ui_files)
    message(FATAL_ERROR "CONNLOG_UI_DIST: ${ui_dist} holds no files")
  endif()
  add_custom_command(OUTPUT ${ui_stamp} COMMAND ${CMAKE_COMMAND} -E touch ${ui_stamp} DEPENDS ${ui_files})
elseif(CONNLOG_UI AND EXISTS ${ui_dir}/package.json)
  find_program(NPM_PROGRAM npm NO_CMAKE_FIND_ROOT_PATH)
  find_program(NODE_PROGRAM NAMES node nodejs NO_CMAKE_FIND_ROOT_PATH)
  if(NOT NPM_PROGRAM OR NOT NODE_PROGRAM)
    message(FATAL_ERROR "The user interface is built with Node. Install nodejs and npm, or give a ready-made one by -DCONNLOG_UI_DIST=<dir>")
  endif()
  set(ui_dist ${CMAKE_BINARY_DIR}/ui)
  file(GLOB_RECURSE ui_sources CONFIGURE_DEPENDS ${ui_dir}/*)
  list(FILTER ui_sources EXCLUDE REGEX "/web/ui/(node_modules|dist)/")
  add_custom_command(
    OUTPUT ${embedded_dir}/npm.stamp
    COMMAND flock ${ui_dir} ${NPM_PROGRAM} ci --ignore-scripts --no-audit --no-fund --loglevel=error
    COMMAND ${CMAKE_COMMAND} -E touch ${embedded_dir}/npm.stamp
    WORKING_DIRECTORY ${ui_dir}
    DEPENDS ${ui_dir}/package.json ${ui_dir}/package-lock.json
    COMMENT "Installing the user interface's packages"
    VERBATIM)
  add_custom_command(
    OUTPUT ${ui_stamp}
    COMMAND ${CMAKE_COMMAND} -E rm -rf ${ui_dist}
    COMMAND ${CMAKE_COMMAND} -E env CONNLOG_UI_OUT=${ui_dist} ${NPM_PROGRAM} run --silent build
    COMMAND ${NODE_PROGRAM} ${CMAKE_SOURCE_DIR}/cmake/precompress.mjs ${ui_dist}
    COMMAND ${CMAKE_COMMAND} -E touch ${ui_stamp}
    WORKING_DIRECTORY ${ui_dir}
    DEPENDS ${embedded_dir}/npm.stamp ${ui_sources} ${CMAKE_SOURCE_DIR}/cmake/precompress.mjs
    COMMENT "Building the user interface"
    VERBATIM)
else()
  set(ui_dist ${embedded_dir}/no-ui)
  file(MAKE_DIRECTORY ${ui_dist})
  add_custom_command(OUTPUT ${ui_stamp} COMMAND ${CMAKE_COMMAND} -E touch ${ui_stamp})
endif()

# The time zones, for machines that have no data of them: those of the machine that builds.
set(zoneinfo /usr/share/zoneinfo)
set(zones ${embedded_dir}/zones.txt)
find_program(NODE_PROGRAM NAMES node nodejs NO_CMAKE_FIND_ROOT_PATH)
if(NODE_PROGRAM AND EXISTS ${zoneinfo}/tzdata.zi)
  add_custom_command(
    OUTPUT ${zones}
    COMMAND ${NODE_PROGRAM} ${CMAKE_SOURCE_DIR}/cmake/zones.mjs ${zoneinfo} ${zones}
    DEPENDS ${zoneinfo}/tzdata.zi ${CMAKE_SOURCE_DIR}/cmake/zones.mjs
    COMMENT "Reading the time zones"
    VERBATIM)
else()
  message(WARNING "Node or ${zoneinfo}/tzdata.zi is missing: on a machine without zoneinfo, this connlog knows UTC alone")
  add_custom_command(OUTPUT ${zones} COMMAND ${CMAKE_COMMAND} -E touch ${zones})
endif()

file(GLOB migrations CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/storage/migrations/*.sql)
file(GLOB_RECURSE texts CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/packaging/* ${CMAKE_SOURCE_DIR}/core/*.txt ${CMAKE_SOURCE_DIR}/web/*.txt
  ${CMAKE_SOURCE_DIR}/storage/development/*.sql ${CMAKE_SOURCE_DIR}/web/api/schemas.json)
list(FILTER texts EXCLUDE REGEX "/web/ui/")

find_program(ZSTD_PROGRAM zstd NO_CMAKE_FIND_ROOT_PATH REQUIRED)
add_custom_command(
  OUTPUT ${embedded_dir}/embedded.S ${embedded_dir}/embedded.cpp
  COMMAND ${CMAKE_COMMAND} -DUI=${ui_dist} -DSOURCE=${CMAKE_SOURCE_DIR} -DOUT=${embedded_dir}
          -DSBOM=${CONNLOG_DEPS_PREFIX}/sbom.json -DZONES=${zones} -DZSTD=${ZSTD_PROGRAM} "-DTEXTS=${texts}"
          -P ${CMAKE_SOURCE_DIR}/cmake/embed_files.cmake
  DEPENDS ${ui_stamp} ${migrations} ${texts} ${zones} ${CONNLOG_DEPS_PREFIX}/sbom.json ${CMAKE_SOURCE_DIR}/cmake/embed_files.cmake
  COMMENT "Embedding files"
  VERBATIM)

# The compiler learns nothing of .incbin's files, so the assembly is written anew
# (and is then newer) whenever one of them changes.
add_library(connlog_embedded STATIC ${embedded_dir}/embedded.cpp ${embedded_dir}/embedded.S)
set_source_files_properties(${embedded_dir}/embedded.S PROPERTIES LANGUAGE ASM)
target_link_libraries(connlog_embedded PUBLIC connlog_options)
