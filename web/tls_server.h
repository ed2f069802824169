// The server's side of TLS: what every session shares. new_session() may be called from any thread.
#pragma once

#include <memory>

#include "web/tls_session.h"

namespace connlog::web {

class TlsServer {
 public:
  virtual ~TlsServer() = default;
  virtual std::unique_ptr<TlsSession> new_session() = 0;
};

}  // namespace connlog::web
