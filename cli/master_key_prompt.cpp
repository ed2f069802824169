#include "cli/master_key_prompt.h"

#include <sodium.h>
#include <termios.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>

namespace connlog {
namespace {

constexpr char kInterrupt =
    0x03;  // Ctrl-C; a server blocks SIGINT while it starts, so the terminal must not turn it into one
constexpr char kEndOfInput = 0x04;
constexpr char kDelete = 0x7f;
constexpr char kBackspace = 0x08;
constexpr char kEraseLine = 0x15;  // Ctrl-U

// Switches off echo and line editing; its destructor restores the terminal in every case.
class Unseen {
 public:
  Unseen() {
    if (::tcgetattr(STDIN_FILENO, &before_) != 0) return;
    termios quiet = before_;
    quiet.c_lflag &= ~static_cast<tcflag_t>(ECHO | ICANON | ISIG);
    quiet.c_cc[VMIN] = 1;
    quiet.c_cc[VTIME] = 0;
    changed_ = ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &quiet) == 0;
  }
  ~Unseen() {
    if (changed_) ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &before_);
  }
  Unseen(const Unseen&) = delete;
  Unseen& operator=(const Unseen&) = delete;
  bool is_on() const { return changed_; }

 private:
  termios before_{};
  bool changed_ = false;
};

}  // namespace

bool has_terminal() {
  return ::isatty(STDIN_FILENO) == 1 && ::isatty(STDERR_FILENO) == 1;
}

Result<Secret> ask_unseen(const std::string& prompt) {
  const Unseen unseen;
  const Error given_up{ErrorCode::forbidden, "No passphrase was entered. Nothing was changed."};
  if (!unseen.is_on())
    return Error{ErrorCode::unavailable, "The terminal cannot hide what is typed, so nothing was asked."};
  std::fputs(prompt.c_str(), stderr);
  std::fflush(stderr);
  std::string text;
  text.reserve(kPassphraseBytesMax);  // so that no copy is left behind by growing
  bool ended = false;
  while (!ended && text.size() < kPassphraseBytesMax) {
    char c = 0;
    const ssize_t got = ::read(STDIN_FILENO, &c, 1);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0 || c == kInterrupt || (c == kEndOfInput && text.empty())) {
      std::fputs("\n", stderr);
      sodium_memzero(text.data(), text.size());
      return given_up;
    }
    if (c == '\n' || c == '\r' || c == kEndOfInput) {
      ended = true;
    } else if (c == kDelete || c == kBackspace) {
      while (!text.empty() && (static_cast<unsigned char>(text.back()) & 0xC0) == 0x80) text.pop_back();
      if (!text.empty()) text.pop_back();
    } else if (c == kEraseLine) {
      text.clear();
    } else {
      text += c;
    }
  }
  std::fputs("\n", stderr);
  return Secret(std::move(text));
}

MasterKeySources master_key_sources_of_process() {
  MasterKeySources sources;
  if (const char* directory = std::getenv("CREDENTIALS_DIRECTORY"); directory != nullptr && directory[0] == '/')
    sources.credentials_directory = directory;
  if (has_terminal()) sources.ask_passphrase = [] { return ask_unseen("Passphrase of the keys: "); };
  return sources;
}

}  // namespace connlog
