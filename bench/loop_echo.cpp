// Requests per second through the connection loop alone, with a handler that answers at once: what every real handler
// pays before it does anything. Plain and TLS, load generator in the same process, on the same processors. The CPU time
// a request is of both sides together.
//   bench_loop_echo [connections] [requests]
#include <sodium.h>
#include <sys/resource.h>

#include <cstdio>
#include <cstdlib>
#include <string>

#include "tests/support/load_generator.h"
#include "tests/support/temporary_directory.h"
#include "web/server/connection_loop.h"
#include "web/server/tls_server.h"

namespace {

using namespace connlog;
using namespace connlog::web;

constexpr int kRounds = 3;

double processor_seconds() {
  rusage used{};
  ::getrusage(RUSAGE_SELF, &used);
  return static_cast<double>(used.ru_utime.tv_sec + used.ru_stime.tv_sec) +
         static_cast<double>(used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1e6;
}

bool measure(const char* name, std::uint16_t port, bool tls, int connections, int requests) {
  auto load = LoadGenerator::open({port, tls}, connections);
  if (!load) {
    std::fprintf(stderr, "%s\n", load.error().message.c_str());
    return false;
  }
  (*load)->run(0, requests / 4, 60);  // warm
  for (int round = 0; round < kRounds; ++round) {
    const double before = processor_seconds();
    const LoadReport report = (*load)->run(0, requests, 60);
    const double used = processor_seconds() - before;
    std::printf(
        "%-5s %6d connections %8.0f requests/s  p50 %6.2f ms  p99 %6.2f ms  max %6.2f ms  %5.1f us of CPU a request\n",
        name, connections, report.per_second(), static_cast<double>(report.p50_us) / 1e3,
        static_cast<double>(report.p99_us) / 1e3, static_cast<double>(report.max_us) / 1e3,
        used * 1e6 / static_cast<double>(report.accepted));
    if (report.accepted != requests) return false;
  }
  return true;
}

}  // namespace

int main(int argc, char** argv) {
  if (sodium_init() < 0) return 1;
  const int connections = argc > 1 ? std::atoi(argv[1]) : 1'000;
  const int requests = argc > 2 ? std::atoi(argv[2]) : 100'000;
  const SystemClock clock;
  SystemRandom random;
  const TemporaryDirectory data;
  auto certificates = Certificates::open({data.path(), "", "", "localhost"}, clock, random);
  if (!certificates) return 1;
  const Keyring keys = Keyring::from_database_key(Key{});
  auto tls = TlsServer::open(**certificates, keys, data.path(), clock, random);
  if (!tls) return 1;
  LoopOptions settings;
  settings.listeners = {{"127.0.0.1", 0, false}, {"127.0.0.1", 0, true}};
  settings.workers = 2;
  const std::string reply =
      "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 300\r\n\r\n" + std::string(300, 'r');
  ConnectionLoop loop(settings, tls->get(), clock,
                      [&](RawRequest, Responder responder) { responder.send(reply, After::keep_alive); });
  if (auto started = loop.start(); !started) {
    std::fprintf(stderr, "%s\n", started.error().message.c_str());
    return 1;
  }
  const bool plain = measure("plain", loop.bound()[0].port, false, connections, requests);
  return plain && measure("tls", loop.bound()[1].port, true, connections, requests) ? 0 : 1;
}
