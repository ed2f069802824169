// doctest's implementation and entry, compiled once for all test executables.

#define DOCTEST_CONFIG_IMPLEMENT_WITH_MAIN
#include <doctest/doctest.h>
