#include "tests/support/seeded_appliance.h"

#include <algorithm>

#include <fmt/format.h>
#include <sodium.h>

#include "core/wire/protocol.h"
#include "core/watch/rule.h"
#include "core/crypto/token.h"
#include "core/crypto/password.h"
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

namespace {

// One known agent with its subject.
Result<AgentId> add_agent(Transaction& tx, storage::Storage& storage, WorkspaceId workspace, int number,
                          const SeedPlan& plan, const Key& token_key, Instant now, Random& random) {
  Agent agent;
  agent.id = AgentId::make(now, random);
  agent.workspace = workspace;
  const std::string token = seeded_token(number);
  agent.token_digest = digest_token(token_key, token);
  agent.token_hint = token_hint(wire::kTokenPrefix, token);
  agent.interval_seconds = agent.interval_in_force_seconds = plan.interval_seconds;
  Subject subject;
  subject.id = agent.id;
  subject.workspace = workspace;
  subject.name = fmt::format("host-{}", number);
  subject.created_at = now;
  ObservedState observed;
  observed.subject = agent.id;
  observed.workspace = workspace;
  observed.since = now;
  if (plan.have_reported) {
    agent.agent_version = "1.19.0";
    agent.core_count = 8;
    agent.machine_id = kSeededMachine;
    observed.state = State::up;
    observed.reason = StateReason::heard;
    observed.first_seen_at = observed.last_seen_at = now;
  }
  TRY(storage.subjects().insert(tx, subject));
  TRY(storage.subjects().put_state(tx, observed));
  TRY(storage.agents().insert(tx, agent));
  return agent.id;
}

Result<void> add_owner(Transaction& tx, storage::Storage& storage, WorkspaceId workspace, const SeedPlan& plan,
                       Instant now, Random& random) {
  PasswordHasher hasher;
  User user;
  user.id = UserId::make(now, random);
  user.name = "Owner";
  user.mail = user.mail_key = plan.owner_mail;
  user.password_hash = TRY(hasher.hash(Secret(plan.owner_password)));
  user.created_at = now;
  TRY(storage.users().insert(tx, user));
  return storage.workspaces().put_membership(tx, Membership{workspace, user.id, Role::owner, now});
}

Values values_of_a_heartbeat(std::int64_t number) {
  ValuesBuilder values;
  values.set(Metric::cores, 8);
  values.set(Metric::uptime, 1'000'000 + number / 1'000);
  values.set(Metric::cpu_percent, number * 37 % 10'000);
  values.set(Metric::cpu_peak_percent, 9'000);
  values.set(Metric::memory_used, 3'000 + number % 500);
  values.set(Metric::memory_total, 7'936);
  values.set(Metric::disk_used, 51'200);
  values.set(Metric::disk_total, 160'000);
  values.set(Metric::load_1m, number % 400);
  return values.build();
}

Result<void> add_readings(storage::Storage& storage, WorkspaceId workspace, const std::vector<AgentId>& agents,
                          std::int64_t readings, Instant now) {
  constexpr std::int64_t kOfTransaction = 20'000;
  const auto count = static_cast<std::int64_t>(agents.size());
  const Instant begin = now - seconds(60) * (readings / count + 1);
  for (std::int64_t first = 0; first < readings; first += kOfTransaction) {
    const Result<void> written = storage.stores().write([&](Transaction& tx) -> Result<void> {
      for (std::int64_t i = first; i < std::min(first + kOfTransaction, readings); ++i) {
        Reading reading;
        reading.workspace = workspace;
        reading.subject = agents[static_cast<std::size_t>(i % count)];
        reading.at = begin + seconds(60) * (i / count) + microseconds(60'000'000 * (i % count) / count);
        reading.values = values_of_a_heartbeat(i);
        TRY(storage.readings().append(tx, reading));
      }
      return {};
    });
    if (!written) return written.error();
    TRY(storage.checkpoint());
  }
  return {};
}

}  // namespace

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
  std::vector<AgentId> agents;
  const Result<void> written = storage->stores().write([&](Transaction& tx) -> Result<void> {
    agents.clear();
    TRY(storage->workspaces().insert(tx, workspace));
    if (plan.with_default_rules) {
      for (const Rule& rule : default_rules(workspace.id, now, random)) TRY(storage->rules().insert(tx, rule));
    }
    if (!plan.owner_mail.empty()) TRY(add_owner(tx, *storage, workspace.id, plan, now, random));
    for (int i = 0; i < plan.agents; ++i) {
      const AgentId added = TRY(add_agent(tx, *storage, workspace.id, i, plan, token_key, now, random));
      agents.push_back(added);
    }
    return {};
  });
  if (!written) return written.error();
  if (agents.empty() || plan.readings == 0) return {};
  return add_readings(*storage, workspace.id, agents, plan.readings, now);
}

Result<std::set<std::string>> stored_request_ids(const std::filesystem::path& data_directory) {
  SystemClock clock;
  SystemRandom random;
  const auto storage = TRY(open_storage(data_directory, clock, random, nullptr));
  std::set<std::string> found;
  TRY(storage->read_at_start([&](Snapshot& snapshot) {
    return storage->readings().each_since(
        snapshot, Instant{}, [&](const Reading& reading) { found.insert(wire::request_id_text(reading.key)); });
  }));
  return found;
}

}  // namespace connlog
