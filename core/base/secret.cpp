#include "core/base/secret.h"

#include <sodium.h>

namespace connlog {

void Secret::wipe() noexcept {
  if (!text_.empty()) sodium_memzero(text_.data(), text_.size());
  text_.clear();
}

}  // namespace connlog
