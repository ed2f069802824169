// The links with which the reader of a mail acknowledges what it told of (core/notify/ack_offer.h). Programs that scan mails open
// links and submit forms, so the page offers three numbers and only the one in the mail is right; a wrong one ends the link,
// so that such a program acknowledges at most one time in three. A link works for thirty minutes after its mail was sent, for
// the recipient that got it, and for what is still open of what the mail listed. It can do nothing else, and says nothing
// that the mail did not say. Who was told of the incidents is told who looks after them.
//
// Nothing of a token is stored: a row comes with the link's first use. Both methods are of the caller's transaction; any
// thread.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/audit/audit.h"
#include "core/base/clock.h"
#include "core/base/transaction.h"
#include "core/base/words.h"
#include "core/crypto/keyring.h"
#include "core/notify/announcement.h"
#include "core/notify/notification.h"
#include "core/people/actor.h"

namespace connlog {

inline constexpr seconds kAckLinkLasts{30 * 60};
inline constexpr std::size_t kAckListedMax = 50;  // a message lists no more

// What became of one incident.
struct AckedIncident {
  bool is_done = false;      // neither: it is over, or gone
  bool was_already = false;  // somebody looks after it
  Instant until;             // not set: without an end
};

// The room that keeps incidents (core/watch) implements it.
class AcknowledgesIncidents {
 public:
  virtual ~AcknowledgesIncidents() = default;
  virtual Result<AckedIncident> acknowledge_from_link(Transaction&, const Actor&, IncidentId) = 0;
};

struct AckLinkState {
  WorkspaceId workspace;
  NotificationId notification;
  Instant opened_at;  // the first use
  Instant used_at;    // with the right number
  Instant ended_at;
  std::string ended_reason;  // "used", "wrong"
};

class AckLinkStore {
 public:
  virtual ~AckLinkStore() = default;
  virtual Result<std::optional<AckLinkState>> find(Snapshot&, WorkspaceId, NotificationId) const = 0;
  virtual Result<void> put(Transaction&, const AckLinkState&) = 0;
};

struct AckView {
  std::array<int, 3> numbers{};
  std::string headline;         // the mail's
  std::string recipient_shown;  // to whom it went
  std::size_t incidents = 0;    // how many it listed as open, at most kAckListedMax
};

// Why a link does nothing. The words are codes of the API.
enum class AckRefusal {
  ack_over,   // used, too old, or ended by a wrong number; or no token of ours
  ack_void,   // its recipient may not, or there is nothing left to acknowledge
  ack_wrong,  // the number was not the mail's: the link has ended
};
template <>
inline constexpr auto kWords<AckRefusal> = words_for<AckRefusal>({
    {AckRefusal::ack_over, "ack_over"},
    {AckRefusal::ack_void, "ack_void"},
    {AckRefusal::ack_wrong, "ack_wrong"},
});
std::string_view sentence_of(AckRefusal refusal);

// An answer or a refusal. A refusal is no Error: what it wrote stays.
struct AckLooked {
  std::optional<AckRefusal> refusal;
  AckView view;
};
struct AckAnswered {
  std::optional<AckRefusal> refusal;
  int acknowledged = 0;
  int already = 0;
  Instant until;  // the earliest; not set: without an end
};

class AckLinks {
 public:
  struct Parts {
    AckLinkStore& links;
    OutboxStore& outbox;
    RecipientStore& recipients;
    const IncidentStandings& standings;
    AcknowledgesIncidents& incidents;
    AnnouncementQueue& announcements;
    AuditLog& audit;
    const Keyring& keyring;
    const Clock& clock;
  };
  explicit AckLinks(const Parts& parts) : parts_(parts) {}

  // Changes nothing: mail scanners look.
  Result<AckLooked> look(Snapshot&, std::string_view token) const;
  // `address`: the client's IP address.
  Result<AckAnswered> answer(Transaction&, std::string_view token, int number, const std::string& address) const;

 private:
  struct Link {
    AckLinkState state;
    LoggedDelivery delivery;
    std::vector<IncidentId> open;  // of what it listed, what is not over
    std::size_t listed = 0;
  };
  struct Found {
    std::optional<AckRefusal> refusal;
    Link link;
  };
  Result<Found> find(Snapshot&, std::string_view token) const;
  Result<void> tell(Transaction&, const Link&, const Actor&, const std::vector<IncidentId>& acknowledged) const;
  Parts parts_;
};

}  // namespace connlog
