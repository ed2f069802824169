// What notify adds to the exports: a workspace's recipients and notifications; the letters to a person.
#include <nlohmann/json.hpp>

#include "web/api/notify/handlers.h"
#include "web/api/views.h"
#include "web/api/notify/views.h"

namespace connlog::web::notify {
namespace {

using nlohmann::json;

constexpr int kNotificationsPage = 500;
constexpr int kLettersMax = 500;  // the newest

Result<void> write_recipients(Context& ctx, Section& section) {
  json items = json::array();
  const auto read = ctx.of<Context::Services>().stores.read([&](Snapshot& snapshot) -> Result<void> {
    const auto recipients = TRY(ctx.of<Services>().recipients.list(snapshot, ctx.workspace->id));
    for (const Recipient& recipient : recipients) items.push_back(view(recipient));
    return {};
  });
  TRY(read);
  return section.items(items);
}

Result<void> write_notifications(Context& ctx, Section& section) {
  NotificationId before;
  for (;;) {
    std::vector<LoggedDelivery> page;
    const auto read = ctx.of<Context::Services>().stores.read([&](Snapshot& snapshot) -> Result<void> {
      page = TRY(
          ctx.of<Services>().outbox.list(snapshot, ctx.workspace->id, std::nullopt, kNotificationsPage, {}, before));
      return {};
    });
    TRY(read);
    if (page.empty()) return {};
    for (const LoggedDelivery& notification : page) TRY(section.item(view(notification)));
    before = page.back().notification.id;
  }
}

Result<json> letters_to(const Rooms& rooms, Snapshot& snapshot, const User& person) {
  json items = json::array();
  const auto letters = TRY(services_of<Services>(rooms).letters.list_to(snapshot, person.mail, kLettersMax));
  for (const PostedLetter& letter : letters) {
    items.push_back({{"subject", letter.headline},
                     {"kind", letter.kind},
                     {"posted_at", time_view(letter.created_at)},
                     {"sent_at", time_view(letter.sent_at)}});
  }
  return items;
}

constexpr Column kRecipientColumns[] = {
    {"id", ColumnType::id, "The recipient"},
    {"name", ColumnType::text, "Its name"},
    {"kind", ColumnType::text, "The kind of channel"},
    {"known", ColumnType::boolean, "Whether this version knows the kind"},
    {"fields", ColumnType::object, "The values of its fields that are not secret"},
    {"secrets_set", ColumnType::list, "The names of its secret fields that are set; no secret is exported"},
    {"shown", ColumnType::text, "What people see in place of its address"},
    {"receives_by_default", ColumnType::boolean, "Whether new rules tell it"},
    {"enabled", ColumnType::boolean, "Whether it is told at all"},
    {"last_tested_at", ColumnType::time, "The last test", Missing::null},
    {"last_test_answer", ColumnType::text, "The answer to the last test"},
    {"consent", ColumnType::text, "Whether the reader of the address has agreed"},
    {"consent_at", ColumnType::time, "When the reader agreed or refused", Missing::null},
    {"consent_asked_at", ColumnType::time, "When the reader was asked", Missing::null},
    {"zone", ColumnType::text, "The reader's time zone"},
    {"quiet_from", ColumnType::text, "When the reader's quiet hours begin", Missing::null},
    {"quiet_to", ColumnType::text, "When they end", Missing::null},
    {"digest_at", ColumnType::text, "When the daily digest goes out", Missing::null},
    {"weekly", ColumnType::boolean, "Whether it gets the weekly letter"},
    {"version", ColumnType::integer, "Rises with each change"},
    {"created_at", ColumnType::time, "When it was added"},
};

constexpr Column kNotificationColumns[] = {
    {"id", ColumnType::id, "The notification"},
    {"kind", ColumnType::text, "What it tells"},
    {"headline", ColumnType::text, "Its headline"},
    {"subject_id", ColumnType::id, "What it is about: an id in subjects", Missing::null},
    {"subject_name", ColumnType::text, "The name of that"},
    {"incident_id", ColumnType::id, "The incident of which it tells, where it is one: an id in incidents", Missing::null},
    {"incidents", ColumnType::integer, "Of how many incidents it tells"},
    {"recipient_id", ColumnType::id, "To whom it went: an id in recipients"},
    {"channel", ColumnType::text, "The kind of channel"},
    {"shown", ColumnType::text, "What people see in place of the address"},
    {"state", ColumnType::text, "Whether it is queued, sent or failed"},
    {"attempts", ColumnType::integer, "How often sending was tried"},
    {"created_at", ColumnType::time, "When it was queued"},
    {"next_attempt_at", ColumnType::time, "When it is tried again", Missing::null},
    {"sent_at", ColumnType::time, "When it was sent", Missing::null},
    {"last_error", ColumnType::text, "Why the last attempt failed"},
    {"answer", ColumnType::text, "What the other side answered last"},
};

constexpr WorkspaceSection kSections[] = {
    {"recipients", "Whom the workspace tells of incidents, without secrets.", kRecipientColumns, write_recipients},
    {"notifications", "A message to one recipient, newest first.", kNotificationColumns, write_notifications},
};
constexpr PersonPart kOwnData[] = {{"letters", letters_to}, {"chat_accounts", chat_accounts_of}};

}  // namespace

std::span<const WorkspaceSection> workspace_sections() {
  return kSections;
}

std::span<const PersonPart> own_data_parts() {
  return kOwnData;
}

}  // namespace connlog::web::notify
