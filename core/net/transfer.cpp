#include "core/net/transfer.h"

#include <curl/curl.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <psa/crypto.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <mutex>

#include "core/base/assert.h"
#include "core/net/address_policy.h"

namespace connlog {
namespace {

constexpr milliseconds kLookAgain{50};     // while libcurl runs a transfer, see Transfers::wait
constexpr milliseconds kTalkAgain{1'000};  // while others go on: for their time limits

// Converts to the address policy's form. False: neither IPv4 nor IPv6.
bool to_ip(const curl_sockaddr& from, IpAddress& address, std::uint16_t& port) {
  if (from.family == AF_INET) {
    sockaddr_in in{};
    std::memcpy(&in, &from.addr, sizeof in);
    std::memcpy(address.bytes.data(), &in.sin_addr, 4);
    port = ntohs(in.sin_port);
    return true;
  }
  if (from.family == AF_INET6) {
    sockaddr_in6 in{};
    // libcurl keeps the whole address behind the generic one.
    std::memcpy(&in, &from.addr, std::min<std::size_t>(sizeof in, from.addrlen));
    address.v6 = true;
    std::memcpy(address.bytes.data(), &in.sin6_addr, 16);
    port = ntohs(in.sin6_port);
    return true;
  }
  return false;
}

std::string requested_host(CURL* easy) {
  char* url = nullptr;
  curl_easy_getinfo(easy, CURLINFO_EFFECTIVE_URL, &url);
  if (url == nullptr) return {};
  const std::unique_ptr<CURLU, decltype(&curl_url_cleanup)> parsed(curl_url(), &curl_url_cleanup);
  char* host = nullptr;
  if (curl_url_set(parsed.get(), CURLUPART_URL, url, CURLU_NON_SUPPORT_SCHEME) != CURLUE_OK ||
      curl_url_get(parsed.get(), CURLUPART_HOST, &host, 0) != CURLUE_OK) {
    return {};
  }
  std::string out = host;
  curl_free(host);
  if (out.size() > 2 && out.front() == '[') out = out.substr(1, out.size() - 2);
  return out;
}

}  // namespace

struct TransferCallbacks {
  // The one place where a socket to the outside is made.
  static curl_socket_t open_socket(void* context, curlsocktype purpose, curl_sockaddr* address) {
    auto& transfer = *static_cast<Transfer*>(context);
    AddressQuestion question;
    AddressVerdict verdict = AddressVerdict::not_internet;
    const std::string host = requested_host(transfer.easy_);
    if (purpose == CURLSOCKTYPE_IPCXN && to_ip(*address, question.address, question.port)) {
      question.purpose = transfer.outbound_.proxy.empty() ? transfer.purpose_ : OutboundPurpose::proxy;
      question.requested_host = host;
      // A proxy is the administrator's, wherever it stands.
      if (transfer.outbound_.proxy.empty()) question.networks = transfer.networks_.get();
      verdict = decide(transfer.outbound_.policy, question, local_addresses());
    }
    if (verdict != AddressVerdict::allowed) {
      transfer.refusal_ = explain(verdict, question.address, question.port);
      return CURL_SOCKET_BAD;
    }
    if (transfer.is_datagram_) return ::socket(address->family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    return ::socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
  }

  // A connection that is kept may have been opened for another workspace, to which more is allowed: the address is judged
  // again before each request that goes over it.
  static int judge_connection(void* context, char* address, char*, int port, int) {
    auto& transfer = *static_cast<Transfer*>(context);
    if (transfer.networks_ == nullptr || !transfer.outbound_.proxy.empty()) return CURL_PREREQFUNC_OK;
    const std::string host = requested_host(transfer.easy_);
    AddressQuestion question;
    AddressVerdict verdict = AddressVerdict::not_internet;
    if (parse_ip(address, question.address)) {
      question.purpose = transfer.purpose_;
      question.requested_host = host;
      question.port = static_cast<std::uint16_t>(port);
      question.networks = transfer.networks_.get();
      verdict = decide(transfer.outbound_.policy, question, local_addresses());
    }
    if (verdict == AddressVerdict::allowed) return CURL_PREREQFUNC_OK;
    transfer.refusal_ = explain(verdict, question.address, question.port);
    return CURL_PREREQFUNC_ABORT;
  }

  static CURLcode configure_tls(CURL*, void* config, void* context) {
    auto& transfer = *static_cast<Transfer*>(context);
    transfer.anchors_->apply(config, transfer.verification_);
    return CURLE_OK;
  }
};

void start_libcurl() {
  static std::once_flag once;
  std::call_once(once, [] {
    CONNLOG_ASSERT(psa_crypto_init() == PSA_SUCCESS);
    CONNLOG_ASSERT(curl_global_init(CURL_GLOBAL_ALL) == CURLE_OK);
  });
}

bool is_one_line(std::string_view text) {
  return text.find_first_of(std::string_view("\r\n\0", 3)) == std::string_view::npos;
}

Transfer::Transfer(const OutboundOptions& outbound, OutboundPurpose purpose,
                   std::shared_ptr<const TrustAnchors> anchors,
                   std::shared_ptr<const std::vector<AddressRange>> networks)
    : outbound_(outbound),
      purpose_(purpose),
      networks_(std::move(networks)),
      anchors_(std::move(anchors)),
      curl_message_(new char[CURL_ERROR_SIZE]()) {
  start_libcurl();
  easy_ = curl_easy_init();
  CONNLOG_ASSERT(easy_ != nullptr);
  curl_easy_setopt(easy_, CURLOPT_PRIVATE, this);
  curl_easy_setopt(easy_, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(easy_, CURLOPT_ERRORBUFFER, curl_message_.get());
  // Empty means no proxy, and keeps libcurl from reading the environment.
  curl_easy_setopt(easy_, CURLOPT_PROXY, outbound_.proxy.c_str());
  curl_easy_setopt(easy_, CURLOPT_NOPROXY, "");
  curl_easy_setopt(easy_, CURLOPT_OPENSOCKETFUNCTION, TransferCallbacks::open_socket);
  curl_easy_setopt(easy_, CURLOPT_OPENSOCKETDATA, this);
  curl_easy_setopt(easy_, CURLOPT_PREREQFUNCTION, TransferCallbacks::judge_connection);
  curl_easy_setopt(easy_, CURLOPT_PREREQDATA, this);
  curl_easy_setopt(easy_, CURLOPT_SSL_CTX_FUNCTION, TransferCallbacks::configure_tls);
  curl_easy_setopt(easy_, CURLOPT_SSL_CTX_DATA, this);
  curl_easy_setopt(easy_, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  curl_easy_setopt(easy_, CURLOPT_SSL_VERIFYPEER, 1L);
  curl_easy_setopt(easy_, CURLOPT_SSL_VERIFYHOST, 2L);
  curl_easy_setopt(easy_, CURLOPT_FOLLOWLOCATION, 0L);
  curl_easy_setopt(easy_, CURLOPT_NETRC, static_cast<long>(CURL_NETRC_IGNORED));
  curl_easy_setopt(easy_, CURLOPT_DISALLOW_USERNAME_IN_URL, 1L);
  curl_easy_setopt(easy_, CURLOPT_TCP_KEEPALIVE, 1L);
  if (!outbound_.dns_servers.empty()) curl_easy_setopt(easy_, CURLOPT_DNS_SERVERS, outbound_.dns_servers.c_str());
}

Transfer::~Transfer() {
  curl_easy_cleanup(easy_);
  for (void* list : lists_) curl_slist_free_all(static_cast<curl_slist*>(list));
}

void Transfer::set_timeouts(milliseconds connect, milliseconds total) {
  curl_easy_setopt(easy_, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(connect.count()));
  curl_easy_setopt(easy_, CURLOPT_TIMEOUT_MS, static_cast<long>(total.count()));
}

void Transfer::set_protocols(const char* protocols) {
  curl_easy_setopt(easy_, CURLOPT_PROTOCOLS_STR, protocols);
  curl_easy_setopt(easy_, CURLOPT_REDIR_PROTOCOLS_STR, protocols);
}

void Transfer::set_header_lines(const std::vector<std::string>& lines) {
  curl_slist* list = nullptr;
  for (const std::string& line : lines) {
    curl_slist* longer = curl_slist_append(list, line.c_str());
    CONNLOG_ASSERT(longer != nullptr);
    list = longer;
  }
  own_list(list);
  curl_easy_setopt(easy_, CURLOPT_HTTPHEADER, list);
}

void Transfer::own_list(void* slist) {
  lists_.push_back(slist);
}

std::optional<TransportFailure> Transfer::failure_of(int curl_code) const {
  using Kind = TransportFailure::Kind;
  if (curl_code == CURLE_OK) return std::nullopt;
  const std::string host = requested_host(easy_);
  curl_off_t looked_up = 0;
  curl_off_t connected = 0;
  long system_error = 0;
  curl_easy_getinfo(easy_, CURLINFO_NAMELOOKUP_TIME_T, &looked_up);
  curl_easy_getinfo(easy_, CURLINFO_CONNECT_TIME_T, &connected);
  curl_easy_getinfo(easy_, CURLINFO_OS_ERRNO, &system_error);
  const auto said = [&](std::string_view text) { return fmt::format("{}: {}", host, text); };
  const std::string from_curl =
      curl_message_[0] != '\0' ? curl_message_.get() : curl_easy_strerror(static_cast<CURLcode>(curl_code));

  switch (curl_code) {
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_RESOLVE_PROXY:
      return TransportFailure{
          Kind::dns, said("the name could not be resolved. Asked were DNS and /etc/hosts alone, not multicast DNS "
                          "(.local) and the like. Is it spelled right, and does DNS answer?")};
    case CURLE_COULDNT_CONNECT:
      if (!refusal_.empty())
        return TransportFailure{Kind::forbidden, "Not allowed by connlog's address policy: " + refusal_};
      return TransportFailure{
          Kind::connect,
          said(fmt::format("could not connect ({}).",
                           system_error != 0 ? std::strerror(static_cast<int>(system_error)) : from_curl))};
    case CURLE_OPERATION_TIMEDOUT:
      if (looked_up == 0) return TransportFailure{Kind::dns, said("the name server did not answer in time.")};
      if (connected == 0)
        return TransportFailure{Kind::connect_timeout, said("no connection within the time allowed.")};
      return TransportFailure{Kind::request_timeout, said("connected, but no answer within the time allowed.")};
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_CIPHER:
    case CURLE_SSL_ENGINE_INITFAILED:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_USE_SSL_FAILED: {
      if (curl_code != CURLE_USE_SSL_FAILED && anchors_->empty()) {
        return TransportFailure{
            Kind::tls, said("its certificate cannot be checked: this system has no set of certificate authorities. "
                            "Install ca-certificates, or name a file with the setting outbound_ca_bundle.")};
      }
      const std::string why = explain_verification(verification_.flags);
      return TransportFailure{Kind::tls, said(why.empty() ? "TLS failed: " + from_curl : why + ".")};
    }
    case CURLE_URL_MALFORMAT:
    case CURLE_UNSUPPORTED_PROTOCOL:
    case CURLE_LOGIN_DENIED:
      return TransportFailure{curl_code == CURLE_LOGIN_DENIED ? Kind::other : Kind::invalid, said(from_curl)};
    case CURLE_ABORTED_BY_CALLBACK:
      if (!refusal_.empty())
        return TransportFailure{Kind::forbidden, "Not allowed by connlog's address policy: " + refusal_};
      return TransportFailure{Kind::cancelled, "Stopped before it was done."};
    default:
      return TransportFailure{Kind::other, said(from_curl)};
  }
}

Transfers::Transfers() {
  start_libcurl();
  multi_ = curl_multi_init();
  CONNLOG_ASSERT(multi_ != nullptr);
}

Transfers::~Transfers() {
  for (Transfer* transfer : running_) curl_multi_remove_handle(multi_, transfer->easy_);
  curl_multi_cleanup(multi_);
}

void Transfers::add(Transfer& transfer, std::function<void()> done) {
  transfer.done_ = std::move(done);
  running_.push_back(&transfer);
  CONNLOG_ASSERT(curl_multi_add_handle(multi_, transfer.easy_) == CURLM_OK);
}

void Transfers::remove(Transfer& transfer) {
  std::erase(talking_, &transfer);
  if (std::erase(running_, &transfer) > 0) curl_multi_remove_handle(multi_, transfer.easy_);
}

void Transfers::end(Transfer& transfer) {
  remove(transfer);
  const std::function<void()> done = std::move(transfer.done_);
  if (done) done();
}

void Transfers::talk() {
  const std::vector<Transfer*> round = talking_;
  for (Transfer* transfer : round) {
    // One that ended may have taken another with it.
    if (std::ranges::find(talking_, transfer) != talking_.end() && !transfer->talk()) end(*transfer);
  }
}

void Transfers::wait(milliseconds longest) {
  // mbedTLS may hold bytes it has taken from the socket already: an SMTP reply that came in one piece with what was
  // before it. libcurl then waits for a socket that stays silent, so a running transfer is never left alone for long.
  if (running_.size() > talking_.size()) longest = std::min(longest, kLookAgain);
  if (!talking_.empty()) longest = std::min(longest, kTalkAgain);
  std::vector<curl_waitfd> sockets;
  for (Transfer* transfer : talking_) {
    curl_socket_t socket = CURL_SOCKET_BAD;
    curl_easy_getinfo(transfer->easy_, CURLINFO_ACTIVESOCKET, &socket);
    if (socket == CURL_SOCKET_BAD) continue;
    const int events = CURL_WAIT_POLLIN | (transfer->wants_to_send() ? CURL_WAIT_POLLOUT : 0);
    sockets.push_back({socket, static_cast<short>(events), 0});
  }
  int ready = 0;
  // With nothing to do it waits for wake() alone.
  curl_multi_poll(multi_, sockets.data(), static_cast<unsigned>(sockets.size()), static_cast<int>(longest.count()),
                  &ready);
}

void Transfers::poll(milliseconds wait_at_most) {
  int still_running = 0;
  curl_multi_perform(multi_, &still_running);
  talk();
  wait(wait_at_most);
  curl_multi_perform(multi_, &still_running);
  int left = 0;
  while (const CURLMsg* message = curl_multi_info_read(multi_, &left)) {
    if (message->msg != CURLMSG_DONE) continue;
    const int code = static_cast<int>(message->data.result);
    char* context = nullptr;
    curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &context);
    auto& transfer = *reinterpret_cast<Transfer*>(context);
    if (code == CURLE_OK && transfer.goes_on()) {
      talking_.push_back(&transfer);
      continue;
    }
    remove(transfer);
    transfer.completed(code);
    const std::function<void()> done = std::move(transfer.done_);
    if (done) done();
  }
  talk();
}

void Transfers::wake() {
  curl_multi_wakeup(multi_);
}

}  // namespace connlog
