// The genuine agent 1.19.0 as a server sees it (docs/agent-protocol.md §4–6, §11, §15): its requests true to the byte
// (lower-case header names, their set and order), its reading of answers exactly as strict, and what it would do next.
// Written from the document alone and sharing no code with core/wire and host, so that the two check each other. Sends nothing by
// itself: a test takes the bytes to a socket and brings the answer back. One thread.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace connlog {

class GenuineAgent {
 public:
  struct Host {
    std::string token = {};
    std::string base = "http://127.0.0.1:8080";  // CONNLOG_PLATFORM_URL, not checked and not trimmed
    std::string version = "1.19.0";
    std::string arch = "x86_64";
    std::string hostname = {};  // CONNLOG_EXPOSE_SYSTEM_INFO=true sends it
    std::string machine_id = "5c0e13199a34de5439cf5338d23d9cc530320295782fdefd19b5297fd2dfb115";
    int core_count = 8;
    std::vector<std::string> allowed_endpoint_domains = {};
    bool is_test_heartbeat = false;  // the diagnostic: no X-Quick-Action headers, no host name
  };

  using Frame = std::array<std::uint8_t, 32>;
  static const Frame
      kBusyFrame;  // up 86461 s, cpu 12.5 %, peak 48.75 %, memory 3120/7936, disk 51200/160000, load 0.42
  static const Frame kFirstFrame;   // up 37 s, cpu not available yet
  static const Frame kFailedFrame;  // the collector failed

  explicit GenuineAgent(Host host);

  // Whole HTTP/1.1 requests. `host_header` is the authority that the connection was made to.
  std::string render_config_request(const std::string& host_header) const;
  std::string render_assignment_request(const std::string& host_header) const;
  std::string render_heartbeat(const std::string& request_id, const Frame& frame, const std::string& host_header) const;

  struct Answer {
    int status = 0;                                            // 0: nothing that is HTTP
    std::vector<std::pair<std::string, std::string>> headers;  // names in lower case
    std::string body;
    std::string header(const std::string& name) const;  // "" when absent
  };
  static Answer parse_answer(const std::string& bytes);

  // What it does after one attempt of a cycle.
  struct Reaction {
    enum class Does { sleep_until_cadence, retry, sleep, uninstall, reboot };
    Does does = Does::sleep;
    int seconds = 0;  // of a sleep
    bool fetches_config = false;
    std::string complaint;  // why a 2xx body was not an answer; empty otherwise
  };
  Reaction on_heartbeat(const Answer& answer, int attempt);
  // True: adopted. Otherwise `complaint()` says why; the old config stays.
  bool on_config(const Answer& answer);
  // True: fetched (whatever came of it).
  bool on_assignment(const Answer& answer);

  void adopt_config_version(std::uint32_t version) { config_version_ = version; }
  std::uint32_t config_version() const { return config_version_; }
  std::int64_t interval_seconds() const { return interval_; }
  std::int64_t missed_threshold() const { return missed_threshold_; }
  const std::array<bool, 4>& metrics() const { return metrics_; }  // cpu, memory, disk, load
  const std::string& heartbeat_url() const { return heartbeat_url_; }
  bool assignment_was_rejected() const { return assignment_rejected_; }
  const std::string& complaint() const { return complaint_; }

 private:
  std::string render_get(const std::string& path, const std::string& host_header) const;
  Reaction fail_transiently(int attempt, std::string complaint);

  Host host_;
  std::uint32_t config_version_ = 0;
  std::int64_t interval_ = 60, missed_threshold_ = 3;
  std::array<bool, 4> metrics_{true, true, true, true};
  std::string heartbeat_url_;
  bool assignment_rejected_ = false;
  std::string complaint_;
  int unauthorized_ = 0, errors_ = 0, uninstalls_ = 0, reboots_ = 0;
};

}  // namespace connlog
