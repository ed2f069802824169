#include "web/server/loop/inbox.h"

#include <sys/eventfd.h>
#include <unistd.h>

namespace connlog::web::loop {

Inbox::Inbox() : eventfd_(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)) {}

Inbox::~Inbox() {
  if (eventfd_ >= 0) ::close(eventfd_);
}

void Inbox::push(Message message) {
  bool wake = false;
  {
    const std::lock_guard lock(mutex_);
    if (closed_) return;
    messages_.push_back(std::move(message));
    wake = sleeping_;
    sleeping_ = false;
  }
  // The eventfd is registered edge-triggered and never read, so each write is a wake-up.
  if (wake) {
    const std::uint64_t one = 1;
    [[maybe_unused]] const ssize_t written = ::write(eventfd_, &one, sizeof one);
  }
}

void Inbox::close() {
  std::vector<Message> dropped;  // destroyed without the lock: destroying a message may push another
  const std::lock_guard lock(mutex_);
  closed_ = true;
  dropped.swap(messages_);
}

bool Inbox::may_sleep() {
  const std::lock_guard lock(mutex_);
  sleeping_ = messages_.empty();
  return sleeping_;
}

void Inbox::take(std::vector<Message>& out) {
  out.clear();
  const std::lock_guard lock(mutex_);
  sleeping_ = false;
  out.swap(messages_);
}

}  // namespace connlog::web::loop
