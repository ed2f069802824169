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
    post("sendRecipientCode", "/api/v1/workspaces/{w}/recipients/{id}/code", edit_recipients, send_recipient_code,
         "Send a code to a chat that is not confirmed, and wait for the real answer", answers("TestAnswer")),
    post("confirmRecipientCode", "/api/v1/workspaces/{w}/recipients/{id}/confirm", edit_recipients,
         confirm_recipient_code, "Confirm a chat by the code that was sent there", takes("TypedCode"),
         answers("Recipient")),
    get("listNotifications", "/api/v1/workspaces/{w}/notifications", view, list_notifications,
        "What was said and what waits", asks("state recipient limit after"), answers("NotificationList")),
    post("retryNotification", "/api/v1/workspaces/{w}/notifications/{id}/retry", edit_recipients, retry_notification,
         "Try a failed one once more, or send one anew that was sent; the answer is what is on its way now",
         answers("Notification")),

    // What is told to oneself, and from where one may answer
    get("listOwnRecipients", "/api/v1/me/recipients", session, list_own_recipients,
        "The recipients that I read, in all workspaces", answers("OwnRecipientList")),
    patch("changeOwnRecipientHours", "/api/v1/me/recipients/{id}/hours", session, change_own_recipient_hours,
          "When I am told of what is less than critical", takes("ReaderHours"), answers("OwnRecipient")),
    get("listChatAccounts", "/api/v1/me/chat-accounts", session, list_chat_accounts,
        "My accounts at services in whose chats I may acknowledge", answers("ChatAccountList")),
    post("linkChatAccount", "/api/v1/me/chat-accounts", session.fresh(), link_chat_account,
         "A code to send to a bot of connlog's, which links the account there to mine", answers("ChatLinkCode", 201)),
    del("unlinkChatAccount", "/api/v1/me/chat-accounts/{service}", session, unlink_chat_account,
        "Unlink my account there", answers(204)),

    // Mails of the appliance itself
    get("listLetters", "/api/v1/appliance/letters", administrator, list_letters,
        "Mails of the appliance itself: what was sent, waits or failed", asks("limit"), answers("LetterList")),

    // Acknowledging from a mail. The token is the whole permission; looking changes nothing.
    post("lookAtAckLink", "/api/v1/ack/look", anyone, look_at_ack_link,
         "What the link of a mail acknowledges, and the three numbers to choose from", takes("AckToken"),
         answers("AckView")),
    post("answerAckLink", "/api/v1/ack", anyone, answer_ack_link,
         "Acknowledge with the number of the mail; a wrong one ends the link", takes("AckAnswer"), answers("AckDone")),

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
