#include "web/server/loop/sockets.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include <fmt/format.h>

namespace connlog::web::loop {
namespace {

constexpr int kLostPeerMs = 60'000;  // a connection ends when sent data is not acknowledged for this long

bool to_sockaddr(const Listener& listener, sockaddr_storage& out, socklen_t& length) {
  std::memset(&out, 0, sizeof out);
  auto* four = reinterpret_cast<sockaddr_in*>(&out);
  if (::inet_pton(AF_INET, listener.address.c_str(), &four->sin_addr) == 1) {
    four->sin_family = AF_INET;
    four->sin_port = htons(listener.port);
    length = sizeof *four;
    return true;
  }
  auto* six = reinterpret_cast<sockaddr_in6*>(&out);
  if (::inet_pton(AF_INET6, listener.address.c_str(), &six->sin6_addr) == 1) {
    six->sin6_family = AF_INET6;
    six->sin6_port = htons(listener.port);
    length = sizeof *six;
    return true;
  }
  return false;
}

Error cannot_listen(const Listener& listener, int reason) {
  const bool six = listener.address.find(':') != std::string::npos;
  const std::string where = six ? fmt::format("[{}]:{}", listener.address, listener.port)
                                : fmt::format("{}:{}", listener.address, listener.port);
  const char* setting = listener.tls ? "https_listen" : "http_listen";
  std::string message;
  switch (reason) {
    case EADDRINUSE:
      message = fmt::format(
          "Cannot listen on {}: the port is in use by another program. Stop that one, or choose another port with {}.",
          where, setting);
      break;
    case EAFNOSUPPORT:
      message = fmt::format("Cannot listen on {}: this machine has no IPv6. Use 0.0.0.0:{} with {}.", where,
                            listener.port, setting);
      break;
    case EADDRNOTAVAIL:
      if (listener.address == "::") {
        message = fmt::format("Cannot listen on {}: IPv6 is switched off on this machine. Use 0.0.0.0:{} with {}.",
                              where, listener.port, setting);
        break;
      }
      message = fmt::format(
          "Cannot listen on {}: this machine has no such address. Give one of its own, or 0.0.0.0 for all, with {}.",
          where, setting);
      break;
    case EACCES:
      message = fmt::format(
          "Cannot listen on {}: ports below 1024 need the right CAP_NET_BIND_SERVICE. Grant it, or choose a higher "
          "port with {}.",
          where, setting);
      break;
    default:
      message = fmt::format("Cannot listen on {}: {}. Change it with {}.", where, std::strerror(reason), setting);
  }
  return Error{ErrorCode::unavailable, std::move(message), setting};
}

}  // namespace

Result<int> open_listener(Listener& listener, int backlog) {
  sockaddr_storage address;
  socklen_t length = 0;
  if (!to_sockaddr(listener, address, length)) {
    const char* setting = listener.tls ? "https_listen" : "http_listen";
    return Error{ErrorCode::invalid_input,
                 fmt::format("\"{}\" is not an IP address to listen on. Give {} as 127.0.0.1:8080 or [::]:8443.",
                             listener.address, setting),
                 setting};
  }
  const int fd = ::socket(address.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd < 0) return cannot_listen(listener, errno);
  const int on = 1, off = 0;
  ::setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (address.ss_family == AF_INET6) ::setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof off);
  // Accepted sockets inherit these two.
  ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  ::setsockopt(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &kLostPeerMs, sizeof kLostPeerMs);
  if (::bind(fd, reinterpret_cast<sockaddr*>(&address), length) != 0 || ::listen(fd, backlog) != 0 ||
      ::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &length) != 0) {
    const int reason = errno;
    ::close(fd);
    return cannot_listen(listener, reason);
  }
  listener.port = ntohs(address.ss_family == AF_INET6 ? reinterpret_cast<sockaddr_in6*>(&address)->sin6_port
                                                      : reinterpret_cast<sockaddr_in*>(&address)->sin_port);
  return fd;
}

std::size_t raise_descriptor_limit(std::size_t wanted) {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return 1024;
  if (limit.rlim_cur >= wanted) return wanted;
  const rlimit higher{wanted, std::max<rlim_t>(limit.rlim_max, wanted)};
  if (::setrlimit(RLIMIT_NOFILE, &higher) == 0) return wanted;
  const rlimit allowed{std::min<rlim_t>(limit.rlim_max, wanted), limit.rlim_max};
  const rlim_t reached = ::setrlimit(RLIMIT_NOFILE, &allowed) == 0 ? allowed.rlim_cur : limit.rlim_cur;
  return static_cast<std::size_t>(reached);  // less than wanted: no bits are lost where size_t is narrower than rlim_t
}

Peer peer_of(const sockaddr_storage& address, bool tls) {
  Peer peer;
  peer.tls = tls;
  char text[INET6_ADDRSTRLEN] = "";
  if (address.ss_family == AF_INET) {
    const auto& four = reinterpret_cast<const sockaddr_in&>(address);
    ::inet_ntop(AF_INET, &four.sin_addr, text, sizeof text);
    peer.port = ntohs(four.sin_port);
    peer.loopback = (ntohl(four.sin_addr.s_addr) >> 24) == 127;
  } else {
    const auto& six = reinterpret_cast<const sockaddr_in6&>(address);
    peer.port = ntohs(six.sin6_port);
    if (IN6_IS_ADDR_V4MAPPED(&six.sin6_addr)) {
      ::inet_ntop(AF_INET, six.sin6_addr.s6_addr + 12, text, sizeof text);
      peer.loopback = six.sin6_addr.s6_addr[12] == 127;
    } else {
      ::inet_ntop(AF_INET6, &six.sin6_addr, text, sizeof text);
      peer.loopback = IN6_IS_ADDR_LOOPBACK(&six.sin6_addr);
    }
  }
  peer.address = text;
  return peer;
}

}  // namespace connlog::web::loop
