// What stands where after a database of the nine development steps was carried over: recipients in their kinds, agents and
// groups as subjects, with all that refers to them. What is copied as it was: carry_over_test.cpp.

#include <doctest/doctest.h>

#include <string>
#include <utility>
#include <vector>

#include "core/notify/announcement.h"
#include "storage/storage.h"
#include "tests/support/old_appliance.h"

using namespace connlog;

namespace {

// A whole start, and its end.
void start(const OldAppliance& old) {
  const auto opened = old.open();
  REQUIRE_MESSAGE(opened, opened.error().message, opened.error().cause);
}

}  // namespace

TEST_CASE("recipients are carried into their kinds, with their secrets as they were sealed, and notifications like them") {
  const OldAppliance old;
  const Rows sealed = ask(*old.connect(), "SELECT hex(id), sealed_secret FROM recipient WHERE sealed_secret <> ''");
  REQUIRE(sealed.size() == 1);
  start(old);
  const auto connection = old.connect();
  CHECK(ask(*connection, "SELECT kind, fields, shown, target FROM recipient ORDER BY kind") ==
        Rows{{"mail", R"({"address":"oncall@example.org"})", "oncall@example.org", "mail"},
             {"webhook", R"({"url":"https://hook.example.org/x"})", "hook.example.org", "hook.example.org:443"}});
  CHECK(ask(*connection, "SELECT hex(owner), sealed FROM sealed_field WHERE owner_kind = 'recipient' AND field = 'secret'") ==
        sealed);
  CHECK(ask(*connection, "SELECT DISTINCT channel, shown, target FROM notification") ==
        Rows{{"mail", "oncall@example.org", "mail"}});
}

TEST_CASE("agents and groups are carried into subjects with their numbers, and the appliance's own comes between them") {
  const OldAppliance old;
  const Rows agents = ask(*old.connect(), "SELECT hex(id), number, name, created_at, removed_at FROM agent "
                                          "WHERE removed_at = 0 OR name IN ('old-1', 'left') ORDER BY id");
  const Rows groups = ask(*old.connect(), "SELECT hex(id), name, name_key, created_at, version FROM agent_group ORDER BY id");
  const Rows workspaces = ask(*old.connect(), "SELECT hex(id), slug, name, version FROM workspace ORDER BY id");
  start(old);
  const auto connection = old.connect();
  CHECK(ask(*connection, "SELECT hex(id), number, name, created_at, removed_at FROM subject WHERE kind = 'agent' "
                         "ORDER BY id") == agents);
  CHECK(ask(*connection, "SELECT hex(id), name, name_key, created_at, version FROM subject WHERE kind = 'group' "
                         "ORDER BY id") == groups);
  CHECK(ask(*connection, "SELECT hex(id), slug, name, version FROM workspace WHERE slug <> '' ORDER BY id") == workspaces);
  CHECK(ask(*connection, "SELECT kind, number, name_key FROM subject WHERE number > 11 ORDER BY number") ==
        Rows{{"agent", "12", "up"}, {"agent", "13", "silent"}, {"agent", "14", "off"}, {"agent", "15", "new"},
             {"appliance", "16", "connlog"}, {"group", "17", "rack 4"}, {"group", "18", "down"}, {"group", "19", "empty"},
             {"group", "20", "off"}, {"group", "21", "open"}, {"group", "22", "well"}});
  CHECK(ask(*connection, "SELECT DISTINCT key, notes, paused_at FROM subject") == Rows{{"NULL", "", "0"}});
  CHECK(ask(*connection, "SELECT DISTINCT health, amount FROM subject_group") == Rows{{"all", "1"}});
  CHECK(ask(*connection, "SELECT s.name, a.toggles, a.interval_seconds, a.missed_threshold, a.config_version, a.disabled, "
                         "f.agent_version, f.core_count, f.interval_in_force_seconds FROM agent a "
                         "JOIN agent_fact f ON f.id = a.id JOIN subject s ON s.id = a.id ORDER BY s.number") ==
        Rows{{"db-1", "7", "10", "3", "1", "0", "1.19.0", "8", "10"}, {"Up", "10", "30", "2", "4", "0", "1.19.0", "0", "0"},
             {"silent", "10", "30", "2", "4", "0", "1.19.0", "0", "0"}, {"off", "10", "30", "2", "4", "1", "1.19.0", "0", "0"},
             {"new", "10", "30", "2", "4", "0", "1.19.0", "0", "0"}});
}

TEST_CASE("the state of each subject follows from what was known of it, and the record begins with it") {
  const OldAppliance old;
  start(old);
  const auto connection = old.connect();
  // Times are shown from the moment at which the rows of the tests' database were made.
  const std::string at = ask(*connection, "SELECT created_at FROM workspace WHERE slug = 'main'")[0][0];
  CHECK(ask(*connection, "SELECT s.kind, s.name, st.state, st.reason, st.since - " + at +
                             " FROM subject_state st JOIN subject s ON s.id = st.subject_id WHERE s.number <> 16 "
                             "ORDER BY s.number") ==
        Rows{{"agent", "db-1", "up", "carried", "0"},
             {"agent", "Up", "up", "carried", "-7"},
             {"agent", "silent", "down", "silent", "-5"},
             {"agent", "off", "unknown", "disabled", "-7"},
             {"agent", "new", "pending", "added", "-86400000000"},
             {"group", "Rack 4", "up", "members", "0"},
             {"group", "Down", "down", "members", "-5"},
             {"group", "Empty", "pending", "members", "-86400000000"},
             {"group", "Off", "pending", "members", "-86400000000"},
             {"group", "Open", "up", "members", "-7"},
             {"group", "Well", "up", "members", "-7"}});
  CHECK(ask(*connection, "SELECT hex(subject_id), since, state, reason FROM subject_state WHERE since <> 0 ORDER BY 1") ==
        ask(*connection, "SELECT hex(subject_id), at, state, reason FROM state_change WHERE n = 0 ORDER BY 1"));
  CHECK(ask(*connection, "SELECT last_seen_at - first_seen_at FROM subject_state st JOIN subject s ON s.id = st.subject_id "
                         "WHERE s.name = 'silent'") == Rows{{"86399999988"}});
}

TEST_CASE("tags, teams and members are carried, and a tag that stood twice stands once") {
  const OldAppliance old;
  start(old);
  const auto connection = old.connect();
  CHECK(ask(*connection, "SELECT s.name, t.tag FROM subject_tag t JOIN subject s ON s.id = t.subject_id "
                         "WHERE s.name IN ('db-1', 'Up') ORDER BY s.number, t.tag") ==
        Rows{{"db-1", "production"}, {"db-1", "älter"}, {"Up", "a"}, {"Up", "z"}});
  CHECK(ask(*connection, "SELECT s.name, t.name FROM subject_team b JOIN subject s ON s.id = b.subject_id "
                         "JOIN team t ON t.id = b.team_id ORDER BY s.number") ==
        Rows{{"db-1", "Databases"}, {"left", "Web"}, {"Up", "Web"}});
  CHECK(ask(*connection, "SELECT g.name, s.name FROM group_member m JOIN subject g ON g.id = m.group_id "
                         "JOIN subject s ON s.id = m.subject_id ORDER BY g.number, s.number") ==
        Rows{{"Rack 4", "db-1"}, {"Down", "Up"}, {"Down", "silent"}, {"Down", "new"}, {"Off", "off"}, {"Open", "Up"},
             {"Open", "new"}, {"Well", "Up"}, {"Well", "off"}});
}

TEST_CASE("of removed agents the tokens stay gone, the numbers are not given again, and rows stay only for incidents") {
  const OldAppliance old;
  const Rows digests = ask(*old.connect(), "SELECT hex(token_digest) FROM agent WHERE removed_at <> 0 UNION "
                                           "SELECT hex(token_digest) FROM gone_agent ORDER BY 1");
  REQUIRE(digests.size() == 4);
  start(old);
  const auto connection = old.connect();
  CHECK(ask(*connection, "SELECT hex(token_digest) FROM gone_agent ORDER BY 1") == digests);
  CHECK(ask(*connection, "SELECT number FROM gone_subject ORDER BY number") == Rows{{"7"}, {"10"}});
  CHECK(ask(*connection, "SELECT name FROM subject WHERE removed_at <> 0 ORDER BY number") == Rows{{"old-1"}, {"left"}});
  for (const char* about : {"subject_tag", "subject_state", "state_change", "group_member", "rule_state"}) {
    CAPTURE(about);
    CHECK(ask(*connection, std::string("SELECT COUNT(*) FROM ") + about +
                               " WHERE subject_id NOT IN (SELECT id FROM subject WHERE removed_at = 0)") == Rows{{"0"}});
  }
  CHECK(ask(*connection, "SELECT s.name, COUNT(*) FROM machine_event e JOIN subject s ON s.id = e.agent_id GROUP BY s.name "
                         "ORDER BY s.number") ==
        Rows{{"db-1", "2"}, {"Up", "1"}, {"silent", "1"}, {"off", "1"}, {"new", "1"}});
  // That a key was used for one is still known: the same request makes no second one.
  CHECK(ask(*connection, "SELECT COALESCE(s.name, 'gone') FROM enrolment e LEFT JOIN subject s ON s.id = e.agent_id "
                         "ORDER BY s.number") == Rows{{"gone"}, {"db-1"}, {"Up"}});
}

TEST_CASE("rules are about subjects and groups, and states are kept where they say something") {
  const OldAppliance old;
  start(old);
  const auto connection = old.connect();
  CHECK(ask(*connection, "SELECT r.name, r.kind, r.target_kind, r.target_text, COALESCE(s.name, hex(r.target_subject_id)), "
                         "r.part, r.state, r.version FROM rule r LEFT JOIN subject s ON s.id = r.target_subject_id "
                         "WHERE r.created_at <> 0 ORDER BY r.id") ==
        Rows{{"Silence", "silence", "all", "", "", "", "down", "1"},
             {"Busy", "metric", "tag", "production", "", "", "down", "1"},
             {"One", "metric", "subject", "", "db-1", "", "down", "1"},
             {"Grouped", "metric", "group", "", "Rack 4", "", "down", "1"},
             {"Of the lost", "silence", "subject", "", "0190AAAABBBB70008000000000000072", "", "down", "2"},
             {"Of a group", "silence", "group", "", "Down", "", "down", "2"}});
  CHECK(ask(*connection, "SELECT r.name, s.name, t.part, t.phase, t.incident_id IS NULL FROM rule_state t "
                         "JOIN rule r ON r.id = t.rule_id JOIN subject s ON s.id = t.subject_id ORDER BY r.id") ==
        Rows{{"Silence", "db-1", "0", "open", "0"}, {"Busy", "db-1", "0", "ok", "1"},
             {"Of a group", "silent", "0", "pending", "1"}});
  CHECK(ask(*connection, "SELECT name, scopes FROM api_key ORDER BY name") ==
        Rows{{"deploy", "view edit_subjects"}, {"mine", "view"}});
}

TEST_CASE("what was told of an incident is one announcement for all whom it was told to, and a test is one for itself") {
  const OldAppliance old;
  start(old);
  const auto connection = old.connect();
  CHECK(ask(*connection, "SELECT subject_kind, subject_name, part, part_text, resolution FROM incident ORDER BY id") ==
        Rows{{"agent", "db-1", "0", "", ""}, {"agent", "old-1", "0", "", "recovered"},
             {"agent", "left", "0", "", "subject_removed"}});
  const std::string first = "0190aaaa-bbbb-7000-8000-000000000020", ended = "0190aaaa-bbbb-7000-8000-00000000007c";
  CHECK(ask(*connection, "SELECT kind, subject_kind, subject_name, severity, headline, path, thread FROM announcement "
                         "ORDER BY id") ==
        Rows{{"incident_opened", "agent", "db-1", "critical", "db-1 has been silent", "/w/main/incidents/" + first, first},
             {"test", "", "", "", "", "", ""},
             {"incident_opened", "agent", "left", "warning", "left has been silent", "/w/other/incidents/" + ended, ended},
             {"incident_resolved", "agent", "left", "warning", "left has been silent", "/w/other/incidents/" + ended, ended}});
  CHECK(ask(*connection, "SELECT a.kind, COUNT(*) FROM notification n JOIN announcement a ON a.id = n.announcement_id "
                         "GROUP BY a.id ORDER BY a.id") ==
        Rows{{"incident_opened", "1"}, {"test", "1"}, {"incident_opened", "2"}, {"incident_resolved", "1"}});
  CHECK(ask(*connection, "SELECT a.kind, hex(r.incident_id) = hex(i.id) FROM announcement_incident r "
                         "JOIN announcement a ON a.id = r.announcement_id JOIN incident i ON i.id = r.incident_id "
                         "ORDER BY a.id") ==
        Rows{{"incident_opened", "1"}, {"incident_opened", "1"}, {"incident_resolved", "1"}});
  const auto facts = facts_from_stored(
      ask(*connection, "SELECT facts FROM announcement WHERE kind = 'incident_resolved'")[0][0]);
  CHECK(facts == std::vector<std::pair<std::string, std::string>>{
                     {"rule", "When agents of Down are silent"},
                     {"rule_id", "0190aaaa-bbbb-7000-8000-00000000007b"},
                     {"kind", "silence"},
                     {"opened_at", "2026-11-18T10:03:00Z"},
                     {"resolved_at", "2026-11-18T11:05:00Z"},
                     {"lasted", "62 min"},
                     {"resolution", "subject_removed"},
                     {"acknowledged_by", "Bob"}});
}

TEST_CASE("the stores read what was carried over") {
  const OldAppliance old;
  const auto opened = old.open();
  REQUIRE_MESSAGE(opened, opened.error().message, opened.error().cause);
  storage::Storage& store = **opened;
  CHECK(store.unknown_words()->empty());
  CHECK(store.stores().read([&](Snapshot& snapshot) -> Result<void> {
    const std::vector<Subject> subjects = TRY(store.subjects().all(snapshot));
    CHECK(subjects.size() == 14);
    const std::vector<ObservedState> states = TRY(store.subjects().all_states(snapshot));
    CHECK(states.size() == 12);
    const std::vector<Agent> agents = TRY(store.agents().all(snapshot));
    CHECK(agents.size() == 5);
    const std::vector<Rule> rules = TRY(store.rules().all(snapshot));
    CHECK(rules.size() == 8);
    const std::vector<RuleState> rule_states = TRY(store.incidents().all_states(snapshot));
    CHECK(rule_states.size() == 3);
    const std::vector<Reading> newest = TRY(store.readings().newest_of_each(snapshot));
    CHECK(newest.size() == 1);
    for (const Subject& each : subjects) {
      if (each.name != "db-1") continue;
      const auto readings = TRY(store.readings().range(snapshot, each.workspace, each.id, {}, {INT64_MAX}));
      CHECK(readings.size() == 3);
    }
    return {};
  }));
}
