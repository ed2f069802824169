// doctest's implementation without its entry, for the benchmarks: they bring a main of their own, and mold takes
// members of test_support that use doctest along with those that they need.

#define DOCTEST_CONFIG_IMPLEMENT
#include <doctest/doctest.h>
