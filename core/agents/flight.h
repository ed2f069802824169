// One heartbeat between its judgement and its answer. Exactly one thread owns it at a time: the worker until it is
// submitted, then the writer thread until the completion.
#pragma once

#include <string>

#include "core/agents/ingest.h"
#include "core/wire/frame.h"
#include "core/wire/protocol.h"

namespace connlog {

struct Ingest::Flight {
  explicit Flight(AgentEntry& of) : entry(of) {}

  AgentEntry& entry;
  HeartbeatFacts facts;
  wire::Frame frame;  // with the load, whether it is switched on or not
  Observation observation;
  wire::HeartbeatReply good;  // what success says; rendered once it is known that there is one
  AgentReply reply;           // success until a check decides otherwise
  Ingest::Done done;
  std::string address;
  std::int64_t interval_in_force = 0;
  Monotonic admitted_at{};
  HeartbeatSource source = HeartbeatSource::daemon;
  Urgency urgency = Urgency::may_wait;
  bool after_gap = false;
  bool is_whole = false;
  bool row_changed = false;  // set by the closure: screens must look again
};

}  // namespace connlog
