// Live events to browsers (server-sent events): one stream over all workspaces of a person. Fed by the EventBus, which
// publishes after the commit. The loop closes the stream of a client that cannot keep up, and the client connects
// again. There is no replay: a page reads its data again when its stream begins. A stream ends with its session, and
// with the membership. Any thread may enter. `tick` belongs on a timer of about a second.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "core/access/access_services.h"
#include "core/base/events.h"
#include "core/identity/identity_service.h"
#include "core/people/workspace.h"
#include "core/watch/subject_directory.h"
#include "web/server/reply.h"

namespace connlog {
class SecondFactors;  // core/identity/second_factor.h
}

namespace connlog::web {

class LiveEvents {
 public:
  static constexpr std::size_t kStreamsMax = 500;
  static constexpr std::size_t kStreamsOfSessionMax = 12;  // tabs without a SharedWorker hold one each
  static constexpr std::size_t kStreamsOfUserMax = 60;     // so that one person cannot take every stream
  static constexpr seconds kCommentEvery{15};              // also how often a session is checked again

  struct Services {
    Stores& stores;
    WorkspaceStore& workspaces;
    IdentityService& identity;
    AccessServices& access;
    SecondFactors& second_factors;
    SubjectDirectory& directory;
    EventBus& events;
    const Clock& clock;
  };
  explicit LiveEvents(const Services& services);

  struct Subscriber {
    Identified identified;
    std::string token;                        // of the session, to check it again
    std::map<WorkspaceId, Sight> workspaces;  // enabled ones, and what the person sees there
  };
  // False: too many streams.
  bool has_room(const Session& session) const;
  void add(Subscriber subscriber, std::shared_ptr<EventStream> stream);
  std::size_t size() const;

  void tick();
  // What the person may see now. A stream that was opened with other rights ends.
  static Result<std::map<WorkspaceId, Sight>> watchable(const Services&, Snapshot&, UserId);
  void session_ended(UserId user, SessionId session);  // nil session: every one of the user
  void close_all();

 private:
  struct Client {
    Subscriber who;
    std::shared_ptr<EventStream> stream;
    Monotonic looked_at;
  };
  void publish(const Event& event);
  bool may_see(const Subscriber&, const Event&) const;
  void clients_changed();  // tells the bus whether there are clients
  bool still_entitled(Client& client) const;

  const Services& services_;
  mutable std::mutex mutex_;  // guards both
  std::vector<std::shared_ptr<Client>> clients_;
  std::uint64_t next_id_ = 1;
  EventBus::Subscription subscription_;  // last member: no event arrives while the others are destroyed
};

}  // namespace connlog::web
