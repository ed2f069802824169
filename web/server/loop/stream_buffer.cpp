#include "web/server/loop/stream_buffer.h"

namespace connlog::web::loop {

bool StreamBuffer::write(std::string_view bytes) {
  bool tell = false;
  bool alive = true;
  {
    const std::lock_guard lock(mutex_);
    if (closed_) return false;
    if (bytes_.size() + bytes.size() > kMaxStreamBytes) {
      closed_ = dropped_ = true;
      alive = false;
    } else {
      bytes_.append(bytes);
    }
    tell = !told_ || !alive;
    told_ = true;
  }
  if (tell) tell_loop();
  return alive;
}

bool StreamBuffer::is_open() const {
  const std::lock_guard lock(mutex_);
  return !closed_;
}

void StreamBuffer::close() {
  {
    const std::lock_guard lock(mutex_);
    if (closed_) return;
    closed_ = true;
  }
  tell_loop();
}

StreamBuffer::Taken StreamBuffer::take() {
  const std::lock_guard lock(mutex_);
  told_ = false;
  Taken out;
  out.bytes.swap(bytes_);
  out.ended = closed_;
  out.dropped = dropped_;
  return out;
}

bool StreamBuffer::is_dropped() const {
  const std::lock_guard lock(mutex_);
  return dropped_;
}

void StreamBuffer::connection_closed() {
  const std::lock_guard lock(mutex_);
  closed_ = true;
  std::string().swap(bytes_);
}

void StreamBuffer::tell_loop() {
  Message message;
  message.kind = Message::Kind::stream_data;
  message.connection = connection_;
  inbox_->push(std::move(message));
}

}  // namespace connlog::web::loop
