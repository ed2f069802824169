#include "core/base/assert.h"

#include <cstdio>
#include <cstdlib>

namespace connlog {

void assertion_failed(const char* expression, const char* file, int line) {
  std::fprintf(stderr, "connlog: internal error: %s does not hold (%s:%d). Please report this.\n", expression, file,
               line);
  std::abort();
}

}  // namespace connlog
