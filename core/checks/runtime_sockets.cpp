// The sockets of the checks' runtime: each passes the address policy before it is made. What an error of the system says
// about whose trouble it is, is decided here.
#include <fcntl.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "core/checks/check_runtime.h"

namespace connlog {
namespace {

socklen_t to_sockaddr(const IpAddress& address, std::uint16_t port, sockaddr_storage& out) {
  out = {};
  if (address.v6) {
    sockaddr_in6 in{};
    in.sin6_family = AF_INET6;
    in.sin6_port = htons(port);
    std::memcpy(&in.sin6_addr, address.bytes.data(), 16);
    std::memcpy(&out, &in, sizeof in);
    return sizeof in;
  }
  sockaddr_in in{};
  in.sin_family = AF_INET;
  in.sin_port = htons(port);
  std::memcpy(&in.sin_addr, address.bytes.data(), 4);
  std::memcpy(&out, &in, sizeof in);
  return sizeof in;
}

// What connect() itself says, before anything was sent: the kernel's own opinion. Later the same numbers come from ICMP.
SocketFailure failure_at_once(int error, bool v6) {
  const std::string family = v6 ? "IPv6" : "IPv4";
  switch (error) {
    case ENETUNREACH:
    case EHOSTUNREACH:
    case EAFNOSUPPORT:
      return {FailureSource::no_route, CheckReason::no_route, fmt::format("this machine has no route there by {}", family)};
    case EADDRNOTAVAIL:
      if (v6) {
        return {FailureSource::no_route, CheckReason::no_route, "this machine has no IPv6 address to come from"};
      }
      return {FailureSource::ours, CheckReason::own_trouble, "this machine has no free port to come from"};
    case EPERM:
    case EACCES:
      return {FailureSource::ours, CheckReason::own_trouble, "a firewall or a route of this machine forbids it"};
    default:
      return failure_of_errno(error);
  }
}

CheckRuntime::Socket failed(const SocketFailure& failure) {
  return {-1, failure.source, failure.reason, failure.text};
}

CheckRuntime::Socket open_socket(const IpAddress& address, std::uint16_t port, int type, int protocol) {
  const int family = address.v6 ? AF_INET6 : AF_INET;
  const int fd = ::socket(family, type | SOCK_NONBLOCK | SOCK_CLOEXEC, protocol);
  if (fd < 0) return failed(failure_at_once(errno, address.v6));
  if (type == SOCK_DGRAM) {
    // Else "host unreachable" from a router is kept from the socket. The poller empties the queue that this fills.
    const int on = 1;
    if (address.v6) {
      ::setsockopt(fd, IPPROTO_IPV6, IPV6_RECVERR, &on, sizeof on);
    } else {
      ::setsockopt(fd, IPPROTO_IP, IP_RECVERR, &on, sizeof on);
    }
  }
  sockaddr_storage to{};
  const socklen_t length = to_sockaddr(address, port, to);
  if (::connect(fd, reinterpret_cast<const sockaddr*>(&to), length) != 0 && errno != EINPROGRESS) {
    const SocketFailure failure = failure_at_once(errno, address.v6);
    ::close(fd);
    return failed(failure);
  }
  return {fd, FailureSource::none, CheckReason::ok, {}};
}

CheckRuntime::Socket refused(std::string why) {
  return {-1, FailureSource::target, CheckReason::forbidden, "not allowed by connlog's address policy: " + std::move(why)};
}

}  // namespace

CheckRuntime::Socket CheckRuntime::open_tcp(const CheckSpec& spec, std::string_view host, const IpAddress& address,
                                            std::uint16_t port) {
  if (std::optional<std::string> why = refusal(spec, host, address, port)) return refused(std::move(*why));
  return open_socket(address, port, SOCK_STREAM, IPPROTO_TCP);
}

CheckRuntime::Socket CheckRuntime::open_udp(const CheckSpec& spec, std::string_view host, const IpAddress& address,
                                            std::uint16_t port) {
  if (std::optional<std::string> why = refusal(spec, host, address, port)) return refused(std::move(*why));
  return open_socket(address, port, SOCK_DGRAM, IPPROTO_UDP);
}

CheckRuntime::Socket CheckRuntime::open_icmp(const CheckSpec& spec, std::string_view host, const IpAddress& address) {
  if (std::optional<std::string> why = refusal(spec, host, address, 0)) return refused(std::move(*why));
  const int protocol = address.v6 ? static_cast<int>(IPPROTO_ICMPV6) : static_cast<int>(IPPROTO_ICMP);
  // Asked for apart from connect(), whose EACCES means something else.
  const int probe = ::socket(address.v6 ? AF_INET6 : AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, protocol);
  if (probe < 0 && (errno == EACCES || errno == EPERM || errno == EPROTONOSUPPORT)) {
    return {-1, FailureSource::ours, CheckReason::not_supported,
            "this system does not let connlog send pings. Put \"net.ipv4.ping_group_range = 0 2147483647\" into "
            "/etc/sysctl.d/60-connlog.conf and run `sysctl --system`"};
  }
  if (probe >= 0) ::close(probe);
  return open_socket(address, 0, SOCK_DGRAM, protocol);
}

SocketFailure failure_of_errno(int error) {
  switch (error) {
    case ECONNREFUSED:
      return {FailureSource::target, CheckReason::refused, "connection refused"};
    case ECONNRESET:
    case ECONNABORTED:
    case EPIPE:
      return {FailureSource::target, CheckReason::reset, "the connection was reset"};
    case ENOPROTOOPT:
    case EPROTO:
    case EACCES:
      return {FailureSource::target, CheckReason::unreachable, "a router or a firewall on the way refuses it"};
    // From a router, or because nobody answers for the address on our own link: the path is asked.
    case EHOSTUNREACH:
    case EHOSTDOWN:
      return {FailureSource::silence, CheckReason::unreachable, "the host cannot be reached"};
    case ENETUNREACH:
    case ENETDOWN:
      return {FailureSource::silence, CheckReason::unreachable, "the network cannot be reached"};
    case ETIMEDOUT:
      return {FailureSource::silence, CheckReason::timed_out, "no answer in time"};
    case EMFILE:
    case ENFILE:
      return {FailureSource::ours, CheckReason::own_trouble, "connlog has no file descriptors left"};
    case ENOMEM:
    case ENOBUFS:
      return {FailureSource::ours, CheckReason::own_trouble, "this machine has no memory left for sockets"};
    case EADDRNOTAVAIL:
      return {FailureSource::ours, CheckReason::own_trouble, "this machine has no free port to come from"};
    case EAFNOSUPPORT:
      return {FailureSource::no_route, CheckReason::no_route, "this machine does not speak that address family"};
    case EPERM:
      return {FailureSource::ours, CheckReason::own_trouble, "a firewall of this machine forbids it"};
    default:
      return {FailureSource::ours, CheckReason::own_trouble, fmt::format("the system said: {}", std::strerror(error))};
  }
}

}  // namespace connlog
