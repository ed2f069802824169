// Routes of the notifications: recipients, what was sent, the pages that mails lead to.
#include "web/api/rows.h"
#include "web/api/notify/handlers.h"

namespace connlog::web::notify {
namespace {

using namespace rows;

constexpr Route kRoutes[] = {
    // Who is told
    get("listChannels", "/api/v1/channels", session, list_channels,
        "The kinds of channels by which recipients are told, and what each asks for", answers("ChannelList")),
    get("listRecipients", "/api/v1/workspaces/{w}/recipients", view, list_recipients, "Recipients",
        answers("RecipientList")),
    post("addRecipient", "/api/v1/workspaces/{w}/recipients", edit_recipients, add_recipient,
         "Add a recipient; a secret that connlog makes (a webhook's) is shown once", takes("NewRecipient"),
         answers("RecipientWithSecret", 201)),
    patch("changeRecipient", "/api/v1/workspaces/{w}/recipients/{id}", edit_recipients, change_recipient,
          "Change a recipient", takes("RecipientChange"), answers("Recipient")),
    del("removeRecipient", "/api/v1/workspaces/{w}/recipients/{id}", edit_recipients, remove_recipient,
        "Remove a recipient", answers(204)),
    post("testRecipient", "/api/v1/workspaces/{w}/recipients/{id}/test", edit_recipients, test_recipient,
         "Send a test and wait for the real answer", answers("TestAnswer")),
    post("askRecipientAgain", "/api/v1/workspaces/{w}/recipients/{id}/confirmation", edit_recipients,
         ask_recipient_again, "Send the letter that asks for a yes once more", answers("Recipient")),
    get("listNotifications", "/api/v1/workspaces/{w}/notifications", view, list_notifications,
        "What was said and what waits", asks("state limit"), answers("NotificationList")),
    post("retryNotification", "/api/v1/workspaces/{w}/notifications/{id}/retry", edit_recipients, retry_notification,
         "Try a failed one once more", answers("Notification")),

    // Mails of the appliance itself
    get("listLetters", "/api/v1/appliance/letters", administrator, list_letters,
        "Mails of the appliance itself: what was sent, waits or failed", asks("limit"), answers("LetterList")),

    // The pages of mails: rendered here, without a script. Showing one changes nothing; acting is a POST.
    get("showMailPage", "/r/{token}", anyone, show_mail_page, "What the link of a mail asks", answers("text/html")),
    post("actOnMailPage", "/r/{token}", anyone, act_on_mail_page,
         "Confirm, refuse or unsubscribe (RFC 8058: one click)", answers("text/html")),
};

}  // namespace

std::span<const Route> routes() {
  return kRoutes;
}

}  // namespace connlog::web::notify
