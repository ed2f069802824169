// The value of a Result that holds something optional, or a value in its place: an optional field of a body or of a
// query, the first row of a select. With it such a value is read in one TRY, which stands alone. A pure function; any
// thread.
#pragma once

#include <optional>
#include <utility>

#include "core/base/result.h"

namespace connlog {

// What was given, or `fallback` where nothing was. An error stays an error.
template <typename T, typename U = T>
Result<T> value_or(Result<std::optional<T>> given, U&& fallback) {
  if (!given.has_value()) return std::move(given).error();
  if (!given.value().has_value()) return T(std::forward<U>(fallback));
  return *std::move(given).value();
}

}  // namespace connlog
