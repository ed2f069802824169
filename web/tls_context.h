// What the sessions of one certificate share. Only for tls_server.cpp and tls_session.cpp: mbedTLS stays behind it.
#pragma once

#include <mbedtls/pk.h>
#include <mbedtls/ssl.h>
#include <mbedtls/x509_crt.h>

#include <memory>

#include "web/tls_server.h"

namespace connlog::web {

struct TlsServer::Context {
  Context();
  ~Context();
  Context(const Context&) = delete;
  Context& operator=(const Context&) = delete;

  mbedtls_ssl_config config;
  mbedtls_x509_crt chain;
  mbedtls_pk_context key;
};

// nullptr when there is no memory.
std::unique_ptr<TlsSession> make_tls_session(std::shared_ptr<const TlsServer::Context> context);

}  // namespace connlog::web
