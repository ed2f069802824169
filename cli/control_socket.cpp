#include "cli/control_socket.h"

#include <fmt/format.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <thread>

#include "core/base/log.h"

namespace connlog {
namespace {

constexpr std::size_t kRequestBytesMax = 64 * 1024;
constexpr int kPatienceSeconds = 30;

class Socket {
 public:
  explicit Socket(int handle) : handle_(handle) {}
  Socket(Socket&& other) noexcept : handle_(std::exchange(other.handle_, -1)) {}
  Socket& operator=(Socket&&) = delete;
  ~Socket() {
    if (handle_ >= 0) ::close(handle_);
  }
  int get() const { return handle_; }

 private:
  int handle_;
};

Result<sockaddr_un> address_of(const std::filesystem::path& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const std::string text = path.string();
  if (text.size() >= sizeof address.sun_path) {
    return Error{
        ErrorCode::invalid_input,
        fmt::format("The path {} is too long for a local socket (at most {} characters): choose a shorter data_dir.",
                    text, sizeof address.sun_path - 1)};
  }
  std::memcpy(address.sun_path, text.c_str(), text.size() + 1);
  return address;
}

void limit_waiting(int handle, std::chrono::seconds longest = std::chrono::seconds(kPatienceSeconds)) {
  const timeval patience{longest.count(), 0};
  ::setsockopt(handle, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  ::setsockopt(handle, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
}

struct Line {
  enum class End { whole, broken_off, too_slow, too_long } end = End::broken_off;
  std::string text;
};

// Reads up to the first line feed.
Line read_line(int handle, std::size_t bytes_max) {
  Line line;
  char buffer[16 * 1024];
  while (true) {
    const ssize_t got = ::recv(handle, buffer, sizeof buffer, 0);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) line.end = Line::End::too_slow;
    if (got <= 0) return line;
    const std::string_view piece(buffer, static_cast<std::size_t>(got));
    const std::size_t end = piece.find('\n');
    line.text += piece.substr(0, end);
    if (line.text.size() > bytes_max) {
      line.end = Line::End::too_long;
      return line;
    }
    if (end != std::string_view::npos) {
      line.end = Line::End::whole;
      return line;
    }
  }
}

bool write_line(int handle, std::string line) {
  line += '\n';
  for (std::size_t sent = 0; sent < line.size();) {
    const ssize_t wrote = ::send(handle, line.data() + sent, line.size() - sent, MSG_NOSIGNAL);
    if (wrote < 0 && errno == EINTR) continue;
    if (wrote <= 0) return false;
    sent += static_cast<std::size_t>(wrote);
  }
  return true;
}

bool is_trusted(int handle) {
  ucred peer{};
  socklen_t size = sizeof peer;
  return ::getsockopt(handle, SOL_SOCKET, SO_PEERCRED, &peer, &size) == 0 && (peer.uid == 0 || peer.uid == ::geteuid());
}

}  // namespace

class ControlServer::Impl {
 public:
  Impl(std::filesystem::path path, Socket listener, Socket wake, Handler handler)
      : path_(std::move(path)), listener_(std::move(listener)), wake_(std::move(wake)), handler_(std::move(handler)) {
    thread_ = std::thread([this] { run(); });
    pthread_setname_np(thread_.native_handle(), "control");
  }

  ~Impl() {
    const std::uint64_t one = 1;
    static_cast<void>(::write(wake_.get(), &one, sizeof one) == sizeof one);
    thread_.join();
    ::unlink(path_.c_str());
  }

 private:
  void run() {
    pollfd waits[] = {{listener_.get(), POLLIN, 0}, {wake_.get(), POLLIN, 0}};
    while (true) {
      if (::poll(waits, 2, -1) < 0 && errno != EINTR) return;
      if (waits[1].revents != 0) return;
      if (waits[0].revents == 0) continue;
      const Socket caller(::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC));
      if (caller.get() < 0) continue;
      if (!is_trusted(caller.get())) {
        log_warning("control.refused", {{"reason", "another user"}});
        continue;
      }
      limit_waiting(caller.get());
      const Line request = read_line(caller.get(), kRequestBytesMax);
      if (request.end == Line::End::whole) write_line(caller.get(), handler_(request.text));
    }
  }

  std::filesystem::path path_;
  Socket listener_;
  Socket wake_;
  Handler handler_;
  std::thread thread_;
};

ControlServer::ControlServer(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
ControlServer::~ControlServer() = default;

Result<std::unique_ptr<ControlServer>> ControlServer::start(const std::filesystem::path& socket_path, Handler handler) {
  const sockaddr_un address = TRY(address_of(socket_path));
  // This process holds the data directory's lock, so a socket that is still there was left by a server that is gone.
  ::unlink(socket_path.c_str());
  Socket listener(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  Socket wake(::eventfd(0, EFD_CLOEXEC));
  const mode_t before = ::umask(0177);
  const bool bound = listener.get() >= 0 && wake.get() >= 0 &&
                     ::bind(listener.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0 &&
                     ::listen(listener.get(), 8) == 0;
  const int reason = errno;
  ::umask(before);
  if (!bound) {
    return Error{ErrorCode::unavailable, fmt::format("The control socket {} cannot be opened: {}.",
                                                     socket_path.string(), std::strerror(reason))};
  }
  return std::unique_ptr<ControlServer>(
      new ControlServer(std::make_unique<Impl>(socket_path, std::move(listener), std::move(wake), std::move(handler))));
}

Result<std::optional<std::string>> ask_running_server(const std::filesystem::path& socket_path,
                                                      const std::string& request, std::chrono::seconds patience) {
  const sockaddr_un address = TRY(address_of(socket_path));
  const Socket socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (::connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    if (errno == ENOENT || errno == ECONNREFUSED) return std::optional<std::string>{};
    return Error{ErrorCode::unavailable, fmt::format("The running connlog cannot be reached at {}: {}.",
                                                     socket_path.string(), std::strerror(errno))};
  }
  limit_waiting(socket.get(), patience);
  const auto unavailable = [](std::string message) { return Error{ErrorCode::unavailable, std::move(message)}; };
  if (request.size() > kRequestBytesMax)
    return unavailable(fmt::format("The request is longer than {} KiB.", kRequestBytesMax / 1024));
  if (!write_line(socket.get(), request)) return unavailable("The running connlog did not take the request.");
  Line answer = read_line(socket.get(), kControlAnswerBytesMax);
  switch (answer.end) {
    case Line::End::whole:
      break;
    case Line::End::broken_off:
      return unavailable("The running connlog did not answer. It refuses other users than its own and root.");
    case Line::End::too_slow:
      return unavailable(fmt::format("The running connlog did not answer within {} s.", patience.count()));
    case Line::End::too_long:
      return unavailable(fmt::format("The running connlog answered, but with more than {} MiB, which is not read.",
                                     kControlAnswerBytesMax / (1024 * 1024)));
  }
  return std::optional(std::move(answer.text));
}

}  // namespace connlog
