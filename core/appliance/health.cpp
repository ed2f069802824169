#include "core/appliance/health.h"

#include <fmt/format.h>

#include <algorithm>

namespace connlog {
namespace {

constexpr seconds kLetterEvery{86'400};  // for one part
constexpr int kOpenMax = 100;
constexpr std::string_view kNoticePurpose = "appliance-health";  // the digests are stored: never renamed

bool is_worse(State a, State b) {
  const auto rank = [](State state) { return state == State::down ? 2 : state == State::degraded ? 1 : 0; };
  return rank(a) > rank(b);
}

bool is_among(const std::vector<Incident>& incidents, const Incident& incident) {
  return std::any_of(incidents.begin(), incidents.end(), [&](const Incident& each) { return each.id == incident.id; });
}

// One finding for each part, in the order of the set; of several the worst, with all texts.
std::vector<PartFinding> of_each_part(const std::vector<PartFinding>& findings) {
  std::vector<PartFinding> all;
  for (const AppliancePart part : values_of<AppliancePart>()) {
    PartFinding one{.part = part, .state = State::up, .text = {}};
    for (const PartFinding& finding : findings) {
      if (finding.part != part || finding.state == State::up) continue;
      if (is_worse(finding.state, one.state)) one.state = finding.state;
      one.text += (one.text.empty() ? "" : " ") + finding.text;
    }
    all.push_back(std::move(one));
  }
  return all;
}

}  // namespace

ApplianceHealth::ApplianceHealth(const Parts& parts)
    : parts_(parts), notice_key_(parts.keyring.derive(kNoticePurpose)) {}

Result<void> ApplianceHealth::look(std::vector<PartFinding> findings) {
  std::vector<PartFinding> all = of_each_part(findings);
  // Another text alone (how much room is left) is no news: an incident says what was found when it opened.
  const auto is_same = [](const PartFinding& a, const PartFinding& b) {
    return a.part == b.part && a.state == b.state;
  };
  if (std::ranges::equal(all, known_, is_same)) return {};
  SubjectEntry* entry = parts_.directory.impl().by_id(appliance_subject());
  if (entry == nullptr) return Error{ErrorCode::internal, "The appliance's own subject is missing."};
  Observation observation;
  const auto written =
      parts_.stores.write([&](Transaction& tx) { return write(tx, *entry, all, observation); });
  static_cast<void>(parts_.watch.landed(*entry, observation, written.has_value(), parts_.clock.monotonic()));
  TRY(written);
  known_ = std::move(all);
  return {};
}

Result<void> ApplianceHealth::write(Transaction& tx, SubjectEntry& entry, const std::vector<PartFinding>& findings,
                                    Observation& observation) {
  observation = {};
  observation.at = parts_.clock.now();
  observation.state = State::up;
  observation.reason = StateReason::source;
  ValuesBuilder values;
  for (const PartFinding& finding : findings) {
    const auto number = TRY(parts_.watch.part(tx, entry, to_text(finding.part)));
    if (!number) continue;
    values.set(Metric::state, static_cast<std::int64_t>(finding.state), *number);
    if (!finding.text.empty()) observation.details.emplace_back(*number, finding.text);
    if (is_worse(finding.state, *observation.state)) observation.state = finding.state;
  }
  observation.values = values.build();
  IncidentStore::Filter open;
  open.state = IncidentStore::Filter::State::open;
  open.limit = kOpenMax;
  const auto before = TRY(parts_.incidents.list(tx, appliance_workspace(), open));
  TRY(parts_.watch.observe(tx, entry, observation, false));
  const auto after = TRY(parts_.incidents.list(tx, appliance_workspace(), open));
  return tell(tx, before, after);
}

// A part that comes and goes all the time is told once, and then held until it is steady.
Result<bool> ApplianceHealth::is_held(Snapshot& snapshot, const Incident& incident) const {
  if (parts_.tellings == nullptr) return false;
  const auto row = TRY(parts_.tellings->find(snapshot, incident.workspace, incident.id));
  return row && row->phase == TellingPhase::held;
}

Result<void> ApplianceHealth::tell(Transaction& tx, const std::vector<Incident>& before,
                                   const std::vector<Incident>& after) {
  std::vector<std::pair<std::string, std::string>> news;  // headline, text
  // A part that comes and goes is told of once a day, and its end likewise.
  const auto is_time = [&](const std::string& topic) {
    return is_time_to_tell(tx, parts_.notices, notice_key_, "appliance." + topic, parts_.clock.now(), kLetterEvery);
  };
  for (const Incident& incident : after) {
    if (is_among(before, incident)) continue;
    const bool held = TRY(is_held(tx, incident));
    if (held) continue;
    const bool told = TRY(is_time(incident.part_text));
    if (told) news.emplace_back(fmt::format("connlog needs you: {}", incident.part_text), incident.summary);
  }
  for (const Incident& incident : before) {
    // A part that went from degraded to down, or back, has another incident now.
    const bool is_still_bad = std::any_of(after.begin(), after.end(), [&](const Incident& each) {
      return each.part == incident.part;
    });
    if (is_still_bad) continue;
    const bool told = TRY(is_time("end of " + incident.part_text));
    if (told) {
      news.emplace_back(fmt::format("connlog is well again: {}", incident.part_text),
                        "This is over: " + incident.summary);
    }
  }
  if (news.empty()) return {};
  const auto administrators = TRY(parts_.notices.administrators(tx));
  for (const User& person : administrators) {
    for (const auto& [headline, text] : news) {
      TRY(parts_.letters.post(tx, {.kind = "appliance_health",
                                   .to_name = person.name,
                                   .to_address = person.mail,
                                   .headline = headline,
                                   .paragraphs = {text, "You find it under Appliance, Health."}}));
    }
  }
  return {};
}

}  // namespace connlog
