// Slow and silent clients, under a clock that moves only when the test says so; and the orderly end.
#include <doctest/doctest.h>

#include <condition_variable>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "tests/support/fake_clock.h"
#include "tests/support/loop_server.h"

using namespace connlog;
using namespace connlog::web;

namespace {

const std::string kGet = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";

// One answer from a round trip on another connection proves that the loop has seen everything sent before.
void let_the_loop_catch_up(std::uint16_t port) {
  LoopClient other(port);
  other.send("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
  REQUIRE(other.read_reply().status == 200);
}

}  // namespace

TEST_CASE("a head that trickles is given up with 408 when its time is over, not before") {
  FakeClock clock;
  LoopServer server({.clock = &clock});
  LoopClient client(server.port());
  client.send("GET / HTTP/1.1\r\nHost");
  let_the_loop_catch_up(server.port());
  clock.advance(seconds(14));
  client.send(": a\r\nX: y\r\n");  // a little more does not buy more time
  let_the_loop_catch_up(server.port());
  CHECK(server.loop().counters().timed_out == 0);
  clock.advance(seconds(2));
  CHECK(client.read_reply().status == 408);
  CHECK(client.ends());
  CHECK(server.loop().counters().timed_out == 1);
}

TEST_CASE("a body that trickles is given up with 408") {
  FakeClock clock;
  LoopServer server({.clock = &clock});
  LoopClient client(server.port());
  client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\n12345");
  let_the_loop_catch_up(server.port());
  clock.advance(seconds(29));
  client.send("6");
  let_the_loop_catch_up(server.port());
  CHECK(server.loop().counters().timed_out == 0);
  clock.advance(seconds(2));
  CHECK(client.read_reply().status == 408);
}

TEST_CASE(
    "a connection that never says anything is closed after the head's time, one that was served after the idle time") {
  FakeClock clock;
  LoopServer server({.clock = &clock});
  LoopClient served(server.port());
  served.send(kGet);
  REQUIRE(served.read_reply().status == 200);
  LoopClient silent(server.port());
  let_the_loop_catch_up(server.port());
  clock.advance(seconds(16));
  CHECK(silent.ends());
  clock.advance(seconds(91));  // the agents' pool keeps a connection for 90 s
  served.send(kGet);
  CHECK(served.read_reply().status == 200);
  clock.advance(seconds(121));
  CHECK(served.ends());
}

TEST_CASE("a parked request has no time-out of the loop's") {
  FakeClock clock;
  std::mutex mutex;
  std::optional<Responder> parked;
  LoopServer server({.handler =
                         [&](RawRequest request, Responder responder) {
                           const std::lock_guard lock(mutex);
                           if (request.bytes.starts_with("GET /parked")) {
                             parked.emplace(std::move(responder));
                           } else {
                             echo(std::move(request), std::move(responder));
                           }
                         },
                     .clock = &clock});
  LoopClient client(server.port());
  client.send("GET /parked HTTP/1.1\r\nHost: a\r\n\r\n");
  REQUIRE(eventually([&] {
    const std::lock_guard lock(mutex);
    return parked.has_value();
  }));
  clock.advance(std::chrono::hours(1));
  let_the_loop_catch_up(server.port());
  parked->send(echo_of("late"), After::keep_alive);
  CHECK(client.read_reply().body == "late");
}

TEST_CASE("a client that does not take its reply is closed after the write time-out") {
  FakeClock clock;
  LoopServer server(
      {.handler =
           [](RawRequest request, Responder responder) {
             responder.send(echo_of(request.bytes.starts_with("GET /large") ? std::string(50'000'000, 'x') : "small"),
                            After::keep_alive);
           },
       .clock = &clock});
  LoopClient client(server.port());
  client.send("GET /large HTTP/1.1\r\nHost: a\r\n\r\n");
  REQUIRE(client.read_some().starts_with("HTTP/1.1 200"));
  let_the_loop_catch_up(server.port());
  clock.advance(seconds(31));
  CHECK(eventually([&] { return server.loop().counters().open == 0; }));
  CHECK(server.loop().counters().timed_out == 1);
  CHECK(client.read_to_end().size() < 50'000'000);
}

TEST_CASE("draining answers what was begun, says that the connection closes, and turns new clients away") {
  std::mutex mutex;
  std::optional<Responder> parked;
  LoopServer server({.handler = [&](RawRequest request, Responder responder) {
    const std::lock_guard lock(mutex);
    if (request.bytes.starts_with("GET /parked")) {
      parked.emplace(std::move(responder));
    } else {
      echo(std::move(request), std::move(responder));
    }
  }});
  const std::uint16_t port = server.port();
  LoopClient idle(port), begun(port), waiting(port);
  idle.send(kGet);
  REQUIRE(idle.read_reply().status == 200);
  begun.send("GET /begun HTTP/1.1\r\nHo");
  waiting.send("GET /parked HTTP/1.1\r\nHost: a\r\n\r\n");
  REQUIRE(eventually([&] {
    const std::lock_guard lock(mutex);
    return parked.has_value();
  }));
  let_the_loop_catch_up(port);

  std::thread drain([&] { server.loop().drain(seconds(10)); });
  CHECK(idle.ends());
  CHECK_FALSE(LoopClient(port).is_open());
  begun.send("st: a\r\n\r\n");
  const LoopReply late = begun.read_reply();
  CHECK(late.status == 200);
  CHECK(late.head.find("\r\nConnection: close\r\n") != std::string::npos);
  CHECK(begun.ends());
  parked->send(echo_of("still answered"), After::keep_alive);
  const LoopReply answer = waiting.read_reply();
  CHECK(answer.body == "still answered");
  CHECK(answer.head.find("\r\nConnection: close\r\n") != std::string::npos);
  drain.join();  // long before its limit, or the test's own time runs out
  server.loop().stop();
  CHECK(server.loop().counters().open == 0);
}

TEST_CASE("draining ends at its limit although a request is still unanswered, and stop closes it") {
  std::mutex mutex;
  std::optional<Responder> parked;
  LoopServer server({.handler = [&](RawRequest, Responder responder) {
    const std::lock_guard lock(mutex);
    parked.emplace(std::move(responder));
  }});
  LoopClient client(server.port());
  client.send(kGet);
  REQUIRE(eventually([&] {
    const std::lock_guard lock(mutex);
    return parked.has_value();
  }));
  server.loop().drain(milliseconds(50));
  server.loop().stop();
  CHECK(client.ends());
  parked->send(echo_of("nobody hears this"), After::keep_alive);  // after the loop's end: dropped, not a crash
}
