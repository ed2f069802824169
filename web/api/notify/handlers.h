// Handlers of the room notify: recipients, what was sent, letters, the pages that mails lead to.
// Any worker; what runs inside `ctx.write` runs on the writer thread.
#pragma once

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
// mail_pages.cpp
Result<Reply> show_mail_page(Context&);
Result<Reply> act_on_mail_page(Context&);
// notifications.cpp
Result<Reply> list_notifications(Context&);
Result<Reply> retry_notification(Context&);
// letters.cpp
Result<Reply> list_letters(Context&);

}  // namespace connlog::web::notify
