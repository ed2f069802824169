#include "host/isolated_access.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "core/base/log.h"

namespace connlog {
namespace {

constexpr std::size_t kHungMax = 64;
constexpr std::size_t kArgumentBytesMax = 16 * 1024;      // longer paths than PATH_MAX do not exist
constexpr std::size_t kAnswerBytesMax = 8 * 1024 * 1024;  // above what HostAccess reads of a file
constexpr int kDescriptorsMax = 4'096;

struct Question {
  std::uint32_t call = 0;
  std::uint32_t bytes = 0;  // of the argument that follows
};
struct Answer {
  std::uint32_t is_available = 0;
  std::uint32_t bytes = 0;  // that follow
};

// ── In the helper, which may wait as long as it likes ──

bool write_all(int fd, const char* data, std::size_t size) {
  while (size > 0) {
    const ssize_t count = send(fd, data, size, MSG_NOSIGNAL);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return false;
    data += count;
    size -= static_cast<std::size_t>(count);
  }
  return true;
}

bool read_all(int fd, char* data, std::size_t size) {
  while (size > 0) {
    const ssize_t count = recv(fd, data, size, 0);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return false;
    data += count;
    size -= static_cast<std::size_t>(count);
  }
  return true;
}

// The helper keeps nothing of the agent's open: neither its connections, nor the pipe that somebody reads its log from.
void keep_only(int socket) {
  const int null = open("/dev/null", O_RDWR);
  for (int fd = 0; fd <= 2; ++fd) {
    if (null >= 0 && null != fd) dup2(null, fd);
  }
  const int limit = static_cast<int>(std::clamp<long>(sysconf(_SC_OPEN_MAX), 16, kDescriptorsMax));
  for (int fd = 3; fd < limit; ++fd) {
    if (fd != socket) close(fd);
  }
}

}  // namespace

void IsolatedAccess::serve(const HostAccess& host, int socket) {
  for (;;) {
    Question question;
    if (!read_all(socket, reinterpret_cast<char*>(&question), sizeof question) || question.bytes > kArgumentBytesMax)
      _exit(0);
    std::string argument(question.bytes, '\0');
    if (!read_all(socket, argument.data(), argument.size())) _exit(0);
    Answer answer;
    std::string content;
    if (question.call == static_cast<std::uint32_t>(Call::read_file)) {
      if (auto text = host.read(argument); text && text->size() <= kAnswerBytesMax) {
        answer.is_available = 1;
        content = std::move(*text);
      }
    } else {
      DiskSpace space;
      if (host.disk_space && host.disk_space(argument, space)) {
        answer.is_available = 1;
        content.assign(reinterpret_cast<const char*>(&space), sizeof space);
      }
    }
    answer.bytes = static_cast<std::uint32_t>(content.size());
    if (!write_all(socket, reinterpret_cast<const char*>(&answer), sizeof answer) ||
        !write_all(socket, content.data(), content.size()))
      _exit(0);
  }
}

// ── In the agent ──

IsolatedAccess::IsolatedAccess(HostAccess host, Limits limits) : host_(std::move(host)), limits_(std::move(limits)) {
  if (limits_.retry_after.empty()) limits_.retry_after = {seconds(0)};
  begin();
}

IsolatedAccess::~IsolatedAccess() {
  if (helper_.process != 0) {
    kill(helper_.process, SIGKILL);
    close(helper_.socket);
    stuck_.push_back({helper_.process, {}});
  }
  reap();  // what has not ended yet is adopted by init
}

HostAccess IsolatedAccess::access() {
  HostAccess access;
  access.disk_space = [this](const std::string& mount_point, DiskSpace& out) {
    const auto answer = ask(Call::disk_space, mount_point);
    if (!answer || answer->size() != sizeof out) return false;
    std::memcpy(&out, answer->data(), sizeof out);
    return true;
  };
  access.read_file = [this](const std::string& path) { return ask(Call::read_file, path); };
  access.now = host_.now;
  access.begin = [this] { begin(); };
  return access;
}

std::size_t IsolatedAccess::stuck() {
  reap();
  return stuck_.size();
}

void IsolatedAccess::begin() {
  collection_until_ = SystemClock().monotonic() + limits_.collection;
  reap();
}

void IsolatedAccess::reap() {
  std::erase_if(stuck_, [](const Stuck& stuck) {
    const pid_t ended = waitpid(stuck.process, nullptr, WNOHANG);
    return ended == stuck.process || (ended < 0 && errno == ECHILD);
  });
}

bool IsolatedAccess::may_ask(const std::string& what) {
  const Monotonic now = SystemClock().monotonic();
  if (now >= collection_until_) return false;
  const auto hung = hung_.find(what);
  if (hung != hung_.end() && now < hung->second.next_try) return false;
  reap();
  if (std::any_of(stuck_.begin(), stuck_.end(), [&](const Stuck& stuck) { return stuck.what == what; })) return false;
  return helper_.process != 0 || (stuck_.size() < limits_.stuck_max && start_helper());
}

bool IsolatedAccess::start_helper() {
  int pair[2];
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0) return false;
  const pid_t agent = getpid();
  const pid_t process = fork();
  if (process == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    prctl(PR_SET_NAME, "connlog-collect");
    if (getppid() != agent) _exit(0);
    for (const int number : {SIGTERM, SIGINT, SIGPIPE}) signal(number, SIG_DFL);
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, nullptr);
    keep_only(pair[1]);
    serve(host_, pair[1]);
  }
  close(pair[1]);
  if (process < 0) {
    const int problem = errno;
    close(pair[0]);
    if (!failure_logged_) {
      log_warning("agent.no_values", {{"reason", "The process that reads this host's values cannot be started."},
                                      {"cause", std::strerror(problem)}});
    }
    failure_logged_ = true;
    return false;
  }
  fcntl(pair[0], F_SETFL, fcntl(pair[0], F_GETFL) | O_NONBLOCK);
  helper_ = {.process = process, .socket = pair[0]};
  failure_logged_ = false;
  return true;
}

// Another one takes its place at the next call.
void IsolatedAccess::drop_helper(const std::string& what) {
  kill(helper_.process, SIGKILL);
  close(helper_.socket);
  stuck_.push_back({helper_.process, what});
  helper_ = {};
}

void IsolatedAccess::note_hang(const std::string& what) {
  if (hung_.size() >= kHungMax && hung_.count(what) == 0) hung_.erase(hung_.begin());
  Hung& hung = hung_[what];
  if (hung.times == 0)
    log_warning("agent.collector_hangs", {{"what", what}, {"text", "It gave no answer in time and is left out."}});
  const seconds pause = limits_.retry_after[std::min(hung.times, limits_.retry_after.size() - 1)];
  ++hung.times;
  // Not a second time within the same collection.
  hung.next_try = std::max(SystemClock().monotonic() + pause, collection_until_);
}

namespace {

enum class Moved : std::uint8_t { all, late, ended };

// Until the descriptor is ready. False: not in time.
bool await(int fd, short events, Monotonic until) {
  for (;;) {
    const microseconds left = until - SystemClock().monotonic();
    if (left <= microseconds(0)) return false;
    struct pollfd entry = {.fd = fd, .events = events, .revents = 0};
    const int ready = poll(&entry, 1, static_cast<int>(left.count() / 1'000 + 1));
    if (ready > 0) return true;
    if (ready < 0 && errno != EINTR) return false;
  }
}

Moved send_all(int fd, const void* from, std::size_t size, Monotonic until) {
  const auto* data = static_cast<const char*>(from);
  while (size > 0) {
    const ssize_t count = send(fd, data, size, MSG_NOSIGNAL);
    if (count > 0) {
      data += count;
      size -= static_cast<std::size_t>(count);
    } else if (count == 0 || (errno != EINTR && errno != EAGAIN)) {
      return Moved::ended;
    } else if (!await(fd, POLLOUT, until)) {
      return Moved::late;
    }
  }
  return Moved::all;
}

Moved receive_all(int fd, void* to, std::size_t size, Monotonic until) {
  auto* data = static_cast<char*>(to);
  while (size > 0) {
    const ssize_t count = recv(fd, data, size, 0);
    if (count > 0) {
      data += count;
      size -= static_cast<std::size_t>(count);
    } else if (count == 0 || (errno != EINTR && errno != EAGAIN)) {
      return Moved::ended;
    } else if (!await(fd, POLLIN, until)) {
      return Moved::late;
    }
  }
  return Moved::all;
}

}  // namespace

IsolatedAccess::Exchanged IsolatedAccess::exchange(Call call, const std::string& argument,
                                                   std::optional<std::string>& out) {
  const Monotonic until = std::min(SystemClock().monotonic() + limits_.call, collection_until_);
  const Question question{.call = static_cast<std::uint32_t>(call),
                          .bytes = static_cast<std::uint32_t>(argument.size())};
  Answer answer;
  std::string content;
  const int fd = helper_.socket;
  Moved moved = send_all(fd, &question, sizeof question, until);
  if (moved == Moved::all) moved = send_all(fd, argument.data(), argument.size(), until);
  if (moved == Moved::all) moved = receive_all(fd, &answer, sizeof answer, until);
  if (moved == Moved::all && answer.bytes > kAnswerBytesMax) moved = Moved::ended;
  if (moved == Moved::all) {
    content.resize(answer.bytes);
    moved = receive_all(fd, content.data(), content.size(), until);
  }
  if (moved == Moved::late) return Exchanged::no_answer;
  if (moved == Moved::ended) return Exchanged::helper_ended;
  if (answer.is_available != 0) out = std::move(content);
  return Exchanged::answer;
}

std::optional<std::string> IsolatedAccess::ask(Call call, const std::string& argument) {
  if (argument.size() > kArgumentBytesMax) return std::nullopt;
  // A helper that somebody ended between two calls says nothing about what is asked now: a second one is asked.
  for (int helpers = 0; helpers < 2; ++helpers) {
    if (!may_ask(argument)) return std::nullopt;
    std::optional<std::string> out;
    const Exchanged exchanged = exchange(call, argument, out);
    if (exchanged == Exchanged::answer) {
      if (const auto hung = hung_.find(argument); hung != hung_.end()) {
        log_info("agent.collector_answers", {{"what", argument}});
        hung_.erase(hung);
      }
      return out;
    }
    drop_helper(exchanged == Exchanged::no_answer ? argument : std::string());
    if (exchanged == Exchanged::no_answer) {
      note_hang(argument);
      return std::nullopt;
    }
  }
  note_hang(argument);
  return std::nullopt;
}

}  // namespace connlog
