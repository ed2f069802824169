#include "web/server/tls_session.h"

#include <mbedtls/ssl.h>
#include <sys/types.h>

#include <algorithm>
#include <cstring>

#include "web/server/tls_memory.h"
#include "web/server/tls_tickets.h"

namespace connlog::web {
namespace {

class MbedSession final : public TlsSession {
 public:
  explicit MbedSession(std::shared_ptr<const mbedtls_ssl_config> config) : config_(std::move(config)) {
    mbedtls_ssl_init(&ssl_);
  }
  ~MbedSession() override { mbedtls_ssl_free(&ssl_); }
  MbedSession(const MbedSession&) = delete;
  MbedSession& operator=(const MbedSession&) = delete;

  bool set_up() {
    if (mbedtls_ssl_setup(&ssl_, config_.get()) != 0) return false;
    mbedtls_ssl_set_bio(&ssl_, this, send, receive, nullptr);
    return true;
  }

  Progress handshake(std::string_view in, std::string& out) override {
    const Bytes bytes(*this, in, out);
    TlsTickets::take_accepted();
    const int code = mbedtls_ssl_handshake(&ssl_);
    if (TlsTickets::take_accepted()) resumed_ = true;
    if (code == MBEDTLS_ERR_SSL_WANT_READ) return Progress::wants_input;
    if (code != 0) {
      if (out.empty())
        mbedtls_ssl_send_alert_message(&ssl_, MBEDTLS_SSL_ALERT_LEVEL_FATAL, MBEDTLS_SSL_ALERT_MSG_HANDSHAKE_FAILURE);
      return Progress::failed;
    }
    early_.assign(in_);  // the first request may have arrived together with the end of the handshake
    return Progress::done;
  }

  Input decrypt(std::string_view in, std::string& plain, std::string& out) override {
    std::string joined;
    if (!early_.empty()) {
      joined = std::move(early_);
      early_.clear();
      joined.append(in);
      in = joined;
    }
    const Bytes bytes(*this, in, out);
    while (true) {
      unsigned char chunk[MBEDTLS_SSL_IN_CONTENT_LEN];
      const std::size_t waiting = in_.size();
      const int got = mbedtls_ssl_read(&ssl_, chunk, sizeof chunk);
      if (got > 0) {
        plain.append(reinterpret_cast<const char*>(chunk), static_cast<std::size_t>(got));
      } else if (got == MBEDTLS_ERR_SSL_WANT_READ) {
        // Also returned after a message that carries no data; the bytes after it must not be lost.
        if (in_.empty() || in_.size() == waiting) return Input::open;
      } else if (got == MBEDTLS_ERR_SSL_PEER_CLOSE_NOTIFY || got == 0) {
        return Input::ended;
      } else {
        if (out.empty()) mbedtls_ssl_send_alert_message(&ssl_, MBEDTLS_SSL_ALERT_LEVEL_FATAL, alert_for(got));
        return Input::failed;
      }
    }
  }

  bool encrypt(std::string_view plain, std::string& out) override {
    const Bytes bytes(*this, {}, out);
    while (!plain.empty()) {
      const int put = mbedtls_ssl_write(&ssl_, reinterpret_cast<const unsigned char*>(plain.data()), plain.size());
      if (put <= 0) return false;
      plain.remove_prefix(static_cast<std::size_t>(put));
    }
    return true;
  }

  void close_notify(std::string& out) override {
    const Bytes bytes(*this, {}, out);
    mbedtls_ssl_close_notify(&ssl_);
  }

  void trim() override {
    // Only when both buffers are empty: a record that arrived in part must stay.
    if (ssl_.MBEDTLS_PRIVATE(in_left) != 0 || ssl_.MBEDTLS_PRIVATE(out_left) != 0 ||
        ssl_.MBEDTLS_PRIVATE(in_offt) != nullptr)
      return;
    give_back_tail(ssl_.MBEDTLS_PRIVATE(in_buf));
    give_back_tail(ssl_.MBEDTLS_PRIVATE(out_buf));
  }

  bool resumed() const override { return resumed_; }

 private:
  // Lends mbedTLS its input and output for one call.
  struct Bytes {
    Bytes(MbedSession& of, std::string_view in, std::string& out) : session(of) {
      session.in_ = in;
      session.out_ = &out;
    }
    ~Bytes() {
      session.in_ = {};
      session.out_ = nullptr;
    }
    Bytes(const Bytes&) = delete;
    Bytes& operator=(const Bytes&) = delete;
    MbedSession& session;
  };

  static unsigned char alert_for(int code) {
    return code == MBEDTLS_ERR_SSL_INVALID_MAC ? MBEDTLS_SSL_ALERT_MSG_BAD_RECORD_MAC
                                               : MBEDTLS_SSL_ALERT_MSG_DECODE_ERROR;
  }

  static int send(void* self, const unsigned char* bytes, std::size_t size) {
    static_cast<MbedSession*>(self)->out_->append(reinterpret_cast<const char*>(bytes), size);
    return static_cast<int>(size);
  }

  static int receive(void* self, unsigned char* bytes, std::size_t size) {
    std::string_view& in = static_cast<MbedSession*>(self)->in_;
    if (in.empty()) return MBEDTLS_ERR_SSL_WANT_READ;
    const std::size_t got = std::min(size, in.size());
    std::memcpy(bytes, in.data(), got);
    in.remove_prefix(got);
    return static_cast<int>(got);
  }

  const std::shared_ptr<const mbedtls_ssl_config> config_;
  mbedtls_ssl_context ssl_;
  std::string_view in_;
  std::string* out_ = nullptr;
  std::string early_;
  bool resumed_ = false;
};

}  // namespace

std::unique_ptr<TlsSession> make_tls_session(std::shared_ptr<const mbedtls_ssl_config> config) {
  auto session = std::make_unique<MbedSession>(std::move(config));
  if (!session->set_up()) return nullptr;
  return session;
}

}  // namespace connlog::web
