#include "core/base/storage_health.h"

#include "core/base/log.h"

namespace connlog {

void StorageHealth::stored() {
  has_stored_.store(true, std::memory_order_relaxed);
  if (!failing_.load(std::memory_order_acquire)) return;
  const std::lock_guard lock(mutex_);
  if (!outage_) return;
  log_info("storage.works_again", {{"since", to_iso8601(outage_->since)}, {"cause", outage_->cause}});
  outage_.reset();
  failing_.store(false, std::memory_order_release);
  tell();
}

void StorageHealth::failed(std::string_view cause) {
  const std::lock_guard lock(mutex_);
  if (outage_ && outage_->cause == cause) return;
  if (outage_) {
    outage_->cause = cause;
  } else {
    outage_ = Outage{clock_.now(), clock_.monotonic(), std::string(cause)};
  }
  log_error("storage.nothing_can_be_stored", {{"cause", cause}});
  failing_.store(true, std::memory_order_release);
  tell();
}

std::optional<StorageHealth::Outage> StorageHealth::outage() const {
  if (!failing_.load(std::memory_order_acquire)) return std::nullopt;
  const std::lock_guard lock(mutex_);
  return outage_;
}

StorageHealth::Watch StorageHealth::watch(Watcher watcher) {
  const std::lock_guard lock(mutex_);
  watchers_.emplace(++last_number_, std::move(watcher));
  return Watch(*this, last_number_);
}

void StorageHealth::tell() const {
  for (const auto& [number, watcher] : watchers_) watcher(outage_);
}

void StorageHealth::unwatch(std::uint64_t number) {
  const std::lock_guard lock(mutex_);
  watchers_.erase(number);
}

}  // namespace connlog
