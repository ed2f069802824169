# Test executables core_tests, storage_tests, web_tests and so on, and one
# bench_<name> for each bench/<name>.cpp. All link test_support, which links the
# whole product: tests/support may use every room.

enable_testing()

# Nobody waits for a test's own code to run, everybody for it to compile.
function(compile_quickly target)
  target_compile_options(${target} PRIVATE -O0 -g1)
endfunction()

file(GLOB_RECURSE support_sources CONFIGURE_DEPENDS tests/support/*.cpp)
list(FILTER support_sources EXCLUDE REGEX "/tests/support/(main|doctest_alone)\\.cpp$")
add_library(test_support STATIC EXCLUDE_FROM_ALL ${support_sources})
target_link_libraries(test_support PUBLIC connlog_cli deps::doctest PRIVATE deps::sqlcipher deps::httplib)
# The doctest implementation is compiled once.
add_library(test_main OBJECT tests/support/main.cpp)
target_link_libraries(test_main PUBLIC deps::doctest connlog_options)
compile_quickly(test_main)

# One executable a room: tests/<room>/**.cpp -> <room>_tests.
add_custom_target(connlog_tests)
file(GLOB rooms RELATIVE ${CMAKE_SOURCE_DIR}/tests CONFIGURE_DEPENDS tests/*)
list(REMOVE_ITEM rooms support e2e fuzz)
foreach(room IN LISTS rooms)
  file(GLOB_RECURSE room_tests CONFIGURE_DEPENDS tests/${room}/*.cpp)
  if(room_tests)
    add_executable(${room}_tests ${room_tests})
    target_link_libraries(${room}_tests PRIVATE test_main test_support deps::sqlcipher deps::httplib)
    # The simulations' own code is most of what they run.
    if(NOT room STREQUAL simulation)
      compile_quickly(${room}_tests)
    endif()
    connlog_test_executable(${room}_tests)
    add_dependencies(connlog_tests ${room}_tests)
    add_test(NAME ${room} COMMAND ${room}_tests)
  endif()
endforeach()

add_library(bench_doctest OBJECT tests/support/doctest_alone.cpp)
target_link_libraries(bench_doctest PUBLIC deps::doctest connlog_options)
compile_quickly(bench_doctest)
file(GLOB benches CONFIGURE_DEPENDS bench/*.cpp)
add_custom_target(connlog_benches)
foreach(bench IN LISTS benches)
  get_filename_component(name ${bench} NAME_WE)
  add_executable(bench_${name} EXCLUDE_FROM_ALL ${bench})
  target_link_libraries(bench_${name} PRIVATE bench_doctest test_support deps::sqlcipher deps::httplib)
  connlog_test_executable(bench_${name})
  add_dependencies(connlog_benches bench_${name})
endforeach()
