// The one writer: groups, failures that stay alone, answers that wait for the disk.

#include <doctest/doctest.h>

#include <atomic>
#include <condition_variable>
#include <future>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "storage/writer.h"
#include "tests/support/faulty_vfs.h"
#include "tests/support/test_storage.h"

using namespace connlog;
using namespace std::chrono_literals;

namespace {

// Holds the writer thread until it is opened: what is submitted meanwhile becomes one group.
class Gate {
 public:
  explicit Gate(Stores& stores) {
    stores.submit(
        Urgency::at_once,
        [this](Transaction&) -> Result<void> {
          entered_.count_down();
          opened_.wait();
          return {};
        },
        [](Result<void>) {});
    entered_.wait();
  }
  void open() { opened_.count_down(); }

 private:
  struct Latch {
    std::mutex mutex;
    std::condition_variable changed;
    bool done = false;
    void count_down() {
      const std::lock_guard lock(mutex);
      done = true;
      changed.notify_all();
    }
    void wait() {
      std::unique_lock lock(mutex);
      changed.wait(lock, [this] { return done; });
    }
  };
  Latch entered_, opened_;
};

Stores::Work put_setting(TestStorage& test, std::string key, std::string value) {
  return [&test, key, value](Transaction& tx) { return test->settings().put(tx, key, value); };
}

std::optional<std::string> setting(TestStorage& test, const std::string& key) {
  return test.read<std::optional<std::string>>([&](Snapshot& snapshot) { return test->settings().get(snapshot, key); });
}

}  // namespace

TEST_CASE("what waits is committed together, once") {
  TestStorage test;
  Gate gate(test.stores());
  std::atomic<int> answered{0};
  for (int i = 0; i < 50; ++i) {
    test.stores().submit(Urgency::at_once, put_setting(test, "k" + std::to_string(i), "v"), [&](Result<void> result) {
      CHECK(result);
      ++answered;
    });
  }
  const auto before = test->facts()->commits;
  gate.open();
  test.write([](Transaction&) -> Result<void> { return {}; });
  CHECK(answered == 50);
  const auto facts = *test->facts();
  CHECK(facts.commits - before <= 3);  // the gate's, the group's, the last write's
  CHECK(facts.largest_group >= 50);
  CHECK(setting(test, "k49") == "v");
}

TEST_CASE("a closure that is refused is rolled back, alone and whole") {
  TestStorage test;
  Gate gate(test.stores());
  std::vector<std::string> answers;
  const auto note = [&](Result<void> result) { answers.push_back(result ? "ok" : result.error().message); };
  test.stores().submit(Urgency::at_once, put_setting(test, "before", "1"), note);
  test.stores().submit(
      Urgency::at_once,
      [&](Transaction& tx) -> Result<void> {
        TRY(test->settings().put(tx, "half", "1"));
        return Error{ErrorCode::conflict, "no"};
      },
      note);
  test.stores().submit(Urgency::at_once, put_setting(test, "after", "1"), note);
  gate.open();
  test.write([](Transaction&) -> Result<void> { return {}; });
  CHECK(answers == std::vector<std::string>{"ok", "no", "ok"});
  CHECK(setting(test, "before") == "1");
  CHECK(setting(test, "half") == std::nullopt);
  CHECK(setting(test, "after") == "1");
}

TEST_CASE("a closure that throws is an internal error and takes nothing with it") {
  TestStorage test;
  const Result<void> thrown = test.stores().write([&](Transaction& tx) -> Result<void> {
    TRY(test->settings().put(tx, "half", "1"));
    throw std::runtime_error("boom");
  });
  REQUIRE(!thrown);
  CHECK(thrown.error().code == ErrorCode::internal);
  CHECK(thrown.error().message.find("boom") == std::string::npos);
  CHECK(setting(test, "half") == std::nullopt);
  CHECK(test.stores().write(put_setting(test, "next", "1")));
}

TEST_CASE("effects run after the commit, in order, before the answer, and not for what was rolled back") {
  TestStorage test;
  std::vector<std::string> order;
  const auto durable = [&] { return setting(test, "k").has_value(); };
  test.stores().submit(
      Urgency::at_once,
      [&](Transaction& tx) -> Result<void> {
        tx.after_commit([&] { order.push_back(durable() ? "first" : "too early"); });
        tx.after_commit([&] { order.push_back("second"); });
        return test->settings().put(tx, "k", "v");
      },
      [&](Result<void>) { order.push_back("answer"); });
  const Result<void> refused = test.stores().write([&](Transaction& tx) -> Result<void> {
    tx.after_commit([&] { order.push_back("never"); });
    return Error{ErrorCode::conflict, "no"};
  });
  CHECK(!refused);
  CHECK(order == std::vector<std::string>{"first", "second", "answer"});
}

TEST_CASE("a reading that nobody owns is refused alone") {
  TestStorage test;
  const Workspace workspace = test.add_workspace();
  const Agent agent = test.add_agent(workspace);
  Gate gate(test.stores());
  Reading good, bad;
  good.workspace = bad.workspace = workspace.id;
  good.at = bad.at = test.clock.now();
  good.subject = agent.id;
  bad.subject = AgentId::make(test.clock.now(), test.random);
  std::vector<bool> answers;
  for (const Reading& reading : {good, bad, good})
    test->readings().submit(reading, [&](Result<void> r) { answers.push_back(r.has_value()); });
  gate.open();
  test.write([](Transaction&) -> Result<void> { return {}; });
  CHECK(answers == std::vector<bool>{true, false, true});
  const auto kept = test.read<std::vector<Reading>>([&](Snapshot& s) {
    return test->readings().range(s, workspace.id, agent.id, {}, test.clock.now() + seconds(1));
  });
  CHECK(kept.size() == 2);
}

TEST_CASE("another workspace's name does not append to an agent's log") {
  TestStorage test;
  const Agent agent = test.add_agent(test.add_workspace("ours"));
  const Workspace theirs = test.add_workspace("theirs");
  Reading reading;
  reading.subject = agent.id;
  reading.at = test.clock.now();
  reading.workspace = agent.workspace;
  CHECK(test.stores().write([&](Transaction& tx) { return test->readings().append(tx, reading); }));
  reading.workspace = theirs.id;
  CHECK(!test.stores().write([&](Transaction& tx) { return test->readings().append(tx, reading); }));
}

TEST_CASE("nothing is answered before the disk has it") {
  FaultyVfs vfs;
  storage::StorageOptions settings;
  settings.vfs = vfs.name();
  TestStorage test(settings);
  const auto syncs_before = vfs.syncs.load();
  std::int64_t syncs_at_answer = 0;
  std::promise<void> answered;
  test.stores().submit(Urgency::at_once, put_setting(test, "k", "v"), [&](Result<void> result) {
    CHECK(result);
    syncs_at_answer = vfs.syncs;
    answered.set_value();
  });
  answered.get_future().wait();
  CHECK(syncs_at_answer > syncs_before);
}

TEST_CASE("readings wait for the window to be joined by others; what a person does does not") {
  storage::StorageOptions settings;
  settings.commit_window = 2'000ms;
  TestStorage test(settings);
  const Workspace workspace = test.add_workspace();
  const Agent agent = test.add_agent(workspace);
  Reading reading;
  reading.workspace = workspace.id;
  reading.subject = agent.id;
  reading.at = test.clock.now();
  const auto before = test->facts()->commits;
  std::atomic<int> answered{0};
  for (int i = 0; i < 10; ++i) test->readings().submit(reading, [&](Result<void> r) { answered += r ? 1 : 0; });
  CHECK(answered == 0);
  // The urgent write takes the waiting readings with it, at once.
  const auto begin = std::chrono::steady_clock::now();
  test.write(put_setting(test, "k", "v"));
  CHECK(std::chrono::steady_clock::now() - begin < 1'500ms);
  CHECK(answered == 10);
  CHECK(test->facts()->commits - before == 1);
}

TEST_CASE("a full queue and a closed database answer at once, on the caller's thread") {
  TestStorage test;
  const Workspace workspace = test.add_workspace();
  const Agent agent = test.add_agent(workspace);
  Gate gate(test.stores());
  Reading reading;
  reading.workspace = workspace.id;
  reading.subject = agent.id;
  reading.at = test.clock.now();
  std::atomic<int> accepted{0};
  int refused = 0;
  const auto caller = std::this_thread::get_id();
  for (std::size_t i = 0; i < storage::Writer::kQueueMax + 10; ++i) {
    test->readings().submit(reading, [&](Result<void> result) {
      if (result) {
        ++accepted;
      } else {
        CHECK(std::this_thread::get_id() == caller);
        CHECK(result.error().code == ErrorCode::unavailable);
        ++refused;
      }
    });
  }
  CHECK(refused == 11);  // the gate itself waits too
  gate.open();
  test->close();
  CHECK(accepted == static_cast<int>(storage::Writer::kQueueMax) - 1);
  bool closed = false;
  test.stores().submit(Urgency::at_once, put_setting(test, "k", "v"), [&](Result<void> result) {
    closed = !result && result.error().code == ErrorCode::unavailable && std::this_thread::get_id() == caller;
  });
  CHECK(closed);
}

TEST_CASE("a snapshot does not see what is committed after it began") {
  TestStorage test;
  test.write(put_setting(test, "k", "old"));
  const Result<void> done = test.stores().read([&](Snapshot& snapshot) -> Result<void> {
    const auto before = TRY(test->settings().get(snapshot, "k"));
    CHECK(before == "old");
    test.write(put_setting(test, "k", "new"));
    const auto still = TRY(test->settings().get(snapshot, "k"));
    CHECK(still == "old");
    return {};
  });
  CHECK(done);
  CHECK(setting(test, "k") == "new");
}

TEST_CASE("a question that grows too old is interrupted and leaves its reader usable") {
  storage::StorageOptions settings;
  settings.readers = 1;
  TestStorage test(settings);
  const Workspace workspace = test.add_workspace();
  const Agent agent = test.add_agent(workspace);
  test.write([&](Transaction& tx) -> Result<void> {
    Reading reading;
    reading.workspace = workspace.id;
    reading.subject = agent.id;
    for (int i = 0; i < 20'000; ++i) {
      reading.at = test.clock.now() + milliseconds(i);
      TRY(test->readings().append(tx, reading));
    }
    return {};
  });
  const Result<void> slow = test.stores().read([&](Snapshot& snapshot) -> Result<void> {
    test.clock.advance(60s);
    return test->readings().range(snapshot, workspace.id, agent.id, {}, test.clock.now()).has_value()
               ? Result<void>()
               : Error{ErrorCode::unavailable, "x"};
    return {};
  });
  REQUIRE(!slow);
  CHECK(slow.error().code == ErrorCode::unavailable);
  CHECK(setting(test, "k") == std::nullopt);
}

TEST_CASE("the log is moved into the file and starts again") {
  TestStorage test;
  for (int i = 0; i < 20; ++i) test.write(put_setting(test, "k" + std::to_string(i), std::string(3'000, 'v')));
  const auto log_before = test->facts()->log_bytes;
  CHECK(log_before > 0);
  CHECK(test->checkpoint(storage::Storage::CheckpointWhen::now));
  for (int i = 0; i < 20; ++i) {
    test.write(put_setting(test, "k" + std::to_string(i), std::string(3'000, 'w')));
    CHECK(test->checkpoint(storage::Storage::CheckpointWhen::now));
  }
  CHECK(test->facts()->log_bytes == log_before);
  CHECK(setting(test, "k19") == std::string(3'000, 'w'));
}
