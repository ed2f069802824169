// Where sealed secrets lie, and that a rotation of the keys reaches every one of them.

#include "storage/sealed_texts.h"

#include <doctest/doctest.h>

#include <set>
#include <string>
#include <vector>

#include "core/notify/letter_store.h"
#include "core/people/idempotency.h"
#include "core/trust/key_rotation.h"
#include "core/crypto/sealed.h"
#include "storage/connection.h"
#include "tests/support/mailbox.h"
#include "tests/support/factor_world.h"
#include "tests/support/test_storage.h"

using namespace connlog;

namespace {

struct Column {
  std::string table, name;
  bool operator<(const Column& other) const { return table != other.table ? table < other.table : name < other.name; }
};

// Every column of every table, by the database's own word.
std::vector<Column> columns_of(TestStorage& test) {
  return test.read<std::vector<Column>>([](Snapshot& snapshot) -> Result<std::vector<Column>> {
    storage::Statement select = TRY(storage::at(snapshot).prepare(
        "SELECT m.name, c.name FROM sqlite_master AS m JOIN pragma_table_info(m.name) AS c "
        "WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%'"));
    return storage::all(select, [](storage::Row& row) {
      Column column;
      column.table = row.text();
      column.name = row.text();
      return column;
    });
  });
}

std::string scalar(TestStorage& test, const std::function<Result<storage::Statement>(storage::Connection&)>& prepare) {
  return test.read<std::string>([&](Snapshot& snapshot) -> Result<std::string> {
    storage::Statement select = TRY(prepare(storage::at(snapshot)));
    const bool there = TRY(select.step());
    if (!there) return std::string();
    return storage::Row(select).text();
  });
}

}  // namespace

TEST_CASE("every column that holds sealed secrets is in the one list, and the list names no other") {
  TestStorage test;
  std::set<Column> in_schema, listed;
  const std::vector<Column> all = columns_of(test);
  REQUIRE(all.size() > 100);
  for (const Column& column : all) {
    if (column.name.starts_with("sealed")) in_schema.insert(column);
  }
  for (const storage::SealedColumn& column : storage::sealed_columns()) {
    CAPTURE(column.table);
    CAPTURE(column.column);
    bool exists = false;
    for (const Column& known : all) exists |= known.table == column.table && known.name == column.column;
    CHECK(exists);
    if (column.column.starts_with("sealed")) listed.insert({std::string(column.table), std::string(column.column)});
  }
  for (const Column& column : in_schema) {
    CAPTURE(column.table);
    CAPTURE(column.name);
    CHECK(listed.count(column) == 1);
  }
  CHECK(listed.size() == in_schema.size());
}

TEST_CASE("a rotation seals anew what lies in columns, in kept answers and in settings, and leaves the rest alone") {
  TestStorage test;
  const Workspace workspace = test.add_workspace();
  Recipient hook = test.add_recipient(workspace);
  const Recipient mail = test.add_recipient(workspace, "bob@example.org");
  hook.channel = "webhook";
  // As the first release sealed it, without a context of its own.
  hook.sealed = {
      {"secret", seal(test.keys.derive(key_purpose::kSealed), "recipient.secret", Secret("whsec_1"), test.random)}};
  IdempotencyRecord kept;
  kept.workspace = workspace.id;
  kept.key = "once";
  kept.status = 201;
  kept.body = seal(test.keys, "idempotency.answer", Secret("{\"token\":\"t\"}"), test.random);
  kept.created_at = test.clock.now();
  const std::string password = seal(test.keys, "mail.password", Secret("hunter2"), test.random);
  test.write([&](Transaction& tx) -> Result<void> {
    TRY(test->recipients().update(tx, hook));
    TRY(test->idempotency().insert(tx, kept));
    TRY(test->settings().put(tx, "mail", R"({"host":"h","sealed_password":")" + password + R"("})"));
    return test->settings().put(tx, "words", R"({"text":"\"s1: is no secret","other":"s2:"})");
  });

  Subject watched;
  watched.id = SubjectId::make(test.clock.now(), test.random);
  watched.workspace = workspace.id;
  watched.kind = SubjectKind::monitor;
  watched.name = "site";
  Monitor monitor;
  monitor.id = MonitorId::of(watched.id);
  monitor.workspace = workspace.id;
  monitor.kind = "http";
  monitor.sealed = {{"password", seal(test.keys, "monitor.password", Secret("swordfish"), test.random)}};
  const std::string answered = seal(test.keys, "monitor.answer", Secret("503"), test.random);
  test.write([&](Transaction& tx) -> Result<void> {
    TRY(test->subjects().insert(tx, watched));
    TRY(test->monitors().insert(tx, monitor));
    return test->monitors().keep_answer(tx, {monitor.id, workspace.id, test.clock.now(), answered});
  });

  KeyRotation rotation({test.stores(), test->trust().sealed_texts, test->audit(), test.keys, test.random});
  const auto done = rotation.rotate(Actor{}, NewMasterKey{});
  REQUIRE_MESSAGE(done, done.error().message);
  CHECK(done->renewed == 5);
  const auto answers = test.read<std::vector<KeptAnswer>>(
      [&](Snapshot& snapshot) { return test->monitors().answers(snapshot, workspace.id, monitor.id, 1); });
  REQUIRE(answers.size() == 1);
  CHECK(answers[0].sealed.starts_with("s2:1:monitor.answer:"));
  CHECK(unseal(test.keys, "monitor.answer", answers[0].sealed)->reveal() == "503");
  const auto kept_monitor = test.read<std::optional<Monitor>>(
      [&](Snapshot& snapshot) { return test->monitors().find(snapshot, workspace.id, monitor.id); });
  REQUIRE(kept_monitor.has_value());
  CHECK(kept_monitor->sealed.at(0).sealed.starts_with("s2:1:monitor.password:"));
  CHECK(test.keys.sealing_generation() == 1);
  CHECK_FALSE(test.keys.is_rotating());

  const auto after = test.read<std::optional<Recipient>>(
      [&](Snapshot& snapshot) { return test->recipients().find(snapshot, workspace.id, hook.id); });
  CHECK(after->sealed.at(0).sealed.starts_with("s2:1:recipient.secret:"));
  CHECK(unseal(test.keys, "recipient.secret", after->sealed.at(0).sealed)->reveal() == "whsec_1");
  const auto answer = test.read<std::optional<IdempotencyRecord>>(
      [&](Snapshot& snapshot) { return test->idempotency().find(snapshot, workspace.id, {}, "once"); });
  CHECK(unseal(test.keys, "idempotency.answer", answer->body)->reveal() == "{\"token\":\"t\"}");
  const auto setting =
      test.read<std::optional<std::string>>([&](Snapshot& snapshot) { return test->settings().get(snapshot, "mail"); });
  const std::size_t from = setting->find("s2:1:mail.password:");
  REQUIRE(from != std::string::npos);
  CHECK(unseal(test.keys, "mail.password", setting->substr(from, setting->find('"', from) - from))->reveal() ==
        "hunter2");
  const auto untouched = test.read<std::optional<Recipient>>(
      [&](Snapshot& snapshot) { return test->recipients().find(snapshot, workspace.id, mail.id); });
  CHECK(untouched->sealed.empty());
  CHECK(scalar(test, [](storage::Connection& connection) {
          return connection.prepare("SELECT act FROM trail_entry WHERE act = 'keys.rotated'");
        }) == "keys.rotated");
}

TEST_CASE("a secret that was damaged before stays as it is, is counted, and stops no rotation") {
  TestStorage test;
  const Workspace workspace = test.add_workspace();
  Recipient hook = test.add_recipient(workspace);
  hook.sealed = {{"secret", "s2:0:recipient.secret:AAAA"}};
  test.write([&](Transaction& tx) { return test->recipients().update(tx, hook); });
  KeyRotation rotation({test.stores(), test->trust().sealed_texts, test->audit(), test.keys, test.random});
  const auto done = rotation.rotate(Actor{}, NewMasterKey{});
  REQUIRE(done);
  CHECK(done->renewed == 0);
  CHECK(done->unreadable == 1);
}

TEST_CASE("a rotation that was cut short is finished later, and only once") {
  TestStorage test;
  const Workspace workspace = test.add_workspace();
  Recipient hook = test.add_recipient(workspace);
  hook.sealed = {{"secret", seal(test.keys, "recipient.secret", Secret("whsec_2"), test.random)}};
  test.write([&](Transaction& tx) { return test->recipients().update(tx, hook); });
  KeyRotation rotation({test.stores(), test->trust().sealed_texts, test->audit(), test.keys, test.random});
  REQUIRE(rotation.begin(NewMasterKey{}));  // and here the power goes
  CHECK(test.keys.is_rotating());
  REQUIRE(rotation.finish());
  CHECK_FALSE(test.keys.is_rotating());
  REQUIRE(rotation.finish());
  const auto after = test.read<std::optional<Recipient>>(
      [&](Snapshot& snapshot) { return test->recipients().find(snapshot, workspace.id, hook.id); });
  CHECK(unseal(test.keys, "recipient.secret", after->sealed.at(0).sealed)->reveal() == "whsec_2");
}

TEST_CASE("a rotation reaches what the running program has sealed: second factors, login providers, links of letters") {
  TestApp app;
  test::set_up_mail(app);
  add_application(app, app.member);
  REQUIRE(app.post("/api/v1/account/factors/totp", "{}", &app.viewer).status == 200);  // begun, not confirmed
  REQUIRE(app.post("/api/v1/appliance/providers",
                   R"({"preset":"generic","name":"Staff","issuer":"https://login.example.org","client_id":"c",)"
                   R"("client_secret":"s3cret","enabled":true})",
                   &app.owner)
              .status == 201);
  REQUIRE(app.post("/api/v1/password-reset", R"({"mail":"member@example.org"})").status == 202);
  REQUIRE(test::letter(app, "password_reset", "member@example.org"));
  const auto of_generation = [&](const char* generation) {
    const std::string like = std::string("s2:") + generation + ":%";
    std::vector<int> counts;
    const auto add = [&](Result<storage::Statement> select) -> Result<void> {
      storage::Statement statement = TRY(std::move(select));
      const auto count =
          TRY(storage::one(statement.text(":like", like), [](storage::Row& row) { return row.integer(); }));
      counts.push_back(static_cast<int>(count.value_or(-1)));
      return {};
    };
    app.storage.read<int>([&](Snapshot& snapshot) -> Result<int> {
      storage::Connection& connection = storage::at(snapshot);
      TRY(add(connection.prepare("SELECT COUNT(*) FROM totp_factor WHERE sealed_secret LIKE :like")));
      TRY(add(connection.prepare("SELECT COUNT(*) FROM totp_factor WHERE sealed_pending LIKE :like")));
      TRY(add(connection.prepare("SELECT COUNT(*) FROM login_provider WHERE sealed_secret LIKE :like")));
      TRY(add(connection.prepare("SELECT COUNT(*) FROM letter WHERE sealed_link LIKE :like")));
      return 0;
    });
    return counts;
  };
  const std::vector<int> before = of_generation("0");
  for (const int rows : before) CHECK(rows >= 1);
  REQUIRE(app.post("/api/v1/appliance/keys/rotate", "{}", &app.owner).status == 200);
  CHECK(of_generation("0") == std::vector<int>{0, 0, 0, 0});
  CHECK(of_generation("1") == before);
}

TEST_CASE("a letter that was on its way while the keys were rotated keeps its link as it was sealed anew") {
  TestStorage test;
  PostedLetter letter;
  letter.id = LetterId::make(test.clock.now(), test.random);
  letter.kind = "password_reset";
  letter.sealed_link = "sealed before";
  letter.created_at = letter.next_attempt_at = test.clock.now();
  const auto link = [&] {
    return test.read<std::optional<PostedLetter>>([&](Snapshot& s) { return test->letters().find(s, letter.id); })
        ->sealed_link;
  };
  std::vector<PostedLetter> leased;
  test.write([&](Transaction& tx) -> Result<void> {
    TRY(test->letters().insert(tx, letter));
    leased = TRY(test->letters().lease(tx, test.clock.now(), test.clock.now() + seconds(60), 10));
    return {};
  });
  REQUIRE(leased.size() == 1);
  test.write([&](Transaction& tx) { return storage::at(tx).execute("UPDATE letter SET sealed_link = 'sealed anew'"); });
  leased[0].state = Notification::State::queued;
  test.write([&](Transaction& tx) { return test->letters().update(tx, leased[0]); });
  CHECK(link() == "sealed anew");
  leased[0].state = Notification::State::sent;
  leased[0].sealed_link.clear();
  test.write([&](Transaction& tx) { return test->letters().update(tx, leased[0]); });
  CHECK(link().empty());
}
