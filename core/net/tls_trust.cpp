#include "core/net/tls_trust.h"

#include <fmt/format.h>
#include <mbedtls/md.h>
#include <mbedtls/pk.h>
#include <mbedtls/ssl.h>
#include <mbedtls/x509_crt.h>
#include <sodium.h>
#include <sys/stat.h>

#include <array>
#include <cstring>
#include <map>
#include <mutex>
#include <utility>

namespace connlog {

struct TrustAnchors::Parts {
  mbedtls_x509_crt chain;
  bool pinned = false;
  std::array<unsigned char, 32> pin{};

  Parts() { mbedtls_x509_crt_init(&chain); }
  ~Parts() { mbedtls_x509_crt_free(&chain); }
  Parts(const Parts&) = delete;
  Parts& operator=(const Parts&) = delete;
};

namespace {

// Debian and Fedora with their derivatives; SUSE; Alpine and the BSDs.
constexpr const char* kSystemBundles[] = {
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/ca-bundle.pem",
    "/etc/ssl/cert.pem",
};

std::array<unsigned char, 32> digest_of_public_key(const mbedtls_x509_crt* certificate) {
  // pk_raw is the whole SubjectPublicKeyInfo as it is in the certificate.
  std::array<unsigned char, 32> digest{};
  crypto_hash_sha256(digest.data(), certificate->pk_raw.p, certificate->pk_raw.len);
  return digest;
}

// Called for each certificate, from the top of the server's chain down to its own, with the problems that mbedTLS
// found. The signature of each certificate by the one above it was checked before. With a pin there are no anchors, so
// the topmost is always "not trusted": that one problem is dropped if the key is the pinned one. No other problem is
// ever dropped.
int verify(void* context, mbedtls_x509_crt* certificate, int, std::uint32_t* flags) {
  auto& verification = *static_cast<TrustAnchors::Verification*>(context);
  const TrustAnchors::Parts& parts = verification.anchors->parts();
  if (parts.pinned && (*flags & MBEDTLS_X509_BADCERT_NOT_TRUSTED) != 0 &&
      sodium_memcmp(digest_of_public_key(certificate).data(), parts.pin.data(), parts.pin.size()) == 0) {
    *flags &= ~static_cast<std::uint32_t>(MBEDTLS_X509_BADCERT_NOT_TRUSTED);
  }
  verification.flags |= *flags;
  return 0;
}

struct BundleKey {
  std::string path;
  std::int64_t modified_ns = 0;
  std::int64_t bytes = 0;
  friend auto operator<=>(const BundleKey&, const BundleKey&) = default;
};

std::mutex bundles_mutex;
std::map<BundleKey, std::shared_ptr<const TrustAnchors>>& bundles() {
  static std::map<BundleKey, std::shared_ptr<const TrustAnchors>> kept;
  return kept;
}

}  // namespace

TrustAnchors::TrustAnchors() : parts_(std::make_unique<Parts>()) {}
TrustAnchors::~TrustAnchors() = default;
bool TrustAnchors::empty() const {
  return !parts_->pinned && parts_->chain.raw.p == nullptr;
}

Result<std::shared_ptr<const TrustAnchors>> TrustAnchors::open(const TlsTrust& trust, const std::string& ca_bundle) {
  std::shared_ptr<TrustAnchors> anchors(new TrustAnchors);
  switch (trust.kind) {
    case TlsTrust::Kind::ca_pin: {
      std::size_t length = 0;
      if (trust.value.size() != 64 ||
          sodium_hex2bin(anchors->parts_->pin.data(), 32, trust.value.data(), 64, nullptr, &length, nullptr) != 0 ||
          length != 32) {
        return invalid("ca_pin",
                       "The pin of the certificate authority must be 64 hex digits: the SHA-256 of its public key.");
      }
      anchors->parts_->pinned = true;
      return std::shared_ptr<const TrustAnchors>(anchors);
    }
    case TlsTrust::Kind::ca_pem: {
      // mbedTLS wants the terminating zero counted.
      const int bad = mbedtls_x509_crt_parse(
          &anchors->parts_->chain, reinterpret_cast<const unsigned char*>(trust.value.c_str()), trust.value.size() + 1);
      if (bad != 0 || anchors->empty()) {
        return invalid("ca_pem", "This is not a certificate in PEM form (-----BEGIN CERTIFICATE-----).");
      }
      return std::shared_ptr<const TrustAnchors>(anchors);
    }
    case TlsTrust::Kind::system:
      break;
  }
  BundleKey key;
  struct stat facts {};
  if (!ca_bundle.empty()) {
    key.path = ca_bundle;
    if (::stat(ca_bundle.c_str(), &facts) != 0) {
      return invalid("outbound_ca_bundle",
                     fmt::format("The file of certificate authorities {} cannot be read.", ca_bundle));
    }
  } else {
    for (const char* bundle : kSystemBundles) {
      if (::stat(bundle, &facts) == 0) {
        key.path = bundle;
        break;
      }
    }
    // No set at all is not an error yet: plain HTTP and private authorities still work.
    if (key.path.empty()) return std::shared_ptr<const TrustAnchors>(anchors);
  }
  key.modified_ns = static_cast<std::int64_t>(facts.st_mtim.tv_sec) * 1'000'000'000 + facts.st_mtim.tv_nsec;
  key.bytes = facts.st_size;
  const std::lock_guard lock(bundles_mutex);
  if (const auto found = bundles().find(key); found != bundles().end()) return found->second;
  // A positive result is the number of certificates that mbedTLS could not read; the others were read.
  if (mbedtls_x509_crt_parse_file(&anchors->parts_->chain, key.path.c_str()) < 0 || anchors->empty()) {
    if (ca_bundle.empty()) return std::shared_ptr<const TrustAnchors>(anchors);
    return invalid("outbound_ca_bundle", fmt::format("The file {} holds no certificate in PEM form.", ca_bundle));
  }
  std::erase_if(bundles(), [&](const auto& kept) { return kept.first.path == key.path; });
  bundles().emplace(key, anchors);
  return std::shared_ptr<const TrustAnchors>(anchors);
}

void TrustAnchors::apply(void* mbedtls_ssl_config_pointer, Verification& verification) const {
  auto* config = static_cast<mbedtls_ssl_config*>(mbedtls_ssl_config_pointer);
  verification = Verification{this, 0};
  // The chain is only read during verification; mbedTLS takes it without const.
  mbedtls_ssl_conf_ca_chain(config, const_cast<mbedtls_x509_crt*>(&parts_->chain), nullptr);
  mbedtls_ssl_conf_cert_profile(config, &mbedtls_x509_crt_profile_default);
  mbedtls_ssl_conf_authmode(config, MBEDTLS_SSL_VERIFY_REQUIRED);
  mbedtls_ssl_conf_verify(config, verify, &verification);
#if defined(MBEDTLS_SSL_RENEGOTIATION)
  // A connection outlives the transfer that made it, and that transfer's `verification`: so a second handshake is off.
  mbedtls_ssl_conf_renegotiation(config, MBEDTLS_SSL_RENEGOTIATION_DISABLED);
#endif
}

std::string explain_verification(std::uint32_t flags) {
  if (flags == 0) return {};
  if (flags & MBEDTLS_X509_BADCERT_CN_MISMATCH) return "the certificate is for another name";
  if (flags & MBEDTLS_X509_BADCERT_EXPIRED) return "the certificate has expired";
  if (flags & MBEDTLS_X509_BADCERT_FUTURE) return "the certificate is not valid yet (are both clocks right?)";
  if (flags & MBEDTLS_X509_BADCERT_REVOKED) return "the certificate was revoked";
  if (flags & MBEDTLS_X509_BADCERT_NOT_TRUSTED)
    return "the certificate is not signed by an authority that is trusted here";
  if (flags & (MBEDTLS_X509_BADCERT_BAD_KEY | MBEDTLS_X509_BADCERT_BAD_MD | MBEDTLS_X509_BADCERT_BAD_PK)) {
    return "the certificate uses a key or a signature that is too weak";
  }
  return "the certificate is not fit for a server";
}

}  // namespace connlog
