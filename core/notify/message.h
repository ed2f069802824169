// Renders an announcement to one recipient as a mail, as a webhook's body, and in a few words for other channels.
// Values are inserted, and nothing in them is ever interpreted: there is no template language, no placeholder syntax, no
// include. Values in a single line are flattened, HTML is escaped, JSON is encoded. Pure; any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/notify/announcement.h"
#include "core/notify/notification.h"
#include "core/people/workspace.h"

namespace connlog {

struct MessageFacts {
  Announcement announcement;
  std::optional<IncidentStanding> standing;  // of the incident that it tells of, now; absent: it tells of none
  std::string message_id;                    // as stored: the delivery's identity
  Workspace workspace;                       // nil id: a test of the appliance's mail settings
  std::string recipient_name;
  std::string public_url;       // without a slash at the end
  std::string unsubscribe_url;  // the recipient's link; empty: none is shown
  std::string ack_url, ack_number;  // of a mail: by which its reader acknowledges (ack_offer.h); empty: not offered
  std::int64_t over_by_now = 0;     // of the openings that a group lists: how many have ended since
  Instant now;
};

// An outage of the database, as administrators are told of it (outage_news.h).
struct OutageMessage {
  std::string message_id;
  Instant since;
  Instant until;        // not set: it lasts
  std::string cause;    // the end of a sentence
  Workspace workspace;  // of a webhook
  Instant now;
};

struct MailText {
  std::string headline;
  std::string text;
  std::string html;
};

MailText render_mail(const MessageFacts& facts);

// "incident.opened", "incident.resolved", "incident.reminder", "incidents.group", …: docs/channels.md lists them
std::string_view webhook_event(Announcement::Kind kind);
std::string render_webhook_body(const MessageFacts& facts);
// "v1=" + lower-case hex HMAC-SHA-256, under the recipient's secret, of: timestamp, ".", body.
std::string webhook_signature(std::string_view secret, std::string_view timestamp, std::string_view body);

// "storage.failed", "storage.works_again"
std::string_view outage_event(const OutageMessage& facts);
std::string render_outage_webhook(const OutageMessage& facts);
// The same in a few words, for channels that show a title and some lines. `lines`: (label, value), flattened.
enum class Tone { critical, warning, info, recovery, test };
struct ShortMessage {
  std::string title;
  std::vector<std::pair<std::string, std::string>> lines;
  std::string link, link_text;
  std::string thread;  // what belongs together; empty: it stands alone
  Tone tone = Tone::test;
  std::string colour;  // "#c8321f", as in mails
};
ShortMessage render_short(const MessageFacts& facts);
// The lines as text: "Agent: db-1\nRule: …".
std::string lines_of(const ShortMessage& message);

std::string link_of(const MessageFacts& facts);  // the announcement's; without one of its own the appliance's
std::string escape_html(std::string_view text);

// The stable identity of a notification, as it is stored: "<uuid@host>" with the host of public_url.
std::string make_message_id(const NotificationId& id, std::string_view public_url);
// Adds the angle brackets that a mail header needs, if the stored id lacks them; empty stays empty.
std::string in_angle_brackets(const std::string& message_id);
// The id without angle brackets, as webhooks carry it: "uuid@host".
std::string delivery_id(const std::string& message_id);

}  // namespace connlog
