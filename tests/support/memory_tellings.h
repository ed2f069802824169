// How the telling of each incident stands, in memory: as storage/watch/telling_store.cpp keeps it. For the simulation; it calls
// back on what it wants to know. One thread.
#pragma once

#include <algorithm>
#include <functional>
#include <map>
#include <tuple>
#include <utility>
#include <vector>

#include "core/watch/telling/telling_store.h"

namespace connlog::memory {

struct MemoryTellings final : TellingStore {
  std::map<IncidentId, TellingRow> rows;  // what is over leaves
  std::map<RecipientId, RecipientPace> paces;
  std::vector<WaitingTelling> waiting;
  struct Flap {
    Instant since, said_at, look_at;
  };
  std::map<SubjectId, Flap> flaps;
  std::function<void(const TellingRow*, const TellingRow&)> on_put;  // before, after
  std::function<void(const TellingEntry&)> on_entry;
  std::function<Instant(const TellingRow&)> acknowledgement_lasts;   // its length, as an instant since 0
  std::function<Instant(const TellingRow&)> repeats_every;           // likewise
  std::function<bool(const TellingRow&)> is_about_being_down;

  Result<std::optional<TellingRow>> find(Snapshot&, WorkspaceId, IncidentId id) const override {
    const auto found = rows.find(id);
    return found == rows.end() ? std::nullopt : std::optional(found->second);
  }
  Result<void> put(Transaction&, const TellingRow& row) override {
    const auto before = rows.find(row.incident);
    if (on_put) on_put(before == rows.end() ? nullptr : &before->second, row);
    if (row.phase == TellingPhase::over) {
      rows.erase(row.incident);
    } else {
      rows[row.incident] = row;
    }
    return {};
  }
  Result<std::vector<TellingRow>> due(Snapshot&, Instant now, int limit) const override {
    std::vector<TellingRow> due;
    for (const auto& [id, row] : rows) {
      const bool is_due = (row.look_at.is_set() && row.look_at <= now) || (row.repeat_at.is_set() && row.repeat_at <= now);
      if (is_due && static_cast<int>(due.size()) < limit) due.push_back(row);
    }
    return due;
  }
  Result<Next> next_due(Snapshot&) const override {
    Next next;
    const auto sooner = [](std::optional<Instant>& of, Instant at) {
      if (at.is_set() && (!of || at < *of)) of = at;
    };
    for (const auto& [id, row] : rows) {
      sooner(next.engine, row.look_at);
      sooner(next.engine, row.repeat_at);
    }
    for (const auto& [id, pace] : paces) {
      sooner(next.engine, pace.window_until);
      sooner(next.wall, pace.digest_at);
      sooner(next.wall, pace.weekly_at);
    }
    for (const auto& [id, flap] : flaps) sooner(next.engine, flap.look_at);
    return next;
  }
  Result<std::int64_t> after_restart(Transaction&, Instant now) override {
    constexpr microseconds kWindow = seconds(300);
    std::int64_t held = 0;
    for (auto& [id, row] : rows) {
      if (row.phase == TellingPhase::held) {
        row.look_at = now;
        ++held;
      } else if (row.phase == TellingPhase::dropped && row.reason == to_text(TellingReason::nobody_named)) {
        row.look_at = now;
      } else if (row.phase == TellingPhase::told && row.look_at > now) {
        row.look_at = std::min(row.look_at, now + microseconds(acknowledgement_lasts(row).micros));
      }
      if (row.repeat_at > now) row.repeat_at = std::min(row.repeat_at, now + microseconds(repeats_every(row).micros));
    }
    for (auto& [id, pace] : paces) {
      if (pace.window_until > now) pace.window_until = std::min(pace.window_until, now + kWindow);
    }
    for (auto& [id, flap] : flaps) flap.look_at = std::min(flap.look_at, now);
    return held;
  }
  Result<std::int64_t> wake(Transaction&, WorkspaceId, SubjectId held_by, Instant now) override {
    std::int64_t woken = 0;
    for (auto& [id, row] : rows) {
      if (row.phase != TellingPhase::held || (!held_by.is_nil() && row.held_by != held_by)) continue;
      row.look_at = now;
      ++woken;
    }
    return woken;
  }
  Result<std::vector<TellingRow>> held(Snapshot&, WorkspaceId, int) const override { return std::vector<TellingRow>(); }
  Result<std::optional<TellingRow>> open_of_subject(Snapshot&, WorkspaceId, SubjectId subject) const override {
    const auto rank = [](const TellingRow& row) {
      return std::pair(row.phase == TellingPhase::told && row.told_at.is_set(), row.stage == "dependency");
    };
    std::optional<TellingRow> best;
    for (const auto& [id, row] : rows) {
      if (row.subject != subject || !is_about_being_down(row)) continue;
      if (!best || rank(row) > rank(*best)) best = row;
    }
    return best;
  }
  Result<void> add_entry(Transaction&, const TellingEntry& entry) override {
    if (on_entry) on_entry(entry);
    return {};
  }
  Result<std::vector<TellingEntry>> entries(Snapshot&, WorkspaceId, IncidentId) const override {
    return std::vector<TellingEntry>();
  }

  Result<void> wait(Transaction&, const WaitingTelling& one) override {
    const bool waits = std::ranges::any_of(waiting, [&](const WaitingTelling& other) {
      return other.recipient == one.recipient && other.incident == one.incident && other.what == one.what;
    });
    if (!waits) waiting.push_back(one);
    return {};
  }
  Result<std::vector<WaitingTelling>> waiting_of(Snapshot&, WorkspaceId, RecipientId recipient,
                                                 bool for_digest) const override {
    std::vector<WaitingTelling> some;
    for (const WaitingTelling& one : waiting) {
      if (one.recipient == recipient && one.for_digest == for_digest) some.push_back(one);
    }
    return some;
  }
  Result<void> no_longer_waiting(Transaction&, WorkspaceId, RecipientId recipient, bool for_digest) override {
    std::erase_if(waiting, [&](const WaitingTelling& one) {
      return one.recipient == recipient && one.for_digest == for_digest;
    });
    return {};
  }
  Result<void> no_longer_waiting(Transaction&, WorkspaceId, IncidentId incident, ToldWhat what) override {
    std::erase_if(waiting, [&](const WaitingTelling& one) { return one.incident == incident && one.what == what; });
    return {};
  }
  Result<std::optional<RecipientPace>> pace(Snapshot&, WorkspaceId, RecipientId recipient) const override {
    const auto found = paces.find(recipient);
    return found == paces.end() ? std::nullopt : std::optional(found->second);
  }
  Result<void> put_pace(Transaction&, const RecipientPace& pace) override {
    paces[pace.recipient] = pace;
    return {};
  }
  Result<std::vector<RecipientPace>> due_paces(Snapshot&, Instant engine_now, Instant wall_now, int limit) const override {
    std::vector<RecipientPace> due;
    for (const auto& [id, pace] : paces) {
      const auto is_due = [](Instant at, Instant now, microseconds most) {
        return at.is_set() && (at <= now || at > now + most);
      };
      const bool has_come = is_due(pace.window_until, engine_now, seconds(3'600)) ||
                            is_due(pace.digest_at, wall_now, seconds(25 * 3'600)) ||
                            is_due(pace.weekly_at, wall_now, seconds(8 * 24 * 3'600));
      if (has_come && static_cast<int>(due.size()) < limit) due.push_back(pace);
    }
    return due;
  }

  Result<bool> is_flapping(Snapshot&, WorkspaceId, SubjectId subject, Instant* since, Instant* said_at) const override {
    const auto found = flaps.find(subject);
    if (found == flaps.end()) return false;
    if (since != nullptr) *since = found->second.since;
    if (said_at != nullptr) *said_at = found->second.said_at;
    return true;
  }
  Result<void> set_flapping(Transaction&, WorkspaceId, SubjectId subject, Instant since, Instant said_at,
                            Instant look_at) override {
    flaps[subject] = {since, said_at, look_at};
    return {};
  }
  Result<void> clear_flapping(Transaction&, WorkspaceId, SubjectId subject) override {
    flaps.erase(subject);
    return {};
  }
  Result<std::vector<std::pair<WorkspaceId, SubjectId>>> due_flaps(Snapshot&, Instant now, int limit) const override {
    std::vector<std::pair<WorkspaceId, SubjectId>> due;
    for (const auto& [subject, flap] : flaps) {
      if (flap.look_at <= now && static_cast<int>(due.size()) < limit) due.emplace_back(WorkspaceId{}, subject);
    }
    return due;
  }
};

}  // namespace connlog::memory
