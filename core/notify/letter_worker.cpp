#include "core/notify/letter_worker.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "core/base/log.h"
#include "core/crypto/sealed.h"
#include "core/notify/letter_text.h"
#include "core/notify/mail_health.h"
#include "core/notify/prepare.h"

namespace connlog {
namespace {

constexpr seconds kLease{300};
constexpr Instant kAnyTime{std::int64_t{1} << 62};
constexpr int kAtATime = 4;  // sent at the same time; few, so that alerts find room at the mail server
constexpr int kLeftBehindMax = 10'000;
constexpr seconds kAfterTrouble{1};

}  // namespace

milliseconds LetterWorker::until_due() const {
  if (needs_.clock.monotonic() < not_before_) return kAfterTrouble;
  if (!finished_.empty()) return milliseconds(0);
  if (held_.size() >= kAtATime) return std::chrono::hours(1);  // an answer ends the wait
  if (woken_.load()) return milliseconds(0);
  if (!waits_) return std::chrono::hours(1);
  return std::max(std::chrono::ceil<milliseconds>(next_due_ - needs_.clock.monotonic()), milliseconds(0));
}

void LetterWorker::turn() {
  if (needs_.clock.monotonic() < not_before_) return;
  if (!finished_.empty()) mark_finished();
  if (clock_steps_.step() != microseconds(0)) woken_.store(true);
  if (held_.size() < kAtATime && (is_due() || first_turn_ || woken_.load())) lease();
}

// Leases every letter, whatever its times say, and lets each wait on by the clock as it is now: of those that a former
// process leased nobody knows any more, and where the clock was set the stored times mean something else.
Result<void> LetterWorker::sort(Transaction& tx, Instant now, bool everything, microseconds step) {
  auto all = TRY(needs_.letters->lease(tx, kAnyTime, now + kLease, kLeftBehindMax));
  for (PostedLetter& row : all) {
    row.state = held_.contains(row.id) ? Notification::State::leased : Notification::State::queued;
    row.attempts -= 1;
    const microseconds rest = rest_of_wait(row.next_attempt_at, row.attempts, now - step);
    row.next_attempt_at = everything ? now : now + rest;
    if (row.state == Notification::State::queued) row.lease_until = {};
    TRY(needs_.letters->update(tx, row));
  }
  return {};
}

void LetterWorker::lease() {
  woken_.store(false);
  const Instant now = needs_.clock.now();
  const bool everything = retry_all_.exchange(false);
  const microseconds step = clock_steps_.step();
  std::vector<PostedLetter> taken;
  Instant next;
  const auto done = needs_.stores.write([&](Transaction& tx) -> Result<void> {
    taken.clear();
    if (first_turn_ || everything || step != microseconds(0)) TRY(sort(tx, now, everything, step));
    taken = TRY(needs_.letters->lease(tx, now, now + kLease, kAtATime - static_cast<int>(held_.size())));
    next = TRY(needs_.letters->next_due(tx));
    return {};
  });
  if (!done) {
    log_warning("letters.lease_failed", {{"reason", done.error().message}, {"cause", done.error().cause}});
    not_before_ = needs_.clock.monotonic() + kAfterTrouble;
    woken_.store(true);
    if (everything) retry_all_.store(true);
    return;
  }
  first_turn_ = false;
  clock_steps_.take(step);
  waits_ = next.is_set();
  if (waits_) next_due_ = needs_.clock.monotonic() + (next - needs_.clock.now());
  for (PostedLetter& row : taken) {
    if (held_.insert(row.id).second) start(std::move(row));
  }
}

void LetterWorker::start(PostedLetter row) {
  std::optional<Delivery> delivery;
  const Instant now = needs_.clock.now();
  if (row.useful_until <= needs_.clock.believed()) {
    finished_.push_back({std::move(row), {DeliveryResult::Kind::refused_for_good, false, {}}});
    return;
  }
  const auto read = needs_.stores.read([&](Snapshot& snapshot) -> Result<void> {
    Secret path;
    if (!row.sealed_link.empty()) path = TRY(unseal(needs_.keyring, kLetterLinkContext, row.sealed_link));
    delivery = TRY(mail_delivery(needs_, snapshot, render_letter(row, path.reveal(), needs_.public_url), row.to_address,
                                 row.message_id, now));
    return {};
  });
  if (!read) {
    if (!read.error().cause.empty())
      log_warning("letters.prepare_failed", {{"letter", row.id.text()}, {"cause", read.error().cause}});
    finished_.push_back({std::move(row), {DeliveryResult::Kind::try_later, false, read.error().message}});
    return;
  }
  courier_.send(*std::move(delivery), [this, row](DeliveryResult result) {
    finished_.push_back({row, std::move(result), true});
  });
}

PostedLetter LetterWorker::decided(const Finished& finished, Instant now) const {
  PostedLetter row = finished.row;
  Notification attempt;  // letters use the schedule of notifications
  attempt.attempts = row.attempts;
  attempt.created_at = row.created_at;
  const Step step = next_step(attempt, finished.result, now, needs_.random, needs_.clock.monotonic() - started_);
  const Instant believed = needs_.clock.believed();
  const bool of_use =
      step.state != Notification::State::queued || believed + (step.next_attempt_at - now) < row.useful_until;
  row.state = of_use && row.useful_until > believed ? step.state : Notification::State::failed;
  if (step.state == Notification::State::sent) row.state = step.state;
  if (is_uncounted(finished.result)) row.attempts = std::max(row.attempts - 1, 0);
  row.lease_until = {};
  row.next_attempt_at = row.state == Notification::State::queued ? step.next_attempt_at : now;
  if (row.state == Notification::State::sent) {
    row.sent_at = now;
    row.last_error.clear();
  } else if (!finished.result.answer.empty()) {
    row.last_error = finished.result.answer;
  } else if (row.last_error.empty()) {
    row.last_error = "It was of no more use before it could be sent.";
  }
  if (row.state != Notification::State::queued) row.sealed_link.clear();
  return row;
}

void LetterWorker::mark_finished() {
  const Instant now = needs_.clock.now();
  std::vector<PostedLetter> rows;
  for (const Finished& finished : finished_) rows.push_back(decided(finished, now));
  const auto written = needs_.stores.write([&](Transaction& tx) -> Result<void> {
    for (const PostedLetter& row : rows) {
      // A row that is gone meanwhile (its workspace or its account was deleted) needs no mark.
      if (const auto marked = needs_.letters->update(tx, row); !marked && marked.error().code != ErrorCode::not_found)
        return marked.error();
    }
    for (const Finished& finished : finished_) {
      if (finished.was_sent_out) TRY(note_mail_result(needs_.settings, tx, finished.result, now));
    }
    return {};
  });
  if (!written) {
    log_warning("letters.mark_delayed",
                {{"letters", rows.size()}, {"reason", written.error().message}, {"cause", written.error().cause}});
    not_before_ = needs_.clock.monotonic() + kAfterTrouble;
    return;
  }
  for (const PostedLetter& row : rows) {
    held_.erase(row.id);
    switch (row.state) {
      case Notification::State::sent:
        log_info("letter.sent", {{"id", row.id.text()}, {"kind", row.kind}, {"attempts", row.attempts}});
        break;
      case Notification::State::failed:
        log_error("letter.failed", {{"id", row.id.text()}, {"kind", row.kind}, {"answer", row.last_error}});
        break;
      default: {
        log_warning("letter.delayed", {{"id", row.id.text()},
                                       {"kind", row.kind},
                                       {"attempts", row.attempts},
                                       {"next_attempt_at", to_iso8601(row.next_attempt_at)},
                                       {"answer", row.last_error}});
        const Monotonic due = needs_.clock.monotonic() + (row.next_attempt_at - now);
        if (!waits_ || due < next_due_) next_due_ = due;
        waits_ = true;
      }
    }
  }
  finished_.clear();
  if (!waits_ || !is_due()) woken_.store(true);  // more may be due than one turn takes
}

}  // namespace connlog
