// Whole connections over real sockets: replies in order, parked, abandoned and streamed; what the client closes and
// what the loop does.
#include <doctest/doctest.h>

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "tests/support/loop_server.h"

using namespace connlog;
using namespace connlog::web;

namespace {

std::string get(const std::string& target, const std::string& fields = "") {
  return "GET " + target + " HTTP/1.1\r\nHost: a\r\n" + fields + "\r\n";
}

// Keeps responders until a test answers them.
class ParkingLot {
 public:
  void park(RawRequest request, Responder responder) {
    const std::lock_guard lock(mutex_);
    requests_.push_back(std::move(request.bytes));
    responders_.push_back(std::move(responder));
    cv_.notify_all();
  }
  Responder take() {
    std::unique_lock lock(mutex_);
    REQUIRE(cv_.wait_for(lock, std::chrono::seconds(10), [&] { return !responders_.empty(); }));
    Responder out = std::move(responders_.front());
    responders_.erase(responders_.begin());
    return out;
  }
  std::size_t seen() {
    const std::lock_guard lock(mutex_);
    return requests_.size();
  }
  ConnectionLoop::Handler handler() {
    return [this](RawRequest request, Responder responder) { park(std::move(request), std::move(responder)); };
  }

 private:
  std::mutex mutex_;
  std::condition_variable cv_;
  std::vector<std::string> requests_;
  std::vector<Responder> responders_;
};

// `size` bytes that tell their place.
class Pattern final : public BodySource {
 public:
  Pattern(std::uint64_t size, std::uint64_t fails_at) : size_(size), fails_at_(fails_at) {}
  Result<std::size_t> read(std::span<char> out) override {
    if (at_ >= fails_at_) return Error{ErrorCode::internal, "the disk is gone"};
    std::size_t used = 0;
    while (used < out.size() && at_ < size_) out[used++] = letter(at_++);
    return used;
  }
  static char letter(std::uint64_t at) { return static_cast<char>('a' + at % 26 + (at / 65'536) % 2 * ('A' - 'a')); }

 private:
  const std::uint64_t size_, fails_at_;
  std::uint64_t at_ = 0;
};

}  // namespace

TEST_CASE("requests on one connection are answered one after the other") {
  LoopServer server;
  LoopClient client(server.port());
  for (int i = 0; i < 3; ++i) {
    client.send(get("/" + std::to_string(i)));
    const LoopReply reply = client.read_reply();
    CHECK(reply.status == 200);
    CHECK(reply.body.starts_with("GET /" + std::to_string(i) + " "));
  }
  CHECK(server.loop().counters().accepted == 1);
  CHECK(server.loop().counters().requests == 3);
}

TEST_CASE("the handler is told who asks") {
  Peer peer;
  LoopServer server({.handler = [&](RawRequest request, Responder responder) {
    peer = request.peer;
    echo(std::move(request), std::move(responder));
  }});
  LoopClient client(server.port());
  client.send(get("/"));
  REQUIRE(client.read_reply().status == 200);
  CHECK(peer.address == "127.0.0.1");
  CHECK(peer.port != 0);
  CHECK(peer.loopback);
  CHECK_FALSE(peer.tls);
}

TEST_CASE("pipelined requests are answered in their order, however late the first is") {
  ParkingLot lot;
  LoopServer server({.handler = lot.handler()});
  LoopClient client(server.port());
  client.send(get("/first") + get("/second") + get("/third"));
  for (const std::string name : {"first", "second", "third"}) {
    Responder responder = lot.take();
    CHECK(lot.seen() == (name == "first"    ? 1
                         : name == "second" ? 2
                                            : 3));  // one in flight: the next waits for the reply
    responder.send(echo_of(name), After::keep_alive);
    CHECK(client.read_reply().body == name);
  }
}

TEST_CASE("twenty thousand pipelined requests are all answered, and the client is held back meanwhile") {
  LoopServer server;
  LoopClient client(server.port());
  constexpr int kCount = 20'000;
  std::thread writer([&] {
    std::string many;
    for (int i = 0; i < kCount; ++i) many += get("/" + std::to_string(i));
    client.send(many);
  });
  for (int i = 0; i < kCount; ++i) {
    const LoopReply reply = client.read_reply();
    REQUIRE(reply.status == 200);
    REQUIRE(reply.body.starts_with("GET /" + std::to_string(i) + " "));
  }
  writer.join();
}

TEST_CASE("a request may come byte by byte") {
  LoopServer server;
  LoopClient client(server.port());
  const std::string bytes = "POST /slow HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n";
  for (const char c : bytes) client.send(std::string(1, c));
  CHECK(client.read_reply().body == "POST /slow HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc");
}

TEST_CASE("a client that closes its side is answered before the connection ends") {
  ParkingLot lot;
  LoopServer server({.handler = lot.handler()});
  LoopClient client(server.port());
  client.send(get("/one") + get("/two"));
  client.half_close();
  lot.take().send(echo_of("one"), After::keep_alive);
  CHECK(client.read_reply().body == "one");
  lot.take().send(echo_of("two"), After::keep_alive);
  CHECK(client.read_reply().body == "two");
  CHECK(client.ends());
}

TEST_CASE("half a request and then the end is no request") {
  LoopServer server;
  LoopClient client(server.port());
  client.send("GET / HTTP/1.1\r\nHost:");
  client.half_close();
  CHECK(client.ends());
  CHECK(server.loop().counters().requests == 0);
}

TEST_CASE("what is refused is answered with its status and a problem, and the connection ends") {
  LoopServer server;
  const std::vector<std::pair<std::string, int>> cases = {
      {"GET / HTTP/1.1\nHost: a\n\n", 400},
      {"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n", 400},
      {"GET / HTTP/3.0\r\n\r\n", 505},
      {"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip\r\n\r\n", 501},
      {"GET / HTTP/1.1\r\nHost: a\r\nX: " + std::string(20'000, 'x') + "\r\n\r\n", 431},
  };
  for (const auto& [bytes, status] : cases) {
    CAPTURE(bytes.substr(0, 60));
    LoopClient client(server.port());
    client.send(bytes + get("/smuggled"));
    const LoopReply reply = client.read_reply();
    CHECK(reply.status == status);
    CHECK(reply.head.find("\r\nConnection: close\r\n") != std::string::npos);
    CHECK(reply.head.find("application/problem+json") != std::string::npos);
    CHECK(reply.body.find("\"status\":" + std::to_string(status)) != std::string::npos);
    CHECK(client.ends());
  }
  CHECK(server.loop().counters().requests == 0);
  CHECK(server.loop().counters().refused == cases.size());
}

TEST_CASE(
    "a body above the limit is refused before it is sent, and the refusal reaches a client that sends it anyway") {
  LoopServer server;
  LoopClient polite(server.port());
  polite.send("POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 2000000\r\n\r\n");
  CHECK(polite.read_reply().status == 413);
  LoopClient stubborn(server.port());
  stubborn.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2000000\r\n\r\n" + std::string(2'000'000, 'x'));
  CHECK(stubborn.read_reply().status == 413);
  CHECK(server.loop().counters().requests == 0);
}

TEST_CASE("100 Continue invites the body") {
  LoopServer server;
  LoopClient client(server.port());
  client.send("POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n");
  CHECK(client.read_reply().status == 100);
  client.send("hello");
  const LoopReply reply = client.read_reply();
  CHECK(reply.status == 200);
  CHECK(reply.body.ends_with("\r\n\r\nhello"));
}

TEST_CASE("Connection: close and HTTP/1.0 end the connection, and the reply says so") {
  LoopServer server;
  for (const std::string& bytes : {get("/", "Connection: close\r\n"), std::string("GET / HTTP/1.0\r\n\r\n")}) {
    LoopClient client(server.port());
    client.send(bytes);
    const LoopReply reply = client.read_reply();
    CHECK(reply.status == 200);
    CHECK(reply.head.find("\r\nConnection: close\r\n") != std::string::npos);
    CHECK(client.ends());
  }
  LoopClient stays(server.port());
  for (int i = 0; i < 2; ++i) {
    stays.send("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
    CHECK(stays.read_reply().head.find("\r\nConnection: keep-alive\r\n") != std::string::npos);
  }
}

TEST_CASE("the handler may close, whatever the client wants") {
  LoopServer server({.handler = [](RawRequest, Responder responder) {
    responder.send("HTTP/1.1 200 OK\r\nConnection: keep-alive\r\nContent-Length: 0\r\n\r\n", After::close);
  }});
  LoopClient client(server.port());
  client.send(get("/"));
  const LoopReply reply = client.read_reply();
  CHECK(reply.head.find("keep-alive") == std::string::npos);
  CHECK(reply.head.find("\r\nConnection: close\r\n") != std::string::npos);
  CHECK(client.ends());
}

TEST_CASE("a reply to HEAD has no body, so that the next reply is found") {
  LoopServer server;
  LoopClient client(server.port());
  client.send("HEAD /a HTTP/1.1\r\nHost: a\r\n\r\n" + get("/b"));
  const LoopReply head = client.read_reply(true);
  CHECK(head.head.find("Content-Length: 29") != std::string::npos);
  CHECK(client.read_reply().body.starts_with("GET /b "));
}

TEST_CASE("a parked reply is released by another thread") {
  ParkingLot lot;
  LoopServer server({.handler = lot.handler()});
  LoopClient client(server.port());
  client.send(get("/"));
  std::thread other([&] { lot.take().send(echo_of("from elsewhere"), After::keep_alive); });
  CHECK(client.read_reply().body == "from elsewhere");
  other.join();
}

TEST_CASE("a responder that goes unanswered closes its connection; so does a handler that throws") {
  std::atomic<bool> throws{false};
  LoopServer server({.handler = [&](RawRequest, Responder) {
    if (throws) throw std::runtime_error("a bug");
  }});
  for (const bool second : {false, true}) {
    throws = second;
    LoopClient client(server.port());
    client.send(get("/"));
    CHECK(client.ends());
  }
}

TEST_CASE("an answer for a client that has gone is dropped, and the next client on its place gets nothing of it") {
  ParkingLot lot;
  LoopServer server({.handler = lot.handler()});
  auto gone = std::make_unique<LoopClient>(server.port());
  gone->send(get("/gone"));
  Responder late = lot.take();
  gone->reset();
  REQUIRE(eventually([&] { return server.loop().counters().open == 0; }));
  LoopClient next(server.port());
  next.send(get("/next"));
  Responder own = lot.take();
  late.send(echo_of("secret of the first"), After::keep_alive);
  own.send(echo_of("own"), After::keep_alive);
  CHECK(next.read_reply().body == "own");
}

TEST_CASE("a body larger than memory is pulled as the client drains it, and the connection goes on") {
  static constexpr std::uint64_t kSize = 20'000'000;
  LoopServer server({.handler = [](RawRequest request, Responder responder) {
    if (request.bytes.starts_with("GET /next")) return echo(std::move(request), std::move(responder));
    const std::uint64_t fails_at = request.bytes.starts_with("GET /broken") ? 1'000'000 : kSize + 1;
    responder.send_body("HTTP/1.1 200 OK\r\nContent-Length: 20000000\r\n\r\n",
                        std::make_unique<Pattern>(kSize, fails_at), kSize, After::keep_alive);
  }});
  LoopClient client(server.port());
  client.send(get("/large") + get("/next"));
  const LoopReply large = client.read_reply();
  REQUIRE(large.body.size() == kSize);
  std::uint64_t wrong = 0;
  for (std::uint64_t at = 0; at < kSize; ++at) wrong += large.body[at] != Pattern::letter(at);
  CHECK(wrong == 0);
  CHECK(client.read_reply().body.starts_with("GET /next"));
  client.send(get("/broken"));
  CHECK(client.read_reply().status == 0);  // fewer bytes than promised: the end of the connection tells it
}

TEST_CASE("an event stream passes what is written, in order, until either side closes") {
  std::shared_ptr<EventStream> stream;
  std::mutex mutex;
  LoopServer server({.handler = [&](RawRequest, Responder responder) {
    const std::lock_guard lock(mutex);
    stream = responder.stream("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n");
    stream->write("data: 1\n\n");
  }});
  const auto opened = [&] {
    const std::lock_guard lock(mutex);
    return stream != nullptr;
  };
  LoopClient client(server.port());
  client.send(get("/events"));
  REQUIRE(eventually(opened));
  CHECK(client.read_reply().head.find("\r\nConnection: close\r\n") != std::string::npos);
  CHECK(stream->write("data: 2\n\n"));
  CHECK(stream->is_open());
  stream->close();
  CHECK_FALSE(stream->write("data: 3\n\n"));
  CHECK(client.read_to_end() == "data: 1\n\ndata: 2\n\n");

  stream.reset();
  LoopClient leaves(server.port());
  leaves.send(get("/events"));
  REQUIRE(eventually(opened));
  leaves.half_close();
  CHECK(eventually([&] { return !stream->is_open(); }));
  CHECK_FALSE(stream->write("nobody hears this"));
}

TEST_CASE("a client that leaves before its stream opens leaves no stream behind") {
  ParkingLot lot;
  LoopServer server({.handler = lot.handler()});
  LoopClient client(server.port());
  client.send(get("/events"));
  Responder responder = lot.take();
  client.half_close();
  LoopClient other(server.port());  // its round trip proves that the loop has seen the end of the first
  other.send(get("/"));
  lot.take().send(echo_of("ok"), After::keep_alive);
  REQUIRE(other.read_reply().status == 200);
  const std::shared_ptr<EventStream> stream = responder.stream("HTTP/1.1 200 OK\r\n\r\n");
  CHECK(eventually([&] { return !stream->is_open(); }));
  CHECK(eventually([&] { return server.loop().counters().open == 1; }));
}

TEST_CASE("a stream's client that does not drain is dropped, and its writer never waits") {
  std::shared_ptr<EventStream> stream;
  std::mutex mutex;
  LoopServer server({.handler = [&](RawRequest, Responder responder) {
    const std::lock_guard lock(mutex);
    stream = responder.stream("HTTP/1.1 200 OK\r\n\r\n");
  }});
  LoopClient client(server.port());
  client.send(get("/events"));
  REQUIRE(eventually([&] {
    const std::lock_guard lock(mutex);
    return stream != nullptr;
  }));
  const std::string event(1'000, 'e');
  std::size_t written = 0;
  while (stream->write(event) && written < 100'000'000) written += event.size();
  CHECK(written < 100'000'000);  // kernel buffers and the bounded one, not more
  CHECK_FALSE(stream->is_open());
  CHECK(eventually([&] { return server.loop().counters().open == 0; }));
}

TEST_CASE("what the administrator got wrong about listeners is one sentence with a remedy") {
  LoopServer server;
  const SystemClock clock;
  const auto message_of = [&](Listener listener) {
    LoopOptions settings;
    settings.listeners = {listener};
    settings.max_connections = 64;
    ConnectionLoop loop(settings, nullptr, clock, echo);
    const Result<void> started = loop.start();
    REQUIRE_FALSE(started.has_value());
    return started.error().message;
  };
  const std::string in_use = message_of({"127.0.0.1", server.port(), false});
  CHECK(in_use.find("127.0.0.1:" + std::to_string(server.port())) != std::string::npos);
  CHECK(in_use.find("in use") != std::string::npos);
  CHECK(in_use.find("http_listen") != std::string::npos);
  CHECK(message_of({"203.0.113.7", 0, false}).find("no such address") != std::string::npos);
  CHECK(message_of({"localhost:", 0, false}).find("not an IP address") != std::string::npos);
}
