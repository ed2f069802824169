// Which connlog this is, as CMake's project() and toolchain say.

#include "core/base/version.h"

namespace connlog {

std::string_view version() {
  return CONNLOG_VERSION;
}
std::string_view target() {
  return CONNLOG_TARGET;
}

}  // namespace connlog
