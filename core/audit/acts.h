// One table of every act that the trails record, with its phrase for people. A test looks for each act of the code in
// it, so that none is shown by its bare name. Immutable; any thread.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "core/audit/trail.h"

namespace connlog {

struct Act {
  std::string_view name;    // stored: "agent.added", noun.verb_in_past; never renamed
  std::string_view phrase;  // after the actor's name: "added an agent"
};

std::span<const Act> acts();
// The act's phrase. For an act that this version does not know (another version wrote it): its name.
std::string phrase_of(std::string_view act);
// "Ada added an agent: db-1 from 192.0.2.7": one line for mails, syslog and exports; control characters become spaces.
std::string sentence_of(const TrailEntry& entry);

}  // namespace connlog
