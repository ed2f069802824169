// The kinds of channels, recipients of notifications, and test messages to them.
#include <algorithm>
#include <functional>
#include <memory>
#include <nlohmann/json.hpp>

#include "core/base/value_or.h"
#include "core/notify/consent.h"
#include "core/notify/recipient_codes.h"
#include "web/api/notify/handlers.h"
#include "web/api/notify/views.h"

namespace connlog::web::notify {
namespace {

using nlohmann::json;

constexpr std::size_t kWordCharactersMax = 40;
constexpr std::size_t kFieldsMax = 40;
constexpr std::size_t kAddressCharactersMax = 2'000;

// The address that a letter has just asked for consent. Empty: none.
std::string address_asked(const Recipient& recipient) {
  const ChannelKind* kind = all_channels().find(recipient.channel);
  if (kind == nullptr || recipient.consent != Recipient::Consent::unconfirmed) return {};
  return consent_address(*kind, recipient.fields);
}

// Recipients are told about every team's subjects. A person who does not see all of them may not choose recipients that
// get alerts by default or are named in other teams' rules: otherwise they could read in their mailbox about subjects
// outside their sight.
Result<void> check_sees_all(const Context& ctx) {
  if (ctx.actor.sight.all) return {};
  return Error{
      ErrorCode::forbidden,
      "This workspace is scoped by team, and recipients are told about what other teams watch, too: only owners and "
      "admins change them."};
}

// The kind and the fields of a new recipient. In the short form {"channel", "address"}, the address is the value of the
// kind's field that says where messages go.
Result<void> read_channel(const Body& body, NewRecipient& wanted) {
  wanted.fields = TRY(body.fields("fields", kFieldsMax));
  if (!body.has("channel")) {
    wanted.channel = TRY(body.text("kind", 1, kWordCharactersMax));
    return {};
  }
  wanted.channel = TRY(body.text("channel", 1, kWordCharactersMax));
  const std::string address = TRY(body.text("address", 1, kAddressCharactersMax));
  const ChannelKind* kind = all_channels().find(wanted.channel);
  if (kind == nullptr) return invalid("channel", "There is no such kind of channel.");
  const auto field = std::ranges::find_if(kind->fields, &Field::address);
  if (field == kind->fields.end()) return invalid("channel", "This kind has no address: use kind and fields.");
  wanted.fields.text(field->name, address);
  return {};
}

}  // namespace

Result<Reply> list_channels(Context&) {
  json items = json::array();
  for (const ChannelKind* kind : all_channels().kinds()) items.push_back(view(*kind));
  return json_reply(200, {{"items", std::move(items)}, {"next", nullptr}});
}

Result<Reply> list_recipients(Context& ctx) {
  return ctx.read([&](Snapshot& snapshot) -> Result<Reply> {
    json items = json::array();
    const auto recipients = TRY(ctx.of<Services>().recipients.list(snapshot, ctx.workspace->id));
    for (const Recipient& recipient : recipients) items.push_back(view(recipient));
    return json_reply(200, {{"items", std::move(items)}, {"next", nullptr}});
  });
}

Result<Reply> add_recipient(Context& ctx) {
  const Services& services = ctx.of<Services>();
  const Body body = TRY(ctx.body());
  // Shared, as a closure must be copyable and a secret is not.
  const auto wanted = std::make_shared<NewRecipient>();
  wanted->name = TRY(body.text("name", 1, 80));
  TRY(read_channel(body, *wanted));
  wanted->receives_by_default = TRY(value_or(body.maybe_flag("receives_by_default"), ctx.actor.sight.all));
  if (wanted->receives_by_default && !ctx.actor.sight.all) {
    return Error{ErrorCode::forbidden,
                 "This workspace is scoped by team, and a recipient that receives by default is told about what every "
                 "team watches. Switch that off, and name the recipient in rules about what your own teams watch.",
                 "receives_by_default"};
  }
  wanted->enabled = TRY(value_or(body.maybe_flag("enabled"), true));
  const ReaderHours hours = TRY(read_hours(body));
  return ctx.create([&services, actor = ctx.actor, wanted, hours](Transaction& tx) -> Result<Reply> {
    RecipientWithSecret made = TRY(services.notify_service.add_recipient(tx, actor, *wanted));
    TRY(connlog::apply(hours, made.recipient));
    TRY(services.recipients.update(tx, made.recipient));
    const std::string asked = address_asked(made.recipient);
    if (!asked.empty()) TRY(services.attempts.admit_letter(asked));
    const json secret = made.secret.empty() ? json(nullptr) : json(made.secret.reveal());
    return tagged(json_reply(201, {{"recipient", view(made.recipient)}, {"secret", secret}}), made.recipient.version);
  });
}

Result<Reply> change_recipient(Context& ctx) {
  const Services& services = ctx.of<Services>();
  const RecipientId id = TRY(ctx.id<RecipientId>());
  TRY(check_sees_all(ctx));
  const std::int64_t expected = TRY(ctx.if_match());
  const Body body = TRY(ctx.body());
  const auto name = TRY(body.maybe_text("name", 1, 80));
  const auto by_default = TRY(body.maybe_flag("receives_by_default"));
  const auto enabled = TRY(body.maybe_flag("enabled"));
  const auto kind = TRY(body.maybe_text("kind", 1, kWordCharactersMax));
  GivenFields fields = TRY(body.fields("fields", kFieldsMax));
  const auto given = std::make_shared<GivenFields>(std::move(fields));
  const ReaderHours hours = TRY(read_hours(body));
  return ctx.write([&services, actor = ctx.actor, id, expected, name, by_default, enabled, kind, given,
                    hours](Transaction& tx) -> Result<Reply> {
    const auto before = TRY(services.recipients.find(tx, actor.workspace, id));
    if (!before) return Error{ErrorCode::not_found, "There is no such recipient."};
    RecipientChange change;
    change.name = name.value_or(before->name);
    change.channel = kind.value_or(before->channel);
    change.fields = given.get();
    change.hours = &hours;
    change.receives_by_default = by_default.value_or(before->receives_by_default);
    change.enabled = enabled.value_or(before->enabled);
    const Recipient changed = TRY(services.notify_service.change_recipient(tx, actor, id, change, expected));
    const std::string asked = address_asked(changed);
    if (!asked.empty() && asked != address_asked(*before)) TRY(services.attempts.admit_letter(asked));
    return tagged(json_reply(200, view(changed)), changed.version);
  });
}

Result<Reply> remove_recipient(Context& ctx) {
  const Services& services = ctx.of<Services>();
  TRY(check_sees_all(ctx));
  const auto id = TRY(ctx.id<RecipientId>());
  return ctx.write([&services, actor = ctx.actor, id](Transaction& tx) -> Result<Reply> {
    TRY(services.notify_service.remove_recipient(tx, actor, id));
    return no_content();
  });
}

Result<Reply> ask_recipient_again(Context& ctx) {
  const Services& services = ctx.of<Services>();
  const auto id = TRY(ctx.id<RecipientId>());
  return ctx.write([&services, actor = ctx.actor, id](Transaction& tx) -> Result<Reply> {
    const Recipient asked = TRY(services.notify_service.consents().ask_again(tx, actor, id));
    return tagged(json_reply(200, view(asked)), asked.version);
  });
}

namespace {

std::function<void(Result<TestAnswer>)> answer_later(Context& ctx) {
  const auto exchange = std::make_shared<Exchange>(ctx.park());
  return [exchange](const Result<TestAnswer>& answer) {
    exchange->send(answer ? json_reply(200, {{"ok", answer->ok}, {"answer", answer->answer}})
                          : problem(answer.error()));
  };
}

}  // namespace

Result<Reply> send_recipient_code(Context& ctx) {
  const RecipientId id = TRY(ctx.id<RecipientId>());
  const std::string account = ctx.workspace->id.text();
  TRY(ctx.of<Services>().attempts.admit(Attempt::webhook_test, {.address = ctx.actor.address, .account = account}));
  ctx.of<Services>().notify_service.send_code(ctx.actor, id, answer_later(ctx));
  return Reply::answered_later();
}

// A wrong code is committed too: the try counts.
Result<Reply> confirm_recipient_code(Context& ctx) {
  const Services& services = ctx.of<Services>();
  const RecipientId id = TRY(ctx.id<RecipientId>());
  const Body body = TRY(ctx.body());
  std::string code;  // judged once it is known that there is such a recipient
  if (body.has("code")) code = TRY(body.text("code", 0, 20));
  return ctx.write([&services, actor = ctx.actor, id, code](Transaction& tx) -> Result<Reply> {
    const RecipientCodes::Typed typed = TRY(services.notify_service.codes().confirm(tx, actor, id, code));
    if (typed.refusal) return problem(*typed.refusal);
    return tagged(json_reply(200, view(typed.recipient)), typed.recipient.version);
  });
}

Result<Reply> test_recipient(Context& ctx) {
  const RecipientId id = TRY(ctx.id<RecipientId>());
  // Each test sends a request or a mail to somebody else. The limit counts by workspace, so that a key and its person
  // share it.
  const std::string account = ctx.workspace->id.text();
  TRY(ctx.of<Services>().attempts.admit(Attempt::webhook_test, {.address = ctx.actor.address, .account = account}));
  ctx.of<Services>().notify_service.test_recipient(ctx.actor, id, answer_later(ctx));
  return Reply::answered_later();
}

}  // namespace connlog::web::notify
