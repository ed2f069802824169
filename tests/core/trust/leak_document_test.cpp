// A leak as a document for the file.

#include <doctest/doctest.h>

#include "core/trust/leak.h"

using namespace connlog;

TEST_CASE("the document says what connlog did and what people did, and other people's words are no markup") {
  Leak leak;
  leak.leaked_name = "db-1\n# Forged heading <b>";
  leak.by_name = "Ada";
  leak.at = Instant{1'000'000};
  leak.circumstances = "pasted into a [ticket](javascript:x)";
  leak.steps = {{1, true, "The old token was ended.", Instant{1'000'000}, "connlog", ""},
                {2, false, "Put the new token on db-1.", Instant{2'000'000}, "Bob", "done by hand"},
                {3, false, "Find out how it got out.", {}, "", ""}};
  const std::string text = leak_document(leak, "An agent's token");
  CHECK(text.find("# Leak: db-1 \\# Forged heading \\<b\\>\n") == 0);
  CHECK(text.find("\n# Forged") == std::string::npos);
  CHECK(text.find("\\[ticket\\](javascript:x)") != std::string::npos);
  CHECK(text.find("- [x] The old token was ended. (1970-01-01T00:00:01") != std::string::npos);
  CHECK(text.find("- [x] Put the new token on db-1. (1970-01-01T00:00:02") != std::string::npos);
  CHECK(text.find("Note: done by hand") != std::string::npos);
  CHECK(text.find("- [ ] Find out how it got out.\n") != std::string::npos);
}
