#include "core/net/syslog_transfer.h"

#include <curl/curl.h>
#include <fmt/format.h>
#include <linux/sockios.h>
#include <sys/ioctl.h>

#include <utility>

#include "core/net/syslog_text.h"

namespace connlog {
namespace {

constexpr milliseconds kConnectWithin{10'000};
constexpr milliseconds kTakenWithin{20'000};
constexpr int kReadsARound = 16;

// Raw bytes pass through no HTTP proxy.
std::unique_ptr<const OutboundOptions> without_proxy(OutboundOptions options) {
  options.proxy.clear();
  return std::make_unique<const OutboundOptions>(std::move(options));
}

}  // namespace

Result<std::shared_ptr<const TrustAnchors>> SyslogTransfer::trust(const SyslogTarget& target,
                                                                  const OutboundOptions& outbound) {
  const TlsTrust trust = target.ca_pem.empty() ? TlsTrust{} : TlsTrust{TlsTrust::Kind::ca_pem, target.ca_pem};
  return TrustAnchors::open(trust, outbound.ca_bundle);
}

SyslogTransfer::SyslogTransfer(const OutboundOptions& outbound, OutboundPurpose purpose,
                               std::shared_ptr<const TrustAnchors> anchors, SyslogTarget target, std::string message,
                               Clock& clock, std::shared_ptr<const std::vector<AddressRange>> networks)
    : SyslogTransfer(without_proxy(outbound), purpose, std::move(anchors), std::move(target), std::move(message), clock,
                     std::move(networks)) {}

SyslogTransfer::SyslogTransfer(std::unique_ptr<const OutboundOptions> outbound, OutboundPurpose purpose,
                               std::shared_ptr<const TrustAnchors> anchors, SyslogTarget target, std::string message,
                               Clock& clock, std::shared_ptr<const std::vector<AddressRange>> networks)
    : Transfer(*outbound, purpose, std::move(anchors), std::move(networks)),
      own_outbound_(std::move(outbound)),
      target_(std::move(target)),
      clock_(clock) {
  const bool is_udp = target_.over == SyslogOver::udp;
  out_ = is_udp ? std::move(message) : syslog_framed(message);
  const std::string host =
      target_.host.find(':') == std::string::npos ? target_.host : fmt::format("[{}]", target_.host);
  // libcurl connects and, with https, does the TLS handshake. It sends no HTTP.
  curl_easy_setopt(
      easy(), CURLOPT_URL,
      fmt::format("{}://{}:{}/", target_.over == SyslogOver::tls ? "https" : "http", host, target_.port).c_str());
  curl_easy_setopt(easy(), CURLOPT_CONNECT_ONLY, 1L);
  curl_easy_setopt(easy(), CURLOPT_FRESH_CONNECT, 1L);
  curl_easy_setopt(easy(), CURLOPT_SSL_ENABLE_ALPN, 0L);
  if (is_udp) {
    curl_easy_setopt(easy(), CURLOPT_TCP_KEEPALIVE, 0L);
    set_datagrams();
  }
  set_protocols("http,https");
  set_timeouts(kConnectWithin, kConnectWithin);
}

// The connection does not stand: libcurl says why.
void SyslogTransfer::completed(int curl_code) {
  outcome_.failure = failure_of(curl_code);
  if (!outcome_.failure) fail(TransportFailure::Kind::other, "the connection was not made.");
}

bool SyslogTransfer::goes_on() {
  deadline_ = clock_.monotonic() + kTakenWithin;
  return true;
}

bool SyslogTransfer::talk() {
  if (!send_some()) {
    fail(TransportFailure::Kind::other, "the connection broke before the message was taken.");
    return false;
  }
  if (out_.empty() && (target_.over == SyslogOver::udp || is_acknowledged())) {
    outcome_.answer = target_.over == SyslogOver::udp ? "sent over UDP, which does not say whether it arrived"
                                                      : "taken by the server's TCP (syslog itself answers nothing)";
    return false;
  }
  if (is_closed()) {
    fail(TransportFailure::Kind::other, "the server closed the connection before it took the message.");
    return false;
  }
  if (clock_.monotonic() < deadline_) return true;
  fail(TransportFailure::Kind::request_timeout, "connected, but the message was not taken within the time allowed.");
  return false;
}

// False: the connection is broken.
bool SyslogTransfer::send_some() {
  while (!out_.empty()) {
    std::size_t sent = 0;
    const CURLcode code = curl_easy_send(easy(), out_.data(), out_.size(), &sent);
    if (code == CURLE_AGAIN) return true;
    if (code != CURLE_OK) return false;
    if (sent == 0) return true;
    out_.erase(0, sent);
  }
  return true;
}

// The other side's words are read and dropped; only whether it is still there counts.
bool SyslogTransfer::is_closed() {
  if (target_.over == SyslogOver::udp) return false;
  char ignored[512];
  for (int i = 0; i < kReadsARound; ++i) {
    std::size_t got = 0;
    const CURLcode code = curl_easy_recv(easy(), ignored, sizeof ignored, &got);
    if (code == CURLE_AGAIN) return false;
    if (code != CURLE_OK || got == 0) return true;
  }
  return false;
}

bool SyslogTransfer::is_acknowledged() const {
  curl_socket_t socket = CURL_SOCKET_BAD;
  curl_easy_getinfo(easy(), CURLINFO_ACTIVESOCKET, &socket);
  int waiting = 0;
  return socket != CURL_SOCKET_BAD && ::ioctl(socket, SIOCOUTQ, &waiting) == 0 && waiting == 0;
}

void SyslogTransfer::fail(TransportFailure::Kind kind, std::string_view what) {
  outcome_.failure = TransportFailure{kind, fmt::format("{}: {}", target_.host, what)};
}

}  // namespace connlog
