// A database with one workspace, and what the tests of subjects ask of it and do to it. One thread.
#pragma once

#include <sqlite3.h>

#include <optional>
#include <string>
#include <vector>

#include "storage/connection.h"
#include "tests/support/test_storage.h"

namespace connlog {

struct SubjectWorld {
  TestStorage test;
  Workspace workspace = test.add_workspace();

  Subject subject(const std::string& name = "db-1") {
    Subject made;
    made.id = SubjectId::make(test.clock.now(), test.random);
    made.workspace = workspace.id;
    made.name = name;
    made.created_at = test.clock.now();
    return made;
  }
  Subject add(const std::string& name = "db-1") {
    Subject made = subject(name);
    test.write([&](Transaction& tx) -> Result<void> {
      made.number = TRY(test->subjects().insert(tx, made));
      return {};
    });
    return made;
  }
  Team team(const std::string& name) {
    Team made;
    made.id = TeamId::make(test.clock.now(), test.random);
    made.workspace = workspace.id;
    made.name = name;
    made.created_at = test.clock.now();
    test.write([&](Transaction& tx) { return test->teams().insert(tx, made); });
    return made;
  }
  std::optional<Subject> find(const Subject& of) {
    return test.read<std::optional<Subject>>([&](Snapshot& s) { return test->subjects().find(s, of.workspace, of.id); });
  }
  Result<void> update(const Subject& changed) {
    return test.stores().write([&](Transaction& tx) { return test->subjects().update(tx, changed); });
  }
  void remove(const Subject& removed) {
    test.write([&](Transaction& tx) { return test->subjects().remove(tx, removed, test.clock.now()); });
  }
  void put_state(const Subject& of, State state, StateReason reason, Instant since, const std::string& detail = {}) {
    ObservedState observed;
    observed.subject = of.id;
    observed.workspace = of.workspace;
    observed.state = state;
    observed.reason = reason;
    observed.since = since;
    observed.detail = detail;
    test.write([&](Transaction& tx) { return test->subjects().put_state(tx, observed); });
  }
  std::vector<StateChange> changes(const Subject& of, Instant from = {}, Instant to = {INT64_MAX}) {
    return test.read<std::vector<StateChange>>(
        [&](Snapshot& s) { return test->subjects().changes(s, of.workspace, of.id, from, to); });
  }
  std::int64_t count(const std::string& question) {
    return test.read<std::int64_t>([&](Snapshot& s) { return storage::at(s).number(question); });
  }
};

inline std::string first_text(sqlite3_stmt* row) {
  return reinterpret_cast<const char*>(sqlite3_column_text(row, 0));
}

}  // namespace connlog
