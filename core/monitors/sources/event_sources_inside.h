// What the files of EventSources share: event_sources.cpp (the door and memory), event_writes.cpp (what is written) and event_time.cpp
// (what time brings).
#pragma once

#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "core/monitors/sources/event_sources.h"
#include "core/watch/subject_entry.h"

namespace connlog {

// What a source may change (open, resolve): at once, and then each second. A message is as dear as one of them.
inline constexpr double kEventsAtOnce = 1'000, kEventsPerSecond = 20;
// Events that go into one transaction: others get their turn of the writer between.
inline constexpr std::size_t kEventsInSlice = 25;

// One message between its reading and its answer. One thread owns it at a time.
struct EventSources::Flight {
  explicit Flight(EventSourceEntry& of) : entry(of) {}
  EventSourceEntry& entry;
  std::vector<IncomingEvent> events;
  std::size_t next = 0;
  double reserved = 0;  // of what its source may change; what it did not need is given back
  EventAnswer answer;
  EventAnswer of_slice;  // overwritten by each run of its closure
  Done done;

  void finish();
};

// What the events of one transaction share.
struct EventSources::Slice {
  Slice(EventSourceEntry& of, EventSource row, EventAnswer& counts)
      : entry(of), source(std::move(row)), answer(counts) {}
  EventSourceEntry& entry;
  EventSource source;
  Subject subject;
  bool is_judged = true;  // neither paused nor in a workspace that is switched off
  std::optional<std::int64_t> open_count;  // nothing: far from the limit
  EventAnswer& answer;
};

}  // namespace connlog
