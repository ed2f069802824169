// A small world for stories about events of other systems: AlertWorld with an event source and its key. One thread, but for the
// writer's.
#pragma once

#include <doctest/doctest.h>

#include <future>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "core/monitors/sources/event_source_service.h"
#include "tests/support/alert_world.h"

namespace connlog {

class SourceWorld : public AlertWorld {
 public:
  struct Source {
    EventSourceId id;
    std::string key;
  };

  Source add_source(const std::string& name = "Prometheus", EventFormat format = EventFormat::json,
                    const EventSourceSettings& settings = {}) {
    NewEventSource wanted;
    wanted.name = name;
    wanted.format = format;
    wanted.settings = settings;
    Source made;
    const auto added = in_transaction([&](Transaction& tx) -> Result<void> {
      const EventSourceWithKey known = TRY(services->event_source_service.add(tx, actor(), wanted));
      made = {known.source.id, std::string(known.key.reveal())};
      return {};
    });
    REQUIRE_MESSAGE(added.has_value(), added.error().message);
    return made;
  }

  EventAnswer send(const Source& source, const std::string& body, EventFormat format = EventFormat::json,
                   const std::string& address = "192.0.2.50") {
    std::promise<EventAnswer> promise;
    services->event_sources.receive({.format = format, .key = source.key, .address = address, .body = body},
                                    [&](EventAnswer answer) { promise.set_value(std::move(answer)); });
    return promise.get_future().get();
  }
  EventAnswer say(const Source& source, const std::string& key, const std::string& severity = "warning",
                  const std::string& summary = "") {
    const nlohmann::json event = {
        {"key", key}, {"summary", summary.empty() ? "about " + key : summary}, {"severity", severity}};
    return send(source, event.dump());
  }
  EventAnswer end(const Source& source, const std::string& key) {
    return send(source, nlohmann::json{{"key", key}, {"resolved", true}}.dump());
  }
  LiveSubject live_source(const Source& source) {
    const auto live = services->subject_directory.find(workspace.id, source.id);
    REQUIRE(live.has_value());
    return *live;
  }
  std::vector<std::string> open_summaries() {
    std::vector<std::string> out;
    for (const Incident& incident : open_incidents()) out.push_back(incident.summary);
    return out;
  }
  Incident incident_of(IncidentId id) {
    for (const Incident& incident : incidents()) {
      if (incident.id == id) return incident;
    }
    FAIL("there is no such incident");
    return {};
  }
};

}  // namespace connlog
