// What the pipeline asks of a monitor that others depend on: check it now, and whether its verdict is out.
#include "core/monitors/work_inside.h"

namespace connlog {

void MonitorWork::check_at_once(SubjectId subject) {
  const MonitorId monitor = MonitorId::of(subject);
  {
    const std::lock_guard lock(impl_->mutex);
    if (!impl_->planned.contains(monitor)) return;
  }
  if (impl_->loop != nullptr) impl_->loop->hasten(monitor.bytes);
}

bool MonitorWork::is_awaited(SubjectId subject, Instant since) const {
  const MonitorId monitor = MonitorId::of(subject);
  {
    const std::lock_guard lock(impl_->mutex);
    if (!impl_->planned.contains(monitor)) return false;
  }
  MonitorEntry* entry = impl_->parts.directory.by_id(monitor);
  if (entry == nullptr) return false;
  const std::lock_guard lock(entry->mutex);
  if (entry->gone) return false;
  const std::lock_guard subject_lock(entry->subject.mutex);
  if (!SubjectDirectory::Impl::is_judged(entry->subject)) return false;
  if (entry->subject.in_flight > 0) return true;
  if (entry->confirmation.candidate) return true;
  return !entry->last || entry->last->at < since;
}

}  // namespace connlog
