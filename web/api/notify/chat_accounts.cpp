// A person's accounts at services in whose chats they may acknowledge: which are linked, a code that links one, and its end.
#include <nlohmann/json.hpp>

#include "core/notify/chat_accounts.h"
#include "core/notify/telegram.h"
#include "web/api/notify/handlers.h"
#include "web/api/notify/views.h"
#include "web/api/views.h"

namespace connlog::web::notify {
namespace {

using nlohmann::json;

Result<ChatAccounts*> chats_of(const Services& services) {
  ChatAccounts* const chats = services.notify_service.chats();
  if (chats == nullptr) return Error{ErrorCode::conflict, "This appliance links no chat accounts."};
  return chats;
}

}  // namespace

Result<json> chat_accounts_of(const Rooms& rooms, Snapshot& snapshot, const User& person) {
  json items = json::array();
  const ChatAccounts* const chats = services_of<Services>(rooms).notify_service.chats();
  if (chats == nullptr) return items;
  const auto linked = TRY(chats->list(snapshot, person.id));
  for (const ChatAccount& account : linked) items.push_back(view(account));
  return items;
}

Result<Reply> list_chat_accounts(Context& ctx) {
  return ctx.read([&](Snapshot& snapshot) -> Result<Reply> {
    json items = TRY(chat_accounts_of(ctx.rooms(), snapshot, ctx.identified->user));
    return json_reply(200, {{"items", std::move(items)}, {"next", nullptr}});
  });
}

// The code is in memory alone: nothing is written before it links.
Result<Reply> link_chat_account(Context& ctx) {
  ChatAccounts* const chats = TRY(chats_of(ctx.of<Services>()));
  const UserId user = ctx.identified->user.id;
  return ctx.read([&](Snapshot& snapshot) -> Result<Reply> {
    json bots = json::array();
    const auto readable = TRY(ctx.of<Services>().notify_service.readers().with_buttons(snapshot, user));
    for (const RecipientReaders::Own& one : readable)
      bots.push_back({{"name", one.recipient.name + " (" + one.recipient.shown + ")"}, {"workspace", one.workspace.name}});
    const ChatAccounts::LinkCode offered = chats->offer(user);
    return json_reply(201, {{"code", offered.code.reveal()},
                            {"expires_at", time_view(offered.expires_at)},
                            {"bots", std::move(bots)}});
  });
}

Result<Reply> unlink_chat_account(Context& ctx) {
  ChatAccounts* const chats = TRY(chats_of(ctx.of<Services>()));
  return ctx.write([chats, actor = ctx.actor,
                    service = std::string(ctx.request().path_value("service"))](Transaction& tx) -> Result<Reply> {
    TRY(chats->unlink(tx, actor, service));
    return no_content();
  });
}

}  // namespace connlog::web::notify
