#include "tests/support/development_database.h"

#include "storage/database.h"
#include "tests/support/fake_clock.h"
#include "tests/support/give_up.h"
#include "tests/support/outside.h"

namespace connlog {

using test::granted;

namespace {

std::string repeated(const std::string& text, int times) {
  std::string out;
  for (int i = 0; i < times; ++i) out += text;
  return out;
}

}  // namespace

Keyring development_keys() {
  return Keyring::from_database_key(Key{1});
}

void make_development_database(const std::filesystem::path& data_directory, const Keyring& keys) {
  auto directory = storage::DataDirectory::open(data_directory);
  if (!directory) test::give_up(directory.error().message);
  const storage::OpenFile file{directory->database().string(), keys.database_key()};
  const FakeClock clock;
  const auto connection = storage::open_database(*directory, file, storage::OpenAs{.migrations = {}, .clock = clock});
  if (!connection) test::give_up(connection.error().message);
  granted((*connection)->execute(test::read_text(test::source_directory() / "tests/golden/schema-0009.sql")));
  granted((*connection)->execute("PRAGMA wal_checkpoint(TRUNCATE)"));
}

DevelopmentTokens development_tokens() {
  return {.session = "cls_" + repeated("a1", 32),
          .agent = "agent_" + repeated("b2", 32),
          .removed_agent = "agent_" + repeated("c3", 32),
          .agent_of_deleted_workspace = "agent_" + repeated("d4", 32),
          .workspace_key = "cl_" + repeated("0", 56) + "cb612bfd",
          .own_key = "cl_" + repeated("1", 56) + "50839eeb"};
}

}  // namespace connlog
