// CONNLOG_ASSERT ends the program when the program itself is wrong. It is active in release builds: a monitoring
// appliance that goes on with broken invariants gives wrong answers. Never assert on anything that comes from outside.
#pragma once

namespace connlog {
[[noreturn]] void assertion_failed(const char* expression, const char* file, int line);
}

#define CONNLOG_ASSERT(expression) \
  ((expression) ? static_cast<void>(0) : ::connlog::assertion_failed(#expression, __FILE__, __LINE__))
