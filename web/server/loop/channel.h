// Where a Responder's answer goes: the loop's inbox and the id of the request's connection. One per request. Any
// thread.
#pragma once

#include <memory>

#include "web/server/connection_loop.h"
#include "web/server/loop/inbox.h"

namespace connlog::web {

class Responder::Channel {
 public:
  Channel(std::shared_ptr<loop::Inbox> where, loop::ConnectionId whose) : inbox(std::move(where)), connection(whose) {}

  const std::shared_ptr<loop::Inbox> inbox;
  const loop::ConnectionId connection;
};

}  // namespace connlog::web
