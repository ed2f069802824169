// The stores of people, recipients and deliveries: what goes in comes back, whatever the texts are; one workspace does not
// see another's, in whichever store; what must be unique is. Subjects, rules and incidents: watch_stores_test.cpp; agents:
// agent_store_test.cpp.

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "core/base/text.h"
#include "tests/storage/hostile_texts.h"
#include "tests/storage/store_checks.h"
#include "tests/support/test_storage.h"

using namespace connlog;
using namespace std::chrono_literals;

TEST_CASE("workspaces and memberships take any text and keep roles apart") {
  TestStorage test;
  test.add_agent(test.add_workspace("first"));
  const User ada = test.add_user();
  std::size_t count = 1;
  for (const std::string& text : kHostileTexts) {
    CAPTURE(text.substr(0, 40));
    Workspace workspace;
    workspace.id = WorkspaceId::make(test.clock.now(), test.random);
    workspace.slug = text + std::to_string(count);
    workspace.name = text;
    workspace.machine_policy = MachinePolicy::refuse;
    workspace.enabled = false;
    workspace.created_at = test.clock.now();
    workspace.version = 7;
    test.write([&](Transaction& tx) -> Result<void> {
      TRY(test->workspaces().insert(tx, workspace));
      return test->workspaces().put_membership(tx, {workspace.id, ada.id, Role::operator_, test.clock.now()});
    });
    ++count;
    const Workspace back =
        found<Workspace>(test, [&](Snapshot& s) { return test->workspaces().find(s, workspace.id); });
    CHECK(back.slug == workspace.slug);
    CHECK(back.name == text);
    CHECK(back.machine_policy == MachinePolicy::refuse);
    CHECK(!back.enabled);
    CHECK(back.created_at == workspace.created_at);
    CHECK(back.version == 7);
    workspace.name = text + "2";
    workspace.version = 8;
    test.write([&](Transaction& tx) { return test->workspaces().update(tx, workspace); });
    CHECK(found<Workspace>(test, [&](Snapshot& s) { return test->workspaces().find(s, workspace.id); }).name ==
          text + "2");
  }
  CHECK(test.read<std::vector<Workspace>>([&](Snapshot& s) { return test->workspaces().of_user(s, ada.id); }).size() ==
        count - 1);
  check_unharmed(test, count);
}

TEST_CASE("a membership is put once and changed by putting it again") {
  TestStorage test;
  const Workspace workspace = test.add_workspace();
  const User ada = test.add_user(), eve = test.add_user("eve@example.org");
  const Instant since = test.clock.now();
  test.write([&](Transaction& tx) {
    return test->workspaces().put_membership(tx, {workspace.id, ada.id, Role::viewer, since});
  });
  test.write([&](Transaction& tx) {
    return test->workspaces().put_membership(tx, {workspace.id, ada.id, Role::owner, since + 1h});
  });
  const auto membership =
      found<Membership>(test, [&](Snapshot& s) { return test->workspaces().membership(s, workspace.id, ada.id); });
  CHECK(membership.role == Role::owner);
  CHECK(membership.since == since);
  CHECK(!test.read<std::optional<Membership>>(
      [&](Snapshot& s) { return test->workspaces().membership(s, workspace.id, eve.id); }));
}

TEST_CASE("two workspaces cannot have one slug, two users not one mail address, two agents not one token") {
  TestStorage test;
  Workspace workspace = test.add_workspace();
  const User user = test.add_user();
  const Agent agent = test.add_agent(workspace);
  Agent second = test.add_agent(workspace, "db-2");
  workspace.id = WorkspaceId::make(test.clock.now(), test.random);
  CHECK(refused(test, [&](Transaction& tx) { return test->workspaces().insert(tx, workspace); }) ==
        ErrorCode::conflict);
  User twin = user;
  twin.id = UserId::make(test.clock.now(), test.random);
  CHECK(refused(test, [&](Transaction& tx) { return test->users().insert(tx, twin); }) == ErrorCode::conflict);
  second.token_digest = agent.token_digest;
  CHECK(refused(test, [&](Transaction& tx) { return test->agents().update(tx, second); }) == ErrorCode::conflict);
}

TEST_CASE("users take any text and are found by id and mail") {
  TestStorage test;
  test.add_agent(test.add_workspace());
  int n = 0;
  for (const std::string& text : kHostileTexts) {
    CAPTURE(text.substr(0, 40));
    User user;
    user.id = UserId::make(test.clock.now(), test.random);
    user.name = user.mail = user.password_hash = text;
    user.mail_key = text + std::to_string(n++);
    user.appliance_administrator = n % 2 == 0;
    user.enabled = n % 3 == 0;
    user.created_at = test.clock.now();
    user.last_login_at = test.clock.now() + 1s;
    test.write([&](Transaction& tx) { return test->users().insert(tx, user); });
    const User back = found<User>(test, [&](Snapshot& s) { return test->users().find_by_mail(s, user.mail_key); });
    CHECK(back.id == user.id);
    CHECK(back.name == text);
    CHECK(back.mail == text);
    CHECK(back.password_hash == text);
    CHECK(back.appliance_administrator == user.appliance_administrator);
    CHECK(back.enabled == user.enabled);
    CHECK(back.created_at == user.created_at);
    CHECK(back.last_login_at == user.last_login_at);
    user.name = "new";
    user.last_login_at = test.clock.now() + 2s;
    test.write([&](Transaction& tx) { return test->users().update(tx, user); });
    CHECK(found<User>(test, [&](Snapshot& s) { return test->users().find(s, user.id); }).last_login_at ==
          user.last_login_at);
  }
  CHECK(test.read<std::int64_t>([&](Snapshot& s) { return test->users().count(s); }) == n);
  // A condition that is always true finds nobody.
  CHECK(!test.read<std::optional<User>>([&](Snapshot& s) { return test->users().find_by_mail(s, "x' OR '1'='1"); }));
  check_unharmed(test, 1);
}

TEST_CASE("sessions are found by digest, touched, and removed by id, user and age") {
  TestStorage test;
  const User ada = test.add_user(), eve = test.add_user("eve@example.org");
  const auto add = [&](const User& user, const std::string& text) {
    Session session;
    session.id = SessionId::make(test.clock.now(), test.random);
    session.user = user.id;
    test.random.fill(session.token_digest);
    session.address = session.user_agent = text;
    session.created_at = session.last_seen_at = test.clock.now();
    session.expires_at = test.clock.now() + 24h;
    test.write([&](Transaction& tx) { return test->sessions().insert(tx, session); });
    return session;
  };
  const auto there = [&](const Session& session) {
    return test.read<std::optional<Session>>(
        [&](Snapshot& s) { return test->sessions().find(s, session.token_digest); });
  };
  for (const std::string& text : kHostileTexts) {
    const Session session = add(eve, text);
    const auto back = there(session);
    REQUIRE(back);
    CHECK(back->id == session.id);
    CHECK(back->user == eve.id);
    CHECK(back->address == text);
    CHECK(back->user_agent == text);
    CHECK(back->expires_at == session.expires_at);
  }
  const Session one = add(ada, "a"), two = add(ada, "b"), three = add(ada, "c");
  CHECK(test.read<std::vector<Session>>([&](Snapshot& s) { return test->sessions().of_user(s, ada.id); }).size() == 3);
  test.write([&](Transaction& tx) { return test->sessions().touch(tx, one.id, test.clock.now() + 1h); });
  CHECK(there(one)->last_seen_at == test.clock.now() + 1h);
  test.write([&](Transaction& tx) { return test->sessions().remove(tx, two.id); });
  CHECK(!there(two));
  // Idle: only the one that was touched stays. Expired: that too goes.
  test.write([&](Transaction& tx) { return test->sessions().remove_expired(tx, test.clock.now(), test.clock.now()); });
  CHECK(there(one));
  CHECK(!there(three));
  test.write([&](Transaction& tx) { return test->sessions().remove_expired(tx, one.expires_at, {}); });
  CHECK(!there(one));
  const Session last = add(ada, "d");
  test.write([&](Transaction& tx) { return test->sessions().remove_of_user(tx, ada.id); });
  CHECK(!there(last));
}

TEST_CASE("a single-use link is open until it is used") {
  TestStorage test;
  SingleUseLink link;
  test.random.fill(link.token_digest);
  link.purpose = "setup";
  link.created_at = test.clock.now();
  test.write([&](Transaction& tx) { return test->sessions().put_link(tx, link); });
  CHECK(found<SingleUseLink>(test, [&](Snapshot& s) { return test->sessions().open_link(s, "setup"); }).token_digest ==
        link.token_digest);
  CHECK(!test.read<std::optional<SingleUseLink>>(
      [&](Snapshot& s) { return test->sessions().open_link(s, "setup' OR 1=1 --"); }));
  link.used_at = test.clock.now() + 1s;
  test.write([&](Transaction& tx) { return test->sessions().put_link(tx, link); });
  CHECK(!test.read<std::optional<SingleUseLink>>([&](Snapshot& s) { return test->sessions().open_link(s, "setup"); }));
  CHECK(found<SingleUseLink>(test, [&](Snapshot& s) {
          return test->sessions().find_link(s, link.token_digest);
        }).used_at == link.used_at);
}

TEST_CASE("recipients take any text and are changed and removed inside their workspace alone") {
  TestStorage test;
  const Workspace workspace = test.add_workspace(), other = test.add_workspace("other");
  test.add_agent(workspace);
  std::size_t n = 0;
  Recipient last;
  for (const std::string& text : kHostileTexts) {
    Recipient recipient;
    recipient.id = RecipientId::make(test.clock.now(), test.random);
    recipient.workspace = workspace.id;
    recipient.name = recipient.shown = recipient.target = recipient.last_test_answer = text;
    recipient.channel = "of a later version";
    recipient.fields.set("text", FieldValue(text));
    recipient.fields.set("number", FieldValue(std::int64_t{7}));
    recipient.fields.set("flag", FieldValue(true));
    recipient.sealed = {{"other", text + "2"}, {"token", text}};
    recipient.receives_by_default = false;
    recipient.enabled = false;
    recipient.created_at = {1};
    recipient.last_tested_at = {2};
    recipient.version = 6;
    test.write([&](Transaction& tx) { return test->recipients().insert(tx, recipient); });
    ++n;
    const Recipient back =
        found<Recipient>(test, [&](Snapshot& s) { return test->recipients().find(s, workspace.id, recipient.id); });
    CHECK(back.name == text);
    CHECK(back.shown == text);
    CHECK(back.target == text);
    if (is_utf8(text)) CHECK(back.fields == recipient.fields);  // what comes in is checked for that
    REQUIRE(back.sealed.size() == 2);
    CHECK(back.sealed[0].sealed == text + "2");
    CHECK(back.sealed[1].field == "token");
    CHECK(back.sealed[1].sealed == text);
    CHECK(back.last_test_answer == text);
    CHECK(back.channel == "of a later version");
    CHECK(!back.receives_by_default);
    CHECK(!back.enabled);
    CHECK(back.created_at == Instant{1});
    CHECK(back.last_tested_at == Instant{2});
    CHECK(back.version == 6);
    last = back;
  }
  last.name = "new";
  last.sealed = {{"token", "another"}};
  test.write([&](Transaction& tx) { return test->recipients().update(tx, last); });
  CHECK(found<Recipient>(test, [&](Snapshot& s) { return test->recipients().find(s, workspace.id, last.id); }).name ==
        "new");
  CHECK(
      test.read<std::vector<Recipient>>([&](Snapshot& s) { return test->recipients().list(s, workspace.id); }).size() ==
      n);
  CHECK(test.read<std::vector<Recipient>>([&](Snapshot& s) { return test->recipients().list(s, other.id); }).empty());
  const auto secrets = [&] {
    std::size_t count = 0;
    for (const Recipient& each :
         test.read<std::vector<Recipient>>([&](Snapshot& s) { return test->recipients().list(s, workspace.id); })) {
      count += each.sealed.size();
      if (each.id == last.id) CHECK(each.sealed.at(0).sealed == "another");
    }
    return count;
  };
  CHECK(secrets() == 2 * (n - 1) + 1);
  test.write([&](Transaction& tx) { return test->recipients().remove(tx, workspace.id, last.id); });
  CHECK(secrets() == 2 * (n - 1));
  check_unharmed(test, 2);
}

TEST_CASE("the outbox leases what is due, oldest first, once, until the lease runs out") {
  TestStorage test;
  const Workspace workspace = test.add_workspace();
  const Agent agent = test.add_agent(workspace);
  const Incident incident = test.open_incident(test.add_rule(workspace), agent);
  const Announcement announcement = test.announce(incident);
  const Recipient recipient = test.add_recipient(workspace);
  std::vector<Notification> sent;
  for (const std::string& text : kHostileTexts) {
    test.clock.advance(1s);
    Notification notification;
    notification.id = NotificationId::make(test.clock.now(), test.random);
    notification.workspace = workspace.id;
    notification.announcement = announcement.id;
    notification.recipient = recipient.id;
    notification.shown = notification.message_id = notification.last_error = text;
    notification.created_at = notification.next_attempt_at = test.clock.now();
    test.write([&](Transaction& tx) { return test->outbox().insert(tx, notification); });
    sent.push_back(notification);
  }
  const auto due = [&] { return test.read<Instant>([&](Snapshot& s) { return test->outbox().next_due(s); }); };
  CHECK(due() == sent[0].next_attempt_at);
  const auto lease = [&](int limit) {
    std::vector<Notification> out;
    test.write([&](Transaction& tx) -> Result<void> {
      out = TRY(test->outbox().lease(tx, test.clock.now(), test.clock.now() + 1min, limit));
      return {};
    });
    return out;
  };
  const auto first = lease(2);
  REQUIRE(first.size() == 2);
  CHECK(first[0].id == sent[0].id);
  CHECK(first[1].id == sent[1].id);
  CHECK(first[0].state == Notification::State::leased);
  CHECK(first[0].attempts == 1);
  CHECK(first[1].shown == kHostileTexts[1]);
  CHECK(first[1].message_id == kHostileTexts[1]);
  const auto rest = lease(100);
  CHECK(rest.size() == sent.size() - 2);
  CHECK(lease(100).empty());
  CHECK(due() == test.clock.now() + 1min);

  // The worker died: the lease runs out.
  test.clock.advance(1min);
  const auto again = lease(1);
  REQUIRE(again.size() == 1);
  CHECK(again[0].id == sent[0].id);
  CHECK(again[0].attempts == 2);

  Notification done = again[0];
  done.state = Notification::State::sent;
  done.sent_at = test.clock.now();
  test.write([&](Transaction& tx) { return test->outbox().update(tx, done); });
  const auto of_incident = test.read<std::vector<LoggedDelivery>>(
      [&](Snapshot& s) { return test->outbox().of_incident(s, workspace.id, incident.id); });
  REQUIRE(of_incident.size() == sent.size());
  CHECK(of_incident[0].notification.state == Notification::State::sent);
  CHECK(of_incident[0].notification.sent_at == done.sent_at);
  CHECK(of_incident[0].announcement.headline == incident.summary);
  CHECK(test.read<std::vector<LoggedDelivery>>(
                [&](Snapshot& s) { return test->outbox().list(s, workspace.id, Notification::State::sent, 50); })
            .size() == 1);
  CHECK(test.read<std::vector<LoggedDelivery>>(
                [&](Snapshot& s) { return test->outbox().list(s, workspace.id, std::nullopt, 3); })
            .size() == 3);
  std::vector<NotificationId> in_pages;
  for (NotificationId before;;) {
    const auto page = test.read<std::vector<LoggedDelivery>>(
        [&](Snapshot& s) { return test->outbox().list(s, workspace.id, std::nullopt, 2, {}, before); });
    for (const LoggedDelivery& row : page) in_pages.push_back(row.notification.id);
    if (page.empty()) break;
    before = page.back().notification.id;
  }
  const auto whole = test.read<std::vector<LoggedDelivery>>(
      [&](Snapshot& s) { return test->outbox().list(s, workspace.id, std::nullopt, 50); });
  REQUIRE(in_pages.size() == whole.size());
  for (std::size_t i = 0; i < whole.size(); ++i) CHECK(in_pages[i] == whole[i].notification.id);
  check_unharmed(test, 1);
}

TEST_CASE("nothing waits in an empty outbox, and a test belongs to no incident") {
  TestStorage test;
  CHECK(!test.read<Instant>([&](Snapshot& s) { return test->outbox().next_due(s); }).is_set());
  const Workspace workspace = test.add_workspace();
  Announcement announcement;
  announcement.id = AnnouncementId::make(test.clock.now(), test.random);
  announcement.workspace = workspace.id;
  announcement.kind = Announcement::Kind::test;
  Notification notification;
  notification.id = NotificationId::make(test.clock.now(), test.random);
  notification.workspace = workspace.id;
  notification.announcement = announcement.id;
  notification.recipient = test.add_recipient(workspace).id;
  notification.channel = "webhook";
  notification.target = "hooks.example.org:443";
  CHECK(refused(test, [&](Transaction& tx) { return test->outbox().insert(tx, notification); }) == ErrorCode::conflict);
  test.write([&](Transaction& tx) -> Result<void> {
    TRY(test->announcements().insert(tx, announcement));
    return test->outbox().insert(tx, notification);
  });
  const auto listed = test.read<std::vector<LoggedDelivery>>(
      [&](Snapshot& s) { return test->outbox().list(s, workspace.id, Notification::State::queued, 50); });
  REQUIRE(listed.size() == 1);
  CHECK(listed[0].announcement.incidents.empty());
  CHECK(listed[0].announcement.kind == Announcement::Kind::test);
  CHECK(listed[0].notification.channel == "webhook");
  CHECK(listed[0].notification.target == "hooks.example.org:443");
}

TEST_CASE("a recovery finds the message that told of the opening, unless that was given up") {
  TestStorage test;
  const Workspace workspace = test.add_workspace();
  const Incident incident = test.open_incident(test.add_rule(workspace), test.add_agent(workspace));
  const Recipient ada = test.add_recipient(workspace), eve = test.add_recipient(workspace, "eve@example.org");
  Notification notification;
  notification.id = NotificationId::make(test.clock.now(), test.random);
  notification.workspace = workspace.id;
  notification.announcement = test.announce(incident).id;
  notification.recipient = ada.id;
  notification.message_id = "<opening@connlog>";
  test.write([&](Transaction& tx) { return test->outbox().insert(tx, notification); });
  const auto opening = [&](const Recipient& who) {
    const auto message = test.read<std::optional<OpeningMessage>>(
        [&](Snapshot& s) { return test->outbox().opening(s, workspace.id, incident.id, who.id); });
    return message ? message->message_id : "none";
  };
  CHECK(opening(ada) == "<opening@connlog>");
  CHECK(opening(eve) == "none");
  notification.state = Notification::State::failed;
  test.write([&](Transaction& tx) { return test->outbox().update(tx, notification); });
  CHECK(opening(ada) == "none");
}

TEST_CASE("settings take any key and any value") {
  TestStorage test;
  test.add_agent(test.add_workspace());
  for (const std::string& key : kHostileTexts)
    test.write([&](Transaction& tx) { return test->settings().put(tx, key, "old"); });
  for (const std::string& key : kHostileTexts)
    test.write([&](Transaction& tx) { return test->settings().put(tx, key, key + "!"); });
  for (const std::string& key : kHostileTexts) {
    const bool same = found<std::string>(test, [&](Snapshot& s) { return test->settings().get(s, key); }) == key + "!";
    CHECK(same);
  }
  CHECK(!test.read<std::optional<std::string>>([&](Snapshot& s) { return test->settings().get(s, "' OR 1=1 --"); }));
  check_unharmed(test, 1);
}

TEST_CASE("an idempotency key belongs to one user in one workspace, once, for a while") {
  TestStorage test;
  test.add_agent(test.add_workspace());
  IdempotencyRecord record;
  record.workspace = WorkspaceId::make(test.clock.now(), test.random);
  record.user = UserId::make(test.clock.now(), test.random);
  record.status = 201;
  for (const std::string& text : kHostileTexts) {
    record.key = record.body = text;
    test.random.fill(record.request_digest);
    record.created_at = test.clock.now();
    test.clock.advance(1s);
    test.write([&](Transaction& tx) { return test->idempotency().insert(tx, record); });
    const auto back = found<IdempotencyRecord>(
        test, [&](Snapshot& s) { return test->idempotency().find(s, record.workspace, record.user, text); });
    CHECK(back.body == text);
    CHECK(back.status == 201);
    CHECK(back.request_digest == record.request_digest);
    CHECK(back.created_at == record.created_at);
    CHECK(refused(test, [&](Transaction& tx) { return test->idempotency().insert(tx, record); }) ==
          ErrorCode::conflict);
    // The same key of another user, and for the appliance, is another key.
    CHECK(!test.read<std::optional<IdempotencyRecord>>(
        [&](Snapshot& s) { return test->idempotency().find(s, record.workspace, UserId{}, text); }));
    CHECK(!test.read<std::optional<IdempotencyRecord>>(
        [&](Snapshot& s) { return test->idempotency().find(s, WorkspaceId{}, record.user, text); }));
  }
  std::int64_t gone = 0;
  test.write([&](Transaction& tx) -> Result<void> {
    gone = TRY(test->idempotency().remove_before(tx, record.created_at, 5));
    return {};
  });
  CHECK(gone == 5);
  test.write([&](Transaction& tx) -> Result<void> {
    gone = TRY(test->idempotency().remove_before(tx, record.created_at, 1'000));
    return {};
  });
  CHECK(gone == static_cast<std::int64_t>(std::size(kHostileTexts)) - 6);
  CHECK(test.read<std::optional<IdempotencyRecord>>(
      [&](Snapshot& s) { return test->idempotency().find(s, record.workspace, record.user, record.key); }));
}

TEST_CASE("no store reaches across the border between two workspaces") {
  TestStorage test;
  const Workspace ours = test.add_workspace("ours"), theirs = test.add_workspace("theirs");
  Agent agent = test.add_agent(ours);
  Rule rule = test.add_rule(ours);
  Recipient recipient = test.add_recipient(ours);
  Incident incident = test.open_incident(rule, agent);
  const auto none = [&](const auto& value) { CHECK(!value.has_value()); };
  Subject subject = test.subject(ours.id, agent.id);
  Group group = test.add_group(ours, "rack-4", {agent.id});
  Announcement announcement = test.announce(incident);
  none(test.read<std::optional<Agent>>([&](Snapshot& s) { return test->agents().find(s, theirs.id, agent.id); }));
  none(test.read<std::optional<Subject>>([&](Snapshot& s) { return test->subjects().find(s, theirs.id, agent.id); }));
  none(test.read<std::optional<ObservedState>>(
      [&](Snapshot& s) { return test->subjects().state(s, theirs.id, agent.id); }));
  none(test.read<std::optional<Group>>([&](Snapshot& s) { return test->groups().find(s, theirs.id, group.id); }));
  none(test.read<std::optional<Announcement>>(
      [&](Snapshot& s) { return test->announcements().find(s, theirs.id, announcement.id); }));
  none(test.read<std::optional<Rule>>([&](Snapshot& s) { return test->rules().find(s, theirs.id, rule.id); }));
  none(test.read<std::optional<Recipient>>(
      [&](Snapshot& s) { return test->recipients().find(s, theirs.id, recipient.id); }));
  none(test.read<std::optional<Incident>>(
      [&](Snapshot& s) { return test->incidents().find(s, theirs.id, incident.id); }));
  none(test.read<std::optional<IncidentId>>(
      [&](Snapshot& s) { return test->incidents().open_of(s, theirs.id, rule.id, agent.id, 0); }));
  CHECK(test.read<std::vector<Subject>>([&](Snapshot& s) { return test->subjects().list(s, theirs.id); }).empty());
  CHECK(test.read<std::vector<Group>>([&](Snapshot& s) { return test->groups().list(s, theirs.id); }).empty());
  CHECK(test.read<std::vector<GroupId>>([&](Snapshot& s) { return test->groups().groups_of(s, theirs.id, agent.id); })
            .empty());
  CHECK(test.read<MemberCounts>([&](Snapshot& s) { return test->groups().counts(s, theirs.id, group.id); }).all() == 0);
  CHECK(test.read<std::vector<StateChange>>([&](Snapshot& s) {
          return test->subjects().changes(s, theirs.id, agent.id, {}, {INT64_MAX});
        }).empty());
  CHECK(test.read<std::vector<Agent>>([&](Snapshot& s) { return test->agents().list(s, theirs.id); }).empty());
  CHECK(test.read<std::vector<Rule>>([&](Snapshot& s) { return test->rules().list(s, theirs.id); }).empty());
  CHECK(test.read<std::vector<IncidentEvent>>(
                [&](Snapshot& s) { return test->incidents().events(s, theirs.id, incident.id); })
            .empty());

  agent.workspace = rule.workspace = recipient.workspace = incident.workspace = theirs.id;
  subject.workspace = group.workspace = announcement.workspace = theirs.id;
  CHECK(refused(test, [&](Transaction& tx) { return test->subjects().update(tx, subject); }) == ErrorCode::not_found);
  CHECK(refused(test, [&](Transaction& tx) { return test->subjects().remove(tx, subject, {1}); }) ==
        ErrorCode::not_found);
  CHECK(refused(test, [&](Transaction& tx) { return test->agents().remove(tx, agent); }) == ErrorCode::not_found);
  CHECK(refused(test, [&](Transaction& tx) { return test->groups().put(tx, group); }) == ErrorCode::not_found);
  CHECK(refused(test, [&](Transaction& tx) { return test->agents().update(tx, agent); }) == ErrorCode::not_found);
  CHECK(refused(test, [&](Transaction& tx) { return test->rules().update(tx, rule); }) == ErrorCode::not_found);
  CHECK(refused(test, [&](Transaction& tx) { return test->recipients().update(tx, recipient); }) ==
        ErrorCode::not_found);
  CHECK(refused(test, [&](Transaction& tx) { return test->incidents().update(tx, incident); }) == ErrorCode::not_found);
  CHECK(refused(test, [&](Transaction& tx) { return test->rules().remove(tx, theirs.id, rule.id); }) ==
        ErrorCode::not_found);
  CHECK(refused(test, [&](Transaction& tx) { return test->recipients().remove(tx, theirs.id, recipient.id); }) ==
        ErrorCode::not_found);

  // Nor can a row of one be made to point at a row of the other.
  RuleState state;
  state.workspace = theirs.id;
  state.rule = rule.id;
  state.subject = agent.id;
  state.phase = RuleState::Phase::pending;
  CHECK(refused(test, [&](Transaction& tx) { return test->incidents().put_state(tx, state, {1}); }) ==
        ErrorCode::conflict);
  ObservedState observed;
  observed.workspace = theirs.id;
  observed.subject = agent.id;
  CHECK(refused(test, [&](Transaction& tx) { return test->subjects().put_state(tx, observed); }) ==
        ErrorCode::conflict);
  CHECK(refused(test, [&](Transaction& tx) { return test->subjects().put_part(tx, theirs.id, agent.id, {1, "/", {}}); }) ==
        ErrorCode::conflict);
  Group their_group = test.add_group(theirs);
  their_group.members = {agent.id};
  CHECK(refused(test, [&](Transaction& tx) { return test->groups().put(tx, their_group); }) == ErrorCode::conflict);
  announcement.id = AnnouncementId::make(test.clock.now(), test.random);
  CHECK(refused(test, [&](Transaction& tx) { return test->announcements().insert(tx, announcement); }) ==
        ErrorCode::conflict);
  incident.id = IncidentId::make(test.clock.now(), test.random);
  CHECK(refused(test, [&](Transaction& tx) { return test->incidents().insert(tx, incident); }) == ErrorCode::conflict);
  Rule foreign = test.add_rule(theirs);
  foreign.recipients = {recipient.id};
  CHECK(refused(test, [&](Transaction& tx) { return test->rules().update(tx, foreign); }) == ErrorCode::conflict);
}
