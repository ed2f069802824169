// Many connections: churn, the limit, and ten thousand idle ones from a handful of threads.
#include <dirent.h>
#include <doctest/doctest.h>
#include <netinet/in.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <fstream>
#include <string>
#include <thread>
#include <vector>

#include "tests/support/fake_clock.h"
#include "tests/support/loop_server.h"

using namespace connlog;
using namespace connlog::web;

namespace {

const std::string kGet = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
const std::string kShort = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

int threads_of_this_process() {
  int count = 0;
  DIR* tasks = ::opendir("/proc/self/task");
  while (const dirent* entry = ::readdir(tasks)) count += entry->d_name[0] != '.';
  ::closedir(tasks);
  return count;
}

long resident_kib() {
  std::ifstream in("/proc/self/statm");
  long size = 0, resident = 0;
  in >> size >> resident;
  return resident * (::sysconf(_SC_PAGESIZE) / 1024);
}

// The child's part: open `count` connections, then, for each byte on `orders`, ask once on every one of them and report
// how many were answered. Only calls that are safe in the child of a process.
[[noreturn]] void be_the_crowd(int orders, int reports, int count) {
  std::uint16_t port = 0;
  if (::read(orders, &port, sizeof port) != sizeof port) ::_exit(1);
  rlimit limit{};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &limit);
  std::vector<int> sockets;
  sockaddr_in to{};
  to.sin_family = AF_INET;
  to.sin_port = htons(port);
  to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  for (int i = 0; i < count; ++i) {
    const int fd = ::socket(AF_INET, SOCK_STREAM, 0);
    if (fd < 0 || ::connect(fd, reinterpret_cast<sockaddr*>(&to), sizeof to) != 0) break;
    sockets.push_back(fd);
  }
  char order;
  while (::read(orders, &order, 1) == 1) {
    int answered = 0;
    for (const int fd : sockets) ::send(fd, kGet.data(), kGet.size(), MSG_NOSIGNAL);
    for (const int fd : sockets) {
      std::string got(kShort.size(), '\0');
      answered += ::recv(fd, got.data(), got.size(), MSG_WAITALL) == static_cast<ssize_t>(got.size()) && got == kShort;
    }
    if (::write(reports, &answered, sizeof answered) != sizeof answered) break;
  }
  ::_exit(0);
}

}  // namespace

TEST_CASE("ten thousand idle keep-alive connections are held by at most twelve threads, and each is still served") {
  constexpr int kCount = 10'000;
  // The server raises the soft limit by itself; it is lowered here so that it has to.
  rlimit before{};
  REQUIRE(::getrlimit(RLIMIT_NOFILE, &before) == 0);
  const rlimit low{1'024, before.rlim_max};
  REQUIRE(::setrlimit(RLIMIT_NOFILE, &low) == 0);
  int orders[2], reports[2];
  REQUIRE(::pipe(orders) == 0);
  REQUIRE(::pipe(reports) == 0);
  const pid_t child = ::fork();  // its descriptors are its own: both sides together may need more than one process has
  REQUIRE(child >= 0);
  if (child == 0) {
    ::close(orders[1]);
    ::close(reports[0]);
    be_the_crowd(orders[0], reports[1], kCount);
  }
  ::close(orders[0]);
  ::close(reports[1]);
  {
    const long empty_kib = resident_kib();
    LoopServer server({.handler = [](RawRequest, Responder responder) { responder.send(kShort, After::keep_alive); },
                       .adjust =
                           [](LoopOptions& settings) {
                             settings.max_connections = 12'000;
                             settings.workers = 4;
                           }});
    rlimit raised{};
    ::getrlimit(RLIMIT_NOFILE, &raised);
    INFO("the limit of open files must allow 10,300 (hard limit now " << raised.rlim_max << ")");
    REQUIRE(raised.rlim_cur >= 10'300);
    const std::uint16_t port = server.port();
    REQUIRE(::write(orders[1], &port, sizeof port) == sizeof port);
    for (int round = 0; round < 2; ++round) {
      REQUIRE(::write(orders[1], "!", 1) == 1);
      int answered = 0;
      REQUIRE(::read(reports[0], &answered, sizeof answered) == sizeof answered);
      CHECK(answered == kCount);
      CHECK(eventually([&] { return server.loop().counters().open == kCount; }));
    }
    CHECK(threads_of_this_process() <= 12);
    const long used = resident_kib() - empty_kib;
    std::printf("10,000 idle connections: %d threads, %ld KiB resident more (%.1f KiB each)\n",
                threads_of_this_process(), used, static_cast<double>(used) / kCount);
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
    CHECK(used < 30'000);
#endif
    ::close(orders[1]);
    int status = 0;
    ::waitpid(child, &status, 0);
    CHECK(eventually([&] { return server.loop().counters().open == 0; }));
  }
  ::close(reports[0]);
  ::setrlimit(RLIMIT_NOFILE, &before);
}

TEST_CASE("connections that come and go by the thousand leave nothing behind") {
  LoopServer server;
  std::vector<std::thread> clients;
  for (int t = 0; t < 4; ++t) {
    clients.emplace_back([&, t] {
      for (int i = 0; i < 500; ++i) {
        LoopClient client(server.port());
        switch ((i + t) % 5) {
          case 0:
            break;  // connects and goes
          case 1:
            client.send("GET / HT");
            break;  // half a head
          case 2:
            client.send(kGet), client.reset();
            break;  // does not wait
          case 3:
            client.send(kGet), client.read_reply();
            break;
          default:
            client.send(kGet + kGet + "GET"), client.half_close(), client.read_to_end();
            break;
        }
      }
    });
  }
  for (std::thread& client : clients) client.join();
  // Some may still wait to be accepted when their clients are long gone: none being open says nothing alone.
  CHECK(eventually([&] { return server.loop().counters().accepted == 2'000; }));
  CHECK(eventually([&] { return server.loop().counters().open == 0; }));
  LoopClient client(server.port());
  client.send(kGet);
  CHECK(client.read_reply().status == 200);
}

TEST_CASE("a full house answers 503 to who comes next, and serves again when somebody leaves") {
  LoopServer server({.adjust = [](LoopOptions& settings) { settings.max_connections = 3; }});
  std::vector<std::unique_ptr<LoopClient>> inside;
  for (int i = 0; i < 3; ++i) {
    inside.push_back(std::make_unique<LoopClient>(server.port()));
    inside.back()->send(kGet);
    REQUIRE(inside.back()->read_reply().status == 200);
  }
  LoopClient outside(server.port());
  CHECK(outside.read_reply().status == 503);
  CHECK(server.loop().counters().refused == 1);
  inside.pop_back();
  REQUIRE(eventually([&] { return server.loop().counters().open == 2; }));
  LoopClient next(server.port());
  next.send(kGet);
  CHECK(next.read_reply().status == 200);
}

TEST_CASE("in a full house the connection that was idle for longest gives way") {
  FakeClock clock;
  LoopServer server({.adjust = [](LoopOptions& settings) { settings.max_connections = 2; }, .clock = &clock});
  LoopClient old(server.port());
  old.send(kGet);
  REQUIRE(old.read_reply().status == 200);
  clock.advance(seconds(20));
  LoopClient fresh(server.port());
  fresh.send(kGet);
  REQUIRE(fresh.read_reply().status == 200);
  LoopClient next(server.port());
  next.send(kGet);
  CHECK(next.read_reply().status == 200);
  CHECK(old.ends());
  LoopClient refused(server.port());  // nobody has been idle for long now
  CHECK(refused.read_reply().status == 503);
}

TEST_CASE("a process without descriptors turns clients away and recovers") {
  LoopServer server;
  LoopClient before(server.port());
  before.send(kGet);
  REQUIRE(before.read_reply().status == 200);
  rlimit limit{};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  const int next = ::dup(0);
  ::close(next);
  std::vector<std::unique_ptr<LoopClient>> waiting;
  const rlimit none{static_cast<rlim_t>(next) + 4,
                    limit.rlim_max};  // enough for the client's ends, not for the server's
  REQUIRE(::setrlimit(RLIMIT_NOFILE, &none) == 0);
  for (int i = 0; i < 4; ++i) waiting.push_back(std::make_unique<LoopClient>(server.port()));
  const bool turned_away = eventually([&] { return server.loop().counters().refused > 0; });
  before.send(kGet);
  const int status = before.read_reply().status;
  ::setrlimit(RLIMIT_NOFILE, &limit);
  CHECK(turned_away);
  CHECK(status == 200);  // who is connected is served
  waiting.clear();
  LoopClient after(server.port());
  after.send(kGet);
  CHECK(after.read_reply().status == 200);
}
