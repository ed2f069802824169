// Quiet: for which subjects, rules or severities people want no messages, when, and who asked for it. A maintenance is
// planned (once, weekly, monthly or by cron, in a named zone); a mute begins now and has an end; a snooze is a mute of
// one incident's rule and subject. Checks go on and incidents open; only telling waits (core/watch/telling/stage.h).
// Plain data, pure functions, and the interface of the store; any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/clock.h"
#include "core/base/id.h"
#include "core/base/time_zone.h"
#include "core/base/transaction.h"
#include "core/base/words.h"
#include "core/watch/incident.h"
#include "core/watch/subject.h"

namespace connlog {

enum class QuietKind { maintenance, mute, snooze, host };
template <>
inline constexpr auto kWords<QuietKind> = words_for<QuietKind>({
    {QuietKind::maintenance, "maintenance"},
    {QuietKind::mute, "mute"},
    {QuietKind::snooze, "snooze"},
    {QuietKind::host, "host"},
});
enum class QuietRepeat { once, weekly, monthly, cron };
template <>
inline constexpr auto kWords<QuietRepeat> = words_for<QuietRepeat>({
    {QuietRepeat::once, "once"},
    {QuietRepeat::weekly, "weekly"},
    {QuietRepeat::monthly, "monthly"},
    {QuietRepeat::cron, "cron"},
});

inline constexpr seconds kMuteMax{30 * 24 * 3'600};
inline constexpr seconds kWideQuietMax{24 * 3'600};  // over half of the subjects, or over critical
inline constexpr seconds kHostQuietADay{4 * 3'600};
inline constexpr std::size_t kQuietsMax = 500;  // of a workspace, that are not over
inline constexpr std::size_t kMatchersMax = 50;

// What one line matches: all that is set must hold. Nothing set: everything of the workspace.
struct QuietMatcher {
  SubjectId subject = {};  // nil: any
  GroupId group = {};      // its members too, of nested groups as well
  std::string tag;
  std::string label;  // "key=value" or "key"
  RuleId rule = {};
  std::optional<Severity> severity;
};

struct Quiet {
  QuietId id;
  WorkspaceId workspace;
  QuietKind kind = QuietKind::maintenance;
  std::string name;                    // 1–80 characters: of a maintenance; a mute's is its reason
  std::string reason;                  // ≤ 500 characters
  std::vector<QuietMatcher> matchers;  // any of them
  // When. once: from starts_at to ends_at. Else: windows of `duration` that begin at `schedule`, from starts_at until
  // ends_at (not set: without an end).
  QuietRepeat repeat = QuietRepeat::once;
  std::string zone = "UTC";
  std::string schedule;  // weekly: "mon,thu 22:00"; monthly: "1,15 03:00", "last-sun 02:00"; cron: five parts
  std::int64_t duration_seconds = 0;
  Instant starts_at, ends_at;
  Instant ended_early_at;
  UserId by = {};
  std::string by_name;
  SubjectId by_host = {};  // kind host
  bool is_wide = false;    // over half of the subjects, or over critical: confirmed twice, told to the owners daily
  Instant owners_told_at;
  Instant created_at;
  std::int64_t version = 1;
};

struct QuietWindow {
  Instant from, to;  // [from, to)
};
// Errors name "schedule", "zone", "duration_seconds", "ends_at", "matchers.<n>.…".
Result<void> validate(const Quiet&, Instant now);
// The window that covers `at`; and the first that begins after it. Nothing: there is none (any more). By wall clock,
// DST-safe: a local time that does not exist counts as the first that does, one that exists twice counts once; the
// duration is real time.
std::optional<QuietWindow> window_at(const Quiet&, Instant at);
std::optional<QuietWindow> window_after(const Quiet&, Instant at);

// Whom a matcher is held against. `groups`: all above the subject.
struct QuietCandidate {
  const Subject& subject;
  const std::vector<GroupId>& groups;
  RuleId rule = {};
  Severity severity = Severity::critical;
};
bool matches(const QuietMatcher&, const QuietCandidate&);
bool matches(const Quiet&, const QuietCandidate&);
// Whether it is a maintenance of the whole subject, by people or by its host: not of one rule or severity alone.
bool maintains(const Quiet&, const QuietCandidate&);

class QuietStore {
 public:
  virtual ~QuietStore() = default;
  virtual Result<std::vector<Quiet>> all_current(Snapshot&,
                                                 Instant now) const = 0;  // start-up: not over yet, of all workspaces
  virtual Result<std::vector<Quiet>> list(Snapshot&, WorkspaceId, bool with_past, int limit) const = 0;
  virtual Result<std::optional<Quiet>> find(Snapshot&, WorkspaceId, QuietId) const = 0;
  virtual Result<void> insert(Transaction&, const Quiet&) = 0;
  virtual Result<void> update(Transaction&, const Quiet&) = 0;
  // Those of a kind that overlap [from, to): for marks in charts, uptime, and the host's four hours a day.
  virtual Result<std::vector<Quiet>> overlapping(Snapshot&, WorkspaceId, Instant from, Instant to) const = 0;
  virtual Result<std::int64_t> delete_before(Transaction&, Instant before, std::int64_t limit) = 0;
};

}  // namespace connlog
