// An alert rule: which condition, on which subjects and for how long, means an incident, and who is told. Plain data,
// its validation, its sentence, and the interface of its store.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/watch/metric.h"
#include "core/watch/subject.h"
#include "core/base/clock.h"
#include "core/base/id.h"
#include "core/base/transaction.h"
#include "core/base/words.h"

namespace connlog {

// silence: a subject that is expected to report does not. metric: a value is beyond a threshold. state: the observed
// state is the named one.
// event: another system said so (core/monitors/sources); no rule of people has it.
enum class RuleKind { silence, metric, state, event };
enum class Comparison { above, below };
enum class Severity { info, warning, critical };
template <>
inline constexpr auto kWords<RuleKind> = words_for<RuleKind>({
    {RuleKind::silence, "silence"},
    {RuleKind::metric, "metric"},
    {RuleKind::state, "state"},
    {RuleKind::event, "event"},
});
template <>
inline constexpr auto kWords<Comparison> = words_for<Comparison>({
    {Comparison::above, "above"},
    {Comparison::below, "below"},
});
template <>
inline constexpr auto kWords<Severity> = words_for<Severity>({
    {Severity::info, "info"},
    {Severity::warning, "warning"},
    {Severity::critical, "critical"},
});

// When a rule tells what it opens. Outside, it waits and is told when they begin, if it is still open.
struct WorkingHours {
  std::uint8_t days = 0;  // bit 0 Monday … bit 6 Sunday; 0: always
  int from_minute = 0, to_minute = 24 * 60;  // of the local day; from > to: over midnight, the day is that of `from`
  std::string zone = "UTC";
  friend bool operator==(const WorkingHours&, const WorkingHours&) = default;
};
inline constexpr std::size_t kRunbookBytesMax = 500;  // an https address
inline constexpr std::size_t kRuleNotesBytesMax = 2'000;

// Which subjects the rule is about.
struct RuleTarget {
  enum class Kind {
    all,      // every subject of a kind that stands in the fleet: groups are left out
    tag,      // subjects with the tag
    label,    // subjects with the label `text`: "env=prod", or "env" with any value
    subject,  // this one: also a group itself
    group,    // the members of a group, not those of groups in it
  } kind = Kind::all;
  std::string text = {};   // the tag, or the label
  SubjectId subject = {};  // the subject, or the group
};

template <>
inline constexpr auto kWords<RuleTarget::Kind> = words_for<RuleTarget::Kind>({
    {RuleTarget::Kind::all, "all"},
    {RuleTarget::Kind::tag, "tag"},
    {RuleTarget::Kind::label, "label"},
    {RuleTarget::Kind::subject, "subject"},
    {RuleTarget::Kind::group, "group"},
});

// The part of a rule that means each of them. Empty: the subject itself.
inline constexpr std::string_view kEachPart = "*";

struct Rule {
  RuleId id;
  WorkspaceId workspace;
  std::string name;  // 1–80 characters
  RuleKind kind = RuleKind::silence;
  RuleTarget target;
  std::optional<SubjectKind> only_kind;  // about subjects of this kind alone; nothing: of every kind that the target has
  // With RuleKind::metric:
  Metric metric = Metric::cpu_percent;
  Comparison comparison = Comparison::above;
  std::int64_t threshold_x100 = 9'000;  // hundredths of the metric's unit
  std::int64_t hysteresis_x100 = 500;   // back by this much before it counts as recovered; ≥ 0
  // With RuleKind::state: down, degraded or unknown.
  State state = State::down;
  // Which part of the subject: empty (the subject itself), kEachPart, or the text of one.
  std::string part;
  std::int64_t duration_seconds = 300;  // 0–86400: how long the condition must hold
  std::int64_t cooldown_seconds = 300;  // 0–86400: no new incident for so long after a recovery
  Severity severity = Severity::critical;
  bool enabled = true;
  std::vector<RecipientId> recipients;  // empty: the recipients that receive by default
  std::int64_t repeat_seconds = 0;      // 0 or 300–86400: a reminder, while it is open and nobody acknowledged it
  WorkingHours hours;
  std::string runbook;  // https address; in every message that has room
  std::string notes;    // likewise
  Instant last_tested_at;
  Instant created_at;
  std::int64_t version = 1;  // for If-Match
};

Result<void> validate(const Rule&);
// "When disk used on all agents is above 90 % for 5 min"; "When rack-4 is down for 10 min". `subject_name`: of the
// target, where that is one subject or the members of one group.
std::string sentence(const Rule&, std::string_view subject_name = {});
// Whether the condition can hold for a subject of the kind: silence where it reports, a metric where it has it.
bool applies(const Rule&, SubjectKind);
// Whether the rule is about the subject: not removed, named by the target, and of a kind to which the condition
// applies.
bool targets(const Rule&, const Subject&);
// "env=prod" or "env"; invalid_input names `field`. Without "=" any value is meant, and the label's is empty.
Result<Label> parse_label(std::string_view field, std::string_view text);
// Whether a label's text, as parse_label takes it, leaves the value open.
constexpr bool is_any_value(std::string_view label) {
  return label.find('=') == std::string_view::npos;
}
bool has_label(const Subject&, std::string_view key, std::string_view value, bool any_value);
std::vector<Rule> default_rules(WorkspaceId, Instant now, Random&);  // silence, disk 90 %, memory 95 %, load 4 per core
// What a workspace begins with once it has its first subject of a kind that connlog looks at itself: of monitors down,
// not to be checked, and certificates that end. None of other kinds.
std::vector<Rule> default_rules_of(SubjectKind, WorkspaceId, Instant now, Random&);

class RuleStore {
 public:
  virtual ~RuleStore() = default;
  virtual Result<std::vector<Rule>> all(Snapshot&) const = 0;  // start-up only: every workspace
  virtual Result<std::vector<Rule>> list(Snapshot&, WorkspaceId) const = 0;
  virtual Result<std::optional<Rule>> find(Snapshot&, WorkspaceId, RuleId) const = 0;
  virtual Result<void> insert(Transaction&, const Rule&) = 0;
  virtual Result<void> update(Transaction&, const Rule&) = 0;
  virtual Result<void> remove(Transaction&, WorkspaceId, RuleId) = 0;
};

}  // namespace connlog
