// The register of security incidents: checklist, deadlines, what closes a case, and its report.
#include "core/appliance/security_cases.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>

#include "core/base/markdown_text.h"
#include "core/crypto/token.h"
#include "tests/support/test_storage.h"

using namespace connlog;

namespace {

struct Register {
  TestStorage test;
  SecurityCases cases{{test->security_cases(), test->audit(), test.clock, test.random}};
  Actor ada = [] {
    Actor actor;
    actor.kind = Actor::Kind::user;
    actor.name = "Ada";
    actor.appliance_administrator = true;
    return actor;
  }();

  template <typename Work>
  Result<SecurityCase> act(Work work) {
    Result<SecurityCase> out = Error{};
    const auto done = test.stores().write([&](Transaction& tx) -> Result<void> {
      out = work(tx);
      if (!out) return out.error();
      return {};
    });
    if (!done) return done.error();
    return out;
  }
  SecurityCase open(NewSecurityCase wanted = {.title = "A laptop was stolen"}) {
    auto opened = act([&](Transaction& tx) { return cases.open(tx, ada, wanted); });
    REQUIRE_MESSAGE(opened, opened.error().message);
    return *opened;
  }
  SecurityCase find(SecurityCaseId id) {
    return test.read<SecurityCase>([&](Snapshot& snapshot) { return cases.find(snapshot, id); });
  }
  SecurityCase tick_all(SecurityCaseId id) {
    for (const CaseEntry& entry : find(id).entries) {
      if (!is_step(entry.kind)) continue;
      const auto done = act([&](Transaction& tx) { return cases.tick(tx, ada, id, entry.position, true, "done"); });
      REQUIRE(done);
    }
    return find(id);
  }
  std::int64_t position(SecurityCaseId id, CaseEntryKind kind) {
    const SecurityCase one = find(id);
    return std::ranges::find(one.entries, kind, &CaseEntry::kind)->position;
  }
  DeadlineState state(SecurityCaseId id, std::size_t which) {
    return deadlines_of(find(id), test.clock.now())[which].state;
  }
};

}  // namespace

TEST_CASE("a new case has a checklist, and both deadlines run from when it was known") {
  Register reg;
  const Instant known = reg.test.clock.now() - std::chrono::hours(3);
  const SecurityCase one = reg.open({.title = "  A laptop was stolen ", .known_at = known});
  CHECK(one.title == "A laptop was stolen");
  CHECK(one.entries.size() == default_checklist().size());
  CHECK(one.steps_open == static_cast<std::int64_t>(one.entries.size()));
  const auto deadlines = deadlines_of(one, reg.test.clock.now());
  REQUIRE(deadlines.size() == 2);
  CHECK(deadlines[0].due_at == known + std::chrono::hours(24));
  CHECK(deadlines[1].due_at == known + std::chrono::hours(72));
  CHECK(deadlines[0].state == DeadlineState::running);
}

TEST_CASE("a deadline is near two hours before it ends, then overdue, until its step is done") {
  Register reg;
  const SecurityCase one = reg.open();
  reg.test.clock.advance(std::chrono::hours(22));
  CHECK(reg.state(one.id, 0) == DeadlineState::running);
  reg.test.clock.advance(seconds(1));
  CHECK(reg.state(one.id, 0) == DeadlineState::near);
  reg.test.clock.advance(std::chrono::hours(2));
  CHECK(reg.state(one.id, 0) == DeadlineState::overdue);
  const auto early = reg.position(one.id, CaseEntryKind::early_warning);
  REQUIRE(reg.act([&](Transaction& tx) { return reg.cases.tick(tx, reg.ada, one.id, early, true, "no NIS 2"); }));
  CHECK(reg.state(one.id, 0) == DeadlineState::late);
  const auto authority = reg.position(one.id, CaseEntryKind::tell_authority);
  REQUIRE(reg.act([&](Transaction& tx) { return reg.cases.tick(tx, reg.ada, one.id, authority, true, ""); }));
  CHECK(reg.state(one.id, 1) == DeadlineState::kept);
  const auto tick = [&](bool done) {
    return reg.act([&](Transaction& tx) {
      return reg.cases.tick(tx, reg.ada, one.id, authority, done, "Not applicable: no personal data");
    });
  };
  REQUIRE(tick(true));
  CHECK(reg.state(one.id, 1) == DeadlineState::not_applicable);
  CHECK(security_case_report(reg.find(one.id), reg.test.clock.now()).find("| not applicable |") != std::string::npos);
  REQUIRE(tick(false));  // the note alone marks nothing
  CHECK(reg.state(one.id, 1) == DeadlineState::running);
}

TEST_CASE("a case closes with every step done and a conclusion, is then read only, and can be opened again") {
  Register reg;
  const SecurityCase one = reg.open();
  const auto close = [&](const std::string& conclusion) {
    return reg.act([&](Transaction& tx) { return reg.cases.close(tx, reg.ada, one.id, conclusion, 0); });
  };
  CHECK(close("It was encrypted.").error().code == ErrorCode::conflict);
  reg.tick_all(one.id);
  CHECK(close(" ").error().field == "conclusion");
  REQUIRE(close("It was encrypted."));
  const SecurityCase closed = reg.find(one.id);
  CHECK(closed.closed_by == "Ada");
  CHECK(closed.conclusion == "It was encrypted.");

  const auto note = [&] {
    return reg.act([&](Transaction& tx) { return reg.cases.add_entry(tx, reg.ada, one.id, {.text = "More."}); });
  };
  CHECK(note().error().code == ErrorCode::conflict);
  CHECK(
      reg.act([&](Transaction& tx) { return reg.cases.change(tx, reg.ada, one.id, {.title = "x"}, 0); }).error().code ==
      ErrorCode::conflict);
  CHECK(reg.act([&](Transaction& tx) { return reg.cases.tick(tx, reg.ada, one.id, 1, false, ""); }).error().code ==
        ErrorCode::conflict);
  REQUIRE(reg.act([&](Transaction& tx) { return reg.cases.reopen(tx, reg.ada, one.id, closed.version); }));
  REQUIRE(note());
  CHECK(reg.find(one.id).entries.back().text == "More.");
}

TEST_CASE("who changes an older version of a case is refused") {
  Register reg;
  const SecurityCase one = reg.open();
  const auto change = [&](std::int64_t version) {
    return reg.act([&](Transaction& tx) {
      return reg.cases.change(tx, reg.ada, one.id, {.affected_people = "All administrators"}, version);
    });
  };
  REQUIRE(change(one.version));
  CHECK(change(one.version).error().code == ErrorCode::conflict);
  CHECK(reg.find(one.id).affected_people == "All administrators");
}

TEST_CASE("the register takes no secret of connlog, no time that has not come, and no origin without its id") {
  Register reg;
  const SecurityCase one = reg.open();
  for (const char* prefix : {"agent_", "cls_", "enrol_", "link_", "whsec_"}) {
    CAPTURE(prefix);
    const std::string text = "It was " + std::string(make_token(prefix, reg.test.random).reveal()) + ".";
    const auto refused =
        reg.act([&](Transaction& tx) { return reg.cases.add_entry(tx, reg.ada, one.id, {.text = text}); });
    CHECK(refused.error().field == "text");
    CHECK(reg.act([&](Transaction& tx) { return reg.cases.open(tx, reg.ada, {.title = text}); }).error().field ==
          "title");
  }
  const std::string key(make_api_key_token(reg.test.random).reveal());
  CHECK(reg.act([&](Transaction& tx) { return reg.cases.add_entry(tx, reg.ada, one.id, {.text = key}); }).error().field ==
        "text");
  CHECK(reg.act([&](Transaction& tx) {
             return reg.cases.add_entry(tx, reg.ada, one.id,
                                        {.text = "lusab-babad-gutih-tugad-lusab-babad-gutih-tugad-lusab-babad"});
           })
            .error()
            .field == "text");
  CHECK(reg.act([&](Transaction& tx) {
    return reg.cases.add_entry(tx, reg.ada, one.id, {.text = "agent_1 and a head 12:" + std::string(64, 'a')});
  }));
  const Instant later = reg.test.clock.now() + std::chrono::hours(1);
  CHECK(reg.act([&](Transaction& tx) { return reg.cases.open(tx, reg.ada, {.title = "x", .known_at = later}); })
            .error()
            .field == "known_at");
  CHECK(
      reg.act([&](Transaction& tx) { return reg.cases.open(tx, reg.ada, {.title = "x", .origin = CaseOrigin::leak}); })
          .error()
          .field == "origin_id");
  CHECK(reg.act([&](Transaction& tx) {
             return reg.cases.add_entry(tx, reg.ada, one.id, {.kind = CaseEntryKind::tell_authority, .text = "x"});
           })
            .error()
            .field == "kind");
}

TEST_CASE("the report has everything of the case with times in UTC, and what people typed has no effect in it") {
  Register reg;
  const SecurityCase one = reg.open(
      {.title = "A [link](http://x) and <img>", .origin = CaseOrigin::security_event, .origin_id = "security-7"});
  REQUIRE(reg.act([&](Transaction& tx) {
    return reg.cases.add_entry(tx, reg.ada, one.id,
                               {.kind = CaseEntryKind::told, .text = "# The board\n- by telephone"});
  }));
  REQUIRE(reg.act(
      [&](Transaction& tx) { return reg.cases.change(tx, reg.ada, one.id, {.affected_data = "Names of hosts"}, 0); }));
  const std::string so_far = security_case_report(reg.find(one.id), reg.test.clock.now());
  CHECK(so_far.find("this is the report so far") != std::string::npos);
  reg.tick_all(one.id);
  REQUIRE(reg.act([&](Transaction& tx) { return reg.cases.close(tx, reg.ada, one.id, "Nothing was taken.", 0); }));
  const std::string report = security_case_report(reg.find(one.id), reg.test.clock.now());
  for (const char* part :
       {"A \\[link\\](http://x) and \\<img\\>", "from a security event security-7", "> \\# The board",
        "> \\- by telephone", "Names of hosts", "Nothing was taken.", "| 24 hours |", "| 72 hours |", "Note: done",
        "2026-11-18 11:06 UTC (2026-11-18T11:06:40Z)"}) {
    INFO(report);
    CAPTURE(part);
    CHECK(report.find(part) != std::string::npos);
  }
  CHECK(report.find("[ ]") == std::string::npos);
}

TEST_CASE("numbers, dashes and quotes at the beginning of a quoted line make no list and no heading") {
  CHECK(markdown_quote("1. one\n2) two\n+ three\n===\nplain\n\nend") ==
        "> 1\\. one\n> 2\\) two\n> \\+ three\n> \\===\n> plain\n>\n> end\n");
  CHECK(markdown_line("a\nb *c*") == "a b \\*c\\*");
}
