# The static libraries of cmake/deps, as targets. Their headers are system
# headers: our warnings are for our code.

execute_process(
  COMMAND ${CMAKE_SOURCE_DIR}/cmake/deps/build-deps.sh ${CONNLOG_TARGET}
  OUTPUT_VARIABLE CONNLOG_DEPS_PREFIX OUTPUT_STRIP_TRAILING_WHITESPACE COMMAND_ERROR_IS_FATAL ANY)
message(STATUS "Libraries: ${CONNLOG_DEPS_PREFIX}")
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS
  cmake/deps/recipe.sh cmake/deps/deps.lock)

function(connlog_dependency name) # <library>…
  add_library(deps::${name} INTERFACE IMPORTED GLOBAL)
  target_include_directories(deps::${name} SYSTEM INTERFACE ${CONNLOG_DEPS_PREFIX}/include)
  list(TRANSFORM ARGN REPLACE "(.+)" "${CONNLOG_DEPS_PREFIX}/lib/lib\\1.a")
  target_link_libraries(deps::${name} INTERFACE ${ARGN})
endfunction()

# Order matters to the linker: users before what they use. curl's define makes
# its header leave out the import decoration of shared builds.
connlog_dependency(core curl cares mbedtls mbedx509 mbedcrypto sodium zstd fmt)
target_compile_definitions(deps::core INTERFACE CURL_STATICLIB CARES_STATICLIB SODIUM_STATIC)
connlog_dependency(sqlcipher sqlcipher)
target_compile_definitions(deps::sqlcipher INTERFACE SQLITE_HAS_CODEC)
connlog_dependency(httplib)
connlog_dependency(doctest)
