// The way by which other commands speak to a running `serve`: a local socket <data>/control.sock (0600). One JSON line
// in, one JSON line out, then closed. Only the same user and root are let in. The server side has one thread of its
// own, named control, which answers one caller at a time; requests and time are bounded.
#pragma once

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "core/base/result.h"

namespace connlog {

class ControlServer {
 public:
  using Handler = std::function<std::string(const std::string& request)>;

  static Result<std::unique_ptr<ControlServer>> start(const std::filesystem::path& socket_path, Handler handler);
  ~ControlServer();  // ends the thread and removes the socket
  ControlServer(const ControlServer&) = delete;
  ControlServer& operator=(const ControlServer&) = delete;

 private:
  class Impl;
  explicit ControlServer(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

// A longer answer is refused by the side that asked.
inline constexpr std::size_t kControlAnswerBytesMax = 16 * 1024 * 1024;

// The answer of the running server, or nothing when none runs.
Result<std::optional<std::string>> ask_running_server(const std::filesystem::path& socket_path,
                                                      const std::string& request,
                                                      std::chrono::seconds patience = std::chrono::seconds(30));

}  // namespace connlog
