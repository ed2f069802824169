// Somebody of whom everything is kept that can be kept about a person: for the tests of taking it away, and of its end.
#pragma once

#include <string>
#include <vector>

#include "tests/support/test_app.h"

namespace connlog::test {

struct WellKnownPerson {
  Person person;                     // the member of the main workspace, an admin now
  std::vector<std::string> secrets;  // all that must never leave again: codes, tokens, digests, hashes
};

// Mail must be set up.
WellKnownPerson make_well_known(TestApp& app);

}  // namespace connlog::test
