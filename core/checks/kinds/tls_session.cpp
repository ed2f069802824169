#include "core/checks/kinds/tls_session.h"

#include <fmt/format.h>
#include <mbedtls/net_sockets.h>
#include <mbedtls/ssl.h>
#include <mbedtls/x509_crt.h>
#include <psa/crypto.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>

#include "core/base/assert.h"
#include "core/base/text.h"
#include "core/checks/check_runtime.h"
#include "core/net/idna.h"

namespace connlog {
namespace {

constexpr std::size_t kNamesShown = 8;

struct AlertText {
  int alert;
  std::string_view text;
};
// RFC 8446 §6, RFC 5246 §7.2.
constexpr AlertText kAlerts[] = {
    {10, "it did not expect our message"},
    {20, "a record was damaged"},
    {22, "a record was too long"},
    {40, "it found no common way to talk"},
    {42, "it found a certificate damaged"},
    {43, "it does not take this kind of certificate"},
    {44, "it says that a certificate was revoked"},
    {45, "it says that a certificate has expired"},
    {46, "it found something wrong with a certificate"},
    {47, "it did not like a value of ours"},
    {48, "it does not know the authority of a certificate"},
    {49, "it does not let us in"},
    {50, "it could not read our message"},
    {51, "a signature was wrong"},
    {70, "it speaks no TLS 1.2 or 1.3"},
    {71, "it wants stronger ciphers"},
    {80, "it has an internal error"},
    {86, "it saw a step back to an older version"},
    {109, "it misses an extension"},
    {110, "it does not take an extension"},
    {112, "it does not know this name"},
    {113, "it found our answer about a certificate's state wrong"},
    {116, "it wants a certificate of ours"},
    {120, "it speaks no protocol of ours"},
};

void add_names(const mbedtls_x509_crt& leaf, std::vector<std::string>& names) {
  for (const mbedtls_x509_sequence* at = &leaf.subject_alt_names; at != nullptr && names.size() < kNamesShown;
       at = at->next) {
    const mbedtls_x509_buf& buffer = at->buf;
    if (buffer.p == nullptr) continue;
    const int kind = buffer.tag & 0x1f;
    if (kind == MBEDTLS_X509_SAN_DNS_NAME) {
      const std::size_t length = std::min<std::size_t>(buffer.len, 253);
      names.push_back(harmless({reinterpret_cast<const char*>(buffer.p), length}));
    } else if (kind == MBEDTLS_X509_SAN_IP_ADDRESS && (buffer.len == 4 || buffer.len == 16)) {
      IpAddress address;
      address.v6 = buffer.len == 16;
      std::copy_n(buffer.p, buffer.len, address.bytes.begin());
      names.push_back(to_text(address));
    }
  }
}

}  // namespace

struct TlsSession::State {
  State(int given_socket, TlsAsk given_ask, CheckRuntime& given_runtime)
      : socket(given_socket), ask(std::move(given_ask)), runtime(given_runtime) {
    CONNLOG_ASSERT(psa_crypto_init() == PSA_SUCCESS);
    mbedtls_ssl_config_init(&config);
    mbedtls_ssl_init(&ssl);
    is_ready = mbedtls_ssl_config_defaults(&config, MBEDTLS_SSL_IS_CLIENT, MBEDTLS_SSL_TRANSPORT_STREAM,
                                           MBEDTLS_SSL_PRESET_DEFAULT) == 0;
    ask.trust->apply(&config, look);
    // Judged by refusal(), which must follow the handshake.
    mbedtls_ssl_conf_authmode(&config, MBEDTLS_SSL_VERIFY_OPTIONAL);
    mbedtls_ssl_conf_rng(&config, draw, &runtime.random());
    is_ready = is_ready && mbedtls_ssl_setup(&ssl, &config) == 0 &&
               mbedtls_ssl_set_hostname(&ssl, ask.name.c_str()) == 0;
    mbedtls_ssl_set_bio(&ssl, this, send, receive, nullptr);
  }
  ~State() {
    mbedtls_ssl_free(&ssl);
    mbedtls_ssl_config_free(&config);
  }
  State(const State&) = delete;
  State& operator=(const State&) = delete;

  static int draw(void* random, unsigned char* out, std::size_t size) {
    static_cast<Random*>(random)->fill({out, size});
    return 0;
  }
  static int send(void* context, const unsigned char* bytes, std::size_t size) {
    auto& state = *static_cast<State*>(context);
    const ssize_t put = ::send(state.socket, bytes, size, MSG_NOSIGNAL);
    if (put >= 0) return static_cast<int>(put);
    if (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR) return MBEDTLS_ERR_SSL_WANT_WRITE;
    state.socket_error = errno;
    return MBEDTLS_ERR_NET_SEND_FAILED;
  }
  static int receive(void* context, unsigned char* bytes, std::size_t size) {
    auto& state = *static_cast<State*>(context);
    const ssize_t got = ::recv(state.socket, bytes, size, 0);
    if (got > 0) return static_cast<int>(got);
    if (got == 0) return MBEDTLS_ERR_SSL_CONN_EOF;
    if (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR) return MBEDTLS_ERR_SSL_WANT_READ;
    state.socket_error = errno;
    return MBEDTLS_ERR_NET_RECV_FAILED;
  }

  // What mbedTLS said, where that is no success.
  Step step_of(int code) {
    switch (code) {
      case MBEDTLS_ERR_SSL_WANT_READ:
      case MBEDTLS_ERR_SSL_RECEIVED_NEW_SESSION_TICKET:
        return Step::wants_read;
      case MBEDTLS_ERR_SSL_WANT_WRITE:
        return Step::wants_write;
      case 0:
      case MBEDTLS_ERR_SSL_PEER_CLOSE_NOTIFY:
        return Step::ended;
      case MBEDTLS_ERR_SSL_CONN_EOF:
        if (is_shaken) return Step::ended;
        reason = CheckReason::reset;
        text = "it closed the connection during the TLS handshake";
        return Step::failed;
      case MBEDTLS_ERR_NET_SEND_FAILED:
      case MBEDTLS_ERR_NET_RECV_FAILED: {
        if (const int alert = alert_in_clear(); alert >= 0) {
          text = alert_text(alert);
          break;
        }
        const SocketFailure failure = failure_of_errno(socket_error);
        reason = failure.reason;
        text = failure.text;
        return Step::failed;
      }
      case MBEDTLS_ERR_SSL_FATAL_ALERT_MESSAGE:
        text = alert_text(ssl.MBEDTLS_PRIVATE(in_msg)[1]);
        break;
      case MBEDTLS_ERR_SSL_INVALID_RECORD:
      case MBEDTLS_ERR_SSL_UNEXPECTED_RECORD:
      case MBEDTLS_ERR_SSL_UNEXPECTED_MESSAGE:
        text = is_shaken ? "it sent something that is no TLS" : "it does not speak TLS here";
        break;
      case MBEDTLS_ERR_SSL_BAD_PROTOCOL_VERSION:
        text = is_shaken ? "it changed the version of TLS" : "it speaks no TLS 1.2 or 1.3, or no TLS at all here";
        break;
      case MBEDTLS_ERR_SSL_HANDSHAKE_FAILURE:
        text = "there is no common way to talk TLS";
        break;
      case MBEDTLS_ERR_SSL_BAD_CERTIFICATE:
        reason = CheckReason::certificate_wrong;
        text = "its certificate is damaged, or it sent none";
        return Step::failed;
      case MBEDTLS_ERR_SSL_ALLOC_FAILED:
        reason = CheckReason::own_trouble;
        text = "there is not enough memory here";
        return Step::failed;
      default:
        // Parsing of its certificates fails with codes of X.509 and ASN.1.
        text = fmt::format("TLS failed (code -0x{:04X} of mbedTLS)", static_cast<unsigned>(-code));
        break;
    }
    reason = CheckReason::tls_failed;
    return Step::failed;
  }

  // A server that refuses closes at once, so that our next message meets a reset while its alert waits to be read.
  int alert_in_clear() const {
    unsigned char bytes[512];
    const ssize_t got = is_shaken ? -1 : ::recv(socket, bytes, sizeof bytes, 0);
    for (ssize_t at = 0; at + 7 <= got; at += 5 + (bytes[at + 3] << 8 | bytes[at + 4])) {
      if (bytes[at] == MBEDTLS_SSL_MSG_ALERT && bytes[at + 3] == 0 && bytes[at + 4] == 2) return bytes[at + 6];
    }
    return -1;
  }

  int socket;
  TlsAsk ask;
  CheckRuntime& runtime;
  PeerTrust::Look look;
  mbedtls_ssl_config config;
  mbedtls_ssl_context ssl;
  bool is_ready = false, is_shaken = false;
  int socket_error = 0;
  CheckReason reason = CheckReason::tls_failed;
  std::string text;
};

TlsSession::TlsSession(int socket, TlsAsk ask, CheckRuntime& runtime)
    : state_(std::make_unique<State>(socket, std::move(ask), runtime)) {}
TlsSession::~TlsSession() = default;

TlsSession::Step TlsSession::handshake() {
  if (!state_->is_ready) {
    state_->reason = CheckReason::own_trouble;
    state_->text = "there is not enough memory here";
    return Step::failed;
  }
  const int code = mbedtls_ssl_handshake(&state_->ssl);
  if (code != 0) return state_->step_of(code);
  state_->is_shaken = true;
  return Step::done;
}

TlsPeer TlsSession::peer() const {
  TlsPeer peer;
  peer.version = mbedtls_ssl_get_version(&state_->ssl);
  const mbedtls_x509_crt* leaf = mbedtls_ssl_get_peer_cert(&state_->ssl);
  if (leaf == nullptr) return peer;
  for (const mbedtls_x509_crt* at = leaf; at != nullptr; at = at->next) ++peer.chain;
  peer.ends_at = state_->look.ends_at;
  add_names(*leaf, peer.names);
  return peer;
}

const PeerTrust& TlsSession::trust() const {
  return *state_->ask.trust;
}

std::optional<CertificateFailure> TlsSession::refusal() const {
  const TlsPeer seen = peer();
  if (seen.chain == 0) return CertificateFailure{.text = "it sent no certificate"};
  if (seen.chain > static_cast<std::size_t>(PeerTrust::kChainMax)) {
    return CertificateFailure{
        .text = fmt::format("it sends {} certificates; a chain has {} at most", seen.chain, PeerTrust::kChainMax)};
  }
  if (trust().mode() == PeerTrust::Mode::none) return std::nullopt;
  const std::uint32_t flags = mbedtls_ssl_get_verify_result(&state_->ssl);
  // All bits: the verification itself could not be done.
  if (flags == 0xFFFFFFFFU) return CertificateFailure{.text = "its chain of certificates cannot be followed"};
  if (flags == 0) return std::nullopt;
  std::optional<CertificateFailure> failure = certificate_failure(state_->runtime, trust(), state_->look);
  if (!failure) return CertificateFailure{.text = explain_verification(flags)};
  if ((flags & MBEDTLS_X509_BADCERT_CN_MISMATCH) != 0 && !seen.names.empty()) {
    failure->text = fmt::format("the certificate is for {}{}, not for {}", seen.names.front(),
                                seen.names.size() > 1 ? " and others" : "", state_->ask.name);
  }
  return failure;
}

TlsSession::Step TlsSession::read(std::span<char> into, std::size_t& count) {
  const int got = mbedtls_ssl_read(&state_->ssl, reinterpret_cast<unsigned char*>(into.data()), into.size());
  if (got <= 0) return state_->step_of(got);
  count = static_cast<std::size_t>(got);
  return Step::done;
}

TlsSession::Step TlsSession::write(std::string_view bytes, std::size_t& count) {
  const int put = mbedtls_ssl_write(&state_->ssl, reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size());
  if (put < 0) return state_->step_of(put);
  count = static_cast<std::size_t>(put);
  return Step::done;
}

bool TlsSession::has_buffered() const {
  return mbedtls_ssl_check_pending(&state_->ssl) != 0;
}

void TlsSession::close() {
  if (state_->is_shaken) mbedtls_ssl_close_notify(&state_->ssl);
}

CheckReason TlsSession::reason() const {
  return state_->reason;
}
const std::string& TlsSession::text() const {
  return state_->text;
}

Result<TlsAsk> tls_ask(CheckRuntime& runtime, const CheckSpec& spec, std::string_view host) {
  TlsAsk ask;
  ask.name = spec.values.text("server_name");
  if (ask.name.empty()) ask.name = std::string(host);
  IpAddress address;
  if (!parse_ip(ask.name, address)) {
    // Names that are none of hosts (with underscores) stay as they are.
    if (std::string ascii = domain_to_ascii(ask.name); !ascii.empty()) ask.name = std::move(ascii);
  }
  ask.trust = TRY(PeerTrust::open(runtime, spec.values));
  return ask;
}

std::string alert_text(int alert) {
  for (const AlertText& each : kAlerts) {
    if (each.alert == alert) return fmt::format("TLS alert {}: {}", alert, each.text);
  }
  return fmt::format("TLS alert {}", alert);
}

}  // namespace connlog
