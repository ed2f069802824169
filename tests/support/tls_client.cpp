#include "tests/support/tls_client.h"

#include <mbedtls/sha256.h>
#include <mbedtls/ssl.h>
#include <mbedtls/x509_crt.h>
#include <psa/crypto.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <map>
#include <mutex>

#include "core/base/assert.h"
#include "core/base/text.h"
#include "core/base/random.h"

namespace connlog {
namespace {

SystemRandom g_random;

int draw(void*, unsigned char* out, std::size_t size) {
  g_random.fill({out, size});
  return 0;
}

// One configuration for all connections that want the same, as a real client has.
struct Configuration {
  explicit Configuration(const TlsClientOptions& settings) : protocol(settings.protocol), groups{settings.group, 0} {
    CONNLOG_ASSERT(psa_crypto_init() == PSA_SUCCESS);
    mbedtls_ssl_config_init(&config);
    mbedtls_x509_crt_init(&authority);
    mbedtls_ssl_config_defaults(&config, MBEDTLS_SSL_IS_CLIENT, MBEDTLS_SSL_TRANSPORT_STREAM,
                                MBEDTLS_SSL_PRESET_DEFAULT);
    mbedtls_ssl_conf_rng(&config, draw, nullptr);
    mbedtls_ssl_conf_tls13_enable_signal_new_session_tickets(&config,
                                                             MBEDTLS_SSL_TLS1_3_SIGNAL_NEW_SESSION_TICKETS_ENABLED);
    if (settings.version == TlsClientOptions::Version::only_1_2)
      mbedtls_ssl_conf_max_tls_version(&config, MBEDTLS_SSL_VERSION_TLS1_2);
    if (settings.version == TlsClientOptions::Version::only_1_3)
      mbedtls_ssl_conf_min_tls_version(&config, MBEDTLS_SSL_VERSION_TLS1_3);
    if (settings.group != 0) mbedtls_ssl_conf_groups(&config, groups.data());
    if (!protocol.empty()) mbedtls_ssl_conf_alpn_protocols(&config, protocols.data());
    if (settings.ca_pem.empty()) {
      mbedtls_ssl_conf_authmode(&config, MBEDTLS_SSL_VERIFY_NONE);
    } else {
      CONNLOG_ASSERT(mbedtls_x509_crt_parse(&authority, reinterpret_cast<const unsigned char*>(settings.ca_pem.c_str()),
                                            settings.ca_pem.size() + 1) == 0);
      mbedtls_ssl_conf_ca_chain(&config, &authority, nullptr);
    }
  }
  ~Configuration() {
    mbedtls_ssl_config_free(&config);
    mbedtls_x509_crt_free(&authority);
  }
  Configuration(const Configuration&) = delete;
  Configuration& operator=(const Configuration&) = delete;

  mbedtls_ssl_config config;
  mbedtls_x509_crt authority;
  std::string protocol;
  std::array<std::uint16_t, 2> groups;
  std::array<const char*, 2> protocols{protocol.c_str(), nullptr};
};

std::shared_ptr<Configuration> configuration_for(const TlsClientOptions& settings) {
  static std::mutex mutex;
  static std::map<std::string, std::shared_ptr<Configuration>> known;
  const std::string name = std::to_string(static_cast<int>(settings.version)) + "/" + std::to_string(settings.group) +
                           "/" + settings.protocol + "/" + settings.ca_pem;
  const std::lock_guard lock(mutex);
  auto& found = known[name];
  if (!found) found = std::make_shared<Configuration>(settings);
  return found;
}

}  // namespace

struct TlsClient::State {
  explicit State(const TlsClientOptions& settings) : configuration(configuration_for(settings)) {
    mbedtls_ssl_init(&ssl);
    CONNLOG_ASSERT(mbedtls_ssl_setup(&ssl, &configuration->config) == 0);
    mbedtls_ssl_set_hostname(&ssl, settings.host.c_str());
    mbedtls_ssl_set_bio(&ssl, this, send, receive, nullptr);
    if (!settings.session.empty()) {
      mbedtls_ssl_session loaded;
      mbedtls_ssl_session_init(&loaded);
      CONNLOG_ASSERT(mbedtls_ssl_session_load(&loaded, reinterpret_cast<const unsigned char*>(settings.session.data()),
                                              settings.session.size()) == 0);
      CONNLOG_ASSERT(mbedtls_ssl_set_session(&ssl, &loaded) == 0);
      mbedtls_ssl_session_free(&loaded);
    }
  }
  ~State() { mbedtls_ssl_free(&ssl); }
  State(const State&) = delete;
  State& operator=(const State&) = delete;

  static int send(void* self, const unsigned char* bytes, std::size_t size) {
    auto* state = static_cast<State*>(self);
    state->out.append(reinterpret_cast<const char*>(bytes), size);
    return static_cast<int>(size);
  }
  static int receive(void* self, unsigned char* bytes, std::size_t size) {
    auto* state = static_cast<State*>(self);
    if (state->in.empty()) return MBEDTLS_ERR_SSL_WANT_READ;
    const std::size_t got = std::min(size, state->in.size());
    std::memcpy(bytes, state->in.data(), got);
    state->in.erase(0, got);
    return static_cast<int>(got);
  }
  void keep_session() {
    mbedtls_ssl_session now;
    mbedtls_ssl_session_init(&now);
    if (mbedtls_ssl_get_session(&ssl, &now) == 0) {
      std::string bytes(16 * 1024, '\0');
      std::size_t used = 0;
      if (mbedtls_ssl_session_save(&now, reinterpret_cast<unsigned char*>(bytes.data()), bytes.size(), &used) == 0)
        session = bytes.substr(0, used);
    }
    mbedtls_ssl_session_free(&now);
  }

  std::shared_ptr<Configuration> configuration;
  mbedtls_ssl_context ssl;
  std::string in, out, session;
  int error = 0;
};

TlsClient::TlsClient(const TlsClientOptions& settings) : state_(std::make_unique<State>(settings)) {}
TlsClient::~TlsClient() = default;

TlsClient::Progress TlsClient::handshake(std::string_view in, std::string& out) {
  state_->in.append(in);
  const int code = mbedtls_ssl_handshake(&state_->ssl);
  out.append(state_->out);
  state_->out.clear();
  if (code == 0) {
    if (mbedtls_ssl_get_version_number(&state_->ssl) == MBEDTLS_SSL_VERSION_TLS1_2) state_->keep_session();
    return Progress::done;
  }
  if (code == MBEDTLS_ERR_SSL_WANT_READ) return Progress::wants_input;
  state_->error = code;
  return Progress::failed;
}

bool TlsClient::decrypt(std::string_view in, std::string& plain) {
  state_->in.append(in);
  while (true) {
    unsigned char chunk[16 * 1024];
    const std::size_t waiting = state_->in.size();
    const int got = mbedtls_ssl_read(&state_->ssl, chunk, sizeof chunk);
    if (got > 0) {
      plain.append(reinterpret_cast<const char*>(chunk), static_cast<std::size_t>(got));
    } else if (got == MBEDTLS_ERR_SSL_RECEIVED_NEW_SESSION_TICKET) {
      state_->keep_session();
    } else if (got == MBEDTLS_ERR_SSL_WANT_READ) {
      // mbedtls_ssl_read answers this also after a message without data.
      if (state_->in.empty() || state_->in.size() == waiting) return true;
    } else {
      state_->error = got;
      return false;
    }
  }
}

void TlsClient::encrypt(std::string_view plain, std::string& out) {
  while (!plain.empty()) {
    const int put = mbedtls_ssl_write(&state_->ssl, reinterpret_cast<const unsigned char*>(plain.data()), plain.size());
    CONNLOG_ASSERT(put > 0);
    plain.remove_prefix(static_cast<std::size_t>(put));
  }
  out.append(state_->out);
  state_->out.clear();
}

void TlsClient::close_notify(std::string& out) {
  mbedtls_ssl_close_notify(&state_->ssl);
  out.append(state_->out);
  state_->out.clear();
}

std::string TlsClient::session() const {
  return state_->session;
}
std::string TlsClient::version() const {
  return mbedtls_ssl_get_version(&state_->ssl);
}
int TlsClient::last_error() const {
  return state_->error;
}

std::string TlsClient::protocol() const {
  const char* name = mbedtls_ssl_get_alpn_protocol(&state_->ssl);
  return name ? name : "";
}

std::string TlsClient::leaf_digest() const {
  const mbedtls_x509_crt* leaf = mbedtls_ssl_get_peer_cert(&state_->ssl);
  if (!leaf) return "";
  std::array<std::uint8_t, 32> digest{};
  mbedtls_sha256(leaf->raw.p, leaf->raw.len, digest.data(), 0);
  return to_hex(digest);
}

}  // namespace connlog
