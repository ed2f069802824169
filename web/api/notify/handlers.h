// Handlers of the room notify: recipients, what was sent, letters, the pages that mails lead to.
// Any worker; what runs inside `ctx.write` runs on the writer thread.
#pragma once

#include "core/notify/reader_hours.h"
#include "web/api/parts.h"
#include "web/api/request_context.h"
#include "web/api/routes.h"
#include "web/api/notify/services.h"

namespace connlog::web::notify {

std::span<const Route> routes();
std::span<const WorkspaceSection> workspace_sections();
std::span<const PersonPart> own_data_parts();

// Puts the kinds of channels into the schema "NewRecipient": one form for each.
void add_kinds(nlohmann::json& schemas);

// recipients.cpp
Result<Reply> list_channels(Context&);
Result<Reply> list_recipients(Context&);
Result<Reply> add_recipient(Context&);
Result<Reply> change_recipient(Context&);
Result<Reply> remove_recipient(Context&);
Result<Reply> test_recipient(Context&);
Result<Reply> ask_recipient_again(Context&);
Result<Reply> send_recipient_code(Context&);
Result<Reply> confirm_recipient_code(Context&);
// own_recipients.cpp
Result<ReaderHours> read_hours(const Body&);
Result<Reply> list_own_recipients(Context&);
Result<Reply> change_own_recipient_hours(Context&);
// chat_accounts.cpp
Result<Reply> list_chat_accounts(Context&);
Result<Reply> link_chat_account(Context&);
Result<Reply> unlink_chat_account(Context&);
Result<nlohmann::json> chat_accounts_of(const Rooms&, Snapshot&, const User&);
// mail_pages.cpp
Result<Reply> show_mail_page(Context&);
Result<Reply> act_on_mail_page(Context&);
// notifications.cpp
Result<Reply> list_notifications(Context&);
Result<Reply> retry_notification(Context&);
// ack.cpp
Result<Reply> look_at_ack_link(Context&);
Result<Reply> answer_ack_link(Context&);
// letters.cpp
Result<Reply> list_letters(Context&);

}  // namespace connlog::web::notify
