// What notify adds to the exports: a workspace's recipients and notifications; the letters to a person.
#include <nlohmann/json.hpp>

#include "web/api/notify/handlers.h"
#include "web/api/views.h"
#include "web/api/notify/views.h"

namespace connlog::web::notify {
namespace {

using nlohmann::json;

constexpr int kNotificationsMax = 10'000;  // the newest
constexpr int kLettersMax = 500;           // the newest

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
  json items = json::array();
  const auto read = ctx.of<Context::Services>().stores.read([&](Snapshot& snapshot) -> Result<void> {
    const auto notifications =
        TRY(ctx.of<Services>().outbox.list(snapshot, ctx.workspace->id, std::nullopt, kNotificationsMax));
    for (const LoggedDelivery& notification : notifications) items.push_back(view(notification));
    return {};
  });
  TRY(read);
  return section.items(items);
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

constexpr WorkspaceSection kSections[] = {
    {"recipients", write_recipients},
    {"notifications", write_notifications},
};
constexpr PersonPart kOwnData[] = {{"letters", letters_to}};

}  // namespace

std::span<const WorkspaceSection> workspace_sections() {
  return kSections;
}

std::span<const PersonPart> own_data_parts() {
  return kOwnData;
}

}  // namespace connlog::web::notify
