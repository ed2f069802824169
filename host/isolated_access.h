// Access to the host that cannot hang the agent. A read of /proc can wait for ever (lxcfs is a FUSE file system), and so
// can statvfs on a file system whose device or daemon is gone; such a wait cannot always be ended, not even by SIGKILL.
// So a helper process, a fork of this one, carries out every call, one at a time, and each call has a limit:
//
//   * a call that is not answered in time gives "not available"; its helper is killed, and the next call gets another;
//   * what hung is asked again at the next collection, then after one minute, then every five minutes, but never while
//     the helper that hangs in it still exists;
//   * helpers that even SIGKILL did not end are at most three. With so many nothing is asked until one of them ends,
//     so that processes never pile up;
//   * all calls of one collection together have a limit, too, so that the heartbeat goes out in time.
//
// The agent itself never waits for a helper longer than these limits, and its end does not wait for helpers at all.
// One thread may use an object of this class and what access() gave.
#pragma once

#include <sys/types.h>

#include <map>
#include <string>
#include <vector>

#include "host/host_access.h"

namespace connlog {

class IsolatedAccess {
 public:
  struct Limits {
    milliseconds call{2'000};
    milliseconds collection{4'000};
    std::vector<seconds> retry_after = {seconds(0), seconds(60), seconds(300)};  // the last one from then on
    std::size_t stuck_max = 3;
  };

  // The helper forks when it is first needed. `host` is what it calls; its functions run in the helper.
  IsolatedAccess(HostAccess host, Limits limits);
  explicit IsolatedAccess(HostAccess host) : IsolatedAccess(std::move(host), Limits{}) {}
  ~IsolatedAccess();
  IsolatedAccess(const IsolatedAccess&) = delete;
  IsolatedAccess& operator=(const IsolatedAccess&) = delete;

  // Whose calls go through the helper. It must not outlive this object.
  HostAccess access();

  // Helpers that were killed and have not ended. For tests and diagnostics.
  std::size_t stuck();

 private:
  enum class Call : std::uint8_t { read_file, disk_space };
  struct Helper {
    pid_t process = 0;  // 0: none
    int socket = -1;
  };
  struct Stuck {
    pid_t process = 0;
    std::string what;
  };
  struct Hung {
    std::size_t times = 0;
    Monotonic next_try;
  };

  enum class Exchanged : std::uint8_t { answer, no_answer, helper_ended };

  void begin();
  Exchanged exchange(Call call, const std::string& argument, std::optional<std::string>& out);
  std::optional<std::string> ask(Call call, const std::string& argument);
  bool may_ask(const std::string& what);
  bool start_helper();
  void drop_helper(const std::string& what);
  void note_hang(const std::string& what);
  void reap();
  [[noreturn]] static void serve(const HostAccess& host, int socket);

  HostAccess host_;
  Limits limits_;
  Helper helper_;
  std::vector<Stuck> stuck_;
  std::map<std::string, Hung> hung_;  // at most kHungMax
  Monotonic collection_until_;
  bool failure_logged_ = false;
};

}  // namespace connlog
