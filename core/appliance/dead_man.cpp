#include "core/appliance/dead_man.h"

#include <fmt/format.h>
#include <pthread.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "core/base/log.h"
#include "core/base/text.h"
#include "core/crypto/sealed.h"
#include "core/net/http_url.h"

namespace connlog {
namespace {

using nlohmann::json;

constexpr std::string_view kSettingKey = "dead_man";                 // stored: never renamed
constexpr std::string_view kLastKey = "dead_man.last";               // likewise
constexpr std::string_view kUrlContext = "dead_man.url";             // likewise
constexpr std::size_t kUrlBytesMax = 1'000;
constexpr seconds kLookedBack{3 * 86'400};  // as long as messages are tried
constexpr milliseconds kConnectTimeout{10'000}, kTimeout{20'000};
constexpr std::size_t kAnswerBytesMax = 16 * 1024;

// What people see of the address.
std::string shown_of(const HttpUrl& url) {
  const bool usual = url.port == (url.scheme == "https" ? 443 : 80);
  const std::string host = url.host.find(':') != std::string::npos ? "[" + url.host + "]" : url.host;
  return fmt::format("{}://{}{}/…", url.scheme, host, usual ? "" : fmt::format(":{}", url.port));
}

std::string minutes_since(Instant since, Instant now) {
  return duration_text(std::max<std::int64_t>((now - since) / seconds(1), 0));
}

}  // namespace

DeadMan::DeadMan(Parts parts) : parts_(std::move(parts)) {}

DeadMan::~DeadMan() {
  stop();
}

// ── Settings ──

Result<DeadManSettings> DeadMan::settings(Snapshot& snapshot) const {
  const auto text = TRY(parts_.settings.get(snapshot, std::string(kSettingKey)));
  DeadManSettings out;
  if (!text) return out;
  const json stored = json::parse(*text, nullptr, false);
  if (!stored.is_object()) {
    return Error{ErrorCode::internal,
                 "The stored settings of the dead-man's switch cannot be read. Enter them again.",
                 {},
                 "setting dead_man: not the expected JSON"};
  }
  out.enabled = stored.value("enabled", false);
  out.sealed_url = stored.value("sealed_url", "");
  out.shown = stored.value("shown", "");
  return out;
}

Result<DeadManSettings> DeadMan::change(Transaction& tx, const Actor& actor, const DeadManChange& change) {
  DeadManSettings wanted;
  // What cannot be read is replaced by what is entered anew.
  if (auto known = settings(tx)) wanted = std::move(known).value();
  if (change.forgets_url) wanted = DeadManSettings{};
  if (change.url) {
    const std::string_view url = change.url->reveal();
    if (url.size() > kUrlBytesMax) return invalid("url", fmt::format("At most {} bytes are allowed.", kUrlBytesMax));
    const HttpUrl parsed = TRY(check_http_url(url, "url"));
    wanted.sealed_url = seal(parts_.keyring, kUrlContext, *change.url, parts_.random);
    wanted.shown = shown_of(parsed);
  }
  wanted.enabled = change.enabled.value_or(wanted.enabled || change.url.has_value());
  if (wanted.enabled && wanted.sealed_url.empty())
    return invalid("url", "Enter the address that your watcher gave you; it is called every minute.");
  const json stored = {{"enabled", wanted.enabled}, {"sealed_url", wanted.sealed_url}, {"shown", wanted.shown}};
  TRY(parts_.settings.put(tx, std::string(kSettingKey), stored.dump(-1, ' ', false, json::error_handler_t::replace)));
  TRY(parts_.audit.append(tx, actor, "dead_man.changed", wanted.shown,
                          wanted.enabled ? "called every minute" : wanted.sealed_url.empty() ? "no address" : "switched off"));
  tx.after_commit([this] {
    {
      const std::lock_guard lock(mutex_);
      changed_ = true;
      state_ = {};
    }
    woken_.notify_all();
  });
  return wanted;
}

DeadManState DeadMan::state() const {
  const std::lock_guard lock(mutex_);
  return state_;
}

// ── Whether a call may be made ──

std::optional<std::string> DeadMan::withheld() const {
  if (parts_.recovery.is_on()) return "The appliance is in recovery: it tells nobody anything until that is ended.";
  if (const auto outage = parts_.storage.outage())
    return fmt::format("Nothing can be stored since {}: {}.", to_iso8601(outage->since), outage->cause);
  if (parts_.clock_is_plausible && !parts_.clock_is_plausible()) return "The machine's clock cannot be right.";
  if (parts_.signs) {
    const std::vector<LoopSign> signs = parts_.signs();
    const Monotonic now = parts_.clock.monotonic();
    if (const LoopSign* stuck = first_stuck(signs, now)) {
      return fmt::format("{} has not come round for {} s: {}.", stuck->name, (now - stuck->last) / seconds(1),
                         stuck->without);
    }
  }
  const Instant now = parts_.clock.now();
  UnacceptedMessages messages;
  const auto read = parts_.stores.read([&](Snapshot& snapshot) -> Result<void> {
    messages = TRY(parts_.store.unaccepted(snapshot, now - kLookedBack));
    return {};
  });
  if (!read) return "What waits to be told cannot be read from the database.";
  if (messages.waiting_since.is_set() && now - messages.waiting_since >= kAcceptedWithin) {
    return fmt::format("A message has waited for {}, and no service has accepted it.",
                       minutes_since(messages.waiting_since, now));
  }
  if (messages.failed_since.is_set())
    return fmt::format("Nobody could be reached with a message of {}.", to_iso8601(messages.failed_since));
  return std::nullopt;
}

// The proof that the writer comes round: a row each minute. It also says, after a restart, when the last call was made.
Result<void> DeadMan::prove_writes() const {
  const std::string at = to_iso8601(parts_.clock.now());
  return parts_.stores.write(
      [&](Transaction& tx) { return parts_.settings.put(tx, std::string(kLastKey), "\"" + at + "\""); });
}

// ── Calling ──

Result<Secret> DeadMan::address() const {
  Secret url;
  const auto read = parts_.stores.read([&](Snapshot& snapshot) -> Result<void> {
    const DeadManSettings known = TRY(settings(snapshot));
    if (!known.sealed_url.empty()) url = TRY(unseal(parts_.keyring, kUrlContext, known.sealed_url));
    return {};
  });
  TRY(read);
  return url;
}

DeadMan::Trial DeadMan::call(const Secret& url) {
  if (!client_) {
    HttpClient::Options options;
    options.purpose = OutboundPurpose::dead_man;
    options.outbound = parts_.outbound;
    auto opened = HttpClient::open(std::move(options));
    if (!opened) return {false, opened.error().message};
    client_ = std::move(opened).value();
  }
  HttpRequest request;
  request.url = url.reveal();
  request.connect_timeout = kConnectTimeout;
  request.timeout = kTimeout;
  request.answer_bytes_max = kAnswerBytesMax;
  request.head_is_enough = true;
  const HttpOutcome outcome = client_->perform(request, [this] { return !cancelled_.load(); });
  if (outcome.failure) return {false, outcome.failure->message};
  const int status = outcome.answer.status;
  return {status >= 200 && status < 300, fmt::format("HTTP {}", status)};
}

void DeadMan::note_withheld(const std::string& why) {
  bool is_new = false;
  {
    const std::lock_guard lock(mutex_);
    is_new = !state_.withheld_since.is_set();
    if (is_new) state_.withheld_since = parts_.clock.now();
    state_.withheld_reason = why;
  }
  if (is_new) log_warning("dead_man.withheld", {{"why", why}});
}

void DeadMan::note_call(const Trial& trial) {
  bool was_ok = false, was_called = false, was_withheld = false;
  {
    const std::lock_guard lock(mutex_);
    was_ok = state_.last_ok;
    was_called = state_.last_at.is_set();
    was_withheld = state_.withheld_since.is_set();
    state_.last_at = parts_.clock.now();
    state_.last_answer = trial.answer;
    state_.last_ok = trial.ok;
    state_.withheld_since = {};
    state_.withheld_reason.clear();
  }
  if (was_withheld) log_info("dead_man.called_again");
  if (!trial.ok && (was_ok || !was_called)) log_warning("dead_man.not_reached", {{"why", trial.answer}});
}

void DeadMan::turn() {
  bool is_on = false;
  const auto read = parts_.stores.read([&](Snapshot& snapshot) -> Result<void> {
    const DeadManSettings known = TRY(settings(snapshot));
    is_on = known.enabled && !known.sealed_url.empty();
    return {};
  });
  if (!read) return note_withheld("The settings of the dead-man's switch cannot be read.");
  if (!is_on) return;
  if (const auto why = withheld()) return note_withheld(*why);
  if (const auto proved = prove_writes(); !proved) return note_withheld("Nothing can be stored.");
  const auto url = address();
  if (!url || url->empty()) return note_withheld("The address cannot be opened with the master key. Enter it again.");
  note_call(call(*url));
}

Result<void> DeadMan::begin_trial(const Actor& actor, std::function<void(Result<Trial>)> done) {
  const Secret url = TRY(address());
  if (url.empty()) return Error{ErrorCode::conflict, "No address is set yet. Enter the one that your watcher gave you."};
  {
    const std::lock_guard lock(mutex_);
    if (stopping_ || !thread_.joinable())
      return Error{ErrorCode::unavailable, "connlog is starting or stopping. Try again in a moment."};
    if (trial_) return Error{ErrorCode::conflict, "A call is being tried just now. Wait for its answer."};
    trial_ = std::move(done);
  }
  parts_.stores.submit(
      Urgency::may_wait,
      [this, actor](Transaction& tx) { return parts_.audit.append(tx, actor, "dead_man.tested", "dead-man's switch"); },
      [](const Result<void>&) {});
  woken_.notify_all();
  return {};
}

void DeadMan::make_trial() {
  std::function<void(Result<Trial>)> done;
  {
    const std::lock_guard lock(mutex_);
    done = std::exchange(trial_, {});
  }
  if (!done) return;
  const auto url = address();
  if (!url) return done(url.error());
  if (url->empty()) return done(Error{ErrorCode::conflict, "No address is set any more."});
  Trial trial = call(*url);
  {
    // Whether the calls of each minute are withheld stays as it is.
    const std::lock_guard lock(mutex_);
    state_.last_at = parts_.clock.now();
    state_.last_answer = trial.answer;
    state_.last_ok = trial.ok;
    if (state_.withheld_since.is_set())
      trial.answer += fmt::format(". The calls of each minute are withheld: {}", state_.withheld_reason);
  }
  done(trial);
}

// ── The thread ──

void DeadMan::start() {
  const std::lock_guard lock(mutex_);
  if (thread_.joinable() || stopping_) return;
  thread_ = std::thread([this] { run(); });
  pthread_setname_np(thread_.native_handle(), "dead-man");
}

void DeadMan::stop() {
  std::function<void(Result<Trial>)> waiting;
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  cancelled_ = true;
  woken_.notify_all();
  if (thread_.joinable()) thread_.join();
  {
    const std::lock_guard lock(mutex_);
    waiting = std::exchange(trial_, {});
  }
  if (waiting) waiting(Error{ErrorCode::unavailable, "connlog is stopping."});
}

void DeadMan::run() {
  Monotonic due = parts_.clock.monotonic();
  while (true) {
    {
      std::unique_lock lock(mutex_);
      woken_.wait_for(lock, milliseconds(1'000), [this] { return stopping_ || changed_ || trial_ != nullptr; });
      if (stopping_) break;
      if (std::exchange(changed_, false)) due = parts_.clock.monotonic();
    }
    beat_.alive();
    make_trial();
    if (parts_.clock.monotonic() < due) continue;
    turn();
    due = parts_.clock.monotonic() + kEvery;
  }
  beat_.rests();
}

}  // namespace connlog
