// For what a test takes for granted: the program ends and says why. One thread.
#pragma once

#include <cstdio>
#include <cstdlib>
#include <string>

#include "core/base/result.h"

namespace connlog::test {

[[noreturn]] inline void give_up(const std::string& why) {
  std::fprintf(stderr, "test app: %s\n", why.c_str());
  std::abort();
}

inline void granted(const Result<void>& result) {
  if (!result) give_up(result.error().message + " (" + result.error().cause + ")");
}

}  // namespace connlog::test
