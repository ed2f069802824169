// The whole way of a heartbeat: inside one transaction the agent's row is read again (somebody may have changed it
// since it was judged from memory), the machine is judged, what is new is learnt, and the watch takes the observation.
// The closure may run again after a failed group, so each run overwrites everything that the run before set.

#include <fmt/format.h>

#include <algorithm>

#include "core/agents/flight.h"
#include "core/agents/ingest.h"
#include "core/wire/protocol.h"

namespace connlog {
namespace {

constexpr int kMachineEventsLookedAt = 100;
constexpr std::size_t kRejectedMachinesMax = 16;

void refuse(AgentReply& reply, int status, std::string_view code) {
  reply = {.status = status, .body = wire::render_error(code), .retry_after_seconds = 0};
}

// The latest decision about this machine counts, in whichever order the store lists the events.
bool was_rejected(const std::vector<MachineEvent>& events, const std::string& machine) {
  const MachineEvent* latest = nullptr;
  for (const MachineEvent& event : events) {
    const bool decides = event.kind == "rejected" || event.kind == "approved" || event.kind == "released";
    if (!decides || (event.machine_id != machine && event.kind != "released")) continue;
    if (latest == nullptr || event.at >= latest->at) latest = &event;
  }
  return latest != nullptr && latest->kind == "rejected";
}

bool missing_is_noted(const std::vector<MachineEvent>& events) {
  const MachineEvent* latest = nullptr;
  for (const MachineEvent& event : events) {
    if (latest == nullptr || event.at >= latest->at) latest = &event;
  }
  return latest != nullptr && latest->kind == "missing";
}

}  // namespace

Result<void> Ingest::note_machine(Transaction& tx, const Flight& flight, const Agent& row,
                                  const MachineVerdict& verdict) {
  TRY(parts_.agents.add_machine_event(tx, {.agent = row.id,
                                           .workspace = row.workspace,
                                           .at = flight.observation.at,
                                           .kind = std::string(verdict.event),
                                           .machine_id = verdict.event_machine,
                                           .actor_name = {}}));
  if (verdict.event == "bound") return {};
  const auto subject = TRY(parts_.watch.parts().subjects.find(tx, row.workspace, row.id));
  Actor actor;
  actor.kind = Actor::Kind::agent;
  actor.agent = row.id;
  actor.workspace = row.workspace;
  if (subject) actor.name = subject->name;
  actor.address = flight.address;
  TRY(parts_.audit.append_security(tx, actor, row.workspace, {}, "agent.machine_" + std::string(verdict.event),
                                   row.id.text(), verdict.event_machine));
  if (parts_.machine_letter == nullptr) return {};
  return parts_.machine_letter->tell(tx, row, actor.name, verdict.event, flight.address);
}

Result<void> Ingest::save(Transaction& tx, const Agent& row) {
  TRY(parts_.agents.update(tx, row));
  tx.after_commit([this, row] {
    parts_.directory.put(row);
    parts_.bus.publish(
        {row.workspace, EventScope::about(row.id), EventName::subject_changed,
         fmt::format(R"({{"workspace_id":"{}","subject_id":"{}"}})", row.workspace.text(), row.id.text())});
  });
  return {};
}

// Judges the machine by the stored row, and by what people decided about it where that counts.
Result<MachineVerdict> Ingest::judge_stored(Transaction& tx, const Flight& flight, const Agent& row) const {
  AgentEntry& entry = flight.entry;
  const OfferedMachine offered = flight.facts.machine();
  const MachinePolicy policy = entry.subject.workspace.machine_policy.load(std::memory_order_relaxed);
  bool missing_noted = false;
  {
    const std::lock_guard lock(entry.mutex);
    missing_noted = entry.missing_machine_noted;
  }
  MachineVerdict machine = judge_machine(row, policy, offered, false, missing_noted);
  if (machine.event.empty() || machine.event == "bound") return machine;
  const auto events = TRY(parts_.agents.machine_events(tx, row.workspace, row.id, kMachineEventsLookedAt));
  const std::string claimed = claimed_machine(row, offered);
  const bool rejected = !claimed.empty() && was_rejected(events, claimed);
  if (rejected) {
    tx.after_commit([&entry, claimed] {
      const std::lock_guard lock(entry.mutex);
      if (entry.rejected_machines.size() >= kRejectedMachinesMax)
        entry.rejected_machines.erase(entry.rejected_machines.begin());
      entry.rejected_machines.push_back(claimed);
    });
  }
  return judge_machine(row, policy, offered, rejected, missing_noted || missing_is_noted(events));
}

// Without a row the agent was removed, or the appliance has lost it. Only a removed agent is ever answered 410.
Result<void> Ingest::answer_missing(Transaction& tx, Flight& flight) const {
  AgentEntry& entry = flight.entry;
  const auto subject = TRY(parts_.watch.parts().subjects.find(tx, entry.subject.workspace.id, entry.id));
  bool is_removed = subject && subject->removed_at.is_set();
  if (!is_removed) {
    const std::lock_guard lock(entry.mutex);
    is_removed = entry.gone;
  }
  if (!is_removed) return Error{ErrorCode::internal, "The agent's row is missing.", {}, entry.id.text(), 0};
  refuse(flight.reply, 410, wire::kErrorRemoved);
  return {};
}

Result<void> Ingest::write_whole(Transaction& tx, Flight& flight) {
  AgentEntry& entry = flight.entry;
  flight.row_changed = false;
  if (flight.reply.status != 200)
    flight.reply = {.status = 200, .body = wire::render_heartbeat_reply(flight.good), .retry_after_seconds = 0};
  const auto stored = TRY(parts_.agents.find(tx, entry.subject.workspace.id, entry.id));
  if (!stored) return answer_missing(tx, flight);
  if (stored->disabled) {
    refuse(flight.reply, 423, wire::kErrorDisabled);
    return {};
  }
  Agent row = *stored;

  // ── The machine ──
  const MachineVerdict machine = TRY(judge_stored(tx, flight, row));
  const OfferedMachine offered = flight.facts.machine();
  const bool is_other = is_another_machine(row, offered);
  const bool is_missing =
      !row.machine_id.empty() && !flight.facts.is_diagnostic && claimed_machine(row, offered).empty();
  row.machine_id = machine.bound;
  row.pending_machine_id = machine.pending;
  if (!machine.event.empty()) TRY(note_machine(tx, flight, row, machine));
  const bool machine_changed =
      row.machine_id != stored->machine_id || row.pending_machine_id != stored->pending_machine_id;

  if (!machine.accepted) {
    if (machine_changed) TRY(save(tx, row));
    refuse(flight.reply, 403, wire::kErrorMachine);
    return {};
  }

  // ── What is new ──
  const std::int64_t interval = is_other ? row.interval_in_force_seconds : flight.interval_in_force;
  flight.row_changed =
      machine_changed || interval != row.interval_in_force_seconds || would_learn(row, flight.facts, is_other);
  learn(row, flight.facts, is_other);
  row.interval_in_force_seconds = interval;
  if (flight.row_changed) TRY(save(tx, row));
  tx.after_commit([&entry, is_missing] {
    const std::lock_guard lock(entry.mutex);
    entry.missing_machine_noted = is_missing;
  });

  // ── What it means ──
  return parts_.watch.observe(tx, entry.subject, flight.observation, flight.after_gap);
}

}  // namespace connlog
