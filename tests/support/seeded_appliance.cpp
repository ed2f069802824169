#include "tests/support/seeded_appliance.h"

#include <fmt/format.h>
#include <sodium.h>

#include "core/wire/protocol.h"
#include "core/watch/rule.h"
#include "core/crypto/token.h"
#include "storage/storage.h"

namespace connlog {
namespace {

Result<std::unique_ptr<storage::Storage>> open_storage(const std::filesystem::path& data_directory, const Clock& clock,
                                                       Random& random, Key* token_key) {
  if (sodium_init() < 0) return Error{.code = ErrorCode::internal, .message = "no randomness"};
  storage::DataDirectory held = TRY(storage::DataDirectory::open(data_directory));
  const Keyring keys = TRY(Keyring::open(data_directory, held.database_exists(), random));
  if (token_key != nullptr) *token_key = keys.derive(key_purpose::kTokenDigest);
  return storage::Storage::open(std::move(held), keys, {}, clock, random);
}

}  // namespace

const std::string kSeededMachine = "5c0e13199a34de5439cf5338d23d9cc530320295782fdefd19b5297fd2dfb115";

std::string seeded_token(int number) {
  return fmt::format("agent_{:064x}", number + 1);
}

Result<void> seed_appliance(const std::filesystem::path& data_directory, const SeedPlan& plan) {
  SystemClock clock;
  SystemRandom random;
  Key token_key{};
  const auto storage = TRY(open_storage(data_directory, clock, random, &token_key));
  const Instant now = clock.now();
  Workspace workspace;
  workspace.id = WorkspaceId::make(now, random);
  workspace.slug = "seeded";
  workspace.name = "Seeded";
  workspace.created_at = now;
  return storage->stores().write([&](Transaction& tx) -> Result<void> {
    TRY(storage->workspaces().insert(tx, workspace));
    if (plan.with_default_rules) {
      for (const Rule& rule : default_rules(workspace.id, now, random)) TRY(storage->rules().insert(tx, rule));
    }
    for (int i = 0; i < plan.agents; ++i) {
      Agent agent;
      agent.id = AgentId::make(now, random);
      agent.workspace = workspace.id;
      agent.name = fmt::format("host-{}", i);
      const std::string token = seeded_token(i);
      agent.token_digest = digest_token(token_key, token);
      agent.token_hint = token_hint(wire::kTokenPrefix, token);
      agent.interval_seconds = agent.interval_in_force_seconds = plan.interval_seconds;
      agent.config_version = 1;
      agent.created_at = now;
      if (plan.have_reported) {
        agent.agent_version = "1.19.0";
        agent.core_count = 8;
        agent.machine_id = kSeededMachine;
        agent.first_seen_at = agent.last_seen_at = now;
      }
      TRY(storage->agents().insert(tx, agent));
    }
    return {};
  });
}

Result<std::set<std::string>> stored_request_ids(const std::filesystem::path& data_directory) {
  SystemClock clock;
  SystemRandom random;
  const auto storage = TRY(open_storage(data_directory, clock, random, nullptr));
  std::set<std::string> found;
  TRY(storage->read_at_start([&](Snapshot& snapshot) {
    return storage->readings().each_since(
        snapshot, Instant{}, [&](const Reading& reading) { found.insert(wire::request_id_text(reading.request_id)); });
  }));
  return found;
}

}  // namespace connlog
