// Monitors: subjects that connlog checks from outside, or that are told of by pings. Plain data, what follows from it, and
// the interface of the store. A monitor's subject (name, tags, teams, pause) is core/watch's; what it checks is a kind of
// core/checks. Any thread.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/base/clock.h"
#include "core/base/id.h"
#include "core/base/transaction.h"
#include "core/base/words.h"
#include "core/checks/check.h"
#include "core/monitors/ping.h"
#include "core/notify/notification.h"
#include "core/watch/subject.h"

namespace connlog {

// How often and how patiently. What is absent comes from the groups and tags of the subject, or is the standard.
struct CheckTiming {
  std::optional<std::int64_t> interval_seconds;        // 5–86,400
  std::optional<std::int64_t> retries;                 // 0–20: further failures before it turns down
  std::optional<std::int64_t> retry_interval_seconds;  // 5–3,600
  std::optional<std::int64_t> time_limit_ms;           // 100–60,000, and at most 0.8 × interval
  std::optional<std::int64_t> recover_after;           // 1–20 good results before it turns up
};
inline constexpr std::int64_t kStandardInterval = 60, kStandardRetries = 2, kStandardRetryInterval = 15,
                              kStandardTimeLimitMs = 10'000, kStandardRecoverAfter = 1;

// From where a monitor is looked at.
enum class ProbeMode : std::uint8_t {
  appliance,  // from here
  each,       // from the chosen agents, each a part of its own; down where `needed` of them say so
};
template <>
inline constexpr auto kWords<ProbeMode> = words_for<ProbeMode>({
    {ProbeMode::appliance, "appliance"},
    {ProbeMode::each, "agents"},
});

struct Monitor {
  MonitorId id;
  WorkspaceId workspace;
  std::string kind;                 // a word of all_checks(), perhaps of a later version
  FieldValues fields;
  std::vector<SealedField> sealed;  // its secrets, under "monitor.<field>"
  CheckTiming own;
  std::int64_t slow_after_ms = 0;      // 0: no response-time limit
  std::int64_t certificate_days = 14;  // fewer: degraded; 0: not looked at
  bool invert = false;
  ProbeMode probe_mode = ProbeMode::appliance;
  std::vector<AgentId> probes;      // sorted, at most kProbesMax
  std::int64_t probes_needed = 1;   // k of n
  std::optional<PingAddress> ping;  // kind "push" alone: its addresses
  Instant created_at;
};
inline constexpr std::size_t kProbesMax = 20;
inline constexpr std::string_view kPushKind = "push", kManualKind = "manual";

// What a group or a tag sets for the monitors in it.
struct CheckDefaults {
  enum class Scope : std::uint8_t { group, tag };
  WorkspaceId workspace;
  Scope scope = Scope::group;
  std::string of;  // the group's id as text, or the tag
  CheckTiming timing;
  std::vector<RecipientId> recipients;  // told where a rule names nobody
};
bool is_empty(const CheckDefaults& defaults);  // it sets nothing
template <>
inline constexpr auto kWords<CheckDefaults::Scope> = words_for<CheckDefaults::Scope>({
    {CheckDefaults::Scope::group, "group"},
    {CheckDefaults::Scope::tag, "tag"},
});

struct EffectiveValue {
  enum class From : std::uint8_t { standard, group, tag, own };
  std::int64_t value = 0;
  From from = From::standard;
  std::string of = {};  // the group's id as text, or the tag
};
template <>
inline constexpr auto kWords<EffectiveValue::From> = words_for<EffectiveValue::From>({
    {EffectiveValue::From::standard, "standard"},
    {EffectiveValue::From::group, "group"},
    {EffectiveValue::From::tag, "tag"},
    {EffectiveValue::From::own, "own"},
});
struct EffectiveTiming {
  EffectiveValue interval_seconds, retries, retry_interval_seconds, time_limit_ms, recover_after;
  // From the moment at which the service fails until the monitor turns down, at most.
  seconds know_within() const;
};
// Own values first, then groups (the smallest value wins), then tags, then the standard. The time limit is cut to 0.8 × interval.
EffectiveTiming effective_timing(const CheckTiming& own, const Subject& subject,
                                 const std::vector<CheckDefaults>& defaults);
Result<void> validate(const CheckTiming& timing);  // errors name the member

// The spec by which the loop checks it. Opens the sealed secrets.
Result<std::shared_ptr<const CheckSpec>> spec_of(const Monitor& monitor, const EffectiveTiming& timing,
                                                 const Keyring& keyring, std::shared_ptr<const ReachScope> scope);
std::string monitor_secret_context(std::string_view field);  // "monitor.<field>": stored in the sealed text

// The answer of the result that turned a monitor down: masked, sealed, for 30 days, for people who may edit it.
struct KeptAnswer {
  MonitorId monitor;
  WorkspaceId workspace;
  Instant at;
  std::string sealed;  // under "monitor.answer"
};

class MonitorStore {
 public:
  virtual ~MonitorStore() = default;
  virtual Result<std::vector<Monitor>> all(Snapshot&) const = 0;  // start-up only; with secrets, probes, ping addresses
  virtual Result<std::optional<Monitor>> find(Snapshot&, WorkspaceId, MonitorId) const = 0;
  virtual Result<std::vector<Monitor>> list(Snapshot&, WorkspaceId) const = 0;
  virtual Result<std::int64_t> count(Snapshot&, WorkspaceId) const = 0;
  virtual Result<void> insert(Transaction&, const Monitor&) = 0;
  virtual Result<void> update(Transaction&, const Monitor&) = 0;
  virtual Result<void> remove(Transaction&, WorkspaceId, MonitorId) = 0;
  // The same, but its sealed secrets stay, for when it comes back (core/people/removed.h).
  virtual Result<void> put_aside(Transaction&, WorkspaceId, MonitorId) = 0;

  virtual Result<std::vector<CheckDefaults>> all_defaults(Snapshot&) const = 0;
  virtual Result<std::vector<CheckDefaults>> defaults(Snapshot&, WorkspaceId) const = 0;
  virtual Result<void> put_defaults(Transaction&, const CheckDefaults&) = 0;  // empty ones are removed
  virtual Result<void> remove_defaults(Transaction&, WorkspaceId, CheckDefaults::Scope, std::string_view of) = 0;

  virtual Result<void> keep_answer(Transaction&, const KeptAnswer&) = 0;
  virtual Result<std::vector<KeptAnswer>> answers(Snapshot&, WorkspaceId, MonitorId, int limit) const = 0;
  virtual Result<std::int64_t> delete_answers_before(Transaction&, Instant before, std::int64_t limit) = 0;

  // Hosts outside the workspace's own networks whose checking somebody confirmed once.
  virtual Result<bool> is_host_confirmed(Snapshot&, WorkspaceId, std::string_view host) const = 0;
  virtual Result<void> confirm_host(Transaction&, WorkspaceId, std::string_view host, const std::string& by,
                                    Instant at) = 0;

  // The changes of state of these monitors that overlap [from, to), by monitor and oldest first; of each the last one
  // before `from` is the first. One query for kMonitorsAtOnce of them.
  virtual Result<std::vector<StateChange>> changes(Snapshot&, WorkspaceId, std::span<const MonitorId>, Instant from,
                                                   Instant to) const = 0;
};
inline constexpr std::size_t kMonitorsAtOnce = 50;

}  // namespace connlog
