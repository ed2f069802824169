#include "core/notify/outbox_worker.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "core/base/log.h"
#include "core/base/text.h"
#include "core/notify/mail_health.h"
#include "core/notify/prepare.h"

namespace connlog {
namespace {

// How long a lease lasts. Within the process held_ keeps a row from being sent twice, and a start takes over the former
// process's leases at once, so leases hardly ever run out.
constexpr seconds kLease{300};
constexpr Instant kAnyTime{std::int64_t{1} << 62};
constexpr int kLeaseAtATime = 200;
constexpr int kSortedMax = 10'000;  // rows that lease_sorted() looks at
constexpr std::size_t kHeldMax = 2'000;
constexpr int kRunningMax = 24;
constexpr int kPerTargetMax = 4;
constexpr std::size_t kPausesMax = 1'000;
constexpr seconds kAfterTrouble{1};
constexpr std::size_t kIncidentsInSlice = 500;  // whose timelines are written in one transaction

}  // namespace

OutboxWorker::OutboxWorker(const NotifyDependencies& needs, Courier& courier)
    : needs_(needs), courier_(courier), clock_steps_(needs.clock), started_(needs.clock.monotonic()) {}

void OutboxWorker::wake() {
  woken_.store(true);
  courier_.wake();
}

void OutboxWorker::retry_all_soon() {
  retry_all_.store(true);
  wake();
}

void OutboxWorker::turn(milliseconds longest_wait) {
  if (needs_.clock.monotonic() >= not_before_) {
    if (clock_steps_.step() != microseconds(0)) woken_.store(true);
    if (!finished_.empty()) mark_finished();
    if ((woken_.exchange(false) || is_due() || first_turn_) && held_.size() < kHeldMax) lease();
  }
  start_waiting();
  // Deliveries that could not even be started have their results already.
  const bool at_once = !finished_.empty() && needs_.clock.monotonic() >= not_before_;
  courier_.poll(at_once ? milliseconds(0) : std::min(longest_wait, until_due()));
  if (!finished_.empty() && needs_.clock.monotonic() >= not_before_) mark_finished();
}

milliseconds OutboxWorker::until_due() const {
  if (needs_.clock.monotonic() < not_before_) return kAfterTrouble;
  if (!waits_) return std::chrono::hours(1);
  const auto left = std::chrono::ceil<milliseconds>(next_due_ - needs_.clock.monotonic());
  return std::max(left, milliseconds(0));
}

void OutboxWorker::set_next_due(Instant next) {
  waits_ = next.is_set();
  if (waits_) next_due_ = needs_.clock.monotonic() + (next - needs_.clock.now());
}

// Leases every row, whatever its times say: of those that a former process leased nobody knows any more, and where the
// clock was set the stored times mean something else. Rows that have to wait on go back, by the clock as it is now.
Result<std::vector<Notification>> OutboxWorker::lease_sorted(Transaction& tx, Instant now, bool everything,
                                                             microseconds step) {
  auto taken = TRY(needs_.outbox.lease(tx, kAnyTime, now + kLease, kSortedMax));
  std::vector<Notification> kept;
  for (Notification& row : taken) {
    const microseconds rest = rest_of_wait(row.next_attempt_at, row.attempts - 1, now - step);
    if (everything || rest == microseconds(0) || held_.contains(row.id)) {
      kept.push_back(std::move(row));
      continue;
    }
    row.state = Notification::State::queued;
    row.lease_until = {};
    row.attempts -= 1;
    row.next_attempt_at = now + rest;
    TRY(needs_.outbox.update(tx, row));
  }
  return kept;
}

void OutboxWorker::lease() {
  const Instant now = needs_.clock.now();
  const bool everything = retry_all_.exchange(false);
  if (everything) pauses_.erase(std::string(kMailTarget));
  const microseconds step = clock_steps_.step();
  const bool sorts = everything || first_turn_ || step != microseconds(0);
  std::vector<Notification> taken;
  Instant next;
  const auto done = needs_.stores.write([&](Transaction& tx) -> Result<void> {
    if (sorts) {
      taken = TRY(lease_sorted(tx, now, everything, step));
    } else {
      taken = TRY(needs_.outbox.lease(tx, now, now + kLease, kLeaseAtATime));
    }
    next = TRY(needs_.outbox.next_due(tx));
    return {};
  });
  if (!done) {
    log_warning("outbox.lease_failed", {{"reason", done.error().message}, {"cause", done.error().cause}});
    not_before_ = needs_.clock.monotonic() + kAfterTrouble;
    woken_.store(true);
    if (everything) retry_all_.store(true);
    return;
  }
  first_turn_ = false;
  clock_steps_.take(step);
  set_next_due(next);
  for (Notification& row : taken) hold(std::move(row));
}

void OutboxWorker::hold(Notification row) {
  if (!held_.insert(row.id).second) return;  // its lease ran out while we still have it
  const std::string target = row.target;
  if (const Pause* const pause = pause_of(target)) {
    finished_.push_back({std::move(row), pause->why, false, true});
    return;
  }
  waiting_[target].push_back(std::move(row));
}

const OutboxWorker::Pause* OutboxWorker::pause_of(const std::string& target) const {
  const auto found = pauses_.find(target);
  return found == pauses_.end() || found->second.until <= needs_.clock.monotonic() ? nullptr : &found->second;
}

void OutboxWorker::note_pause(const std::string& target, const DeliveryResult& result) {
  if (pauses_.size() >= kPausesMax)
    std::erase_if(pauses_, [&](const auto& one) { return one.second.until <= needs_.clock.monotonic(); });
  Pause& pause = pauses_[target];
  // Several were on their way together: one pause for all.
  if (pause.until <= needs_.clock.monotonic()) ++pause.times;
  const microseconds grown =
      std::min<microseconds>(kFirstRetryDelay * (std::int64_t{1} << std::min(pause.times - 1, 10)), kLongestPause);
  const microseconds length = result.retry_after.count() > 0 ? microseconds(result.retry_after) : grown;
  pause.until = std::max(pause.until, needs_.clock.monotonic() + length);
  pause.why = result;
}

void OutboxWorker::start_waiting() {
  // One row of each target in turn, so that a long queue does not delay a short one.
  for (bool started = true; started && running_ < kRunningMax;) {
    started = false;
    std::vector<std::string> targets;
    for (const auto& [target, rows] : waiting_) targets.push_back(target);
    for (const std::string& target : targets) {
      const auto rows = waiting_.find(target);  // may have been emptied by a failure meanwhile
      if (rows == waiting_.end() || running_ >= kRunningMax) continue;
      const auto busy = on_their_way_.find(target);
      const int most = pauses_.contains(target) ? 1 : kPerTargetMax;
      if (busy != on_their_way_.end() && busy->second >= most) continue;
      Notification row = std::move(rows->second.front());
      rows->second.pop_front();
      if (rows->second.empty()) waiting_.erase(rows);
      start(std::move(row), target);
      started = true;
    }
  }
}

void OutboxWorker::start(Notification row, const std::string& target) {
  std::optional<Prepared> prepared;
  const auto read = needs_.stores.read([&](Snapshot& snapshot) -> Result<void> {
    const Announcement announcement = TRY(announcement_of(needs_, snapshot, row));
    prepared = TRY(prepare(needs_, snapshot, row, announcement, needs_.clock.now()));
    return {};
  });
  if (!read) {
    const bool nobody = read.error().code == ErrorCode::not_found;
    if (!read.error().cause.empty())
      log_warning("outbox.prepare_failed", {{"notification", row.id.text()}, {"cause", read.error().cause}});
    finished_.push_back({std::move(row), {DeliveryResult::Kind::try_later, false, read.error().message}, nobody});
    return;
  }
  row.shown = prepared->shown;
  row.target = prepared->delivery.target;
  ++running_;
  ++on_their_way_[target];
  courier_.send(std::move(prepared->delivery), [this, row, target](DeliveryResult result) {
    --running_;
    if (--on_their_way_[target] == 0) on_their_way_.erase(target);
    finish(row, target, std::move(result));
  });
}

void OutboxWorker::finish(Notification row, const std::string& target, DeliveryResult result) {
  const bool unreachable = !result.reached && !result.is_forbidden && result.kind == DeliveryResult::Kind::try_later;
  if (result.kind == DeliveryResult::Kind::delivered) pauses_.erase(target);
  if (result.whole_target) note_pause(target, result);
  if (unreachable || result.whole_target) {
    if (const auto rest = waiting_.find(target); rest != waiting_.end()) {
      for (Notification& other : rest->second)
        finished_.push_back({std::move(other), result, false, result.whole_target});
      waiting_.erase(rest);
    }
  }
  finished_.push_back({std::move(row), std::move(result), false, false, true});
}

// Where its target's pause ends, spread a little.
Step OutboxWorker::after_pause(const Pause* pause, Instant now) const {
  if (pause == nullptr) return {Notification::State::queued, now};
  const microseconds left = pause->until - needs_.clock.monotonic();
  const auto range = static_cast<std::uint64_t>(std::min<microseconds>(left / 10, seconds(60)).count());
  return {Notification::State::queued,
          now + left + microseconds(static_cast<std::int64_t>(needs_.random.below(range + 1)))};
}

OutboxWorker::Mark OutboxWorker::decide(const Finished& finished, Instant now) const {
  Mark mark{finished.row, now, {}};
  Notification& row = mark.row;
  const Pause* const pause = pause_of(row.target);
  Step step;
  if (finished.nobody_to_tell)
    step.state = Notification::State::failed;
  else if (finished.is_untried)
    step = after_pause(pause, now);
  else
    step = next_step(row, finished.result, now, needs_.random, needs_.clock.monotonic() - started_);
  if (finished.is_untried || is_uncounted(finished.result)) row.attempts = std::max(row.attempts - 1, 0);
  mark.result = finished.result;
  mark.is_news_of_mail = finished.was_sent_out && row.target == kMailTarget;
  row.state = step.state;
  row.lease_until = {};
  row.next_attempt_at = step.next_attempt_at.is_set() ? step.next_attempt_at : now;
  if (pause != nullptr && step.state == Notification::State::queued)
    row.next_attempt_at = std::max(row.next_attempt_at, now + (pause->until - needs_.clock.monotonic()));
  const bool sent = step.state == Notification::State::sent;
  row.sent_at = sent ? now : Instant{};
  row.last_error = sent ? std::string() : finished.result.answer;
  if (finished.was_sent_out) row.answer = finished.result.answer;
  if (sent) row.remote_id = finished.result.remote_id;

  if (step.state != Notification::State::queued) {
    mark.answer =
        fmt::format("{} to {}: {}", channel_title(needs_.channels, row.channel), row.shown, finished.result.answer);
  }
  return mark;
}

// A group may tell of thousands of incidents, each of which gets an entry. All but the first are written before the mark, in
// slices, so that the writer is not held for long. A crash in between sends the message again, under its id, and finds the
// entries written.
Result<void> OutboxWorker::write_long_timelines(const std::vector<Mark>& marks) {
  for (const Mark& mark : marks) {
    if (mark.answer.empty()) continue;
    std::optional<Announcement> announcement;
    const auto read = needs_.stores.read([&](Snapshot& snapshot) -> Result<void> {
      announcement = TRY(needs_.announcements.find(snapshot, mark.row.workspace, mark.row.announcement));
      return {};
    });
    TRY(read);
    if (!announcement || announcement->incidents.size() <= kIncidentsInSlice) continue;
    const std::vector<IncidentId> incidents = announcement->incidents;
    const Outcome outcome{mark.at, mark.row.state == Notification::State::sent, mark.answer};
    for (std::size_t from = kIncidentsInSlice; from < incidents.size(); from += kIncidentsInSlice) {
      const std::size_t to = std::min(from + kIncidentsInSlice, incidents.size());
      announcement->incidents.assign(incidents.begin() + static_cast<std::ptrdiff_t>(from),
                                     incidents.begin() + static_cast<std::ptrdiff_t>(to));
      const auto written = needs_.stores.write([&](Transaction& tx) {
        return needs_.delivered.delivered(tx, *announcement, mark.row.recipient, outcome);
      });
      TRY(written);
    }
  }
  return {};
}

Result<void> OutboxWorker::write(const std::vector<Mark>& marks) {
  return needs_.stores.write([&](Transaction& tx) -> Result<void> {
    for (const Mark& mark : marks) TRY(write_one(tx, mark));
    return {};
  });
}

Result<void> OutboxWorker::write_one(Transaction& tx, const Mark& mark) {
  TRY(needs_.outbox.update(tx, mark.row));
  if (mark.is_news_of_mail) TRY(note_mail_result(needs_.settings, tx, mark.result, mark.at));
  auto announcement = TRY(needs_.announcements.find(tx, mark.row.workspace, mark.row.announcement));
  if (announcement && announcement->incidents.size() > kIncidentsInSlice)
    announcement->incidents.resize(kIncidentsInSlice);  // the others have their entries
  if (announcement && !mark.answer.empty()) {
    const Outcome outcome{mark.at, mark.row.state == Notification::State::sent, mark.answer};
    TRY(needs_.delivered.delivered(tx, *announcement, mark.row.recipient, outcome));
  }
  publish(tx, mark.row, announcement);
  return {};
}

// What is about no subject (a test) is for people who see all of them.
void OutboxWorker::publish(Transaction& tx, const Notification& row, const std::optional<Announcement>& announcement) {
  const bool has_subject = announcement && !announcement->subject.is_nil();
  const EventScope scope = has_subject ? EventScope::about(announcement->subject) : EventScope::full_sight();
  const bool has_incident = announcement && !announcement->incidents.empty();
  const std::string incident = has_incident ? json_string(announcement->incidents.front().text()) : "null";
  tx.after_commit([this, workspace = row.workspace, id = row.id, incident, scope] {
    needs_.events.publish({workspace, scope, EventName::notification_changed,
                           fmt::format(R"({{"workspace_id":{},"notification_id":{},"incident_id":{}}})",
                                       json_string(workspace.text()), json_string(id.text()), incident)});
  });
}

void OutboxWorker::mark_finished() {
  const Instant now = needs_.clock.now();
  std::vector<Mark> marks;
  for (const Finished& finished : finished_) marks.push_back(decide(finished, now));
  // Until the commit only this process knows what was sent. When the commit fails, it is tried again. When the process
  // ends before the commit, the row is sent again: the other side gets it twice, under one id.
  Result<void> written = write_long_timelines(marks);
  if (written) written = write(marks);
  if (!written && written.error().code != ErrorCode::unavailable && marks.size() > 1) {
    // One bad row must not keep the others from being marked.
    written = {};
    for (const Mark& mark : marks) {
      if (const auto one = write({mark}); !one) {
        log_error(
            "outbox.mark_failed",
            {{"notification", mark.row.id.text()}, {"reason", one.error().message}, {"cause", one.error().cause}});
      }
    }
  } else if (!written && written.error().code != ErrorCode::unavailable) {
    log_error("outbox.mark_failed", {{"notification", marks.front().row.id.text()},
                                     {"reason", written.error().message},
                                     {"cause", written.error().cause}});
    written = {};
  }
  if (!written) {
    log_warning(
        "outbox.mark_delayed",
        {{"notifications", marks.size()}, {"reason", written.error().message}, {"cause", written.error().cause}});
    not_before_ = needs_.clock.monotonic() + kAfterTrouble;
    return;
  }
  for (std::size_t i = 0; i < marks.size(); ++i) {
    const Notification& row = marks[i].row;
    held_.erase(row.id);
    log_mark(row, finished_[i].result.answer);
    if (on_sent && row.state == Notification::State::sent) on_sent(row);
    if (row.state == Notification::State::sent || row.state == Notification::State::failed) continue;
    const Monotonic due = needs_.clock.monotonic() + (row.next_attempt_at - now);
    if (!waits_ || due < next_due_) next_due_ = due;
    waits_ = true;
  }
  finished_.clear();
}

void OutboxWorker::log_mark(const Notification& row, const std::string& answer) const {
  const std::string channel = channel_title(needs_.channels, row.channel);
  switch (row.state) {
    case Notification::State::sent:
      log_info("notification.sent",
               {{"id", row.id.text()}, {"channel", channel}, {"attempts", row.attempts}, {"answer", answer}});
      break;
    case Notification::State::failed:
      log_error("notification.failed",
                {{"id", row.id.text()}, {"channel", channel}, {"attempts", row.attempts}, {"answer", answer}});
      break;
    default:
      log_warning("notification.delayed", {{"id", row.id.text()},
                                           {"channel", channel},
                                           {"attempts", row.attempts},
                                           {"next_attempt_at", to_iso8601(row.next_attempt_at)},
                                           {"answer", answer}});
  }
}

}  // namespace connlog
