#include "core/net/stream_connection.h"

#include <curl/curl.h>
#include <fmt/format.h>
#include <linux/sockios.h>
#include <sys/ioctl.h>

#include "core/net/http_url.h"

namespace connlog {
namespace {

// Raw bytes pass through no HTTP proxy.
OutboundOptions without_proxy(OutboundOptions options) {
  options.proxy.clear();
  return options;
}

int stop_when_cancelled(void* cancelled, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
  return static_cast<const std::atomic<bool>*>(cancelled)->load() ? 1 : 0;
}

}  // namespace

class StreamConnection::Dialling final : private Transfer {
 public:
  Dialling(std::unique_ptr<const OutboundOptions> outbound, OutboundPurpose purpose,
           std::shared_ptr<const TrustAnchors> anchors, const StreamTarget& target, milliseconds timeout,
           const std::atomic<bool>& cancelled)
      : Transfer(*outbound, purpose, std::move(anchors)), outbound_(std::move(outbound)) {
    const std::string host =
        target.host.find(':') == std::string::npos ? target.host : fmt::format("[{}]", target.host);
    // libcurl connects and, with https, does the TLS handshake. It sends no HTTP.
    curl_easy_setopt(easy(), CURLOPT_URL,
                     fmt::format("{}://{}:{}/", target.tls ? "https" : "http", host, target.port).c_str());
    curl_easy_setopt(easy(), CURLOPT_CONNECT_ONLY, 1L);
    curl_easy_setopt(easy(), CURLOPT_SSL_ENABLE_ALPN, 0L);
    curl_easy_setopt(easy(), CURLOPT_NOPROGRESS, 0L);
    curl_easy_setopt(easy(), CURLOPT_XFERINFOFUNCTION, stop_when_cancelled);
    curl_easy_setopt(easy(), CURLOPT_XFERINFODATA, const_cast<std::atomic<bool>*>(&cancelled));
    set_protocols("http,https");
    set_timeouts(timeout, timeout);
  }

  Result<void> dial() {
    const CURLcode code = curl_easy_perform(easy());
    if (const auto failure = failure_of(code)) return Error{ErrorCode::network, failure->message};
    return {};
  }
  int active_socket() {
    curl_socket_t handle = CURL_SOCKET_BAD;
    curl_easy_getinfo(easy(), CURLINFO_ACTIVESOCKET, &handle);
    return handle;
  }
  CURLcode send(std::string_view bytes, std::size_t& sent) {
    return curl_easy_send(easy(), bytes.data(), bytes.size(), &sent);
  }
  CURLcode receive(char* out, std::size_t size, std::size_t& got) { return curl_easy_recv(easy(), out, size, &got); }
  std::string words_of(CURLcode code) const {
    const auto failure = failure_of(code);
    return failure ? failure->message : std::string();
  }

 private:
  void completed(int) override {}
  std::unique_ptr<const OutboundOptions> outbound_;
};

StreamConnection::StreamConnection(std::unique_ptr<Dialling> dialling)
    : dialling_(std::move(dialling)), socket_(dialling_->active_socket()) {}
StreamConnection::~StreamConnection() = default;

Result<std::unique_ptr<StreamConnection>> StreamConnection::connect(const OutboundOptions& outbound,
                                                                    OutboundPurpose purpose, const StreamTarget& target,
                                                                    milliseconds timeout,
                                                                    const std::atomic<bool>& cancelled) {
  const TlsTrust trust = target.ca_pem.empty() ? TlsTrust{} : TlsTrust{TlsTrust::Kind::ca_pem, target.ca_pem};
  auto anchors = TRY(TrustAnchors::open(trust, outbound.ca_bundle));
  auto dialling = std::make_unique<Dialling>(std::make_unique<const OutboundOptions>(without_proxy(outbound)), purpose,
                                             std::move(anchors), target, timeout, cancelled);
  TRY(dialling->dial());
  return std::unique_ptr<StreamConnection>(new StreamConnection(std::move(dialling)));
}

Result<std::size_t> StreamConnection::send(std::string_view bytes) {
  std::size_t sent = 0;
  const CURLcode code = dialling_->send(bytes, sent);
  if (code == CURLE_AGAIN) return std::size_t{0};
  if (code != CURLE_OK) return Error{ErrorCode::network, dialling_->words_of(code)};
  return sent;
}

// The other side's words are read and dropped; only whether it is still there counts.
bool StreamConnection::is_open() {
  char ignored[512];
  for (int i = 0; i < 64; ++i) {
    std::size_t got = 0;
    const CURLcode code = dialling_->receive(ignored, sizeof ignored, got);
    if (code == CURLE_AGAIN) return true;
    if (code != CURLE_OK || got == 0) return false;
  }
  return true;
}

bool StreamConnection::is_acknowledged() const {
  int waiting = 0;
  return ::ioctl(socket_, SIOCOUTQ, &waiting) == 0 && waiting == 0;
}

}  // namespace connlog
