#include "core/checks/kinds/peer_trust.h"

#include <fmt/format.h>
#include <mbedtls/pk.h>
#include <mbedtls/ssl.h>
#include <mbedtls/x509_crt.h>
#include <psa/crypto.h>
#include <sodium.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <utility>

#include "core/base/assert.h"
#include "core/base/random.h"
#include "core/base/text.h"

namespace connlog {
namespace {

constexpr std::string_view kTrust = "tls_trust";
constexpr std::string_view kCa = "ca";
constexpr std::string_view kPin = "pin";
constexpr std::size_t kPinDigits = 64;
constexpr std::uint32_t kTimeFlags = MBEDTLS_X509_BADCERT_EXPIRED | MBEDTLS_X509_BADCERT_FUTURE;
constexpr std::int64_t kDay = std::int64_t{86'400} * 1'000'000;

bool is_pin(std::string_view text) {
  return text.size() == kPinDigits && std::ranges::all_of(text, [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
         });
}

Instant instant_of(const mbedtls_x509_time& time) {
  using namespace std::chrono;
  const sys_days midnight =
      year(time.year) / month(static_cast<unsigned>(time.mon)) / day(static_cast<unsigned>(time.day));
  const microseconds at = microseconds(midnight.time_since_epoch()) + hours(time.hour) + minutes(time.min) +
                          std::chrono::seconds(time.sec);
  return Instant{at.count()};
}

std::string pin_of(const mbedtls_x509_crt& certificate) {
  // pk_raw is the whole SubjectPublicKeyInfo as it is in the certificate.
  std::array<std::uint8_t, crypto_hash_sha256_BYTES> digest{};
  crypto_hash_sha256(digest.data(), certificate.pk_raw.p, certificate.pk_raw.len);
  return to_hex(digest);
}

struct ClientPair {
  ClientPair() {
    mbedtls_x509_crt_init(&chain);
    mbedtls_pk_init(&key);
  }
  ~ClientPair() {
    mbedtls_pk_free(&key);
    mbedtls_x509_crt_free(&chain);
  }
  ClientPair(const ClientPair&) = delete;
  ClientPair& operator=(const ClientPair&) = delete;

  mbedtls_x509_crt chain;
  mbedtls_pk_context key;
};

int draw(void* random, unsigned char* out, std::size_t size) {
  static_cast<Random*>(random)->fill({out, size});
  return 0;
}

// mbedTLS counts the NUL behind PEM.
const unsigned char* pem_bytes(const std::string& pem) {
  return reinterpret_cast<const unsigned char*>(pem.c_str());
}

}  // namespace

Result<void> check_client_pair(std::string_view certificate, std::string_view key) {
  CONNLOG_ASSERT(psa_crypto_init() == PSA_SUCCESS);
  ClientPair pair;
  SystemRandom random;
  const std::string chain_pem(certificate);
  if (mbedtls_x509_crt_parse(&pair.chain, pem_bytes(chain_pem), chain_pem.size() + 1) < 0)
    return invalid("fields.client_certificate", "This is not a certificate in PEM form that can be read.");
  std::string key_pem(key);
  const int code = mbedtls_pk_parse_key(&pair.key, pem_bytes(key_pem), key_pem.size() + 1, nullptr, 0, draw, &random);
  sodium_memzero(key_pem.data(), key_pem.size());
  if (code != 0) {
    return invalid("fields.client_key",
                   "This is not a key in PEM form (-----BEGIN PRIVATE KEY-----), of RSA or an elliptic curve, without "
                   "a password.");
  }
  if (mbedtls_pk_check_pair(&pair.chain.pk, &pair.key, draw, &random) == 0) return {};
  return invalid("fields.client_key",
                 "This key does not belong to the first of the client certificates. Give the pair that was issued "
                 "together.");
}

Result<void> check_trust_fields(const FieldValues& values) {
  const std::string trust = values.text(kTrust), pin = values.text(kPin);
  if (!pin.empty() && !is_pin(pin)) {
    return invalid("fields.pin",
                   "A pin is 64 hex digits: the SHA-256 of the public key (SubjectPublicKeyInfo) in the certificate.");
  }
  if (trust == "ca" && values.text(kCa).empty())
    return invalid("fields.ca", "Give the certificate of the authority that signed the server's certificate.");
  if (trust == "pin" && pin.empty()) return invalid("fields.pin", "Give the SHA-256 of the server's public key.");
  return {};
}

Result<std::shared_ptr<const PeerTrust>> PeerTrust::open(CheckRuntime& runtime, const FieldValues& values) {
  auto trust = std::make_shared<PeerTrust>();
  const std::string word = values.text(kTrust);
  if (word == "ca") {
    trust->mode_ = Mode::ca;
    trust->anchors_ = TRY(TrustAnchors::open({TlsTrust::Kind::ca_pem, values.text(kCa)}, {}));
  } else if (word == "pin") {
    trust->mode_ = Mode::pin;
    trust->pin_ = folded(values.text(kPin));
    trust->anchors_ = TRY(TrustAnchors::open({TlsTrust::Kind::ca_pin, trust->pin_}, {}));
  } else if (word == "none") {
    trust->mode_ = Mode::none;
    // No authority: the callback alone judges, and finds everything good.
    trust->anchors_ = TRY(TrustAnchors::open({TlsTrust::Kind::ca_pin, std::string(kPinDigits, '0')}, {}));
  } else {
    trust->anchors_ = TRY(runtime.system_anchors());
  }
  return std::shared_ptr<const PeerTrust>(std::move(trust));
}

// Called for each certificate, from the top of the chain down to the server's own (depth 0), with the problems that
// mbedTLS found. A signature that does not fit the key above it is a problem (NOT_TRUSTED) of the one that bears it.
struct PeerTrust::Verify {
  static int call(void* context, mbedtls_x509_crt* certificate, int depth, std::uint32_t* flags) {
    Look& look = *static_cast<Look*>(context);
    if (++look.certificates <= kChainMax) {
      const Instant ends = instant_of(certificate->valid_to);
      if (!look.ends_at.is_set() || ends < look.ends_at) look.ends_at = ends;
    }
    const std::string pin = pin_of(*certificate);
    if (depth == 0) look.pin = pin;
    if (look.trust->mode_ == Mode::none) *flags = 0;
    if (look.trust->mode_ == Mode::pin) *flags = by_pin(look, pin == look.trust->pin_, depth == 0, *flags);
    look.flags |= *flags;
    return 0;
  }

  static std::uint32_t by_pin(Look& look, bool is_the_key, bool is_servers_own, std::uint32_t flags) {
    constexpr std::uint32_t kNotTrusted = MBEDTLS_X509_BADCERT_NOT_TRUSTED;
    const bool was_pinned = std::exchange(look.is_pinned, look.is_pinned || is_the_key);
    // The handshake proves that the server has this key: who signed it, and for which name, adds nothing. Its time stays.
    if (is_the_key && is_servers_own) return flags & kTimeFlags;
    // A pinned authority is trusted; what it signed is held against everything else.
    if (is_the_key) return flags & ~kNotTrusted;
    if (was_pinned) return flags;
    // Above a pinned key nothing is asked; where no key of the chain is the pinned one, the server's own says so.
    return is_servers_own ? flags | kNotTrusted : 0;
  }
};

void PeerTrust::apply(void* mbedtls_ssl_config_pointer, Look& look) const {
  auto* config = static_cast<mbedtls_ssl_config*>(mbedtls_ssl_config_pointer);
  TrustAnchors::Verification replaced;
  anchors_->apply(config, replaced);
  look = Look{};
  look.trust = this;
  mbedtls_ssl_conf_verify(config, &Verify::call, &look);
  if (mode_ == Mode::none) mbedtls_ssl_conf_authmode(config, MBEDTLS_SSL_VERIFY_OPTIONAL);
}

std::int64_t whole_days_until(Instant ends_at, Instant now) {
  const std::int64_t left = ends_at.micros - now.micros;
  return left >= 0 ? left / kDay : -((-left + kDay - 1) / kDay);
}

std::optional<CertificateFailure> certificate_failure(const CheckRuntime& runtime, const PeerTrust& trust,
                                                      const PeerTrust::Look& look) {
  if (trust.has_no_authority()) {
    return CertificateFailure{
        CheckVerdict::unknown, CheckReason::own_trouble, FailureSource::ours,
        "its certificate cannot be checked: this system has no set of certificate authorities. Install "
        "ca-certificates, or name a file with the setting outbound_ca_bundle"};
  }
  if (look.flags == 0) return std::nullopt;
  if ((look.flags & ~kTimeFlags) == 0 && !runtime.clock_is_plausible()) {
    return CertificateFailure{CheckVerdict::unknown, CheckReason::own_clock, FailureSource::ours,
                              "the certificate is not of this time, but this machine's own clock is implausible"};
  }
  CertificateFailure failure;
  failure.text = trust.mode() == PeerTrust::Mode::pin && !look.is_pinned ? "the server's public key is not the pinned one"
                                                                          : explain_verification(look.flags);
  return failure;
}

void judge_certificate_days(CheckResult& result, const CheckSpec& spec, const PeerTrust& trust, Instant ends_at,
                            Instant now) {
  if (!ends_at.is_set()) return;
  const std::int64_t days = whole_days_until(ends_at, now);
  result.values.push_back({CheckMeasure::certificate_days, days});
  const bool is_well = result.verdict == CheckVerdict::up || result.verdict == CheckVerdict::degraded;
  if (!is_well || spec.certificate_days <= 0 || days >= spec.certificate_days) return;
  result.reason = CheckReason::certificate_ends;
  if (days >= 0) {
    result.verdict = CheckVerdict::degraded;
    result.text = days == 0 ? "the certificate ends within a day"
                            : fmt::format("the certificate ends in {} day{}", days, days == 1 ? "" : "s");
    return;
  }
  // Seen only where a handshake did not mind: the time is not verified, or by our clock it is later than by mbedTLS's.
  const bool is_down = trust.mode() != PeerTrust::Mode::none;
  result.verdict = is_down ? CheckVerdict::down : CheckVerdict::degraded;
  if (is_down) result.source = FailureSource::target;
  result.text = days == -1 ? "the certificate has ended less than a day ago"
                           : fmt::format("the certificate ended {} days ago", -days - 1);
}

}  // namespace connlog
