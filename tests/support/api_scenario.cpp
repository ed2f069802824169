#include "tests/support/api_scenario.h"

#include <doctest/doctest.h>

#include <algorithm>

namespace connlog {

void run(TestApp& app, const ApiScenario& scenario) {
  INFO(scenario.name, ": ", scenario.method, " ", scenario.path);
  const std::vector<std::string> acts_before = app.audit_acts();
  const std::size_t events_before = app.events.size();
  Ask ask{.method = scenario.method, .path = scenario.path, .body = scenario.body, .headers = scenario.headers};
  const ApiAnswer answer = app.send(ask, scenario.as == nullptr ? nullptr : &(app.*scenario.as));
  INFO("answer: ", answer.body.substr(0, 1'000));
  CHECK(answer.status == scenario.status);

  std::string seen = answer.body;
  for (const auto& [name, value] : answer.headers) seen += "\n" + name + ": " + value;
  for (const std::string& text : scenario.expected) {
    INFO("expected: ", text);
    CHECK(seen.find(app.resolve(text)) != std::string::npos);
  }
  for (const std::string& text : scenario.forbidden) {
    INFO("forbidden: ", text);
    CHECK(seen.find(app.resolve(text)) == std::string::npos);
  }

  std::vector<std::string> acts = app.audit_acts();
  acts.erase(acts.begin(), acts.begin() + static_cast<std::ptrdiff_t>(acts_before.size()));
  CHECK(acts == scenario.audit);
  for (const std::string& name : scenario.events) {
    INFO("event: ", name);
    CHECK(std::any_of(app.events.begin() + static_cast<std::ptrdiff_t>(events_before), app.events.end(),
                      [&](const Event& event) { return to_text(event.name) == name; }));
  }
  if (scenario.status >= 400) {
    CHECK(answer.header("Content-Type") == "application/problem+json");
    CHECK(app.events.size() == events_before);  // a refusal changes nothing
  }
}

void run(TestApp& app, const std::vector<ApiScenario>& scenarios) {
  for (const ApiScenario& scenario : scenarios) run(app, scenario);
}

}  // namespace connlog
