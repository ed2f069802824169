// The real program is killed (SIGKILL) and started again inside each window between an incident and its message: while
// a maintenance holds it, while it waits to be told with others, and while somebody looks after it. Incidents are events
// that another system says, as these open at once.
#include <doctest/doctest.h>
#include <signal.h>

#include <filesystem>
#include <functional>
#include <memory>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "tests/support/http_session.h"
#include "tests/support/outside.h"
#include "tests/support/server_process.h"
#include "tests/support/temporary_directory.h"

using namespace connlog;
using nlohmann::json;

namespace {

bool becomes(const std::function<bool()>& look) {
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(90);
  while (!look()) {
    if (std::chrono::steady_clock::now() > until) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
  }
  return true;
}

// An appliance, a source of events, and a webhook that people read.
class House {
 public:
  House() {
    begin();
    std::string failure;
    workspace_ = person_->set_up(server_->process().output(), failure);
    REQUIRE_MESSAGE(!workspace_.empty(), failure);
    const json recipient = {{"name", "On call"},
                            {"kind", "webhook"},
                            {"receives_by_default", true},
                            {"fields", {{"url", "http://127.0.0.1:" + std::to_string(sink_.port()) + "/"},
                                        {"format", "json"},
                                        {"body", "text: {title}"}}}};
    done(person_->post(workspace_ + "/recipients", recipient));
    const json source =
        done(person_->post(workspace_ + "/event-sources", {{"name", "Prometheus"}, {"format", "json"}}));
    source_ = source["source"]["id"];
    key_ = source["key"];
  }

  void dies_and_begins_anew() {
    server_->process().signal(SIGKILL);
    REQUIRE(server_->process().wait(std::chrono::seconds(10)) == 128 + SIGKILL);
    begin();
    std::string failure;
    REQUIRE_MESSAGE(!person_->log_in("ada@example.org", "correct horse battery staple 7", failure).empty(), failure);
  }

  static json done(const HttpSession::Reply& reply) {
    REQUIRE_MESSAGE((reply.status >= 200 && reply.status < 300), reply.status, " ", reply.body);
    return reply.json;
  }
  json post(const std::string& path, const json& body) { return done(person_->post(workspace_ + path, body)); }
  void collects_for(int seconds) {
    done(person_->put(workspace_ + "/telling-settings",
                      {{"group_wait_seconds", seconds}, {"group_every_seconds", seconds}}));
  }

  // Gives the id of the incident that it opens.
  std::string opens(const std::string& event) {
    done(person_->post_as(key_, "/api/events/json", {{"key", event}, {"summary", event}, {"severity", "critical"}}));
    const json open = done(person_->get(workspace_ + "/incidents?state=open"));
    for (const json& incident : open["items"]) {
      if (incident["summary"].get<std::string>().find(event) != std::string::npos) return incident["id"];
    }
    FAIL("no incident of ", event);
    return {};
  }
  json telling(const std::string& incident) {
    return done(person_->get(workspace_ + "/incidents/" + incident + "/telling"));
  }
  // The ids of what went to the webhook about it, of this kind.
  std::vector<std::string> messages(const std::string& incident, const std::string& kind) {
    std::vector<std::string> ids;
    const json told = telling(incident);
    for (const json& delivery : told["deliveries"]) {
      if (delivery["channel"] == "webhook" && delivery["kind"] == kind) ids.push_back(delivery["id"]);
    }
    return ids;
  }
  // Waits for the next message; gives what it is about. One that was sent and not yet noted when the program was killed comes
  // again with the same id: that is passed over.
  std::string next_event() {
    json request;
    REQUIRE(becomes([&] {
      const std::string line = sink_.next("request");
      if (line.empty()) return false;
      request = json::parse(line);
      return came_.insert(request["headers"].value("x-connlog-delivery", "")).second;
    }));
    return request["headers"].value("x-connlog-event", "");
  }
  const std::string& source() const { return source_; }

 private:
  void begin() {
    server_ = std::make_unique<ServerProcess>();
    const std::string away = "127.0.0.1:" + std::to_string(sink_.port());
    REQUIRE_MESSAGE(server_->start({.data_directory = directory_.path() / "data",
                                    .arguments = {"--outbound-loopback", away}}),
                    server_->failure());
    person_ = std::make_unique<HttpSession>(server_->http_port());
  }

  TemporaryDirectory directory_;
  test::OutsideServer sink_{"http_sink.py", {}};
  std::unique_ptr<ServerProcess> server_;
  std::unique_ptr<HttpSession> person_;
  std::string workspace_, source_, key_;
  std::set<std::string> came_;  // ids of messages
};

}  // namespace

TEST_CASE("killed while a maintenance holds an incident, it is held on, and told once when that ends") {
  House house;
  const json quiet = house.post("/quiet", {{"kind", "maintenance"},
                                           {"name", "Kernel update"},
                                           {"duration_seconds", 3'600},
                                           {"matchers", json::array({{{"subject_id", house.source()}}})}});
  const std::string incident = house.opens("disk");
  CHECK(house.telling(incident)["reason"] == "in_maintenance");
  house.dies_and_begins_anew();
  const json held = house.telling(incident);
  CHECK(held["phase"] == "held");
  CHECK(held["reason"] == "in_maintenance");
  CHECK(held["deliveries"].empty());
  house.post("/quiet/" + quiet["id"].get<std::string>() + "/end", json::object());
  CHECK(house.next_event() == "incident.opened");
  CHECK(house.telling(incident)["phase"] == "told");
  CHECK(house.messages(incident, "incident_opened").size() == 1);
}

TEST_CASE("killed while incidents wait to be told together, they are told as one message") {
  House house;
  house.collects_for(10);
  const std::string first = house.opens("disk");
  CHECK(house.next_event() == "incident.opened");
  const std::string second = house.opens("memory"), third = house.opens("network");
  house.dies_and_begins_anew();
  CHECK(house.next_event() == "incidents.group");
  const auto told = house.messages(second, "group");
  CHECK(told.size() == 1);
  CHECK(house.messages(third, "group") == told);
  CHECK(house.messages(second, "incident_opened").empty());
  CHECK(house.messages(first, "incident_opened").size() == 1);
  CHECK(house.messages(first, "group").empty());
}

TEST_CASE("killed while somebody looks after an incident, it is told again when that ends, and not before") {
  House house;
  house.collects_for(0);
  const std::string incident = house.opens("disk");
  CHECK(house.next_event() == "incident.opened");
  house.post("/incidents/" + incident + "/acknowledge", {{"minutes", 1}});
  house.dies_and_begins_anew();
  CHECK(house.messages(incident, "reminder").empty());
  CHECK(house.next_event() == "incident.reminder");
  CHECK(house.messages(incident, "reminder").size() == 1);
  CHECK(house.messages(incident, "incident_opened").size() == 1);
  bool was_noted = false;
  const json seen = house.telling(incident);
  for (const json& entry : seen["entries"]) was_noted = was_noted || entry["reason"] == "told_again";
  CHECK(was_noted);
}
