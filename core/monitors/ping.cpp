#include "core/monitors/ping.h"

#include <algorithm>
#include <map>
#include <memory>
#include <mutex>

#include "core/base/time_slots.h"
#include "core/base/time_zone.h"

namespace connlog {
namespace {

constexpr std::size_t kSchedulesKept = 4'096;

struct Schedule {
  TimeSlots slots;
  TimeZone zone;
};

// Schedules are asked for at each ping and each look; parsing one reads a file of the zone. A schedule that this machine
// does not know (its zone was removed) is null.
std::shared_ptr<const Schedule> schedule_of(const PingSettings& settings) {
  static std::mutex mutex;
  static std::map<std::pair<std::string, std::string>, std::shared_ptr<const Schedule>> known;
  const std::pair key(settings.schedule, settings.zone);
  {
    const std::lock_guard lock(mutex);
    if (const auto found = known.find(key); found != known.end()) return found->second;
  }
  std::shared_ptr<const Schedule> made;
  auto slots = TimeSlots::parse(settings.schedule);
  auto zone = TimeZone::load(settings.zone.empty() ? std::string_view("UTC") : std::string_view(settings.zone));
  if (slots && zone) made = std::make_shared<const Schedule>(Schedule{*std::move(slots), *std::move(zone)});
  const std::lock_guard lock(mutex);
  if (known.size() >= kSchedulesKept) known.clear();
  known.emplace(key, made);
  return made;
}

// Whether one of the words, separated by commas, is in the body. Blank ones count for nothing.
bool has_word(std::string_view words, std::string_view body) {
  while (!words.empty()) {
    const std::size_t comma = std::min(words.find(','), words.size());
    std::string_view word = words.substr(0, comma);
    words.remove_prefix(std::min(comma + 1, words.size()));
    const std::size_t begin = word.find_first_not_of(" \t");
    if (begin == std::string_view::npos) continue;
    word = word.substr(begin, word.find_last_not_of(" \t") - begin + 1);
    if (body.find(word) != std::string_view::npos) return true;
  }
  return false;
}

bool is_same_run(const std::optional<Uuid>& a, const std::optional<Uuid>& b) {
  return a.has_value() == b.has_value() && (!a || a->bytes == b->bytes);
}

}  // namespace

PingSettings ping_settings(const FieldValues& fields) {
  PingSettings settings;
  const auto number = [&](std::string_view name, std::int64_t standard) {
    return fields.find(name) == nullptr ? standard : fields.number(name);
  };
  settings.period = seconds(number("period_seconds", settings.period.count()));
  settings.grace = seconds(number("grace_seconds", settings.grace.count()));
  settings.schedule = fields.text("schedule");
  if (const std::string zone = fields.text("zone"); !zone.empty()) settings.zone = zone;
  settings.post_only = fields.flag("post_only");
  settings.manual_resume = fields.flag("manual_resume");
  settings.filter_body = fields.flag("filter_body");
  settings.filter_default_fail = fields.flag("filter_default_fail");
  settings.success_words = fields.text("success_words");
  settings.fail_words = fields.text("fail_words");
  settings.start_words = fields.text("start_words");
  settings.keep = number("keep", settings.keep);
  settings.body_bytes = number("body_bytes", settings.body_bytes);
  return settings;
}

PingKind decided_kind(const PingSettings& settings, const PingRequest& request) {
  PingKind kind = request.asked;
  if (request.is_preview) return PingKind::ignored;
  if (request.exit_status.value_or(0) > 0) kind = PingKind::fail;
  if (settings.post_only && request.method != "POST") {
    kind = PingKind::ignored;
  } else if (settings.filter_body) {
    if (has_word(settings.fail_words, request.body)) {
      kind = PingKind::fail;
    } else if (has_word(settings.success_words, request.body)) {
      kind = PingKind::success;
    } else if (has_word(settings.start_words, request.body)) {
      kind = PingKind::start;
    } else {
      kind = settings.filter_default_fail ? PingKind::fail : PingKind::ignored;
    }
  }
  if (request.is_paused && settings.manual_resume) return PingKind::ignored;
  return kind;
}

PingStep after_ping(const PingSettings&, PingState before, PingKind kind, const std::optional<Uuid>& rid, Instant at) {
  PingStep step{.state = std::move(before), .duration = {}};
  PingState& state = step.state;
  ++state.pings;
  if (kind == PingKind::start) {
    state.last_start = at;
    state.last_start_rid = rid;
    return step;
  }
  if (kind != PingKind::success && kind != PingKind::fail) return step;
  state.last_ping = at;
  state.last_duration.reset();
  state.is_new = false;
  state.is_down = kind == PingKind::fail;
  if (!state.last_start.is_set()) return step;
  const bool is_its_end = is_same_run(rid, state.last_start_rid);
  if (is_its_end) {
    step.duration = std::max(at - state.last_start, microseconds(0));
    state.last_duration = step.duration;
  }
  if (is_its_end || kind == PingKind::fail || !rid) {
    state.last_start = {};
    state.last_start_rid.reset();
  }
  return step;
}

PingState after_resume(PingState before) {
  before.is_new = true;
  before.is_down = false;
  before.last_ping = {};
  before.last_start = {};
  before.last_start_rid.reset();
  before.last_duration.reset();
  return before;
}

std::optional<PingDue> due_of(const PingSettings& settings, const PingState& state) {
  if (state.is_down) return std::nullopt;
  std::optional<Instant> due;
  if (!state.is_new && state.last_ping.is_set()) {
    const auto schedule = settings.schedule.empty() ? nullptr : schedule_of(settings);
    due = schedule ? schedule->slots.next(state.last_ping, schedule->zone) : state.last_ping + settings.period;
  }
  if (state.last_start.is_set() && (!due || state.last_start < *due)) due = state.last_start;
  if (!due) return std::nullopt;
  return PingDue{.due = *due, .down_at = *due + settings.grace};
}

}  // namespace connlog
