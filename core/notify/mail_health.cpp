#include "core/notify/mail_health.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

namespace connlog {
namespace {

using nlohmann::json;

constexpr const char* kSettingKey = "mail_trouble";
constexpr seconds kWriteAgain{60};  // the same answer over and over is not written each time

}  // namespace

Result<std::optional<MailTrouble>> load_mail_trouble(const SettingStore& store, Snapshot& snapshot) {
  const auto text = TRY(store.get(snapshot, kSettingKey));
  if (!text) return std::optional<MailTrouble>();
  const json stored = json::parse(*text, nullptr, false);
  if (!stored.is_object() || !stored.contains("since") || !stored["since"].is_number_integer() ||
      !stored.contains("at") || !stored["at"].is_number_integer() || !stored.contains("answer") ||
      !stored["answer"].is_string()) {
    return std::optional<MailTrouble>();
  }
  return std::optional(MailTrouble{
      {stored["since"].get<std::int64_t>()}, {stored["at"].get<std::int64_t>()}, stored["answer"].get<std::string>()});
}

Result<void> note_mail_result(SettingStore& store, Transaction& tx, const DeliveryResult& result, Instant now) {
  using Kind = DeliveryResult::Kind;
  const auto known = TRY(load_mail_trouble(store, tx));
  if (result.kind == Kind::delivered) return known ? forget_mail_trouble(store, tx) : Result<void>();
  if (result.kind != Kind::about_us) return {};
  if (known && known->answer == result.answer && known->at <= now && now - known->at < kWriteAgain) return {};
  const json trouble = {
      {"since", known ? known->since.micros : now.micros}, {"at", now.micros}, {"answer", result.answer}};
  return store.put(tx, kSettingKey, trouble.dump(-1, ' ', false, json::error_handler_t::replace));
}

Result<void> forget_mail_trouble(SettingStore& store, Transaction& tx) {
  return store.put(tx, kSettingKey, "null");
}

std::string explain(const MailTrouble& trouble) {
  return fmt::format("Mail cannot be delivered since {}; alerts by mail wait. The last answer: {}",
                     to_iso8601(trouble.since), trouble.answer);
}

}  // namespace connlog
