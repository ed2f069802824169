// A small world for stories about monitors: AlertWorld with monitors, results that a test hands in as the loop of checks would,
// and pings. Nothing is checked by itself: the loop's thread is not started. One thread, but for the writer's.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "core/monitors/monitor_work.h"
#include "core/monitors/pings.h"
#include "tests/support/alert_world.h"

namespace connlog {

class MonitorWorld : public AlertWorld {
 public:
  using Texts = std::vector<std::pair<std::string, std::string>>;
  using Numbers = std::vector<std::pair<std::string, std::int64_t>>;

  // ── People ──
  MonitorAndSubject add_http(const std::string& name, const std::string& url = "https://192.0.2.10/health");
  MonitorAndSubject add_job(const std::string& name, const Texts& texts, const Numbers& numbers = {});
  MonitorAndSubject add_probed(const std::string& name, const std::vector<TestAgent>& agents, std::int64_t needed);
  void put_defaults(const CheckDefaults& defaults);

  // ── Results ──
  static CheckResult up();
  static CheckResult failed(const std::string& text = "no answer within 10 s",
                            CheckReason reason = CheckReason::timed_out,
                            FailureSource source = FailureSource::silence);
  static CheckResult unjudged(const std::string& text = "no route by IPv4");
  // Hands a result in, and waits until it is stored. Returns when to check again.
  std::optional<milliseconds> result(const MonitorAndSubject& monitor, CheckResult result);
  // A failure and its retries, each after the retry interval.
  void turn_down(const MonitorAndSubject& monitor, CheckResult result = failed());
  void from_probe(const MonitorAndSubject& monitor, const TestAgent& agent, CheckResult result);
  void ping(const MonitorAndSubject& job, PingKind kind = PingKind::success);
  void away(seconds length);  // the loop did not come round for so long; all clocks went on
  void settle();              // what was submitted is in the file

  using AlertWorld::live;
  LiveMonitor live(const MonitorAndSubject& monitor);
  State state(const MonitorAndSubject& monitor) { return live(monitor).observed.state; }
  std::string detail(const MonitorAndSubject& monitor) { return live(monitor).observed.detail; }
  // Of the open incidents about it.
  std::vector<std::string> told(const MonitorAndSubject& monitor);

 private:
  MonitorAndSubject add(NewMonitor wanted);
};

}  // namespace connlog
