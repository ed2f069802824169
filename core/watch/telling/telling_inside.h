// What the files of Telling share: telling.cpp (what happens), telling_facts.cpp (what is known), telling_round.cpp (what is due)
// and telling_views.cpp (how it stands).
#pragma once

#include <vector>

#include "core/watch/telling/telling.h"

namespace connlog {

struct Telling::Judged {
  TellingFacts facts;
  Instant now = {};  // engine time
  std::vector<GroupId> groups = {};  // all above the subject
  std::vector<Recipient> recipients = {};
};

// What the appliance says of itself. Its administrators are told by letter, and nothing of a workspace makes it quiet.
inline bool is_of_appliance(const Incident& incident) {
  return incident.workspace == appliance_workspace();
}

}  // namespace connlog
