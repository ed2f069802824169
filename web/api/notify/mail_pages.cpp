// Pages that the links of mails open: a person agrees to receive alerts, or no longer wants them. GET changes nothing,
// because mail scanners fetch every link; POST decides, from the page's form or in one click from a mail program (RFC
// 8058). Errors are pages too.
#include <fmt/format.h>

#include "core/notify/consent.h"
#include "web/api/notify/handlers.h"
#include "web/api/notify/mail_page.h"

namespace connlog::web::notify {
namespace {

using Consent = Recipient::Consent;

MailPage::Button yes() {
  return {"Yes, send alerts here", "yes"};
}
MailPage::Button no() {
  return {"No, never", "no", true};
}

MailPage question(const ConsentLink& link) {
  const std::string& address = link.recipient.shown;
  const std::string& workspace = link.workspace_name;
  if (link.kind == ConsentLink::Kind::unsubscribe) {
    if (link.recipient.consent == Consent::unsubscribed)
      return {.title = "No alerts are sent here",
              .paragraphs = {fmt::format("{} gets no alerts of \"{}\".", address, workspace)}};
    return {.title = "No more alerts?",
            .paragraphs = {fmt::format("{} receives alerts of \"{}\".", address, workspace),
                           "After this nothing more is sent there. The people of the workspace can see that."},
            .buttons = {{"Unsubscribe", "no"}}};
  }
  if (link.recipient.consent == Consent::confirmed)
    return {.title = "Alerts are sent here",
            .paragraphs = {fmt::format("{} agreed to receive alerts of \"{}\". Nothing more needs to be done.", address,
                                       workspace)},
            .buttons = {no()}};
  return {
      .title = "Receive alerts here?",
      .paragraphs = {fmt::format(
                         "Somebody who looks after \"{}\" wants to send alerts to {}: when a machine falls silent or a "
                         "limit is passed, and when it is well again.",
                         workspace, address),
                     "Every alert carries a link with which you end this again."},
      .buttons = {yes(), no()}};
}

MailPage outcome(const ConsentLink& link) {
  const bool confirmed = link.recipient.consent == Consent::confirmed;
  return {.title = confirmed ? "Confirmed" : "Unsubscribed",
          .paragraphs = {confirmed ? fmt::format("Alerts of \"{}\" are sent to {} from now on.", link.workspace_name,
                                                 link.recipient.shown)
                                   : fmt::format("Nothing more of \"{}\" is sent to {}.", link.workspace_name,
                                                 link.recipient.shown),
                         "You can close this page."}};
}

Reply failure(const Error& error) {
  if (error.code != ErrorCode::not_found) {
    return mail_page_reply({.status = 503,
                            .title = "Not now",
                            .paragraphs = {"Something is wrong on our side. Try again in a few minutes."}});
  }
  return mail_page_reply(
      {.status = 404,
       .title = "This link is not valid (any more)",
       .paragraphs = {
           "It may be too old, or a newer letter has taken its place. Ask the people who sent it for another one."}});
}

// `answer=yes` of the page's own form. Anything else (a one-click post, no answer) is a no: it only ends
// a consent and never begins one.
bool says_yes(std::string_view body) {
  return body == "answer=yes";
}

}  // namespace

Result<Reply> show_mail_page(Context& ctx) {
  const std::string token(ctx.request().path_value("token"));
  auto shown = ctx.read([&](Snapshot& snapshot) -> Result<Reply> {
    const auto asked = TRY(ctx.of<Services>().notify_service.consents().look(snapshot, token));
    return mail_page_reply(question(asked));
  });
  if (!shown) return failure(shown.error());
  return shown;
}

Result<Reply> act_on_mail_page(Context& ctx) {
  const Services& services = ctx.of<Services>();
  const std::string token(ctx.request().path_value("token"));
  const bool yes = says_yes(ctx.request().body());
  return ctx.write([&services, token, yes, address = ctx.origin().address](Transaction& tx) -> Result<Reply> {
    RecipientConsents& consents = services.notify_service.consents();
    const auto decided = yes ? consents.confirm(tx, token, address) : consents.refuse(tx, token, address);
    if (!decided && decided.error().code != ErrorCode::not_found) return decided.error();  // rolled back
    return decided ? mail_page_reply(outcome(*decided)) : failure(decided.error());
  });
}

}  // namespace connlog::web::notify
