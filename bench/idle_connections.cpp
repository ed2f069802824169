// What an idle keep-alive connection costs: resident memory and threads, plain, TLS 1.2 and TLS 1.3. The clients live
// in a child process, so that what is measured is the server's side alone.
//   bench_idle_connections [plain connections] [TLS connections]
#include <dirent.h>
#include <netinet/in.h>
#include <sodium.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include "tests/support/temporary_directory.h"
#include "tests/support/tls_client.h"
#include "web/server/connection_loop.h"
#include "web/server/tls_server.h"

namespace {

using namespace connlog;
using namespace connlog::web;

const std::string kRequest =
    "GET / HTTP/1.1\r\nHost: a\r\nX-Padding: " + std::string(600, 'x') + "\r\n\r\n";  // about a heartbeat
const std::string kReply = "HTTP/1.1 200 OK\r\nContent-Length: 300\r\n\r\n" + std::string(300, 'r');

long resident_kib() {
  std::ifstream in("/proc/self/statm");
  long size = 0, resident = 0;
  in >> size >> resident;
  return resident * (::sysconf(_SC_PAGESIZE) / 1024);
}

int threads() {
  int count = 0;
  DIR* tasks = ::opendir("/proc/self/task");
  while (const dirent* entry = ::readdir(tasks)) count += entry->d_name[0] != '.';
  ::closedir(tasks);
  return count;
}

struct Client {
  int fd = -1;
  std::unique_ptr<TlsClient> tls;
};

bool send_all(int fd, const std::string& bytes) {
  return ::send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(bytes.size());
}

bool receive(Client& client, std::string& plain) {
  char chunk[16 * 1024];
  const ssize_t got = ::recv(client.fd, chunk, sizeof chunk, 0);
  if (got <= 0) return false;
  const std::string_view bytes(chunk, static_cast<std::size_t>(got));
  if (client.tls) return client.tls->decrypt(bytes, plain);
  plain.append(bytes);
  return true;
}

bool open_and_ask(Client& client, std::uint16_t port, const TlsClientOptions* settings) {
  sockaddr_in to{};
  to.sin_family = AF_INET;
  to.sin_port = htons(port);
  to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  client.fd = ::socket(AF_INET, SOCK_STREAM, 0);
  if (client.fd < 0 || ::connect(client.fd, reinterpret_cast<sockaddr*>(&to), sizeof to) != 0) return false;
  std::string out, in;
  if (settings) {
    client.tls = std::make_unique<TlsClient>(*settings);
    while (true) {
      out.clear();
      const TlsClient::Progress progress = client.tls->handshake(in, out);
      if (progress == TlsClient::Progress::failed || !send_all(client.fd, out)) return false;
      if (progress == TlsClient::Progress::done) break;
      in.resize(16 * 1024);
      const ssize_t got = ::recv(client.fd, in.data(), in.size(), 0);
      if (got <= 0) return false;
      in.resize(static_cast<std::size_t>(got));
    }
  }
  out.clear();
  if (client.tls) {
    client.tls->encrypt(kRequest, out);
  } else {
    out = kRequest;
  }
  if (!send_all(client.fd, out)) return false;
  std::string reply;
  while (reply.size() < kReply.size()) {
    if (!receive(client, reply)) return false;
  }
  return reply == kReply;
}

// Opens the connections, reports how many were served, and holds them until the pipe closes.
[[noreturn]] void be_the_clients(int orders, int reports, int count, const TlsClientOptions* settings) {
  std::uint16_t port = 0;
  if (::read(orders, &port, sizeof port) != sizeof port) ::_exit(1);
  rlimit limit{};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &limit);
  std::vector<Client> clients(static_cast<std::size_t>(count));
  int served = 0;
  for (Client& client : clients) served += open_and_ask(client, port, settings);
  char end;
  if (::write(reports, &served, sizeof served) == sizeof served) [[maybe_unused]]
    const ssize_t ignored = ::read(orders, &end, 1);
  ::_exit(0);
}

bool measure(const char* name, int count, const TlsClientOptions* settings) {
  int orders[2], reports[2];
  if (::pipe(orders) != 0 || ::pipe(reports) != 0) return false;
  const pid_t child = ::fork();  // before the server's threads exist
  if (child == 0) {
    ::close(orders[1]);
    be_the_clients(orders[0], reports[1], count, settings);
  }
  ::close(orders[0]);
  ::close(reports[1]);
  bool good = false;
  {
    const SystemClock clock;
    SystemRandom random;
    const TemporaryDirectory data;
    auto certificates = Certificates::open({data.path(), "", "", "localhost"}, clock, random);
    const Keyring keys = Keyring::from_database_key(Key{});
    auto tls = TlsServer::open(**certificates, keys, data.path(), clock, random);
    LoopOptions loop_settings;
    loop_settings.listeners = {{"127.0.0.1", 0, settings != nullptr}};
    loop_settings.idle_timeout = seconds(3'600);
    ConnectionLoop loop(loop_settings, tls->get(), clock,
                        [](RawRequest, Responder responder) { responder.send(kReply, After::keep_alive); });
    if (!loop.start()) return false;
    const long before = resident_kib();
    const std::uint16_t port = loop.bound().front().port;
    int served = 0;
    if (::write(orders[1], &port, sizeof port) != sizeof port ||
        ::read(reports[0], &served, sizeof served) != sizeof served)
      return false;
    const long after = resident_kib();
    good = served == count && loop.counters().open == static_cast<std::uint64_t>(count);
    std::printf("%-8s %6d idle connections: %6.1f MB resident in all, %5.1f kB each, %d threads%s\n", name, count,
                static_cast<double>(after) * 1.024 / 1000, static_cast<double>(after - before) * 1.024 / count,
                threads(), good ? "" : "  NOT ALL SERVED");
    ::close(orders[1]);
  }
  ::close(reports[0]);
  int status = 0;
  ::waitpid(child, &status, 0);
  return good;
}

}  // namespace

int main(int argc, char** argv) {
  if (sodium_init() < 0) return 1;
  std::setvbuf(stdout, nullptr, _IONBF, 0);
  const int plain = argc > 1 ? std::atoi(argv[1]) : 10'000;
  const int tls = argc > 2 ? std::atoi(argv[2]) : 2'000;
  const TlsClientOptions old{.version = TlsClientOptions::Version::only_1_2},
      current{.version = TlsClientOptions::Version::only_1_3};
  bool good = measure("plain", plain, nullptr);
  good = measure("TLS 1.2", tls, &old) && good;
  good = measure("TLS 1.3", tls, &current) && good;
  return good ? 0 : 1;
}
