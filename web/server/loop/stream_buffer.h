// The bounded buffer between the writer of an event stream and the loop that sends it. A client that does not read it
// fast enough is dropped: events are sent as they happen or not at all. Any thread may write; the loop takes.
#pragma once

#include <memory>
#include <mutex>
#include <string>

#include "web/server/loop/inbox.h"

namespace connlog::web::loop {

inline constexpr std::size_t kMaxStreamBytes = 256 * 1024;

class StreamBuffer final : public EventStream {
 public:
  StreamBuffer(std::shared_ptr<Inbox> inbox, ConnectionId connection)
      : inbox_(std::move(inbox)), connection_(connection) {}

  bool write(std::string_view bytes) override;
  bool is_open() const override;
  void close() override;  // bytes written before are still sent

  // For the loop. `ended`: no more bytes will follow. `dropped`: the client was too slow; close at once.
  struct Taken {
    std::string bytes;
    bool ended = false;
    bool dropped = false;
  };
  Taken take();
  bool is_dropped() const;
  void connection_closed();

 private:
  void tell_loop();

  const std::shared_ptr<Inbox> inbox_;
  const ConnectionId connection_;
  mutable std::mutex mutex_;
  std::string bytes_;
  bool told_ = false;  // the loop was told and has not taken yet; its next take() gets what is written now
  bool closed_ = false;
  bool dropped_ = false;
};

}  // namespace connlog::web::loop
