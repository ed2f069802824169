#include "core/checks/check_runtime.h"

#include <curl/curl.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include "core/checks/poller.h"
#include "core/checks/runtime_curl.h"
#include "core/checks/runtime_names.h"

namespace connlog {
namespace {

constexpr seconds kLocalAddressesHold{5};  // interfaces come and go
constexpr seconds kAnchorsHold{5};

bool from_curl(const curl_sockaddr& given, IpAddress& address, std::uint16_t& port) {
  if (given.family == AF_INET) {
    sockaddr_in in{};
    std::memcpy(&in, &given.addr, sizeof in);
    std::memcpy(address.bytes.data(), &in.sin_addr, 4);
    port = ntohs(in.sin_port);
    return true;
  }
  if (given.family != AF_INET6) return false;
  sockaddr_in6 in{};
  // libcurl keeps the whole address behind the generic one.
  std::memcpy(&in, &given.addr, std::min<std::size_t>(sizeof in, given.addrlen));
  address.v6 = true;
  std::memcpy(address.bytes.data(), &in.sin6_addr, 16);
  port = ntohs(in.sin6_port);
  return true;
}

}  // namespace

struct CheckRuntime::Impl {
  const Parts parts;
  Poller poller;
  Names names;
  CurlLoop curl;
  std::vector<IpAddress> local;
  std::optional<Monotonic> local_at;
  std::shared_ptr<const TrustAnchors> anchors;
  Monotonic anchors_at{};

  explicit Impl(const Parts& given)
      : parts(given), poller(given.clock), names(poller, given.clock, given.outbound.dns_servers), curl(poller) {}

  const std::vector<IpAddress>& local_now() {
    const Monotonic now = parts.clock.monotonic();
    if (!local_at || now - *local_at > kLocalAddressesHold) {
      local = local_addresses();
      local_at = now;
    }
    return local;
  }
};

CheckRuntime::CheckRuntime(const Parts& parts) : impl_(std::make_unique<Impl>(parts)) {}
CheckRuntime::~CheckRuntime() = default;

void CheckRuntime::poll(milliseconds wait) {
  // libcurl and c-ares count by the machine's clock, whatever clock the checks are given.
  if (const auto until = impl_->curl.wait()) wait = std::min(wait, *until);
  if (const auto until = impl_->names.wait()) wait = std::min(wait, *until);
  impl_->poller.turn(wait);
  impl_->curl.turn();
  impl_->names.turn();
}

void CheckRuntime::wake() {
  impl_->poller.wake();
}

const Clock& CheckRuntime::clock() const {
  return impl_->parts.clock;
}

Random& CheckRuntime::random() {
  return impl_->parts.random;
}

const OutboundOptions& CheckRuntime::outbound() const {
  return impl_->parts.outbound;
}

bool CheckRuntime::clock_is_plausible() const {
  return !impl_->parts.clock_is_plausible || impl_->parts.clock_is_plausible();
}

CheckRuntime::Held CheckRuntime::at(Monotonic when, std::function<void()> call) {
  return impl_->poller.at(when, std::move(call));
}

CheckRuntime::Held CheckRuntime::watch(int socket, std::uint32_t wanted, std::function<void(std::uint32_t)> call) {
  return impl_->poller.watch(socket, wanted, std::move(call));
}

std::optional<std::string> CheckRuntime::refusal(const CheckSpec& spec, std::string_view host, const IpAddress& address,
                                                 std::uint16_t port) {
  static const ReachScope kPublicAlone;
  const ReachScope& scope = spec.scope == nullptr ? kPublicAlone : *spec.scope;
  AddressQuestion question;
  question.purpose = OutboundPurpose::check;
  question.requested_host = host;
  question.address = address;
  question.port = port;
  question.networks = &scope.networks;
  question.is_public_allowed = scope.is_public_allowed;
  question.ports = &scope.ports;
  const AddressVerdict verdict = decide(impl_->parts.outbound.policy, question, impl_->local_now());
  if (verdict == AddressVerdict::allowed) return std::nullopt;
  const bool by_host = !scope.is_public_allowed &&
                       (verdict == AddressVerdict::private_network || verdict == AddressVerdict::loopback);
  if (by_host) {
    return to_text(address) +
           " is not in a network that this host opens to checks. Who administers the host can add it to "
           "/etc/connlog/probe.toml.";
  }
  return explain(verdict, address, port);
}

CheckRuntime::Held CheckRuntime::resolve(const std::string& host, AddressFamily family, std::function<void(Lookup)> call) {
  return impl_->names.resolve(host, family, std::move(call));
}

std::vector<HostPort> CheckRuntime::name_servers() const {
  return impl_->names.servers();
}

CheckRuntime::Held CheckRuntime::ask_name_servers(std::function<void(bool, std::string)> call) {
  return impl_->names.ask(std::move(call));
}

void CheckRuntime::use_door(void* easy, CurlDoor& door) {
  // Named, for libcurl takes it through variable arguments.
  const curl_opensocket_callback open = [](void* context, curlsocktype purpose, curl_sockaddr* given) -> curl_socket_t {
    CurlDoor& at = *static_cast<CurlDoor*>(context);
    CheckRuntime::Impl& runtime = *at.runtime->impl_;
    IpAddress address;
    std::uint16_t port = 0;
    if (purpose != CURLSOCKTYPE_IPCXN || !from_curl(*given, address, port)) {
      at.refusal = explain(AddressVerdict::not_internet, address, port);
      return CURL_SOCKET_BAD;
    }
    at.tried = address;
    at.port = port;
    if (runtime.parts.outbound.proxy.empty()) {
      if (std::optional<std::string> why = at.runtime->refusal(*at.spec, at.host, address, port)) at.refusal = std::move(*why);
    } else {
      AddressQuestion question;
      question.purpose = OutboundPurpose::proxy;
      question.address = address;
      question.port = port;
      const AddressVerdict verdict = decide(runtime.parts.outbound.policy, question, runtime.local_now());
      if (verdict != AddressVerdict::allowed) at.refusal = explain(verdict, address, port);
    }
    if (!at.refusal.empty()) return CURL_SOCKET_BAD;
    const curl_socket_t socket = ::socket(given->family, given->socktype | SOCK_CLOEXEC, given->protocol);
    if (socket < 0) at.error = errno;
    return socket < 0 ? CURL_SOCKET_BAD : socket;
  };
  curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, open);
  curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, &door);
}

CheckRuntime::Held CheckRuntime::add_easy(void* easy, std::function<void(int)> ended) {
  return impl_->curl.add(easy, std::move(ended));
}

void* CheckRuntime::take_easy() {
  return impl_->curl.take();
}

void CheckRuntime::give_easy(void* easy) {
  impl_->curl.give(easy);
}

Result<std::shared_ptr<const TrustAnchors>> CheckRuntime::system_anchors() {
  const Monotonic now = impl_->parts.clock.monotonic();
  if (impl_->anchors == nullptr || now - impl_->anchors_at > kAnchorsHold) {
    impl_->anchors = TRY(TrustAnchors::open({}, impl_->parts.outbound.ca_bundle));
    impl_->anchors_at = now;
  }
  return impl_->anchors;
}

std::size_t CheckRuntime::open_sockets() const {
  return impl_->poller.sockets();
}

}  // namespace connlog
