// Rows with words that this version does not know: they are left out and named, nothing else is hindered, and nobody
// writes over them. For each column that holds words of a closed set.
#include "storage/unknown_words.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "storage/connection.h"
#include "storage/word_columns.h"
#include "tests/support/test_storage.h"

using namespace connlog;

namespace {

// What `sql` does stays in the file, whatever the CHECKs of the schema say.
void plant(TestStorage& test, const std::string& sql) {
  test.write([&](Transaction& tx) {
    return storage::at(tx).execute("PRAGMA ignore_check_constraints = ON; " + sql +
                                   "; PRAGMA ignore_check_constraints = OFF");
  });
}

std::vector<std::string> found_in(TestStorage& test) {
  const auto found = test->unknown_words();
  REQUIRE(found);
  std::vector<std::string> out;
  for (const storage::UnknownWord& each : *found) out.push_back(sentence_of(each));
  return out;
}

Result<void> refusal(TestStorage& test, const Stores::Work& work) {
  Result<void> done = test.stores().write(work);
  REQUIRE_FALSE(done);
  return done;
}

// A workspace with one row of what most tests need.
struct Rows {
  TestStorage test;
  Workspace workspace = test.add_workspace();
  User ada = test.add_user();
  Agent agent = test.add_agent(workspace);
  Rule rule = test.add_rule(workspace);
  Incident incident = test.open_incident(rule, agent);
  Recipient recipient = test.add_recipient(workspace);

  template <typename T>
  std::vector<T> all(const std::function<Result<std::vector<T>>(Snapshot&)>& work) {
    return test.read<std::vector<T>>(work);
  }
  std::vector<Rule> rules() {  // without the appliance's own
    auto found = all<Rule>([&](Snapshot& s) { return test->rules().all(s); });
    std::erase_if(found, [](const Rule& each) { return each.workspace == appliance_workspace(); });
    return found;
  }
};

Notification notification_of(Rows& rows) {
  Notification one;
  one.id = NotificationId::make(rows.test.clock.now(), rows.test.random);
  one.workspace = rows.workspace.id;
  one.announcement = rows.test.announce(rows.incident).id;
  one.recipient = rows.recipient.id;
  one.shown = rows.recipient.shown;
  one.target = rows.recipient.target;
  one.message_id = "<" + one.id.text() + "@example.org>";
  one.created_at = one.next_attempt_at = rows.test.clock.now();
  return one;
}

}  // namespace

TEST_CASE("every column of words is in the schema, and a sound database has no unknown word") {
  Rows rows;
  CHECK(storage::word_columns().size() > 20);
  CHECK(found_in(rows.test).empty());
}

TEST_CASE("the writer guards every table but those that are the program's own memory") {
  Rows rows;
  std::int64_t guards = 0, wanted = 0;
  rows.test.write([&](Transaction& tx) -> Result<void> {
    auto count = TRY(storage::at(tx).prepare("SELECT COUNT(*) FROM sqlite_temp_master WHERE type = 'trigger'"));
    TRY(count.step());
    guards = storage::Row(count).integer();
    return {};
  });
  for (const storage::AnyWordColumn& each : storage::word_columns()) wanted += each.changes.empty() ? 0 : 1;
  CHECK(guards == wanted);
  CHECK(guards > 15);
}

TEST_CASE("a rule with an unknown word is left out, the others start, and it stays as it is") {
  for (const char* column : {"kind", "target_kind", "comparison", "severity", "state", "metric"}) {
    CAPTURE(column);
    Rows rows;
    const Rule other = rows.test.add_rule(rows.workspace);
    rows.rule.name = "Odd";
    rows.test.write([&](Transaction& tx) { return rows.test->rules().update(tx, rows.rule); });
    plant(rows.test, std::string("UPDATE rule SET ") + column + " = 'foo' WHERE name = 'Odd'");
    rows.test.restart();
    const auto rules = rows.rules();
    REQUIRE(rules.size() == 1);
    CHECK(rules[0].id == other.id);
    CHECK(rows.all<Rule>([&](Snapshot& s) { return rows.test->rules().list(s, rows.workspace.id); }).size() == 1);
    CHECK_FALSE(rows.test.read<std::optional<Rule>>(
        [&](Snapshot& s) { return rows.test->rules().find(s, rows.workspace.id, rows.rule.id); }));
    if (std::string(column) == "metric") continue;  // its words do not stand in a table of core/base/words.h
    CHECK(found_in(rows.test) == std::vector<std::string>{std::string("1 row of rule has the unknown word 'foo' in ") +
                                                          column + "; it is left out"});
    const auto refused = refusal(rows.test, [&](Transaction& tx) { return rows.test->rules().update(tx, rows.rule); });
    CHECK(refused.error().code == ErrorCode::conflict);
    CHECK(refused.error().message.find("does not know") != std::string::npos);
    CHECK(found_in(rows.test).size() == 1);
    CHECK(rows.test.stores().write([&](Transaction& tx) { return rows.test->rules().update(tx, other); }));
  }
}

TEST_CASE("an act that looks for such a row is refused as a conflict that names the word, not as if it were absent") {
  Rows rows;
  plant(rows.test, "UPDATE rule SET severity = 'catastrophic'");
  const auto refused = refusal(rows.test, [&](Transaction& tx) -> Result<void> {
    const auto rule = TRY(rows.test->rules().find(tx, rows.workspace.id, rows.rule.id));
    if (!rule) return Error{ErrorCode::not_found, "There is no such rule."};
    return {};
  });
  CHECK(refused.error().code == ErrorCode::conflict);
  CHECK(refused.error().message.find("'catastrophic' in severity") != std::string::npos);
  // The next act knows nothing of it.
  const auto absent = refusal(rows.test, [&](Transaction&) -> Result<void> {
    return Error{ErrorCode::not_found, "There is no such agent."};
  });
  CHECK(absent.error().code == ErrorCode::not_found);
}

TEST_CASE("an incident with an unknown word is left out, and no second one is opened beside it") {
  Rows rows;
  plant(rows.test, "UPDATE incident SET severity = 'catastrophic'");
  rows.test.restart();
  CHECK(rows.all<Incident>([&](Snapshot& s) { return rows.test->incidents().list(s, rows.workspace.id, {}); }).empty());
  const auto standing = rows.test.read<std::optional<IncidentId>>([&](Snapshot& s) {
    return rows.test->incidents().open_of(s, rows.workspace.id, rows.rule.id, rows.agent.id, 0);
  });
  CHECK(standing == rows.incident.id);
  CHECK(refusal(rows.test, [&](Transaction& tx) { return rows.test->incidents().update(tx, rows.incident); })
            .error()
            .code == ErrorCode::conflict);
  CHECK(found_in(rows.test).size() == 1);
}

TEST_CASE("a subject of an unknown kind is left out, its number is not given again, and the others start") {
  Rows rows;
  const Agent other = rows.test.add_agent(rows.workspace, "db-2");
  const Subject odd = rows.test.subject(rows.workspace.id, rows.agent.id);
  plant(rows.test, "UPDATE subject SET kind = 'probe' WHERE name = 'db-1'");
  rows.test.restart();
  const auto listed =
      rows.all<Subject>([&](Snapshot& s) { return rows.test->subjects().list(s, rows.workspace.id); });
  REQUIRE(listed.size() == 1);
  CHECK(listed[0].id == SubjectId(other.id));
  CHECK_FALSE(rows.test.read<std::optional<Subject>>(
      [&](Snapshot& s) { return rows.test->subjects().find(s, rows.workspace.id, odd.id); }));
  CHECK(found_in(rows.test) ==
        std::vector<std::string>{"1 row of subject has the unknown word 'probe' in kind; it is left out"});
  for (const auto& act : std::vector<Stores::Work>{
           [&](Transaction& tx) { return rows.test->subjects().update(tx, odd); },
           [&](Transaction& tx) { return rows.test->subjects().remove(tx, odd, rows.test.clock.now()); }}) {
    CHECK(refusal(rows.test, act).error().code == ErrorCode::conflict);
  }
  const Agent next = rows.test.add_agent(rows.workspace, "db-3");
  CHECK(rows.test.subject(rows.workspace.id, next.id).number > odd.number);
}

TEST_CASE("an observed state with an unknown word is forgotten and written anew; the record leaves its row out") {
  for (const std::string column : {"state", "reason"}) {
    CAPTURE(column);
    Rows rows;
    const auto observed = [&] {
      return rows.test.read<std::optional<ObservedState>>(
          [&](Snapshot& s) { return rows.test->subjects().state(s, rows.workspace.id, rows.agent.id); });
    };
    const auto changes = [&] {
      return rows
          .all<StateChange>([&](Snapshot& s) {
            return rows.test->subjects().changes(s, rows.workspace.id, rows.agent.id, {}, {INT64_MAX});
          })
          .size();
    };
    REQUIRE(observed());
    ObservedState next = *observed();
    plant(rows.test, "UPDATE subject_state SET " + column + " = 'foo' WHERE since <> 0; UPDATE state_change SET " + column +
                         " = 'foo'");
    rows.test.restart();
    CHECK_FALSE(observed());
    CHECK(changes() == 0);
    CHECK(found_in(rows.test).size() == 2);
    next.state = State::up;
    next.reason = StateReason::heard;
    next.since = rows.test.clock.now();
    rows.test.write([&](Transaction& tx) { return rows.test->subjects().put_state(tx, next); });
    REQUIRE(observed());
    CHECK(observed()->state == State::up);
    CHECK(changes() == 1);
    CHECK(found_in(rows.test).size() == 1);
  }
}

TEST_CASE("a group of an unknown health rule is left out, and nobody changes it") {
  Rows rows;
  const Group odd = rows.test.add_group(rows.workspace, "odd"), other = rows.test.add_group(rows.workspace, "other");
  plant(rows.test, "UPDATE subject_group SET health = 'most' WHERE id = (SELECT id FROM subject WHERE name = 'odd')");
  rows.test.restart();
  const auto groups = rows.all<Group>([&](Snapshot& s) { return rows.test->groups().list(s, rows.workspace.id); });
  REQUIRE(groups.size() == 1);
  CHECK(groups[0].id == other.id);
  CHECK(refusal(rows.test, [&](Transaction& tx) { return rows.test->groups().put(tx, odd); }).error().code ==
        ErrorCode::conflict);
  CHECK(rows.test.stores().write([&](Transaction& tx) { return rows.test->groups().put(tx, other); }));
}

TEST_CASE("a state of the engine with an unknown word is forgotten and written anew") {
  Rows rows;
  RuleState state;
  state.rule = rows.rule.id;
  state.subject = rows.agent.id;
  state.workspace = rows.workspace.id;
  state.phase = RuleState::Phase::pending;
  rows.test.write([&](Transaction& tx) { return rows.test->incidents().put_state(tx, state, {1}); });
  plant(rows.test, "UPDATE rule_state SET phase = 'foo'");
  rows.test.restart();
  const auto states = [&] {
    return rows.all<RuleState>([&](Snapshot& s) { return rows.test->incidents().all_states(s); });
  };
  CHECK(states().empty());
  CHECK(found_in(rows.test).size() == 1);
  rows.test.write([&](Transaction& tx) { return rows.test->incidents().put_state(tx, state, {1}); });
  CHECK(states().size() == 1);
  CHECK(found_in(rows.test).empty());
}

TEST_CASE("a notification of an unknown state, or of an announcement of an unknown kind, waits, and the others are sent") {
  for (const char* planted : {"UPDATE announcement SET kind = 'foo'", "UPDATE notification SET state = 'foo'"}) {
    CAPTURE(planted);
    Rows rows;
    const Notification bad = notification_of(rows);
    rows.test.write([&](Transaction& tx) { return rows.test->outbox().insert(tx, bad); });
    plant(rows.test, planted);
    const auto due = [&] {
      return rows.test.read<Instant>([&](Snapshot& s) { return rows.test->outbox().next_due(s); });
    };
    CHECK_FALSE(due().is_set());  // else the worker would wake for nothing, again and again
    const Notification good = notification_of(rows);
    rows.test.write([&](Transaction& tx) { return rows.test->outbox().insert(tx, good); });
    rows.test.restart();
    CHECK(due().is_set());
    std::vector<Notification> leased;
    rows.test.write([&](Transaction& tx) -> Result<void> {
      const Instant now = rows.test.clock.now();
      leased = TRY(rows.test->outbox().lease(tx, now, now + seconds(60), 10));
      return {};
    });
    REQUIRE(leased.size() == 1);
    CHECK(leased[0].id == good.id);
    CHECK(found_in(rows.test).size() == 1);
  }
  Rows rows;
  const Notification bad = notification_of(rows);
  rows.test.write([&](Transaction& tx) { return rows.test->outbox().insert(tx, bad); });
  plant(rows.test, "UPDATE notification SET state = 'foo'");
  CHECK(refusal(rows.test, [&](Transaction& tx) { return rows.test->outbox().update(tx, bad); }).error().code ==
        ErrorCode::conflict);
}

TEST_CASE("a letter of an unknown state is left out of the list, and the others are sent") {
  Rows rows;
  const auto letter = [&] {
    PostedLetter one;
    one.id = LetterId::make(rows.test.clock.now(), rows.test.random);
    one.kind = "leak";
    one.to_address = "ada@example.org";
    one.message_id = "<" + one.id.text() + "@example.org>";
    one.created_at = one.next_attempt_at = rows.test.clock.now();
    return one;
  };
  rows.test.write([&](Transaction& tx) { return rows.test->letters().insert(tx, letter()); });
  plant(rows.test, "UPDATE letter SET state = 'foo'");
  rows.test.write([&](Transaction& tx) { return rows.test->letters().insert(tx, letter()); });
  rows.test.restart();
  CHECK(rows.all<PostedLetter>([&](Snapshot& s) { return rows.test->letters().list(s, 10); }).size() == 1);
  std::size_t leased = 0;
  rows.test.write([&](Transaction& tx) -> Result<void> {
    const Instant now = rows.test.clock.now();
    const auto taken = TRY(rows.test->letters().lease(tx, now, now + seconds(60), 10));
    leased = taken.size();
    return {};
  });
  CHECK(leased == 1);
}

TEST_CASE("a recipient with an unknown consent is left out and gets no alert") {
  Rows rows;
  const Recipient other = rows.test.add_recipient(rows.workspace, "eve@example.org");
  plant(rows.test, "UPDATE recipient SET consent = 'foo' WHERE shown = 'ada@example.org'");
  rows.test.restart();
  const auto recipients =
      rows.all<Recipient>([&](Snapshot& s) { return rows.test->recipients().list(s, rows.workspace.id); });
  REQUIRE(recipients.size() == 1);
  CHECK(recipients[0].id == other.id);
  CHECK(refusal(rows.test, [&](Transaction& tx) { return rows.test->recipients().update(tx, rows.recipient); })
            .error()
            .code == ErrorCode::conflict);
}

TEST_CASE("a member with an unknown role has no right, and nobody gives another one over it") {
  Rows rows;
  const User eve = rows.test.add_user("eve@example.org");
  rows.test.write([&](Transaction& tx) -> Result<void> {
    TRY(rows.test->workspaces().put_membership(tx, {rows.workspace.id, rows.ada.id, Role::owner, {1}}));
    return rows.test->workspaces().put_membership(tx, {rows.workspace.id, eve.id, Role::admin, {1}});
  });
  plant(rows.test, "UPDATE membership SET role = 'auditor' WHERE role = 'admin'");
  rows.test.restart();
  const auto members = rows.all<Member>([&](Snapshot& s) { return rows.test->members().list(s, rows.workspace.id); });
  REQUIRE(members.size() == 1);
  CHECK(members[0].user == rows.ada.id);
  CHECK_FALSE(rows.test.read<std::optional<Membership>>(
      [&](Snapshot& s) { return rows.test->workspaces().membership(s, rows.workspace.id, eve.id); }));
  CHECK(refusal(rows.test,
                [&](Transaction& tx) {
                  return rows.test->workspaces().put_membership(tx, {rows.workspace.id, eve.id, Role::viewer, {1}});
                })
            .error()
            .code == ErrorCode::conflict);
  CHECK(refusal(
            rows.test,
            [&](Transaction& tx) { return rows.test->members().set_role(tx, rows.workspace.id, eve.id, Role::viewer); })
            .error()
            .code == ErrorCode::conflict);
  CHECK(found_in(rows.test) ==
        std::vector<std::string>{"1 row of membership has the unknown word 'auditor' in role; it is left out"});
}

TEST_CASE("a workspace with an unknown policy is left out, and the others start") {
  Rows rows;
  const Workspace other = rows.test.add_workspace("other");
  plant(rows.test, "UPDATE workspace SET machine_policy = 'foo' WHERE slug = 'main'");
  rows.test.restart();
  const auto workspaces = rows.all<Workspace>([&](Snapshot& s) { return rows.test->workspaces().all(s); });
  REQUIRE(workspaces.size() == 1);
  CHECK(workspaces[0].id == other.id);
  CHECK(refusal(rows.test, [&](Transaction& tx) { return rows.test->workspaces().update(tx, rows.workspace); })
            .error()
            .code == ErrorCode::conflict);
}

TEST_CASE("a workspace's settings with an unknown word keep what they hide") {
  Rows rows;
  WorkspaceSetting setting;
  setting.workspace = rows.workspace.id;
  setting.team_scoped = true;
  rows.test.write([&](Transaction& tx) { return rows.test->workspace_settings().put(tx, setting); });
  plant(rows.test, "UPDATE workspace_setting SET disabled_by = 'foo'");
  rows.test.restart();
  const auto read = rows.test.read<WorkspaceSetting>(
      [&](Snapshot& s) { return rows.test->workspace_settings().get(s, rows.workspace.id); });
  CHECK(read.team_scoped);
  CHECK(read.disabled_by == WorkspaceSetting::DisabledBy::administrator);
  CHECK(refusal(rows.test, [&](Transaction& tx) { return rows.test->workspace_settings().put(tx, setting); })
            .error()
            .code == ErrorCode::conflict);
}

TEST_CASE("an invitation to an unknown role is left out") {
  Rows rows;
  Invitation invitation;
  invitation.id = InvitationId::make(rows.test.clock.now(), rows.test.random);
  invitation.workspace = rows.workspace.id;
  invitation.mail = invitation.mail_key = "eve@example.org";
  invitation.role = Role::member;
  invitation.inviter = rows.ada.id;
  invitation.created_at = invitation.sent_at = rows.test.clock.now();
  invitation.expires_at = rows.test.clock.now() + seconds(3'600);
  InvitationStore& invitations = rows.test->invitations();
  rows.test.write([&](Transaction& tx) { return invitations.insert(tx, invitation); });
  plant(rows.test, "UPDATE invitation SET role = 'auditor'");
  CHECK(rows.all<Invitation>([&](Snapshot& s) { return invitations.list(s, rows.workspace.id); }).empty());
  CHECK(refusal(rows.test, [&](Transaction& tx) { return invitations.update(tx, invitation); }).error().code ==
        ErrorCode::conflict);
}

TEST_CASE("a login provider with an unknown preset, or that gives an unknown role, is left out whole") {
  for (const char* sql :
       {"UPDATE login_provider SET preset = 'foo' WHERE name = 'First'",
        "UPDATE login_provider_role SET role = 'auditor' WHERE claim_value = 'people of the first'"}) {
    CAPTURE(sql);
    Rows rows;
    const auto provider = [&](const std::string& name, const std::string& value) {
      LoginProvider one;
      one.id = LoginProviderId::make(rows.test.clock.now(), rows.test.random);
      one.name = name;
      one.issuer = "https://login.example.org";
      one.client_id = "connlog";
      one.roles = {{value, rows.workspace.id, Role::member}};
      one.created_at = rows.test.clock.now();
      return one;
    };
    const LoginProvider first = provider("First", "people of the first"), second = provider("Second", "others");
    rows.test.write([&](Transaction& tx) -> Result<void> {
      TRY(rows.test->logins().put_provider(tx, first));
      return rows.test->logins().put_provider(tx, second);
    });
    plant(rows.test, sql);
    rows.test.restart();
    const auto providers = rows.all<LoginProvider>([&](Snapshot& s) { return rows.test->logins().providers(s); });
    REQUIRE(providers.size() == 1);
    CHECK(providers[0].id == second.id);
    CHECK(providers[0].roles.size() == 1);
    CHECK_FALSE(rows.test.read<std::optional<LoginProvider>>(
        [&](Snapshot& s) { return rows.test->logins().find_provider(s, first.id); }));
    CHECK(found_in(rows.test).size() == 1);
  }
}

TEST_CASE("a passkey of an unknown algorithm still counts as a factor, opens nothing, and can be removed") {
  Rows rows;
  Passkey passkey;
  passkey.id = PasskeyId::make(rows.test.clock.now(), rows.test.random);
  passkey.user = rows.ada.id;
  passkey.credential_id = "Y3JlZGVudGlhbA";
  passkey.key.bytes.assign(64, 7);
  passkey.name = "Key";
  passkey.created_at = rows.test.clock.now();
  rows.test.write([&](Transaction& tx) { return rows.test->factors().insert_passkey(tx, passkey); });
  plant(rows.test, "UPDATE passkey SET algorithm = 'foo'");
  rows.test.restart();
  const auto passkeys = rows.all<Passkey>([&](Snapshot& s) { return rows.test->factors().passkeys(s, rows.ada.id); });
  REQUIRE(passkeys.size() == 1);
  CHECK(passkeys[0].key.bytes.empty());
  CHECK(rows.test.stores().write(
      [&](Transaction& tx) { return rows.test->factors().remove_passkey(tx, rows.ada.id, passkey.id); }));
}

TEST_CASE("a session's proof by an unknown method proves nothing") {
  Rows rows;
  Session session;
  session.id = SessionId::make(rows.test.clock.now(), rows.test.random);
  session.user = rows.ada.id;
  rows.test.random.fill(session.token_digest);
  session.created_at = session.last_seen_at = rows.test.clock.now();
  session.expires_at = rows.test.clock.now() + seconds(3'600);
  SessionProof proof;
  proof.session = session.id;
  proof.opened_by = ProofMethod::passkey;
  proof.fresh_at = rows.test.clock.now();
  rows.test.write([&](Transaction& tx) -> Result<void> {
    TRY(rows.test->sessions().insert(tx, session));
    return rows.test->factors().put_proof(tx, proof);
  });
  plant(rows.test, "UPDATE session_proof SET opened_by = 'foo'");
  CHECK_FALSE(rows.test.read<std::optional<SessionProof>>(
      [&](Snapshot& s) { return rows.test->factors().proof(s, session.id); }));
  CHECK(refusal(rows.test, [&](Transaction& tx) { return rows.test->factors().put_proof(tx, proof); }).error().code ==
        ErrorCode::conflict);
}

TEST_CASE("what a word may look like when it is shown") {
  CHECK(storage::shown_word("foo") == "foo");
  CHECK(storage::shown_word("a\nb\x7f\xc3\xa4") == "a?b???");
  CHECK(storage::shown_word(std::string(1'000, 'x')).size() == 40);
}
