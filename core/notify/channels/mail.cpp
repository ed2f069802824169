// The channel "mail": a letter to one address, sent with the appliance's mail settings. A recovery threads under the
// mail that told of the opening. The reader of the address must have agreed (core/notify/consent.h).
#include "core/notify/channel.h"

#include "core/notify/prepare.h"

namespace connlog {
namespace {

constexpr std::string_view kAddress = "address";

constexpr Field kFields[] = {{.name = kAddress,
                              .label = "Mail address",
                              .type = FieldType::mail,
                              .required = true,
                              .example = "oncall@example.com",
                              .address = true}};

Result<Delivery> prepare(const Outgoing& out) {
  return alert_mail(out.needs, out.snapshot, out.facts, out.values.text(kAddress), out.opening.message_id);
}

std::string shown(const FieldValues& values, const FieldSecrets&) {
  return values.text(kAddress);
}

// All mails go to one server.
std::string target(const FieldValues&, const FieldSecrets&) {
  return "mail";
}

}  // namespace

extern const ChannelKind kMailChannel;
constexpr ChannelKind kMailChannel{.word = "mail",
                                   .title = "Mail",
                                   .icon = "mail",
                                   .fields = kFields,
                                   .prepare = prepare,
                                   .shown = shown,
                                   .target = target,
                                   .needs_consent = true,
                                   .can = {.thread = true}};

void address_by_mail(Recipient& recipient, const std::string& address) {
  recipient.channel = kMailChannel.word;
  recipient.fields.set(kAddress, address);
  recipient.shown = kMailChannel.shown(recipient.fields, {});
  recipient.target = kMailChannel.target(recipient.fields, {});
}

}  // namespace connlog
