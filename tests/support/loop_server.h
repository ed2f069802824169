// A connection loop on a free loopback port, with or without TLS, around a handler of the test's own.
#pragma once

#include <sodium.h>

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "core/base/assert.h"
#include "core/base/clock.h"
#include "core/base/log.h"
#include "core/base/random.h"
#include "tests/support/loop_client.h"
#include "tests/support/temporary_directory.h"
#include "web/server/connection_loop.h"
#include "web/server/tls_server.h"

namespace connlog {

// 200 with the request's own bytes as body, so that a test sees what reached the handler.
inline std::string echo_of(const std::string& bytes) {
  return "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: " + std::to_string(bytes.size()) + "\r\n\r\n" +
         bytes;
}

inline void echo(web::RawRequest request, web::Responder responder) {
  responder.send(echo_of(request.bytes), web::After::keep_alive);
}

class LoopServer {
 public:
  struct Options {
    web::ConnectionLoop::Handler handler = echo;
    std::function<void(web::LoopOptions&)> adjust = {};
    const Clock* clock = nullptr;  // the machine's when absent
  };

  LoopServer() : LoopServer(Options{}) {}
  explicit LoopServer(Options options) {
    CONNLOG_ASSERT(sodium_init() >= 0);
    web::LoopOptions settings;
    settings.listeners = {{"127.0.0.1", 0, false}};
    settings.workers = 2;
    settings.max_connections = 512;
    if (options.adjust) options.adjust(settings);
    loop_ = std::make_unique<web::ConnectionLoop>(settings, nullptr, options.clock ? *options.clock : clock_,
                                                  std::move(options.handler));
    const Result<void> started = loop_->start();
    CONNLOG_ASSERT(started.has_value());
  }

  std::uint16_t port() const { return loop_->bound().front().port; }
  web::ConnectionLoop& loop() { return *loop_; }

 private:
  SystemClock clock_;
  std::unique_ptr<web::ConnectionLoop> loop_;
};

// The same over TLS, with a data directory that several servers after each other can share.
class TlsLoopServer {
 public:
  struct Options {
    std::filesystem::path data_dir = {};
    web::ConnectionLoop::Handler handler = echo;
    std::string certificate_file = {}, key_file = {};
    std::function<void(web::LoopOptions&)> adjust = {};
  };

  explicit TlsLoopServer(Options options) {
    CONNLOG_ASSERT(sodium_init() >= 0);
    set_log_level(LogLevel::error);  // each makes certificates, and says so
    auto certificates = web::Certificates::open(
        {options.data_dir, options.certificate_file, options.key_file, "appliance.example.org"}, clock_, random_);
    CONNLOG_ASSERT(certificates.has_value());
    certificates_ = std::move(*certificates);
    const Keyring keys = Keyring::from_database_key(Key{1, 2, 3});
    auto tls = web::TlsServer::open(*certificates_, keys, options.data_dir, clock_, random_);
    CONNLOG_ASSERT(tls.has_value());
    tls_ = std::move(*tls);
    web::LoopOptions settings;
    settings.listeners = {{"127.0.0.1", 0, true}};
    settings.workers = 2;
    if (options.adjust) options.adjust(settings);
    loop_ = std::make_unique<web::ConnectionLoop>(settings, tls_.get(), clock_, std::move(options.handler));
    const Result<void> started = loop_->start();
    CONNLOG_ASSERT(started.has_value());
  }

  std::uint16_t port() const { return loop_->bound().front().port; }
  web::ConnectionLoop& loop() { return *loop_; }
  web::TlsServer& tls() { return *tls_; }
  web::Certificates& certificates() { return *certificates_; }

 private:
  SystemClock clock_;
  SystemRandom random_;
  std::unique_ptr<web::Certificates> certificates_;
  std::unique_ptr<web::TlsServer> tls_;
  std::unique_ptr<web::ConnectionLoop> loop_;
};

// Waits, for ten seconds at most, until something that another thread brings about is so.
template <typename Condition>
bool eventually(Condition condition) {
  const SystemClock clock;
  const Monotonic end = clock.monotonic() + seconds(10);
  while (!condition()) {
    if (clock.monotonic() > end) return false;
    ::sched_yield();
  }
  return true;
}

}  // namespace connlog
