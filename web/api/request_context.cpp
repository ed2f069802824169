#include "web/api/request_context.h"

#include <fmt/format.h>
#include <sodium.h>

#include <charconv>

#include "core/crypto/keyring.h"
#include "core/crypto/sealed.h"
#include "core/people/idempotency.h"
#include "web/server/cookies.h"

namespace connlog::web {
namespace {

// RFC 9110 §8.8.3: `"7"`. Lists and weak tags are refused, because we never send them.
std::optional<std::int64_t> quoted_version(std::string_view text) {
  if (text.size() < 3 || text.front() != '"' || text.back() != '"') return std::nullopt;
  std::int64_t version = 0;
  const auto [end, error] = std::from_chars(text.data() + 1, text.data() + text.size() - 1, version);
  if (error != std::errc{} || end != text.data() + text.size() - 1 || version < 1) return std::nullopt;
  return version;
}

constexpr std::string_view kIdempotencyContext = "idempotency.answer";

std::array<std::uint8_t, 32> digest_of(const HttpRequest& request) {
  crypto_generichash_state state;
  crypto_generichash_init(&state, nullptr, 0, 32);
  for (const std::string_view part : {request.method(), request.path(), request.body()}) {
    const std::string sized = fmt::format("{}:", part.size());
    crypto_generichash_update(&state, reinterpret_cast<const unsigned char*>(sized.data()), sized.size());
    crypto_generichash_update(&state, reinterpret_cast<const unsigned char*>(part.data()), part.size());
  }
  std::array<std::uint8_t, 32> digest{};
  crypto_generichash_final(&state, digest.data(), digest.size());
  return digest;
}

}  // namespace

Origin Context::origin() const {
  return Origin{request_.peer().address, std::string(request_.header("User-Agent")),
                cookie_value(request_, device_cookie_name(request_.peer().tls))};
}

Result<std::optional<Instant>> Context::query_time(std::string_view name) const {
  const std::string text = request_.query(name);
  if (text.empty()) return std::optional<Instant>{};
  Instant at;
  if (!parse_iso8601(text, at)) return invalid(std::string(name), "This must be a time like 2026-11-24T09:15:02Z.");
  return std::optional<Instant>(at);
}

Result<std::optional<std::int64_t>> Context::query_integer(std::string_view name, std::int64_t lowest,
                                                           std::int64_t highest) const {
  const std::string text = request_.query(name);
  if (text.empty()) return std::optional<std::int64_t>{};
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size() || number < lowest || number > highest) {
    return invalid(std::string(name), fmt::format("This must be a whole number from {} to {}.", lowest, highest));
  }
  return std::optional<std::int64_t>(number);
}

Result<std::string> Context::query_text(std::string_view name, std::size_t characters_max) const {
  std::string text = request_.query(name);
  TRY(check_text(std::string(name), text, 0, characters_max, Lines::one));
  return text;
}

Result<std::vector<std::string>> Context::query_texts(std::string_view name, std::size_t characters_max) const {
  std::vector<std::string> texts = request_.query_all(name);
  std::erase_if(texts, [](const std::string& text) { return text.empty(); });
  if (texts.size() > kQueryValuesMax)
    return invalid(std::string(name), fmt::format("At most {} values of one name are allowed.", kQueryValuesMax));
  for (const std::string& text : texts) TRY(check_text(std::string(name), text, 1, characters_max, Lines::one));
  return texts;
}

Result<PageOfList> Context::page(int limit_default, int limit_max, std::size_t cursor_characters_max) const {
  PageOfList page;
  const auto limit = TRY(query_integer("limit", 1, limit_max));
  page.limit = static_cast<int>(limit.value_or(limit_default));
  page.after = TRY(query_text("after", cursor_characters_max));
  return page;
}

Result<std::int64_t> Context::if_match() const {
  const std::string_view wanted = request_.header("If-Match");
  if (wanted.empty() || wanted == "*") return std::int64_t{0};
  const auto version = quoted_version(wanted);
  if (!version) return invalid("If-Match", "This must be the ETag of the object as it was read, like \"7\".");
  return *version;
}

Result<Reply> Context::read(const Read& work) const {
  Reply reply;
  auto done = of<Services>().stores.read([&](Snapshot& snapshot) -> Result<void> {
    reply = TRY(work(snapshot));
    return {};
  });
  if (!done) return std::move(done).error();
  return reply;
}

Result<Reply> Context::write(Write work) {
  struct Parked {
    Exchange exchange;
    Reply reply;
    bool conditional;
  };
  const auto parked = std::make_shared<Parked>(Parked{park(), {}, is_conditional()});
  of<Services>().stores.submit(
      Urgency::at_once,
      [parked, work = std::move(work)](Transaction& tx) -> Result<void> {
        parked->reply = TRY(work(tx));
        return {};
      },
      [parked](const Result<void>& committed) {
        if (!committed) parked->reply = problem(committed.error(), parked->conditional);
        parked->exchange.send(std::move(parked->reply));
      });
  return Reply::answered_later();
}

Result<Reply> Context::create(Write work) {
  const std::string idempotency_key(request_.header("Idempotency-Key"));
  if (idempotency_key.empty()) return write(std::move(work));
  TRY(check_text("Idempotency-Key", idempotency_key, 1, 200, Lines::one));
  IdempotencyRecord record;
  record.workspace = workspace ? workspace->id : WorkspaceId{};
  record.user = actor.user;
  // records of different keys are kept apart
  if (actor.kind == Actor::Kind::api_key) record.user.bytes = actor.api_key.bytes;
  record.key = idempotency_key;
  record.request_digest = digest_of(request_);
  const Services& services = of<Services>();
  return write([&services, record, work = std::move(work)](Transaction& tx) -> Result<Reply> {
    if (const auto first = TRY(services.idempotency.find(tx, record.workspace, record.user, record.key))) {
      if (first->request_digest != record.request_digest) {
        return invalid("Idempotency-Key", "This key was used with another request. Use a new key for a new request.");
      }
      const Secret body = TRY(unseal(services.keyring, kIdempotencyContext, first->body));
      return Reply{.status = first->status, .content_type = "application/json", .body = std::string(body.reveal())};
    }
    Reply reply = TRY(work(tx));
    IdempotencyRecord kept = record;
    kept.status = reply.status;
    // Sealed: the answer may show a token, once.
    kept.body = seal(services.keyring, kIdempotencyContext, Secret(reply.body), services.random);
    kept.created_at = services.clock.now();
    TRY(services.idempotency.insert(tx, kept));
    return reply;
  });
}

}  // namespace connlog::web
