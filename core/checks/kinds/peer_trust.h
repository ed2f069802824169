// How a check judges the certificate of a server: by the system's authorities, by given ones, by a pin, or not at all; and
// what it saw of the certificate, however it judged. Shared by the kinds that speak TLS.
//
// Immutable once opened; a Look belongs to one handshake. The runtime's thread.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/result.h"
#include "core/checks/check.h"
#include "core/checks/check_runtime.h"
#include "core/kinds/field.h"
#include "core/net/tls_trust.h"

namespace connlog {

// ---- fields that several kinds have: their choices

inline constexpr FieldChoice kTlsTrustChoices[] = {
    {"system", "The system's authorities"},
    {"ca", "The authorities given below"},
    {"pin", "The public key given below, whoever signed it"},
    {"none", "Not checked: anybody can pass for this server"},
};
inline constexpr FieldChoice kFamilyChoices[] = {
    {"any", "IPv4 or IPv6"},
    {"ipv4", "IPv4 only"},
    {"ipv6", "IPv6 only"},
};

// What the fields tls_trust, ca and pin cannot say one by one. Errors name "fields.<name>".
Result<void> check_trust_fields(const FieldValues& values);
// Whether the key (PEM, without a password) is that of the first certificate. Errors name fields.client_….
Result<void> check_client_pair(std::string_view certificate, std::string_view key);

// ---- the judgement

class PeerTrust {
 public:
  enum class Mode : std::uint8_t { system, ca, pin, none };

  // By the fields tls_trust ("system", "ca", "pin", "none"), ca (PEM) and pin (64 hex digits: the SHA-256 of the
  // SubjectPublicKeyInfo of the server's own certificate, or of an authority's that it sends with it).
  static Result<std::shared_ptr<const PeerTrust>> open(CheckRuntime& runtime, const FieldValues& values);

  // What one handshake showed.
  struct Look {
    const PeerTrust* trust = nullptr;
    std::uint32_t flags = 0;  // MBEDTLS_X509_BADCERT_*, of those problems that count here
    int certificates = 0;     // in the chain as it was built, up to a trusted authority
    Instant ends_at;          // the earliest end in the chain; not set: no certificate was seen
    std::string pin = {};     // of the server's own: 64 hex digits
    bool is_pinned = false;   // the pinned key is in the chain
  };
  static constexpr int kChainMax = 10;  // of more certificates the times are not looked at

  // Configures an mbedtls_ssl_config. This object and `look` must outlive the handshake.
  void apply(void* mbedtls_ssl_config, Look& look) const;

  Mode mode() const { return mode_; }
  bool has_no_authority() const { return mode_ == Mode::system && anchors_->empty(); }

 private:
  struct Verify;
  Mode mode_ = Mode::system;
  std::string pin_;  // lower case
  std::shared_ptr<const TrustAnchors> anchors_;
};

// Whole days until the instant, rounded down: -1 from the first second after it.
std::int64_t whole_days_until(Instant ends_at, Instant now);

// Why a handshake failed, where the certificate was the reason; nothing: it was not. Where our own clock is implausible,
// an error of time is our own trouble (unknown, own_clock).
struct CertificateFailure {
  CheckVerdict verdict = CheckVerdict::down;
  CheckReason reason = CheckReason::certificate_wrong;
  FailureSource source = FailureSource::target;
  std::string text = {};
};
std::optional<CertificateFailure> certificate_failure(const CheckRuntime& runtime, const PeerTrust& trust,
                                                      const PeerTrust::Look& look);

// Adds the days until `ends_at` to the result's values. Makes an `up` or `degraded` one worse where they are fewer than
// spec.certificate_days: degraded, or down where the certificate has ended and was to be verified.
void judge_certificate_days(CheckResult& result, const CheckSpec& spec, const PeerTrust& trust, Instant ends_at,
                            Instant now);

}  // namespace connlog
