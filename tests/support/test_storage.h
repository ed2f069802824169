// A real database in a temporary directory, with a fake clock, seeded randomness and a key of its own, and a few rows
// that most tests need. `restart()` closes it in order and opens the same file again. One thread, but what storage
// allows.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/crypto/keyring.h"
#include "storage/storage.h"
#include "tests/support/fake_clock.h"
#include "tests/support/seeded_random.h"
#include "tests/support/temporary_directory.h"

namespace connlog {

class TestStorage {
 public:
  explicit TestStorage(storage::StorageOptions settings = {});
  ~TestStorage();

  storage::Storage& operator*() { return *storage_; }
  storage::Storage* operator->() { return storage_.get(); }
  Stores& stores() { return storage_->stores(); }

  void close() { storage_.reset(); }
  Result<void> open();
  void restart();

  // Ends the program when the database refuses: for what a test takes for granted.
  void write(const Stores::Work& work);
  template <typename T>
  T read(const std::function<Result<T>(Snapshot&)>& work) {
    std::optional<T> out;
    const Result<void> done = stores().read([&](Snapshot& snapshot) -> Result<void> {
      out = TRY(work(snapshot));
      return {};
    });
    require(done);
    return std::move(*out);
  }

  Workspace add_workspace(const std::string& slug = "main");
  User add_user(const std::string& mail = "ada@example.org");
  // The subject's row with its first state, and the agent's.
  Agent add_agent(const Workspace& workspace, const std::string& name = "db-1");
  // A group whose state is `pending`, with these members.
  Group add_group(const Workspace& workspace, const std::string& name = "rack-4", std::vector<SubjectId> members = {});
  Subject subject(WorkspaceId workspace, SubjectId id);  // the row; ends the program where there is none
  Rule add_rule(const Workspace& workspace);  // silence, all agents
  Recipient add_recipient(const Workspace& workspace, const std::string& address = "ada@example.org");
  Incident open_incident(const Rule& rule, WorkspaceId workspace, SubjectId subject);
  Incident open_incident(const Rule& rule, const Agent& agent) { return open_incident(rule, agent.workspace, agent.id); }
  // What is told of the incident's opening.
  Announcement announce(const Incident& incident);

  TemporaryDirectory directory;
  FakeClock clock;
  SeededRandom random;
  Keyring keys;

 private:
  static void require(const Result<void>& done);
  Subject add_subject(const Workspace& workspace, SubjectKind kind, const std::string& name, SubjectId id);
  storage::StorageOptions settings_;
  std::unique_ptr<storage::Storage> storage_;
};

}  // namespace connlog
