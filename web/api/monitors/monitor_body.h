// The members of a request's body that monitors have. What depends on other rows core/monitors checks. Pure; any thread.
#pragma once

#include "core/monitors/monitor_service.h"
#include "web/api/json_body.h"

namespace connlog::web {

// All but the kind; `name` may be left out.
Result<NewMonitor> new_monitor_of(const Body&);
// What is there is set.
Result<MonitorChange> monitor_change_of(const Body&);
Result<TimingChange> timing_change_of(const Body&);  // of the object `own`
// A flat object of values and secrets; null: the member is not there.
Result<std::shared_ptr<const GivenFields>> monitor_fields_of(const Body&);

}  // namespace connlog::web
