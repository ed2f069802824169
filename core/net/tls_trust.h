// The authorities that an outbound TLS connection trusts: a parsed set that all connections share, or the pin of one.
// The system's bundle takes milliseconds and half a megabyte to parse, so it is parsed once per file and kept until the
// file changes. mbedTLS verifies; this code chooses the anchors and, for a pin, adds one check in the verify callback.
// Immutable once made; any thread.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "core/base/result.h"
#include "core/net/http_client.h"

namespace connlog {

class TrustAnchors {
 public:
  // `ca_bundle` is used by TlsTrust::Kind::system; empty: the first of the usual paths that exists.
  static Result<std::shared_ptr<const TrustAnchors>> open(const TlsTrust& trust, const std::string& ca_bundle);
  ~TrustAnchors();
  TrustAnchors(const TrustAnchors&) = delete;
  TrustAnchors& operator=(const TrustAnchors&) = delete;

  // What a connection keeps about its verification, so that the reason for a refusal can be shown.
  struct Verification {
    const TrustAnchors* anchors = nullptr;
    std::uint32_t flags = 0;  // mbedTLS's MBEDTLS_X509_BADCERT_*
  };
  // Configures an mbedtls_ssl_config for this trust. Called by libcurl before each handshake.
  void apply(void* mbedtls_ssl_config, Verification& verification) const;

  bool empty() const;  // no authority at all: no certificate can be trusted

  struct Parts;
  const Parts& parts() const { return *parts_; }

 private:
  TrustAnchors();
  std::unique_ptr<Parts> parts_;
};

// "it expired", "it is for another name", … for people. Empty when nothing was wrong.
std::string explain_verification(std::uint32_t flags);

}  // namespace connlog
