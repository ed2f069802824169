#include "web/server/tls_server.h"

#include <mbedtls/error.h>
#include <mbedtls/pk.h>
#include <mbedtls/ssl.h>
#include <mbedtls/x509_crt.h>
#include <psa/crypto.h>

#if defined(__aarch64__) || defined(__arm__)
#include <asm/hwcap.h>
#include <sys/auxv.h>
#endif

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "core/base/log.h"
#include "web/server/tls_memory.h"
#include "web/server/tls_tickets.h"

namespace connlog::web {
namespace {

// These ciphers have the same strength; which is fastest depends on the processor. mbedTLS keeps pointers to all four
// lists.
constexpr int kAesFirst[] = {MBEDTLS_TLS1_3_AES_128_GCM_SHA256,
                             MBEDTLS_TLS1_3_AES_256_GCM_SHA384,
                             MBEDTLS_TLS1_3_CHACHA20_POLY1305_SHA256,
                             MBEDTLS_TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,
                             MBEDTLS_TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
                             MBEDTLS_TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384,
                             MBEDTLS_TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,
                             MBEDTLS_TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256,
                             MBEDTLS_TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256,
                             0};
constexpr int kChaChaFirst[] = {MBEDTLS_TLS1_3_CHACHA20_POLY1305_SHA256,
                                MBEDTLS_TLS1_3_AES_128_GCM_SHA256,
                                MBEDTLS_TLS1_3_AES_256_GCM_SHA384,
                                MBEDTLS_TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256,
                                MBEDTLS_TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256,
                                MBEDTLS_TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,
                                MBEDTLS_TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
                                MBEDTLS_TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384,
                                MBEDTLS_TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,
                                0};
constexpr std::uint16_t kGroups[] = {MBEDTLS_SSL_IANA_TLS_GROUP_X25519, MBEDTLS_SSL_IANA_TLS_GROUP_SECP256R1,
                                     MBEDTLS_SSL_IANA_TLS_GROUP_NONE};
const char* kProtocols[] = {"http/1.1", nullptr};

bool has_fast_aes() {
#if defined(__aarch64__)
  return (::getauxval(AT_HWCAP) & HWCAP_AES) != 0;
#elif defined(__arm__)
  return false;  // mbedTLS does not use AES instructions there
#else
  return true;
#endif
}

int draw(void* random, unsigned char* out, std::size_t size) {
  static_cast<Random*>(random)->fill({out, size});
  return 0;
}

Error unusable(int code) {
  char text[128] = "";
  mbedtls_strerror(code, text, sizeof text);
  return Error{ErrorCode::internal,
               "TLS cannot be set up with this certificate.",
               {},
               fmt::format("{} (-0x{:04x})", text, static_cast<unsigned>(-code))};
}

}  // namespace

// What the sessions of one certificate share.
struct TlsServer::Context {
  Context() {
    mbedtls_ssl_config_init(&config);
    mbedtls_x509_crt_init(&chain);
    mbedtls_pk_init(&key);
  }
  ~Context() {
    mbedtls_ssl_config_free(&config);
    mbedtls_x509_crt_free(&chain);
    mbedtls_pk_free(&key);
  }
  Context(const Context&) = delete;
  Context& operator=(const Context&) = delete;

  mbedtls_ssl_config config;
  mbedtls_x509_crt chain;
  mbedtls_pk_context key;
};

TlsServer::TlsServer(Certificates& certificates, std::unique_ptr<TlsTickets> tickets, Random& random)
    : certificates_(certificates), tickets_(std::move(tickets)), random_(random) {}
TlsServer::~TlsServer() = default;

Result<std::unique_ptr<TlsServer>> TlsServer::open(Certificates& certificates, const Keyring& keys,
                                                   const std::filesystem::path& data_dir, const Clock& clock,
                                                   Random& random) {
  use_page_blocks();
  if (psa_crypto_init() != PSA_SUCCESS) return Error{ErrorCode::internal, "The cryptographic library cannot start."};
  std::error_code ignored;  // a failure shows when the tickets cannot be written
  std::filesystem::create_directory(data_dir / "tls", ignored);
  std::filesystem::permissions(data_dir / "tls", std::filesystem::perms::owner_all, ignored);
  auto tickets = TRY(TlsTickets::open(data_dir, keys.derive(key_purpose::kTlsTickets), clock, random));
  std::unique_ptr<TlsServer> out(new TlsServer(certificates, std::move(tickets), random));
  TRY(out->use_certificate());
  return out;
}

Result<void> TlsServer::use_certificate() {
  auto context = std::make_shared<Context>();
  std::string key(certificates_.key_pem().reveal());
  const std::string chain = certificates_.chain_pem();
  // PEM with its terminating zero, DER without
  const std::size_t key_size = key.size() + (key.find("-----BEGIN") == std::string::npos ? 0 : 1);
  int code = mbedtls_pk_parse_key(&context->key, reinterpret_cast<const unsigned char*>(key.c_str()), key_size, nullptr,
                                  0, draw, &random_);
  const Secret wipe(std::move(key));
  if (code == 0)
    code = mbedtls_x509_crt_parse(&context->chain, reinterpret_cast<const unsigned char*>(chain.c_str()),
                                  chain.size() + 1);
  mbedtls_ssl_config& config = context->config;
  if (code == 0)
    code = mbedtls_ssl_config_defaults(&config, MBEDTLS_SSL_IS_SERVER, MBEDTLS_SSL_TRANSPORT_STREAM,
                                       MBEDTLS_SSL_PRESET_DEFAULT);
  if (code == 0) code = mbedtls_ssl_conf_own_cert(&config, &context->chain, &context->key);
  if (code == 0) code = mbedtls_ssl_conf_alpn_protocols(&config, kProtocols);
  if (code != 0) return unusable(code);
  mbedtls_ssl_conf_rng(&config, draw, &random_);
  mbedtls_ssl_conf_min_tls_version(&config, MBEDTLS_SSL_VERSION_TLS1_2);
  mbedtls_ssl_conf_max_tls_version(&config, MBEDTLS_SSL_VERSION_TLS1_3);
  mbedtls_ssl_conf_ciphersuites(&config, has_fast_aes() ? kAesFirst : kChaChaFirst);
  mbedtls_ssl_conf_groups(&config, kGroups);
  mbedtls_ssl_conf_authmode(&config, MBEDTLS_SSL_VERIFY_NONE);
  // Resumption keeps forward secrecy: a ticket's key alone decrypts nothing.
  mbedtls_ssl_conf_tls13_key_exchange_modes(
      &config, MBEDTLS_SSL_TLS1_3_KEY_EXCHANGE_MODE_EPHEMERAL | MBEDTLS_SSL_TLS1_3_KEY_EXCHANGE_MODE_PSK_EPHEMERAL);
  mbedtls_ssl_conf_new_session_tickets(&config, 1);
  tickets_->serve(config);
  const std::lock_guard lock(mutex_);
  context_ = std::move(context);
  return {};
}

std::unique_ptr<TlsSession> TlsServer::new_session() {
  std::shared_ptr<const Context> context;
  {
    const std::lock_guard lock(mutex_);
    context = context_;
  }
  const mbedtls_ssl_config* config = &context->config;
  return make_tls_session({std::move(context), config});
}

Result<void> TlsServer::maintain() {
  TRY(tickets_->rotate_if_due());
  const bool renewed = TRY(certificates_.refresh());
  if (!renewed) return {};
  TRY(use_certificate());
  log_info("tls.certificate_changed", {{"not_after", to_iso8601(certificates_.not_after())}});
  return {};
}

}  // namespace connlog::web
