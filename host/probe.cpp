#include "host/probe.h"

#include <fmt/format.h>

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <map>
#include <mutex>
#include <thread>

#include "core/base/log.h"
#include "core/checks/check_loop.h"
#include "core/wire/protocol_parse.h"

namespace connlog {
namespace {

constexpr milliseconds kConnectTimeout{5'000}, kTimeout{15'000};
constexpr std::size_t kAnswerBytesMax = 4 * 1024 * 1024;
constexpr milliseconds kAfterFailure{15'000}, kAfterFailureMost{300'000};

CheckId check_id(const Uuid& monitor) {
  return monitor.bytes;
}

CheckResult not_listed() {
  return {.at = {},
          .verdict = CheckVerdict::unknown,
          .reason = CheckReason::forbidden,
          .source = FailureSource::ours,
          .text = fmt::format("the host does not allow checks of this kind ({})", kProbeConfPath)};
}

// What others answer is no business of the server. Where a text of this reason, or of this kind when it is well, can have
// words of an answer in it, a sentence stands in its place. Empty: the text has none.
std::string_view in_place_of_text(CheckReason reason, std::string_view kind) {
  switch (reason) {
    case CheckReason::content_wrong:
      return "the answer is not what is expected (its words stay on the probe's host)";
    case CheckReason::protocol_wrong:
      return "the answer is not of the protocol that is expected";
    case CheckReason::redirect_wrong:
      return "it redirects too often, or to where the check does not follow";
    case CheckReason::login_failed:
      return "the login was refused";
    case CheckReason::open_but_inverted:
      return "it answers, and should not";
    case CheckReason::ok:
      return kind.empty() || kind == "tcp" || kind == "dns" ? "it answers as expected" : std::string_view();
    default:
      return {};
  }
}

struct Waiting {
  Uuid monitor;
  Monotonic ended;
  CheckResult result;
};

}  // namespace

struct Probe::Impl {
  explicit Impl(Parts given)
      : parts(std::move(given)),
        loop({.outbound = parts.outbound,
              .clock = parts.clock,
              .random = parts.random,
              .finished = [this](const CheckId& id, CheckResult result) { return finished(id, std::move(result)); }}) {}

  Parts parts;
  std::mutex mutex;  // guards what follows
  std::condition_variable changed;
  bool stopping = false;
  std::deque<Waiting> waiting;
  // Used by the exchange's thread alone.
  std::int64_t version = 0;
  std::map<CheckId, std::string> planned;  // with their kinds
  std::vector<Uuid> unlisted;  // of the assignment: monitors of kinds that the host does not list
  milliseconds pause = kAfterFailure;
  bool was_refused = false;
  std::size_t results_max = kProbeResultsMax;  // less where something on the way takes no body of that length

  CheckLoop loop;
  std::thread thread;

  std::optional<milliseconds> finished(const CheckId& id, CheckResult result);
  CheckResult told(const Uuid& monitor, CheckResult result) const;
  ProbeReport report();
  void give_back(const ProbeReport& report);
  void adopt(const ProbeOrder& order);
  PlannedCheck planned_check(const ProbeOrder::Check& check, double stretch) const;
  milliseconds exchange();
  void drop_all();
  milliseconds refused(const HttpOutcome& http);
  void run();
};

std::optional<milliseconds> Probe::Impl::finished(const CheckId& id, CheckResult result) {
  result.excerpt.clear();  // never leaves the host
  const std::lock_guard lock(mutex);
  Waiting entry{.monitor = {}, .ended = parts.clock.monotonic(), .result = std::move(result)};
  entry.monitor.bytes = id;
  waiting.push_back(std::move(entry));
  if (waiting.size() > kWaitingMax) waiting.pop_front();
  return std::nullopt;
}

CheckResult Probe::Impl::told(const Uuid& monitor, CheckResult result) const {
  // Of a check that was taken away meanwhile the kind is not known any more.
  const auto found = planned.find(check_id(monitor));
  const std::string_view kind = found == planned.end() ? std::string_view() : std::string_view(found->second);
  if (const std::string_view ours = in_place_of_text(result.reason, kind); !ours.empty()) result.text = ours;
  return result;
}

ProbeReport Probe::Impl::report() {
  ProbeReport out{.version = version, .offer = parts.settings.offer, .results = {}};
  for (const Uuid& monitor : unlisted) out.results.push_back({.monitor = monitor, .age = {}, .result = not_listed()});
  const Monotonic now = parts.clock.monotonic();
  const std::lock_guard lock(mutex);
  while (!waiting.empty() && out.results.size() < results_max) {
    Waiting& first = waiting.front();
    const auto age = std::chrono::duration_cast<milliseconds>(now - first.ended);
    if (age < kProbeAgeMax)
      out.results.push_back({.monitor = first.monitor, .age = age, .result = told(first.monitor, std::move(first.result))});
    waiting.pop_front();
  }
  return out;
}

// The server was not reached: the results wait for the next exchange.
void Probe::Impl::give_back(const ProbeReport& report) {
  const Monotonic now = parts.clock.monotonic();
  const std::lock_guard lock(mutex);
  for (auto entry = report.results.rbegin(); entry != report.results.rend(); ++entry)
    waiting.push_front({entry->monitor, Monotonic{now.micros - microseconds(entry->age).count()}, entry->result});
  while (waiting.size() > kWaitingMax) waiting.pop_front();
}

PlannedCheck Probe::Impl::planned_check(const ProbeOrder::Check& check, double stretch) const {
  auto spec = std::make_shared<CheckSpec>();
  spec->kind = check.spec->kind;
  spec->values = check.spec->values;
  for (const auto& [name, secret] : check.spec->secrets.entries()) spec->secrets.set(name, secret.clone());
  spec->time_limit = check.spec->time_limit;
  spec->slow_after = check.spec->slow_after;
  spec->certificate_days = check.spec->certificate_days;
  spec->invert = check.spec->invert;
  spec->scope = parts.settings.scope;
  const auto interval = milliseconds(check.interval);
  return {.id = check_id(check.monitor),
          .spec = std::move(spec),
          .interval = milliseconds(static_cast<std::int64_t>(static_cast<double>(interval.count()) * stretch)),
          .is_urgent = true};
}

void Probe::Impl::adopt(const ProbeOrder& order) {
  if (!order.has_checks) return;
  double a_minute = 0;
  for (const ProbeOrder::Check& check : order.checks) a_minute += 60.0 / static_cast<double>(check.interval.count());
  const auto allowed = static_cast<double>(parts.settings.offer.rate);
  const double stretch = std::max(1.0, a_minute / allowed);
  if (stretch > 1.0) {
    log_warning("probe.rate", {{"text", fmt::format("The server asks for {:.0f} checks a minute, and this host allows "
                                                    "{:.0f} ({}). They are made less often.",
                                                    a_minute, allowed, kProbeConfPath)}});
  }
  std::map<CheckId, std::string> wanted;
  unlisted.clear();
  const std::vector<std::string>& kinds = parts.settings.offer.kinds;
  for (const ProbeOrder::Check& check : order.checks) {
    if (std::ranges::find(kinds, check.spec->kind) == kinds.end()) {
      if (unlisted.size() < kProbeResultsMax / 2) unlisted.push_back(check.monitor);
      continue;
    }
    wanted.emplace(check_id(check.monitor), check.spec->kind);
    loop.put(planned_check(check, stretch));
  }
  for (const auto& [id, kind] : planned) {
    if (!wanted.contains(id)) loop.remove(id);
  }
  planned = std::move(wanted);
  version = order.version;
  log_info("probe.assignment", {{"version", version}, {"checks", static_cast<std::int64_t>(planned.size())}});
}

void Probe::Impl::drop_all() {
  for (const auto& [id, kind] : planned) loop.remove(id);
  planned.clear();
  unlisted.clear();
  version = 0;
}

milliseconds Probe::Impl::refused(const HttpOutcome& http) {
  if (!was_refused) {
    log_warning("probe.refused", {{"reason", http.failure ? http.failure->message
                                                          : fmt::format("The server answered {}.", http.answer.status)}});
  }
  was_refused = true;
  const milliseconds wait = pause;
  pause = std::min(2 * pause, kAfterFailureMost);
  return wait;
}

milliseconds Probe::Impl::exchange() {
  const ProbeReport out = report();
  HttpRequest request{.method = "POST",
                      .url = parts.base + std::string(kProbePath),
                      .body = render_probe_report(out),
                      .connect_timeout = kConnectTimeout,
                      .timeout = kTimeout,
                      .answer_bytes_max = kAnswerBytesMax};
  request.headers.push_back({"Content-Type", "application/json"});
  request.headers.push_back({"Authorization", "Bearer " + std::string(parts.identity.token.reveal())});
  const HttpOutcome http = parts.perform(request);
  if (http.failure || http.answer.status >= 500 || http.answer.status == 429) {
    give_back(out);
    return refused(http);
  }
  if (http.answer.status == 413 && out.results.size() > 1) {
    results_max = out.results.size() / 2;
    give_back(out);
    return refused(http);
  }
  if (http.answer.status == 404) {
    // Results of a monitor that is no longer ours, or a server that has no probes: the whole assignment is asked for anew.
    version = 0;
    return refused(http);
  }
  if (http.answer.status != 200) {
    // The token was rotated, or the agent is disabled or removed: nothing is checked on its word any more.
    if (wire::is_own_refusal(http.answer.status, http.answer.body) && http.answer.status != 400) drop_all();
    return refused(http);
  }
  const auto order = parse_probe_order(http.answer.body);
  if (!order) return refused(http);
  was_refused = false;
  pause = kAfterFailure;
  adopt(*order);
  return seconds(order->ask_again_seconds);
}

void Probe::Impl::run() {
  while (true) {
    const milliseconds wait = exchange();
    std::unique_lock lock(mutex);
    changed.wait_for(lock, wait, [this] { return stopping; });
    if (stopping) return;
  }
}

Probe::Probe(Parts parts) : impl_(std::make_unique<Impl>(std::move(parts))) {}

Probe::~Probe() {
  stop();
}

void Probe::start() {
  impl_->loop.start();
  impl_->thread = std::thread([this] { impl_->run(); });
  log_info("probe.started", {{"kinds", static_cast<std::int64_t>(impl_->parts.settings.offer.kinds.size())},
                             {"networks", static_cast<std::int64_t>(impl_->parts.settings.offer.networks.size())}});
}

void Probe::stop() {
  if (!impl_->thread.joinable()) return;
  {
    const std::lock_guard lock(impl_->mutex);
    impl_->stopping = true;
  }
  impl_->changed.notify_all();
  if (impl_->parts.cancel) impl_->parts.cancel();
  impl_->thread.join();
  impl_->loop.stop();
}

milliseconds Probe::exchange() {
  return impl_->exchange();
}

}  // namespace connlog
