#include "tests/support/loop_client.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <utility>

namespace connlog {

void LoopClient::connect(std::uint16_t port, std::string_view address) {
  sockaddr_in to{};
  to.sin_family = AF_INET;
  to.sin_port = htons(port);
  ::inet_pton(AF_INET, std::string(address).c_str(), &to.sin_addr);
  fd_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const timeval patience{10, 0};
  const int on = 1;
  ::setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  ::setsockopt(fd_, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
  ::setsockopt(fd_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  if (::connect(fd_, reinterpret_cast<sockaddr*>(&to), sizeof to) != 0) {
    ::close(fd_);
    fd_ = -1;
  }
}

LoopClient::LoopClient(std::uint16_t port, std::string_view address) {
  connect(port, address);
}

LoopClient::LoopClient(std::uint16_t port, const TlsClientOptions& settings) {
  connect(port, "127.0.0.1");
  tls_ = std::make_unique<TlsClient>(settings);
  std::string in, out;
  while (fd_ >= 0) {
    out.clear();
    const TlsClient::Progress progress = tls_->handshake(in, out);
    send_raw(out);
    if (progress == TlsClient::Progress::done) return;
    char chunk[16 * 1024];
    const ssize_t got = progress == TlsClient::Progress::failed ? 0 : ::recv(fd_, chunk, sizeof chunk, 0);
    if (got <= 0) {
      ::close(fd_);
      fd_ = -1;
      return;
    }
    in.assign(chunk, static_cast<std::size_t>(got));
  }
}

LoopClient::~LoopClient() {
  if (fd_ >= 0) ::close(fd_);
}

void LoopClient::send_raw(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t put = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (put < 0 && errno == EINTR) continue;
    if (put <= 0) return;  // the server has gone: the test sees it when it reads
    bytes.remove_prefix(static_cast<std::size_t>(put));
  }
}

void LoopClient::send(std::string_view bytes) {
  if (!tls_) {
    send_raw(bytes);
    return;
  }
  std::string out;
  tls_->encrypt(bytes, out);
  send_raw(out);
}

bool LoopClient::receive(std::string& out) {
  if (fd_ < 0) return false;
  char chunk[16 * 1024];
  const std::size_t before = out.size();
  while (true) {
    const ssize_t got = ::recv(fd_, chunk, sizeof chunk, 0);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return false;
    const std::string_view bytes(chunk, static_cast<std::size_t>(got));
    if (!tls_) {
      out.append(bytes);
      return true;
    }
    const bool goes_on = tls_->decrypt(bytes, out);
    if (out.size() > before) return true;
    if (!goes_on) return false;
  }
}

LoopReply LoopClient::read_reply(bool head_only) {
  LoopReply reply;
  std::size_t end = std::string::npos;
  while ((end = buffer_.find("\r\n\r\n")) == std::string::npos) {
    if (!receive(buffer_)) return reply;
  }
  reply.head = buffer_.substr(0, end + 2);
  buffer_.erase(0, end + 4);
  std::size_t length = 0;
  const std::size_t field = reply.head.find("\r\nContent-Length: ");
  if (field != std::string::npos && !head_only) length = std::strtoul(reply.head.c_str() + field + 18, nullptr, 10);
  while (buffer_.size() < length) {
    if (!receive(buffer_)) return reply;
  }
  reply.body = buffer_.substr(0, length);
  buffer_.erase(0, length);
  reply.status = std::atoi(reply.head.c_str() + 9);
  return reply;
}

std::string LoopClient::read_some() {
  if (buffer_.empty()) receive(buffer_);
  return std::exchange(buffer_, {});
}

std::string LoopClient::read_to_end() {
  while (receive(buffer_)) {
  }
  return std::exchange(buffer_, {});
}

bool LoopClient::ends() {
  if (!buffer_.empty()) return false;
  char byte;
  if (tls_) return !receive(buffer_) && errno != EAGAIN;
  const ssize_t got = ::recv(fd_, &byte, 1, 0);
  return got == 0 || (got < 0 && errno == ECONNRESET);
}

std::string LoopClient::read_raw_to_end() {
  std::string out;
  char chunk[4096];
  ssize_t got;
  while ((got = ::recv(fd_, chunk, sizeof chunk, 0)) > 0) out.append(chunk, static_cast<std::size_t>(got));
  return out;
}

void LoopClient::half_close() {
  ::shutdown(fd_, SHUT_WR);
}

void LoopClient::reset() {
  const linger now{1, 0};
  ::setsockopt(fd_, SOL_SOCKET, SO_LINGER, &now, sizeof now);
  ::close(fd_);
  fd_ = -1;
}

}  // namespace connlog
