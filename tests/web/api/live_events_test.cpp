// Event streams: who gets what, and when they end.
#include <doctest/doctest.h>

#include <algorithm>

#include "tests/support/api_scenario.h"

using namespace connlog;

TEST_CASE("live events reach the members of the workspace and nobody else, and end with the session") {
  TestApp app;
  TestStream mine = app.open_stream(app.viewer);
  TestStream theirs = app.open_stream(app.stranger);
  CHECK(mine.head.find("Content-Type: text/event-stream") != std::string::npos);
  CHECK(mine.head.find("Content-Length") == std::string::npos);
  mine.read();
  theirs.read();
  app.populate();
  const std::string seen = mine.read();
  for (const char* name : {"subject.changed", "subject.observed", "incident.opened"}) {
    CAPTURE(name);
    CHECK(seen.find("event: " + std::string(name) + "\ndata: {") != std::string::npos);
  }
  CHECK(seen.find("\nid: ") != std::string::npos);
  CHECK(theirs.read().empty());

  app.clock.advance(seconds(16));
  app.app->tick();
  CHECK(mine.read().find(": alive\n\n") != std::string::npos);  // beside what the outbox does meanwhile
  CHECK(app.post("/api/v1/logout", "", &app.viewer).status == 204);
  CHECK_FALSE(mine.is_open());
  CHECK(theirs.is_open());
  app.clock.advance(std::chrono::hours(13));  // idle for too long
  app.app->tick();
  CHECK_FALSE(theirs.is_open());
}

TEST_CASE("a stream passes proxies that buffer or compress: it says so, and begins with enough to be let through") {
  TestApp app;
  TestStream stream = app.open_stream(app.viewer);
  CHECK(stream.head.find("X-Accel-Buffering: no\r\n") != std::string::npos);
  CHECK(stream.head.find("Cache-Control: no-store, no-transform\r\n") != std::string::npos);
  CHECK(stream.head.find("Content-Encoding") == std::string::npos);
  const std::string first = stream.read();
  CHECK(first.size() > 2'048);
  CHECK(first.starts_with("retry: 3000\n: connected"));  // all of it no event
  CHECK(first.find("data:") == std::string::npos);
}

TEST_CASE("a heartbeat is told to screens only while there is one") {
  TestApp app;
  const auto beats = [&] {
    const std::size_t before = app.events.size();
    app.clock.advance(seconds(10));
    CHECK(app.heartbeat(app.agent_token).status == 200);
    app.settle();
    return std::any_of(app.events.begin() + static_cast<std::ptrdiff_t>(before), app.events.end(),
                       [](const Event& event) { return event.name == EventName::subject_observed; });
  };
  app.populate();
  CHECK_FALSE(beats());

  TestStream first = app.open_stream(app.viewer);
  TestStream second = app.open_stream(app.owner);
  CHECK(beats());
  CHECK(second.read().find("event: subject.observed\n") != std::string::npos);

  CHECK(app.post("/api/v1/logout", "", &app.owner).status == 204);
  CHECK(beats());  // the other one is still there
  CHECK(app.post("/api/v1/logout", "", &app.viewer).status == 204);
  CHECK_FALSE(beats());
}

TEST_CASE("a screen that went away without a word is not rendered for") {
  TestApp app;
  app.populate();
  TestStream stream = app.open_stream(app.viewer);
  CHECK(app.bus.watched());
  stream.leave();
  app.app->tick();
  CHECK_FALSE(app.bus.watched());
  app.open_stream(app.viewer);
  CHECK(app.bus.watched());
  app.app->close_streams();
  CHECK_FALSE(app.bus.watched());
}

TEST_CASE("a stream ends with the membership") {
  TestApp app;
  TestStream stream = app.open_stream(app.viewer);
  app.storage.write([&](Transaction& tx) -> Result<void> {
    auto user = TRY(app.storage->users().find(tx, app.viewer.id));
    user->enabled = false;
    return app.storage->users().update(tx, *user);
  });
  app.clock.advance(seconds(16));
  app.app->tick();
  CHECK_FALSE(stream.is_open());
}

TEST_CASE("one session holds a dozen streams at most") {
  TestApp app;
  std::vector<TestStream> streams;
  for (int i = 0; i < 12; ++i) streams.push_back(app.open_stream(app.viewer));
  CHECK(app.get("/api/v1/events", &app.viewer).status == 429);
  CHECK(app.open_stream(app.owner).is_open());
}
