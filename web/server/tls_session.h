// One TLS connection as a transformation of bytes: cipher text in, plain text out, and back. It touches no socket. So
// the loop alone decides when to read and write, and a worker can do the costly part, the handshake, on bytes that it
// was given. One thread at a time; the loop and a worker pass the session to each other.
#pragma once

#include <memory>
#include <string>
#include <string_view>

struct mbedtls_ssl_config;

namespace connlog::web {

// Abstract so that mbedTLS is known to tls_session.cpp alone.
class TlsSession {
 public:
  enum class Progress { done, wants_input, failed };
  enum class Input { open, ended, failed };

  virtual ~TlsSession() = default;

  // Takes one step of the handshake with the bytes from the client. Bytes for the client (alerts too) are appended to
  // `out`. A full handshake takes about 1.4 ms of CPU.
  virtual Progress handshake(std::string_view in, std::string& out) = 0;
  // Allowed after the handshake. Plain text is appended to `plain`. `ended`: the client sent close_notify. `failed`:
  // the alert is in `out`, and the connection is to be closed.
  virtual Input decrypt(std::string_view in, std::string& plain, std::string& out) = 0;
  // Appends records to `out`. False: the session is broken.
  virtual bool encrypt(std::string_view plain, std::string& out) = 0;
  virtual void close_notify(std::string& out) = 0;
  // Gives back the memory that an idle connection does not need.
  virtual void trim() = 0;
  virtual bool resumed() const = 0;
};

// A server's session. It keeps `config` alive. Nullptr when there is no memory.
std::unique_ptr<TlsSession> make_tls_session(std::shared_ptr<const mbedtls_ssl_config> config);

}  // namespace connlog::web
