// The outside world for tests: real servers in processes of their own (SMTP, HTTP, DNS) and certificates for them. A
// server ends with its object. What it tells comes as one JSON object a line.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace connlog::test {

class OutsideServer {
 public:
  // `script` under tests/support; returns once it listens.
  OutsideServer(const std::string& script, std::vector<std::string> arguments);
  ~OutsideServer();
  OutsideServer(const OutsideServer&) = delete;
  OutsideServer& operator=(const OutsideServer&) = delete;

  std::uint16_t port() const { return port_; }
  // Waits for the next thing that it tells, at most ten seconds. Empty: it said nothing.
  std::string next();
  // The next one with this "event"; what comes before is dropped.
  std::string next(const std::string& event);
  // What it has told and nobody has read. Waits `settle_ms` for stragglers.
  std::vector<std::string> rest(int settle_ms = 200);

 private:
  bool read_line(std::string& line, int timeout_ms);

  int pid_ = -1;
  int input_ = -1, output_ = -1;
  std::string buffer_;
  std::uint16_t port_ = 0;
};

// Made once in a process by tests/support/make_certificates.sh; removed at its end.
const std::filesystem::path& certificates();
std::string read_text(const std::filesystem::path& file);
// SHA-256 of the SubjectPublicKeyInfo of a PEM certificate, 64 hex digits.
std::string public_key_pin(const std::filesystem::path& certificate);

// The project's root.
std::filesystem::path source_directory();
// Compares with tests/golden/<name>; writes it instead where UPDATE_GOLDEN=1. Empty when they are equal, else a hint.
std::string differs_from_golden(const std::string& name, const std::string& actual);

// A port on which nothing listens.
std::uint16_t unused_port();

}  // namespace connlog::test
