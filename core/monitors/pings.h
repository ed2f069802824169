// The door for pings: Healthchecks' ping endpoint, Uptime Kuma's push and Gatus' external endpoint speak to it through
// web/api/monitors. It finds the monitor by its unguessable address, decides what the ping means (ping.h), and answers after
// the commit in which the ping's row, the new state and the reading stand together.
//
// Limits. Wrong addresses are counted by client address and wait (Retry-After); right ones never do. One check may store one
// ping a second, ten at once; what comes beyond is answered and counted. A ping that changes something (a failure of a
// check that is up) may overdraw that by ten more. New checks by `create=1`: kCreatesADay for each workspace.
//
// Threads: receive() on any worker; `done` on the writer thread after the commit, or at once where nothing is stored.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/access/api_keys.h"
#include "core/audit/audit.h"
#include "core/identity/attempt_limiter.h"
#include "core/monitors/monitor_directory.h"
#include "core/monitors/ping.h"
#include "core/watch/subject_service.h"
#include "core/watch/watch.h"

namespace connlog {

// What came over the wire.
struct PingCall {
  enum class By : std::uint8_t {
    uuid,   // /ping/<uuid>
    slug,   // /ping/<key>/<slug>
    push,   // /api/push/<token>
    gatus,  // a bearer token
  };
  By by = By::uuid;
  std::string key;   // the UUID, the ping key, or the token
  std::string slug;  // by slug; of Gatus its key, "<group>_<name>"
  PingKind asked = PingKind::success;
  std::optional<std::int64_t> exit_status;
  std::optional<std::string> rid;  // as it was given
  bool create = false;
  std::string method, scheme, address, user_agent, body;
  std::string said;                              // for people, why it failed; Uptime Kuma's `msg`, Gatus' `error`
  std::optional<std::int64_t> response_ms_x100;  // Uptime Kuma's `ping`, Gatus' `duration`
};

struct PingAnswer {
  enum class Outcome : std::uint8_t {
    accepted,
    created,
    unknown,    // nobody has this address
    not_found,  // the address is right, but there is no such check, or it is paused (push, gatus)
    ambiguous,  // two checks have the slug
    bad_rid,
    bad_exit,
    limited,
    unavailable,  // a fault of ours
  };
  Outcome outcome = Outcome::accepted;
  int retry_after_seconds = 0;
  std::int64_t body_limit = 10'000;
};

class Pings {
 public:
  static constexpr double kBurst = 10, kOverdraft = 10, kPerSecond = 1;
  static constexpr int kCreatesADay = 100;
  static constexpr std::size_t kAddressesKept = 8;
  static constexpr std::int64_t kExitMax = 255;
  static constexpr std::size_t kUserAgentCharacters = 200;

  // Makes a push monitor of this name and slug, in the caller's transaction.
  using Create = std::function<Result<MonitorId>(Transaction&, const Actor&, const std::string& slug)>;
  using Done = std::function<void(PingAnswer)>;

  struct Parts {
    Stores& stores;
    PingStore& pings;
    MonitorDirectory& directory;
    Watch& watch;
    SubjectService& subjects;
    ApiKeys& keys;
    AuditLog& audit;
    Clock& clock;
    const Keyring& keyring;
    AttemptLimiter* attempts = nullptr;  // null: wrong addresses are not counted
    Create create = {};
    // The deadlines of the monitor changed (MonitorWork::plan_ping). Called without a lock.
    std::function<void(MonitorEntry&)> planned = {};
  };
  explicit Pings(Parts parts);
  ~Pings();

  void receive(PingCall call, Done done);

  // What was answered and counted, but not stored, since the start.
  std::uint64_t not_stored() const;

 private:
  struct Flight;
  struct Inside;
  struct Making {  // of a new check
    PingCall call;
    Done done;
    MonitorId monitor = {};
    bool is_new = false;
  };

  MonitorEntry* find(const PingCall& call, Done& done);
  bool may_tell_misuse(const KeyAtTheDoor& key) const;
  void by_slug(PingCall call, Done done);
  void make(const KeyAtTheDoor& key, PingCall call, Done done);
  void made(WorkspaceId workspace, const Result<void>& outcome, Making making);
  void accept(MonitorEntry& entry, PingCall call, Done done, bool is_new);
  bool judge(Flight& flight, const PingCall& call);
  void take_request(Flight& flight, const PingCall& call) const;
  void judge_observation(Flight& flight, const PingCall& call);
  bool may_store(MonitorEntry& entry, bool changes, Monotonic now) const;
  Result<void> write(Transaction& tx, const Flight& flight);
  Result<void> note_address(Transaction& tx, const Flight& flight);
  void land(std::unique_ptr<Flight> flight, const Result<void>& outcome);
  PingAnswer refuse_stranger(const PingCall& call) const;

  Parts parts_;
  Key digest_key_;
  std::unique_ptr<Inside> inside_;
};

// Whether the program that sent it fetches links in order to show what is behind them (chats, mail programs).
bool is_link_preview(std::string_view user_agent, std::string_view method);

// [a-z0-9_-]{1,100}
bool is_slug(std::string_view text);
// "Nightly Backup (db)" → "nightly-backup-db"; empty where nothing is left.
std::string slug_of(std::string_view name);

// A body for storing: cut to `bytes`, secrets masked, invalid UTF-8 as U+FFFD, without NUL.
std::string body_to_keep(std::string_view body, std::size_t bytes);

}  // namespace connlog
