#include "tests/support/monitor_world.h"

#include <future>
#include <memory>

#include "core/crypto/sealed.h"
#include "tests/support/give_up.h"

namespace connlog {

using test::give_up;
using test::granted;

MonitorAndSubject MonitorWorld::add(NewMonitor wanted) {
  wanted.settings.confirmed_host = true;
  MonitorAndSubject made;
  granted(in_transaction([&](Transaction& tx) -> Result<void> {
    made = TRY(services->monitors.add(tx, actor(), wanted));
    return {};
  }));
  return made;
}

MonitorAndSubject MonitorWorld::add_http(const std::string& name, const std::string& url) {
  NewMonitor wanted;
  wanted.name = name;
  wanted.check = "http";
  auto fields = std::make_shared<GivenFields>();
  fields->text("url", url);
  wanted.settings.fields = fields;
  return add(std::move(wanted));
}

MonitorAndSubject MonitorWorld::add_job(const std::string& name, const Texts& texts, const Numbers& numbers) {
  NewMonitor wanted;
  wanted.name = name;
  wanted.check = "push";
  auto fields = std::make_shared<GivenFields>();
  for (const auto& [field, text] : texts) fields->text(field, text);
  for (const auto& [field, number] : numbers)
    fields->set(field, {.form = GivenField::Form::number, .flag = false, .number = number, .text = {}});
  wanted.settings.fields = fields;
  return add(std::move(wanted));
}

MonitorAndSubject MonitorWorld::add_probed(const std::string& name, const std::vector<TestAgent>& agents,
                                           std::int64_t needed) {
  NewMonitor wanted;
  wanted.name = name;
  wanted.check = "http";
  auto fields = std::make_shared<GivenFields>();
  fields->text("url", "https://192.0.2.10/health");
  wanted.settings.fields = fields;
  ProbesChange probes{.mode = ProbeMode::each, .agents = {}, .needed = needed};
  for (const TestAgent& agent : agents) probes.agents.push_back(agent.agent.id);
  wanted.settings.probes = probes;
  return add(std::move(wanted));
}

void MonitorWorld::put_defaults(const CheckDefaults& defaults) {
  granted(in_transaction(
      [&](Transaction& tx) { return services->monitors.put_defaults(tx, actor(), {defaults}); }));
}

// ── Results ──

CheckResult MonitorWorld::up() {
  CheckResult result;
  result.verdict = CheckVerdict::up;
  result.reason = CheckReason::ok;
  result.text = "answered 200 OK";
  result.phases.dns = milliseconds(2);
  result.phases.total = milliseconds(25);
  return result;
}

CheckResult MonitorWorld::failed(const std::string& text, CheckReason reason, FailureSource source) {
  CheckResult result;
  result.verdict = CheckVerdict::down;
  result.reason = reason;
  result.source = source;
  result.text = text;
  result.phases.total = seconds(10);
  return result;
}

CheckResult MonitorWorld::unjudged(const std::string& text) {
  CheckResult result;
  result.verdict = CheckVerdict::unknown;
  result.reason = CheckReason::no_route;
  result.source = FailureSource::no_route;
  result.text = text;
  return result;
}

std::optional<milliseconds> MonitorWorld::result(const MonitorAndSubject& monitor, CheckResult result) {
  result.at = clock.now();
  const auto again = services->monitor_work.result(monitor.monitor.id, std::move(result));
  settle();
  return again;
}

void MonitorWorld::turn_down(const MonitorAndSubject& monitor, CheckResult seen) {
  for (std::int64_t i = 0; i <= kStandardRetries; ++i) {
    if (i > 0) pass(seconds(kStandardRetryInterval));
    result(monitor, seen);
  }
}

void MonitorWorld::from_probe(const MonitorAndSubject& monitor, const TestAgent& agent, CheckResult result) {
  result.at = clock.now();
  const ProbeResult one{.monitor = monitor.monitor.id, .result = std::move(result)};
  const auto unknown = services->monitor_work.probe_results(agent.agent.id, {&one, 1});
  if (!unknown.empty()) give_up("the probe is not assigned");
  settle();
}

void MonitorWorld::ping(const MonitorAndSubject& job, PingKind kind) {
  PingCall call;
  call.by = PingCall::By::uuid;
  call.key = storage.read<std::string>([&](Snapshot& snapshot) -> Result<std::string> {
    const ShownPingAddress address = TRY(services->monitors.ping_address(snapshot, actor(), job.monitor.id));
    return std::string(address.uuid.reveal());
  });
  call.asked = kind;
  call.method = "GET";
  call.scheme = "https";
  call.address = "192.0.2.44";
  auto answered = std::make_shared<std::promise<PingAnswer>>();
  std::future<PingAnswer> answer = answered->get_future();
  services->pings.receive(std::move(call), [answered](PingAnswer got) { answered->set_value(std::move(got)); });
  const PingAnswer got = answer.get();
  if (got.outcome != PingAnswer::Outcome::accepted) give_up("a ping was refused");
  settle();
}

void MonitorWorld::away(seconds length) {
  clock.advance(length);
  services->monitor_work.absence({.from = clock.now() - length, .until = clock.now(), .length = length});
}

void MonitorWorld::settle() {
  granted(in_transaction([](Transaction&) -> Result<void> { return {}; }));
}

LiveMonitor MonitorWorld::live(const MonitorAndSubject& monitor) {
  auto found = services->monitor_directory.find(workspace.id, monitor.monitor.id);
  if (!found) give_up("the monitor is gone");
  return *std::move(found);
}

std::vector<std::string> MonitorWorld::told(const MonitorAndSubject& monitor) {
  std::vector<std::string> summaries;
  for (const Incident& incident : open_incidents()) {
    if (incident.subject == monitor.subject.id) summaries.push_back(incident.summary);
  }
  return summaries;
}

}  // namespace connlog
