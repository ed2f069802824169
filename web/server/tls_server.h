// The server's side of TLS, shared by all sessions: certificate, tickets, and the protocols and algorithms allowed (TLS
// 1.2 and 1.3, X25519 and P-256, ECDHE with AEAD ciphers, no renegotiation, no early data, ALPN http/1.1). A session
// made before a change of certificate keeps the certificate that it began with. Threads: new_session from any; maintain
// from one at a time (maintenance, or main on SIGHUP).
#pragma once

#include <filesystem>
#include <memory>
#include <mutex>

#include "core/base/clock.h"
#include "core/base/random.h"
#include "core/base/result.h"
#include "core/crypto/keyring.h"
#include "web/server/certificates.h"
#include "web/server/tls_session.h"

namespace connlog::web {

class TlsTickets;

class TlsServer {
 public:
  // `certificates`, `clock` and `random` must outlive the server, and the server its sessions.
  static Result<std::unique_ptr<TlsServer>> open(Certificates& certificates, const Keyring& keys,
                                                 const std::filesystem::path& data_dir, const Clock& clock,
                                                 Random& random);
  ~TlsServer();

  std::unique_ptr<TlsSession> new_session();

  // To be called every minute or so, and on SIGHUP. Renews or reloads the certificate, and changes the tickets' key
  // when due. On an error the certificate and keys in use stay in use.
  Result<void> maintain();

 private:
  struct Context;  // configuration and certificate
  TlsServer(Certificates& certificates, std::unique_ptr<TlsTickets> tickets, Random& random);
  Result<void> use_certificate();

  Certificates& certificates_;
  const std::unique_ptr<TlsTickets> tickets_;
  Random& random_;
  std::mutex mutex_;  // guards context_
  std::shared_ptr<const Context> context_;
};

}  // namespace connlog::web
