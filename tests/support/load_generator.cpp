#include "tests/support/load_generator.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <mbedtls/ctr_drbg.h>
#include <mbedtls/entropy.h>
#include <mbedtls/ssl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <psa/crypto.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstring>

#include "core/wire/protocol.h"
#include "core/base/text.h"
#include "tests/support/agent_emulator.h"
#include "tests/support/seeded_appliance.h"

namespace connlog {
namespace {

using std::chrono::steady_clock;

std::int64_t micros_now() {
  return std::chrono::duration_cast<std::chrono::microseconds>(steady_clock::now().time_since_epoch()).count();
}

struct TlsConfig {
  mbedtls_ssl_config config;
  mbedtls_entropy_context entropy;
  mbedtls_ctr_drbg_context random;

  TlsConfig() {
    psa_crypto_init();
    mbedtls_ssl_config_init(&config);
    mbedtls_entropy_init(&entropy);
    mbedtls_ctr_drbg_init(&random);
    mbedtls_ctr_drbg_seed(&random, mbedtls_entropy_func, &entropy, nullptr, 0);
    mbedtls_ssl_config_defaults(&config, MBEDTLS_SSL_IS_CLIENT, MBEDTLS_SSL_TRANSPORT_STREAM,
                                MBEDTLS_SSL_PRESET_DEFAULT);
    mbedtls_ssl_conf_authmode(&config, MBEDTLS_SSL_VERIFY_NONE);
    mbedtls_ssl_conf_rng(&config, mbedtls_ctr_drbg_random, &random);
    mbedtls_ssl_conf_session_tickets(&config, MBEDTLS_SSL_SESSION_TICKETS_ENABLED);
#if defined(MBEDTLS_SSL_PROTO_TLS1_3)
    mbedtls_ssl_conf_tls13_enable_signal_new_session_tickets(&config,
                                                             MBEDTLS_SSL_TLS1_3_SIGNAL_NEW_SESSION_TICKETS_ENABLED);
#endif
  }
  ~TlsConfig() {
    mbedtls_ssl_config_free(&config);
    mbedtls_ctr_drbg_free(&random);
    mbedtls_entropy_free(&entropy);
  }
};

int tls_send(void* context, const unsigned char* data, std::size_t size) {
  const ssize_t count = ::send(*static_cast<int*>(context), data, size, MSG_NOSIGNAL);
  if (count >= 0) return static_cast<int>(count);
  return errno == EAGAIN ? MBEDTLS_ERR_SSL_WANT_WRITE : MBEDTLS_ERR_SSL_INTERNAL_ERROR;
}

int tls_receive(void* context, unsigned char* data, std::size_t size) {
  const ssize_t count = ::recv(*static_cast<int*>(context), data, size, 0);
  if (count >= 0) return static_cast<int>(count);
  return errno == EAGAIN ? MBEDTLS_ERR_SSL_WANT_READ : MBEDTLS_ERR_SSL_INTERNAL_ERROR;
}

struct Connection {
  int fd = -1;
  std::unique_ptr<mbedtls_ssl_context, void (*)(mbedtls_ssl_context*)> tls{nullptr, nullptr};
  std::string request;
  std::size_t token_at = 0, id_at = 0;
  std::size_t sent = 0;
  bool busy = false, established = false;
  int agent = 0;
  std::int64_t began_us = 0;
  std::string received;
  std::unique_ptr<mbedtls_ssl_session, void (*)(mbedtls_ssl_session*)> session{nullptr, nullptr};
  bool resumed = false;
};

enum class Io { done, again, broken };

}  // namespace

class LoadGenerator::Inside {
 public:
  Inside(Target target, int count) : target_(target), connections_(static_cast<std::size_t>(count)) {
    rlimit limit{};
    getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
    poll_ = epoll_create1(EPOLL_CLOEXEC);
    if (target.tls) tls_ = std::make_unique<TlsConfig>();
    // What the genuine agent sends, with a token and an id that are written over.
    GenuineAgent genuine({.token = seeded_token(0), .machine_id = kSeededMachine});
    genuine.adopt_config_version(1);
    const std::string rendered = genuine.render_heartbeat(std::string(32, '0'), GenuineAgent::kBusyFrame,
                                                          fmt::format("127.0.0.1:{}", target.port));
    for (Connection& connection : connections_) {
      connection.request = rendered;
      connection.token_at = rendered.find("agent_") + 6;
      connection.id_at = rendered.find(std::string(32, '0'));
      connection.received.reserve(2'048);
    }
  }
  ~Inside() {
    for (Connection& connection : connections_) shut(connection);
    close(poll_);
  }

  Result<void> open_all() {
    const auto began = micros_now();
    handshakes_ = {};
    // In batches: the listener's backlog and the server's bound on handshakes are finite.
    constexpr std::size_t kBatch = 200;
    for (std::size_t from = 0; from < connections_.size(); from += kBatch) {
      const std::size_t to = std::min(from + kBatch, connections_.size());
      for (std::size_t i = from; i < to; ++i) {
        if (!begin_connection(connections_[i]))
          return Error{.code = ErrorCode::network,
                       .message = fmt::format("connection {}: {}", i, std::strerror(errno))};
      }
      if (!finish_handshakes(from, to))
        return Error{.code = ErrorCode::network, .message = "a TLS handshake failed or took more than 30 s"};
    }
    handshakes_.seconds = static_cast<double>(micros_now() - began) / 1e6;
    return {};
  }

  Result<void> open_again() {
    for (Connection& connection : connections_) shut(connection);
    return open_all();
  }

  LoadReport run(int first, int count, double seconds_max, const Acknowledged& acknowledged) {
    next_ = first;
    end_ = first + count;
    report_ = {};
    latencies_.clear();
    latencies_.reserve(static_cast<std::size_t>(count));
    busy_ = 0;
    stop_ = false;
    const std::int64_t began = micros_now();
    const std::int64_t until = began + static_cast<std::int64_t>(seconds_max * 1e6);
    for (Connection& connection : connections_) begin(connection);
    std::vector<epoll_event> events(1'024);
    while (busy_ > 0 && !stop_) {
      const int ready = epoll_wait(poll_, events.data(), static_cast<int>(events.size()), 1'000);
      for (int i = 0; i < ready && !stop_; ++i) {
        proceed(connections_[events[static_cast<std::size_t>(i)].data.u32], acknowledged);
      }
      if (micros_now() >= until) break;
    }
    report_.seconds = static_cast<double>(micros_now() - began) / 1e6;
    std::sort(latencies_.begin(), latencies_.end());
    if (!latencies_.empty()) {
      report_.p50_us = latencies_[latencies_.size() / 2];
      report_.p99_us = latencies_[latencies_.size() * 99 / 100];
      report_.max_us = latencies_.back();
    }
    report_.latencies_us = latencies_;
    return report_;
  }

  const HandshakeReport& handshakes() const { return handshakes_; }

 private:
  bool begin_connection(Connection& connection) {
    connection.fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (connection.fd < 0) return false;
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(target_.port);
    if (connect(connection.fd, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) return false;
    const int on = 1;
    setsockopt(connection.fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    fcntl(connection.fd, F_SETFL, O_NONBLOCK);
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.u32 = static_cast<std::uint32_t>(&connection - connections_.data());
    epoll_ctl(poll_, EPOLL_CTL_ADD, connection.fd, &event);
    connection.established = !target_.tls;
    connection.busy = false;
    connection.received.clear();
    if (target_.tls) {
      auto* context = new mbedtls_ssl_context;
      mbedtls_ssl_init(context);
      connection.tls = {context, [](mbedtls_ssl_context* old) {
                          mbedtls_ssl_free(old);
                          delete old;
                        }};
      if (mbedtls_ssl_setup(context, &tls_->config) != 0 || mbedtls_ssl_set_hostname(context, "localhost") != 0)
        return false;
      if (connection.session) mbedtls_ssl_set_session(context, connection.session.get());
      connection.resumed = connection.session != nullptr;
      mbedtls_ssl_set_bio(context, &connection.fd, tls_send, tls_receive, nullptr);
    }
    return true;
  }

  bool finish_handshakes(std::size_t from, std::size_t to) {
    if (!target_.tls) return true;
    std::size_t left = to - from;
    const auto step = [&](Connection& connection) {
      const int code = mbedtls_ssl_handshake(connection.tls.get());
      if (code == 0) {
        connection.established = true;
        ++(connection.resumed ? handshakes_.resumed : handshakes_.full);
        --left;
      }
      return code == 0 || code == MBEDTLS_ERR_SSL_WANT_READ || code == MBEDTLS_ERR_SSL_WANT_WRITE;
    };
    for (std::size_t i = from; i < to; ++i) {
      if (!step(connections_[i])) return false;
    }
    const auto until = micros_now() + 30'000'000;
    std::vector<epoll_event> events(256);
    while (left > 0 && micros_now() < until) {
      const int ready = epoll_wait(poll_, events.data(), static_cast<int>(events.size()), 1'000);
      for (int i = 0; i < ready; ++i) {
        Connection& connection = connections_[events[static_cast<std::size_t>(i)].data.u32];
        if (connection.established) {
          read_some(connection);  // tickets that arrive after the handshake
        } else if (!step(connection)) {
          return false;
        }
      }
    }
    return left == 0;
  }

  void shut(Connection& connection) {
    if (connection.tls) {
      if (connection.established) mbedtls_ssl_close_notify(connection.tls.get());
      connection.tls.reset();
    }
    if (connection.fd >= 0) close(connection.fd);
    connection.fd = -1;
    connection.established = false;
  }

  void begin(Connection& connection) {
    if (connection.fd < 0 || next_ >= end_) return;
    connection.agent = next_++;
    char number[65];
    // The token is patched as seeded_token() makes it; the id is the run and the agent's number.
    *fmt::format_to(number, "{:064x}", connection.agent + 1) = '\0';
    std::memcpy(connection.request.data() + connection.token_at, number, 64);
    *fmt::format_to(number, "{:016x}{:016x}", base_, ++issued_) = '\0';
    std::memcpy(connection.request.data() + connection.id_at, number, 32);
    connection.sent = 0;
    connection.received.clear();
    connection.busy = true;
    ++busy_;
    connection.began_us = micros_now();
    if (write_some(connection) == Io::broken) fail(connection);
  }

  Io write_some(Connection& connection) {
    while (connection.sent < connection.request.size()) {
      const char* data = connection.request.data() + connection.sent;
      const std::size_t size = connection.request.size() - connection.sent;
      std::int64_t count;
      if (connection.tls) {
        count = mbedtls_ssl_write(connection.tls.get(), reinterpret_cast<const unsigned char*>(data), size);
        if (count == MBEDTLS_ERR_SSL_WANT_WRITE || count == MBEDTLS_ERR_SSL_WANT_READ) return Io::again;
#if defined(MBEDTLS_SSL_PROTO_TLS1_3)
        if (count == MBEDTLS_ERR_SSL_RECEIVED_NEW_SESSION_TICKET) {  // one was waiting; nothing is written yet
          keep_session(connection);
          continue;
        }
#endif
      } else {
        count = ::send(connection.fd, data, size, MSG_NOSIGNAL);
        if (count < 0 && errno == EAGAIN) return Io::again;
      }
      if (count <= 0) return Io::broken;
      connection.sent += static_cast<std::size_t>(count);
    }
    return Io::done;
  }

  Io read_some(Connection& connection) {
    char buffer[4'096];
    for (;;) {
      std::int64_t count;
      if (connection.tls) {
        count = mbedtls_ssl_read(connection.tls.get(), reinterpret_cast<unsigned char*>(buffer), sizeof buffer);
        if (count == MBEDTLS_ERR_SSL_WANT_READ || count == MBEDTLS_ERR_SSL_WANT_WRITE) return Io::again;
#if defined(MBEDTLS_SSL_PROTO_TLS1_3)
        if (count == MBEDTLS_ERR_SSL_RECEIVED_NEW_SESSION_TICKET) {
          keep_session(connection);
          continue;
        }
#endif
      } else {
        count = ::recv(connection.fd, buffer, sizeof buffer, 0);
        if (count < 0 && errno == EAGAIN) return Io::again;
      }
      if (count <= 0) return Io::broken;
      connection.received.append(buffer, static_cast<std::size_t>(count));
      if (!connection.tls && static_cast<std::size_t>(count) < sizeof buffer) return Io::done;
    }
  }

  static void keep_session(Connection& connection) {
    auto* session = new mbedtls_ssl_session;
    mbedtls_ssl_session_init(session);
    connection.session = {session, [](mbedtls_ssl_session* old) {
                            mbedtls_ssl_session_free(old);
                            delete old;
                          }};
    if (mbedtls_ssl_get_session(connection.tls.get(), session) != 0) connection.session.reset();
  }

  void proceed(Connection& connection, const Acknowledged& acknowledged) {
    if (connection.fd < 0) return;
    if (read_some(connection) == Io::broken) return fail(connection);
    if (!connection.busy) return;
    if (connection.sent < connection.request.size() && write_some(connection) == Io::broken) return fail(connection);
    const auto head = connection.received.find("\r\n\r\n");
    if (head == std::string::npos) return;
    // "Content-Length: " as our own server writes it.
    const auto at = connection.received.find("Content-Length: ");
    const std::size_t length = at < head ? std::strtoul(connection.received.c_str() + at + 16, nullptr, 10) : 0;
    if (connection.received.size() < head + 4 + length) return;
    connection.busy = false;
    --busy_;
    const int status = connection.received.size() > 12 ? std::atoi(connection.received.c_str() + 9) : 0;
    if (status == 200) {
      ++report_.accepted;
      latencies_.push_back(micros_now() - connection.began_us);
      if (acknowledged && !acknowledged(connection.agent, connection.request.substr(connection.id_at, 32))) {
        stop_ = true;
        return;
      }
    } else {
      ++report_.refused[status];
    }
    begin(connection);
  }

  void fail(Connection& connection) {
    ++report_.refused[0];
    if (connection.busy) --busy_;
    connection.busy = false;
    shut(connection);
  }

  Target target_;
  int poll_ = -1;
  std::unique_ptr<TlsConfig> tls_;
  std::vector<Connection> connections_;
  HandshakeReport handshakes_;
  const std::uint64_t base_ = static_cast<std::uint64_t>(std::chrono::system_clock::now().time_since_epoch().count());
  std::uint64_t issued_ = 0;
  int next_ = 0, end_ = 0, busy_ = 0;
  bool stop_ = false;
  LoadReport report_;
  std::vector<std::int64_t> latencies_;
};

LoadGenerator::LoadGenerator(std::unique_ptr<Inside> inside) : inside_(std::move(inside)) {}
LoadGenerator::~LoadGenerator() = default;

Result<std::unique_ptr<LoadGenerator>> LoadGenerator::open(Target target, int connections) {
  auto inside = std::make_unique<Inside>(target, connections);
  TRY(inside->open_all());
  return std::unique_ptr<LoadGenerator>(new LoadGenerator(std::move(inside)));
}

LoadReport LoadGenerator::run(int first, int count, double seconds_max, const Acknowledged& acknowledged) {
  return inside_->run(first, count, seconds_max, acknowledged);
}

Result<HandshakeReport> LoadGenerator::reconnect() {
  TRY(inside_->open_again());
  return inside_->handshakes();
}

const HandshakeReport& LoadGenerator::handshakes() const {
  return inside_->handshakes();
}

}  // namespace connlog
