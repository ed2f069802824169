// Acknowledging from a mail, for readers who need no session: the token of the link, which its page sends in the body, is the
// whole permission (core/notify/ack_links.h). A token that works never waits; those that do not are counted by address
// and by token. No answer says more than the mail did, whatever is wrong.
#include <nlohmann/json.hpp>

#include "core/notify/ack_links.h"
#include "core/notify/ack_offer.h"
#include "web/api/notify/handlers.h"
#include "web/api/views.h"

namespace connlog::web::notify {
namespace {

using nlohmann::json;

constexpr std::size_t kTokenCharactersMax = 200;
constexpr int kLowestNumber = 10, kHighestNumber = 99;

// A link that does nothing: counted, and told.
Result<Reply> refused(AttemptLimiter& attempts, const std::string& address, const std::string& token,
                      AckRefusal refusal) {
  const AttemptBy by{.address = address, .account = token};
  TRY(attempts.admit(Attempt::ack_link, by));
  attempts.failed(Attempt::ack_link, by);
  return problem(410, to_text(refusal), std::string(sentence_of(refusal)));
}

}  // namespace

Result<Reply> look_at_ack_link(Context& ctx) {
  const Services& services = ctx.of<Services>();
  const Body body = TRY(ctx.body());
  const std::string token = TRY(body.text("token", 1, kTokenCharactersMax));
  return ctx.read([&](Snapshot& snapshot) -> Result<Reply> {
    const AckLooked looked = TRY(services.ack_links.look(snapshot, token));
    if (looked.refusal) return refused(services.attempts, ctx.origin().address, token, *looked.refusal);
    return json_reply(200, {{"numbers", looked.view.numbers},
                            {"headline", looked.view.headline},
                            {"recipient_shown", looked.view.recipient_shown},
                            {"incidents", looked.view.incidents}});
  });
}

Result<Reply> answer_ack_link(Context& ctx) {
  const Services& services = ctx.of<Services>();
  const Body body = TRY(ctx.body());
  const std::string token = TRY(body.text("token", 1, kTokenCharactersMax));
  const auto number = TRY(body.integer("number", kLowestNumber, kHighestNumber));
  const std::string address = ctx.origin().address;
  // What is no token of ours does not reach the writer.
  if (!parse_ack_token(services.keyring, token)) return refused(services.attempts, address, token, AckRefusal::ack_over);
  // Nor does a link that does nothing: a look is enough for that.
  std::optional<AckRefusal> refusal;
  const auto looked = ctx.read([&](Snapshot& snapshot) -> Result<Reply> {
    const AckLooked now = TRY(services.ack_links.look(snapshot, token));
    refusal = now.refusal;
    return Reply{};
  });
  if (!looked) return looked.error();
  if (refusal) return refused(services.attempts, address, token, *refusal);
  return ctx.write([&services, token, number, address](Transaction& tx) -> Result<Reply> {
    const AckAnswered answered = TRY(services.ack_links.answer(tx, token, static_cast<int>(number), address));
    if (answered.refusal == AckRefusal::ack_wrong)  // written: the link has ended
      return problem(409, to_text(*answered.refusal), std::string(sentence_of(*answered.refusal)));
    if (answered.refusal)  // used since it was looked at
      return problem(410, to_text(*answered.refusal), std::string(sentence_of(*answered.refusal)));
    return json_reply(200, {{"acknowledged", answered.acknowledged},
                            {"already", answered.already},
                            {"until", time_view(answered.until)}});
  });
}

}  // namespace connlog::web::notify
