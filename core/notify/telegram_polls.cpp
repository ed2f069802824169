#include "core/notify/telegram_polls.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "core/base/log.h"
#include "core/notify/answer.h"
#include "core/notify/remote_acknowledge.h"
#include "core/notify/telegram.h"
#include "core/people/standing.h"

namespace connlog {
namespace {

using nlohmann::json;
using namespace telegram;

constexpr const char* kLinkFirst = "Link your Telegram account first: at connlog, under Account, Chat accounts.";
constexpr std::size_t kPollsMax = 200;
constexpr std::size_t kPollsOfAWorkspaceMax = 5;
constexpr int kWaitAtTelegram = 50;  // seconds
constexpr milliseconds kAskTimeout{70'000};
constexpr std::size_t kAnswerMax = 1'024 * 1'024;
constexpr int kUpdatesAtOnce = 50;
constexpr seconds kRefresh{600};
constexpr seconds kAfterTrouble{5};
constexpr seconds kLongestPause{60};
constexpr seconds kAfterRefusal{900};  // the token is not valid, or another program reads the bot's messages
constexpr int kActsAMinute = 20;       // of one account at Telegram
constexpr int kWrongCodesMax = 5;
constexpr seconds kActsForgotten{600};
constexpr std::size_t kActsMax = 4'096;
constexpr int kCallsMax = 50;
constexpr std::uint8_t kOfAccounts = 2;

// Members of what came; a wrong form is as if it were not there.
const json* object_in(const json& from, const char* name) {
  const auto found = from.find(name);
  return found != from.end() && found->is_object() ? &*found : nullptr;
}
std::int64_t number_in(const json* from, const char* name) {
  if (from == nullptr) return 0;
  const auto found = from->find(name);
  return found != from->end() && found->is_number_integer() ? found->get<std::int64_t>() : 0;
}
std::string text_in(const json* from, const char* name) {
  if (from == nullptr) return {};
  const auto found = from->find(name);
  return found != from->end() && found->is_string() ? found->get<std::string>() : std::string();
}
std::string account_in(const json* from) {
  const std::int64_t id = number_in(from, "id");
  const bool is_bot = from != nullptr && from->value("is_bot", json(false)) == json(true);
  return id > 0 && !is_bot ? std::to_string(id) : std::string();
}

std::string incidents_text(std::int64_t count) {
  return fmt::format("{} incident{}", count, count == 1 ? "" : "s");
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\n')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\n')) text.remove_suffix(1);
  return text;
}

// "/id", also with the bot's name behind it, as in groups.
bool is_command(std::string_view text, std::string_view command) {
  return text.starts_with(command) && (text.size() == command.size() || text[command.size()] == '@');
}

}  // namespace

TelegramPolls::TelegramPolls(const NotifyDependencies& needs, Courier& courier, ChatAccounts& accounts)
    : needs_(needs),
      courier_(courier),
      accounts_(accounts),
      digest_(needs.random),
      acts_(kActsMax, kActsForgotten),
      refresh_at_(needs.clock.monotonic()) {}

void TelegramPolls::turn() {
  const Monotonic now = needs_.clock.monotonic();
  if (stale_.exchange(false) || refresh_at_ <= now) refresh();
  std::vector<std::string> due;
  for (const auto& [token, poll] : polls_) {
    if (!poll.is_asking && !poll.places.empty() && poll.not_before <= now) due.push_back(token);
  }
  for (const std::string& token : due) {
    if (const auto found = polls_.find(token); found != polls_.end()) ask(token, found->second);
  }
}

milliseconds TelegramPolls::until_due() const {
  if (stale_.load()) return milliseconds(0);
  Monotonic next = refresh_at_;
  for (const auto& [token, poll] : polls_) {
    if (!poll.is_asking && !poll.places.empty()) next = std::min(next, poll.not_before);
  }
  return std::max(std::chrono::ceil<milliseconds>(next - needs_.clock.monotonic()), milliseconds(0));
}

// Whose messages are read: of recipients that have the button and Telegram's own server.
void TelegramPolls::refresh() {
  const Monotonic now = needs_.clock.monotonic();
  refresh_at_ = now + kRefresh;
  std::map<std::string, std::vector<Place>> wanted;
  std::map<WorkspaceId, std::size_t> of_workspace;
  const auto read = needs_.stores.read([&](Snapshot& snapshot) -> Result<void> {
    const auto recipients = TRY(needs_.recipients.of_kind(snapshot, kWord));
    for (const Recipient& recipient : recipients) {
      if (!recipient.enabled || !recipient.fields.flag(kButtons)) continue;
      if (recipient.fields.text(kServer) != needs_.telegram_server) continue;
      const auto secrets = open_secrets(needs_.keyring, recipient);
      if (!secrets || bot_of(secrets->reveal(kToken)).empty()) continue;
      const std::string token(secrets->reveal(kToken));
      if (!wanted.contains(token)) {
        if (wanted.size() >= kPollsMax || of_workspace[recipient.workspace] >= kPollsOfAWorkspaceMax) continue;
        ++of_workspace[recipient.workspace];
      }
      wanted[token].push_back({recipient.workspace, recipient.id});
    }
    return {};
  });
  if (!read) {
    log_warning("telegram.recipients_unread", {{"reason", read.error().message}, {"cause", read.error().cause}});
    refresh_at_ = now + kAfterTrouble;
    return;
  }
  for (auto& [token, poll] : polls_) poll.places.clear();
  for (auto& [token, places] : wanted) polls_[token].places = std::move(places);
  std::erase_if(polls_, [](const auto& one) { return one.second.places.empty() && !one.second.is_asking; });
}

void TelegramPolls::ask(const std::string& token, Poll& poll) {
  const json body = {{"offset", poll.offset},
                     {"limit", kUpdatesAtOnce},
                     {"timeout", kWaitAtTelegram},
                     {"allowed_updates", json::array({"message", "callback_query"})}};
  Delivery delivery{WebhookDelivery{telegram::call(needs_.telegram_server, token, "getUpdates", body.dump())},
                    "telegram updates"};
  HttpRequest& request = std::get<WebhookDelivery>(delivery.content).request;
  request.timeout = kAskTimeout;
  request.answer_bytes_max = kAnswerMax;
  delivery.wants_body = true;
  poll.is_asking = true;
  courier_.send(std::move(delivery), [this, token](const DeliveryResult& result) { answered(token, result); });
}

void TelegramPolls::answered(const std::string& token, const DeliveryResult& result) {
  const auto found = polls_.find(token);
  if (found == polls_.end()) return;
  Poll& poll = found->second;
  poll.is_asking = false;
  if (poll.places.empty()) {  // its last recipient went
    polls_.erase(found);
    return;
  }
  const auto body = json::parse(result.body, nullptr, false);
  const json* updates = nullptr;
  if (result.kind == DeliveryResult::Kind::delivered && body.is_object() && body.value("ok", json(false)) == json(true)) {
    const auto list = body.find("result");
    if (list != body.end() && list->is_array()) updates = &*list;
  }
  if (updates == nullptr) return put_off(poll, result);
  poll.failures = 0;
  poll.not_before = needs_.clock.monotonic();
  if (in_recovery(needs_.recovery)) return;  // they come again
  for (const json& update : *updates) {
    if (!update.is_object()) continue;
    const std::int64_t id = number_in(&update, "update_id");
    if (!handle(token, poll, update)) {
      poll.not_before = needs_.clock.monotonic() + kAfterTrouble;
      return;
    }
    poll.offset = std::max(poll.offset, id + 1);
  }
}

void TelegramPolls::put_off(Poll& poll, const DeliveryResult& result) const {
  const std::int64_t code = member_number(result.body, "error_code").value_or(0);
  const std::int64_t asked = member_number(result.body, {"parameters", "retry_after"}).value_or(0);
  seconds pause = std::min(kLongestPause, seconds(std::int64_t{1} << std::min(poll.failures, 6)));
  // A poll of before a restart may still run there for a while.
  if (code == 409) pause = poll.failures == 0 ? kLongestPause : kAfterRefusal;
  if (code == 401 || code == 404) pause = kAfterRefusal;
  if (asked > 0) pause = seconds(std::min<std::int64_t>(asked, kAfterRefusal.count()));
  if (poll.failures == 0) {
    log_warning("telegram.updates_unread",
                {{"recipient", poll.places.front().recipient.text()},
                 {"answer", result.answer},
                 {"meaning", code == 409 ? "another program reads what is sent to this bot" : "tried again"}});
  }
  poll.failures = std::min(poll.failures + 1, 1'000);
  poll.not_before = needs_.clock.monotonic() + pause;
}

bool TelegramPolls::handle(const std::string& token, const Poll& poll, const json& update) {
  if (const json* query = object_in(update, "callback_query")) {
    const json* message = object_in(*query, "message");
    const json* chat = message == nullptr ? nullptr : object_in(*message, "chat");
    const Press press{text_in(query, "id"), account_in(object_in(*query, "from")), text_in(query, "data"),
                      number_in(chat, "id"), number_in(message, "message_id")};
    return press.from.empty() || press.query.empty() || handle_press(token, poll, press);
  }
  if (const json* message = object_in(update, "message")) {
    const json* chat = object_in(*message, "chat");
    const json* from = object_in(*message, "from");
    std::string name = text_in(from, "first_name");
    if (const std::string user = text_in(from, "username"); !user.empty()) name += " @" + user;
    const Said said{account_in(from),        std::move(name),
                    text_in(message, "text"), number_in(chat, "id"),
                    number_in(message, "message_id"), text_in(chat, "type") == "private"};
    return said.from.empty() || said.chat == 0 || handle_message(token, said);
  }
  return true;
}

bool TelegramPolls::may_act(std::string_view from) {
  const Monotonic now = needs_.clock.monotonic();
  Acts& acts = acts_.use(digest_.of(kOfAccounts, from), now);
  if (acts.count == 0 || acts.since + seconds(60) <= now) {
    acts.since = now;
    acts.count = 0;
  }
  return ++acts.count <= kActsAMinute;
}

// ---- buttons

bool TelegramPolls::handle_press(const std::string& token, const Poll& poll, const Press& press) {
  if (!may_act(press.from)) return true;
  Verdict verdict{kLinkFirst, {}};
  // Strangers may press, too: they take no turn of the writer.
  bool is_linked = false;
  auto done = needs_.stores.read([&](Snapshot& snapshot) -> Result<void> {
    const auto person = TRY(accounts_.person_of(snapshot, std::string(kWord), press.from));
    is_linked = person.has_value();
    return {};
  });
  if (is_linked) done = needs_.stores.write([&](Transaction& tx) -> Result<void> {
    verdict = TRY(acknowledge(tx, poll, press));
    return {};
  });
  if (!done && done.error().code == ErrorCode::unavailable) return false;
  if (!done) {
    log_warning("telegram.button_failed", {{"reason", done.error().message}, {"cause", done.error().cause}});
    verdict = {"That did not work. Acknowledge at connlog.", {}};
  }
  call(token, "answerCallbackQuery",
       {{"callback_query_id", press.query}, {"text", verdict.text}, {"show_alert", verdict.aloud.empty()}});
  if (verdict.aloud.empty() || press.chat == 0) return true;
  call(token, "editMessageReplyMarkup", {{"chat_id", press.chat}, {"message_id", press.message}});
  say(token, press.chat, press.message, verdict.aloud);
  return true;
}

// The delivery that the button names, if it went to a recipient with this token.
Result<std::optional<LoggedDelivery>> TelegramPolls::told_by(Snapshot& snapshot, const Poll& poll,
                                                             NotificationId id) const {
  for (const Place& place : poll.places) {
    auto told = TRY(needs_.outbox.find(snapshot, place.workspace, id));
    if (told && told->notification.recipient == place.recipient) return told;
  }
  return std::optional<LoggedDelivery>{};
}

Result<TelegramPolls::Verdict> TelegramPolls::acknowledge(Transaction& tx, const Poll& poll, const Press& press) const {
  const auto person = TRY(accounts_.person_of(tx, std::string(kWord), press.from));
  if (!person) return Verdict{kLinkFirst, {}};
  const auto id = notification_of(press.data);
  if (!id) return Verdict{"This is no button of connlog's.", {}};
  const auto told = TRY(told_by(tx, poll, *id));
  if (!told || needs_.acknowledge == nullptr) return Verdict{"This message is not known any more.", {}};
  TRY(accounts_.used(tx, std::string(kWord), press.from));
  return acknowledge_as(tx, *person, *told);
}

Result<TelegramPolls::Verdict> TelegramPolls::acknowledge_as(Transaction& tx, const User& person,
                                                             const LoggedDelivery& told) const {
  const WorkspaceId workspace = told.notification.workspace;
  const auto standing = TRY(
      standing_of(tx, {needs_.workspaces, needs_.chats->settings, needs_.chats->teams}, workspace, person.id));
  if (!standing || !allows(standing->role, Action::acknowledge_incident, standing->team_grant))
    return Verdict{"You may not acknowledge incidents of this workspace.", {}};
  Actor actor;
  actor.kind = Actor::Kind::user;
  actor.user = person.id;
  actor.name = person.name;
  actor.workspace = workspace;
  actor.role = standing->role;
  actor.team_grant = standing->team_grant;
  actor.sight = standing->sight;
  const std::int64_t count = TRY(needs_.acknowledge->acknowledge(tx, workspace, told.announcement.incidents, actor));
  if (count == 0) return Verdict{"Nothing of this waits for you any more: it is over, or somebody acknowledged it.", {}};
  return Verdict{fmt::format("Acknowledged: {}.", incidents_text(count)),
                 fmt::format("{} acknowledged {}.", person.name, incidents_text(count))};
}

// ---- messages

bool TelegramPolls::handle_message(const std::string& token, const Said& said) {
  std::string_view text = trimmed(said.text);
  if (is_command(text, "/start") || is_command(text, "/id")) {
    if (may_act(said.from)) {
      say(token, said.chat, said.message,
          fmt::format("The number of this chat is {}. To acknowledge from here, send me in private the code that your "
                      "account page at connlog shows.",
                      said.chat));
    }
    return true;
  }
  if (text.starts_with("/start ")) text = trimmed(text.substr(7));
  if (!said.is_private || !ChatAccounts::is_code_shaped(text)) return true;
  Said code = said;
  code.text = std::string(text);
  return link(token, code);
}

bool TelegramPolls::link(const std::string& token, const Said& said) {
  const Acts& acts = acts_.use(digest_.of(kOfAccounts, said.from), needs_.clock.monotonic());
  if (acts.wrong_codes >= kWrongCodesMax || !may_act(said.from)) return true;
  std::string name;
  const auto done = needs_.stores.write([&](Transaction& tx) -> Result<void> {
    const User person = TRY(accounts_.link(tx, said.text, std::string(kWord), said.from, said.name));
    name = person.name;
    return {};
  });
  if (!done && done.error().code == ErrorCode::unavailable) return false;
  if (!done && done.error().code == ErrorCode::not_found) note_wrong_code(said.from);
  say(token, said.chat, said.message,
      done ? fmt::format("Linked with the account of {}. The buttons of alerts acknowledge as {} now.", name, name)
           : done.error().message);
  return true;
}

void TelegramPolls::note_wrong_code(const std::string& from) {
  Acts& acts = acts_.use(digest_.of(kOfAccounts, from), needs_.clock.monotonic());
  if (++acts.wrong_codes != kWrongCodesMax) return;
  const auto written = needs_.stores.write([&](Transaction& tx) -> Result<void> {
    return needs_.audit.append_security(tx, Actor{}, {}, {}, "chat_account.guessed", std::string(kWord), from);
  });
  if (!written) log_warning("telegram.guess_not_recorded", {{"reason", written.error().message}});
}

// ---- what is said there

void TelegramPolls::say(const std::string& token, std::int64_t chat, std::int64_t answers, std::string_view text) {
  json body = {{"chat_id", chat}, {"text", escaped(text)}, {"parse_mode", "HTML"}};
  if (answers > 0) body["reply_parameters"] = {{"message_id", answers}, {"allow_sending_without_reply", true}};
  call(token, "sendMessage", body);
}

// Once: what does not get through is not said.
void TelegramPolls::call(const std::string& token, std::string_view method, const json& body) {
  if (calls_running_ >= kCallsMax) return;
  ++calls_running_;
  Delivery delivery{WebhookDelivery{telegram::call(needs_.telegram_server, token, method,
                                                   body.dump(-1, ' ', false, json::error_handler_t::replace))},
                    "telegram answers"};
  courier_.send(std::move(delivery), [this](const DeliveryResult&) { --calls_running_; });
}

}  // namespace connlog
