// The appliance watches itself: what it finds about its parts (disk, clock, mail, …) is observed of the subject "appliance"
// (core/watch/subject.h), whose built-in rules open an incident for each part that is down or degraded. The pipeline decides of
// these as of any (core/watch/telling; no mute reaches them), and the administrators are told by letter: of each new incident,
// at most once a day for a part, and of its end.
//
// Nothing is written while nothing changes. While nothing can be stored at all, core/notify/outage_news tells instead.
//
// look() belongs to one thread, the maintenance; the rest is constant.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/words.h"
#include "core/crypto/keyring.h"
#include "core/identity/abuse_watch.h"
#include "core/notify/letters.h"
#include "core/watch/incident.h"
#include "core/watch/telling/telling_store.h"
#include "core/watch/watch.h"

namespace connlog {

enum class AppliancePart { disk, database, clock, mail, trails, certificate, backup, checks };
template <>
inline constexpr auto kWords<AppliancePart> = words_for<AppliancePart>({
    {AppliancePart::disk, "disk"},
    {AppliancePart::database, "database"},
    {AppliancePart::clock, "clock"},
    {AppliancePart::mail, "mail"},
    {AppliancePart::trails, "trails"},
    {AppliancePart::certificate, "certificate"},
    {AppliancePart::backup, "backup"},
    {AppliancePart::checks, "checks"},
});

struct PartFinding {
  AppliancePart part = AppliancePart::disk;
  State state = State::up;  // up, degraded or down
  std::string text;         // what is wrong and what to do; empty while up

  friend bool operator==(const PartFinding&, const PartFinding&) = default;
};

class ApplianceHealth {
 public:
  struct Parts {
    Stores& stores;
    Watch& watch;
    SubjectDirectory& directory;
    IncidentStore& incidents;
    AttemptNoticeStore& notices;
    Letters& letters;
    const Keyring& keyring;
    Clock& clock;
    const TellingStore* tellings = nullptr;  // null: nothing is ever held
  };
  explicit ApplianceHealth(const Parts& parts);

  // Writes what is new in these findings; a part that is not among them is up. What could not be written is tried again
  // at the next look.
  Result<void> look(std::vector<PartFinding> findings);

 private:
  Result<void> write(Transaction& tx, SubjectEntry& entry, const std::vector<PartFinding>& findings,
                     Observation& observation);
  Result<bool> is_held(Snapshot& snapshot, const Incident& incident) const;
  Result<void> tell(Transaction& tx, const std::vector<Incident>& before, const std::vector<Incident>& after);

  const Parts parts_;
  const Key notice_key_;
  std::vector<PartFinding> known_;  // as written; empty: not yet
};

}  // namespace connlog
