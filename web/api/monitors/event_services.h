// What the handlers of event sources and of their doors use of other rooms. Nothing here is owned.
#pragma once

#include "core/base/transaction.h"
#include "core/monitors/sources/event_source_service.h"
#include "core/monitors/sources/event_sources.h"
#include "core/watch/subject_directory.h"

namespace connlog::web::monitors {

struct EventServices {
  Stores& stores;
  EventSourceService& sources;
  EventSources& events;
  SubjectDirectory& directory;
  const EventSourceStore& store;
};

}  // namespace connlog::web::monitors
