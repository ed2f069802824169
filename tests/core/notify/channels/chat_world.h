// A ChannelWorld for channels in which people chat: with the stores of codes and of people's accounts, and the service of
// tests/support/chat_stand_in.py.
#pragma once

#include <doctest/doctest.h>

#include <future>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "core/notify/chat_accounts.h"
#include "core/notify/recipient_codes.h"
#include "tests/core/notify/channels/channel_world.h"

namespace connlog::test {

// Of tests/support/chat_stand_in.py.
inline const std::string kBotToken = "123456789:AAExampleTokenOfATestBot0123456789";

inline std::vector<std::string> chat_service(const std::string& service, std::vector<std::string> more = {}) {
  std::vector<std::string> arguments = {"--service", service};
  arguments.insert(arguments.end(), more.begin(), more.end());
  return arguments;
}

struct ChatWorld : ChannelWorld {
  explicit ChatWorld(const OutsideServer& server) : ChannelWorld(server.port()) {
    needs.codes = &storage->recipient_codes();
    needs.chats.emplace(
        ChatParts{storage->users(), storage->chat_accounts(), storage->workspace_settings(), storage->teams()});
    needs.telegram_server = local_url(server);
    notify = std::make_unique<Notify>(needs);
  }

  Recipient stored(const Recipient& recipient) {
    return storage
        .read<std::optional<Recipient>>(
            [&](Snapshot& snapshot) { return storage->recipients().find(snapshot, workspace.id, recipient.id); })
        .value();
  }
  // As if the code had been typed.
  Recipient confirmed(Recipient recipient) {
    recipient.consent = Recipient::Consent::confirmed;
    storage.write([&](Transaction& tx) { return storage->recipients().update(tx, recipient); });
    return recipient;
  }
  Result<TestAnswer> test(const Recipient& recipient) {
    std::promise<Result<TestAnswer>> answer;
    notify->test_recipient(actor, recipient.id,
                           [&](Result<TestAnswer> result) { answer.set_value(std::move(result)); });
    return answer.get_future().get();
  }
  // The refusal's field, or "(confirmed)".
  std::string type_code(const Recipient& recipient, const std::string& code) {
    std::string outcome;
    storage.write([&](Transaction& tx) -> Result<void> {
      const RecipientCodes::Typed typed = TRY(notify->codes().confirm(tx, actor, recipient.id, code));
      outcome = typed.refusal ? typed.refusal->field : "(confirmed)";
      return {};
    });
    return outcome;
  }
};

// What the stand-in took next, by this method.
inline nlohmann::json next_sent(OutsideServer& server, const std::string& method) {
  for (int i = 0; i < 20; ++i) {
    const std::string line = server.next("sent");
    if (line.empty()) break;
    nlohmann::json told = nlohmann::json::parse(line);
    if (told["method"] == method) return told["message"];
  }
  FAIL("the service took no ", method);
  return {};
}

}  // namespace connlog::test
