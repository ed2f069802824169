// A TLS client over a socket that does not wait, for checks: mbedTLS, TLS 1.2 and 1.3, with the trust that a monitor asks
// for (core/checks/kinds/peer_trust), and what the other side's certificate says. The certificate is judged after the
// handshake and not within it, so that a bad one is described and not only refused; before that judgement nothing of ours
// is sent.
//
// One thread. The socket stays the caller's.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/checks/check.h"
#include "core/checks/kinds/peer_trust.h"

namespace connlog {

class CheckRuntime;

// What a check expects of the other side.
struct TlsAsk {
  std::string name;  // in the certificate, and sent as server name; a name or an address
  std::shared_ptr<const PeerTrust> trust;
};

// What the other side's certificates say.
struct TlsPeer {
  Instant ends_at;        // the earliest end in the chain; not set: none was seen
  std::size_t chain = 0;  // certificates that were sent
  std::vector<std::string> names = {};  // DNS names and addresses of its own, at most a few
  std::string version = {};             // "TLSv1.3"
};

class TlsSession {
 public:
  enum class Step : std::uint8_t { done, wants_read, wants_write, ended, failed };

  TlsSession(int socket, TlsAsk ask, CheckRuntime& runtime);
  ~TlsSession();
  TlsSession(const TlsSession&) = delete;
  TlsSession& operator=(const TlsSession&) = delete;

  Step handshake();
  // After the handshake.
  TlsPeer peer() const;
  std::optional<CertificateFailure> refusal() const;
  const PeerTrust& trust() const;

  // `count`: how much was read or written with Step::done.
  Step read(std::span<char> into, std::size_t& count);
  Step write(std::string_view bytes, std::size_t& count);
  bool has_buffered() const;  // bytes that can be read without the socket
  void close();               // tells the other side, if that needs no waiting

  // After Step::failed: what happened, for people.
  CheckReason reason() const;
  const std::string& text() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// By the fields tls_trust, ca, pin and server_name; without the last, by the host. Errors name "fields.<name>".
Result<TlsAsk> tls_ask(CheckRuntime& runtime, const CheckSpec& spec, std::string_view host);

// "TLS alert 48, it does not know the authority of a certificate"
std::string alert_text(int alert);

}  // namespace connlog
