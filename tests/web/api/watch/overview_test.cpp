// The overview's parts that come from memory: what is listed of a large fleet, and in which order.
#include "web/api/watch/overview.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <memory>
#include <nlohmann/json.hpp>

using namespace connlog;
using namespace connlog::web::watch;
using nlohmann::json;

namespace {

SubjectId numbered(int number) {
  SubjectId id;
  id.bytes[14] = static_cast<std::uint8_t>(number >> 8);
  id.bytes[15] = static_cast<std::uint8_t>(number);
  return id;
}

LiveSubject live(int number, const std::string& name, ShownState shown, SubjectKind kind = SubjectKind::agent) {
  Subject row;
  row.id = numbered(number);
  row.kind = kind;
  row.name = name;
  LiveSubject made;
  made.row = std::make_shared<const Subject>(std::move(row));
  made.shown = shown;
  made.observed.since = Instant{1'000'000 + number};
  return made;
}

std::vector<std::string> each(const json& list, const char* member) {
  std::vector<std::string> values;
  for (const json& item : list) values.push_back(item[member].get<std::string>());
  return values;
}

using Texts = std::vector<std::string>;

}  // namespace

TEST_CASE("the overview lists the most urgent of a fleet, counts all of it, and says how many it left out") {
  const std::vector<LiveSubject> seen = {
      live(1, "a", ShownState::up),        live(2, "b", ShownState::down),
      live(3, "c", ShownState::degraded),  live(4, "d", ShownState::up),
      live(5, "e", ShownState::paused),    live(6, "rack-1", ShownState::up, SubjectKind::group),
      live(7, "rack-2", ShownState::down, SubjectKind::group),
  };
  const json overview = fleet_view(seen, {.fleet = 3, .groups = 1, .attention = 10});
  CHECK(each(overview["fleet"], "name") == Texts{"b", "c", "a"});
  CHECK(overview["fleet_left_out"] == 2);
  CHECK(overview["counts"]["up"] == 2);
  CHECK(overview["counts"]["down"] == 1);
  CHECK(overview["counts"]["paused"] == 1);
  CHECK(overview["counts"]["unknown"] == 0);
  CHECK(each(overview["groups"], "name") == Texts{"rack-2"});
}

TEST_CASE("attention begins with what is down, the longest first, and ends at its bound") {
  const std::vector<LiveSubject> seen = {live(9, "late", ShownState::down), live(2, "early", ShownState::down),
                                         live(3, "warm", ShownState::degraded),
                                         live(4, "rack", ShownState::down, SubjectKind::group)};
  Incident incident;
  incident.id.bytes[15] = 1;
  incident.subject = numbered(3);
  incident.subject_name = "warm";
  incident.severity = Severity::warning;
  incident.opened_at = Instant{1};
  const json all = attention_view(seen, {incident}, 10);
  CHECK(each(all, "name") == Texts{"early", "late", "warm"});  // groups have a place of their own
  CHECK(all[0]["incident_id"].is_null());
  CHECK(all[2]["incident_id"] == incident.id.text());
  CHECK(all[2]["state"] == "degraded");
  CHECK(each(attention_view(seen, {incident}, 2), "name") == Texts{"early", "late"});
}

TEST_CASE("the overview of ten thousand subjects stays small") {
  std::vector<LiveSubject> seen;
  for (int i = 0; i < 10'000; ++i) {
    seen.push_back(live(i, fmt::format("host-{:05}.example.org", i), i % 3 == 0 ? ShownState::down : ShownState::up));
  }
  const OverviewBounds bounds;
  const json overview = fleet_view(seen, bounds);
  CHECK(overview["fleet"].size() == 2'000);
  CHECK(overview["fleet_left_out"] == 8'000);
  CHECK(overview["counts"]["down"] == 3'334);
  const json attention = attention_view(seen, {}, bounds.attention);
  CHECK(attention.size() == 100);
  CHECK(overview["fleet"].dump().size() + attention.dump().size() < 270'000);
}
