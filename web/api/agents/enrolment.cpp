// Enrolment keys: for people who make and revoke them, and for hosts that come with one.
#include <nlohmann/json.hpp>

#include "core/agents/enrolment_keys.h"
#include "core/base/value_or.h"
#include "core/wire/protocol.h"
#include "core/base/log.h"
#include "core/base/text.h"
#include "web/api/agents/handlers.h"
#include "web/api/agent_programs.h"
#include "web/api/authorization.h"
#include "web/api/views.h"

namespace connlog::web::agents {
namespace {

using nlohmann::json;

constexpr std::size_t kRangesRead = 40;
constexpr std::size_t kRangeCharactersMax = 49;  // of an IPv6 range with an IPv4 tail
constexpr std::int64_t kDaysDefault = 7;
constexpr int kAgentsShown = 1'000;       // of the workspace
constexpr std::size_t kAgentsOfKey = 50;  // the newest, each with its name
constexpr std::string_view kBearer = "Bearer ";

json key_view(const EnrolmentKeys& keys, const EnrolmentKey& key, const std::vector<EnrolledAgent>& enrolled) {
  json agents = json::array();
  for (const EnrolledAgent& agent : enrolled) {
    if (agent.key != key.id || agents.size() >= kAgentsOfKey) continue;
    agents.push_back({{"id", agent.agent.text()},
                      {"name", agent.name},
                      {"enrolled_at", time_view(agent.at)},
                      {"address", agent.address}});
  }
  return {{"id", key.id.text()},
          {"name", key.name},
          {"hint", key.token_hint},
          {"addresses", key.addresses},
          {"tags", key.tags},
          {"team_id", key.team.is_nil() ? json(nullptr) : json(key.team.text())},
          {"uses", key.uses},
          {"uses_max", key.uses_max},
          {"live", keys.is_live(key)},
          {"created_at", time_view(key.created_at)},
          {"created_by", key.created_by},
          {"expires_at", time_view(key.expires_at)},
          {"last_used_at", time_view(key.last_used_at)},
          {"last_used_address", key.last_used_address},
          {"agents", std::move(agents)}};
}

// A refusal in the agents' form: a flat body with a code for programs and a sentence for the person at the host.
Reply refusal(int status, std::string_view error, std::string_view message, int retry_after_seconds = 0) {
  Reply reply = json_reply(status, {{"ok", false}, {"error", error}, {"message", message}});
  reply.content_type = "application/json";
  if (retry_after_seconds > 0) reply.headers.emplace_back("Retry-After", std::to_string(retry_after_seconds));
  return reply;
}

Reply unknown_key() {
  return refusal(401, wire::kErrorUnauthorized,
                 "The appliance does not know this enrolment key. Copy it again, or make a new one.");
}

Reply refusal_of(EnrolmentVerdict verdict) {
  switch (verdict) {
    case EnrolmentVerdict::revoked:
      return refusal(403, "ENROLMENT_KEY_REVOKED", "This enrolment key was revoked. Make a new one on the appliance.");
    case EnrolmentVerdict::expired:
      return refusal(403, "ENROLMENT_KEY_EXPIRED", "This enrolment key has expired. Make a new one on the appliance.");
    case EnrolmentVerdict::used_up:
      return refusal(403, "ENROLMENT_KEY_USED_UP",
                     "This enrolment key has been used by as many hosts as it was made for. Make a new one on the "
                     "appliance.");
    case EnrolmentVerdict::wrong_address:
      return refusal(403, "ENROLMENT_ADDRESS_REFUSED",
                     "This enrolment key may not be used from this host's address. Make one that allows it.");
    case EnrolmentVerdict::answered:
      return refusal(409, "ENROLMENT_ANSWERED",
                     "This request was answered before, and its agent has reported since. Start a new enrolment, or "
                     "rotate the agent's token on the appliance.");
    case EnrolmentVerdict::workspace_disabled:
      return refusal(423, "WORKSPACE_DISABLED", "The workspace of this enrolment key is disabled.");
    case EnrolmentVerdict::welcome:
    case EnrolmentVerdict::unknown:
      break;
  }
  return unknown_key();
}

Reply refusal_of(const Error& error) {
  if (!error.cause.empty()) log_warning("enrolment.failed", {{"message", error.message}, {"cause", error.cause}});
  switch (error.code) {
    case ErrorCode::invalid_input:
      return refusal(400, "INVALID_REQUEST", error.message);
    case ErrorCode::conflict:
      return refusal(409, "NO_ROOM", error.message);
    default:
      return refusal(503, wire::kErrorUnavailable, "The appliance cannot enrol anybody right now. Try again.", 5);
  }
}

Result<EnrolmentRequest> enrolment_request(const HttpRequest& http) {
  const auto body = Body::parse(http.body());
  if (!body) return invalid("", body.error().message);
  EnrolmentRequest request;
  request.request_id = TRY(body->text("request_id", 1, 64));
  const std::string name = TRY(body->text("name", 1, 255));
  request.name = harmless(name);  // the host's own name, mostly
  request.machine_id = wire::machine_id(http.header("X-Machine-Id"));
  request.address = http.peer().address;
  return request;
}

}  // namespace

Result<Reply> list_enrolment_keys(Context& ctx) {
  return ctx.read([&](Snapshot& snapshot) -> Result<Reply> {
    const EnrolmentKeys& keys = ctx.of<Services>().enrolment;
    const auto enrolled = TRY(keys.agents(snapshot, ctx.workspace->id, kAgentsShown));
    json items = json::array();
    const auto listed = TRY(keys.list(snapshot, ctx.workspace->id));
    for (const EnrolmentKey& key : listed) items.push_back(key_view(keys, key, enrolled));
    return json_reply(200, {{"items", std::move(items)}, {"next", nullptr}});
  });
}

Result<Reply> add_enrolment_key(Context& ctx) {
  const Body body = TRY(ctx.body());
  NewEnrolmentKey wanted;
  wanted.name = TRY(body.text("name", 1, 80));
  wanted.uses = TRY(value_or(body.maybe_integer("uses", 1, kEnrolmentUsesMax), 1));
  wanted.days = TRY(value_or(body.maybe_integer("days", 1, kEnrolmentDaysMax), kDaysDefault));
  wanted.addresses = TRY(value_or(body.maybe_texts("addresses", kRangesRead, kRangeCharactersMax), {}));
  wanted.tags = TRY(value_or(body.maybe_texts("tags", kTagsMax, kTagCharactersMax), {}));
  wanted.authorised = TRY(value_or(body.maybe_flag("authorised"), false));
  const std::string team = TRY(value_or(body.maybe_text("team_id", 0, 36), ""));
  if (!team.empty() && !TeamId::parse(team, wanted.team)) return invalid("team_id", "There is no such team.");
  return ctx.create([&keys = ctx.of<Services>().enrolment, facts = install_facts(ctx.options()), actor = ctx.actor,
                     wanted](Transaction& tx) -> Result<Reply> {
    const EnrolmentKeyWithToken made = TRY(keys.add(tx, actor, wanted));
    return json_reply(201, {{"key", key_view(keys, made.key, {})},
                            {"token", made.token.reveal()},
                            {"install_command", enrolment_install_command(facts, made.token.reveal())},
                            {"enrol_command", enrol_command(facts, made.token.reveal())}});
  });
}

Result<Reply> revoke_enrolment_key(Context& ctx) {
  const auto id = TRY(ctx.id<EnrolmentKeyId>());
  return ctx.write([&keys = ctx.of<Services>().enrolment, actor = ctx.actor, id](Transaction& tx) -> Result<Reply> {
    TRY(keys.revoke(tx, actor, id));
    return no_content();
  });
}

// Enrols a host by its key. The key has full entropy and cannot be guessed, so only wrong and refused keys count
// against the address: hosts with a valid key are never delayed by a wrong key from the same address. A refusal costs a
// write, so the refusals of an address are limited too.
Result<Reply> enrol_agent(Context& ctx) {
  const Services& services = ctx.of<Services>();
  const HttpRequest& http = ctx.request();
  const std::string authorization = authorization_of(http, kEnrolmentPrefix);
  const auto key = std::make_shared<Secret>(authorization.starts_with(kBearer) ? authorization.substr(kBearer.size())
                                                                               : std::string());
  const AttemptBy by{.address = http.peer().address};

  EnrolmentVerdict at_first = EnrolmentVerdict::unknown;
  const auto looked = services.stores.read([&](Snapshot& snapshot) -> Result<void> {
    at_first = TRY(services.enrolment.look(snapshot, key->reveal(), http.peer().address));
    return {};
  });
  if (!looked) return refusal_of(looked.error());
  if (at_first != EnrolmentVerdict::welcome) {
    if (const auto admitted = services.attempts.admit(Attempt::enrolment, by); !admitted)
      return refusal(429, wire::kErrorRateLimited, admitted.error().message, admitted.error().retry_after_seconds);
  }
  if (at_first == EnrolmentVerdict::unknown) {
    services.attempts.failed(Attempt::enrolment, by);
    return unknown_key();
  }

  const auto request = enrolment_request(http);
  if (!request) return refusal_of(request.error());

  const auto exchange = std::make_shared<Exchange>(ctx.park());
  const auto outcome = std::make_shared<EnrolmentOutcome>();
  services.stores.submit(
      Urgency::at_once,
      [&services, key, request = *request, outcome](Transaction& tx) -> Result<void> {
        *outcome = TRY(services.enrolment.enrol(tx, key->reveal(), request));
        return {};
      },
      [&services, exchange, outcome, address = request->address,
       counted = at_first != EnrolmentVerdict::welcome](const Result<void>& committed) {
        if (!committed) return exchange->send(refusal_of(committed.error()));
        const AttemptBy who{.address = address};
        if (outcome->verdict != EnrolmentVerdict::welcome) {
          services.attempts.failed(Attempt::enrolment, who);
          return exchange->send(refusal_of(outcome->verdict));
        }
        // the host repeats a request whose answer was lost
        if (counted) services.attempts.succeeded(Attempt::enrolment, who);
        const Agent& agent = outcome->made->agent;
        Reply reply = json_reply(outcome->repeated ? 200 : 201, {{"ok", true},
                                                                 {"agent_id", agent.id.text()},
                                                                 {"name", outcome->made->subject.name},
                                                                 {"token", outcome->made->token.reveal()}});
        exchange->send(std::move(reply));
      });
  return Reply::answered_later();
}

}  // namespace connlog::web::agents
