// Channels: by which way a recipient is told. A kind of channel is one file in core/notify/channels/ and one row of
// kChannels (channel.cpp): a constant descriptor with what it asks people for and what it does with that. Everything
// else (storage, API, form, key rotation, limits) goes by the descriptor and names no kind.
//
// A recipient stores its kind's word. A word without a row (of a later version) is left out of sending, shown as such, and
// stays stored. Functions of a descriptor are pure but for `prepare`, which may read in the caller's snapshot and touches no network;
// any thread.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/random.h"
#include "core/base/transaction.h"
#include "core/crypto/keyring.h"
#include "core/kinds/field.h"
#include "core/notify/courier.h"
#include "core/notify/message.h"
#include "core/notify/notification.h"

namespace connlog {

struct NotifyDependencies;

// One message on its way to one recipient.
struct Outgoing {
  const NotifyDependencies& needs;
  Snapshot& snapshot;
  const MessageFacts& facts;
  const FieldValues& values;
  const FieldSecrets& secrets;
  OpeningMessage opening = {};  // of a recovery: the message that told of the opening; empty: none
  int attempt = 1;              // which try this is
};

struct ChannelCapabilities {
  bool thread = false;   // a recovery is an answer to the opening's message
  bool update = false;   // a recovery takes the place of the opening's message
  bool two_way = false;  // people can answer there
  bool machine = false;  // programs read there: each incident is a message of its own, and no hour is quiet
};

// Of a kind whose service says later whether somebody acknowledged there what was sent. Its judge_answer gives such a
// message the id kReceiptStart + the receipt (core/notify/receipts.h polls it).
inline constexpr std::string_view kReceiptStart = "receipt:";
struct ReceiptCalls {
  enum class State { waiting, acknowledged, expired, unknown };
  seconds longest;  // after the message was sent; nobody can acknowledge later
  HttpRequest (*ask)(const FieldValues&, const FieldSecrets&, std::string_view receipt) = nullptr;
  HttpRequest (*cancel)(const FieldValues&, const FieldSecrets&, std::string_view receipt) = nullptr;
  State (*state)(std::string_view answer) = nullptr;  // of the body of the answer to `ask`
};

struct ChannelKind {
  std::string_view word;   // stored: never renamed
  std::string_view title;  // for people: "Mail"
  std::string_view icon;   // a name of web/ui/src/parts/icon.tsx
  std::span<const Field> fields;
  Result<Delivery> (*prepare)(const Outgoing&);
  // What people see in place of the address: in lists, timelines, trails, exports. Has no secret in it.
  std::string (*shown)(const FieldValues&, const FieldSecrets&);
  // By what deliveries are limited: they are slow or down together. "hooks.example.com:443"
  std::string (*target)(const FieldValues&, const FieldSecrets&);
  // What the service called the message, from the body of its answer to a delivery; empty: it is not in there. Null:
  // the service never says.
  std::string (*remote_id)(std::string_view answer) = nullptr;
  // What the fields one by one cannot say ("a token or a password, not both"); null: nothing. Errors name "fields.<name>".
  Result<void> (*check)(const FieldValues&, const FieldSecrets&) = nullptr;
  bool needs_consent = false;           // strangers read there: its field of type `mail` is asked first
  bool needs_code = false;              // nothing is sent before a code that was sent there was typed (recipient_codes.h)
  std::string_view leak_field = {};     // the secret that an answer to a leak makes anew; empty: none is made here
  std::string_view secret_prefix = {};  // of secrets that are made here
  ChannelCapabilities can = {};
  // What an answer to a delivery means where its status alone does not say it: a 200 with an error inside, a code that
  // no other try will change, a pause in the body, a token that is not taken. `result` comes as the status says it: 2xx
  // delivered, 410 refused for good, else to be tried later, with the pause of Retry-After. core/notify/answer.h has the
  // words for it. Null: the status says it.
  void (*judge_answer)(const HttpAnswer& answer, DeliveryResult& result) = nullptr;
  const ReceiptCalls* receipts = nullptr;  // null: nobody can acknowledge there by a receipt
  // Of a kind with can.machine: whether people read this one after all. Null: never.
  bool (*is_for_people)(const FieldValues&) = nullptr;
};

// A table of kinds. The program has one (all_channels); tests add kinds of their own.
class ChannelTable {
 public:
  constexpr explicit ChannelTable(std::span<const ChannelKind* const> kinds) : kinds_(kinds) {}
  const ChannelKind* find(std::string_view word) const;  // null: this version does not know it
  std::span<const ChannelKind* const> kinds() const { return kinds_; }

 private:
  std::span<const ChannelKind* const> kinds_;
};

const ChannelTable& all_channels();

// Whether alerts go there now: it is switched on, its reader agreed, and this version knows its kind.
bool gets_alerts(const ChannelTable& table, const Recipient& recipient);

// Whether programs read there (ChannelCapabilities::machine).
bool is_for_machines(const ChannelTable& table, const Recipient& recipient);

// The title, or the word of a kind that this version does not know.
std::string channel_title(const ChannelTable& table, std::string_view word);

// A recipient of the kind "mail", as set-up makes one for the first owner.
void address_by_mail(Recipient& recipient, const std::string& address);

// The address that must agree, of a kind that needs consent: the value of its field of type `mail`. Else empty.
std::string consent_address(const ChannelKind& kind, const FieldValues& values);

// The context of a recipient's sealed secret: "recipient.<field>". Stored in the sealed text, so never renamed.
std::string secret_context(std::string_view field);
Result<FieldSecrets> open_secrets(const Keyring& keyring, const Recipient& recipient);
// Replaces or adds one.
void seal_secret(Recipient& recipient, std::string_view field, const Secret& secret, const Keyring& keyring,
                 Random& random);
std::vector<std::string> secrets_set(const Recipient& recipient);

// ---- for channels that speak HTTP

// A service's name for a message as it may be stored: up to 100 printable characters without spaces; else empty.
std::string checked_remote_id(std::string_view id);

// "hooks.example.com:443"; "?" where the text is no web address.
std::string target_of_url(std::string_view url);
// "hooks.example.com", with the port where it is not the scheme's own.
std::string host_of_url(std::string_view url);
// "https://ntfy.example.com" and "/message", with one slash between them.
std::string joined_url(std::string_view base, std::string_view path);
// A POST of JSON, bounded in time and size.
HttpRequest json_post(std::string url, std::string body);
// The same with a body of form fields; and a GET without one.
HttpRequest form_post(std::string url, std::string body);
HttpRequest plain_get(std::string url);
// "a=1&b=%C3%A4"; without "=" in it nothing of the values can end a value.
std::string form_encoded(std::span<const std::pair<std::string, std::string>> fields);
std::string url_encoded(std::string_view text);
// "Basic …", of a name and a password.
std::string basic_authorization(std::string_view name, std::string_view password);

inline constexpr std::size_t kMessageLinesMax = 50;
// The lines as lines_of(), as many whole ones as fit, at most kMessageLinesMax; then "… and 12 more".
std::string lines_within(const ShortMessage& message, std::size_t bytes_max);

}  // namespace connlog
