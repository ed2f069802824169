// What the tests of stores share: a row that must be there, an act that must be refused, a database that came to no harm.
#pragma once

#include <doctest/doctest.h>

#include <functional>
#include <optional>
#include <vector>

#include "tests/support/test_storage.h"

namespace connlog {

template <typename T>
T found(TestStorage& test, const std::function<Result<std::optional<T>>(Snapshot&)>& work) {
  const auto value = test.read<std::optional<T>>(work);
  REQUIRE(value.has_value());
  return *value;
}

inline ErrorCode refused(TestStorage& test, const Stores::Work& work) {
  const Result<void> done = test.stores().write(work);
  REQUIRE(!done);
  return done.error().code;
}

// Nothing was dropped, and nobody's rows went missing.
inline void check_unharmed(TestStorage& test, std::size_t workspaces) {
  CHECK(test.read<std::vector<Workspace>>([&](Snapshot& s) { return test->workspaces().all(s); }).size() == workspaces);
  CHECK(test.read<std::vector<Agent>>([&](Snapshot& s) { return test->agents().all(s); }).size() >= 1);
  CHECK(test->facts()->schema_version == embedded_migrations().back().number);
}

}  // namespace connlog
