// The register of security incidents in the database: what is written comes back, hostile texts too, and a row with an
// unknown word is left out.
#include <doctest/doctest.h>

#include <string>

#include "storage/connection.h"
#include "tests/storage/hostile_texts.h"
#include "tests/support/test_storage.h"

using namespace connlog;

namespace {

SecurityCase made(TestStorage& test, const std::string& words) {
  SecurityCase one;
  one.id = SecurityCaseId::make(test.clock.now(), test.random);
  test.clock.advance(seconds(1));
  one.title = one.origin_id = one.opened_by = one.affected_people = one.affected_workspaces = one.affected_data = words;
  one.closed_by = one.conclusion = words;
  one.origin = CaseOrigin::leak;
  one.known_at = Instant{5};
  one.opened_at = Instant{6};
  one.closed_at = Instant{7};
  one.version = 3;
  one.entries = {{1, Instant{8}, CaseEntryKind::tell_authority, words, words, Instant{9}, words, words},
                 {2, Instant{8}, CaseEntryKind::note, words, words, Instant{}, "", ""}};
  return one;
}

std::optional<SecurityCase> find(TestStorage& test, SecurityCaseId id) {
  return test.read<std::optional<SecurityCase>>(
      [&](Snapshot& snapshot) { return test->security_cases().find(snapshot, id); });
}

std::vector<SecurityCase> list(TestStorage& test, int limit = 10, SecurityCaseId before = {}) {
  return test.read<std::vector<SecurityCase>>(
      [&](Snapshot& snapshot) { return test->security_cases().list(snapshot, before, limit); });
}

}  // namespace

TEST_CASE("a case of the register comes back as it was written, whatever its texts") {
  TestStorage test;
  for (const std::string& words : kHostileTexts) {
    CAPTURE(words);
    const SecurityCase one = made(test, words);
    test.write([&](Transaction& tx) { return test->security_cases().insert(tx, one); });
    const auto found = find(test, one.id);
    REQUIRE(found);
    CHECK(found->title == words);
    CHECK(found->origin == CaseOrigin::leak);
    CHECK(found->origin_id == words);
    CHECK(found->known_at == Instant{5});
    CHECK(found->opened_at == Instant{6});
    CHECK(found->affected_people == words);
    CHECK(found->affected_workspaces == words);
    CHECK(found->affected_data == words);
    CHECK(found->closed_at == Instant{7});
    CHECK(found->conclusion == words);
    CHECK(found->version == 3);
    REQUIRE(found->entries.size() == 2);
    CHECK(found->entries[0].text == words);
    CHECK(found->entries[0].done_note == words);
    CHECK(found->entries[0].done_at == Instant{9});
    CHECK(found->entries[1].kind == CaseEntryKind::note);
  }
}

TEST_CASE("the register's list has the steps with a deadline alone, newest cases first, and counts the open steps") {
  TestStorage test;
  const SecurityCase older = made(test, "older");
  SecurityCase newer = made(test, "newer");
  newer.entries[0].done_at = {};
  test.write([&](Transaction& tx) -> Result<void> {
    TRY(test->security_cases().insert(tx, older));
    return test->security_cases().insert(tx, newer);
  });
  const auto found = list(test);
  REQUIRE(found.size() == 2);
  CHECK(found[0].title == "newer");
  CHECK(found[0].steps_open == 1);
  REQUIRE(found[0].entries.size() == 1);
  CHECK(found[0].entries[0].kind == CaseEntryKind::tell_authority);
  CHECK(found[1].steps_open == 0);
  const auto next = list(test, 1, newer.id);
  REQUIRE(next.size() == 1);
  CHECK(next[0].id == older.id);
}

TEST_CASE("a case of an unknown origin is left out, and one with an unknown entry is shown without it") {
  TestStorage test;
  const SecurityCase odd = made(test, "odd"), plain = made(test, "plain");
  test.write([&](Transaction& tx) -> Result<void> {
    TRY(test->security_cases().insert(tx, odd));
    TRY(test->security_cases().insert(tx, plain));
    TRY(storage::at(tx).execute("UPDATE security_case SET origin = 'moon' WHERE title = 'odd'"));
    return storage::at(tx).execute("UPDATE security_case_entry SET kind = 'song' WHERE position = 2");
  });
  test.restart();
  const auto found = list(test);
  REQUIRE(found.size() == 1);
  CHECK(found[0].id == plain.id);
  CHECK(find(test, plain.id)->entries.size() == 1);
  const Result<void> refused =
      test.stores().write([&](Transaction& tx) { return test->security_cases().update(tx, odd); });
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == ErrorCode::conflict);
}
