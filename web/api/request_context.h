// What a handler gets: the person or key, the workspace, the values of the request, and the way to answer. Middleware
// fills it before the handler runs. A handler returns its Reply, or an Error, or the result of `write` or `park`, after
// which the answer comes later from another thread.
//
// A context lives during the handler's call, on its worker. What a closure needs later is copied into it.
#pragma once

#include <functional>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/recovery_mode.h"
#include "core/base/storage_health.h"
#include "core/base/transaction.h"
#include "core/identity/identity_service.h"
#include "core/people/workspace.h"
#include "web/server/http_server.h"
#include "web/api/json_body.h"
#include "web/server/problem.h"
#include "web/server/reply.h"
#include "web/api/web_options.h"

namespace connlog {
class IdempotencyStore;  // core/people/idempotency.h
class Keyring;           // core/crypto/keyring.h
struct BreakGlassGrant;  // core/access/break_glass.h
struct KeyAtTheDoor;     // core/access/api_keys.h
}  // namespace connlog

namespace connlog::web {

class AgentPrograms;
class LiveEvents;
struct Rooms;  // web/api/rooms.h

// The services of a room (web/api/rooms.h lists the rooms). For answers that need two rooms, or that are made after the
// request's context was destroyed: the services live as long as the WebApp.
template <typename Services>
const Services& services_of(const Rooms&);

inline constexpr std::size_t kQueryValuesMax = 20;  // of one name

struct PageOfList {
  int limit = 50;
  std::string after;  // empty: from the beginning
};

class Context {
 public:
  struct Services {  // what reading, writing and creating need
    Stores& stores;
    IdempotencyStore& idempotency;
    const Keyring& keyring;
    const Clock& clock;
    Random& random;
    const StorageHealth& storage;
    const RecoveryMode* recovery = nullptr;  // null: there is none
  };
  struct House {  // what stays the same from request to request
    const Rooms& rooms;
    const WebOptions& options;
    LiveEvents& live;
    const AgentPrograms& programs;
    Instant started_at;
  };
  Context(const HttpRequest& request, Exchange exchange, const House& house)
      : request_(request), exchange_(std::move(exchange)), house_(house) {}

  // ---- filled by middleware ----
  Actor actor;                                         // routes with a session
  std::optional<Identified> identified;                // likewise, but not for API keys
  std::shared_ptr<const KeyAtTheDoor> key;             // set: the request comes with an API key, without a session
  std::shared_ptr<const BreakGlassGrant> break_glass;  // set: an administrator has opened a foreign workspace
  std::string session_token;                           // likewise
  std::optional<Workspace> workspace;                  // routes of a workspace

  // ---- what was asked ----
  const HttpRequest& request() const { return request_; }
  Origin origin() const;
  // An id from the path. A text that is no id is answered with 404, like an unknown id.
  template <typename IdType>
  Result<IdType> id(std::string_view name = "id") const {
    IdType id;
    if (!IdType::parse(request_.path_value(name), id))
      return Error{ErrorCode::not_found, "There is nothing with this id."};
    return id;
  }
  Result<Body> body() const { return Body::parse(request_.body()); }
  Result<std::optional<Instant>> query_time(std::string_view name) const;
  Result<std::optional<std::int64_t>> query_integer(std::string_view name, std::int64_t lowest,
                                                    std::int64_t highest) const;
  Result<std::string> query_text(std::string_view name, std::size_t characters_max) const;
  // Every value of a name that may stand more than once, without empty ones; at most kQueryValuesMax.
  Result<std::vector<std::string>> query_texts(std::string_view name, std::size_t characters_max) const;
  Result<PageOfList> page(int limit_default = 50, int limit_max = 200, std::size_t cursor_characters_max = 100) const;
  // The version in `If-Match: "7"`; 0 without the header (or with *).
  Result<std::int64_t> if_match() const;
  bool is_conditional() const { return !request_.header("If-Match").empty(); }

  // The services of a room: `ctx.of<watch::Services>()`.
  template <typename RoomServices>
  const RoomServices& of() const {
    return services_of<RoomServices>(house_.rooms);
  }
  const Rooms& rooms() const { return house_.rooms; }
  const WebOptions& options() const { return house_.options; }
  LiveEvents& live() { return house_.live; }
  const AgentPrograms& programs() const { return house_.programs; }
  Instant started_at() const { return house_.started_at; }

  // ---- answering ----
  using Write = std::function<Result<Reply>(Transaction&)>;
  using Read = std::function<Result<Reply>(Snapshot&)>;
  // Submits the closure to the writer and returns at once; the reply leaves after the commit. The closure may run
  // again.
  Result<Reply> write(Write work);
  // The same for something new: with an `Idempotency-Key`, a repeated request gets the first answer and creates
  // nothing.
  Result<Reply> create(Write work);
  // Runs the closure here, over one snapshot.
  Result<Reply> read(const Read& work) const;
  // Takes the exchange: its holder answers, on any thread.
  Exchange park() {
    parked_ = true;
    return std::move(exchange_);
  }

 private:
  friend class WebApp;
  const HttpRequest& request_;
  Exchange exchange_;
  const House& house_;
  bool parked_ = false;
};

}  // namespace connlog::web
